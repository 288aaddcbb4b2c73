"""Signing on and off, holding over, rest, reach, waivers and absences."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, by_option, instant_in, instant_on, writing, zone_of
from muster.domain.duty import Reachability, Signing, Waiver
from muster.domain.members import Absence
from muster.services import duty as service

until_option = click.option("--until", metavar="TIME", help="Until when; without it until further notice.")
until_required = click.option("--until", required=True, metavar="TIME", help="Until when.")
why_option = click.option("--why", metavar="TEXT", help="Why, in words.")


def _signed(signing: Signing, zone: ZoneInfo) -> str:
    did = {"on": "signed on", "off": "signed off", "held-over": "is held over"}[signing.kind]
    where = f" in {signing.unit}" if signing.unit else ""
    return f"{signing.member} {did}{where} at {_clock(signing.at, zone)}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %Y %H%M %Z}"


def _stated(said: Reachability, zone: ZoneInfo) -> list[str]:
    what = "cannot be reached" if said.kind == "unreachable" else "is to be left to rest"
    until = f" until {_clock(said.until, zone)}" if said.until else " until further notice"
    return [f"{said.member} {what}{until}"]


@click.command("sign-on")
@click.argument("member")
@click.argument("unit")
@why_option
@action
def sign_on(member: str, unit: str, why: str | None, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER is on duty in UNIT from --at on, until signing off.

    \b
    Example:
      muster sign-on M0005 PCT-047 --at 2020-10-07T02:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        made = service.sign_on(record, member, unit, instant_on(record, at), why)
    answer(as_json, made, lambda: [_signed(made, zone) if made else f"{member} is signed on there already"])


@click.command("sign-off")
@click.argument("member")
@action
def sign_off(member: str, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER's duty ends.

    \b
    Example:
      muster sign-off M0005 --at 2020-10-07T18:20
    """
    with writing(db) as record:
        zone = zone_of(record)
        made = service.sign_off(record, member, instant_on(record, at))
    answer(as_json, made, lambda: [_signed(made, zone)])


@click.command("hold-over")
@click.argument("member")
@why_option
@action
def hold_over(member: str, why: str | None, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER stays on duty past the end of the tour, until signed off.

    \b
    Example:
      muster hold-over M0005 --at 2020-10-07T16:30 --why "the scene is not secure"
    """
    with writing(db) as record:
        zone = zone_of(record)
        made = service.hold_over(record, member, instant_on(record, at), why)
    answer(as_json, made, lambda: [_signed(made, zone)])


@click.command()
@click.argument("member")
@until_option
@by_option
@action
def unreachable(member: str, until: str | None, by: str, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER cannot be reached, as somebody states. Muster never finds this out by itself.

    \b
    Example:
      muster unreachable M0005 --until 2020-10-08T07:00 --by M0005 --at 2020-10-07T22:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        end = instant_in("--until", until, zone) if until else None
        made = service.unreachable(record, member, instant_on(record, at), end, by)
    answer(as_json, made, lambda: _stated(made, zone))


@click.command()
@click.argument("member")
@until_required
@by_option
@action
def rest(member: str, until: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER is to be left to rest until an hour, as the member or a commander states.

    \b
    Example:
      muster rest M0003 --until 2020-10-09T07:00 --by M0003 --at 2020-10-08T23:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        made = service.rest(record, member, instant_on(record, at), instant_in("--until", until, zone), by)
    answer(as_json, made, lambda: _stated(made, zone))


@click.command()
@click.argument("member")
@click.option("--rule", required=True, help="The rule, as docs/hours.md lists them.")
@until_required
@click.option("--rest-owed", "rest_owed", type=int, required=True, metavar="HOURS", help="Rest owed for it.")
@by_option
@action
def waive(member: str, rule: str, until: str, rest_owed: int, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Waive an hours rule for MEMBER for a time, signed by somebody else, with the rest that is owed for it.

    \b
    Example:
      muster waive M0005 --rule unfit --until 2020-10-08T06:00 --rest-owed 24 --by M0003 --at 2020-10-07T22:00
    """
    with writing(db) as record:
        zone = zone_of(record)
        waiver = Waiver(
            member=member,
            rule=rule,
            since=instant_on(record, at),
            until=instant_in("--until", until, zone),
            signed_by=by,
            rest_owed_hours=rest_owed,
        )
        made = service.waive(record, waiver)
    answer(as_json, made, lambda: [f"{rule} is waived for {member} until {_clock(made.until, zone)}, signed {by}"])


@click.command()
@click.argument("member")
@click.option("--kind", required=True, help="leave, sick, training, court, military, suspended.")
@until_option
@click.option("--reason", metavar="TEXT", help="In words; sealed, for those entitled.")
@action
def absent(
    member: str, kind: str, until: str | None, reason: str | None, at: str | None, db: str, as_json: bool
) -> None:
    """MEMBER is away for a time.

    \b
    Example:
      muster absent M0005 --kind leave --at 2020-10-05 --until 2020-10-10
    """
    with writing(db) as record:
        zone = zone_of(record)
        end = instant_in("--until", until, zone) if until else None
        row = Absence(member=member, kind=kind, since=instant_on(record, at), until=end, reason=reason)
        made = service.absent(record, row)
    answer(as_json, made, lambda: [f"{member} is absent ({kind}) from {_clock(made.since, zone)}"])
