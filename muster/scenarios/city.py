"""The synthetic city: a patrol force of any size in New York's 77 precincts. Same size and seed, same rows."""

from collections.abc import Iterator, Sequence
from random import Random

from muster.domain.errors import Check, require
from muster.domain.members import Appointment
from muster.domain.nouns import FORCE_ROWS
from muster.domain.schema import Row
from muster.scenarios.city_duty import absences, attachments, squad_places
from muster.scenarios.city_lines import add_lines, add_supervisors, spread
from muster.scenarios.city_people import people, references
from muster.scenarios.city_units import areas, force, organise
from muster.scenarios.cover import cover_of
from muster.scenarios.doctrine import CHARTS, RANKS, TITLES, TOURS
from muster.scenarios.matters import AUTHORITY, MATTERS, SUPERSESSION
from muster.scenarios.seats import Plan
from muster.scenarios.sectors import sectors_of

MEMBERS = 22_000


def city(members: int = MEMBERS, seed: int = 1) -> list[Row]:
    """The rows of a force with so many members, in the order of its files.

    Raises ``Invalid`` when there are fewer members than command and tour positions to fill.
    """
    plan = organise(chance(seed, "organisation"))
    add_supervisors(plan)
    fewest = len(plan.seats)
    must = f"must be at least {fewest}, for so many take turns in its command and tour positions"
    require("City", Check("members", members, members >= fewest, must))
    add_lines(plan, spread(members, plan, chance(seed, "strength")))
    return in_order([*fixed_rows(plan), *member_rows(plan, seed)])


def chance(seed: int, theme: str) -> Random:
    """The seed's random numbers for one theme. Each has its own, so that what is said of the holders of command and
    tour positions, who come first, is the same in a force of any size."""
    return Random(f"{theme} {seed}")


def fixed_rows(plan: Plan) -> Iterator[Row]:
    """The organisation, its charts and its rules."""
    yield force()
    yield from areas()
    for rows in (RANKS, TITLES, TOURS, CHARTS, MATTERS, AUTHORITY, SUPERSESSION):
        yield from rows
    for planned in (plan.units, plan.positions, plan.coverings, plan.squads, plan.on_call):
        yield from planned
    covers = list(cover_of(plan))
    yield from covers
    yield from sectors_of(covers)


def member_rows(plan: Plan, seed: int) -> Iterator[Row]:
    """The members, with everything that is said of them."""
    refs = references(len(plan.seats))
    rows = list(people(plan.seats, chance(seed, "people")))
    yield from rows
    yield from squad_places(refs, plan.seats, [row.since for row in rows if isinstance(row, Appointment)])
    yield from attachments(refs, plan, chance(seed, "attachments"))
    yield from absences(refs, plan.seats, chance(seed, "absences"))


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Rows by noun, in the order in which a force directory is read; within a noun as they come."""
    place = {noun: i for i, noun in enumerate(FORCE_ROWS)}
    return sorted(rows, key=lambda row: place[type(row)])
