"""What a member worked, minute by minute, painted from the facts: the lowest first, what goes before it over it."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from tests.simulated.beliefs import MINUTES, Beliefs, Body, Turn, said_minute, span_of

Minutes = npt.NDArray[np.int8]
Span = tuple[int, int]
KINDS: Final = ("off", "tour", "hold-over", "call-in", "court", "detail", "extra-duty", "training", "travel")
TOUR, OVER, CALLED, DETAIL = 1, 2, 3, 5
ELSEWHERE: Final = ("court", "training")
KEPT: Final = ("tour", *ELSEWHERE)


def signed(beliefs: Beliefs, member: str, at: int = MINUTES) -> list[Body]:
    """The signings of a member by an instant, in order of time."""
    found = [s for s in beliefs.mine(member, "signing") if said_minute(s, "at") <= at]
    return sorted(found, key=lambda s: (said_minute(s, "at"), s["kind"] != "off", s["seq"]))


def stretches(signings: Sequence[Body], until: int) -> Iterator[tuple[int, int, str, str]]:
    """Duty that was signed, from when to when, how, and for which unit; what was not signed off lasts."""
    for n, s in enumerate(signings):
        end = said_minute(signings[n + 1], "at") if n + 1 < len(signings) else until
        if s["kind"] != "off" and end > said_minute(s, "at"):
            yield said_minute(s, "at"), end, s["kind"], s["unit"]


def worked(beliefs: Beliefs, member: str, at: int = MINUTES) -> Minutes:
    """The kind of duty of every minute, as it was and is planned at an instant: whoever is on duty then is off at the
    end of the tour that runs, or at once."""
    turns, signings = beliefs.turns(member), signed(beliefs, member, at)
    until = max([t.end for t in turns if t.start <= at < t.end], default=at)
    minutes = np.zeros(MINUTES, np.int8)
    records, gone = beliefs.mine(member, "time_record"), away(beliefs, member)
    kept = [span_of(r) for r in records if r["kind"] in KEPT]
    offs = [said_minute(s, "at") for s in signings if s["kind"] == "off"]
    if signings and signings[-1]["kind"] != "off" and until < MINUTES:
        offs.append(until)
    for turn in turns:
        if not any(a < turn.end and b > turn.start for a, b in kept):
            _paint_turn(minutes, turn, offs, gone, beliefs.mine(member, "absence"))
    for r in records:
        a, b = span_of(r)
        minutes[a:b] = KINDS.index(r["kind"])
    for a, b, how, unit in stretches(signings, until):
        _paint_signed(minutes, (a, b), how, [t for t in turns if t.start < b and t.end > a - 1], unit)
    return minutes


def away(beliefs: Beliefs, member: str) -> list[Span]:
    """When a member is absent, whatever for."""
    return [span_of(a) for a in beliefs.mine(member, "absence")]


def _paint_turn(
    minutes: Minutes, turn: Turn, offs: Sequence[int], gone: Sequence[Span], absences: Sequence[Body]
) -> None:
    stop = min([off for off in offs if turn.start <= off < turn.end], default=turn.end)
    here = np.zeros(turn.end - turn.start, np.int8)
    here[: stop - turn.start] = TOUR
    for a, b in gone:
        here[max(a - turn.start, 0) : max(b - turn.start, 0)] = 0
    for absence in absences:
        if absence["kind"] in ELSEWHERE:
            a, b = span_of(absence)
            here[max(a - turn.start, 0) : max(b - turn.start, 0)] = KINDS.index(absence["kind"])
    there = minutes[turn.start : turn.end]
    there[here > 0] = here[here > 0]


def _paint_signed(minutes: Minutes, span: Span, how: str, turns: Sequence[Turn], unit: str) -> None:
    """A tour where the schedule has one there; after one, or where it was signed so, held over; else called in."""
    start, end = span
    minutes[start:end] = OVER if how == "held-over" else CALLED
    ended = [t.end for t in turns if start <= t.end < end]
    if ended:
        minutes[min(ended) : end] = OVER
    for turn in turns:
        minutes[max(turn.start, start) : min(turn.end, end)] = TOUR if turn.unit == unit else DETAIL


def runs(minutes: npt.NDArray[np.bool_]) -> list[Span]:
    """Where something is so, as spans."""
    edges = np.flatnonzero(np.diff(minutes.astype(np.int8), prepend=0, append=0))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def duties(minutes: npt.NDArray[np.bool_], break_minutes: int) -> list[Span]:
    """Duties with no break inside as long as that."""
    found: list[Span] = []
    for a, b in runs(minutes):
        if found and a - found[-1][1] < break_minutes:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return found
