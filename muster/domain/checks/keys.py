"""Keys: what is pointed at exists, and nothing is there twice; ends come after starts."""

from collections.abc import Iterator
from typing import Any, Final

from muster.domain.checks.indexed import Indexed, Rule, at_line
from muster.domain.directory import Placed
from muster.domain.errors import Fault
from muster.domain.force import Unit
from muster.domain.nearest import did_you_mean
from muster.domain.nouns import FORCE_ROWS, ROWS
from muster.domain.schema import Column, Row, columns_of

FEW: Final = 20
"""Up to so many unknown names get a suggestion; with more, something else is wrong, and looking costs time."""


def given_twice(rows: Indexed) -> Iterator[Fault]:
    """Two rows with one key; a unit with two parents is said as that."""
    for row in FORCE_ROWS:
        first: dict[str, Placed[Any]] = {}
        name = next(c.name for c in columns_of(row) if c.key)
        for placed in rows.of(row):
            before = first.setdefault(placed.row.key, placed)
            if before is not placed:
                yield rows.fault(placed, *_twice(name, before, placed))


def _twice(name: str, before: Placed[Any], placed: Placed[Any]) -> tuple[str, str]:
    if isinstance(placed.row, Unit) and before.row.parent != placed.row.parent:
        parents = f"{before.row.parent or 'none'} ({at_line(before)}) and {placed.row.parent or 'none'}"
        return name, f"must stand once and have one parent; it has two parents: {parents}"
    keys = " and ".join(c.name for c in columns_of(type(placed.row)) if c.key)
    return name, f"must differ in {keys} from every other row; {at_line(before)} is the same"


def unknown_names(rows: Indexed) -> Iterator[Fault]:
    """Names of rows that are not there."""
    found: list[tuple[Placed[Any], Column, set[str]]] = []
    for target in FORCE_ROWS:
        pointing = [(row, c) for row in FORCE_ROWS for c in columns_of(row) if c.to == target.NOUN]
        if target.NOUN in rows.directory.unread or not pointing:
            continue
        known = {placed.row.key for placed in rows.of(target)} | rows.directory.spoiled.get(target.NOUN, set())
        for row, column in pointing:
            found.extend((placed, column, known) for placed in _unknown(rows, row, column.name, known))
    few = len(found) <= FEW
    for placed, column, known in found:
        yield rows.fault(
            placed, column.name, _must_name(column, getattr(placed.row, column.name), known if few else set())
        )


def _unknown(rows: Indexed, row: type[Row], name: str, known: set[str]) -> Iterator[Placed[Any]]:
    for placed in rows.of(row):
        value = getattr(placed.row, name)
        if value is not None and value not in known:
            yield placed


def _must_name(column: Column, value: str, known: set[str]) -> str:
    noun = column.to or ""
    return f"must be a {noun.replace('_', ' ')} of {ROWS[noun].FILE}{did_you_mean(value, known)}"


def ends_before_it_starts(rows: Indexed) -> Iterator[Fault]:
    """Rows whose end is not after their start."""
    for row in FORCE_ROWS:
        if {"since", "until"} <= {c.name for c in columns_of(row)}:
            for placed in rows.of(row):
                since, until = getattr(placed.row, "since", None), getattr(placed.row, "until", None)
                if since is not None and until is not None and until <= since:
                    yield rows.fault(placed, "until", f"must be after since {rows.text(since)}")


RULES: Final[tuple[Rule, ...]] = (given_twice, unknown_names, ends_before_it_starts)
