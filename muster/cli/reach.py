"""``muster reach``: whom a tasking was brought to, what is overdue, and tests of the channels."""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, by_option, db_option, instant_on, json_option, reading, writing, zone_of


@click.group()
def reach() -> None:
    """Whom taskings were brought to, and by which channels members are reached.

    \b
    Example:
      muster reach show T1
    """


@reach.command()
@click.argument("tasking")
@db_option
@json_option
def show(tasking: str, db: str, as_json: bool) -> None:
    """The contact log of TASKING: who was asked when, who was passed over and why, who answered.

    \b
    Example:
      muster reach show T1
    """
    from muster.services.contact_log import contact_log

    with reading(db) as views:
        log = contact_log(views, tasking)
        zone = zone_of(views)
    has = f"accepted by {log.tasking.accepted_by}" if log.tasking.accepted_by else "NOBODY has accepted it"
    head = f"{tasking}: {log.tasking.what}. Owner {log.tasking.owner}; {has}"
    answer(as_json, log, lambda: [head, *(f"  {_when(e.at, zone)}  {e.says}" for e in log.entries)])


@reach.command()
@db_option
@json_option
def check(db: str, as_json: bool) -> None:
    """What should have happened by now and has not. Exit code 1 when there is anything.

    \b
    Example:
      muster reach check
    """
    from muster.services.audit import audit

    with reading(db) as views:
        found = audit(views, views.now)
        zone = zone_of(views)
    lines = [f"{f.what}  {f.about}  since {_when(f.since, zone)}: {f.says}" for f in found]
    answer(as_json, found, lambda: lines or ["all is well: nothing is overdue, and everything open has somebody"])
    if found:
        sys.exit(1)


@reach.command()
@click.option("--member", "members", multiple=True, metavar="MEMBER", help="Whom to test; may be repeated.")
@click.option("--unit", metavar="UNIT", help="Everybody who holds a command or tour position of the unit.")
@by_option
@action
def test(members: tuple[str, ...], unit: str | None, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Test every channel of members: each is sent a message to confirm. Those off duty are tested at their next duty.

    \b
    Example:
      muster reach test --unit PCT-047 --by M00004
    """
    from muster.services.channel_tests import queue_tests

    with writing(db) as record:
        queued = queue_tests(record, members, unit, by, instant_on(record, at))
    answer(as_json, queued, lambda: [f"{c.member} by {c.channel}" for c in queued] or ["no channel to test"])


@reach.command()
@db_option
@json_option
def doubts(db: str, as_json: bool) -> None:
    """Channels by which members were not reached last; they are tried last.

    \b
    Example:
      muster reach doubts
    """
    from muster.domain.contact import Doubt

    with reading(db) as views:
        found = views.rows(Doubt)
        zone = zone_of(views)
    lines = [f"{d.member} by {d.channel}, since {_when(d.since, zone)}: {d.why}" for d in found]
    answer(as_json, found, lambda: lines or ["no channel is in doubt"])


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H%M:%S %Z}"
