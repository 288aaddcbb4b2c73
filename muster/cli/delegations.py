"""``muster delegate``: authority over a matter moved down, in writing, with limits and an end."""

import click

from muster.cli.shared import action, answer, by_option, instant_on, writing, zone_of
from muster.domain.authority import Delegation
from muster.domain.errors import Invalid
from muster.domain.instants import instant_of, local_text
from muster.services import delegations as service


@click.command()
@click.argument("matter", metavar="MATTER|DELEGATION")
@click.option("--from-unit", metavar="UNIT", help="The unit that has the authority.")
@click.option("--to-unit", metavar="UNIT", help="The unit below it that receives it.")
@by_option
@click.option("--until", metavar="TIME", help="Its end: a delegation ends.")
@click.option("--instrument", metavar="TEXT", help="The order that makes it.")
@click.option("--people", type=click.IntRange(0), help="People taking part, at most.")
@click.option("--hours", type=click.IntRange(0), help="Hours it lasts, at most.")
@click.option("--members", type=click.IntRange(0), help="Members needed, at most.")
@click.option("--revoke", is_flag=True, help="Revoke the delegation of this name instead, and what rests on it.")
@action
def delegate(
    matter: str,
    by: str,
    people: int | None,
    hours: int | None,
    members: int | None,
    revoke: bool,
    **said: str | None,
) -> None:
    """Delegate authority over MATTER to a unit below, from --at on; or --revoke a DELEGATION.

    No more than the unit has, and only by the holder of one of its command positions.

    \b
    Example:
      muster delegate protest --from-unit PBBX --to-unit PCT-047 --by M0004 --people 400 --members 40 \\
        --until 2020-11-04 --instrument "Order 2020-10/9" --at 2020-10-07
    """
    as_json = bool(said["as_json"])
    with writing(str(said["db"])) as record:
        at, zone = instant_on(record, said["at"]), zone_of(record)
        if revoke:
            ended = service.revoke(record, matter, by, at)
            lines = [f"{d.delegation} ends {local_text(at, zone)}" for d in ended]
            answer(as_json, {"revoked": ended}, lambda: lines or [f"{matter} has ended already"])
            return
        missing = [name for name in ("from_unit", "to_unit", "until", "instrument") if not said[name]]
        if missing:
            raise Invalid(
                f"delegation of {matter}: {', '.join(f'--{m}'.replace('_', '-') for m in missing)} must be given"
            )
        wanted = Delegation(
            delegation="",
            from_unit=str(said["from_unit"]),
            to_unit=str(said["to_unit"]),
            matter=matter,
            max_people=people,
            max_hours=hours,
            max_members=members,
            since=at,
            until=instant_of(str(said["until"]), zone),
            instrument=str(said["instrument"]),
        )
        made = service.delegate(record, wanted, by)
    until = local_text(made.until, zone)
    answer(as_json, made, lambda: [f"{made.delegation}: {made.to_unit} decides {matter} until {until}"])
