"""A draft from the entries of a file: whose tours on which days, held to what the record knows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from muster.domain.published import OFF, entry_of
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.services.found_once import Once, anew
from muster.services.publishing import with_turns
from muster.services.roster_ground import MOST_DAYS, ground_of
from muster.services.rosters import cases_of, crossed_by, shortages_of

FROM_FILE: Final = "from a file"


class Entry(NamedTuple):
    """An entry of a file: its line, of which unit (None: of the one it is for), whose, on which day, which tour."""

    line: int | None
    unit: str | None
    member: str
    day: date
    tour: str


def drafted(unit: str, entries: Sequence[Entry]) -> UnitRoster:
    """The roster of a unit with these entries, from the first day that they name to the last; who has none on a day is
    off."""
    first, last = min(e.day for e in entries), max(e.day for e in entries)
    days = (last - first).days + 1
    lines = {e.member: [OFF] * days for e in entries}
    for e in entries:
        lines[e.member][(e.day - first).days] = entry_of(e.tour)
    told = {member: tuple(line) for member, line in sorted(lines.items())}
    return UnitRoster(unit, first, days, FROM_FILE, told, {}, 0.0, False, 0.0)


def wrong_entries(unit: str, entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """What is wrong with entries by themselves, whatever the record knows."""
    before: dict[tuple[str, date], Entry] = {}
    first = min(e.day for e in entries)
    for e in entries:
        if e.unit not in (None, unit):
            yield e, f"unit {e.unit!r} must be {unit}, whose roster it is"
        if e.day - first >= timedelta(days=MOST_DAYS):
            yield e, f"day {e.day} must be within {MOST_DAYS} days of the first, {first}"
        other = before.setdefault((e.member, e.day), e)
        if other.tour != e.tour:
            twice = f"it is {other.tour!r} in line {other.line}, and {e.tour!r} here"
            yield e, f"{e.member} on {e.day} must be given once: {twice}"


def checked_draft(views: Views, roster: UnitRoster, once: Once = anew) -> UnitRoster:
    """The roster with what it leaves short and which rules it crosses, as far as the record knows its members and
    tours."""
    ground = ground_of(views, [roster.unit], roster.first, roster.dates[-1])
    known = ground.schedule.tours.keys()
    (case,) = cases_of(ground, [roster.unit], once=once)
    sound = {m: tuple(t if t in known else OFF for t in line) for m, line in roster.lines.items() if m in case.files}
    case = with_turns(case, ground, replace(roster, lines=sound))
    crossed, short = crossed_by(case, sound, once), shortages_of(case, sound)
    return replace(roster, crossings=crossed, shortages=short, notes=case.notes)
