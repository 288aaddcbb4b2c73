"""Published rosters as plans that are made anew, and what is made of them as amendments."""

from collections.abc import Iterator
from datetime import datetime

from muster.domain.published import OFF, Published, said_of
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.services.amending import Amendment, published
from muster.services.replan_ask import Ask
from muster.services.rosters import Case


def published_plan(views: Views, unit: str, at: datetime) -> tuple[Published, UnitRoster]:
    """The unit's published roster that holds at the instant, or else the next one after it; and its lines, with all
    amendments, as a roster to be changed. Raises ``Unknown`` where there is none."""
    standing = published(views, unit, at)
    roster = standing.roster
    lines = {line.member: line.tours for line in standing.lines}
    plan = UnitRoster(unit, roster.first, roster.days, roster.digest, lines, {}, 0.0, False, 0.0)
    return roster, plan


def amendments_of(case: Case, before: UnitRoster, after: UnitRoster, ask: Ask, reason: str) -> Iterator[Amendment]:
    """The entries of a plan made anew that are not as before, in order of days. Tours that have begun are no more
    touched; who has no line has no entry, unless they were given a tour."""
    for place, day in enumerate(before.dates):
        for member, line in sorted(after.lines.items()):
            was = before.lines[member][place] if member in before.lines else OFF
            is_open = not any(case.turns[tour][place].start <= ask.at for tour in (was, line[place]) if tour != OFF)
            if line[place] != was and is_open:
                yield Amendment(before.unit, member, day, said_of(line[place]), reason)
