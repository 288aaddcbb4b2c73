"""``muster order``: one order to many units, and who has answered it."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, instant_on, known_on, question, reading, writing, zone_of
from muster.domain.instants import instant_of
from muster.services import orders


@click.group()
def order() -> None:
    """One order to many units: a tasking for the head of each, with a deadline and exemptions by name.

    \b
    Example:
      muster order returns MEMO-1025 --at 2020-10-23T12:00
    """


@order.command()
@click.argument("name")
@click.option("--what", required=True, metavar="TEXT", help="What is ordered.")
@click.option("--from", "giver", required=True, metavar="POSITION", help="Who orders it.")
@click.option("--level", "levels", required=True, multiple=True, help="To the units of this level; may be repeated.")
@click.option("--exempt", multiple=True, metavar="UNIT", help="But not this one; may be repeated.")
@click.option("--by", "deadline", metavar="TIME", help="When answers are due.")
@action
def give(
    name: str,
    what: str,
    giver: str,
    levels: tuple[str, ...],
    exempt: tuple[str, ...],
    deadline: str | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Give the order NAME to every unit of some levels below the giver.

    \b
    Example:
      muster order give MEMO-1025 --from CHIEF-OF-DEPARTMENT --level precinct --by 2020-10-23T12:00 \\
        --what "be prepared for deployment from 25 October; return a roster" --at 2020-10-02T10:00
    """
    with writing(db) as record:
        when = instant_on(record, at)
        by = instant_of(deadline, zone_of(record)) if deadline else None
        units = orders.units_below(record, giver, levels, exempt, when)
        made = orders.give(record, orders.Order(name, what, giver, units, by, exempt), when)
    answer(as_json, made, lambda: [f"{len(made)} units have received {name}", *(f"  {t.tasking}" for t in made)])


@order.command()
@click.argument("name")
@question
def returns(name: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """Who has answered the order NAME, who is late.

    \b
    Example:
      muster order returns MEMO-1025 --at 2020-10-23T12:00
    """
    with reading(db) as views:
        found = orders.returns(views, name, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, found, lambda: _lines(found, zone))


def _lines(found: orders.Returns, zone: ZoneInfo) -> list[str]:
    counts = f"{len(found.returned)} returned, {len(found.late)} late, {len(found.open)} open"
    lines = [f"{found.order} on {found.at.astimezone(zone):%a %d %b %Y %H%M}: {counts}"]
    lines += [f"  LATE  {t.place}  owner {t.owner}" for t in found.late]
    return lines + [f"  open  {t.place}  owner {t.owner}" for t in found.open]
