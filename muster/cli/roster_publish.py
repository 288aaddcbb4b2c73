"""``muster roster publish`` and ``published``: a roster becomes what members are held to."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.roster_input import Day
from muster.cli.shared import action, answer, instant_on, known_on, plain, question, reading, viewer_option, writing
from muster.domain.errors import Refused
from muster.domain.wording import count_of

if TYPE_CHECKING:
    from muster.domain.published import Published
    from muster.services.published import Standing

by_position = click.option(
    "--by", required=True, metavar="POSITION", help="The position that signs: a command of the unit or above it."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "first", type=Day(), metavar="DAY", help="Only its days from this one on.")
@click.option("--in-place", is_flag=True, help="Withdraw what is published of these days.")
@click.option("--reason", metavar="TEXT", help="With --in-place: why; sealed, for those entitled.")
@by_position
@action
def publish(
    file: Path,
    first: datetime | None,
    in_place: bool,
    reason: str | None,
    by: str,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Publish the roster in FILE, which ``muster roster city`` wrote: from then on the watch, duty and every limit read
    it in place of the charts, and 'as known' before it the charts.

    What FILE says of itself is not believed: every line is held to the record of now. A hard hours rule that a line
    crosses needs a waiver on the record (``muster waive``) that names rule, signer and rest owed.

    Of a period that has begun the days that are left can be published, with --from, --in-place of what is published of
    them. Days before stay as they are, and tours that begin on them go on to their end; tours that fall away are told
    as cancelled in members' calendars.

    \b
    Example:
      muster roster publish rosters/PCT-047.roster.json --by PCT-047-CO --at 2020-10-12T09:00
      muster roster publish new.roster.json --from 2020-10-27 --in-place --reason "two came to the unit" \\
        --by PCT-047-CO --at 2020-10-26T12:00
    """
    from muster.files.rosters import read_roster
    from muster.services.publishing import publish as publish_roster

    if in_place != (reason is not None):
        raise Refused("--in-place needs --reason, and --reason is of nothing else")
    roster = read_roster(file) if first is None else read_roster(file).from_day(first.date())
    with writing(db) as record:
        made = publish_roster(record, roster, by, instant_on(record, at), in_place=reason)
    head = f"{named(made.roster)}: {count_of(made.members, 'member')}, {count_of(made.cautions, 'caution')}"
    answer(as_json, made, lambda: [head, *(f"  note: {note}" for note in made.notes)])


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
    from muster.services.published import published as published_roster

    with reading(db) as views:
        found = published_roster(views, unit, instant_on(views, at), known_on(views, known_at), viewer)
    answer(as_json, _value(found), lambda: [*_sheet(found)])


def named(roster: "Published") -> str:
    """The roster in a line: its version, who signed it, its hash."""
    signed = f"signed {roster.by} ({roster.signer})"
    return f"{roster.unit}, {roster.first} to {roster.last}, version {roster.version}, {signed}, hash {roster.digest}"


def _value(found: "Standing") -> dict[str, Any]:
    told = {name: value for name, value in plain(found.roster).items() if name != "reason"}
    lines = {line.member: list(line.tours) for line in found.lines}
    return {**told, "last": found.roster.last, "amended": found.amended, "lines": lines}


def _sheet(found: "Standing") -> Iterator[str]:
    """The lines of the sheet: tours are letters, explained above them; a dot is a day off."""
    from muster.cli.roster_sheet import grid

    yield named(found.roster)
    roster = found.roster
    yield from (f"  waived: {key}" for key in roster.waived)
    for a in found.amended:
        why = f" ({a.reason})" if a.reason else ""
        by = f" by request {a.request}" if a.request else ""
        what = f"{a.member} on {a.day} from {a.was} to {a.tour}{by}{why}"
        yield f"  version {a.version}: {what}, signed {a.by} ({a.signer})"
    yield from grid(roster.first, roster.days, {line.member: line.tours for line in found.lines})
