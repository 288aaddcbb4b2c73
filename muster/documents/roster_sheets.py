"""Rosters as printed sheets: one HTML page without script or anything from elsewhere, for paper, screen and phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from muster.documents.rendering import day_text, rendered
from muster.domain.grids import Mark, marks_of
from muster.domain.instants import on_clock, span_text
from muster.domain.published import OFF
from muster.domain.roster_sheets import Count, RosterSheet
from muster.domain.rosters import letters_of
from muster.domain.schedule import Turn

BLOCK: Final = 28
"""So many days stand beside each other on a sheet of A4 or Letter."""
SIGNS: Final = {"breach": "!", "caution": "▲", "no line": "?"}
LONG_NAME: Final = 5
"""Over so many days there is room for the whole name of a month and its year."""
KINDS: Final = {"D": "day", "E": "late", "N": "night", "off": "off", "": ""}
"""How a day on a tour of each kind is shaded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before the roster is worked, told below it under its number. ``day``: None when it is of no day
    of the period; ``member``: empty when it is of none."""

    number: int
    kind: str
    member: str
    day: date | None
    says: str

    @property
    def sign(self) -> str:
        """What marks it in the table."""
        return f"{SIGNS[self.kind]}{self.number}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a member: the letter of the tour, empty on a day off."""

    kind: str
    letter: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A day of a tour: how many are on it, of how many at least; None where no cover asks."""

    kind: str
    have: int
    minimum: int | None

    @property
    def short(self) -> int:
        """Members missing."""
        return max(0, (self.minimum or 0) - self.have)


@dataclass(frozen=True, slots=True)
class Block:
    """The days that stand beside each other, with what each member does and what each tour has on them."""

    days: tuple[tuple[str, date], ...]
    months: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, tuple[Finding, ...], tuple[Cell, ...]], ...]
    totals: tuple[tuple[str, Count, tuple[Total, ...]], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A tour in the legend."""

    letter: str
    tour: str
    kind: str
    says: str


def rosters_html(sheets: Sequence[RosterSheet]) -> str:
    """The page: each roster begins a new sheet, and so does each further block of 28 days."""
    laid_out = [(sheet, _keys(sheet), _findings(sheet), list(_blocks(sheet)), _clocks(sheet)) for sheet in sheets]
    return rendered("rosters.html", sheets=laid_out, printed=_printed)


def _printed(sheet: RosterSheet) -> str:
    return f"{sheet.printed_at.astimezone(ZoneInfo(sheet.zone)):%Y-%m-%d %H:%M %Z}"


def _keys(sheet: RosterSheet) -> list[Key]:
    marks, used = _marks(sheet), sheet.roster.used
    tours = sorted({*used, *(count.tour for count in sheet.counts)})
    return [Key(marks[t].letter if t in used else "", t, KINDS[marks[t].kind], _hours(sheet, t)) for t in tours]


def _hours(sheet: RosterSheet, tour: str) -> str:
    """When a tour begins and ends by the clock, and how long it is."""
    if tour not in sheet.turns:
        return "hours not in the record"
    start, end = _by_clock(sheet, sheet.turns[tour][0])
    later = (end.date() - start.date()).days
    return f"{start:%H:%M} to {end:%H:%M}{' the next day' if later else ''}, {span_text(end - start)}"


def _marks(sheet: RosterSheet) -> dict[str, Mark]:
    """How each tour is written: as on a screen; one that is not in the record by a small letter."""
    used = sheet.roster.used
    unknown = letters_of([sorted(used.keys() - sheet.turns.keys())])
    asked = {c.tour: Mark("", "", 0) for c in sheet.counts}
    known = marks_of(sheet.turns, used, ZoneInfo(sheet.zone))
    return asked | {tour: Mark(letter, "", 0) for tour, letter in unknown.items()} | known


