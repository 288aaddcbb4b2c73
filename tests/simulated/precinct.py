"""The precinct that is lived in: cut out of the made-up city, with the units above it and those who command them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from muster.domain.authority import Authority, Matter, Supersession
from muster.domain.contracts import SHIPPED_CONTRACTS, CallInRule
from muster.domain.cover import OFFICERS, Cover
from muster.domain.duty import Chart, HoursRule, OnCall, Squad, SquadPlace, Tour
from muster.domain.force import Covering, Force, Position, Rank, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member, Qualification
from muster.domain.profiles import ADVISORY
from muster.domain.schema import Row
from muster.scenarios.city import city

WHOLE = (Rank, Title, Tour, Chart, Matter, Authority, Supersession)
LEAST, WANTED = 1.08, 1.12
"""How many officers a tour needs and wants, for each that the city's own cover wants."""
OWN = "agreement"
"""The name of the precinct's contract and of its hours rules."""
OF_A_UNIT = (Unit, Position, Squad)
OF_A_MEMBER = (Member, Career, Qualification, ContactPoint)


@dataclass(frozen=True)
class Precinct:
    """A force of one precinct and what stands above it. ``strength``: members who hold a position of the precinct."""

    unit: str
    strength: int
    rows: Sequence[Row]


def precinct(strength: int, city_of: int = 22_000, seed: int = 1, contract: str = "equalisation") -> Precinct:
    """The precinct of a city of so many whose strength is nearest. Of the units above it there are those who hold a
    command or tour position. Who is sick is left out: that is for the days to tell."""
    rows = city(city_of, seed)
    posts = {p.position: p for p in rows if isinstance(p, Position)}
    held = [a for a in rows if isinstance(a, Appointment)]
    sizes = Counter(posts[a.position].unit for a in held)
    unit = min((u for u in sizes if u.startswith("PCT-")), key=lambda u: (abs(sizes[u] - strength), u))
    units = _around(rows, unit)
    kept = {a.member for a in held if posts[a.position].unit == unit}
    above = {a.member for a in held if posts[a.position].unit in units and posts[a.position].order < 100}
    lines = {t.title for t in rows if isinstance(t, Title) and t.kind == "line"}
    above = {m for m in above if any(a.member == m and posts[a.position].title not in lines for a in held)}
    cut = _Cut(unit, units, kept | above)
    return Precinct(unit, len(kept), [*(r for row in rows for r in cut.of(row)), *_agreement(contract)])


def _agreement(contract: str) -> Iterator[Row]:
    """A shipped contract and the shipped hours rules as the force's own, so that the record has them."""
    for rule, term in SHIPPED_CONTRACTS[contract].terms.items():
        yield CallInRule(contract=OWN, rule=rule, number=term.number, words=term.words, source=term.source)
    for rule, limit in ADVISORY.limits.items():
        yield HoursRule(profile=OWN, rule=rule, hours=int(limit.number), source=limit.source)


def _around(rows: Sequence[Row], unit: str) -> set[str]:
    """The unit, those above it, and the task force to which its officers are lent."""
    parents = {u.unit: u.parent for u in rows if isinstance(u, Unit)}
    found: list[str] = []
    at: str | None = unit
    while at is not None:
        found.append(at)
        at = parents[at]
    return {*found, *(u for u, parent in parents.items() if u.startswith("TF-") and parent in found)}


@dataclass(frozen=True)
class _Cut:
    unit: str
    units: set[str]
    members: set[str]

    def of(self, row: Row) -> list[Row]:
        """The row as it is kept; nothing where it is not."""
        if isinstance(row, Force):
            return [replace(row, contract=OWN, profile=OWN)]
        if isinstance(row, WHOLE):
            return [row]
        if isinstance(row, OF_A_UNIT):
            return [row] if row.unit in self.units else []
        if isinstance(row, OF_A_MEMBER):
            return [row] if row.member in self.members else []
        return self._more(row)

    def _more(self, row: Row) -> list[Row]:
        match row:
            case Cover():
                return [_tight(row)] if row.unit == self.unit else []
            case Covering():
                return [row] if row.unit in self.units else []
            case OnCall():
                return [row] if any(row.position.startswith(u) for u in (*self.units, "CHIEF-OF-PATROL")) else []
            case Absence():
                return [row] if row.member in self.members and row.kind != "sick" else []
            case Appointment() | SquadPlace() | Attachment():
                return [row] if row.member in self.members else []
        return []


def _tight(row: Cover) -> Cover:
    """Cover in which two officers away are felt: made up, as the city's own leaves a quarter of a tour to spare."""
    if row.who != OFFICERS:
        return row
    return replace(row, minimum=round(LEAST * row.target), target=round(WANTED * row.target))
