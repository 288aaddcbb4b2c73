"""Establishment, strength and available: places authorised, members there, and those who can be given a tour."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.force import Position
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.presence import holds
from muster.domain.separation import Separation


@dataclass(frozen=True, slots=True)
class Strength:
    """Numbers of members, but ``establishment``: places. ``absent`` and ``attached_out`` are part of ``strength``;
    ``attached_in`` are not. ``available`` is strength less absent and attached out, and those attached in who are not
    absent."""

    establishment: int
    strength: int
    absent: int
    attached_out: int
    attached_in: int
    available: int

    @property
    def vacant(self) -> int:
        """Places without a member; negative when there are more members than places."""
        return self.establishment - self.strength


@dataclass(frozen=True, slots=True)
class Roll:
    """The rows that say who is there: of some units' positions, and about their members."""

    positions: Sequence[Position]
    appointments: Sequence[Appointment]
    absences: Sequence[Absence]
    attachments: Sequence[Attachment]
    separations: Sequence[Separation]


def strength(roll: Roll, units: Iterable[str], at: datetime) -> Strength:
    """The numbers of these units together at an instant. A member counts once, where they hold a substantive
    position; somebody who serves in another of these units is neither attached out nor in."""
    inside = set(units)
    places = [p for p in roll.positions if p.unit in inside and holds(p, at)]
    names = {p.position for p in places}
    gone = {s.member for s in roll.separations if s.stands() and s.effective <= at}
    held = [a for a in roll.appointments if a.kind == "substantive" and a.position in names and holds(a, at)]
    ours = {a.member for a in held} - gone
    away = {a.member for a in roll.absences if holds(a, at)} | _on_terminal_leave(roll.separations, at)
    serving = {a.member: a.unit for a in roll.attachments if holds(a, at)}
    out = {m for m in ours if serving.get(m, "") not in ("", *inside)}
    come = {m for m, unit in serving.items() if unit in inside and m not in ours} - gone
    return Strength(
        establishment=sum(p.places for p in places),
        strength=len(ours),
        absent=len(ours & away),
        attached_out=len(out),
        attached_in=len(come),
        available=len(ours - away - out) + len(come - away),
    )


def _on_terminal_leave(separations: Iterable[Separation], at: datetime) -> set[str]:
    return {s.member for s in separations if s.stands() and s.leave_from is not None and s.leave_from <= at}
