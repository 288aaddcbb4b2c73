"""``muster call-in``: who is asked to work more, who is ordered to, and why."""

from datetime import datetime
from typing import Any

import click

from muster.cli.call_in_lines import list_lines, need_lines, next_line, said_line, why_lines
from muster.cli.offer_lines import offered_lines, round_lines
from muster.cli.shared import (
    action,
    answer,
    by_option,
    db_option,
    happened_on,
    instant_in,
    instant_on,
    json_option,
    known_on,
    question,
    reading,
    viewer_option,
    writing,
    zone_of,
)
from muster.domain.calling_in import CallIn, DoNotCall
from muster.domain.instants import dated_text
from muster.ports import Views
from muster.services import call_ins as service

name_argument = click.argument("call_in")
why_option = click.option("--why", metavar="TEXT", help="Why, in words; needed where somebody comes first.")
SAID = ("accepted", "refused", "not-reached", "no-show", "excused")


@click.group("call-in")
def call_in() -> None:
    """Call-ins and hold-overs: who is asked first, who is ordered when nobody accepts, and why me.

    \b
    Example:
      muster call-in list PCT-047 --from 2020-10-07T23:15 --until 2020-10-08T07:50
    """


def need(command: Any) -> Any:
    """The options that say what is needed."""
    for option in (
        click.option("--contract", metavar="NAME", help="Whose order it goes by; default the force's."),
        click.option("--qualification", metavar="NAME", help="Only members who have it."),
        click.option("--rank", metavar="RANK", help="Only members of this rank."),
        click.option("--needed", type=int, default=1, show_default=True, metavar="N", help="How many members."),
        click.option("--kind", type=click.Choice(["call-in", "hold-over"]), default="call-in", show_default=True),
        click.option("--until", required=True, metavar="TIME", help="Until when members are needed."),
        click.option("--from", "since", required=True, metavar="TIME", help="From when members are needed."),
        click.argument("unit"),
    ):
        command = option(command)
    return command


def _need(views: Views, given: dict[str, Any], name: str, by: str, at: datetime) -> CallIn:
    zone = zone_of(views)
    return CallIn(
        call_in=name,
        unit=given["unit"],
        kind=given["kind"],
        since=instant_in("--from", given["since"], zone),
        until=instant_in("--until", given["until"], zone),
        needed=given["needed"],
        rank=given["rank"],
        qualification=given["qualification"],
        contract=given["contract"] or service.contract_of(views),
        opened_by=by,
        at=at,
        why=given.get("why"),
    )


@call_in.command("list")
@need
@viewer_option
@question
def list_(viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool, **given: Any) -> None:
    """Who would be asked and who ordered to a need of UNIT, in order, without opening it.

    \b
    Example:
      muster call-in list PCT-047 --from 2020-10-07T23:15 --until 2020-10-08T07:50 --at 2020-10-07T20:00
    """
    from muster.services.calling import listed

    with reading(db) as views:
        when, zone = instant_on(views, at), zone_of(views)
        wanted = service.checked(views, _need(views, given, "not-opened", "nobody", when))
        found = listed(views, wanted, when, known_on(views, known_at)).list
        found = service.for_viewer(views, found, wanted.unit, viewer)
    answer(as_json, found, lambda: [*need_lines(wanted, zone), *list_lines(found, zone)])


@call_in.command("open")
@need
@click.option("--name", metavar="NAME", help="A short name; default the next of the unit.")
@click.option("--why", metavar="TEXT", help="What for, in words.")
@by_option
@action
def open_(name: str | None, by: str, at: str | None, db: str, as_json: bool, **given: Any) -> None:
    """Open a call-in to UNIT, or a hold-over in it, from which answers and orders follow.

    \b
    Example:
      muster call-in open PCT-047 --from 2020-10-07T23:15 --until 2020-10-08T07:50 --by M0023 --why "two sick"
    """
    from muster.services.calling import listed

    with writing(db) as record:
        when, zone = happened_on(record, at), zone_of(record)
        name = name or service.next_name(record, given["unit"])
        made = service.open_call_in(record, _need(record, given, name, by, when))
        found = service.for_viewer(record, listed(record, made, when).list, made.unit, by)
    value = {"call_in": made, "list": found}
    answer(as_json, value, lambda: [*need_lines(made, zone), *list_lines(found, zone)])


