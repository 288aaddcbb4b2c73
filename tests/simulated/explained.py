"""The roster as it was published beside what was worked: every difference has a fact that explains it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from tests.simulated.beliefs import MINUTES, Beliefs, said_minute, span_of
from tests.simulated.calls import Calls
from tests.simulated.worked import ELSEWHERE, Minutes, Span, away, runs, signed

Mask = npt.NDArray[np.bool_]


def unexplained(
    beliefs: Beliefs, calls: Calls, published: Mapping[str, Mapping[date, str]], worked: Mapping[str, Minutes]
) -> Iterator[str]:
    """Minutes that were rostered and not worked, or worked and not rostered, without a fact that says why.
    ``published``: the entries as they were signed; ``worked``: the minutes of every member."""
    for member, entries in published.items():
        turns = {day: beliefs.on_tour(tour, day) for day, tour in entries.items() if tour}
        first, last = min(entries), max(entries)
        inside = _mask([(beliefs.clock(first, "0000"), beliefs.clock(last, "2359"))])
        now = {d: beliefs.on_tour(t, d) for d, t in beliefs.entries[member].items() if t}
        others = [(t.start, t.end) for t in beliefs.turns(member) if t.day not in entries]  # they may reach into it
        planned, really = _mask([*turns.values(), *others]), worked[member] > 0
        lacking = _mask(turns.values()) & ~really & ~_mask(_excused(beliefs, member, turns, now)) & inside
        more = really & ~planned & ~_mask(_called_for(beliefs, calls, member, turns, now)) & inside
        yield from (f"{member} did not work {a} to {b}, and no fact says why" for a, b in runs(lacking))
        yield from (f"{member} worked {a} to {b}, and no fact says why" for a, b in runs(more))


def contradicted(beliefs: Beliefs, calls: Calls, worked: Mapping[str, Minutes]) -> Iterator[str]:
    """Whoever did not come by the roll, or later, and worked all the same; whoever was to come to a call-in and did
    not work all of it, without being absent."""
    for key, call in beliefs.roll_calls.items():
        start, end = beliefs.on_tour(call["tour"], date.fromisoformat(call["day"]))
        for member in call.get("missing", ()):
            if worked[member][start:end].any():
                yield f"{member} did not come by the roll of {key}, and worked"
        yield from (
            f"{m} came late by the roll of {key}, and was there" for m in call.get("late", ()) if worked[m][start]
        )
    for name, need in calls.call_ins.items():
        a, b = span_of(need)
        for member in {x["member"] for x in calls.said.get(name, ())}:
            left = any(c < b and d > a for c, d in away(beliefs, member))
            if calls.comes(name, member) and not left and not worked[member][a:b].all():
                yield f"{member} was to come to {name}, and did not work all of it"


def _mask(spans: Iterable[Span]) -> Mask:
    mask = np.zeros(MINUTES, np.bool_)
    for a, b in spans:
        mask[a:b] = True
    return mask


def _excused(beliefs: Beliefs, member: str, turns: Mapping[date, Span], now: Mapping[date, Span]) -> Iterator[Span]:
    """Absent; amended; not come or late by the roll; signed off within the tour by somebody, and not by a roll."""
    yield from away(beliefs, member)
    yield from (span for day, span in turns.items() if now.get(day) != span)
    signings = signed(beliefs, member)
    for start, end in turns.values():
        for s in signings:
            if s["kind"] == "off" and start < said_minute(s, "at") < end and not str(s.get("why")).startswith("roll"):
                yield said_minute(s, "at"), end
    for call in beliefs.roll_calls.values():
        start, end = beliefs.on_tour(call["tour"], date.fromisoformat(call["day"]))
        if member in call.get("missing", ()):
            yield start, end
        if member in call.get("late", ()):
            came = [said_minute(s, "at") for s in signings if s["kind"] == "on" and start <= said_minute(s, "at") < end]
            yield start, min(came, default=start)


def _called_for(
    beliefs: Beliefs, calls: Calls, member: str, turns: Mapping[date, Span], now: Mapping[date, Span]
) -> Iterator[Span]:
    """Amended; called in or held over, as they accepted or were ordered; a time record; court instead of a tour."""
    yield from (span for day, span in now.items() if turns.get(day) != span)
    yield from (span_of(c) for name, c in calls.call_ins.items() if calls.comes(name, member))
    yield from (span_of(r) for r in beliefs.mine(member, "time_record"))
    yield from (span_of(a) for a in beliefs.mine(member, "absence") if a["kind"] in ELSEWHERE)
