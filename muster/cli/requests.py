"""``muster request``: leave, swaps and preferences, asked for by members and decided by who has the authority."""

from datetime import datetime
from typing import Any, Final

import click

from muster.cli.request_lines import heading, page_lines
from muster.cli.roster_input import Day
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
from muster.domain.requests import Request, Verdict
from muster.domain.schedule import WEEKDAYS

VERDICTS: Final[dict[str, Verdict]] = {"grant": "granted", "decline": "declined"}
name_argument = click.argument("name")
member_argument = click.argument("member")
reason_option = click.option("--reason", metavar="TEXT", help="Why; sealed, for those entitled.")


@click.group()
def request() -> None:
    """Leave, swaps of tours and preferences: asked for by a member, decided by who has the authority, and why.

    \b
    Example:
      muster request list --unit PCT-047
    """


@request.command()
@member_argument
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="The first day.")
@click.option("--until", "last", type=Day(), required=True, metavar="DAY", help="The last day, included.")
@reason_option
@action
def leave(
    member: str, first: datetime, last: datetime, reason: str | None, at: str | None, db: str, as_json: bool
) -> None:
    """MEMBER asks for leave; a tasking brings it to whoever decides it. Granted, it is recorded as an absence.

    A tour that begins the day before is worked to its end; one of the last day falls as a whole.

    \b
    Example:
      muster request leave M0016 --from 2020-10-24 --until 2020-10-26 --reason "a wedding"
    """
    from muster.services.requests import file_leave

    with writing(db) as record:
        made = file_leave(record, member, first.date(), last.date(), happened_on(record, at), reason)
        _done(record, made, as_json)


