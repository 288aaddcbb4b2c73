"""Who may take the watch of a unit, in the order in which they are asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.presence import holds

Capacity = Literal["substantive", "acting", "succession", "tour", "cover", "parent", "duty-chief"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A position that may take the watch, with one of its holders; ``appointment`` None where nobody holds it."""

    position: Position
    appointment: Appointment | None
    capacity: Capacity


def candidates(moment: Moment, unit: str) -> Iterator[Candidate]:
    """Command positions in order, acting before substantive holders; tour positions, the earlier tour first; then
    tour positions of other units that cover this one."""
    own = positions_of(moment, unit)
    titles = moment.snapshot.titles
    yield from _commands(moment, [p for p in own if titles[p.title].kind == "command"])
    yield from _tours(moment, [p for p in own if titles[p.title].kind == "tour"], "tour")
    covering = [p for p in moment.snapshot.covering.get(unit, ()) if holds(p, moment.at)]
    yield from _tours(moment, sorted(covering, key=lambda p: (p.order, p.position)), "cover")


def of_position(moment: Moment, unit: str, position: str) -> list[Candidate]:
    """One position of the unit with each of its holders, in the same order; nothing for one that is not there then."""
    titles = moment.snapshot.titles
    own = positions_of(moment, unit)
    commands = [p for p in own if titles[p.title].kind == "command"]
    tours = [p for p in own if titles[p.title].kind == "tour" and p.position == position]
    return [*_commands(moment, commands, position), *_tours(moment, tours, "tour")]


def positions_of(moment: Moment, unit: str) -> list[Position]:
    """The command and tour positions that the unit has at the instant, in order."""
    held = [p for p in moment.snapshot.positions.get(unit, ()) if holds(p, moment.at)]
    return sorted(held, key=lambda p: (p.order, p.position))


def holders(moment: Moment, position: str) -> list[Appointment]:
    """Who holds a position at the instant: acting before substantive, then by seniority in it."""
    held = [a for a in moment.snapshot.appointments.get(position, ()) if holds(a, moment.at)]
    return sorted(held, key=lambda a: (a.kind != "acting", a.since, a.member))


def _commands(moment: Moment, commands: Sequence[Position], only: str | None = None) -> Iterator[Candidate]:
    for place, position in enumerate(commands):
        if only not in (None, position.position):
            continue
        held = holders(moment, position.position)
        for a in held:
            first: Capacity = "acting" if a.kind == "acting" else "substantive"
            yield Candidate(position, a, first if place == 0 else "succession")
        if not held:
            yield Candidate(position, None, "succession")


def _tours(moment: Moment, positions: Sequence[Position], capacity: Capacity) -> Iterator[Candidate]:
    """Positions of one order are one post on several tours: who came on duty first goes first, until off duty."""
    for _, post in groupby(positions, key=lambda p: p.order):
        held = [Candidate(p, a, capacity) for p in post for a in holders(moment, p.position)]
        yield from sorted(held, key=lambda c: _tour_order(moment, c))


def _tour_order(moment: Moment, candidate: Candidate) -> tuple[bool, datetime, str]:
    member = candidate.appointment.member if candidate.appointment else ""
    status = moment.status(member)
    on_duty = status.state == "on-duty"
    began = status.stretch.turn.start if status.stretch and status.stretch.turn else status.since
    return not on_duty, began if on_duty and began else moment.at, member
