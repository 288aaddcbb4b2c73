"""``muster roster ways-out``: the ways out of a shortage, cheapest first, each with its effect and its commands."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from muster.cli.roster_input import Day, members_in
from muster.cli.shared import answer, db_option, instant_on, json_option, reading, viewer_option
from muster.domain.ways_wording import KINDS, barred_by_reason, effects_of, filled_says, short_says, way_says
from muster.domain.wording import count_of, few

if TYPE_CHECKING:
    from muster.domain.ways_out import Way, WaysOut

SHOWN: Final = 3
"""So many of each kind are told; --json has all."""
REASONS: Final = 8
"""So many reasons why others are no way."""


@click.command("ways-out")
@click.argument("unit")
@click.option("--day", type=Day(), required=True, metavar="DAY", help="The day of the tour.")
@click.option("--tour", required=True, metavar="TOUR", help="The tour that is under its minimum.")
@click.option("--who", metavar="COVER", help="Whom the cover asks for, where several are short.")
@click.option("--absent", metavar="MEMBER[,MEMBER..]", multiple=True, help="Who is supposed to be absent as well.")
@viewer_option
@click.option("--at", metavar="TIME", help="When it is asked; default now.")
@db_option
@json_option
def ways_out(
    unit: str,
    day: datetime,
    tour: str,
    who: str | None,
    absent: Sequence[str],
    viewer: str | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """The ways out when a tour of UNIT is under its minimum, cheapest first: who, what it costs, its effect, and the
    commands that carry it out. First comes the cheapest set for all who are missing.

    Somebody of another tour is moved, or a leave is; a neighbour lends somebody of the same tour; somebody comes from a
    day off or stays or comes early, by the contract. A hard rule is crossed only with a waiver that is named. Costs are
    compared in this order: waivers, hours of overtime, leaves moved, called from days off, held over or in early, lent,
    moved, and the place on the contract's list.

    \b
    Example:
      muster roster ways-out PCT-047 --day 2020-10-20 --tour 2315x0750 --who officers --at 2020-10-19T12:00
    """
    from muster.services.ways_out import Question
    from muster.services.ways_out import ways_out as found_ways

    with reading(db) as views:
        asked = Question(unit, day.date(), tour, who, members_in(absent), instant_on(views, at), at is not None)
        found = found_ways(views, asked, viewer)
    answer(as_json, found, lambda: list(_told(found)))


def _told(found: "WaysOut") -> Iterator[str]:
    yield short_says(found)
    if found.absent:
        yield f"  supposed to be absent: {few(found.absent, SHOWN)}"
    yield from (f"  note: {note}" for note in found.notes)
    yield from _cheapest(found)
    for kind, words in KINDS.items():
        yield from _of_kind(words, [way for way in found.ways if way.kind == kind], found)
    if found.together:
        yield "two parts that make a whole:"
        for fill in found.together[:SHOWN]:
            yield f"  {'; '.join(f'{KINDS[way.kind]} {way_says(way, found)}' for way in fill.ways)}"
            yield from (f"    {command}" for command in fill.commands)
        yield from _more(len(found.together))
    if found.withheld:
        yield f"{count_of(found.withheld, 'way')} more for those who may read of leave and rest (--as)"
    yield from _barred(found)


def _cheapest(found: "WaysOut") -> Iterator[str]:
    if not found.cheapest:
        yield filled_says(found)
    if found.why is not None:
        yield f"  which rules and absences are in the way of more: {found.why}"
    if found.cheapest:
        yield filled_says(found)
    for fill in found.cheapest:
        yield from (f"  {KINDS[way.kind]}: {way_says(way, found)}" for way in fill.ways)
    yield from (f"    {command}" for command in found.commands)


def _of_kind(words: str, ways: Sequence["Way"], found: "WaysOut") -> Iterator[str]:
    if ways:
        yield f"{words}:"
    for way in ways[:SHOWN]:
        yield f"  {way_says(way, found)}"
        yield from (f"    {line}" for line in effects_of(way))
        yield from (f"    {command}" for command in way.commands)
    yield from _more(len(ways))


def _more(number: int) -> Iterator[str]:
    if number > SHOWN:
        yield f"  and {number - SHOWN} more (--json has all)"


def _barred(found: "WaysOut") -> Iterator[str]:
    """Why others are no way."""
    ordered = barred_by_reason(found)
    if ordered:
        yield "no way:"
    yield from (f"  {says}: {few(members, SHOWN)}" for says, members in ordered[:REASONS])
    if rest := sum(len(members) for _, members in ordered[REASONS:]):
        yield f"  {count_of(rest, 'other')} for other reasons (--json has all)"
