"""``muster roster publish``, ``published`` and ``feed``: a roster becomes what members are held to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

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

BACK: Final = timedelta(weeks=4)
"""A calendar that looks seldom learns of what was taken out a while ago."""

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
    from muster.services.amending import published as published_roster

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
        yield f"  version {a.version}: {a.member} on {a.day} from {a.was} to {a.tour}{why}, signed {a.by} ({a.signer})"
    yield from grid(roster.first, roster.days, {line.member: line.tours for line in found.lines})


@click.command()
@click.argument("member")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, whole.")
@action
def feed(member: str, target: Path | None, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER's tours by published rosters as an iCalendar feed (RFC 5545), from four weeks before --at on: what was
    moved or taken out since it was published replaces what a calendar had.

    \b
    Example:
      muster roster feed M0033 --at 2020-10-19 --to M0033.ics
    """
    from muster.documents.calendars import calendar
    from muster.files.whole import write_whole
    from muster.services.feeds import feed_of

    with reading(db) as views:
        found = feed_of(views, member, instant_on(views, at) - BACK)
    text = calendar(found)
    if target is not None:
        write_whole(target, text)
    value = {"member": member, "tours": found.tours, "file": None if target is None else str(target)}
    if as_json or target is not None:
        answer(as_json, value, lambda: [f"{target}: {count_of(len(found.tours), 'tour')}"])
    else:
        click.echo(text.replace("\r\n", "\n"), nl=False)
