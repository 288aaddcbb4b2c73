"""Requests as a plain reader books them: lines, who is away, who has asked for what; and whether it may be granted."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from tests.ground import NEW_YORK
from tests.publishing import DAY, EVENING, MONDAY, NIGHT

DAYS = 28
CLOCK = {DAY: (time(7, 5), time(15, 40)), EVENING: (time(15), time(23, 35)), NIGHT: (time(23, 15), time(7, 50))}
DESK = [f"M{number:04}" for number in range(23, 32)]
SUPERVISORS = ["M0032", "M0036", "M0040"]
OFFICERS = ["M0033", "M0034", "M0035", "M0037", "M0038", "M0039", "M0041", "M0042", "M0043"]
KINDS = (DESK, SUPERVISORS, OFFICERS)
"""Of each, one is needed on each tour of each day."""
MEMBERS = [*DESK, *SUPERVISORS, *OFFICERS]
COMMANDERS = {"PCT-047-CO": "M0005", "PCT-047-XO": "M0006", "PBBX-CO": "M0004"}
LEAST_REST = timedelta(hours=8)


@dataclass
class Model:
    """What we believe of a request, kept apart from the record."""

    kind: str
    member: str
    first: date
    other: str | None = None
    back: date | None = None
    then: dict[tuple[str, date], str] = field(default_factory=dict)
    state: str = "open"
    by: str | None = None

    @property
    def days(self) -> list[date]:
        return sorted({self.first, self.back or self.first})

    @property
    def parties(self) -> list[str]:
        return [self.member, *([self.other] if self.other else [])]


def turn(tour: str, day: date) -> tuple[datetime, datetime]:
    """When a tour of a day begins and ends, by the clock on the wall."""
    begin, end = CLOCK[tour]
    last = day + timedelta(days=end < begin)
    return datetime.combine(day, begin, NEW_YORK).astimezone(), datetime.combine(last, end, NEW_YORK).astimezone()


class Book:
    """What stands, kept apart from the record: lines, those away, requests by name, and the time it is."""

    lines: dict[str, list[str]]
    away: list[tuple[str, datetime, datetime]]
    model: dict[str, Model]
    at: datetime

    def entry(self, member: str, day: date) -> str:
        return self.lines[member][(day - MONDAY).days]

    def is_away(self, member: str, tour: str, day: date) -> bool:
        start, end = turn(tour, day)
        return any(m == member and a < end and start < b for m, a, b in self.away)

    def worked(self, member: str, lines: dict[str, list[str]]) -> list[tuple[datetime, datetime]]:
        days = ((tour, MONDAY + timedelta(days=n)) for n, tour in enumerate(lines[member]) if tour)
        return [turn(tour, day) for tour, day in days if not self.is_away(member, tour, day)]

    def too_short(self, member: str, lines: dict[str, list[str]]) -> set[datetime]:
        """The tours before which there is not enough rest."""
        turns = self.worked(member, lines)
        return {b[0] for a, b in pairwise(turns) if b[0] - a[1] < LEAST_REST}

    def staff(self, kind: list[str], tour: str, day: date, lines: dict[str, list[str]], *off: str) -> int:
        here = [m for m in kind if m not in off and lines[m][(day - MONDAY).days] == tour]
        return sum(not self.is_away(m, tour, day) for m in here)

    def granted_lines(self, m: Model) -> dict[str, list[str]]:
        """The lines with the entries of each day exchanged."""
        lines = {member: list(line) for member, line in self.lines.items()}
        for day in m.days:
            n = (day - MONDAY).days
            lines[m.member][n], lines[str(m.other)][n] = self.lines[str(m.other)][n], self.lines[m.member][n]
        return lines

    def is_short(self, m: Model) -> bool:
        """Whether a grant leaves a tour under one of its minimums that has more now."""
        after = self.lines if m.kind == "leave" else self.granted_lines(m)
        off = [m.member] if m.kind == "leave" else []
        return any(
            self.staff(kind, tour, day, after, *off) < min(1, self.staff(kind, tour, day, self.lines))
            for kind in KINDS for tour in CLOCK for day in m.days
        )  # fmt: skip

    def may_be_granted(self, m: Model, short: bool) -> bool:
        if m.kind == "leave":
            begun = datetime.combine(m.first, time(), NEW_YORK) <= self.at
            return not begun and (short or m.member in COMMANDERS.values() or not self.is_short(m))
        for (member, day), tour in m.then.items():
            if self.entry(member, day) != tour:
                return False
            for each in m.parties if tour else ():
                if turn(tour, day)[0] <= self.at or self.is_away(each, tour, day):
                    return False
        after = self.granted_lines(m)
        broken = any(self.too_short(p, after) - self.too_short(p, self.lines) for p in m.parties)
        return not broken and (short or not self.is_short(m))
