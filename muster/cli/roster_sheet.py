"""A roster as a sheet of text: a line for each member, days across."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from muster.cli.shared import first_of
from muster.domain.rosters import UnitRoster, letters_of
from muster.domain.schedule import WEEKDAYS

SHOWN = 40


def sheet(roster: UnitRoster) -> list[str]:
    """The lines of the sheet. Tours are letters, explained above them; a dot is a day off."""
    return [
        f"{roster.unit}, {roster.days} days from {roster.first:%a %d %b %Y}: penalty {roster.total}, "
        f"at least {roster.bound:.0f}",
        *grid(roster.first, roster.days, roster.lines),
        *first_of(_findings(roster), SHOWN),
    ]


def grid(first: date, days: int, lines: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The letters of the tours, and the line of each member under the days."""
    letters = letters_of(lines.values())
    wide = max((len(member) for member in lines), default=0)
    dates = [first + timedelta(days=n) for n in range(days)]
    yield from (f"  {letter}  {tour}" for tour, letter in letters.items())
    yield f"{'':{wide}}  " + " ".join(WEEKDAYS[day.weekday()][:2] for day in dates)
    yield f"{'':{wide}}  " + " ".join(f"{day:%d}" for day in dates)
    for member, line in lines.items():
        yield f"{member:{wide}}  " + " ".join(f"{letters.get(tour, '.'):>2}" for tour in line)


def _findings(roster: UnitRoster) -> Iterator[str]:
    for s in roster.shortages:
        if s.is_short:
            yield f"short: {s.day:%a %d %b} {s.tour}, {s.have} of {s.minimum} {s.who}"
    for c in roster.crossings:
        yield f"{'breaks' if c.hard else 'caution'}: {c.member} {c.breach.rule}, {c.breach.says}"
    yield from (f"breaks: {fault}" for fault in roster.faults)
    yield from (f"no line: {member}, {why}" for member, why in roster.unsolved.items())
    yield from (f"note: {note}" for note in roster.notes)
