"""Ways to break the protocol on purpose, each with what the check must say about it, and after how many moves."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from muster.domain import asking, escalating, following
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from muster.ports import Due, Message
from muster.services import answers, sending
from tests.protocol.memory import Kept
from tests.protocol.scopes import (
    ACCEPTED,
    BOTH,
    D1_ACCEPTS,
    D1_CLOSES,
    D1_OFFERS,
    D1_REFUSES,
    DESK_AND_CHIEF,
    DESK_AND_RESTING,
)
from tests.protocol.states import Scope
from tests.protocol.stations import received

Patch = pytest.MonkeyPatch
START: Final = received(DESK_AND_CHIEF, "T1")
QUIET: Final = Scope(DESK_AND_CHIEF, START)
ANSWERED: Final = replace(QUIET, acts=1, words=BOTH)
KILLED: Final = replace(QUIET, workers=2, faults=1)


@dataclass(frozen=True, slots=True)
class Saboteur:
    """``breaks``: puts something else in the place of a part and returns the world in which that shows; ``found``: what
    is then wrong, on a shortest path of so many moves."""

    does: str
    found: str
    after: int
    breaks: Callable[[Patch], Scope]


def _nothing(*_: Any, **__: Any) -> list[Fact]:
    return []


def acceptance_ends_nothing(patch: Patch) -> Scope:
    patch.setattr(Escalation, "answered", _nothing)
    return ANSWERED


def claims_ignore_leases(_: Patch) -> Scope:
    return replace(QUIET, workers=2, leases=False)


def claims_forget(patch: Patch) -> Scope:
    """What is claimed is taken off the due table, as from a queue."""
    claimed = Kept.claimed

    def take(kept: Kept, noun: str, *how: Any) -> tuple[Kept, tuple[Due, ...]]:
        after, due = claimed(kept, noun, *how)
        return after._replace(timers=tuple(t for t in after.timers if t.key not in {d.key for d in due})), due

    patch.setattr(Kept, "claimed", take)
    return KILLED


def steps_stay_where_they_are(patch: Patch) -> Scope:
    def stays(*given: Any) -> asking.Found:
        found = asking.next_asked(*given)
        return replace(found, place=0)

    patch.setattr(escalating, "next_asked", stays)
    return QUIET


def steps_leave_somebody_out(patch: Patch) -> Scope:
    def hides(*given: Any) -> asking.Found:
        return replace(asking.next_asked(*given), skipped=())

    patch.setattr(escalating, "next_asked", hides)
    return QUIET


def outcomes_are_recorded_twice(patch: Patch) -> Scope:
    patch.setattr(sending, "_is_news", lambda *_: True)
    return KILLED


def refusal_leaves_nobody_sought(patch: Patch) -> Scope:
    patch.setattr(following, "_refused", _nothing)
    return replace(QUIET, acts=2, outside=(D1_ACCEPTS, D1_REFUSES))


def refusal_keeps_the_acceptance(patch: Patch) -> Scope:
    after = Tasking.after.__func__  # type: ignore[attr-defined]

    def keeps(cls: type[Tasking], before: Tasking | None, verb: str, body: Any) -> Tasking | None:
        now: Tasking | None = after(cls, before, verb, body)
        return replace(now, accepted_by=before.accepted_by) if before and now and verb == "refused" else now

    patch.setattr(Tasking, "after", classmethod(keeps))
    return replace(QUIET, acts=2, outside=(D1_ACCEPTS, D1_REFUSES))


def taking_it_back_changes_nothing(patch: Patch) -> Scope:
    """As it was before: who has it already accepts, and that is nothing new, though others are asked."""
    accept = Tasking.accept
    patch.setattr(Tasking, "accept", lambda tasking, *given, **_: accept(tasking, *given))
    start = received(DESK_AND_RESTING, "T1")
    return replace(QUIET, force=DESK_AND_RESTING, start=start, acts=3, outside=(D1_ACCEPTS, D1_OFFERS))


def closing_spares_nobody(patch: Patch) -> Scope:
    patch.setattr(following, "_spared", _nothing)
    return replace(QUIET, acts=1, outside=(D1_CLOSES,))


def repeats_are_not_marked(patch: Patch) -> Scope:
    def plain(*given: Any) -> Message:
        return Message(*given[:5])

    patch.setattr(sending, "Message", plain)
    return KILLED


def the_end_of_the_chain_is_silent(patch: Patch) -> Scope:
    patch.setattr(escalating, "_chain_ended", _nothing)
    return QUIET


def steps_are_the_last(patch: Patch) -> Scope:
    event = Escalation.event

    def ends(search: Escalation, verb: str, at: Any, due_at: Any = None, **more: Any) -> Fact:
        return event(search, verb, at, None if verb == "stepped" else due_at, **more)

    patch.setattr(Escalation, "event", ends)
    return QUIET


def whoever_accepts_last_has_it(patch: Patch) -> Scope:
    patch.setattr(answers, "must_be_free", _nothing)
    patch.setattr(Tasking, "_must_concern", _nothing)
    return replace(QUIET, acts=2, words=(ACCEPTED,))


def nobody_is_told_who_has_it(patch: Patch) -> Scope:
    patch.setattr(following, "_notice", _nothing)
    return replace(QUIET, acts=1, words=(ACCEPTED,))


SABOTEURS: Final = (
    Saboteur("an acceptance does not end the search", "D1 has T1, and somebody is sought", 6, acceptance_ends_nothing),
    Saboteur("a claim ignores running leases", "is sent twice, and no lease has run out", 8, claims_ignore_leases),
    Saboteur("what is claimed is taken off the due table", "waits, and nothing is due", 1, claims_forget),
    Saboteur("a step does not advance the place", "and the next is not who comes after", 2, steps_stay_where_they_are),
    Saboteur("a step passes over somebody in silence", "next in the chain were", 9, steps_leave_somebody_out),
    Saboteur("what another recorded is recorded again", "is recorded as", 11, outcomes_are_recorded_twice),
    Saboteur("a refusal leaves nobody sought", "nobody has it, and nobody is sought", 2, refusal_leaves_nobody_sought),
    Saboteur(
        "who refuses is believed to have it still",
        "nobody has it, and nobody is sought",
        2,
        refusal_keeps_the_acceptance,
    ),
    Saboteur("taking it back ends no search", "D1 has T1, and somebody is sought", 3, taking_it_back_changes_nothing),
    Saboteur("closing leaves contacts waiting", "somebody will still be asked", 3, closing_spares_nobody),
    Saboteur("a repeat is not marked", "neither says that it is a repeat", 9, repeats_are_not_marked),
    Saboteur("the end of the chain is silent", "it goes round in circles", 24, the_end_of_the_chain_is_silent),
    Saboteur("no step comes after a step", "waits, and nothing is due", 2, steps_are_the_last),
    Saboteur("whoever accepts last has it", "and H1 is told to have it", 14, whoever_accepts_last_has_it),
    Saboteur("nobody is told who has it", "is not told who has it", 13, nobody_is_told_who_has_it),
)
"""All of them."""
