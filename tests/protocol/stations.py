"""Very small forces at 0300 of a Wednesday: a precinct below a department, with whom a tasking is brought to."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from muster.domain.authority import Authority, Matter
from muster.domain.competence import Asked
from muster.domain.duty import Signing
from muster.domain.force import Force, Position, Title, Unit
from muster.domain.members import Appointment, ContactPoint, Member
from muster.domain.schema import Row
from muster.services import taskings
from tests.ground import grouped
from tests.protocol.memory import NOW, Kept, Memory, Station

MATTER = "shots-fired"
DESK, CO, XO, CHIEF = "DESK", "CO", "XO", "CHIEF"
"""Positions: the desk of the precinct, its commander and executive officer, and the chief of the department."""

HOUR = timedelta(hours=1)
ORGANISATION: tuple[Row, ...] = (
    Force(
        force="F", name="F", zone="America/New_York", levels=("dept", "pct"), country="US", answer_minutes=2,
        repeat_minutes=3,
    ),
    Unit(unit="DEPT", name="Department", level="dept"),
    Unit(unit="PCT", name="Precinct", level="pct", parent="DEPT"),
    Title(title="chief", name="Chief", kind="command"),
    Title(title="officer", name="Commanding officer", kind="command"),
    Title(title="desk", name="Desk officer", kind="tour", standing=1),
    Matter(matter=MATTER, name="Shots fired"),
    Authority(matter=MATTER, level="pct", lowest_tour="desk"),
    Position(position=CHIEF, unit="DEPT", title="chief", order=1),
    Position(position=CO, unit="PCT", title="officer", order=1),
    Position(position=DESK, unit="PCT", title="desk", order=11),
)  # fmt: skip
VACANT = Position(position=XO, unit="PCT", title="officer", order=2)
UNIT_OF = {CHIEF: "DEPT", CO: "PCT", XO: "PCT", DESK: "PCT"}


def on_duty(member: str, *positions: str, channels: Sequence[str] = ("telephone",)) -> list[Row]:
    """Somebody on duty for an hour in the unit of the first of these positions."""
    signed = Signing(member=member, at=NOW - HOUR, kind="on", unit=UNIT_OF[positions[0]])
    return [*_seated(member, positions, channels), signed]


def resting(member: str, *positions: str, channels: Sequence[str] = ("telephone",)) -> list[Row]:
    """Somebody who went off duty an hour ago."""
    signed = [
        Signing(member=member, at=NOW - 9 * HOUR, kind="on", unit=UNIT_OF[positions[0]]),
        Signing(member=member, at=NOW - HOUR, kind="off"),
    ]
    return [*_seated(member, positions, channels), *signed]


def _seated(member: str, positions: Iterable[str], channels: Iterable[str]) -> list[Row]:
    return [
        Member(member=member, name=member),
        *(Appointment(position=p, member=member, kind="substantive", since=NOW - 99 * HOUR) for p in positions),
        *(ContactPoint(member=member, channel=c, order=n, address=f"{member}-{c}") for n, c in enumerate(channels, 1)),
    ]


def station(*rows: Iterable[Row], more: Iterable[Row] = ()) -> Station:
    """The organisation with these people."""
    there = grouped([*ORGANISATION, *more, *(row for some in rows for row in some)])
    return {noun.NOUN: {row.key: row for row in of_noun} for noun, of_noun in there.items()}


def received(force: Station, *names: str, **more: Any) -> Kept:
    """What is kept once taskings of these names came in, as anybody would bring them."""
    record = Memory(force, Kept())
    for name in names:
        taskings.receive(record, Asked(MATTER, "PCT", NOW, None, **more), "shots fired", "incident", name=name)
    return record.kept()
