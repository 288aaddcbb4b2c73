"""Rosters as tables for other programs: CSV, Excel and Parquet; one line for each member."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from muster.domain.errors import Check, require
from muster.domain.rosters import UnitRoster
from muster.files.written_tables import is_table, write_frame

if TYPE_CHECKING:
    import polars


def write_table(path: Path, rosters: Sequence[UnitRoster]) -> int:
    """Write rosters of one period as a table: unit, member and a column for each day, empty where the member is off.
    How many lines it has comes back. Raises ``Invalid`` for another kind of file, or for rosters of several periods."""
    periods = {(r.first, r.days) for r in rosters}
    require(
        "Table",
        is_table(path),
        Check("rosters", len(rosters), len(periods) == 1, "must be of one period, and at least one"),
    )
    table = _table(rosters)
    write_frame(path, table, "roster")
    return len(table)


def _table(rosters: Sequence[UnitRoster]) -> "polars.DataFrame":
    import polars  # a fifth of a second, which only those who want a table should wait

    days = [day.isoformat() for day in rosters[0].dates]
    lines = [(r.unit, member, *(tour or None for tour in line)) for r in rosters for member, line in r.lines.items()]
    return polars.DataFrame(lines, schema=dict.fromkeys(("unit", "member", *days), polars.String), orient="row")
