"""``muster route``: who decides a matter, and whom a directive would bypass."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import F, answer, instant_on, known_on, question, reading, viewer_option, zone_of
from muster.domain.bypass import Level
from muster.domain.competence import Asked
from muster.domain.instants import instant_of
from muster.domain.routing import Route
from muster.ports import Views
from muster.services.routing import for_viewer, route_matter

SIZES: tuple[Callable[[F], F], ...] = (
    click.option("--members", type=click.IntRange(0), help="Members needed."),
    click.option("--hours", type=click.IntRange(0), help="Hours it lasts."),
    click.option("--people", type=click.IntRange(0), help="People taking part."),
    click.option("--by", "deadline", metavar="TIME", help="When it must be decided; default now."),
    click.option("--place", required=True, metavar="UNIT", help="The unit in which it is."),
    click.option("--matter", required=True, help="The kind of business, as matters.csv lists them."),
)


def sizes(command: F) -> F:
    """The options that say what a matter is, where, how large and by when."""
    for option in SIZES:
        command = option(command)
    return command


def asked_on(
    views: Views, at: str | None, deadline: str | None, matter: str, place: str, size: dict[str, int | None]
) -> Asked:
    """What the options ask for."""
    by = instant_of(deadline, zone_of(views)) if deadline else None
    return Asked(matter=matter, place=place, at=instant_on(views, at), by=by, **size)


@click.command()
@sizes
@click.option("--from", "giver", metavar="UNIT", help="Who would give the directive: a unit or position.")
@click.option("--to", "receiver", metavar="POSITION", help="To whom: a position, or a unit for its head.")
@viewer_option
@question
def route(
    matter: str,
    place: str,
    deadline: str | None,
    giver: str | None,
    receiver: str | None,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
    **size: int | None,
) -> None:
    """Who decides a matter at a place, and whom a directive from one to another would pass over.

    \b
    Example:
      muster route --matter block-party --place PCT-047 --from CITY-HALL --to CHIEF-OF-PATROL --at 2020-10-08T23:00
    """
    if (giver is None) is not (receiver is None):
        raise click.UsageError("a directive needs both --from and --to")
    with reading(db) as views:
        asked = asked_on(views, at, deadline, matter, place, size)
        found = route_matter(views, asked, giver, receiver, known_on(views, known_at))
        found = found if viewer is None else for_viewer(views, found, viewer)
        zone = zone_of(views)
    answer(as_json, found, lambda: lines_of(found, zone))


def lines_of(route: Route, zone: ZoneInfo) -> list[str]:
    """A route, told in full."""
    decides = route.decides
    when = f", from {decides.at.astimezone(zone):%a %d %b %H%M}" if decides.waits and decides.at else ""
    lines = [f"{route.matter} in {route.place} on {route.at.astimezone(zone):%a %d %b %Y %H%M %Z}"]
    lines.append(f"  belongs to       {route.competent_unit}")
    lines.append(f"  decides          {decides.member or 'NOBODY'} {decides.position} ({decides.capacity}){when}")
    if route.giver is not None:
        lines.append(f"  directive        {route.giver} to {route.receiver}")
        lines += _listed("skipped above", route.skipped_above)
        lines += _listed("competent below", route.competent_below)
        lines += _listed("told", route.told)
    lines += [f"  why              {why}" for why in route.why]
    return lines + [f"  passed over      {p.position} {p.member or ''}: {p.reason}" for p in decides.passed]


def _listed(what: str, levels: tuple[Level, ...]) -> list[str]:
    said = ", ".join(f"{level.name} ({level.position or 'no head'})" for level in levels) or "nobody"
    return [f"  {what:16} {said}"]
