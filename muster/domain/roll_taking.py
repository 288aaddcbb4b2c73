"""Taking a roll call: who signs on and who does not, by what is said now and what was said before."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Signing
from muster.domain.errors import Check, require
from muster.domain.instants import instant_of
from muster.domain.presence import DutyFile
from muster.domain.record import Fact, entered
from muster.domain.roll_calls import Line, Roll, RollCall, line_of
from muster.domain.schedule import Turn

CLOCK: Final = re.compile(r"([01]\d|2[0-3]):?([0-5]\d)")
"""A time by the clock, as it is said and as it is read."""


def came_at(said: str, turn: Turn, zone: ZoneInfo) -> datetime:
    """When somebody came to a tour: a time by the clock, within a day from its beginning, or one in full. Raises
    ``Invalid``."""
    clock = CLOCK.fullmatch(said)
    if clock is None:
        return instant_of(said, zone)
    for day in (turn.day, turn.day + timedelta(days=1)):
        at = instant_of(f"{day}T{clock[1]}:{clock[2]}", zone)
        if at > turn.start:
            break
    return at


@dataclass(frozen=True, slots=True)
class Said:
    """What whoever takes the call says. ``everybody``: whoever is not named otherwise is there; ``missing``: they are
    not; ``late``: since when; ``joined``: who is there without being on the schedule; ``assign``: the sector to which
    somebody is sent by name."""

    present: frozenset[str] = frozenset()
    everybody: bool = False
    missing: frozenset[str] = frozenset()
    late: Mapping[str, datetime] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    assign: Mapping[str, str] = field(default_factory=dict)

    @property
    def named(self) -> list[str]:
        """Everybody who is named, as often as they are."""
        return [*self.present, *self.missing, *self.late, *self.joined]


@dataclass(frozen=True, slots=True)
class Answers:
    """Who was there at the beginning, who came later and when, who did not come, and who joined."""

    present: Collection[str]
    late: Mapping[str, datetime]
    missing: Collection[str]
    joined: Collection[str]


def taken(roll: Roll, lines: Sequence[Line], files: Mapping[str, DutyFile], said: Said) -> Answers:
    """The answers that follow. Taken for the first time, whoever is due and neither named nor signed on did not come;
    taken again, whoever is not named stays as they were. Raises ``Invalid`` with everything that cannot be."""
    by_member = {line.member: line for line in lines}
    own = {m for m, file in files.items() if _signed_themselves(roll, file)}
    require(roll.says, *_checks(roll, by_member, own, said))
    before, first = roll.call, roll.call is None
    unnamed = {m for m, line in by_member.items() if line.is_due} - set(said.named)
    came = {m for m in own & (unnamed | said.present) if m in by_member and by_member[m].state == "late"}
    late = {m: _came(roll, files[m]) for m in came.union(before.late if before else ())}
    late = {m: at for m, at in {**late, **said.late}.items() if m not in said.missing | (said.present - came)}
    open_ones = {m for m in unnamed if said.everybody or (first and m in own)}
    unseen = {m for m in unnamed - open_ones if first and by_member[m].is_to_come}
    gone = {m for m in said.missing if _was_due(roll, files[m])}
    present = ({*before.present} if before else set()) | open_ones | said.present
    missing = ({*before.missing} if before else set()) - open_ones | unseen | gone
    return Answers(
        present - said.missing - late.keys(),
        late,
        missing - said.present - late.keys(),
        ({*before.joined} if before else set()) | said.joined,
    )


def _without_call(roll: Roll, file: DutyFile) -> Line | None:
    """The line of the member, leaving out what this roll call said."""
    signed = tuple(s for s in file.signings if s.why != roll.says)
    return line_of(replace(roll, call=None), replace(file, signings=signed))


def _was_due(roll: Roll, file: DutyFile) -> bool:
    """Whether the member is to be there: nobody misses whoever is absent or attached elsewhere, also if they were first
    thought to have come."""
    line = _without_call(roll, file)
    return line is not None and line.is_due


def _came(roll: Roll, file: DutyFile) -> datetime:
    """When the member first signed on here after the beginning of the tour."""
    on = (s.at for s in file.signings if s.kind == "on" and s.unit == roll.unit and s.at > roll.turn.start)
    return next(on, roll.turn.start)


def _checks(roll: Roll, lines: Mapping[str, Line], own: set[str], said: Said) -> Iterator[Check]:
    named = said.named
    for member in sorted({m for m in named if named.count(m) > 1}):
        yield Check("member", member, False, "must be named once")
    for member in sorted({*said.present, *said.missing, *said.late} - {m for m, line in lines.items() if line.planned}):
        yield Check("member", member, False, "must be on the schedule of this tour: who is there too is attached")
    for member in sorted(said.joined & {m for m, line in lines.items() if line.planned}):
        yield Check("attached", member, False, "must not be on the schedule of this tour: they are present or late")
    for member in sorted(own & {*said.missing, *said.late}):
        yield Check("member", member, False, "must not have signed on themselves: take that back or sign them off")
    for member, at in sorted(said.late.items()):
        within = roll.turn.start < at < roll.turn.end and at <= roll.at
        yield Check("late", f"{member}@{roll.clock(at)}", within, f"must be in the tour and by {roll.clock(roll.at)}")


def of_call(roll: Roll, file: DutyFile) -> list[Signing]:
    """The signings of the member that this roll call made."""
    return [s for s in file.signings if s.why == roll.says]


def _signed_themselves(roll: Roll, file: DutyFile) -> bool:
    """Whether the member is or was on duty here in the tour by a signing that this roll call did not make."""
    line = _without_call(roll, file)
    if line is not None and line.since is not None:
        return True
    mine = [s for s in file.signings if s.why != roll.says and s.at <= roll.look]
    last = mine[-1] if mine else None  # on another tour of the unit, which overlaps with this one
    return last is not None and last.kind != "off" and last.unit == roll.unit


def signings(roll: Roll, file: DutyFile, answers: Answers) -> list[Signing]:
    """The signings that the answers ask of this roll call for one member. Whoever is not there at the beginning is
    signed off from then on, as the schedule has them on duty. Whoever has signed on here themselves needs none; if they
    were missing before they did, they were off duty until then."""
    member, start = file.member, roll.turn.start

    def signing(kind: str, at: datetime) -> Signing:
        return Signing(member=member, at=at, kind=kind, unit=None if kind == "off" else roll.unit, why=roll.says)

    if member in answers.missing:
        return [signing("off", start)]
    before = of_call(roll, file)
    if _signed_themselves(roll, file) and not any(s.kind == "on" for s in before):
        return [s for s in before if member in answers.late]
    if member in answers.late:
        return [signing("off", start), signing("on", answers.late[member])]
    return [signing("on", start)] if member in answers.present or member in answers.joined else []


def changes(roll: Roll, file: DutyFile, answers: Answers, by: str, at: datetime) -> Iterator[Fact]:
    """The facts by which the signings of one member become what the answers ask: what this call said before and holds
    no more is taken back, what is new is entered."""
    wanted = signings(roll, file, answers)
    for s in of_call(roll, file):
        if s not in wanted:
            yield Fact(s.stream, f"{s.NOUN}.removed", at, {"by": by, "why": f"{roll.says}, taken again"})
    known = {s.key for s in file.signings}
    yield from (entered(s, None, at) for s in wanted if s.key not in known)


def call_of(roll: Roll, answers: Answers, by: str, position: str | None) -> RollCall:
    """The roll call as the answers have it."""
    return RollCall(
        unit=roll.unit,
        tour=roll.turn.tour,
        day=roll.turn.day,
        at=roll.at,
        by=by,
        position=position,
        present=tuple(sorted(answers.present)),
        late=tuple(sorted(answers.late)),
        missing=tuple(sorted(answers.missing)),
        joined=tuple(sorted(answers.joined)),
    )
