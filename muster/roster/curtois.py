"""The text format of the public staff rostering instances, read and written.

Curtois and Qu, "Computational results on new staff scheduling benchmark instances" (2014),
www.schedulingbenchmarks.org.
Day 0 is a Monday. ``SECTION_WEEKLY_MAX``, the most minutes in a calendar week, is ours; without it there is no such
limit. Lines that begin with ``#`` are comments. Sections may come in any order, lines may end as on Windows, and spaces
around a value do not count.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from muster.domain.errors import Fault, MusterError
from muster.roster.problem import MOST_DAYS, MOST_NUMBER, MOST_PENALTY, Cover, Instance, Member, Request, Tour
from muster.roster.soundness import most_paid, most_paid_for

SECTIONS = (
    "SECTION_HORIZON",
    "SECTION_SHIFTS",
    "SECTION_STAFF",
    "SECTION_DAYS_OFF",
    "SECTION_SHIFT_ON_REQUESTS",
    "SECTION_SHIFT_OFF_REQUESTS",
    "SECTION_COVER",
    "SECTION_WEEKLY_MAX",
)
NEEDED = ("SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER")
SHOWN = 100
"""So many faults are told in words; a file of another kind has thousands."""
T = TypeVar("T")


class FaultyInstance(MusterError):
    """A text that is no instance, with all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{count}:\n" + "\n".join([*map(str, faults[:SHOWN]), *more]))


@dataclass(slots=True)
class _Reader:
    """The cells of a text, and what was found wrong with them so far."""

    name: str
    faults: list[Fault] = field(default_factory=list)
    days: int = MOST_DAYS
    tours: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()

    def fault(self, line: int | None, must: str, column: str | None = None, value: str | None = None) -> None:
        self.faults.append(Fault(self.name, line, column, value, must))

    def whole(self, line: int, column: str, text: str, least: int = 0, most: int = MOST_NUMBER) -> int:
        """The number in a cell; 0 after noting that there is none."""
        digits = text.lstrip("0") or "0"
        if text.isascii() and text.isdigit() and len(digits) <= len(str(most)) and least <= int(digits) <= most:
            return int(digits)
        self.fault(line, f"must be a whole number from {least} to {most}", column, text[:40])
        return 0

    def day(self, line: int, text: str) -> int:
        return self.whole(line, "day", text, most=self.days - 1)

    def one_of(self, line: int, column: str, text: str, known: Iterable[str]) -> str:
        if text not in known:
            listed = ", ".join(sorted(known)[:20]) or "none, there are none"
            self.fault(line, f"must be one of {listed}", column, text[:40])
        return text

    def cells(self, line: int, text: str, count: int) -> list[str] | None:
        """The cells of a line; None after noting that it has too few or too many."""
        cells = [cell.strip() for cell in text.split(",")]
        if len(cells) == count:
            return cells
        self.fault(line, f"must have {count} values separated by commas, has {len(cells)}")
        return None


Lines = list[tuple[int, str]]


def read_curtois(text: str, name: str = "instance") -> Instance:
    """The instance in a text; raises ``FaultyInstance`` with every fault and the number of its line."""
    reader = _Reader(name)
    sections = _sections(reader, text)
    for section in NEEDED:
        if not sections.get(section):
            reader.fault(None, f"must have a {section} with at least one line")
    reader.days = _one_number(reader, sections.get("SECTION_HORIZON", []), "days", MOST_DAYS) or MOST_DAYS
    weekly = _one_number(reader, sections.get("SECTION_WEEKLY_MAX", []), "minutes", MOST_NUMBER)
    shifts, staff = sections.get("SECTION_SHIFTS", []), sections.get("SECTION_STAFF", [])
    reader.tours = frozenset(text.split(",")[0].strip() for _, text in shifts)
    reader.members = frozenset(text.split(",")[0].strip() for _, text in staff)
    tours = _all(reader, shifts, _tour)
    days_off = _days_off(reader, sections.get("SECTION_DAYS_OFF", []))
    members = _all(reader, staff, lambda r, n, t: _member(r, n, t, days_off, weekly))
    _unique(reader, shifts, "shift")
    _unique(reader, staff, "employee")
    requests = [
        *_all(reader, sections.get("SECTION_SHIFT_ON_REQUESTS", []), lambda r, n, t: _request(r, n, t, True)),
        *_all(reader, sections.get("SECTION_SHIFT_OFF_REQUESTS", []), lambda r, n, t: _request(r, n, t, False)),
    ]
    cover = _all(reader, sections.get("SECTION_COVER", []), _cover)
    instance = Instance(reader.days, tuple(tours), tuple(members), tuple(cover), tuple(requests))
    if not reader.faults:
        _bounded(reader, instance, sections)
    if reader.faults:
        raise FaultyInstance(sorted(reader.faults, key=lambda fault: fault.line or 0))
    return instance


