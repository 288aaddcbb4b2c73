"""A force directory indexed for checking, and what several rules ask of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.authority import Authority
from muster.domain.directory import Directory, Placed
from muster.domain.duty import Chart, Squad, SquadPlace, Tour
from muster.domain.errors import Fault
from muster.domain.force import Force, Position, Rank, Title, Unit
from muster.domain.instants import local_text
from muster.domain.members import Appointment, Career, Member
from muster.domain.schema import Row, written

EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)

R = TypeVar("R", bound=Row)
Rule = Callable[["Indexed"], Iterator[Fault]]


class Indexed:
    """The rows of a directory by name. Rows given twice count once: the first."""

    def __init__(self, directory: Directory, now: datetime) -> None:
        self.directory = directory
        self.now = now

    def of(self, row: type[R]) -> Sequence[Placed[R]]:
        """The rows of a noun."""
        return self.directory.of(row)

    def by_name(self, row: type[R]) -> dict[str, Placed[R]]:
        """The rows of a noun whose key is one column, by key."""
        return {placed.row.key: placed for placed in reversed(self.of(row))}

    @cached_property
    def force(self) -> Force | None:
        """The force; None when it could not be read."""
        found = self.of(Force)
        return found[0].row if found else None

    @cached_property
    def zone(self) -> ZoneInfo:
        """The force's zone; UTC when it is not known."""
        return ZoneInfo(self.force.zone if self.force else "UTC")

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Levels of units with their place from the top, which is 0."""
        return {level: place for place, level in enumerate(self.force.levels)} if self.force else {}

    @cached_property
    def units(self) -> dict[str, Placed[Unit]]:
        return self.by_name(Unit)

    @cached_property
    def positions(self) -> dict[str, Placed[Position]]:
        return self.by_name(Position)

    @cached_property
    def titles(self) -> dict[str, Placed[Title]]:
        return self.by_name(Title)

    @cached_property
    def ranks(self) -> dict[str, Placed[Rank]]:
        return self.by_name(Rank)

    @cached_property
    def members(self) -> dict[str, Placed[Member]]:
        return self.by_name(Member)

    @cached_property
    def tours(self) -> dict[str, Placed[Tour]]:
        return self.by_name(Tour)

    @cached_property
    def charts(self) -> dict[str, Placed[Chart]]:
        return self.by_name(Chart)

    @cached_property
    def squads(self) -> dict[str, Placed[Squad]]:
        return self.by_name(Squad)

    @cached_property
    def held(self) -> dict[str, list[Placed[Appointment]]]:
        """Appointments by position, the earlier before the later."""
        return timelines(self.of(Appointment), lambda a: a.position)

    @cached_property
    def careers(self) -> dict[str, list[Placed[Career]]]:
        """Careers by member, the earlier before the later."""
        return timelines(self.of(Career), lambda c: c.member)

    @cached_property
    def squad_places(self) -> dict[str, list[Placed[SquadPlace]]]:
        """Places in squads by member, the earlier before the later."""
        return timelines(self.of(SquadPlace), lambda p: p.member)

    @cached_property
    def authority(self) -> dict[str, list[Placed[Authority]]]:
        """Authority by matter."""
        return grouped(self.of(Authority), lambda a: a.matter)

    def kind_of(self, position: str) -> str | None:
        """The kind of a position's title; None when either is not known."""
        found = self.positions.get(position)
        title = self.titles.get(found.row.title) if found else None
        return title.row.kind if title else None

    def fault(self, placed: Placed[Any], column: str | None, must: str, *, warning: bool = False) -> Fault:
        """A fault of a row, with the value of the column as the file has it."""
        value = None if column is None else self.text(getattr(placed.row, column))
        line = self.directory.force_lines.get(column or "") if placed.file == Force.FILE else placed.line
        return Fault(placed.file, line, column, value, must, warning)

    def text(self, value: Any) -> str:
        """A value as it stands in a file."""
        return local_text(value, self.zone) if isinstance(value, datetime) else written(value)


def start_of(row: Any) -> datetime:
    """The first instant at which a row with ``since`` holds."""
    since: datetime | None = row.since
    return since or EARLIEST


def end_of(row: Any) -> datetime:
    """The first instant at which a row with ``until`` no longer holds."""
    until: datetime | None = row.until
    return until or LATEST


def grouped(rows: Iterable[Placed[R]], name: Callable[[R], Any]) -> dict[Any, list[Placed[R]]]:
    """Rows by what ``name`` says of them."""
    groups: dict[Any, list[Placed[R]]] = {}
    for placed in rows:
        groups.setdefault(name(placed.row), []).append(placed)
    return groups


def timelines(rows: Iterable[Placed[R]], name: Callable[[R], Any]) -> dict[Any, list[Placed[R]]]:
    """Rows by what ``name`` says of them, the earlier before the later."""
    groups = grouped(rows, name)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda placed: start_of(placed.row))
    return groups


def overlaps(timeline: Sequence[Placed[R]]) -> Iterator[tuple[Placed[R], Placed[R]]]:
    """Each row of a timeline that begins before an earlier one has ended, with that earlier one."""
    longest = timeline[0]
    for _, placed in pairwise(timeline):
        if start_of(placed.row) < end_of(longest.row) and start_of(placed.row) < end_of(placed.row):
            yield longest, placed
        if end_of(placed.row) > end_of(longest.row):
            longest = placed


def at_line(placed: Placed[Any]) -> str:
    """Where another row stands, for messages."""
    return placed.file if placed.line is None else f"line {placed.line}"
