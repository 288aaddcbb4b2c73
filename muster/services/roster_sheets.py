"""A roster with what the record knows about it, to be printed: names, hours of tours, and what the cover asks for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from muster.domain.force import Unit
from muster.domain.roster_sheets import Count, RosterSheet
from muster.domain.rosters import UnitRoster
from muster.domain.snapshot import named
from muster.ports import Views
from muster.services.draft_entries import checked_draft
from muster.services.found_once import Once, anew
from muster.services.published_plans import published_plan
from muster.services.roster_ground import ground_of
from muster.services.roster_members import turns_of
from muster.services.rosters import Case, cases_of, shortages_of
from muster.services.units import names_of


def roster_sheet(views: Views, roster: UnitRoster, once: Once = anew) -> RosterSheet:
    """The roster as a sheet. ``once``: keeps what is found of members. Raises ``Unknown`` for a unit that is not in the
    record, and ``Invalid`` for a period that no roster can have."""
    unit = named("unit", roster.unit, {u.unit: u for u in views.rows(Unit)})
    ground = ground_of(views, [unit.unit], roster.first, roster.first + timedelta(days=roster.days - 1))
    case = next(cases_of(ground, [unit.unit], once=once))
    tours = {*roster.used, *(c.tour for c in case.cover)} & ground.schedule.tours.keys()
    fact, head = views.head()
    return RosterSheet(
        roster=roster,
        name=unit.name,
        zone=ground.period.zone.key,
        members=names_of(views, set(roster.lines), case.period.start),
        turns=turns_of(ground, sorted(tours)),
        counts=tuple(_counts(case, roster)),
        changed=shortages_of(case, roster.lines) != list(roster.shortages),
        printed_at=views.now,
        fact=fact,
        head=head,
    )


def published_sheet(views: Views, unit: str, at: datetime, *, commands: bool, once: Once = anew) -> RosterSheet:
    """The unit's published roster that holds at the instant, or else the next, as a sheet: with what its lines leave
    short by the cover of now, whoever is absent since, and, for whoever ``commands`` the unit, which rules it crosses.
    ``once``: keeps what is found of members. Raises as ``published_plan``."""
    signed, plan = published_plan(views, unit, at)
    found = checked_draft(views, plan, once)
    sheet = roster_sheet(views, found if commands else replace(found, crossings=(), notes=()), once)
    return replace(sheet, published=signed)


def _counts(case: Case, roster: UnitRoster) -> Iterator[Count]:
    """By tour: whom its cover asks for, in one line for all days; tours without cover as they are."""
    asked = dict.fromkeys((c.tour, c.who) for c in case.cover)
    for tour in sorted({*roster.used, *(tour for tour, _ in asked)}):
        whom = [who for of, who in asked if of == tour]
        yield from (_count(case, roster, tour, who) for who in whom or [""])


def _count(case: Case, roster: UnitRoster, tour: str, who: str) -> Count:
    minimum: list[int | None] = []
    have: list[int] = []
    qualified = frozenset[str]().union(*(m for (_, of, whom), m in case.counted.items() if (of, whom) == (tour, who)))
    for day, date in enumerate(case.period.dates):
        least = [c.minimum for c in case.cover if (c.tour, c.who) == (tour, who) and c.holds_on(date)]
        minimum.append(sum(least) if least else None)
        counted = case.counted.get((day, tour, who), qualified if who else roster.lines.keys())
        have.append(sum(roster.lines[m][day] == tour for m in counted if m in roster.lines))
    return Count(tour, who, tuple(have), tuple(minimum))
