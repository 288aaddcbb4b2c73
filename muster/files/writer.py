"""Writing a force directory in its one canonical form, so that reading and writing it again changes no byte."""

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from muster.domain.areas import Area
from muster.domain.errors import Invalid, Refused
from muster.domain.force import Force
from muster.domain.nouns import FORCE_ROWS
from muster.domain.schema import Row, columns_of
from muster.files.cells import unparse
from muster.files.geojson import write_areas
from muster.files.toml import write_force
from muster.files.whole import write_through


def write(rows: Mapping[str, Sequence[Row]], path: Path) -> None:
    """Write rows, by noun, as a force directory: sorted by key, all columns, no file for a noun without rows.

    Raises ``Refused`` when ``path`` has files but is not a force directory, ``Invalid`` when there is not one force.
    Files are complete before they get their names, so a crash leaves none by halves.
    """
    texts = dict(_texts(rows))
    _check_target(path)
    path.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=path))
    try:
        for file, text in texts.items():
            write_through(draft / file, text)
        for file in texts:
            os.replace(draft / file, path / file)
        for row in FORCE_ROWS:
            if row.FILE is not None and row.FILE not in texts:
                (path / row.FILE).unlink(missing_ok=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_target(path: Path) -> None:
    if path.exists() and not path.is_dir():
        raise Refused(f"{path} must be a directory, it is a file")
    if path.is_dir() and any(path.iterdir()) and not (path / Force.FILE).is_file():
        raise Refused(f"{path} has files but no {Force.FILE}, so it is not a force directory; name an empty one")


def _texts(rows: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
    """File names and their texts."""
    forces = cast(Sequence[Force], rows.get(Force.NOUN, ()))
    if len(forces) != 1:
        raise Invalid(f"a force directory must have exactly one force, got {len(forces)}")
    zone = ZoneInfo(forces[0].zone)
    for row in FORCE_ROWS:
        of_noun = sorted(rows.get(row.NOUN, ()), key=lambda r: r.key)
        if not of_noun or row.FILE is None:
            continue
        if row is Force:
            yield row.FILE, write_force(forces[0])
        elif row is Area:
            yield row.FILE, write_areas(cast(Sequence[Area], of_noun))
        else:
            yield row.FILE, _table(row, of_noun, zone)


def _table(row: type[Row], rows: Sequence[Row], zone: ZoneInfo) -> str:
    columns = [c.name for c in columns_of(row)]
    text = StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows([unparse(getattr(r, name), zone) for name in columns] for r in rows)
    return text.getvalue()