def _by_clock(sheet: RosterSheet, turn: Turn) -> tuple[datetime, datetime]:
    zone = ZoneInfo(sheet.zone)
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (turn.start, turn.end))
    return start, end


def _clocks(sheet: RosterSheet) -> list[str]:
    """The days on which the clocks change, and the tours that are longer or shorter for it."""
    zone, said = ZoneInfo(sheet.zone), []
    for day in sheet.roster.dates:
        span = on_clock(day + timedelta(days=1), time(), zone) - on_clock(day, time(), zone)
        if span != timedelta(days=1):
            way = "back" if span > timedelta(days=1) else "forward"
            said.append(f"{day_text(day)} has {span_text(span)}: the clocks go {way}.")
    for tour, turns in sheet.turns.items():
        for turn in turns:
            start, end = _by_clock(sheet, turn)
            more = (turn.end - turn.start) - (end - start)
            if more:
                much = f"{span_text(abs(more))} {'more' if more > timedelta() else 'less'} than by the clock"
                said.append(f"Tour {tour} of {day_text(turn.day)} lasts {span_text(turn.end - turn.start)}, {much}.")
    return said


def _findings(sheet: RosterSheet) -> list[Finding]:
    """All that the roster crosses or lacks, numbered."""
    roster, zone = sheet.roster, ZoneInfo(sheet.zone)
    found: list[tuple[str, str, date | None, str]] = []
    for c in roster.crossings:
        since = c.breach.since.astimezone(zone)
        says = f"{c.member}, {day_text(since.date())} {since:%H:%M}: {c.breach.rule}, {c.breach.says}"
        found.append(("breach" if c.hard else "caution", c.member, since.date(), says))
    found += [("breach", "", None, fault) for fault in roster.faults]
    found += [("no line", member, None, f"{member}: {why}") for member, why in roster.unsolved.items()]
    dates = set(roster.dates)
    return [Finding(n, k, m, d if d in dates else None, says) for n, (k, m, d, says) in enumerate(found, 1)]


def _blocks(sheet: RosterSheet) -> Iterator[Block]:
    roster, findings = sheet.roster, _findings(sheet)
    marks, used, days = {OFF: Mark("", "off", 0), **_marks(sheet)}, roster.used, roster.dates
    # breaches go before cautions: the first of a cell gives its sign
    signs = {key: tuple(of) for key, of in groupby(sorted(findings, key=lambda f: (_place(f), f.kind)), key=_place)}
    for first in range(0, len(days), BLOCK):
        here = range(first, min(first + BLOCK, len(days)))
        yield Block(
            days=tuple((_border(days[n]), days[n]) for n in here),
            months=tuple(_months([days[n] for n in here])),
            rows=tuple(
                (
                    member,
                    signs.get((member, date.min), ()),
                    tuple(
                        Cell(
                            f"{_border(days[n])} {KINDS[marks[line[n]].kind]}",
                            marks[line[n]].letter,
                            signs.get((member, days[n]), ()),
                        )
                        for n in here
                    ),
                )
                for member, line in roster.lines.items()
            ),
            totals=tuple(
                (
                    marks[count.tour].letter if count.tour in used else count.tour,
                    count,
                    tuple(Total(_border(days[n]), count.have[n], count.minimum[n]) for n in here),
                )
                for count in sheet.counts
            ),
        )


def _place(finding: Finding) -> tuple[str, date]:
    return finding.member, finding.day or date.min


def _border(day: date) -> str:
    """Weekends stand between thick lines."""
    return {5: "sat", 6: "sun"}.get(day.weekday(), "")


def _months(days: Sequence[date]) -> Iterator[tuple[str, int]]:
    """The name of each month and how many of the days it has; short over few days, which it must not stretch."""
    for _, group in groupby(days, key=lambda day: (day.year, day.month)):
        of = list(group)
        yield f"{of[0]:%B %Y}" if len(of) >= LONG_NAME else f"{of[0]:%b}", len(of)
