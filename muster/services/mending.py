"""Lines that keep all that the problem says and still cross an hours rule, which it cannot say: solved again with a day
off where the rule was crossed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from muster.domain.rosters import Crossing
from muster.roster.problem import OFF, Instance, Member
from muster.roster.result import Result, Roster
from muster.services.rosters import Case, crossed_by

ROUNDS: Final = 4
Again = Callable[[Instance, Roster], Result]


def mended(case: Case, found: Result, again: Again) -> tuple[Roster, list[Crossing]]:
    """The roster without the rules that its lines crossed, as far as that can be had, and what they still cross.

    Each round gives a day off more to whoever crosses a rule; of a member without a line then, and where it does not
    help, the line before stays. The roster satisfies the problem as it was: what is added only bars.
    """
    best, crossings = found.roster, crossed_by(case, found.roster)
    roster, instance, still = best, case.instance, crossings
    for _ in range(ROUNDS):
        if not still:
            break
        instance = _with_days_off(case, instance, roster, still)
        result = again(instance, roster)
        roster = {m: best[m] if m in result.unsolved else line for m, line in result.roster.items()}
        still = crossed_by(case, roster)
        if _weight(still) < _weight(crossings):
            best, crossings = roster, still
    return best, crossings


def _weight(crossings: Sequence[Crossing]) -> tuple[int, int]:
    return sum(c.hard for c in crossings), len(crossings)


def _with_days_off(case: Case, instance: Instance, roster: Roster, crossings: Sequence[Crossing]) -> Instance:
    """The problem with a day off for each rule crossed: that of the last tour that had begun by then."""
    off: dict[str, set[int]] = {}
    for c in crossings:
        begun = [
            day
            for day, tour in enumerate(roster[c.member])
            if tour != OFF and case.turns[tour][day].start <= c.breach.since
        ]
        off.setdefault(c.member, set()).update(begun[-1:])

    def barred(member: Member) -> Member:
        days = off.get(member.ref, set()) - member.fixed.keys()
        return replace(member, days_off=member.days_off | days) if days else member

    return replace(instance, members=tuple(map(barred, instance.members)))
