"""``muster tasking``: received, offered, accepted, refused, delegated, taken over, sent elsewhere, closed."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import click

from muster.cli.authority import asked_on, lines_of, sizes
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
    writing,
    zone_of,
)
from muster.domain.errors import Refused
from muster.domain.taskings import Tasking
from muster.services import taskings as service
from muster.services.routing import for_everyone
from muster.services.tasking_acts import Wish, do
from muster.services.tasking_history import tasking_at, taskings_at
from muster.services.taskings import Directive

name_argument = click.argument("name")
giver_option = click.option("--from", "giver", metavar="UNIT", help="Who gives it: a unit or position.")
receiver_option = click.option("--to", "receiver", metavar="POSITION", help="To whom: a position or unit.")
reason_option = click.option("--reason", metavar="TEXT", help="Why; needed past the chain, and to refuse.")


@click.group()
def tasking() -> None:
    """Something that must be decided or done; exactly one position owns it until it is closed.

    \b
    Example:
      muster tasking list
    """


@tasking.command()
@sizes
@click.option("--what", required=True, metavar="TEXT", help="What must be decided or done.")
@click.option("--kind", type=click.Choice(["incident", "planned", "request", "gap"]), default="incident")
@click.option("--name", help="A short name; default the next number.")
@giver_option
@receiver_option
@reason_option
@action
def receive(**given: Any) -> None:
    """Receive a tasking: it goes to whoever decides it in the unit to which it belongs.

    \b
    Example:
      muster tasking receive --matter shots-fired --place PCT-047 --what "shots at White Plains Road"
    """
    as_json, giver, receiver = given["as_json"], given["giver"], given["receiver"]
    if (giver is None) is not (receiver is None):
        raise click.UsageError("a directive needs both --from and --to")
    with writing(given["db"]) as record:
        size = {k: given[k] for k in ("people", "hours", "members")}
        asked = asked_on(record, given["at"], given["deadline"], given["matter"], given["place"], size)
        directive = Directive(giver, receiver, given["reason"]) if giver and receiver else None
        made = service.receive(record, asked, given["what"], given["kind"], directive, given["name"])
        made = replace(made, route=for_everyone(made.route))  # the giver hears this too
        zone = zone_of(record)
    answer(as_json, made, lambda: [*told(made.tasking, zone), *lines_of(made.route, zone)[1:]])


def acting(command: F) -> F:
    """The options of an act on a tasking by a member."""
    return name_argument(by_option(action(command)))


@tasking.command()
@acting
@click.option("--position", help="The position in which; default the one that it concerns.")
def accept(name: str, by: str, position: str | None, at: str | None, db: str, as_json: bool) -> None:
    """Take the tasking NAME on; ownership moves to your position.

    \b
    Example:
      muster tasking accept T1 --by M0005
    """
    _do(db, name, by, at, as_json, Wish("accept", position or ""))


@tasking.command()
@acting
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def refuse(name: str, by: str, reason: str, at: str | None, db: str, as_json: bool) -> None:
    """Refuse the tasking NAME with a reason; the owner keeps it until somebody accepts.

    \b
    Example:
      muster tasking refuse T1 --by M0005 --reason "the borough has it"
    """
    _do(db, name, by, at, as_json, Wish("refuse", reason=reason))


@tasking.command()
@acting
@click.option("--to", "to", required=True, metavar="POSITION", help="To which position.")
def offer(name: str, by: str, to: str, at: str | None, db: str, as_json: bool) -> None:
    """Offer the tasking NAME to one more position.

    \b
    Example:
      muster tasking offer T1 --to PBBX-CO --by M0005
    """
    with writing(db) as record:
        _done(record, service.offer(record, name, to, by, happened_on(record, at)), as_json)


@tasking.command()
@acting
@click.option("--to", "to", required=True, metavar="POSITION", help="A position below yours.")
def delegate(name: str, by: str, to: str, at: str | None, db: str, as_json: bool) -> None:
    """Hand the tasking NAME to a position below yours; it moves when that accepts.

    \b
    Example:
      muster tasking delegate T1 --to PCT-047-XO --by M0005
    """
    _do(db, name, by, at, as_json, Wish("hand", to=to))


@tasking.command("take-over")
@acting
@click.option("--position", required=True, help="The position in which you take it over.")
def take_over(name: str, by: str, position: str, at: str | None, db: str, as_json: bool) -> None:
    """Take the tasking NAME over from a subordinate, who is told.

    \b
    Example:
      muster tasking take-over T1 --by M0004 --position PBBX-CO
    """
    _do(db, name, by, at, as_json, Wish("take-over", position))


@tasking.command()
@name_argument
@giver_option
@receiver_option
@reason_option
@action
def send(name: str, giver: str, receiver: str, reason: str | None, at: str | None, db: str, as_json: bool) -> None:
    """Send the tasking NAME elsewhere. Past the chain it needs a reason, and every level passed over is told.

    \b
    Example:
      muster tasking send T1 --from CITY-HALL --to CHIEF-OF-PATROL --reason "wants the Chief himself"
    """
    if not giver or not receiver:
        raise click.UsageError("give both --from and --to")
    with writing(db) as record:
        _done(record, service.send(record, name, Directive(giver, receiver, reason), happened_on(record, at)), as_json)


@tasking.command()
@acting
@click.option("--result", required=True, metavar="TEXT", help="How it ended.")
def close(name: str, by: str, result: str, at: str | None, db: str, as_json: bool) -> None:
    """Close the tasking NAME and say how it ended.

    \b
    Example:
      muster tasking close T1 --by M0005 --result "ended at 2300, two sectors stay"
    """
    _do(db, name, by, at, as_json, Wish("close", reason=result))


@tasking.command()
@name_argument
@question
def show(name: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """The tasking NAME as it stood at --at, as known at --as-known-at; now without them.

    \b
    Example:
      muster tasking show T1
    """
    with reading(db) as views:
        found = tasking_at(views, name, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, found, lambda: told(found, zone))


@tasking.command("list")
@click.option("--owner", metavar="POSITION", help="Only those that this position owns.")
@click.option("--closed", is_flag=True, help="Closed ones too.")
@question
def list_(owner: str | None, closed: bool, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """Taskings as they stood at --at, as known at --as-known-at, by owner and deadline.

    \b
    Example:
      muster tasking list --owner PCT-047-CO
    """
    with reading(db) as views:
        rows = taskings_at(views, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    mine = [t for t in rows if (closed or t.is_open) and owner in (None, t.owner)]
    found = sorted(mine, key=lambda t: (t.owner, t.deadline or t.received_at))
    answer(as_json, found, lambda: [told(t, zone)[0] for t in found] or ["no taskings"])


def _do(db: str, name: str, by: str, at: str | None, as_json: bool, wish: Wish) -> None:
    """Do it. Raises ``Refused`` for what is not allowed, once it is on record where it answers a contact."""
    with writing(db) as record:
        done = do(record, name, by, wish, happened_on(record, at))
        made, zone = service.tasking_named(record, name), zone_of(record)
    if done.refusal is not None:
        raise Refused(done.says)
    answer(as_json, made, lambda: told(made, zone))


def _done(record: Any, made: Tasking, as_json: bool) -> None:
    zone = zone_of(record)
    answer(as_json, made, lambda: told(made, zone))


def told(tasking: Tasking, zone: ZoneInfo) -> list[str]:
    """A tasking, told in full; the first line stands alone in lists."""
    state = f"closed: {tasking.result}" if not tasking.is_open else "accepted" if tasking.accepted_by else "open"
    lines = [f"{tasking.tasking}  {tasking.what} ({tasking.place})  owner {tasking.owner}  {state}"]
    received = f"{tasking.received_at.astimezone(zone):%a %d %b %Y %H%M}"
    due = f", due {tasking.deadline.astimezone(zone):%a %d %b %Y %H%M}" if tasking.deadline else ""
    lines.append(f"  received         {received}{due}")
    if tasking.entered_by:
        lines.append(f"  taken in by      {tasking.entered_by}")
    if tasking.offered_to:
        lines.append(f"  offered to       {', '.join(tasking.offered_to)}")
    if tasking.told:
        lines.append(f"  told             {', '.join(tasking.told)}")
    if tasking.reason:
        lines.append(f"  giver's reason   {tasking.reason}")
    return lines