@request.command()
@member_argument
@click.option("--give", "day", type=Day(), required=True, metavar="DAY", help="The day of the tour to give.")
@click.option("--to", "other", required=True, metavar="MEMBER", help="To whom.")
@click.option(
    "--take", "back", type=Day(), metavar="DAY", help="The day of their tour to take in return; default none."
)
@reason_option
@action
def swap(
    member: str,
    day: datetime,
    other: str,
    back: datetime | None,
    reason: str | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """MEMBER asks to give a tour of the published roster to another, and to take one of theirs in return. It waits for
    the other's consent, then for a decision; granted, it amends both lines.

    \b
    Example:
      muster request swap M0016 --give 2020-10-24 --to M0021 --take 2020-10-27
    """
    from muster.services.request_swaps import Swap, file_swap

    with writing(db) as record:
        wanted = Swap(member, day.date(), other, None if back is None else back.date())
        _done(record, file_swap(record, wanted, happened_on(record, at), reason), as_json)


@request.command()
@member_argument
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="The day, or the first of them.")
@click.option("--until", "last", type=Day(), metavar="DAY", help="The last day, included; default: --from.")
@click.option("--weekday", type=click.Choice(WEEKDAYS), help="Only on this day of the week.")
@click.option("--want", metavar="TOUR", help="A tour that is wanted, or off.")
@click.option("--not", "unwanted", metavar="TOUR", help="A tour that is not wanted.")
@reason_option
@action
def prefer(
    member: str,
    first: datetime,
    last: datetime | None,
    weekday: str | None,
    want: str | None,
    unwanted: str | None,
    reason: str | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """MEMBER would rather have a tour, or a day off, or not have a tour, on days to come. Nobody decides it: a roster
    that is made afterwards gives it as far as cover and rules leave room. Of several for one day the latest counts.

    \b
    Example:
      muster request prefer M0016 --from 2020-10-28 --want off
      muster request prefer M0016 --from 2020-10-19 --until 2020-11-15 --weekday wed --not 2315x0750
    """
    from muster.services.requests import Wish
    from muster.services.requests import prefer as file_preference

    if (want is None) is (unwanted is None):
        raise click.UsageError("give one of --want and --not")
    wish = Wish(first.date(), (last or first).date(), str(want or unwanted), want is not None, weekday)
    with writing(db) as record:
        _done(record, file_preference(record, member, wish, happened_on(record, at), reason), as_json)


@request.command()
@name_argument
@by_option
@action
def consent(name: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """The other member of the swap NAME consents; a tasking brings it to whoever decides it.

    \b
    Example:
      muster request consent R2 --by M0021
    """
    from muster.services import requests

    with writing(db) as record:
        _done(record, requests.consent(record, name, by, happened_on(record, at)), as_json)


def ending(command: F) -> F:
    """The options of a member who ends a request, for a reason if they give one."""
    return name_argument(by_option(reason_option(action(command))))


@request.command()
@ending
def refuse(name: str, by: str, reason: str | None, at: str | None, db: str, as_json: bool) -> None:
    """The other member of the swap NAME does not consent, which ends it.

    \b
    Example:
      muster request refuse R2 --by M0021
    """
    from muster.services import requests

    with writing(db) as record:
        _done(record, requests.refuse(record, name, by, happened_on(record, at), reason), as_json)


@request.command()
@ending
def withdraw(name: str, by: str, reason: str | None, at: str | None, db: str, as_json: bool) -> None:
    """Withdraw the request NAME before it is decided: who asked, or of a swap either of the two.

    \b
    Example:
      muster request withdraw R1 --by M0016
    """
    from muster.services import requests

    with writing(db) as record:
        _done(record, requests.withdraw(record, name, by, happened_on(record, at), reason), as_json)


@request.command()
@name_argument
@click.argument("verdict", type=click.Choice(["grant", "decline"]))
@click.option("--by", required=True, metavar="POSITION", help="The position that decides; 'show' names those that may.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; sealed, for those entitled.")
@click.option("--short", is_flag=True, help="Grant it also where a tour is left under its minimum; recorded.")
@action
def decide(name: str, verdict: str, by: str, reason: str, short: bool, at: str | None, db: str, as_json: bool) -> None:
    """Grant or decline the request NAME; 'muster request show NAME' tells before what that would bring.

    Granted leave is recorded as an absence, a granted swap amends both lines, all of it at once or nothing. Nobody
    decides what they are a party to. Refused where a tour would be under its minimum, unless --short says so.

    \b
    Example:
      muster request decide R1 grant --by PCT-047-CO --reason "covered"
    """
    from muster.services.request_deciding import decide as decide_request

    with writing(db) as record:
        made = decide_request(record, name, VERDICTS[verdict], by, reason, happened_on(record, at), short=short)
        _done(record, made, as_json)


@request.command()
@name_argument
@viewer_option
@question
def show(name: str, viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """The request NAME as it stood at --at: every step and why, who may decide it, and while it can be granted what
    that would bring by what is known now. Reasons are shown with --as alone, as far as that member may read them.

    \b
    Example:
      muster request show R1 --as M0005
    """
    from muster.services.request_history import request_page

    with reading(db) as views:
        page = request_page(views, name, instant_on(views, at), known_on(views, known_at), viewer)
        zone = zone_of(views)
    answer(as_json, page, lambda: page_lines(page, zone))


@request.command("list")
@click.option("--unit", metavar="UNIT", help="Only those of this unit.")
@click.option("--member", metavar="MEMBER", help="Only those of this member, and theirs to consent to.")
@click.option("--all", "ended", is_flag=True, help="Also those that were refused, withdrawn, granted or declined.")
@viewer_option
@question
def list_(
    unit: str | None,
    member: str | None,
    ended: bool,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Requests as they stood at --at, in the order of filing: who has to say something next, and how preferences fared
    in the published roster.

    \b
    Example:
      muster request list --unit PCT-047
    """
    from muster.services.request_history import requests_at

    with reading(db) as views:
        found = requests_at(
            views, instant_on(views, at), known_on(views, known_at), unit=unit, member=member, viewer=viewer
        )
    rows = [r for r in found if ended or r.request.runs or r.request.state == "stands"]
    answer(as_json, rows, lambda: [heading(r.request, r.waits_for, r.given) for r in rows] or ["no requests"])


def _done(record: Any, made: Request, as_json: bool) -> None:
    from muster.services.request_history import waits_for

    whose = waits_for(record, made)
    answer(as_json, made, lambda: [heading(made, whose, ())])
