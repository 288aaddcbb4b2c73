"""``muster command assume`` and ``muster command hand-over``."""

import click

from muster.cli.shared import action, answer, by_option, instant_on, writing
from muster.services import command as service


@click.group()
def command() -> None:
    """Command of a unit: people assume it and hand it over; software never does.

    \b
    Example:
      muster command assume PCT-047 --by M0005 --at 2020-10-07T02:05
    """


@command.command()
@click.argument("unit")
@by_option
@action
def assume(unit: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """The member who is present assumes command of UNIT.

    \b
    Example:
      muster command assume PCT-047 --by M0005 --at 2020-10-07T02:05
    """
    with writing(db) as record:
        made = service.assume(record, unit, by, instant_on(record, at))
    said = f"{by} has assumed command of {unit} as {made.position}" if made else f"{by} is in command of {unit} already"
    answer(as_json, made, lambda: [said])


@command.command("hand-over")
@click.argument("unit")
@click.option("--to", "to", required=True, metavar="MEMBER", help="Who takes it, present and entitled.")
@by_option
@action
def hand_over(unit: str, to: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """The member in command of UNIT hands it over.

    \b
    Example:
      muster command hand-over PCT-047 --by M0005 --to M0006 --at 2020-10-07T16:35
    """
    with writing(db) as record:
        made = service.hand_over(record, unit, by, to, instant_on(record, at))
    answer(as_json, made, lambda: [f"{by} handed over command of {unit} to {to}, {made[1].position}"])
