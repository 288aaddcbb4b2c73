"""``docs/force-directory.md``, made from the declarations of the rows.

``python -m muster.files.reference > docs/force-directory.md`` writes it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from muster.domain.areas import Area
from muster.domain.force import Force
from muster.domain.instants import YEARS
from muster.domain.nouns import FORCE_ROWS
from muster.domain.schema import Column, Row, columns_of
from muster.files.cells import MOST_TEXT, unparse
from muster.files.example import EXAMPLE
from muster.files.found import MOST_FAULTS
from muster.files.table import MOST_CELL
from muster.files.toml import UTC_ZONE

CELLS: Final = "\n".join(
    (
        "| kind | how it is written |",
        "|---|---|",
        "| name | letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 64. "
        "What the row is called, or another row |",
        "| text | no line breaks, no control characters, nothing that changes the direction of writing; "
        "spaces around it are cut |",
        "| whole number | digits, within the bounds given |",
        "| yes or no | `yes` or `no` |",
        "| instant | `2020-10-07` (that day's midnight) or `2020-10-07T18:30`, by the clocks of the force's zone; "
        "or with an offset, `2020-11-01T01:30-04:00` |",
        "| date | `2020-10-07` |",
        "| local time | four digits, `0000` to `2359` |",
        "| words | words like names, with spaces between |",
    )
)

INTRO: Final = f"""\
# The force directory

A force directory is a folder that describes a force: `force.toml`, tables as CSV files, and `areas.geojson`.
Everything in it can be kept under version control, written by another system, or edited in a spreadsheet.

    muster new DIR       writes a small force to start from
    muster check DIR     reports all faults at once: file, line, column, value, what it must be
    muster load DIR      loads it into the record: all of it, or nothing
    muster export DIR    writes the force in the record as a directory

*This page is generated from the program by `python -m muster.files.reference`; a test keeps them the same.*

## Files

- Only `force.toml` and `units.csv` must be there. A file that is missing has no rows. A file with a name that is not
  on this page is not read, and a warning says so; names that begin with a dot are left alone.
- CSV is RFC 4180: commas, a header, quotation marks where a cell has a comma or a quotation mark. UTF-8, with or
  without a byte order mark. Blank lines are skipped. Columns may stand in any order; a column that is not on this page
  is a fault, and an optional one may be left out.
- A file has at most 64 MB (`force.toml`: 1 MB), a cell at most {MOST_CELL:,} characters, of which a text may have
  {MOST_TEXT}. Links, folders and pipes in the place of a file are refused. After {MOST_FAULTS:,} faults reading stops.
- `muster export` writes the canonical form: rows sorted by key, all columns in the order of this page, no file without
  rows. Reading it and writing it again changes no byte.

## Cells

{CELLS}

Years are {YEARS.start} to {YEARS.stop - 1}; an end that is not known is left empty. When the clocks are set forward, a
local time that is skipped is a fault that names the gap. When they are set back, a local time that is shown twice is a
fault that names the two offsets to choose from.

An *end* (`until`) is the first instant at which the row no longer holds, so that the next row can begin at it.

Columns marked **sealed** hold what the law may want erased. The record keeps only a salted hash of them in its chain,
and an export writes them empty once they are erased, which reads back with a warning. (Whoever holds a command
or tour position then needs another contact point before the directory can be loaded.)

A text that begins like a formula of a spreadsheet is read as the text it is, with a warning.

## What is checked

Errors stop a load; warnings do not.

- **Names** that no row has; rows given twice; ends that are not after their start.
- **Units**: one tree with one top, without circles, a parent of a higher level, civil authority above everyone else.
- **Positions**: a unit and a title that fit each other (civil titles in civil authority only); covering by tour
  positions only, on-call hours for command positions only.
- **Duty**: tours longer than nothing and at most 24 hours by the clock; charts of `W`, `o` and tours; a tour for squads
  whose chart has `W`; an offset within the cycle; one squad at a time for a member.
