"""Publishing a roster and amending it: the acts by which a plan becomes what members are held to."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.errors import Invalid
from muster.domain.force import Unit
from muster.domain.instants import local_text
from muster.domain.limits import Breach
from muster.domain.members import Member
from muster.domain.planned_lines import crossings, new_at_once, new_of
from muster.domain.presence import DutyFile, holds
from muster.domain.published import AMENDED, PUBLISHED, WITHDRAWN, Content, DutyLine, Published, said_of
from muster.domain.record import Fact
from muster.domain.rosters import Crossing, UnitRoster
from muster.domain.schedule import Turn
from muster.domain.schema import to_body
from muster.domain.separation import Separation
from muster.domain.spans import Span
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.roster.problem import OFF
from muster.services.found_once import Once, anew, duty_of, time_named
from muster.services.offices import force_of
from muster.services.publishers import signer_of
from muster.services.roster_faults import RosterRefused, Wrong
from muster.services.roster_ground import Ground, Period, ground_of, period_of
from muster.services.roster_members import turns_of
from muster.services.roster_parts import Part, gaps_of, meets, parts_of
from muster.services.rosters import Case, cases_of, crossed_by

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published, how many cautions its lines come with, and what a person may have to see to."""

    roster: Published
    members: int
    cautions: int
    notes: tuple[str, ...]


def publish(
    record: Record, roster: UnitRoster, by: str, at: datetime, *, in_place: str | None = None, once: Once = anew
) -> Publication:
    """Publish the roster as the holder of a position, from then on what the watch reads. Safe to repeat.

    ``in_place``: for this reason it stands in place of what is published of its days, which is withdrawn from its first
    day on; None: nothing may be. Everything that the roster says of itself is looked at anew, by what the record knows
    now; ``once`` keeps what is found of members, of which that is as it was when the roster was tried before. Raises
    ``RosterRefused`` with all that is in the way.
    """
    period = period_of(ZoneInfo(force_of(record).zone), roster.first, roster.dates[-1])
    here = {p.first: p for p in record.rows(Published, unit=roster.unit)}
    again = _again(record, here.get(roster.first), roster, by)
    if again is not None:
        return again
    signer, unsigned = signer_of(record, by, roster.unit, len(roster.lines), at)
    there = [p for p in here.values() if p.meets(period.first, period.dates[-1])]
    wrong = [Wrong(says) for says in (*unsigned, *_period_wrong(period, there, at, in_place))]
    wrong += _names_wrong(record, roster, period)
    if wrong:
        raise RosterRefused(roster.unit, roster.first, wrong)
    signed = Signed(by, signer, at, "" if in_place is None else in_place)
    return _published(record, roster, period, signed, there, once)


class Signed(NamedTuple):
    """Who signs as what, when, and why it stands in place of another, if it does."""

    by: str
    signer: str
    at: datetime
    reason: str


def _published(
    record: Record, roster: UnitRoster, period: Period, signed: Signed, there: Sequence[Published], once: Once
) -> Publication:
    ground = ground_of(record, [roster.unit], roster.first, roster.dates[-1])
    parts = parts_of(ground, roster.unit)
    wrong = [*map(Wrong, roster.faults), *_cells_wrong(ground, parts, roster)]
    if wrong:
        raise RosterRefused(roster.unit, roster.first, wrong)
    (case,) = cases_of(ground, [roster.unit], once=once)
    elsewhere = sorted(roster.lines.keys() - case.files.keys())  # who have days off alone, or it would be wrong
    roster = replace(roster, lines={m: line for m, line in roster.lines.items() if m in case.files})
    case = with_turns(case, ground, roster)
    crossed = crossed_by(case, roster.lines, once)
    gone = list(_withdrawals(record, there, period, signed))
    version = 1 + max([0, *(body["version"] for body in [*withdrawn(record, roster.unit), *(f.body for f in gone)])])
    content = Content(roster.unit, roster.first, roster.lines, _guests(ground, roster))
    kept = record.keep(content.text)
    made = Published(
        unit=roster.unit, first=roster.first, days=roster.days, since=period.start, until=period.end, version=version,
        content=kept, digest=kept, by=signed.by, signer=signed.signer, waived=_waived(case, roster),
    )  # fmt: skip
    wrong = [_hard(c, period.zone) for c in crossed if c.hard]
    time = time_named(period, case.profile, case.schedule)
    for line in content.duty_lines(made):
        key = "around", time, duty_of(case.files[line.member]), line
        wrong += once(key, partial(_around_wrong, case, line))
    if wrong:
        raise RosterRefused(roster.unit, roster.first, list(dict.fromkeys(wrong)))
    record.append([*gone, Fact(made.stream, PUBLISHED, signed.at, to_body(made))])
    left_out = sorted({p.member for p in parts} & case.files.keys() - roster.lines.keys())
    notes = [f"in place of {p.first} to {p.last}, version {p.version}, withdrawn for these days" for p in there]
    notes += _undone(record, there, roster)
    notes += [f"{m} has no line: their chart goes on" for m in left_out]
    notes += [f"{m} does not serve in {roster.unit} then: their line of days off is left out" for m in elsewhere]
    return Publication(made, len(roster.lines), sum(not c.hard for c in crossed), tuple(notes))


