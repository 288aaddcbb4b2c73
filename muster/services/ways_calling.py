"""Ways out of a shortage by the contract: from a day off, held over from the tour before, in early for that after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from muster.domain.calling_case import Person
from muster.domain.calling_in import CallIn
from muster.domain.calling_list import Line, OvertimeList, overtime_list
from muster.domain.calling_rules import ALWAYS, TO_ASK, first_reason
from muster.domain.duty import Waiver
from muster.domain.spans import Span
from muster.domain.ways_out import Barred, Cost, Kind, Post, Way
from muster.services.calling import Found, listed
from muster.services.ways_ground import Grounds
from muster.services.ways_inside import with_verdict
from muster.services.ways_rules import Verdict, held_to, judged, on_from

STEP: Final = timedelta(minutes=15)
"""Parts of a tour are told to the quarter of an hour."""
MINUTE: Final = timedelta(minutes=1)
NOTED: Final = "not on the list, or noted already"


@dataclass(frozen=True, slots=True)
class Need:
    """What a call-in would be opened for."""

    kind: Kind
    since: datetime
    until: datetime

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.until - self.since) // MINUTE


def call_in_of(grounds: Grounds, post: Post, need: Need, name: str = "ways-out") -> CallIn:
    """The call-in that would be opened."""
    signer = grounds.signer
    whom = grounds.whom(post.who)
    return CallIn(
        call_in=name,
        unit=post.unit,
        kind="hold-over" if need.kind == "hold-over" else "call-in",
        since=need.since,
        until=need.until,
        rank=whom.rank,
        qualification=whom.qualification,
        contract=whom.contract,
        opened_by=signer[1] if signer else "nobody",
        at=grounds.ask.at,
    )


def called(grounds: Grounds, post: Post, short: Span) -> Iterator[Way | Barred]:
    """Whoever counts and is called in by the contract's order, from a day off, for all that is short."""
    need = Need("call-in", *short)
    if need.until <= grounds.ask.at:
        return
    found = listed(grounds.views, call_in_of(grounds, post, need), grounds.ask.at)
    for member, person in found.people.items():
        if _counts(grounds, post, member):
            yield _called(grounds, post, need, found, person)


def _counts(grounds: Grounds, post: Post, member: str) -> bool:
    part = grounds.parts(post.unit).get(member)
    if part is None or member in grounds.ask.absent or not part.counts_as(post.who, grounds.ask.turn):
        return False
    return member not in grounds.on_tour(post.unit, post.tour, post.day)


def _called(grounds: Grounds, post: Post, need: Need, found: Found, person: Person) -> Way | Barred:
    member = person.member.member
    line = open_line(found.list, member)
    if line is None:
        return _with_waiver(grounds, post, need, found, person)
    way, verdict = _way(grounds, post, need, found, line)
    if verdict.why is not None:
        return Barred(member, verdict.why, "not available")
    return way


def open_line(of: OvertimeList, member: str) -> Line | None:
    """The member's line on which they can be asked, or else ordered; None where neither is possible."""
    lines = [x for x in (of.line("offer", member), of.line("order", member)) if x is not None and x.is_open]
    return lines[0] if lines else None


def _way(grounds: Grounds, post: Post, need: Need, found: Found, line: Line) -> tuple[Way, Verdict]:
    member, unit, turn = line.member, post.unit, grounds.ask.turn
    file = grounds.file(member)
    change = held_to if need.kind == "hold-over" else on_from
    after, off = change(file, grounds, need.since, need.until, unit)
    verdict = judged(grounds, file, after, (need.since, off))
    covers = _covers(grounds, need, off)
    cost = Cost(
        overtime_minutes=need.minutes,
        waivers=int(verdict.waived is not None),
        called_from_days_off=int(need.kind == "call-in"),
        held_or_early=int(need.kind != "call-in"),
        place=line.place + (len(found.list.offers) if line.part == "order" else 0),
    )
    kind: Kind = "order" if line.part == "order" and need.kind == "call-in" else need.kind
    way = Way(kind, member, line.name, covers, covers == (turn.start, turn.end), (need.since, off), cost,
              _of(grounds, need, found, line), place=line.place,
              ahead=tuple(found.list.ahead_of(line.part, member)))  # fmt: skip
    return with_verdict(grounds, way, verdict), verdict


def _covers(grounds: Grounds, need: Need, off: datetime) -> Span:
    """The part of the tour for which somebody is there: with the tour before or after, where it goes on from that."""
    turn = grounds.ask.turn
    if need.kind == "hold-over":
        return turn.start, min(need.until, turn.end)
    if need.kind == "early":
        return max(need.since, turn.start), min(off, turn.end)
    return max(need.since, turn.start), min(need.until, turn.end)


def _of(grounds: Grounds, need: Need, found: Found, line: Line) -> str:
    to = "ask" if line.part == "offer" else "order"
    return f"place {line.place} of those to {to}, contract {found.case.contract.name}"


def _with_waiver(grounds: Grounds, post: Post, need: Need, found: Found, person: Person) -> Way | Barred:
    """A way for somebody whom one hours rule bars, and perhaps a clause of the contract on the same hours: the rule is
    waived with a signature, the clause gone past with the reason."""
    member = person.member.member
    line = found.list.line("offer", member) or found.list.line("order", member)
    assert line is not None
    if line.reason is None:
        return Barred(member, line.said or NOTED, line.said or NOTED)
    barred = Barred(member, line.reason.says, line.reason.public)
    if not line.reason.rule.startswith("hours-") or need.kind != "call-in":
        return barred
    way, verdict = _way(grounds, post, need, found, line)
    if verdict.why is not None or verdict.waived is None:
        return barred
    w = verdict.waived
    waiver = Waiver(member=member, rule=w.rule, since=w.since, until=w.until, signed_by=w.signer,
                    rest_owed_hours=w.rest_owed_hours)  # fmt: skip
    file = replace(person.file, waivers=(*person.file.waivers, waiver))
    left = first_reason(found.case, Person(person.member, file), (*ALWAYS, *(TO_ASK if line.part == "offer" else ())))
    if left is not None and left.rule not in ("day-hours", "rest-between"):
        return Barred(member, left.says, left.public)
    return replace(way, past=left.says if left else None)


