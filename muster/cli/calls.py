"""``muster call``."""

import click

from muster.cli.shared import action, answer, instant_on, writing
from muster.services import calls as service


@click.command()
@click.argument("position")
@click.option("--from", "caller", required=True, metavar="WHO", help="Who calls: a position, unit or member.")
@click.option("--answered/--unanswered", required=True, help="Whether the holder answered.")
@click.option("--about", metavar="TEXT", help="What it is about.")
@action
def call(position: str, caller: str, answered: bool, about: str | None, at: str | None, db: str, as_json: bool) -> None:
    """A call to the holder of POSITION. Unanswered, the next in line has it and is asked, and the caller is told.

    \b
    Example:
      muster call CHIEF-OF-PATROL --from CITY-HALL --unanswered --about "a block party" --at 2020-10-08T23:00
    """
    with writing(db) as record:
        made = service.call(record, position, caller, instant_on(record, at), answered=answered, about=about)
    owner = made.routed_position or position
    asked = f"{made.tasking}  to call {caller} back  owner {owner}, who is asked"
    answer(as_json, made, lambda: [made.said, asked] if made.said else [f"{made.member} answered"])
