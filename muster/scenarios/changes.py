"""Changes that a scenario makes to its force before it is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid
from muster.domain.members import Appointment
from muster.domain.nearest import did_you_mean
from muster.domain.nouns import FORCE_ROWS
from muster.domain.presence import holds
from muster.domain.schema import Column, Row, columns_of
from muster.files.cells import parser
from muster.scenarios.scenario import Change, Scenario

NOUNS: Final = {row.NOUN: row for row in FORCE_ROWS}
HOLDER: Final = "@"
"""``@POSITION`` stands for the member who holds the position when the scenario begins."""


def faults_of(change: Change, zone: ZoneInfo) -> Iterator[tuple[str, object, str]]:
    """What is wrong with a change, as far as it shows without the force: the column, its value, what it must be."""
    if change.noun not in NOUNS:
        yield "noun", change.noun, f"must be one of {', '.join(NOUNS)}{did_you_mean(change.noun, NOUNS)}"
        return
    columns = {c.name: c for c in columns_of(NOUNS[change.noun])}
    cells = change.without if change.without is not None else change.add or {}
    for name, cell in cells.items():
        if name not in columns:
            yield name, cell, f"must be one of {', '.join(columns)}{did_you_mean(name, columns)}"
            continue
        must = _wrong(columns[name], cell, zone)
        if must is not None:
            yield name, cell, must
    if change.without is None:
        for name in (c.name for c in columns.values() if c.required and c.name not in cells):
            yield name, None, "must be given"
    elif not cells:
        yield "without", None, "must say of which rows"


def _wrong(column: Column, cell: str, zone: ZoneInfo) -> str | None:
    if cell.startswith(HOLDER):
        return None
    try:
        parser(column, zone)(cell)
    except Invalid as said:
        return str(said)
    return None


def changed(rows: Sequence[Row], scenario: Scenario) -> list[Row]:
    """The rows once the changes of the scenario are made, one after another. Raises ``Invalid`` for one at fault."""
    zone = scenario.zone
    held = (r for r in rows if isinstance(r, Appointment) and holds(r, scenario.begin))
    holders = {a.position: a.member for a in sorted(held, key=lambda a: a.kind == "substantive")}
    now: dict[str, list[Row]] = {}
    for row in rows:
        now.setdefault(row.NOUN, []).append(row)
    for change in scenario.changes:
        faults = [f"{name} {value!r} {must}" for name, value, must in faults_of(change, zone)]
        if faults:
            raise Invalid(f"change of {change.noun}: " + "; ".join(faults))
        now[change.noun] = _made(now.get(change.noun, []), change, zone, holders)
    return [row for of_noun in now.values() for row in of_noun]


def _made(rows: Sequence[Row], change: Change, zone: ZoneInfo, holders: Mapping[str, str]) -> list[Row]:
    """The rows of the change's noun once it is made."""
    if change.without is not None:
        wanted = _values(change.noun, change.without, zone, holders)
        return [r for r in rows if any(getattr(r, k) != v for k, v in wanted.items())]
    row = NOUNS[change.noun](**_values(change.noun, change.add or {}, zone, holders))
    return [*(r for r in rows if r.key != row.key), row]


def _values(noun: str, cells: Mapping[str, str], zone: ZoneInfo, holders: Mapping[str, str]) -> dict[str, Any]:
    columns = {c.name: c for c in columns_of(NOUNS[noun])}
    return {name: parser(columns[name], zone)(_member(cell, holders)) for name, cell in cells.items()}


def _member(cell: str, holders: Mapping[str, str]) -> str:
    if not cell.startswith(HOLDER):
        return cell
    if cell[1:] not in holders:
        raise Invalid(f"change of the force: {cell} must name a position that somebody holds in it")
    return holders[cell[1:]]