def held_over(parts: "Parts", short: Span) -> Iterator[Way | Barred]:
    """Whoever counts and is on a tour of the unit that ends in this one: they stay, as long as limits let."""
    grounds, post = parts.grounds, parts.post
    turn, ends = grounds.ask.turn, dict[datetime, set[str]]()
    for member in _others(grounds, post):
        for t, unit in grounds.planned(member):
            if unit == post.unit and t.start < turn.start <= t.end < short[1] and t.end > grounds.ask.at:
                ends.setdefault(t.end, set()).add(member)
    for end, members in sorted(ends.items()):
        yield from parts.longest(Need("hold-over", end, short[1]), members)


def in_early(parts: "Parts", short: Span) -> Iterator[Way | Barred]:
    """Whoever counts and is on a tour of the unit that begins in this one and goes on after it: they come before it, as
    early as limits let."""
    grounds, post = parts.grounds, parts.post
    turn, starts = grounds.ask.turn, dict[datetime, set[str]]()
    for member in _others(grounds, post):
        for t, unit in grounds.planned(member):
            if unit == post.unit and short[0] < t.start <= turn.end < t.end and short[0] >= grounds.ask.at:
                starts.setdefault(t.start, set()).add(member)
    for start, members in sorted(starts.items()):
        yield from parts.longest(Need("early", short[0], start), members)


def _others(grounds: Grounds, post: Post) -> list[str]:
    return [m for m in sorted(grounds.parts(post.unit)) if _counts(grounds, post, m)]


@dataclass(slots=True)
class Parts:
    """Finds for how long members can stay or come early. ``lists``: those of the call-ins that were thought of."""

    grounds: Grounds
    post: Post
    lists: dict[Need, Found] = field(default_factory=dict)
    last: int = 0
    """How many steps the member before could: mostly the next can just as many."""

    def longest(self, need: Need, members: Iterable[str]) -> Iterator[Way | Barred]:
        """For each the longest part that no rule bars, up to the whole need."""
        self.last = 0
        for member in sorted(members):
            yield self._longest(need, member)

    def _longest(self, need: Need, member: str) -> Way | Barred:
        """What is possible for some time is possible for less."""
        why = self._why(need, member)
        if why is None:
            return self.way(need, member)
        least, most = 0, -((need.since - need.until) // STEP)
        middle = self.last
        while most - least > 1:
            middle = middle if least < middle < most else (least + most) // 2
            if self._why(_shorter(need, middle), member) is None:
                least, middle = middle, middle + 1
            else:
                most, middle = middle, middle - 1
        self.last = least
        return self.way(_shorter(need, least), member) if least else why

    def _why(self, need: Need, member: str) -> Barred | None:
        """Why a member cannot stay or come for just this need; None: they can."""
        file, unit = self.grounds.file(member), self.post.unit
        change = held_to if need.kind == "hold-over" else on_from
        found = self._found(_whole_of(need, self.lists))
        person = found.people.get(member)
        if person is None:
            return Barred(member, NOTED, NOTED)
        case = replace(found.case, call_in=call_in_of(self.grounds, self.post, need))
        alone = overtime_list(case, [Person(person.member, person.file)])
        line = open_line(alone, member)
        if line is None:
            return _why_closed(alone, member)
        after, off = change(file, self.grounds, need.since, need.until, unit)
        verdict = judged(self.grounds, file, after, (need.since, off))
        if verdict.why is None and verdict.waived is None:
            return None
        says = verdict.why or (verdict.waived.says if verdict.waived else "")
        return Barred(member, f"cannot stay or come early: {says}", "not available")

    def _found(self, need: Need) -> Found:
        if need not in self.lists:
            asked = call_in_of(self.grounds, self.post, need)
            self.lists[need] = listed(self.grounds.views, asked, self.grounds.ask.at)
        return self.lists[need]

    def way(self, need: Need, member: str) -> Way | Barred:
        """The way in which a member stays or comes for just this need; or why not."""
        found = self._found(need)
        line = open_line(found.list, member)
        if line is None:
            return _why_closed(found.list, member)
        way, verdict = _way(self.grounds, self.post, need, found, line)
        return Barred(member, verdict.why, "not available") if verdict.why is not None else way


def _whole_of(need: Need, known: Iterable[Need]) -> Need:
    """A need whose list is known of which this is a part; else the need itself."""
    same = (k for k in known if k.kind == need.kind)
    of = (k for k in same if k.since == need.since or k.until == need.until)
    return next((k for k in of if k.since <= need.since and need.until <= k.until), need)


def _shorter(need: Need, steps: int) -> Need:
    if need.kind == "hold-over":
        return replace(need, until=need.since + steps * STEP)
    return replace(need, since=need.until - steps * STEP)


def _why_closed(of: OvertimeList, member: str) -> Barred:
    line = of.line("offer", member) or of.line("order", member)
    reason = line.reason if line else None
    return Barred(member, reason.says, reason.public) if reason else Barred(member, NOTED, NOTED)
