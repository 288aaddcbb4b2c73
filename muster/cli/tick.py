"""``muster tick``."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, instant_on, writing, zone_of
from muster.domain.relief import Crossing
from muster.services import tick as service


@click.command()
@action
def tick(at: str | None, db: str, as_json: bool) -> None:
    """Record what time has brought about by --at: relief owed, overdue, unfit; opens the taskings to relieve.

    \b
    Example:
      muster tick --at 2020-10-08T06:00
    """
    with writing(db) as record:
        made = service.tick(record, instant_on(record, at))
        zone = zone_of(record)
    answer(as_json, made, lambda: [line_of(c, zone) for c in made] or ["nothing new"])


def line_of(crossing: Crossing, zone: ZoneInfo) -> str:
    """A limit crossed, in one line."""
    when = f"{crossing.at.astimezone(zone):%a %d %b %H%M}"
    relief = f"{crossing.relief_member} ({crossing.relief_position})" if crossing.relief_member else "NOBODY"
    said = f"{when}  {crossing.member} ({crossing.position}): {crossing.rule}, {crossing.hours} h on duty"
    return f"{said}; can relieve: {relief}"
