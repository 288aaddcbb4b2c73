"""Which roster a command is about: that of a file, or the one that a unit has published."""

from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muster.cli.shared import say, zone_of
from muster.domain.errors import Unknown
from muster.domain.force import Unit
from muster.domain.instants import on_clock

if TYPE_CHECKING:
    from muster.domain.published import Published
    from muster.domain.rosters import UnitRoster
    from muster.ports import Views

plan_argument = click.argument("target", metavar="UNIT_OR_FILE")


def engine_prepared() -> None:
    """Compile the engine before anybody waits for it, where it is not compiled yet."""
    from muster.roster.prepare import is_prepared, prepare

    if not is_prepared():
        prepare(say)


def file_named(target: str) -> "UnitRoster | None":
    """The roster in the file of this name; None for the name of a unit: no file has it, and no file is called so."""
    from muster.files.rosters import read_roster

    file = Path(target)
    return read_roster(file) if file.suffix == ".json" or file.parent.name or file.is_file() else None


def plan_published(views: "Views", target: str, day: date) -> "tuple[Published, UnitRoster]":
    """The published roster of the unit of this name for a day, or else the next after it; and as one to be changed."""
    from muster.services.published_plans import published_plan

    if views.row(Unit, target) is None:
        raise Unknown(f"{target!r} must be a unit of the record, or a roster file that 'muster roster city' wrote")
    return published_plan(views, target, on_clock(day, time(), zone_of(views)))
