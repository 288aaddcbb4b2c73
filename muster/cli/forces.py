"""Commands that write a force directory to start from: ``new`` and ``city``."""

from collections.abc import Sequence
from pathlib import Path

import click

from muster.cli.shared import answer, json_option
from muster.domain.errors import Refused
from muster.domain.schema import Row
from muster.files import write
from muster.scenarios.city import MEMBERS
from muster.scenarios.city import city as city_rows
from muster.scenarios.small import small_force

directory = click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))


@click.command()
@directory
@json_option
def new(directory: Path, as_json: bool) -> None:
    """Write a small force directory to start from.

    City Hall, a department, one borough, one precinct; obviously synthetic members. Change it into your own force.

    \b
    Example:
      muster new my-force && muster check my-force
    """
    _refuse_unless_empty(directory)
    _write(small_force(), directory, as_json)


@click.command()
@directory
@click.option(
    "--members", type=click.IntRange(min=1), default=MEMBERS, show_default=True, help="How many members it has."
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed writes the same bytes.")
@json_option
def city(directory: Path, members: int, seed: int, as_json: bool) -> None:
    """Write the synthetic force of a city: 77 precincts in eight patrol boroughs.

    Names and areas of the precincts are New York's; members, strengths and careers are made up.

    \b
    Example:
      muster city city --members 22000 --seed 1 && muster load city
    """
    _refuse_unless_empty(directory)
    _write(city_rows(members, seed), directory, as_json)


def _refuse_unless_empty(directory: Path) -> None:
    if directory.is_symlink() or directory.exists():
        if not directory.is_dir():
            raise Refused(f"{directory} must be a directory or not exist yet, it is something else; name another")
        if any(directory.iterdir()):
            raise Refused(f"{directory} must be empty or not exist yet, it has files; name another directory")


def _write(rows: Sequence[Row], directory: Path, as_json: bool) -> None:
    by_noun: dict[str, list[Row]] = {}
    for row in rows:
        by_noun.setdefault(row.NOUN, []).append(row)
    write(by_noun, directory)
    counts = {noun: len(of_noun) for noun, of_noun in by_noun.items()}
    answer(as_json, counts, lambda: _told(counts, directory))


def _told(counts: dict[str, int], directory: Path) -> list[str]:
    """The counts as a table, and what to do next."""
    width = max(len(f"{count:,}") for count in counts.values())
    lines = [f"{count:>{width},}  {noun.replace('_', ' ')}" for noun, count in counts.items()]
    return [f"{directory}:", *lines, "", f"Next: muster check {directory}"]
