"""The list of a call-in, worked out again from facts: whom the contract lets ask or order, and in which order.

Written from docs/guide/calling-in.md; the contract's own numbers and words are facts like any others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tests.simulated.beliefs import ORIGIN, Beliefs, minute, span_of
from tests.simulated.calls import Calls
from tests.simulated.limits import held, kind_of
from tests.simulated.people import Person

TRIED: Final = {"offer": ("accepted", "refused", "not-reached", "ordered", "no-show", "excused"),
                "order": ("accepted", "not-reached", "ordered", "no-show", "excused")}  # fmt: skip
WAIVABLE: Final = ("day-hours", "rest-between", "do-not-call", "no-show-days", "mandatory-week", "exempt-week",
                   "days-off-beside-leave", "unreachable")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A member's place on one part of the list, and why they are passed over; None: they are not."""

    member: str
    place: int
    reason: str | None
    open: bool


class Listing:
    """A call-in at an instant, by what was believed."""

    def __init__(self, beliefs: Beliefs, calls: Calls, name: str, at: datetime) -> None:
        self.beliefs, self.calls, self.name = beliefs, calls, name
        self.need = calls.call_ins[name]
        rules = beliefs.rows["call_in_rule"].values()
        self.contract = {r["rule"]: r for r in rules if r["contract"] == self.need["contract"]}
        self.at, self.since, self.until = minute(at), *span_of(self.need)
        self.over = self.need["kind"] == "hold-over"

    def part(self, part: str) -> list[Place]:
        """One part of the list, whole, in order."""
        people = [Person(self, member) for member in sorted(self.pool())]
        if self.over:
            people = [p for p in people if p.is_here]
        people.sort(key=lambda p: p.asked_by if part == "offer" else p.ordered_by)
        return [self._place(part, n, p) for n, p in enumerate(people, start=1)]

    def _place(self, part: str, number: int, person: Person) -> Place:
        last = self.calls.last(self.name, person.member)
        tried = last in TRIED[part]
        reason = None if tried else person.reason(part)
        return Place(person.member, number, reason, not tried and reason is None)

    def number(self, rule: str) -> int | None:
        """The number of a rule of the contract; None: it does not have it."""
        return self.contract[rule]["number"] if rule in self.contract else None

    def words(self, rule: str) -> Sequence[str]:
        """The words of a rule of the contract."""
        return self.contract[rule].get("words", ()) if rule in self.contract else ()

    def pool(self) -> set[str]:
        """Who holds a position of the unit or is in one of its squads when the need begins, and is lent to nobody; who
        is lent to it; of the rank; and nobody in command."""
        beliefs, unit, found = self.beliefs, self.need["unit"], set()
        for key, member in beliefs.rows["member"].items():
            name = key[0]
            lent = [a for a in beliefs.mine(name, "attachment") if span_of(a)[0] <= self.since < span_of(a)[1]]
            posts = held(beliefs, name, self.since)
            squads = [beliefs.rows["squad"].get((p["squad"],)) for p in beliefs.mine(name, "squad_place")]
            home = any(p["unit"] == unit for p in posts) or any(s and s["unit"] == unit for s in squads)
            here = any(a["unit"] == unit for a in lent) or (home and not lent)
            commands = any(kind_of(beliefs, p) == "command" for p in posts)
            if here and not commands and self.need.get("rank") in (None, self._rank(name)):
                found.add(member["member"])
        return found

    def _rank(self, member: str) -> str:
        now = ORIGIN + timedelta(minutes=self.since)
        ranks = [c for c in self.beliefs.mine(member, "career") if datetime.fromisoformat(c["since"]) <= now]
        return str(max(ranks, key=lambda c: datetime.fromisoformat(c["since"]))["rank"])
