"""``muster roster amend``: entries of published rosters become others, one or a file of them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.roster_input import Day
from muster.cli.roster_publish import by_position, named
from muster.cli.shared import action, answer, instant_on, plain, writing
from muster.domain.errors import Fault, FaultyDirectory, Invalid

if TYPE_CHECKING:
    from muster.domain.directory import Placed
    from muster.files.amendments import AmendedEntry
    from muster.services.amending import Amendment, Amendments, EntriesRefused


@click.command()
@click.argument("unit")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--member", metavar="MEMBER", help="Whose line.")
@click.option("--day", type=Day(), metavar="DAY", help="Which day of it.")
@click.option("--tour", metavar="TOUR", help="The tour from now on, or off.")
@click.option("--reason", metavar="TEXT", help="Why; sealed, for those entitled. With FILE: of lines without one.")
@by_position
@action
def amend(
    unit: str,
    file: Path | None,
    member: str | None,
    day: datetime | None,
    tour: str | None,
    reason: str | None,
    by: str,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Amend an entry of UNIT's published roster: another tour for MEMBER on a day, or off. Or all entries in FILE, in
    one transaction. Held to the same rules as publishing, with all entries changed, so that members can change tours
    with each other; a tour that has begun is not touched.

    FILE is CSV or Excel with the columns member, day, tour and, if you like, reason, and unit for a roster that is not
    UNIT's. Every fault is named with its line.

    \b
    Example:
      muster roster amend PCT-047 --member M0033 --day 2020-10-21 --tour off --reason "court in the morning" \\
        --by PCT-047-CO --at 2020-10-19T12:00
      muster roster amend PCT-047 changes.csv --reason "the parade of Saturday" --by PCT-047-CO
    """
    from muster.files.amendments import read_amendments
    from muster.services.amending import Amendment, EntriesRefused, amend_all

    placed: list[Placed[AmendedEntry]] = []
    if file is not None:
        _alone(member, day, tour)
        placed = read_amendments(file)
        rows = [p.row for p in placed]
        wanted = [Amendment(r.unit or unit, r.member, r.day, r.tour, r.reason or reason or "") for r in rows]
    elif member is None or day is None or tour is None or reason is None:
        raise Invalid("say --member, --day, --tour and --reason, or name a FILE of entries")
    else:
        wanted = [Amendment(unit, member, day.date(), tour, reason)]
    with writing(db) as record:
        try:
            made = amend_all(record, wanted, by, instant_on(record, at))
        except EntriesRefused as said:
            raise (_by_line(said, placed) if placed else said) from None
    answer(as_json, _of_one(made) if file is None else amended_value(made), lambda: list(amended_told(made)))


def _alone(member: str | None, day: datetime | None, tour: str | None) -> None:
    given = {"--member": member, "--day": day, "--tour": tour}
    said = [option for option, value in given.items() if value is not None]
    if said:
        raise Invalid(f"{', '.join(said)} is of one entry, and a FILE of entries was named: say one or the other")


def _by_line(said: "EntriesRefused", placed: "list[Placed[AmendedEntry]]") -> FaultyDirectory:
    def fault(entry: int | None, says: str) -> Fault:
        return Fault(placed[0].file, None if entry is None else placed[entry].line, None, None, says)

    return FaultyDirectory([fault(wrong.entry, wrong.says) for wrong in said.wrong])


def _of_one(made: "Amendments") -> dict[str, Any]:
    """The roster as it stands, and whether the entry stood so already."""
    return {**plain(made.rosters[0]), "stood": bool(made.stood)}


def amended_value(made: "Amendments") -> dict[str, Any]:
    """The rosters as they stand and the entries, for JSON; reasons are for those entitled."""
    return {"rosters": made.rosters, "made": _entries(made.made), "stood": _entries(made.stood)}


def _entries(entries: "tuple[Amendment, ...]") -> list[dict[str, Any]]:
    return [{"unit": e.unit, "member": e.member, "day": e.day, "tour": e.tour} for e in entries]


def amended_told(made: "Amendments") -> Iterator[str]:
    """The rosters as they stand, and the entries that were changed, or stood so."""
    for roster in made.rosters:
        yield named(roster)
        for entries, how in ((made.made, ""), (made.stood, "; it stood so already")):
            mine = (e for e in entries if e.unit == roster.unit and roster.first <= e.day <= roster.last)
            yield from (f"  {e.member} on {e.day} {e.tour}{how}" for e in mine)
