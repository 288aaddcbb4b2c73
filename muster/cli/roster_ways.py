"""``muster roster ways-out``: the ways out of a shortage, cheapest first, each with its effect and its commands."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from muster.cli.roster_input import Day, members_in
from muster.cli.shared import answer, count_of, db_option, instant_on, json_option, reading, viewer_option
from muster.domain.instants import clock_text, span_text
from muster.domain.wording import few

if TYPE_CHECKING:
    from muster.domain.ways_out import Fill, Way, WaysOut

SHOWN: Final = 3
"""So many of each kind are told; --json has all."""
REASONS: Final = 8
"""So many reasons why others are no way."""
KINDS: Final = {
    "move": "move from another tour",
    "leave": "move a leave",
    "loan": "loan from a neighbour",
    "call-in": "call-in from a day off",
    "order": "call-in by order",
    "hold-over": "hold-over",
    "early": "in early",
}


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
    zone, post = ZoneInfo(found.zone), found.post
    short = f"{clock_text(found.short[0], zone, post.day)} to {clock_text(found.short[1], zone, post.day)}"
    yield (
        f"{post.unit}, {post.tour} on {post.day:%a %d %b %Y}: {found.have} of {found.minimum} {post.who}; "
        f"{found.missing} missing, {short}"
    )
    if found.absent:
        yield f"  supposed to be absent: {few(found.absent, SHOWN)}"
    yield from (f"  note: {note}" for note in found.notes)
    yield from _cheapest(found, zone)
    for kind, words in KINDS.items():
        yield from _of_kind(words, [way for way in found.ways if way.kind == kind], found, zone)
    if found.together:
        yield "two parts that make a whole:"
        for fill in found.together[:SHOWN]:
            yield f"  {_pair(fill, found, zone)}"
            yield from (f"    {command}" for command in fill.commands)
        yield from _more(len(found.together))
    if found.withheld:
        yield f"{count_of(found.withheld, 'way')} more for those who may read of leave and rest (--as)"
    yield from _barred(found)


def _cheapest(found: "WaysOut", zone: ZoneInfo) -> Iterator[str]:
    if not found.cheapest:
        yield "no way fills a place"
    if found.why is not None:
        yield f"  which rules and absences are in the way of more: {found.why}"
    if not found.cheapest:
        return
    filled = len(found.cheapest)
    all_of_them = filled == found.missing
    yield f"cheapest: fills {'all' if all_of_them else f'{filled} of {found.missing}; no set fills more'}"
    for fill in found.cheapest:
        yield from (f"  {KINDS[way.kind]}: {_way(way, found, zone)}" for way in fill.ways)
    yield from (f"    {command}" for command in found.commands)


def _of_kind(words: str, ways: Sequence["Way"], found: "WaysOut", zone: ZoneInfo) -> Iterator[str]:
    if ways:
        yield f"{words}:"
    for way in ways[:SHOWN]:
        yield f"  {_way(way, found, zone)}"
        yield from (f"    {line}" for line in _effects(way, found, zone))
        yield from (f"    {command}" for command in way.commands)
    yield from _more(len(ways))


def _more(number: int) -> Iterator[str]:
    if number > SHOWN:
        yield f"  and {number - SHOWN} more (--json has all)"


def _way(way: "Way", found: "WaysOut", zone: ZoneInfo) -> str:
    day = found.post.day
    part = (
        "" if way.whole else f", only {clock_text(way.covers[0], zone, day)} to {clock_text(way.covers[1], zone, day)}"
    )
    overtime = f"{span_text(way.overtime)} of" if way.overtime else "no"
    return f"{way.member} {way.name}, {way.of}{part}: {overtime} overtime"


def _effects(way: "Way", found: "WaysOut", zone: ZoneInfo) -> Iterator[str]:
    if way.in_week is not None and way.in_four_weeks is not None:
        yield f"then {span_text(way.in_week)} in 7 days, {span_text(way.in_four_weeks)} in 28"
    for left in way.uses:
        of = f"{left.post.unit} {left.post.tour} on {left.post.day:%a %d %b}"
        yield f"{of}: {left.have} {left.post.who} before, {left.after} after, needs {left.minimum}"
    if way.days_moved:
        yield f"the leave is {count_of(abs(way.days_moved), 'day')} {'later' if way.days_moved > 0 else 'earlier'}"
    yield from (f"caution: {says}" for says in way.cautions)
    if way.waived:
        w = way.waived
        yield f"needs a waiver of {w.rule}: {w.says}; {w.rest_owed_hours} h of rest owed; {w.by} ({w.signer}) may sign"
    if way.past:
        yield f"past the contract: {way.past}"
    if way.ahead:
        yield f"ahead on the list: {', '.join(way.ahead[:SHOWN])}{' and more' if len(way.ahead) > SHOWN else ''}"


def _pair(fill: "Fill", found: "WaysOut", zone: ZoneInfo) -> str:
    return "; ".join(f"{KINDS[way.kind]} {_way(way, found, zone)}" for way in fill.ways)


def _barred(found: "WaysOut") -> Iterator[str]:
    """Why others are no way: reason by reason, those of most members first."""
    reasons: dict[str, list[str]] = {}
    for barred in found.barred:
        reasons.setdefault(barred.says, []).append(barred.member)
    if reasons:
        yield "no way:"
    ordered = sorted(reasons.items(), key=lambda each: (-len(each[1]), each[0]))
    yield from (f"  {says}: {few(members, SHOWN)}" for says, members in ordered[:REASONS])
    if rest := sum(len(members) for _, members in ordered[REASONS:]):
        yield f"  {count_of(rest, 'other')} for other reasons (--json has all)"
