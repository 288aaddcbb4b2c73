"""``muster roster publish``, ``amend`` and ``published``: a roster becomes what members are held to."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.roster_input import Day
from muster.cli.shared import (
    action,
    answer,
    count_of,
    instant_on,
    known_on,
    plain,
    question,
    reading,
    viewer_option,
    writing,
)

if TYPE_CHECKING:
    from muster.domain.published import Published
    from muster.services.amending import Standing

by_position = click.option(
    "--by", required=True, metavar="POSITION", help="The position that signs: a command of the unit or above it."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@by_position
@action
def publish(file: Path, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Publish the roster in FILE, which ``muster roster city`` wrote: from then on the watch, duty and every limit read
    it in place of the charts, and 'as known' before it the charts.

    What FILE says of itself is not believed: every line is held to the record of now. A hard hours rule that a line
    crosses needs a waiver on the record (``muster waive``) that names rule, signer and rest owed.

    \b
    Example:
      muster roster publish rosters/PCT-047.roster.json --by PCT-047-CO --at 2020-10-12T09:00
    """
    from muster.files.rosters import read_roster
    from muster.services.publishing import publish as publish_roster

    roster = read_roster(file)
    with writing(db) as record:
        made = publish_roster(record, roster, by, instant_on(record, at))
    head = f"{_named(made.roster)}: {count_of(made.members, 'member')}, {count_of(made.cautions, 'caution')}"
    answer(as_json, made, lambda: [head, *(f"  note: {note}" for note in made.notes)])


@click.command()
@click.argument("unit")
@click.option("--member", required=True, metavar="MEMBER", help="Whose line.")
@click.option("--day", type=Day(), required=True, metavar="DAY", help="Which day of it.")
@click.option("--tour", required=True, metavar="TOUR", help="The tour from now on, or off.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; sealed, for those entitled.")
@by_position
@action
def amend(
    unit: str, member: str, day: datetime, tour: str, reason: str, by: str, at: str | None, db: str, as_json: bool
) -> None:
    """Amend one entry of UNIT's published roster: another tour for MEMBER on a day, or off. Held to the same rules as
    publishing; a tour that has begun is not touched.

    \b
    Example:
      muster roster amend PCT-047 --member M0033 --day 2020-10-21 --tour off --reason "court in the morning" \\
        --by PCT-047-CO --at 2020-10-19T12:00
    """
    from muster.services.amending import Amendment
    from muster.services.amending import amend as amend_roster

    with writing(db) as record:
        made = amend_roster(record, Amendment(unit, member, day.date(), tour, reason), by, instant_on(record, at))
    answer(as_json, made, lambda: [f"{_named(made)}: {member} on {day:%Y-%m-%d} {tour}"])


@click.command()
@click.argument("unit")
@viewer_option
@question
def published(unit: str, viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """UNIT's published roster that holds at an instant, or else the next: its version, who signed it, its hash, what
    was amended, and the line of every member. Reasons are shown with --as alone, as far as that member may read them.

    \b
    Example:
      muster roster published PCT-047 --at 2020-10-21
      muster roster published PCT-047 --at 2020-10-21 --as-known-at 2020-10-19T12:00 --json
    """
    from muster.services.amending import published as published_roster

    with reading(db) as views:
        found = published_roster(views, unit, instant_on(views, at), known_on(views, known_at), viewer)
    answer(as_json, _value(found), lambda: [*_sheet(found)])


def _named(roster: "Published") -> str:
    signed = f"signed {roster.by} ({roster.signer})"
    return f"{roster.unit}, {roster.first} to {roster.last}, version {roster.version}, {signed}, hash {roster.digest}"


def _value(found: "Standing") -> dict[str, Any]:
    told = {name: value for name, value in plain(found.roster).items() if name != "reason"}
    lines = {line.member: list(line.tours) for line in found.lines}
    return {**told, "last": found.roster.last, "amended": found.amended, "lines": lines}


def _sheet(found: "Standing") -> Iterator[str]:
    """The lines of the sheet: tours are letters, explained above them; a dot is a day off."""
    from muster.cli.roster_sheet import grid

    yield _named(found.roster)
    roster = found.roster
    yield from (f"  waived: {key}" for key in roster.waived)
    for a in found.amended:
        why = f" ({a.reason})" if a.reason else ""
        yield f"  version {a.version}: {a.member} on {a.day} from {a.was} to {a.tour}{why}, signed {a.by} ({a.signer})"
    yield from grid(roster.first, roster.days, {line.member: line.tours for line in found.lines})
