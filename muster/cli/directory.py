"""Commands on force directories: check, load, export."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path

import click

from muster.bootstrap import open_store, system_clock
from muster.cli.shared import answer, db_option, json_option, known_on, known_option, reading, safe
from muster.domain.checks import check as faults_of
from muster.domain.errors import Fault, FaultyDirectory
from muster.domain.nouns import ROWS
from muster.files import read, write
from muster.services.load import RECORD, Loaded
from muster.services.load import export as exported
from muster.services.load import load as load_directory

AT_A_TIME = 10_000
"""Lines written at once: a million faults, one write each, would take minutes."""

directory_argument = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))


@click.command()
@directory_argument
@json_option
def check(directory: Path, as_json: bool) -> None:
    """Report all faults of the force directory DIR at once: errors first, then warnings.

    \b
    Example:
      muster check force
    """
    found = read(directory)
    faults = faults_of(found, system_clock())
    errors = [fault for fault in faults if not fault.warning]
    rows = sum(len(placed) for placed in found.entries.values())
    if as_json:
        _print_json(faults, rows)
    else:
        _print(_lines(faults))
        click.echo(_count(faults) + ("" if errors else f"; {rows} rows can be loaded"))
    if errors:
        sys.exit(1)


@click.command()
@directory_argument
@click.option("--remove", is_flag=True, help="Take out rows that were loaded once and are no longer in DIR.")
@db_option
@json_option
def load(directory: Path, remove: bool, db: str, as_json: bool) -> None:
    """Load the force directory DIR into the record: all of it, or nothing.

    Loading again records only what changed. What commands have changed since stays, and is named.

    \b
    Example:
      muster load force --db sqlite:///muster.db
    """
    found = read(directory)
    try:
        with closing(open_store(db)) as store, store.writing() as record:
            done = load_directory(record, found, remove=remove)
    except FaultyDirectory as said:
        _refused(said.faults, as_json=as_json)
    answer(as_json, done, lambda: _told(done))


@click.command()
@directory_argument
@known_option
@db_option
@json_option
def export(directory: Path, known_at: str | None, db: str, as_json: bool) -> None:
    """Write the force in the record as the force directory DIR.

    DIR must be new, empty, or a force directory already, which is then written over.

    \b
    Example:
      muster export copy --as-known-at 2020-10-07
    """
    with reading(db) as views:
        rows = exported(views, known_at=known_on(views, known_at))
    write(rows, directory)
    counts = {noun: len(of_noun) for noun, of_noun in rows.items()}
    answer(as_json, counts, lambda: [f"{sum(counts.values())} rows in {len(counts)} files of {directory}"])


def _refused(faults: Sequence[Fault], *, as_json: bool) -> None:
    """Tell why nothing was loaded, and end with status 1."""
    if as_json:
        _print_json(faults, 0)
    else:
        _print(_lines(faults), err=True)
        hint = (
            "; rows of the record stay unless you load with --remove" if any(f.file == RECORD for f in faults) else ""
        )
        click.echo(f"{_count(faults)}; nothing was loaded{hint}", err=True)
    sys.exit(1)


def _lines(faults: Sequence[Fault]) -> Iterable[str]:
    """A line for each fault, errors first, that cannot steer a terminal."""
    errors = (str(fault) for fault in faults if not fault.warning)
    warnings = (f"{fault} (warning)" for fault in faults if fault.warning)
    return (line if line.isprintable() else safe(line) for line in chain(errors, warnings))


def _print(lines: Iterable[str], *, err: bool = False) -> None:
    rest = iter(lines)
    while some := list(islice(rest, AT_A_TIME)):
        click.echo("\n".join(some), err=err)


def _count(faults: Sequence[Fault]) -> str:
    warnings = sum(fault.warning for fault in faults)
    return f"{_some(len(faults) - warnings, 'error')}, {_some(warnings, 'warning')}"


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _print_json(faults: Sequence[Fault], rows: int) -> None:
    """All faults as one JSON object, written piece by piece."""
    warnings = sum(fault.warning for fault in faults)
    counts = f'"errors": {len(faults) - warnings}, "warnings": {warnings}, "rows": {rows}'
    click.echo(f'{{{counts}, "faults": [' + ("" if faults else "]}"))
    last = len(faults) - 1
    _print(json.dumps(asdict(fault)) + ("," if number < last else "\n]}") for number, fault in enumerate(faults))


def _told(done: Loaded) -> list[str]:
    """What a load did, in lines."""
    lines = [f"kept: {stream} stays as commands have left it" for stream in done.kept]
    lines += [f"missing: {stream} is no longer in DIR but stays; --remove takes it out" for stream in done.missing]
    lines += [f"{noun.replace('_', ' ')}: {said}" for noun in ROWS if (said := _changes(done, noun))]
    facts = sum(sum(part.values()) for part in (done.entered, done.changed, done.removed))
    hint = " ('muster check' shows them)" if done.warnings else ""
    warnings = f"{_some(len(done.warnings), 'warning')}{hint}"
    return [*lines, f"{_some(facts, 'fact')} recorded, {done.unchanged} rows unchanged, {warnings}"]


def _changes(done: Loaded, noun: str) -> str:
    parts = {"entered": done.entered, "changed": done.changed, "removed": done.removed}
    return ", ".join(f"{part[noun]} {says}" for says, part in parts.items() if part.get(noun))