def with_turns(case: Case, ground: Ground, roster: UnitRoster) -> Case:
    """The case with the turns of all tours that the roster has, whether or not the unit's cover names them."""
    return replace(case, turns=turns_of(ground, {t for line in roster.lines.values() for t in line if t != OFF}))


def _waived(case: Case, roster: UnitRoster) -> tuple[str, ...]:
    """The waivers without which lines would cross a hard rule."""
    signed = {m: case.files[m] for m in roster.lines if case.files[m].waivers}
    bare = replace(case, files={m: replace(file, waivers=()) for m, file in signed.items()})
    found = crossed_by(bare, {m: tuple(roster.lines[m]) for m in signed})
    return tuple(sorted({key for c in found if c.hard for key in waivers_for(signed[c.member], c.breach)}))


def waivers_for(file: DutyFile, breach: Breach) -> Iterator[str]:
    """The keys of the waivers that let a member past a rule at the instant at which it is crossed."""
    yield from (w.key for w in file.waivers if w.rule == breach.rule and holds(w, breach.since))


def withdrawn(views: Views, unit: str) -> list[dict[str, Any]]:
    """What facts say of all that was ever withdrawn of the unit's rosters, in order."""
    facts = views.facts(streams=[f"{Published.NOUN}/{unit}/"], kinds=[WITHDRAWN])
    return [json.loads(fact.body) for fact in facts]


def _withdrawals(record: Record, there: Sequence[Published], period: Period, signed: Signed) -> Iterator[Fact]:
    """The facts that withdraw what stands in the way of a period, from its first day on."""
    sealed = record.seal([signed.reason]) if there else {}
    for other in there:
        body = other.withdrawal(period.first, period.start, signed.by, signed.signer, sealed[signed.reason])
        yield Fact(other.stream, WITHDRAWN, signed.at, body)


def _undone(views: Views, there: Sequence[Published], roster: UnitRoster) -> Iterator[str]:
    """Entries that members were given by requests, as by a swap, and that the roster in place does not have."""
    amended: dict[tuple[date, str], dict[str, Any]] = {}
    for other in there:
        facts = list(views.facts(streams=[other.stream], kinds=[PUBLISHED, AMENDED]))
        published = max(place for place, fact in enumerate(facts) if fact.kind == PUBLISHED)
        for body in (json.loads(fact.body) for fact in facts[published + 1 :]):
            amended[date.fromisoformat(body["day"]), body["member"]] = body
    for (day, member), body in sorted(amended.items()):
        if "request" in body and day in roster.dates and member in roster.lines:
            now = said_of(roster.lines[member][(day - roster.first).days])
            if now != body["tour"]:
                yield f"{member} has {now} on {day}, and had {body['tour']} by request {body['request']}"


def _around_wrong(case: Case, line: DutyLine) -> list[Wrong]:
    """What is wrong with a line among the tours around it: two at once, unless a rule is waived for the member then;
    and hard rules that it crosses together with the roster that is published for the days after it."""
    file, period, schedule = case.files[line.member], case.period, case.schedule
    mine = [x for x in file.lines if x.unit == line.unit]
    after = [x for x in mine if x.since >= line.until]
    before = [replace(x, until=min(x.until, line.since)) for x in mine if x.since < line.since]
    others = [x for x in file.lines if x.unit != line.unit]
    now, end = replace(file, lines=[*before, line, *after, *others]), period.end + 2 * DAY
    twice = new_at_once(file, now, schedule, period.start - DAY, end)
    # a plan may give somebody a double tour under a signed waiver; an amendment never does: who stays on is held over
    wrong = [Wrong(said, file.member) for at, said in twice if not any(holds(w, at) for w in file.waivers)]
    if any(x.tours for x in after):
        crossed, crosses = (crossings(each, schedule, case.profile, period.end, end) for each in (file, now))
        hard = [b for b in new_of(crossed, crosses) if b.level == "unfit"]
        wrong += [_hard(Crossing(line.member, b), period.zone) for b in hard]
    return wrong


def _guests(ground: Ground, roster: UnitRoster) -> set[str]:
    """Those who are rostered only because they are attached to the unit."""
    at_home = {p.member for p in parts_of(replace(ground, attached={}), roster.unit)}
    return set(roster.lines) - at_home


