"""Where the city's members are on duty, away, or lent to a task force, in the autumn of 2020."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from muster.domain.duty import SquadPlace
from muster.domain.members import Absence, Attachment
from muster.scenarios.city_units import precincts, task_force
from muster.scenarios.doctrine import midnight
from muster.scenarios.seats import Plan, Seat

FIRST_DAY, LAST_DAY = date(2020, 9, 1), date(2020, 11, 30)
WINDOW_DAYS = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True, slots=True)
class Away:
    """A sort of absence: the share of members who have one in the window, and its shortest and longest length."""

    kind: str
    share: float
    shortest_days: int
    longest_days: int


AWAY = (Away("leave", 0.34, 7, 21), Away("sick", 0.20, 3, 17), Away("training", 0.15, 3, 7))
"""Together nine in a hundred members on a day."""

ALWAYS_THERE = ("PD", "COD", "PATROL")
LENT_SHARE = 0.01


def squad_places(refs: Sequence[str], seats: Sequence[Seat], since: Sequence[datetime]) -> Iterator[SquadPlace]:
    """Everybody's squad, from their appointment on."""
    for member, seat, first in zip(refs, seats, since, strict=True):
        role = "sergeant" if seat.sergeant else "member"
        yield SquadPlace(member=member, squad=seat.squad, since=first, role=role)


def absences(refs: Sequence[str], seats: Sequence[Seat], rng: Random) -> Iterator[Absence]:
    """Leave, sickness and training; nobody of the offices above the boroughs, so that their story is the scenario's."""
    for member, seat in zip(refs, seats, strict=True):
        if seat.unit not in ALWAYS_THERE:
            yield from absences_of(member, rng)


def absences_of(member: str, rng: Random) -> Iterator[Absence]:
    """The absences of one member, none of which overlap."""
    taken: list[tuple[int, int]] = []
    for away in AWAY:
        if rng.random() >= away.share:
            continue
        days = away.shortest_days + int(rng.random() * (away.longest_days - away.shortest_days + 1))
        first = int(rng.random() * (WINDOW_DAYS - days + 1))
        if all(first + days <= start or end <= first for start, end in taken):
            taken.append((first, first + days))
            since = FIRST_DAY + timedelta(days=first)
            until = midnight(since + timedelta(days=days))
            yield Absence(member=member, kind=away.kind, since=midnight(since), until=until)


def attachments(refs: Sequence[str], plan: Plan, rng: Random) -> Iterator[Attachment]:
    """One officer in a hundred of the precincts' lines, lent to the borough's task force for September to November."""
    borough = {p.unit: p.borough for p in precincts()}
    squads = {force: [s.squad for s in plan.squads if s.unit == force] for force in map(task_force, borough.values())}
    for member, seat in zip(refs, plan.seats, strict=True):
        if seat.rank != "PO" or seat.unit not in borough or rng.random() >= LENT_SHARE:
            continue
        force = task_force(borough[seat.unit])
        yield Attachment(
            member=member,
            unit=force,
            since=midnight(FIRST_DAY),
            until=midnight(LAST_DAY + timedelta(days=1)),
            squad=rng.choice([s for s in squads[force] if "-DUTY-" not in s and "-OFFICE" not in s] or squads[force]),
        )
