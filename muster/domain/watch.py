"""The watch: who is in command of a unit at an instant, who is due, and why those before were passed over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from muster.domain.candidates import Candidate, Capacity, candidates, holders, of_position, positions_of
from muster.domain.command import CommandEvent
from muster.domain.moment import Moment
from muster.domain.passing import Holder, Passed, weigh
from muster.domain.rules import fitness_at
from muster.domain.snapshot import Snapshot
from muster.domain.tenure import tenure

REASONS: dict[Capacity, str] = {
    "substantive": "holds the first command position",
    "acting": "is appointed to act in the first command position",
    "succession": "is next in the succession",
    "tour": "has the watch on this tour; no command position can take it",
    "cover": "covers this unit; nobody of the unit can take it",
    "parent": "comes from the unit above; nobody here and nobody covering can take it",
    "duty-chief": "is the duty chief of the force; nobody below can take it",
}


@dataclass(frozen=True, slots=True)
class Due:
    """Who is due in a unit, None for nobody, and everybody who was passed over, in the order weighed."""

    holder: Holder | None
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """The answer. ``assumed_at`` is None where nobody has assumed command. ``on_duty_since``, ``relief_owed_since``
    and ``relief_overdue_since`` are about the one in command; None while a limit is not reached."""

    unit: str
    at: datetime
    in_command: Holder | None
    due: Holder | None
    assumed_at: datetime | None
    on_duty_since: datetime | None
    relief_owed_since: datetime | None
    relief_overdue_since: datetime | None
    vacant: tuple[str, ...]
    passed: tuple[Passed, ...]
    why: tuple[str, ...]

    def for_everyone(self) -> "Watch":
        """The same without reasons that touch health or rest."""
        return replace(self, passed=tuple(p.for_everyone() for p in self.passed))


class Watches:
    """The watches of one instant. A unit whose own people cannot take it asks its parent, so answers are shared."""

    def __init__(self, snapshot: Snapshot, at: datetime) -> None:
        self.snapshot = snapshot
        self.moment = Moment(snapshot, at)
        self._due: dict[str, Due] = {}
        self._units: dict[str, str] = {}
        self._held: dict[str, list[Candidate]] = {}

    def due(self, unit: str) -> Due:
        """Who is due in the unit: its command and tour positions, those that cover it, then the parent's due."""
        if unit not in self._due:
            self._due[unit] = self._find_due(unit)
        return self._due[unit]

    def of_position(self, position: str) -> Sequence[Candidate]:
        """A position with each of its holders, in the order in which they are asked; nothing for one that the snapshot
        does not have."""
        if not self._units:
            self._units = {p.position: unit for unit, posts in self.snapshot.positions.items() for p in posts}
        if position not in self._held:
            unit = self._units.get(position)
            self._held[position] = [] if unit is None else of_position(self.moment, unit, position)
        return self._held[position]

    def _find_due(self, unit: str) -> Due:
        passed: list[Passed] = []
        here = self.snapshot.unit(unit)
        for candidate in () if here.civil else candidates(self.moment, unit):
            weighed = weigh(self.moment, candidate, unit)
            if isinstance(weighed, Holder):
                return Due(weighed, tuple(passed))
            passed.append(weighed)
        if here.civil or here.parent is None or self.snapshot.unit(here.parent).civil:
            return Due(None, tuple(passed))
        above = self.due(here.parent)
        holder = above.holder and replace(above.holder, capacity=self.from_above(above.holder))
        return Due(holder, (*passed, *above.passed))

    def from_above(self, holder: Holder) -> Capacity:
        """``duty-chief`` for a tour position of the highest unit below civil authority, else ``parent``."""
        unit = self.snapshot.unit(holder.unit)
        top = unit.parent is None or self.snapshot.unit(unit.parent).civil
        return "duty-chief" if top and holder.capacity in ("tour", "duty-chief") else "parent"

    def watch(self, unit: str) -> Watch:
        """The watch of a unit. Raises ``Unknown`` for a unit that the snapshot does not have."""
        due = self.due(unit)
        taken = self._assumed(unit)
        if taken is None:
            return self._answer(unit, due, due.holder, None, None)
        event, holder, held_since = taken
        return self._answer(unit, due, holder, event.at, held_since)

    def _answer(
        self, unit: str, due: Due, holder: Holder | None, assumed_at: datetime | None, held_since: datetime | None
    ) -> Watch:
        s, moment = self.snapshot, self.moment
        fitness = None
        if holder is not None:
            file = moment.file(holder.member)
            held = None if held_since is None else fitness_at(file, s.schedule, s.profile, moment.at, held_since)
            fitness = held or moment.fitness(holder.member)
        return Watch(
            unit=unit,
            at=moment.at,
            in_command=holder,
            due=due.holder,
            assumed_at=assumed_at,
            on_duty_since=fitness.since if fitness else None,
            relief_owed_since=fitness.relief_owed_since if fitness else None,
            relief_overdue_since=fitness.relief_overdue_since if fitness else None,
            vacant=tuple(self.vacant(unit)),
            passed=due.passed,
            why=tuple(_why(unit, due, holder, assumed_at)),
        )

    def vacant(self, unit: str) -> Iterator[str]:
        """Command positions of the unit that nobody in the force holds: an acting appointment is to be proposed."""
        for position in positions_of(self.moment, unit):
            if self.snapshot.titles[position.title].kind == "command":
                held = holders(self.moment, position.position)
                if all(self.moment.status(a.member).state == "separated" for a in held):
                    yield position.position

    def _assumed(self, unit: str) -> tuple[CommandEvent, Holder, datetime | None] | None:
        """The last who assumed command, if they still have it, and since when they hold over unasked; else None."""
        event = last_assumed(self.snapshot, unit, self.moment.at)
        candidate = None if event is None else self._entitled(unit, event)
        if event is None or candidate is None:
            return None
        position, member = candidate.position, event.member
        file, schedule = self.moment.file(member), self.snapshot.schedule
        units = (unit, position.unit)
        kept = tenure(file, schedule, units, event.at, self.moment.at, lambda end: self._passes(unit, member, end))
        if kept is None:
            return None
        status = self.moment.status(member)
        unasked = "holds over: nobody was present to take command when the tour ended"
        source = status.source if status.state == "on-duty" else unasked
        return event, Holder(member, position.position, position.unit, candidate.capacity, source), kept.over_since

    def _entitled(self, unit: str, event: CommandEvent) -> Candidate | None:
        """A position of the member that entitles here: the one in which they assumed command before any other."""
        found = [
            c if above.unit == unit else replace(c, capacity="parent")
            for above in self.snapshot.path_up(unit)
            for c in candidates(self.moment, above.unit)
            if c.appointment is not None and c.appointment.member == event.member and c.position.takes_watch
        ]
        return next((c for c in found if c.position.position == event.position), next(iter(found), None))

    def _passes(self, unit: str, member: str, end: datetime) -> bool:
        """Whether at the end of the member's tour somebody else who was due stood present to take it."""
        then = Watches(self.snapshot, end)
        due = then.due(unit).holder
        return due is not None and due.member != member and then.moment.status(due.member).unit == unit


def last_assumed(snapshot: Snapshot, unit: str, at: datetime) -> CommandEvent | None:
    """The last assumption of command by that instant that was not handed over since; None when there is none."""
    event = None
    for e in snapshot.commands.get(unit, ()):
        if e.at <= at:
            if e.kind == "assumed":
                event = e
            elif event is not None and event.member == e.member:
                event = None
    return event


def _why(unit: str, due: Due, holder: Holder | None, assumed_at: datetime | None) -> Iterator[str]:
    if holder is None:
        yield f"NOBODY can take the watch of {unit}: every position up to the top of the force was passed over"
        return
    if assumed_at is not None:
        yield f"{holder.member} assumed command and has not handed over"
    yield f"{holder.member} ({holder.position}) {REASONS[holder.capacity]}: {holder.source}"
    if due.holder is None:
        yield "due is NOBODY"
    elif due.holder.member != holder.member:
        yield f"due is {due.holder.member} ({due.holder.position}), who {REASONS[due.holder.capacity]}"
