"""``muster fitness``: what a model of sleepiness says of a table of sleep and duty."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TextIO

import click

from muster.cli.shared import json_option, safe
from muster.domain.errors import Fault, Refused, Unknown
from muster.domain.nearest import did_you_mean
from muster.files.schedules import SLEEP, Schedules, Stretch, read_schedules

if TYPE_CHECKING:
    from muster.fitness.course import Model

Row = dict[str, str | int | float]
DIGITS: Final = 10


@click.command()
@click.argument("table", metavar="SCHEDULE.csv", type=click.Path(path_type=Path))
@click.option(
    "--model",
    "name",
    type=click.Choice(["tpm", "ump"]),
    default="tpm",
    show_default=True,
    help="tpm: Three Process Model (KSS); ump: Unified Model of Performance (lapses).",
)
@click.option("--step", type=click.IntRange(1, 1440), default=15, show_default=True, help="Minutes between rows.")
@click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write the rows to a file.")
@click.option("--schedule", help="Only this schedule of the table.")
@click.option("--start-s", type=float, help="S at the first sleep. Default: 7.96 (tpm), 0 (ump).")
@click.option("--start-l", type=float, help="L at the first sleep, ump only. Default: 0.")
@json_option
def fitness(
    table: Path,
    name: str,
    step: int,
    out: Path | None,
    schedule: str | None,
    start_s: float | None,
    start_l: float | None,
    as_json: bool,
) -> None:
    """What a model of sleepiness says of the sleeps in SCHEDULE.csv, row by row from the first sleep on.

    The table has the columns kind (sleep or work), start and end, and schedule where it has more than one. Its times
    are one person's own clock, without a zone: what the clock does in spring and autumn is for you to put right. Rows
    reach to the end of the day, counted from the first sleep, in which the table ends. Models give the mean of a group:
    they are never the sole ground for anything about a person.

    \b
    Example:
      muster fitness schedules.csv --model ump --step 15 --csv out.csv
    """
    model = _model(name, start_s, start_l)
    read = read_schedules(table)
    if read.faults:
        _refused(read.faults, table, as_json=as_json)
    chosen = _chosen(read, schedule)
    rows = _rows(model, chosen, step * 60, named=len(chosen) > 1)
    if out is not None:
        count = _kept(rows, out, table)
        click.echo(json.dumps({"file": str(out), "rows": count}) if as_json else safe(f"{count} rows in {out}"))
    elif as_json:
        click.echo(json.dumps(list(rows), indent=2))
    else:
        _write(rows, sys.stdout)


def _model(name: str, start_s: float | None, start_l: float | None) -> "Model":
    """The model with these states to start with; raises ``UsageError`` for one that it cannot be in."""
    from muster.fitness.three_process import ThreeProcess
    from muster.fitness.unified import Unified

    if name == "tpm":
        if start_l is not None:
            raise click.UsageError("--start-l is for --model ump: the Three Process Model has no L")
        tpm = ThreeProcess()
        return tpm if start_s is None else replace(tpm, s0=_within("--start-s", start_s, tpm.la, tpm.ha))
    ump = Unified()
    low, high = -2 * ump.u0, ump.u0
    s0 = ump.s0 if start_s is None else _within("--start-s", start_s, low, high)
    return replace(ump, s0=s0, l0=ump.l0 if start_l is None else _within("--start-l", start_l, low, high))


def _within(option: str, value: float, least: float, most: float) -> float:
    if not (isfinite(value) and least <= value <= most):
        raise click.UsageError(f"{option} {value:g} must be from {least:g} to {most:g}, where the model can be")
    return value


def _chosen(read: Schedules, schedule: str | None) -> dict[str, list[Stretch]]:
    if schedule is None:
        return read.stretches
    if schedule not in read.stretches:
        names = [name for name in read.stretches if name]
        has = f"; it has {', '.join(names)}" if names else ": it has no column schedule"
        raise Unknown(f"{read.file} has no schedule {schedule!r}{did_you_mean(schedule, names)}{has}")
    return {schedule: read.stretches[schedule]}


def _rows(model: "Model", schedules: dict[str, list[Stretch]], step: int, *, named: bool) -> Iterator[Row]:
    from muster.fitness.arrays import instant, seconds
    from muster.fitness.series import series

    for schedule, stretches in schedules.items():
        sleeps = [(seconds(s.start), seconds(s.end)) for s in stretches if s.kind == SLEEP]
        last = max(seconds(s.end) for s in stretches)
        for point in series(model, sleeps, last, step):
            time = f"{instant(point.at):%Y-%m-%d %H:%M:%S}".removesuffix(":00")
            row: Row = {"schedule": schedule} if named else {}
            values = {name: round(value, DIGITS) + 0.0 for name, value in point.columns.items()}  # no minus zero
            yield {**row, "time": time, "awake": int(point.awake), **values}


def _kept(rows: Iterator[Row], out: Path, table: Path) -> int:
    """Write the rows to a file; how many."""
    try:
        if out.exists() and out.samefile(table):
            raise Refused(f"{out}: is the table itself; name another file")
        with out.open("w", encoding="utf-8", newline="") as file:
            return _write(rows, file)
    except OSError as said:
        raise Refused(f"{out}: cannot be written ({said.strerror}); name another file") from said


def _write(rows: Iterator[Row], file: TextIO) -> int:
    count = 0
    writer: Any = None
    for count, row in enumerate(rows, start=1):  # noqa: B007 - how many there were
        if writer is None:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(row)
        writer.writerow(f"{cell:.{DIGITS}f}" if isinstance(cell, float) else cell for cell in row.values())
    return count


def _refused(faults: Sequence[Fault], table: Path, *, as_json: bool) -> NoReturn:
    """Tell what is wrong with the table, and end with status 1."""
    if as_json:
        click.echo(json.dumps({"errors": len(faults), "faults": [asdict(fault) for fault in faults]}, indent=2))
    else:
        click.echo("\n".join(safe(str(fault)) for fault in faults), err=True)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        click.echo(f"{count} in {safe(str(table))}; nothing was reckoned", err=True)
    sys.exit(1)
