"""Somebody who may be asked or ordered to a call-in: where the contract puts them, and what bars them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.simulated.beliefs import MINUTES, ONE_DAY, ORIGIN, Body, minute, span_of
from tests.simulated.calls import COMES
from tests.simulated.limits import BREAK, unfit_at
from tests.simulated.worked import CALLED, KINDS, OVER, Minutes, Span, away, duties, worked

if TYPE_CHECKING:
    from tests.simulated.lists import Listing

DAY, WEEK = 24 * 60, 7 * 24 * 60


class Person:
    """Somebody who may be asked or ordered."""

    def __init__(self, of: "Listing", member: str) -> None:
        self.of, self.member, self.beliefs = of, member, of.beliefs

    @cached_property
    def planned(self) -> Minutes:
        """Duty as it is planned at the instant."""
        return worked(self.beliefs, self.member, self.of.at)

    @cached_property
    def promises(self) -> list[Body]:
        """Other call-ins to which the member is to come and that are not over."""
        calls, at = self.of.calls, self.of.at
        return [
            c
            for name, c in calls.call_ins.items()
            if name != self.of.name and span_of(c)[1] > at and calls.comes(name, self.member)
        ]

    @cached_property
    def ahead(self) -> Minutes:
        """The same with what was promised."""
        minutes = self.planned.copy()
        for c in self.promises:
            a, b = span_of(c)
            minutes[a:b] = np.where(minutes[a:b] > 0, minutes[a:b], KINDS.index(c["kind"]))
        return minutes

    @cached_property
    def with_need(self) -> Minutes:
        """The same with this need worked."""
        minutes = self.ahead.copy()
        a, b = self.of.since, self.of.until
        minutes[a:b] = np.where(minutes[a:b] > 0, minutes[a:b], KINDS.index(self.of.need["kind"]))
        return minutes

    @property
    def is_here(self) -> bool:
        """Whether the member is on duty in the unit just before the need, so that they can be held over."""
        return bool(self.planned[self.of.since - 1] > 0)

    @cached_property
    def overtime(self) -> list[Span]:
        """When the member worked, or has promised to work, more than their tours."""
        return duties((self.ahead == OVER) | (self.ahead == CALLED), 1)

    @property
    def seniority(self) -> tuple[Any, ...]:
        """The longest in the force first."""
        joined = self.beliefs.rows["member"][self.member,].get("joined", "9999-12-31")
        return joined, len(self.member), self.member

    @property
    def asked_by(self) -> tuple[Any, ...]:
        """What puts the member before or behind others when they are asked."""
        own = "yes" in self.of.words("same-shift-first") and not self.own_tour
        (first,) = self.of.words("offers")
        if first == "rotating":
            return own, self._dropped(self.of.words("drops")), *self.seniority
        if first == "equalisation":
            most = max([self.of.at, *(span_of(c)[1] for c in self.promises)])
            return own, sum(max(min(b, most) - a, 0) for a, b in self.overtime), *self.seniority
        return own, *self.seniority

    @property
    def ordered_by(self) -> tuple[Any, ...]:
        """The shortest in the force first; of those who joined on one day the highest number."""
        joined, length, name = self.seniority
        day = date.fromisoformat(joined).toordinal()
        return joined == "9999-12-31", -day, -length, tuple(-ord(c) for c in name)

    def _dropped(self, drops: Iterable[str]) -> datetime:
        never = datetime.min.replace(tzinfo=ORIGIN.tzinfo)
        contract, calls = self.of.need["contract"], self.of.calls
        said = [a for n, c in calls.call_ins.items() if c["contract"] == contract for a in calls.said.get(n, ())]
        mine = [a for a in said if a["member"] == self.member and a["what"] in drops]
        return max((datetime.fromisoformat(a["at"]) for a in mine), default=never)

    @property
    def own_tour(self) -> bool:
        """Whether the middle of the need lies in the hours of the tour of the member's squad."""
        if self.of.over:
            return True
        middle = (self.of.since + self.of.until) // 2
        day = (ORIGIN + timedelta(minutes=middle)).astimezone(self.beliefs.zone).date()
        for place in self.beliefs.mine(self.member, "squad_place"):
            squad = self.beliefs.rows["squad"].get((place["squad"],), {})
            for tour in [squad["tour"]] if squad.get("tour") else []:
                spans = [self.beliefs.on_tour(tour, d) for d in (day - ONE_DAY, day)]
                if any(a <= middle < b for a, b in spans):
                    return True
        return False

    def reason(self, part: str) -> str | None:
        """Why the member is passed over; None: they are not."""
        always = (self.absent, self.on_duty, self.resting, self.unreachable, self.hours, self.day_hours, self.rest)
        more = (self.unwanted, self.no_show) if part == "offer" else (self.mandatory, self.exempt, self.beside_leave)
        return next((why for rule in (*always, *more) if (why := rule()) is not None), None)

    def absent(self) -> str | None:
        """Away in a part of the need."""
        return "absent" if _meet(away(self.beliefs, self.member), self.of.since, self.of.until) else None

    def on_duty(self) -> str | None:
        """On duty, or to be, in a part of it; being held over already is no other duty."""
        there = self.ahead[self.of.since : self.of.until]
        if self.of.over:
            there = there[self.planned[self.of.since : self.of.until] != OVER]
        return "on-duty" if there.any() else None

    def resting(self) -> str | None:
        """To be left to rest in a part of it, as was stated."""
        stated = [span_of(r) for r in self.beliefs.mine(self.member, "reachability") if r["kind"] != "unreachable"]
        return "rest" if _meet(stated, self.of.since, self.of.until) else None

    def unreachable(self) -> str | None:
        """Out of reach now, as was stated."""
        stated = [span_of(r) for r in self.beliefs.mine(self.member, "reachability") if r["kind"] == "unreachable"]
        return "unreachable" if not self.of.over and _meet(stated, self.of.at, self.of.at + 1) else None

    def hours(self) -> str | None:
        """Unfit while it is worked, or in a duty of the week after that would be fit without it."""
        waivers, until = self.beliefs.mine(self.member, "waiver"), self.of.until
        rules = unfit_at(self.with_need, until, waivers)
        if rules:
            return f"hours-{min(rules)}"
        for _, end in duties(self.ahead[: until + WEEK] > 0, 1):
            if end > until:
                worse = unfit_at(self.with_need, end, waivers) - unfit_at(self.ahead, end, waivers)
                if worse:
                    return f"hours-{min(worse)}"
        return None

    def day_hours(self) -> str | None:
        """More hours in some 24 with a part of the need in them than the contract has, without its break."""
        hours = self.of.number("day-hours")
        if hours is None or self.of.number("day-break") is None:
            return None
        blocks, place = self._blocks()
        block = blocks[place]
        inside = np.zeros(MINUTES + DAY + 1, np.int32)
        inside[block[0] + 1 : block[1] + 1] = self.with_need[block[0] : block[1]] > 0
        total = np.cumsum(inside)
        first, last = max(self.of.since - DAY, 0), self.of.until
        most = max(int(total[start + DAY] - total[start]) for start in range(first, last + 1, 5))
        ends = int(total[block[1]] - total[max(block[1] - DAY, 0)])
        begins = int(total[block[0] + DAY] - total[block[0]])
        return "day-hours" if max(most, ends, begins) > 60 * hours else None

    def _blocks(self) -> tuple[list[Span], int]:
        """Duties with the need worked, by the contract's break, and which of them has the need."""
        found = duties(self.with_need > 0, 60 * (self.of.number("day-break") or BREAK // 60))
        return found, next(n for n, (a, b) in enumerate(found) if a <= self.of.since < b)

    def rest(self) -> str | None:
        """Less time off before or after the duty with the need than the contract asks for between tours."""
        found, n = self._blocks()
        off = [found[k + 1][0] - found[k][1] for k in (n - 1, n) if 0 <= k < len(found) - 1]
        least = self.of.number("rest-between")
        return "rest-between" if least is not None and min(off, default=MINUTES) < 60 * least else None

    def unwanted(self) -> str | None:
        """Does not want to be asked."""
        said = [span_of(d) for d in self.beliefs.mine(self.member, "do_not_call")]
        return "do-not-call" if _meet(said, self.of.at, self.of.at + 1) else None

    def no_show(self) -> str | None:
        """Did not come once, and is not asked for the contract's days."""
        last = self._dropped(("no-show",)) + timedelta(days=self.of.number("no-show-days") or 0)
        return "no-show-days" if minute(max(last, ORIGIN)) > self.of.at else None

    def mandatory(self) -> str | None:
        """More hours ordered in some seven days than the contract has."""
        need, hours = (self.of.since, self.of.until), self.of.number("mandatory-week")
        if hours is None:
            return None
        ordered = np.zeros(MINUTES, np.bool_)
        for name, c in self.of.calls.call_ins.items():
            said = [a["what"] for a in self.of.calls.said.get(name, ()) if a["member"] == self.member]
            if name != self.of.name and "ordered" in said and said[-1] in COMES:
                a, b = span_of(c)
                there = (self.planned[a:b] == OVER) | (self.planned[a:b] == CALLED)
                ordered[a:b] |= there if b <= self.of.at else True
        ordered[need[0] : need[1]] = True
        total = np.concatenate([[0], np.cumsum(ordered), np.full(WEEK, ordered.sum())])
        most = max(int(total[min(s + WEEK, MINUTES)] - total[s]) for s in range(need[0] - WEEK, need[1] + 1, 5))
        return "mandatory-week" if most > 60 * hours else None

    def exempt(self) -> str | None:
        """So much overtime in the seven days before it that nobody is ordered to more."""
        since, hours = self.of.since, self.of.number("exempt-week")
        there = sum(max(min(b, since) - max(a, since - WEEK), 0) for a, b in self.overtime)
        return "exempt-week" if hours is not None and there >= 60 * hours else None

    def beside_leave(self) -> str | None:
        """On a day off that touches leave, perhaps over other days off."""
        leaves = [span_of(a) for a in self.beliefs.mine(self.member, "absence") if a["kind"] == "leave"]
        if self.of.over or not leaves or "exempt" not in self.of.words("days-off-beside-leave"):
            return None
        with_tour = {t.day for t in self.beliefs.turns(self.member)}
        begun = (ORIGIN + timedelta(minutes=self.of.since)).astimezone(self.beliefs.zone).date()
        if begun in with_tour:
            return None
        for step in (-ONE_DAY, ONE_DAY):
            day = begun + step
            while day not in with_tour or _meet(leaves, *self._day(day)):
                if _meet(leaves, *self._day(day)):
                    return "days-off-beside-leave"
                day += step
                if abs(day - begun) > timedelta(days=31):
                    break
        return None

    def _day(self, day: date) -> Span:
        return self.beliefs.clock(day, "0000"), self.beliefs.clock(day + ONE_DAY, "0000")


def _meet(spans: Sequence[Span], start: int, end: int) -> bool:
    return any(a < end and b > start for a, b in spans)
