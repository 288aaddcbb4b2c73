"""Why somebody who comes first is passed over: in full for those entitled, and as everybody may read it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from muster.domain.candidates import Candidate, Capacity
from muster.domain.instants import span_text
from muster.domain.moment import Moment
from muster.domain.presence import Status, holds, longest
from muster.domain.rules import protected_until, stated_rest
from muster.domain.schedule import on_call

Why = Literal[
    "vacant", "not-entitled", "separated", "absent", "on-duty-elsewhere", "off", "protected-rest", "unreachable",
    "unfit", "relief-overdue",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holder:
    """A member who has, or is due to have, the watch: in which position and capacity, and by what source."""

    member: str
    position: str
    unit: str
    capacity: Capacity
    source: str
    on_call: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody passed over. ``reason`` may touch health or rest; ``public`` is what everybody may read.

    ``member`` is None for a vacant position; ``until`` is when the reason ends, None where that is not known.
    """

    member: str | None
    position: str
    unit: str
    why: Why
    reason: str
    public: str
    until: datetime | None = None

    def for_everyone(self) -> "Passed":
        """The same without what touches health or rest."""
        return self if self.reason == self.public else replace(self, reason=self.public, why="off")


def weigh(moment: Moment, candidate: Candidate, unit: str, *, entitled: bool = False) -> Holder | Passed:
    """The candidate as holder of the unit's watch, or why not. ``entitled``: whether the position takes it or not, as
    for a commander who decides."""
    appointment, position = candidate.appointment, candidate.position
    if appointment is None:
        return Passed(None, position.position, position.unit, "vacant", "nobody holds it", "nobody holds it")
    member = appointment.member
    status = moment.status(member)
    found = None if entitled or position.takes_watch else NOT_ENTITLED
    found = found or _not_here(moment, candidate, status, member, unit) or _not_able(moment, status, member)
    if found is not None:
        why, reason, public, until = found
        return Passed(member, position.position, position.unit, why, reason, public, until)
    on_duty = status.state == "on-duty"
    source = status.source if on_duty else "on call"
    return Holder(member, position.position, position.unit, candidate.capacity, source, not on_duty)


Found = tuple[Why, str, str, datetime | None]
_SAYS = "the position does not take the watch"
NOT_ENTITLED: Found = ("not-entitled", _SAYS, _SAYS, None)


def _not_here(moment: Moment, candidate: Candidate, status: Status, member: str, unit: str) -> Found | None:
    zone = moment.snapshot.schedule.zone
    if status.state == "separated":
        return "separated", f"no longer in the force: {status.source}", "no longer in the force", None
    if status.state == "absent":
        back = until_text(status.until, zone, moment.at)  # as for rest: how it is written tells nobody which it is
        return "absent", f"absent ({status.source}){back}", f"not available{back}", status.until
    if status.state == "on-duty":
        if status.unit in (unit, candidate.position.unit):
            return None
        says = f"on duty elsewhere: {status.unit} ({status.source})"
        return "on-duty-elsewhere", says, says, status.until
    return _off_duty(moment, candidate, member)


def _off_duty(moment: Moment, candidate: Candidate, member: str) -> Found | None:
    """None for somebody who can be called now; else why not."""
    snapshot = moment.snapshot
    zone = snapshot.schedule.zone
    hours = snapshot.on_call.get(candidate.position.position, ())
    if not any(holds(h, moment.at) and on_call(h, moment.at, zone) for h in hours):
        return "off", "off duty and not on call", "off duty and not on call", None
    rest = protected_until(moment.file(member), snapshot.schedule, snapshot.profile, moment.at)
    if rest is not None:
        until = until_text(rest, zone, moment.at)
        return "protected-rest", f"in protected rest{until}", f"not available{until}", rest
    if not moment.file(member).reachable_by:
        return "unreachable", "on call without any contact point", "cannot be reached", None
    return None


def _not_able(moment: Moment, status: Status, member: str) -> Found | None:
    zone = moment.snapshot.schedule.zone
    reach = moment.file(member).reachability
    said = longest(r for r in reach if r.kind == "unreachable" and holds(r, moment.at))
    if said is not None:
        says = f"unreachable{until_text(said.until, zone, moment.at)}, as {said.stated_by} stated"
        return "unreachable", says, says, said.until
    rest = stated_rest(moment.file(member), moment.at) if status.state == "on-duty" else None
    if rest is not None:
        until = until_text(rest, zone, moment.at)
        return "protected-rest", f"in protected rest{until}, as stated", f"not available{until}", rest
    fitness = moment.fitness(member)
    unfit = [b for b in fitness.breaches if b.level == "unfit"]
    if unfit:
        return "unfit", f"unfit: {unfit[0].says}", "not available", None
    if fitness.relief_overdue_since is not None:
        says = f"relief overdue: on duty {span_text(fitness.continuous)}"
        return "relief-overdue", says, "not available", None
    return None


def until_text(until: datetime | None, zone: ZoneInfo, at: datetime | None = None) -> str:
    """`` until 0700``, with the date where it is more than a day away; empty when no end is known."""
    if until is None:
        return ""
    here = until.astimezone(zone)
    near = at is not None and until - at < timedelta(hours=24)
    return f" until {here:%H%M}" if near else f" until {here:%Y-%m-%d %H%M}"