def _bounded(reader: _Reader, instance: Instance, sections: dict[str, Lines]) -> None:
    """Note the line with the heaviest weight when all together are too heavy."""
    most = most_paid(instance)
    if most > MOST_PENALTY:
        names = ("SECTION_COVER", "SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS")
        lines = [line for name in names for line in sections.get(name, [])]
        paid = [most_paid_for(cover, len(instance.members)) for cover in instance.cover]
        paid += [request.weight for request in instance.requests]
        number, text = lines[paid.index(max(paid))]
        must = (
            f"is the heaviest: all weights come to {most} and must come to at most {MOST_PENALTY} together, beyond "
            "which sums are not exact"
        )
        reader.fault(number, must, "line", text[:40])


def _sections(reader: _Reader, text: str) -> dict[str, Lines]:
    """The lines of each section with their numbers, comments and blank ones left out."""
    found: dict[str, Lines] = {}
    lines: Lines | None = None
    for number, raw in enumerate(re.split("\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        line = raw.strip()
        if line.startswith("SECTION_"):
            if line not in SECTIONS:
                reader.fault(number, f"must be one of {', '.join(SECTIONS)}", "section", line)
            elif line in found:
                reader.fault(number, "must stand once", "section", line)
            lines = found.setdefault(line, [])
        elif line and not line.startswith("#"):
            if lines is None:
                reader.fault(number, "must come after the name of a section", "text", line[:40])
            else:
                lines.append((number, line))
    return found


def _all(reader: _Reader, lines: Lines, read: Callable[[_Reader, int, str], T | None]) -> list[T]:
    return [value for number, text in lines if (value := read(reader, number, text)) is not None]


def _unique(reader: _Reader, lines: Lines, column: str) -> None:
    seen: set[str] = set()
    for number, text in lines:
        ref = text.split(",")[0].strip()
        if ref in seen or not ref:
            reader.fault(number, "must be given, and stand once", column, ref)
        seen.add(ref)


def _one_number(reader: _Reader, lines: Lines, column: str, most: int) -> int | None:
    """The single number of a section; None when it has none."""
    for number, text in lines[1:]:
        reader.fault(number, "must not follow: the section has one number", "text", text[:40])
    return reader.whole(lines[0][0], column, lines[0][1], 1, most) or None if lines else None


def _tour(reader: _Reader, number: int, text: str) -> Tour | None:
    if (cells := reader.cells(number, text, 3)) is None:
        return None
    ref, minutes, after = cells
    refs = [reader.one_of(number, "may not follow", other, reader.tours) for other in _parts(after)]
    if set(ref) & set("|="):
        reader.fault(number, "must be without | and =, which stand between shifts", "shift", ref)
    return Tour(ref, reader.whole(number, "minutes", minutes), frozenset(refs))


def _member(reader: _Reader, number: int, text: str, off: dict[str, set[int]], weekly: int | None) -> Member | None:
    if (cells := reader.cells(number, text, 8)) is None:
        return None
    names = ("most minutes", "least minutes", "most in a row", "least in a row", "least off in a row", "most weekends")
    before = len(reader.faults)
    values = [reader.whole(number, name, cell) for name, cell in zip(names, cells[2:], strict=True)]
    most, least, most_run, least_run, least_off, weekends = values
    if least > most and len(reader.faults) == before:
        reader.fault(number, f"must be at most {most}, the most minutes", "least minutes", str(least))
    return Member(
        cells[0],
        _most_days(reader, number, cells[1]),
        least,
        most,
        most_run,
        max(1, least_run),
        max(1, least_off),
        weekends,
        weekly,
        frozenset(off.get(cells[0], ())),
    )


def _parts(text: str) -> list[str]:
    """What stands between the bars of a cell."""
    return [part for each in text.split("|") if (part := each.strip())]


def _most_days(reader: _Reader, number: int, text: str) -> dict[str, int]:
    most: dict[str, int] = {}
    for part in _parts(text):
        tour, equals, days = (word.strip() for word in part.partition("="))
        if not equals:
            reader.fault(number, "must be SHIFT=DAYS", "most shifts", part)
        elif tour in most:
            reader.fault(number, "must stand once in the line", "shift", tour)
        else:
            most[reader.one_of(number, "shift", tour, reader.tours)] = reader.whole(number, "most shifts", days)
    return most


def _days_off(reader: _Reader, lines: Lines) -> dict[str, set[int]]:
    off: dict[str, set[int]] = {}
    for number, text in lines:
        ref, *days = [cell.strip() for cell in text.split(",")]
        reader.one_of(number, "employee", ref, reader.members)
        off.setdefault(ref, set()).update(reader.day(number, day) for day in days)
    return off


def _request(reader: _Reader, number: int, text: str, wanted: bool) -> Request | None:
    if (cells := reader.cells(number, text, 4)) is None:
        return None
    ref, day, tour, weight = cells
    return Request(
        reader.one_of(number, "employee", ref, reader.members),
        reader.day(number, day),
        reader.one_of(number, "shift", tour, reader.tours),
        reader.whole(number, "weight", weight),
        wanted,
    )


def _cover(reader: _Reader, number: int, text: str) -> Cover | None:
    if (cells := reader.cells(number, text, 5)) is None:
        return None
    day, tour, required, under, over = cells
    return Cover(
        reader.day(number, day),
        reader.one_of(number, "shift", tour, reader.tours),
        reader.whole(number, "required", required),
        reader.whole(number, "weight under", under),
        reader.whole(number, "weight over", over),
    )
