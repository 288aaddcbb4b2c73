"""The force of a scenario: generated or read from a directory, then changed as the scenario says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.directory import Directory, Placed
from muster.domain.errors import FaultyDirectory, Invalid
from muster.domain.members import Appointment
from muster.domain.nouns import ROWS
from muster.domain.schema import Row, columns_of
from muster.files import read
from muster.files.cells import parser
from muster.scenarios.city import city
from muster.scenarios.scenario import Change, Scenario
from muster.scenarios.small import small_force


def force_of(scenario: Scenario) -> Directory:
    """The force directory of a scenario, its changes made. Raises ``Invalid`` for a change that names no row."""
    rows = _rows_of(scenario)
    holders = {r.position: r.member for r in rows if isinstance(r, Appointment)}
    for change in scenario.changes:
        rows = _changed(rows, change, scenario.zone, holders)
    entries: dict[str, list[Placed[Row]]] = {}
    for row in rows:
        entries.setdefault(row.NOUN, []).append(Placed(row, f"scenario {scenario.name}", None))
    return Directory(entries)


def _rows_of(scenario: Scenario) -> list[Row]:
    if scenario.force == "city":
        return city(scenario.members, scenario.seed)
    if scenario.force == "small":
        return small_force()
    path = Path(scenario.force)
    found = read(path if path.is_absolute() else scenario.folder / path)
    if any(not fault.warning for fault in found.faults):
        raise FaultyDirectory(found.faults)
    return [row for rows in found.rows().values() for row in rows]


def _changed(rows: Sequence[Row], change: Change, zone: ZoneInfo, holders: Mapping[str, str]) -> list[Row]:
    if change.noun not in ROWS:
        raise Invalid(f"scenario row: noun {change.noun!r} must be one of {', '.join(ROWS)}")
    if change.without is not None:
        wanted = _values(change.noun, change.without, zone, holders)
        return [r for r in rows if change.noun != r.NOUN or any(getattr(r, k) != v for k, v in wanted.items())]
    row = ROWS[change.noun](**_values(change.noun, change.add or {}, zone, holders))
    return [*(r for r in rows if r.stream != row.stream), row]


def _values(noun: str, given: Mapping[str, str], zone: ZoneInfo, holders: Mapping[str, str]) -> dict[str, Any]:
    """Cells of a scenario as values; ``@POSITION`` stands for the member who holds the position in the force."""
    columns = {c.name: c for c in columns_of(ROWS[noun])}
    wrong = [name for name in given if name not in columns]
    if wrong:
        raise Invalid(f"scenario row {noun}: {', '.join(wrong)} must be one of {', '.join(columns)}")
    cells = {name: holders.get(cell[1:], cell) if cell.startswith("@") else cell for name, cell in given.items()}
    return {name: parser(columns[name], zone)(cell) for name, cell in cells.items()}