- **Contracts**: rules that are known, each with its number or its words; who is asked and who is ordered in every one.
- **Members**: no more substantive holders at once than places; nobody twice in one position; acting appointments with
  their instrument; appointments within the time of the position and of the member; the rank that the position asks
  for, at the start of a substantive appointment (where no rank is known then, the first one after it counts); one rank,
  one attachment at a time, with the chart of a squad of that unit or with one tour.
- **Authority**: levels of the force; tour titles as the lowest that decide; delegation to a unit below, of a matter
  that the unit's level, or one below it, decides, or that was delegated to it.
- **Reach**: whoever holds a command or tour position, now or later, has a contact point: else they would be passed over
  at three in the morning.

Warnings: anyone else without a contact point; command and tour positions that nobody holds; units without a command
position; members without a squad, or with a squad of another unit than their command or tour position.

## Loading again

A load compares the directory with the record and records one fact for each row that differs. What commands did in
between is not undone in silence:

| the directory says | the record says | what a load does |
|---|---|---|
| what was loaded last | something else, by a command | leaves the record as it is, and names the row as *kept* |
| something new | anything else | enters the directory's row |
| nothing of a row that was once loaded | the row | leaves it and names it as *missing*; with `--remove`, takes it out |
| nothing | a row that a command made | leaves it, and names it as *kept* |

The rows that stay are checked together with those of the directory. Nothing is recorded when nothing changed.
Erasing is a command of its own: an empty cell erases nothing, and loading an old directory brings back what it says,
so erase there too.
"""

KINDS: Final = {
    "ref": "name",
    "refs": "names",
    "text": "text",
    "whole": "whole number",
    "flag": "yes or no",
    "instant": "instant",
    "date": "date",
    "local_time": "local time",
    "choice": "one of",
    "texts": "words",
}


def page() -> str:
    """The whole page, as Markdown."""
    parts = [INTRO, "\n## Tables\n", *(_table(row) for row in FORCE_ROWS), "\n".join(_example())]
    return "\n".join(parts)


def _table(row: type[Row]) -> str:
    said = (row.__doc__ or "").split("\n\n")
    text = " ".join(" ".join(said).split())
    lines = [f"### `{row.FILE}`", "", text, ""]
    if row is Force:
        lines += ["One key a line: text in quotation marks, words as a list, whole numbers bare.", ""]
    if row is Area:
        lines += [
            "A GeoJSON `FeatureCollection`. Each feature has `unit` among its properties; other properties are not "
            "read. Rings are closed; coordinates are longitude, latitude.",
            "",
        ]
    lines += ["| column | | holds | says |", "|---|---|---|---|"]
    lines += [_line(row, column) for column in columns_of(row)]
    return "\n".join(lines) + "\n"


def _line(row: type[Row], column: Column) -> str:
    marks = ["key"] if column.key else []
    marks += ["**sealed**"] if column.sealed else []
    marks += [] if column.required else ["optional"]
    return (
        f"| `{column.name}` | {', '.join(marks)} | {_holds(row, column)} | {column.says.replace('|', chr(92) + '|')} |"
    )


def _holds(row: type[Row], column: Column) -> str:
    said = KINDS[column.kind]
    if column.to and column.kind == "ref":
        said = f"a {column.to.replace('_', ' ')}"
    if column.kind == "whole":
        said = f"{column.least} to {column.most}"
    if column.kind == "choice":
        said = ", ".join(f"`{word}`" for word in column.choices)
    default: Any = row.__dataclass_fields__[column.name].default
    if not column.required and default is not None:
        said += f"; empty: `{unparse(default, UTC_ZONE)}`"
    return said


def _example() -> Iterator[str]:
    yield "## A worked example\n"
    yield "Three members in two units. `muster check` finds nothing wrong with it. Captain Example is back from leave"
    yield "when the clocks show half past one for the second time, hence the offset.\n"
    for file, text in EXAMPLE.items():
        yield f"`{file}`\n\n```{Path(file).suffix[1:]}\n{text}```\n"


if __name__ == "__main__":
    sys.stdout.write(page())
