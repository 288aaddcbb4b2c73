"""``muster roll-call``: who of a tour is there, who is not, and what is done about it."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import (
    F,
    action,
    answer,
    by_option,
    happened_on,
    instant_on,
    known_on,
    question,
    reading,
    viewer_option,
    writing,
    zone_of,
)
from muster.domain.errors import Invalid
from muster.domain.roll_taking import CLOCK, came_at
from muster.domain.schedule import Turn
from muster.ports import Views

tour_option = click.option("--tour", required=True, metavar="TOUR", help="The tour, as tours.csv names it.")


def members_option(name: str, says: str) -> Callable[[F], F]:
    """An option that names members, with commas between them, and can be repeated."""
    return click.option(name, f"{name.removeprefix('--')}_", metavar="M1,M2", multiple=True, help=says)


def tour_and_day(default: str) -> Callable[[F], F]:
    """The unit, the tour and its day; ``default``: which, where none is named."""
    day_option = click.option("--day", metavar="DAY", help=f"The day to which the tour belongs; default {default}.")

    def options(command: F) -> F:
        for option in (day_option, tour_option, click.argument("unit")):
            command = option(command)
        return command

    return options


tour_options = tour_and_day("the one that runs at --at, or the next")


@click.group("roll-call")
def roll_call() -> None:
    """Roll calls: who is on a tour, who of them is there, and who is looked for.

    \b
    Example:
      muster roll-call show PCT-047 --tour 2315x0750 --at 2020-10-06T23:15
    """


def turn_asked(views: Views, unit: str, tour: str, day: str | None, at: datetime, *, begun: bool = False) -> Turn:
    """The turn of a tour that belongs to the day given. Raises ``Invalid`` for what is no day."""
    from muster.services.roll_calls import turn_of

    try:
        of = None if day is None else date.fromisoformat(day)
    except ValueError:
        raise Invalid(f"--day {day!r} must be a date, like 2020-10-07") from None
    return turn_of(views, unit, tour, of, at, begun=begun)


@roll_call.command()
@tour_options
@viewer_option
@question
def show(
    unit: str,
    tour: str,
    day: str | None,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Everybody who is to be on a tour of UNIT, or is there, each in one state, with why; who fills its positions, what
    the cover asks for, who supervises whom, and who is sent to which sector; before the roll is called, who would be.

    The states: expected, not-seen (the tour has begun and nobody has said), present, late, no-show, signed-off,
    absent, elsewhere (attached or on duty in another unit), held-over (from before the tour).

    \b
    Example:
      muster roll-call show PCT-047 --tour 2315x0750 --at 2020-10-06T23:15
    """
    from muster.cli.roll_call_lines import page_lines
    from muster.services.roll_calls import roll_call as service
    from muster.services.roll_ground import Asked

    with reading(db) as views:
        when = instant_on(views, at)
        asked = Asked(unit, turn_asked(views, unit, tour, day, when), when, known_on(views, known_at))
        page = service(views, asked, viewer)
    answer(as_json, page, lambda: page_lines(page))


@roll_call.command()
@tour_options
@members_option("--present", "They are there.")
@click.option("--all-present", is_flag=True, help="Whoever is due and not named otherwise is there.")
@members_option("--except", "They have not come.")
@click.option(
    "--late", "late_", metavar="M1@TIME", multiple=True, help="They came later; TIME is like 0010, or in full."
)
@members_option("--attached", "They are there, and on no schedule of this tour.")
@click.option(
    "--assign", "assign_", metavar="M1=SECTOR", multiple=True, help="They are sent to this sector, whatever the order."
)
@by_option
@action
def take(unit: str, tour: str, day: str | None, by: str, at: str | None, db: str, as_json: bool, **given: Any) -> None:
    """Call the roll of a tour of UNIT: who is there signs on from its beginning, who came late from then. Who is due
    and did not come is off duty, and a tasking to find them goes to the one due in the unit. Officers there who hold no
    tour position are sent to the sectors of sectors.csv: each its least in order, then up to its most.

    Call it again for what has changed: whoever is not named then stays as they were.

    \b
    Example:
      muster roll-call take PCT-047 --tour 2315x0750 --all-present --except M0033 --by M0023 --at 2020-10-06T23:20
      muster roll-call take PCT-047 --tour 2315x0750 --late M0033@0010 --by M0023 --at 2020-10-07T00:12
      muster roll-call take PCT-047 --tour 2315x0750 --assign M0033=B --by M0023 --at 2020-10-07T00:15
    """
    from muster.cli.roll_call_lines import taken_lines
    from muster.domain.roll_taking import Said
    from muster.services import roll_taking as service
    from muster.services.roll_ground import Asked

    if not given["all_present"] and not any(given[n] for n in ("present_", "except_", "late_", "attached_", "assign_")):
        raise click.UsageError("say who is there: --present, --all-present, --except, --late, --attached or --assign")
    with writing(db) as record:
        when = happened_on(record, at)
        turn = turn_asked(record, unit, tour, day, when)
        zone = zone_of(record)
        said = Said(
            frozenset(_members(given["present_"])),
            given["all_present"],
            frozenset(_members(given["except_"])),
            dict(_late(one, turn, zone) for one in _members(given["late_"])),
            frozenset(_members(given["attached_"])),
            _assigned(_members(given["assign_"])),
        )
        made = service.take(record, Asked(unit, turn, when), said, by)
    answer(as_json, made, lambda: taken_lines(made))


@roll_call.command()
@tour_and_day("the one that began last before --at")
@members_option("--stay", "They are held over.")
@by_option
@action
def dismiss(
    unit: str,
    tour: str,
    day: str | None,
    stay_: Sequence[str],
    by: str,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Dismiss a tour of UNIT: whoever signed on for it signs off, at --at and at the latest when it ends; whoever is
    named with --stay is held over.

    \b
    Example:
      muster roll-call dismiss PCT-047 --tour 2315x0750 --by M0023 --at 2020-10-07T07:50
    """
    from muster.services import roll_taking as service
    from muster.services.roll_ground import Asked

    with writing(db) as record:
        when = happened_on(record, at)
        turn = turn_asked(record, unit, tour, day, when, begun=True)
        made = service.dismiss(record, Asked(unit, turn, when), frozenset(_members(stay_)), by)
    off, over = (sum(s.kind == kind for s in made) for kind in ("off", "held-over"))
    answer(as_json, made, lambda: [f"{unit} {tour} of {turn.day}: {off} signed off, {over} held over"])


def _members(said: Sequence[str]) -> list[str]:
    return [name.strip() for some in said for name in some.split(",") if name.strip()]


def _assigned(said: Sequence[str]) -> dict[str, str]:
    """Who is sent to which sector. Raises ``Invalid`` for what names none, and somebody named twice."""
    found: dict[str, str] = {}
    for one in said:
        member, _, sector = (part.strip() for part in one.partition("="))
        if not member or not sector or found.get(member, sector) != sector:
            raise Invalid(f"--assign {one!r} must be a member, once, and a sector, like M0033=A")
        found[member] = sector
    return found


def _late(said: str, turn: Turn, zone: ZoneInfo) -> tuple[str, datetime]:
    """Who, and when: a time by the clock within a day from the beginning of the tour, or one in full."""
    member, _, when = said.partition("@")
    if CLOCK.fullmatch(when) is None and "-" not in when:
        raise Invalid(f"--late {said!r} must be a member and a time, like {member}@0010 or {member}@{turn.day}T23:50")
    try:
        return member, came_at(when, turn, zone)
    except Invalid as wrong:
        raise Invalid(f"--late {said} {wrong}") from None
