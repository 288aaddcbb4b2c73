"""``muster roster withdraw``: a published roster is taken back, all of it or the days that are left."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from muster.cli.roster_input import Day
from muster.cli.roster_publish import by_position, named
from muster.cli.shared import action, answer, instant_on, writing

if TYPE_CHECKING:
    from muster.services.withdrawing import Withdrawal


@click.command()
@click.argument("unit")
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="From which day on; its first: all.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; sealed, for those entitled.")
@by_position
@action
def withdraw(unit: str, first: datetime, reason: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Withdraw UNIT's published roster from a day on that has not begun: all of it before it begins, or the days that
    are left. From then on the charts speak of these days, until a roster of them is published; 'as known' before, the
    roster does. Members' calendars are told that its tours are cancelled.

    \b
    Example:
      muster roster withdraw PCT-047 --from 2020-10-26 --reason "planned without the parade" --by PCT-047-CO
    """
    from muster.services.withdrawing import withdraw as withdraw_roster

    with writing(db) as record:
        done = withdraw_roster(record, unit, first.date(), by, reason, instant_on(record, at))
    answer(as_json, done, lambda: list(_told(done)))


def _told(done: "Withdrawal") -> Iterator[str]:
    again = "; it was before already" if done.again else ""
    yield f"{done.unit}: withdrawn from {done.from_day} on, the charts speak from then on{again}"
    if done.left is not None:
        yield f"  left: {named(done.left)}"
