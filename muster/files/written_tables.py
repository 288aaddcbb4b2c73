"""Tables for other programs: CSV, Excel and Parquet, by the end of the file's name."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from muster.domain.errors import Check, Refused

if TYPE_CHECKING:
    import polars

SUFFIXES: Final = (".csv", ".xlsx", ".parquet")


def is_table(path: Path) -> Check:
    """Whether a file's name is that of a table."""
    return Check("file", path.name, path.suffix in SUFFIXES, f"must end in {', '.join(SUFFIXES)}")


def write_frame(path: Path, table: "polars.DataFrame", sheet: str) -> None:
    """Write a table; ``sheet``: its name in Excel, where its header and first two columns stay in sight. Raises
    ``Refused`` where the file cannot be written."""
    if not path.absolute().parent.is_dir():
        raise Refused(f"{path}: there is no such folder; name another place")
    try:
        if path.suffix == ".csv":
            table.write_csv(path)
        elif path.suffix == ".parquet":
            table.write_parquet(path)
        else:
            table.write_excel(path, worksheet=sheet, autofit=True, freeze_panes=(1, 2))
    except OSError as said:
        raise Refused(f"{path}: cannot be written ({said.strerror or said}); name another place") from said