def _again(record: Record, there: Published | None, roster: UnitRoster, by: str) -> Publication | None:
    """What was published already, where it is this very roster, signed by the same position."""
    if there is None or there.digest != there.content or there.by != by or there.days != roster.days:
        return None
    mine = {line.member: line.tours for line in lines_of(record, there)}
    same = mine == {m: tuple(line) for m, line in roster.lines.items() if m in mine or any(line)}
    return Publication(there, len(mine), 0, ("it was published already",)) if same else None


def lines_of(
    views: Views, roster: Published, known_at: datetime | None = None, members: Collection[str] | None = None
) -> list[DutyLine]:
    """The lines of a published roster, by member; of these members, where not everybody's are asked for."""
    if members is None:
        lines = views.rows(DutyLine, known_at=known_at, unit=roster.unit)
    else:
        lines = views.rows(DutyLine, known_at=known_at, unit=roster.unit, member=members)
    return [line for line in lines if line.first == roster.first and line.tours]


def _period_wrong(period: Period, there: Collection[Published], at: datetime, in_place: str | None) -> Iterator[str]:
    if at > period.start:
        began = local_text(period.start, period.zone)
        yield f"its period began at {began}: publish the days that are left, or amend what is published"
    if in_place is not None and there:
        try:
            valid_text("what is withdrawn for it", "reason", in_place)
        except Invalid as said:
            yield str(said)
    for other in there:
        if in_place is None:
            yield (
                f"{other.first} to {other.last} is published already, version {other.version}: amend that, or publish "
                f"this in its place"
            )
        elif other.last > period.dates[-1]:
            yield f"{other.first} to {other.last} is published, and its days after {period.dates[-1]} would have none"


def _names_wrong(views: Views, roster: UnitRoster, period: Period) -> Iterator[Wrong]:
    """Units, members and tours that are not in the record, or are no more; or nobody at all."""
    if not roster.lines:
        yield Wrong("it has no lines: it would be published for nobody, and its days could not be published again")
    unit = views.row(Unit, roster.unit)
    if unit is None:
        yield Wrong(f"unit {roster.unit} is not in the record")
    elif not holds(unit, period.start):
        yield Wrong(f"unit {roster.unit} is not there on {roster.first}")
    known = {m.member for m in views.rows(Member, key=set(roster.lines))}
    gone = {s.member: s for s in views.rows(Separation, member=known) if s.stands() and s.effective <= period.start}
    for member in sorted(roster.lines):
        if member not in known:
            yield Wrong(f"member {member} is not in the record", member)
        elif member in gone:
            says = f"member {member} has left: {gone[member].kind} took effect {gone[member].effective:%Y-%m-%d}"
            yield Wrong(says, member)
    tours, dates = {OFF, *(t.tour for t in views.rows(Tour))}, roster.dates
    unknown = {
        tour: (member, day)
        for member, line in roster.lines.items()
        for day, tour in zip(dates, line, strict=True)
        if tour not in tours
    }
    yield from (Wrong(f"tour {tour!r} is not in the record", *where) for tour, where in sorted(unknown.items()))


def _cells_wrong(ground: Ground, parts: Sequence[Part], roster: UnitRoster) -> Iterator[Wrong]:
    """Entries for days on which the member is not there to be given a tour of the unit, by the record of now."""
    by_member = {p.member: p for p in parts}
    turns = turns_of(ground, {tour for line in roster.lines.values() for tour in line if tour != OFF})
    dates = roster.dates
    for member, line in sorted(roster.lines.items()):
        part, file = by_member.get(member), ground.files.get(member, DutyFile(member))
        if part is None:
            yield Wrong(f"member {member} is not rostered in {roster.unit}", member)
            continue
        gaps = list(gaps_of(file, roster.unit))
        for day, tour in enumerate(line):
            if tour != OFF:
                why = _not_there(part, gaps, turns[tour][day])
                if why is not None:
                    yield Wrong(f"{member} is {why} on {dates[day]}, the roster says {tour}", member, dates[day])


def _not_there(part: Part, gaps: Sequence[Span], turn: Turn) -> str | None:
    if meets(gaps, turn.start, turn.end):
        return "absent, leaving or attached elsewhere"
    return None if part.serves_for(turn) else "not serving there"


def hard_says(crossing: Crossing, zone: ZoneInfo) -> str:
    """A hard crossing in words, with what would let it pass."""
    breach = crossing.breach
    when = f"{breach.since.astimezone(zone):%Y-%m-%dT%H:%M}"
    return f"{crossing.member} crosses {breach.rule} at {when}, {breach.says}: not without a waiver"


def _hard(crossing: Crossing, zone: ZoneInfo) -> Wrong:
    return Wrong(hard_says(crossing, zone), crossing.member, crossing.breach.since.astimezone(zone).date())
