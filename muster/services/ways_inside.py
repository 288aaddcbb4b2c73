"""Ways out of a shortage inside the unit: another tour of it can spare somebody, or a leave is moved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from muster.domain.instants import local_text, on_clock
from muster.domain.members import Absence
from muster.domain.presence import DutyFile, scheduled_stretches
from muster.domain.published import DutyLine, entry_of
from muster.domain.schedule import Turn
from muster.domain.spans import Span
from muster.domain.ways_out import MOVABLE, Barred, Cost, Left, Post, Way, lowered
from muster.services.roster_parts import gaps_of, meets
from muster.services.ways_ground import Grounds
from muster.services.ways_rules import Verdict, hours_of, judged

NOT_AVAILABLE = "not available"


def moved(grounds: Grounds, post: Post) -> Iterator[Way | Barred]:
    """Whoever counts and is on another tour of the unit that begins on the day and has more than it needs."""
    for member in _able(grounds, post):
        others = [t for t, unit in grounds.planned(member) if (unit, t.day) == (post.unit, post.day)]
        line = grounds.line(member)
        if len(others) == 1 and line is not None and others[0].tour != post.tour:
            yield _moved(grounds, post, member, line, others[0])


def _able(grounds: Grounds, post: Post) -> Iterator[str]:
    """Members who count for the cover and are not to be on the tour, nor supposed to be absent."""
    there = grounds.on_tour(post.unit, post.tour, post.day)
    for member, part in grounds.parts(post.unit).items():
        if member not in there and member not in grounds.ask.absent and part.counts_as(post.who, grounds.ask.turn):
            yield member


def _moved(grounds: Grounds, post: Post, member: str, line: DutyLine, other: Turn) -> Way | Barred:
    file, turn = grounds.file(member), grounds.ask.turn
    if min(turn.start, other.start) <= grounds.ask.at:
        says = f"tour {other.tour} of that day, or the one that is short, has begun"
        return Barred(member, says, says)
    if meets(list(gaps_of(file, post.unit)), turn.start, turn.end):
        return Barred(member, "absent, leaving or attached elsewhere then", NOT_AVAILABLE)
    left = spared(grounds, [p for p in grounds.posts_of(member, post.unit, other.tour, post.day)])
    if left is None:
        says = f"on duty then: {other.tour}, which has no more than it needs"
        return Barred(member, says, says)
    after = with_entry(file, line, post.day, post.tour)
    if _overlaps(grounds, after):
        return Barred(member, says := "on another tour then", says)
    verdict = judged(grounds, file, after, (min(turn.start, other.start), max(turn.end, other.end)))
    if verdict.why is not None:
        return Barred(member, verdict.why, NOT_AVAILABLE)
    cost = Cost(moved=1, waivers=int(verdict.waived is not None))
    way = Way("move", member, grounds.names.get(member, ""), _whole(turn), True, _whole(turn), cost, other.tour, left,
              entry=other.tour)  # fmt: skip
    return with_verdict(grounds, way, verdict)


def with_entry(file: DutyFile, line: DutyLine, day: date, tour: str) -> DutyFile:
    """The file with another entry of a published line."""
    others = [each for each in file.lines if each.key != line.key]
    return replace(file, lines=(*others, line.with_entry(day, entry_of(tour), line.version + 1)))


def with_verdict(grounds: Grounds, way: Way, verdict: Verdict) -> Way:
    """The way with what would follow from it for the member's hours."""
    week, month = hours_of(grounds, verdict.file, way.duty[1])
    return replace(way, in_week=week, in_four_weeks=month, cautions=verdict.cautions, waived=verdict.waived)


def spared(grounds: Grounds, posts: list[Post]) -> tuple[Left, ...] | None:
    """What is left of these covers without one of those who count; None where one would be under its minimum."""
    return lowered({post: grounds.has(post) for post in posts}, posts)


def _overlaps(grounds: Grounds, file: DutyFile) -> bool:
    """Whether the member has another tour at any time of the tour that is short."""
    turn = grounds.ask.turn
    stretches = scheduled_stretches(file, grounds.ground.schedule, turn.start, turn.end)
    return any(s.turn and (s.turn.tour, s.turn.day) != (turn.tour, turn.day) and s.start < turn.end
               and (s.end is None or s.end > turn.start) for s in stretches)  # fmt: skip


def _whole(turn: Turn) -> Span:
    return turn.start, turn.end


def leaves_moved(grounds: Grounds, post: Post) -> Iterator[Way | Barred]:
    """Whoever counts and is on a leave that has not begun and can be moved, as a whole, to before or after the tour:
    the shorter way of the two, if they can be spared on the days on which they are then away."""
    turn = grounds.ask.turn
    for member in _able(grounds, post):
        away = [a for a in grounds.file(member).absences if meets([_span(a)], turn.start, turn.end)]
        if len(away) == 1:
            yield _leave_moved(grounds, post, member, away[0])


