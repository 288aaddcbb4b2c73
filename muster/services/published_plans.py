"""Published rosters as plans that are made anew, and what is made of them as amendments."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Final

from muster.domain.published import OFF, Published, said_of
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.roster.checker import line_breaches
from muster.roster.problem import Instance, Member
from muster.roster.result import Line
from muster.services.amending import Amendment
from muster.services.published import Standing, published
from muster.services.replan_ask import Ask
from muster.services.rosters import Case

RUNS: Final = "runs"
WEEK: Final = "week_minutes"
"""Rules of a line, as the checker names them."""


def published_plan(views: Views, unit: str, at: datetime) -> tuple[Published, UnitRoster]:
    """The unit's published roster that holds at the instant, or else the next one after it; and its lines, with all
    amendments, as a roster to be changed. Raises ``Unknown`` where there is none."""
    standing = published(views, unit, at)
    return standing.roster, plan_of(standing)


def plan_of(standing: Standing) -> UnitRoster:
    """The lines of a published roster as they stand, as a roster to be changed."""
    roster, lines = standing.roster, {line.member: line.tours for line in standing.lines}
    return UnitRoster(roster.unit, roster.first, roster.days, roster.digest, lines, {}, 0.0, False, 0.0)


def as_signed(case: Case, roster: UnitRoster) -> Case:
    """The case in which nobody's published line has too many days in a row, or days off too short, or a week too long:
    amendments are held to the hours rules, and what else a plan keeps to is no reason to change a line again."""
    members = (_as_signed(case.instance, m, roster.lines.get(m.ref)) for m in case.instance.members)
    return replace(case, instance=replace(case.instance, members=tuple(members)))


def _as_signed(instance: Instance, member: Member, line: Line | None) -> Member:
    if line is None:
        return member
    broken = {breach.rule for breach in line_breaches(instance, member, line)}
    if RUNS in broken:
        runs = [(works, len(list(days))) for works, days in groupby(line, key=lambda entry: entry != OFF)]
        carried = member.carried.days if member.carried else 0
        longest = max((days for works, days in runs if works), default=0) + carried
        shortest = min((days for works, days in runs if not works), default=1)
        member = replace(
            member,
            most_run_days=max(member.most_run_days, longest),
            least_off_days=min(member.least_off_days, shortest),
        )
    return replace(member, most_week_minutes=None) if WEEK in broken else member


def amendments_of(case: Case, before: UnitRoster, after: UnitRoster, ask: Ask, reason: str) -> Iterator[Amendment]:
    """The entries of a plan made anew that are not as before, in order of days. Tours that have begun are no more
    touched; who has no line has no entry, unless they were given a tour."""
    for place, day in enumerate(before.dates):
        for member, line in sorted(after.lines.items()):
            was = before.lines[member][place] if member in before.lines else OFF
            is_open = not any(case.turns[tour][place].start <= ask.at for tour in (was, line[place]) if tour != OFF)
            if line[place] != was and is_open:
                yield Amendment(before.unit, member, day, said_of(line[place]), reason)
