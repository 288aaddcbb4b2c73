"""Whom a tasking is brought to: the chain of positions, frozen at first, and who of them can be asked at an instant."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.candidates import candidates
from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.moment import Moment
from muster.domain.passing import Holder, Passed, weigh
from muster.domain.presence import holds
from muster.domain.routing import next_able, rank_of
from muster.domain.rules import protected_until
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches

Ways = Callable[[str], Sequence[str]]
"""The channels on which a member can be reached, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A position that was passed over at a step, and why, as everybody may read it."""

    position: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """Who is to be asked next; ``holder`` None: the chain is at its end. ``place`` is where to go on afterwards;
    ``woken``: at rest or off duty, and asked because nobody else decided."""

    holder: Holder | None
    place: int
    woken: bool
    skipped: tuple[Skipped, ...]


def chain_of(watches: Watches, tasking: Tasking, standing: int | None) -> tuple[str, ...]:
    """The positions a tasking is brought to, in order, each once: those to whom it was given, the last first; its
    owner; then, from the competent unit up to the top of the force, those who may decide. ``standing``: what a tour
    title needs to decide the matter; None: no tour position may. What has no matter goes in the order of the watch."""
    found = [*reversed(tasking.offered_to), tasking.owner]
    for level in watches.snapshot.path_up(tasking.competent_unit):
        if not level.civil:
            found += _of_level(watches, level.unit, tasking.matter is not None, standing)
    return tuple(p for p in dict.fromkeys(found) if not _is_relieved(watches, p, tasking.relieves))


def _is_relieved(watches: Watches, position: str, relieves: str | None) -> bool:
    """Whether the member to be relieved holds the position, and nobody else does."""
    held = {c.appointment.member for c in watches.of_position(position) if c.appointment is not None}
    return held == {relieves}


def _of_level(watches: Watches, unit: str, by_rank: bool, standing: int | None) -> list[str]:
    """The positions of one level: by rank for a matter, without those who may not decide it."""
    may = list(candidates(watches.moment, unit))
    if by_rank:
        ranked = [(rank, c) for c in may if (rank := rank_of(watches, c, standing)) is not None]
        may = [c for _, c in sorted(ranked, key=lambda pair: pair[0])]
    return [c.position.position for c in may]


def first_due(watches: Watches, tasking: Tasking, position: str) -> datetime:
    """When the first of the chain is to be asked: now, or at the next duty of its holder where that is early enough."""
    at = watches.moment.at
    if tasking.deadline is None:
        return at
    when = [next_able(watches, c, tasking.competent_unit, tasking.deadline) for c in watches.of_position(position)]
    return min((w for w in when if isinstance(w, datetime)), default=at)


def next_asked(watches: Watches, escalation: Escalation, unit: str, ways: Ways, relieves: str | None = None) -> Found:
    """Who is asked next, from the escalation's place in its chain on. Nobody is asked twice in one round, nor to
    relieve themselves."""
    skipped: list[Skipped] = []
    for place in range(escalation.place, len(escalation.chain)):
        position = escalation.chain[place]
        passed = list[str]()
        for answer in _weighed(watches, position, unit, escalation.wakes):
            if isinstance(answer, Passed):
                passed.append(f"{answer.member}: {answer.public}" if answer.member else answer.public)
            elif answer[0].member == relieves:
                passed.append(f"{relieves}: is to be relieved")
            elif answer[0].member in escalation.asked:
                passed.append(f"{answer[0].member}: asked already")
            elif not ways(answer[0].member):
                passed.append(f"{answer[0].member}: has no contact point")
            else:
                return Found(answer[0], place + 1, answer[1], tuple(skipped))
        skipped.append(Skipped(position, "; ".join(dict.fromkeys(passed)) or "nobody holds it"))
    return Found(None, len(escalation.chain), False, tuple(skipped))


def may_be_asked(watches: Watches, unit: str, ways: Ways) -> Iterator[tuple[Position, str]]:
    """The command and tour positions of a unit with a holder who can be asked now, in order, each once."""
    seen = set[str]()
    for candidate in candidates(watches.moment, unit):
        position = candidate.position
        if position.unit == unit and position.position not in seen:
            found = weigh(watches.moment, candidate, unit, entitled=True)
            if isinstance(found, Holder) and ways(found.member):
                seen.add(position.position)
                yield position, found.member


def _weighed(watches: Watches, position: str, unit: str, wakes: bool) -> Iterator[tuple[Holder, bool] | Passed]:
    """Each holder of the position as somebody who can be asked, with whether they are woken; or why not."""
    moment, titles = watches.moment, watches.snapshot.titles
    for candidate in watches.of_position(position):
        answer = weigh(moment, candidate, unit, entitled=True)
        if isinstance(answer, Holder):
            yield answer, False
        elif wakes and titles[candidate.position.title].kind == "command" and may_be_woken(moment, answer):
            yield Holder(str(answer.member), position, candidate.position.unit, candidate.capacity, "woken"), True
        else:
            yield answer


def may_be_woken(moment: Moment, passed: Passed) -> bool:
    """Whether somebody passed over only because they are off duty or at rest can decide when they are woken."""
    if passed.why not in ("off", "protected-rest") or passed.member is None:
        return False
    said = moment.file(passed.member).reachability
    unfit = any(b.level == "unfit" for b in moment.fitness(passed.member).breaches)
    return not unfit and not any(r.kind == "unreachable" and holds(r, moment.at) for r in said)


def rests_until(moment: Moment, member: str) -> datetime | None:
    """Until when a member off duty is in protected rest; None for one who is not."""
    if moment.status(member).state == "on-duty":
        return None
    s = moment.snapshot
    return protected_until(moment.file(member), s.schedule, s.profile, moment.at)