@call_in.command()
@name_argument
@viewer_option
@question
def show(call_in: str, viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """A CALL_IN with its list as it is at --at, by default now, or as it was in the end: who said what, who is next.
    Of a UNIT all its call-ins, the newest first.

    \b
    Example:
      muster call-in show PCT-047-C1
      muster call-in show PCT-047
    """
    from muster.services.calling import listed
    from muster.services.offers import asked_now, rounds_of

    with reading(db) as views:
        known, zone = known_on(views, known_at), zone_of(views)
        several = service.if_unit(views, call_in, known)
        if several is not None:
            answer(
                as_json,
                several,
                lambda: [line for c in several for line in need_lines(c, zone)] or [f"{call_in} has no call-in yet"],
            )
            return
        made = service.named(views, call_in, known)
        when = service.opened_by(views, made, instant_on(views, at)) if at else min(views.now, made.until)
        found = service.for_viewer(views, listed(views, made, when, known).list, made.unit, viewer)
        offers = [o for o in rounds_of(views, call_in, known) if o.offering.at <= when]
    value = {"call_in": made, "list": found, "offers": offers}
    asked = asked_now(offers)
    answer(
        as_json, value, lambda: [*need_lines(made, zone), *round_lines(offers, zone), *list_lines(found, zone, asked)]
    )


@call_in.command()
@name_argument
@click.option("--to", "most", type=int, required=True, metavar="N", help="To the first so many of the list.")
@click.option("--deadline", required=True, metavar="TIME", help="Until when they can answer.")
@by_option
@db_option
@json_option
def offer(call_in: str, most: int, deadline: str, by: str, db: str, as_json: bool) -> None:
    """Offer a CALL_IN to the first of its list, all at once, by their channels. Each answers willing or refused until
    the deadline; the worker gives it to those willing by the order of the list, not to who was first.

    \b
    Example:
      muster call-in offer PCT-047-C1 --to 5 --deadline 2030-10-09T18:00 --by M0023
    """
    from muster.services.offers import offer as make

    with writing(db) as record:
        zone = zone_of(record)
        made = make(record, call_in, most, instant_in("--deadline", deadline, zone), by, record.now)
    answer(as_json, made, lambda: offered_lines(made, zone))


@call_in.command("answer")
@name_argument
@click.argument("member")
@click.option("--accepted", is_flag=True, help="The member comes.")
@click.option("--refused", is_flag=True, help="The member does not want to.")
@click.option("--not-reached", is_flag=True, help="Nobody answered: the place is kept.")
@click.option("--no-show", is_flag=True, help="The member was to come and did not.")
@click.option("--excused", is_flag=True, help="The member was to come and need not.")
@why_option
@by_option
@action
def answer_(
    call_in: str, member: str, why: str | None, by: str, at: str | None, db: str, as_json: bool, **said: bool
) -> None:
    """What came of asking MEMBER to a CALL_IN, noted with the list as it was.

    \b
    Example:
      muster call-in answer PCT-047-C1 M0041 --refused --by M0023
    """
    what = [name.replace("_", "-") for name, is_said in said.items() if is_said]
    if len(what) != 1:
        raise click.UsageError(f"say what came of it, one of {', '.join(f'--{name}' for name in SAID)}")
    _answered(call_in, member, what[0], why, by, at, db, as_json)


@call_in.command()
@name_argument
@click.argument("member")
@why_option
@by_option
@action
def order(call_in: str, member: str, why: str | None, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Order MEMBER to a CALL_IN; whoever is on duty and ordered to stay is also held over.

    \b
    Example:
      muster call-in order PCT-047-C1 M0041 --by M0023
    """
    _answered(call_in, member, "ordered", why, by, at, db, as_json)


def _answered(
    name: str, member: str, what: str, why: str | None, by: str, at: str | None, db: str, as_json: bool
) -> None:
    from muster.services.calling import listed

    with writing(db) as record:
        when, zone = happened_on(record, at), zone_of(record)
        made = service.answer(record, name, member, what, by, when, why)
        found = listed(record, service.named(record, name), when).list
    value = {"answer": made, "missing": found.missing, "next": found.next and found.next.member}
    answer(as_json, value, lambda: [said_line(made, zone), f"  {next_line(found)}"])


@call_in.command("do-not-call")
@click.argument("member")
@click.option("--until", metavar="TIME", help="Until when; without it until further notice.")
@by_option
@action
def do_not_call(member: str, until: str | None, by: str, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER does not want to be asked from --at on. They can still be ordered.

    \b
    Example:
      muster call-in do-not-call M0041 --until 2020-11-01 --by M0041 --at 2020-10-07T12:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        end = instant_in("--until", until, zone) if until else None
        said = DoNotCall(member=member, since=instant_on(record, at), until=end, stated_by=by)
        made = service.do_not_call(record, said)
    ends = f" until {dated_text(made.until, zone)}" if made.until else " until further notice"
    answer(as_json, made, lambda: [f"{member} does not want to be asked{ends}"])


@call_in.command()
@click.argument("member")
@click.argument("call_in", required=False)
@viewer_option
@question
def why(
    member: str, call_in: str | None, viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool
) -> None:
    """Why me: the list by which MEMBER was asked or ordered, as it was then, who was ahead, and why each was passed.

    \b
    Example:
      muster call-in why M0041 PCT-047-C1
    """
    from muster.services.why_me import why_me

    with reading(db) as views:
        zone = zone_of(views)
        found = why_me(views, member, call_in, instant_on(views, at), known_on(views, known_at), viewer)
    answer(as_json, found, lambda: why_lines(found, zone))
