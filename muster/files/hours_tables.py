"""Certified hours as tables for payroll: CSV and Excel, a row for each entry or for each member."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from muster.domain.closings import SECOND, Certified
from muster.domain.duty import HOURS_KINDS
from muster.domain.errors import Check, Refused, require
from muster.domain.schema import written

if TYPE_CHECKING:
    import polars

SUFFIXES: Final = (".csv", ".xlsx")
Per = Literal["entry", "member"]
MINUTE: Final = timedelta(minutes=1)
Cell = str | int | float | None


def write_hours(path: Path, closed: Certified, zone: ZoneInfo, per: Per = "entry") -> int:
    """Write certified hours: into a CSV file a row ``per`` entry or member, into Excel a sheet for each. Times are UTC
    and local, lengths in seconds and minutes. How many rows the table has comes back. Raises ``Invalid`` for another
    kind of file."""
    must = f"must end in {' or '.join(SUFFIXES)}"
    require("Hours", Check("file", path.name, path.suffix in SUFFIXES, must))
    if not path.absolute().parent.is_dir():
        raise Refused(f"{path}: there is no such folder; name another place")
    tables: dict[Per, polars.DataFrame] = {
        "entry": _table(ENTRY, _entries(closed, zone)),
        "member": _table(MEMBER, _members(closed)),
    }
    try:
        if path.suffix == ".csv":
            tables[per].write_csv(path)
        else:
            _write_excel(path, tables)
    except OSError as said:
        raise Refused(f"{path}: cannot be written ({said.strerror or said}); name another place") from said
    return len(tables[per])


ENTRY: Final = (
    "unit", "first_day", "version", "member", "kind", "for_unit", "paid", "start_utc", "end_utc", "start_local",
    "end_local", "seconds", "minutes", "fact",
)  # fmt: skip
MEMBER: Final = (
    "unit", "first_day", "version", "member", "counted_minutes", "paid_minutes", "rested_minutes", "overtime_minutes",
    *(f"{kind.replace('-', '_')}_minutes" for kind in HOURS_KINDS), "adjusted_minutes",
)  # fmt: skip


def _entries(closed: Certified, zone: ZoneInfo) -> list[Sequence[Cell]]:
    return [
        (
            *_of(closed), member, e.kind, e.unit, "yes" if e.paid else "no",
            written(e.start), written(e.end), e.start.astimezone(zone).isoformat(), e.end.astimezone(zone).isoformat(),
            e.length // SECOND, _minutes(e.length), e.fact,
        )
        for member, account in closed.accounts.items()
        for e in account.entries
    ]  # fmt: skip


def _members(closed: Certified) -> list[Sequence[Cell]]:
    changed = {m: sum((c.difference.length for c in closed.changes if c.difference.member == m), timedelta())
               for m in {c.difference.member for c in closed.changes}}  # fmt: skip
    return [
        (
            *_of(closed), member, _minutes(a.counted), _minutes(a.paid), _minutes(a.rested),
            None if a.overtime is None else _minutes(a.overtime),
            *(_minutes(a.kinds.get(kind, timedelta())) for kind in HOURS_KINDS),
            _minutes(changed.get(member, timedelta())),
        )
        for member, a in closed.accounts.items()
    ]  # fmt: skip


def _of(closed: Certified) -> tuple[str, str, int]:
    return closed.unit, closed.first.isoformat(), closed.version


def _minutes(length: timedelta) -> float:
    return length / MINUTE


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> "polars.DataFrame":
    import polars  # a fifth of a second, which only those who want a table should wait

    whole = {"version": polars.Int64, "seconds": polars.Int64, "fact": polars.Int64}
    schema = {c: whole.get(c, polars.Float64 if c.endswith("minutes") else polars.String) for c in columns}
    return polars.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def _write_excel(path: Path, tables: dict[Per, "polars.DataFrame"]) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, table in tables.items():
            table.write_excel(book, worksheet=name, autofit=True, freeze_panes=(1, 0))
