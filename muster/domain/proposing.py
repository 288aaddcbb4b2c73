"""Proposals of relief: taskings that are brought to whoever can take over. A proposal moves no command: people do."""

from datetime import datetime
from typing import Final

from muster.domain.candidates import candidates, positions_of
from muster.domain.errors import Unknown
from muster.domain.escalation import Escalation
from muster.domain.passing import Holder, weigh
from muster.domain.record import Fact
from muster.domain.relief import Crossing, next_in_line
from muster.domain.relieving import Giver, Relief, relief_of, relieved_by_post
from muster.domain.takeover import SEVERITY, worst
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches

BEYOND: Final = ("relief-overdue", "unfit")
"""The limits at which a proposal that is open is taken further up."""


def proposal_name(member: str, since: datetime) -> str:
    """The name of the one proposal of a running duty."""
    return f"relief-{member}-{since:%Y%m%dT%H%M}"


def proposal(watches: Watches, crossing: Crossing) -> Tasking | None:
    """The tasking to relieve somebody from the instant of the watches on, to be decided before relief is overdue; None
    where nobody is needed: they are off duty, or their tour ends by plan before that."""
    relief = relief_of(watches, crossing.member, (crossing.unit, crossing.position))
    at = watches.moment.at
    if relief is None:
        return None
    latest = relief.overdue or relief.unfit
    if latest is not None and latest > at and not relief.lasts_beyond(watches, latest):
        return None
    relief = relieved_by_post(watches, relief)
    best = next((g for g in relief.givers if worst(g.breaks) < SEVERITY["overdue"] and _is_there(watches, g)), None)
    return Tasking(
        tasking=proposal_name(crossing.member, crossing.duty_since),
        kind="relief",
        what=proposed(watches, relief, best),
        place=crossing.unit,
        competent_unit=crossing.unit,
        received_at=at,
        deadline=relief.overdue if relief.overdue is None else max(relief.overdue, at),
        relieves=crossing.member,
        owner=_owner(watches, crossing, relief, best),
    )


def proposed(watches: Watches, relief: Relief, giver: Giver | None) -> str:
    """What is proposed: who is to be relieved, since when they are on duty, from when that is overdue, by whom, until
    when and which rules that would break."""
    zone = watches.snapshot.schedule.zone

    def clock(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H%M}"

    post = f" ({relief.position})" if relief.position else ""
    late = f"overdue from {clock(relief.overdue)}; " if relief.overdue else ""
    who = f"relieve {relief.member}{post}, on duty since {clock(relief.since)}"
    if giver is None:
        return f"{who}; {late}NOBODY is there who could take over without being unfit or overdue"
    breaks = f"would break {', '.join(b.rule for b in giver.breaks)}" if giver.breaks else "breaks nothing"
    by = f"{giver.member} ({giver.position})" if giver.position else giver.member
    return f"{who}; {late}{by} can take over until {clock(giver.until)}, which {breaks}"


def _is_there(watches: Watches, giver: Giver) -> bool:
    """Whether somebody can be asked in their position at this instant, without being woken."""
    if giver.position is None or giver.start > watches.moment.at:
        return False
    weighed = [weigh(watches.moment, c, giver.unit) for c in watches.of_position(giver.position)]
    return any(isinstance(w, Holder) and w.member == giver.member for w in weighed)


def _owner(watches: Watches, crossing: Crossing, relief: Relief, best: Giver | None) -> str:
    """Whoever can relieve; else whoever of the unit comes on duty before it is overdue; else the head of the nearest
    unit above that has one."""
    if best is not None and best.position is not None:
        return best.position
    due = next_in_line(watches, crossing.unit, crossing.member)
    if due is not None:
        return due.position
    for giver in relief.givers:
        soon = giver.group == "comes on duty" and relief.overdue is not None and giver.start < relief.overdue
        if soon and giver.position is not None:
            return giver.position
    return head_above(watches, crossing.unit)


def head_above(watches: Watches, unit: str) -> str:
    """The first position of the nearest unit above that has one. Raises ``Unknown`` where nobody stands above."""
    for level in watches.snapshot.path_up(unit)[1:]:
        for c in candidates(watches.moment, level.unit):
            return c.position.position
    raise Unknown(f"unit {unit}: no position stands over it that could own a tasking to relieve; add one and load it")


def escalated(watches: Watches, tasking: Tasking, search: Escalation | None, rule: str) -> list[Fact]:
    """What follows when a duty crosses a limit beyond the one at which relief was proposed: nobody accepted it, and
    those above are asked first; or somebody did and has not come, and at the first such limit they and those above are
    told."""
    at = watches.moment.at
    if not tasking.is_open:
        return []
    above = head_above(watches, tasking.place)
    if tasking.accepted_by is not None:
        if rule != BEYOND[0]:
            return []
        why = f"relief is overdue: {tasking.accepted_by} accepted it, and {tasking.relieves} is on duty still"
        return [tasking.tell(tasking.owner, why, at, tasking.accepted_by), tasking.tell(above, why, at)]
    if search is None or not search.runs:
        return []
    own = {p.position for p in positions_of(watches.moment, tasking.place)} | {tasking.owner}
    upwards = dict.fromkeys((above, *(p for p in search.chain if p not in own), *search.chain))
    return [search.turned([*upwards], "relief is overdue, and nobody has accepted it", at)]
