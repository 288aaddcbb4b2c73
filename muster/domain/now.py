"""What a watch commander sees at a glance: each unit with its watch, its work and its cover, the worst first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from muster.domain.force import Unit
from muster.domain.force_duty import DutyState
from muster.domain.instants import span_text
from muster.domain.message import about
from muster.domain.taskings import Tasking
from muster.domain.watch import Watch

State = Literal["wrong", "caution", "waiting", "well"]
WORST_FIRST: Final[tuple[State, ...]] = ("wrong", "caution", "waiting", "well")
FEW: Final = 0.75
"""Fewer than this share of the minimum is wrong, and not only a caution: our choice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a unit that somebody should know, in a sentence for everybody. ``about``: what it is about, for
    those who may read what goes on in the unit; empty where there is no more to say."""

    state: State
    says: str
    about: str = ""

    def told(self, sees: bool) -> str:
        """The sentence, and for whoever ``sees`` the unit what it is about."""
        return f"{self.says} {self.about[:1].upper()}{self.about[1:]}." if sees and self.about else self.says


@dataclass(frozen=True, slots=True)
class Count:
    """How many are on duty now of whom the cover of a running tour asks for, and how many it asks for at least."""

    tour: str
    who: str
    have: int
    minimum: int

    @property
    def short(self) -> int:
        """How many are missing to the minimum."""
        return max(0, self.minimum - self.have)


@dataclass(frozen=True, slots=True)
class Work:
    """The open taskings of a unit: past their deadline or asked in vain, waiting to be accepted, accepted."""

    late: tuple[Tasking, ...] = ()
    waiting: tuple[Tasking, ...] = ()
    owned: tuple[Tasking, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitNow:
    """A unit at an instant. ``office``: what the position in command is called, and ``holder`` the duty of whoever has
    it; None for nobody. ``findings``: the worst first."""

    unit: Unit
    watch: Watch
    office: str | None
    holder: DutyState | None
    work: Work
    cover: tuple[Count, ...]
    findings: tuple[Finding, ...]

    @property
    def state(self) -> State:
        """The worst that is found of it."""
        return self.findings[0].state if self.findings else "well"

    @property
    def least(self) -> Count | None:
        """The count that is furthest below its minimum, else the first; None where no cover is asked for."""
        return max(self.cover, key=lambda c: c.short, default=None)


@dataclass(frozen=True, slots=True)
class Now:
    """All units at an instant, by name, as far as fact ``seq``; ``known_at`` None: as believed now."""

    at: datetime
    known_at: datetime | None
    seq: int
    zone: str
    units: tuple[UnitNow, ...]

    @property
    def edition(self) -> str:
        """Which answer for now this is."""
        return edition(self.seq, self.at)

    def of(self, state: State) -> list[UnitNow]:
        """The units in this state, by name."""
        return [u for u in self.units if u.state == state]

    @property
    def says(self) -> str:
        """The one sentence that answers: who has it, and what is waiting?"""
        watched = sum(u.watch.in_command is not None for u in self.units)
        work = work_says(sum(len(u.work.late) for u in self.units), sum(len(u.work.waiting) for u in self.units))
        return f"{watched} of {_many(len(self.units), 'unit')} {'has' if watched == 1 else 'have'} a watch. {work}"

    @property
    def because(self) -> str:
        """What is wrong, in a second sentence; empty where nothing is."""
        wrong = [f"{u.unit.name}: {u.findings[0].says}" for u in self.of("wrong")]
        more = f" And {_many(len(wrong) - 3, 'unit')} more." if len(wrong) > 3 else ""
        return " ".join(wrong[:3]) + more


def edition(seq: int, at: datetime) -> str:
    """The name of the answer for now as far as fact ``seq``: it holds until more is recorded, for a minute at most."""
    return f"{seq}-{int(at.timestamp() // 60)}"


def work_says(late: int, waiting: int) -> str:
    """How many taskings are late and how many wait for an answer, in a sentence."""
    return " ".join(part for part in (_late(late), _waiting(waiting)) if part) or "Nothing waits."


def _late(late: int) -> str:
    return f"{_many(late, 'tasking')} {'is' if late == 1 else 'are'} late." if late else ""


def _waiting(waiting: int) -> str:
    return f"{_many(waiting, 'tasking')} {'waits' if waiting == 1 else 'wait'} for an answer." if waiting else ""


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def work_of(taskings: Iterable[Tasking], in_vain: Iterable[str], at: datetime) -> Work:
    """The open taskings of a unit. ``in_vain``: those for which everybody was asked once and nobody accepted."""
    late, waiting, owned, asked = [], [], [], set(in_vain)
    for tasking in taskings:
        if tasking.accepted_by is not None and not tasking.offered_to:
            owned.append(tasking)
        elif tasking.tasking in asked or (tasking.deadline is not None and tasking.deadline <= at):
            late.append(tasking)
        else:
            waiting.append(tasking)
    return Work(tuple(late), tuple(waiting), tuple(owned))


def findings_of(watch: Watch, work: Work, cover: Sequence[Count]) -> tuple[Finding, ...]:
    """What somebody should know of a unit, the worst first; what is equally bad in the order watch, work, cover."""
    found = [*_of_watch(watch, cover), *_of_work(work, watch.at), *_of_cover(cover)]
    return tuple(sorted(found, key=lambda f: WORST_FIRST.index(f.state)))


def _of_watch(watch: Watch, cover: Sequence[Count]) -> Iterator[Finding]:
    if watch.in_command is None:
        yield Finding("wrong", "NOBODY can take the watch.")
        return
    if watch.relief_overdue_since is not None:
        yield Finding(
            "wrong", f"Relief of the watch is overdue for {span_text(watch.at - watch.relief_overdue_since)}."
        )
    elif watch.relief_owed_since is not None:
        yield Finding("caution", f"Relief of the watch is owed for {span_text(watch.at - watch.relief_owed_since)}.")
    if watch.due is None:
        yield Finding("wrong", "Nobody is due to take the watch next.")
    elif watch.due.member != watch.in_command.member:
        yield Finding("caution", f"{watch.due.position} is due in the place of {watch.in_command.position}.")
    if cover and watch.in_command.capacity in ("parent", "duty-chief"):
        yield Finding("caution", f"Nobody of the unit can take the watch: {watch.in_command.position} has it.")
    yield from (Finding("caution", f"{position} is vacant.") for position in watch.vacant)


def _of_work(work: Work, at: datetime) -> Iterator[Finding]:
    for tasking in work.late:
        by = "" if tasking.deadline is None or tasking.deadline > at else f" by {span_text(at - tasking.deadline)}"
        asked = ", ".join(tasking.offered_to or (tasking.owner,))
        yield Finding("wrong", f"A tasking is late{by}. Asked: {asked}.", _named(tasking))
    for tasking in work.waiting:
        asked = ", ".join(tasking.offered_to or (tasking.owner,))
        yield Finding("waiting", f"A tasking waits for {asked}.", _named(tasking))


def _named(tasking: Tasking) -> str:
    """What a tasking is about, with its name: that too tells of it, as who is to be relieved."""
    return f"{about(tasking).rstrip('.')} ({tasking.tasking})"


def _of_cover(cover: Sequence[Count]) -> Iterator[Finding]:
    for count in cover:
        if count.short:
            state: State = "wrong" if count.have < FEW * count.minimum else "caution"
            yield Finding(state, f"{count.who} on tour {count.tour}: {count.have} of {count.minimum}.")