def _span(absence: Absence) -> Span:
    return absence.since, absence.until or datetime.max.replace(tzinfo=absence.since.tzinfo)


def _leave_moved(grounds: Grounds, post: Post, member: str, away: Absence) -> Way | Barred:
    if away.kind not in MOVABLE or away.until is None or away.since <= grounds.ask.at:
        return Barred(member, f"absent ({away.kind})", NOT_AVAILABLE)
    found = [
        way for days in _shifts(grounds, away) if isinstance(way := _shifted(grounds, post, member, away, days), Way)
    ]
    if found:
        return min(found, key=lambda way: (way.cost, abs(way.days_moved), -way.days_moved))
    return Barred(member, f"absent ({away.kind}), which cannot be moved: no day is spared, or a rule bars it",
                  NOT_AVAILABLE)  # fmt: skip


def _shifts(grounds: Grounds, away: Absence) -> Iterator[int]:
    """By how many days the leave is moved so that it begins after the tour, or ends before it."""
    zone, turn = grounds.ground.period.zone, grounds.ask.turn
    first, last = (at.astimezone(zone).date() for at in (turn.start, turn.end))
    begins = away.since.astimezone(zone)
    later = (last - begins.date()).days + (1 if on_clock(last, time(), zone) < turn.end else 0)
    yield later if begins.time() == time() else later + 1
    assert away.until is not None
    ends = away.until.astimezone(zone)
    earlier = (ends.date() - first).days + (1 if ends.time() > time() else 0)
    yield -earlier


def by_days(at: datetime, days: int, grounds: Grounds) -> datetime:
    """The same time by the clock, so many days later."""
    here = at.astimezone(grounds.ground.period.zone)
    return on_clock(here.date() + timedelta(days=days), here.time(), grounds.ground.period.zone)


def _shifted(grounds: Grounds, post: Post, member: str, away: Absence, days: int) -> Way | None:
    assert away.until is not None
    file, turn = grounds.file(member), grounds.ask.turn
    moved_to = replace(away, since=by_days(away.since, days, grounds), until=by_days(away.until, days, grounds))
    others = [a for a in file.absences if a.key != away.key]
    if moved_to.since <= grounds.ask.at or meets([_span(a) for a in others], *_span(moved_to)):
        return None
    left = _left_out(grounds, member, file, away, moved_to)
    line, free = grounds.line(member), replace(file, absences=(*others, moved_to))
    if left is None or meets(list(gaps_of(free, post.unit)), turn.start, turn.end):
        return None
    after, entry = free, None
    if not any((t.tour, t.day, unit) == (post.tour, post.day, post.unit) for t, unit in grounds.planned(member)):
        if line is None or line.entry(post.day) is None or turn.start <= grounds.ask.at:
            return None
        was = grounds.ground.schedule.tours.get(line.entry(post.day) or "")
        if was is not None and grounds.turn(was.tour, post.day).start <= grounds.ask.at:
            return None
        after, entry = with_entry(free, line, post.day, post.tour), line.entry(post.day)
    verdict = judged(grounds, file, after, _whole(turn), min(away.since, moved_to.since))
    if _overlaps(grounds, after) or verdict.why is not None:
        return None
    zone = grounds.ground.period.zone
    of = f"{away.kind} {local_text(away.since, zone)} to {local_text(away.until, zone)}"
    cost = Cost(leaves_moved=1, waivers=int(verdict.waived is not None))
    name = grounds.names.get(member, "")
    way = Way("leave", member, name, _whole(turn), True, _whole(turn), cost, of, left, days_moved=days,
              entry=entry, leave=(away.key, moved_to.since, moved_to.until or moved_to.since))  # fmt: skip
    return with_verdict(grounds, way, verdict)


def _left_out(
    grounds: Grounds, member: str, file: DutyFile, away: Absence, moved_to: Absence
) -> tuple[Left, ...] | None:
    """What is left of the covers of their tours on the days on which they are away then and were not; None where one
    would be under its minimum. The units of tours elsewhere are not looked at: who has any there is left alone."""
    assert moved_to.until is not None
    posts: list[Post] = []
    free = replace(file, absences=[a for a in file.absences if a.key != away.key])
    schedule = grounds.ground.schedule
    for s in scheduled_stretches(free, schedule, moved_to.since, moved_to.until):
        if s.turn is None or (away.since <= s.turn.start and away.until is not None and s.turn.end <= away.until):
            continue
        if s.unit != grounds.ask.unit:
            return None
        posts += grounds.posts_of(member, s.unit, s.turn.tour, s.turn.day)
    return spared(grounds, list(dict.fromkeys(posts)))
