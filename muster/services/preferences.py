"""Preferences in a rostering problem: points for what members would rather have, which no cover and no rule gives way
to."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from muster.domain.published import entry_of
from muster.domain.requests import Request
from muster.ports import Views
from muster.roster.problem import MOST_PENALTY, OFF, Instance, Member
from muster.roster.problem import Request as Wish
from muster.roster.result import Roster
from muster.roster.soundness import most_paid
from muster.services.roster_ground import Period
from muster.services.rosters import SHORT, Case

PREFERENCE: Final = 9
"""Points for each day that is not as a member would rather have it. Ours: as much as two members pay who exchange a day
on with a day off against their charts, and one more; less than one member under a target."""


def preferences_of(views: Views, period: Period) -> list[Request]:
    """The preferences that stand for days of a period, in the order of filing."""
    found = views.rows(Request, kind="preference", state="stands")
    meets = (r for r in found if r.first <= period.dates[-1] and period.first <= r.last)
    return sorted(meets, key=lambda r: (r.filed_at, len(r.request), r.request))


def with_preferences(case: Case, preferences: Sequence[Request]) -> Case:
    """The case with points for the preferences of its members; of several for one day the latest counts. However many
    there are, together they weigh less than one member missing from a minimum."""
    members = {m.ref: m for m in case.instance.members}
    latest: dict[tuple[str, int], Wish] = {}
    for request in preferences:
        for day in request.days:
            place = (day - case.period.first).days
            if request.member in members and 0 <= place < case.period.days:
                entry = entry_of(request.tour or "")
                latest[request.member, place] = Wish(request.member, place, entry, PREFERENCE, request.wanted)
    if not latest:
        return case
    wishes = tuple(latest.values())
    open_ones = [w for w in wishes if _is_open(members[w.member], w)]
    return replace(case, instance=_weighed(case.instance, open_ones), preferences=wishes)


def _is_open(member: Member, wish: Wish) -> bool:
    """Whether the member's line may have it or not: else it is granted, or not, whatever the roster."""
    if wish.day in member.fixed or wish.day in member.days_off:
        return False
    return wish.tour == OFF or (wish.tour in member.most_days and (wish.day, wish.tour) not in member.barred)


def _weighed(instance: Instance, wishes: Collection[Wish]) -> Instance:
    """The instance with these wishes, and with each member missing from a minimum weighing more than all of them."""
    wished = replace(instance, requests=(*instance.requests, *wishes))
    missing = sum(max(1, c.required) for c in instance.cover if c.under >= SHORT)
    room = max(0, MOST_PENALTY - most_paid(wished)) // max(1, missing)
    more = min(sum(w.weight for w in wishes), room)
    cover = tuple(replace(c, under=c.under + more) if c.under >= SHORT else c for c in instance.cover)
    return replace(wished, cover=cover)


def preference_note(case: Case, roster: Roster) -> Iterator[str]:
    """How many preferences a roster grants, where there are any, in words."""
    if case.preferences:
        granted = sum((roster[w.member][w.day] == w.tour) is w.wanted for w in case.preferences)
        yield f"preferences: {granted} of {len(case.preferences)} days are as members would rather have them"
