"""Unity of command, told from facts: everybody on duty in one unit, and who is due in each unit at an instant."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tests.services.fairness import Said
from tests.simulated.beliefs import ONE_DAY, ORIGIN, Beliefs, Body, minute, said_minute, span_of
from tests.simulated.life import Told
from tests.simulated.limits import kind_of, spans_at, unfit_at
from tests.simulated.worked import away, signed, stretches, worked

OVERDUE, REST = 16 * 60, 8 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def units_of(beliefs: Beliefs, member: str, at: int) -> set[str]:
    """The units in which a member is on duty: by what was signed, else by every tour that runs and was not left."""
    there = {unit for a, b, _, unit in stretches(signed(beliefs, member, at), at + 1) if a <= at < b}
    if there or any(a <= at < b for a, b in away(beliefs, member)):
        return there
    offs = [said_minute(s, "at") for s in signed(beliefs, member, at) if s["kind"] == "off"]
    turns = [t for t in beliefs.turns(member) if t.start <= at < t.end]
    return {t.unit for t in turns if not any(t.start <= off <= at for off in offs)}


class Command:
    """Who is due at a minute, in every unit that is asked about."""

    def __init__(self, beliefs: Beliefs, at: int) -> None:
        self.beliefs, self.at = beliefs, at

    def due(self, unit: str | None) -> str | None:
        """The first who is on duty there or on call, rested, fit and entitled; else of those who cover it, else of the
        unit above. None: nobody, or civil authority."""
        row = {} if unit is None else self.beliefs.rows["unit"][unit,]
        if unit is None or row.get("civil"):
            return None
        own = [p for p in self.beliefs.rows["position"].values() if p["unit"] == unit]
        cover = [c["position"] for c in self.beliefs.rows["covering"].values() if c["unit"] == unit]
        more = [p for p in self.beliefs.rows["position"].values() if p["position"] in cover]
        commands = [p for p in own if kind_of(self.beliefs, p) == "command"]
        tours = [p for p in own if kind_of(self.beliefs, p) == "tour"]
        for posts, ordered in ((commands, False), (tours, True), (more, True)):
            found = next(self._able(posts, unit, by_tour=ordered), None)
            if found is not None:
                return found
        return self.due(row.get("parent"))

    def _able(self, posts: Sequence[Body], unit: str, *, by_tour: bool) -> Iterator[str]:
        holders = [(p, m) for p in posts for m in self._holders(p)]
        for p, member in sorted(
            holders, key=lambda h: (h[0]["order"], *([self._began(h[1])] if by_tour else []), h[1])
        ):
            here = units_of(self.beliefs, member, self.at) & {unit, p["unit"]}
            if p.get("takes_watch", True) and (here or self._on_call(p, member)) and self._fit(member):
                yield member

    def _holders(self, position: Body) -> list[str]:
        rows = self.beliefs.rows["appointment"].values()
        held = [a for a in rows if a["position"] == position["position"] and span_of(a)[0] <= self.at < span_of(a)[1]]
        return [a["member"] for a in held]

    def _began(self, member: str) -> int:
        signings = list(stretches(signed(self.beliefs, member, self.at), self.at + 1))
        begun = [a for a, b, _, _ in signings if a <= self.at < b]
        begun += [t.start for t in self.beliefs.turns(member) if not begun and t.start <= self.at < t.end]
        return min(begun, default=self.at)

    def _fit(self, member: str) -> bool:
        minutes = worked(self.beliefs, member, self.at)
        running = [b - a for a, b in spans_at(minutes, self.at) if b == self.at]
        waivers = self.beliefs.mine(member, "waiver")
        return not unfit_at(minutes, self.at, waivers) and max(running, default=0) < OVERDUE

    def _on_call(self, position: Body, member: str) -> bool:
        """In hours in which the position can be called, off duty, rested, not away, and with a telephone."""
        if units_of(self.beliefs, member, self.at) or any(a <= self.at < b for a, b in away(self.beliefs, member)):
            return False
        minutes = worked(self.beliefs, member, self.at)[: self.at]
        rested = not minutes[max(self.at - REST, 0) :].any()
        hours = [h for h in self.beliefs.rows["on_call"].values() if h["position"] == position["position"]]
        phones = self.beliefs.mine(member, "contact_point")
        return rested and bool(phones) and any(self._called(h) for h in hours)

    def _called(self, hours: Body) -> bool:
        here = (ORIGIN + timedelta(minutes=self.at)).astimezone(self.beliefs.zone)
        for day in (here.date() - ONE_DAY, here.date()):
            overnight = ONE_DAY if hours["end"] <= hours["start"] else timedelta(0)
            start, end = self.beliefs.clock(day, hours["start"]), self.beliefs.clock(day + overnight, hours["end"])
            if WEEKDAYS[day.weekday()] in hours["days"] and start <= self.at < end:
                return True
        return False


def divided(facts: Sequence[Said], beliefs: Beliefs, told: Sequence[Told]) -> Iterator[str]:
    """At every instant of which somebody was told: members on duty in two units, units without a watch, and watches
    that are not whose they are by the facts. ``beliefs`` is taken along."""
    left = list(facts)[::-1]
    for at in sorted({t.at for t in told}):
        mine = [t for t in told if t.at == at]
        while left and left[-1].seq <= mine[0].seq:
            beliefs.take(left.pop())
        command = Command(beliefs, minute(at))
        for (member,) in beliefs.rows["member"]:
            units = units_of(beliefs, member, minute(at))
            if len(units) > 1:
                yield f"{at}: {member} is on duty in {sorted(units)}"
        for t in mine:
            due = command.due(t.unit)
            if due is None:
                yield f"{at}: nobody is due in {t.unit}"
            if (t.in_command, t.due) != (due, due):
                yield f"{at}: {t.unit} is {due}'s by the facts; told was {t.in_command}, due {t.due}"
        yield from _called_twice(beliefs, minute(at))


def _called_twice(beliefs: Beliefs, at: int) -> Iterator[str]:
    """Members who stand as there on two rolls of tours that run, and are on duty in neither's unit or in one alone."""
    seen: dict[str, str] = {}
    for key, call in beliefs.roll_calls.items():
        start, end = beliefs.on_tour(call["tour"], _day(call))
        if start <= at < end:
            for member in {*call.get("present", ()), *call.get("late", ()), *call.get("joined", ())}:
                unit = seen.setdefault(member, call["unit"])
                if unit != call["unit"]:
                    yield f"{member} stands on the rolls of {unit} and {key}"


def _day(call: Body) -> date:
    return date.fromisoformat(call["day"])
