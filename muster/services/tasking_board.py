"""Open taskings as a board: late first, then those that wait for an answer, then those that somebody has taken on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from muster.domain.contact import Contact
from muster.domain.errors import Unknown
from muster.domain.escalation import Escalation
from muster.domain.message import KEPT_BACK
from muster.domain.now import work_of
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.entitled import top_of
from muster.services.names import Names

Standing = Literal["late", "waiting", "owned", "closed"]
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who reads taskings: the member and the positions that they hold, the units of which they may read what
    goes on, and those that they command."""

    member: str | None
    offices: frozenset[str]
    sees: frozenset[str]
    commands: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A tasking on the board, as its reader may read it. ``owner`` and ``asked`` are offices in words; ``has``: who
    accepted it; ``due``: its deadline; ``mine``: it concerns the reader; ``answer_due``: when the next is asked."""

    tasking: Tasking
    standing: Standing
    where: str
    owner: str
    asked: tuple[str, ...]
    has: str | None
    left: timedelta | None
    answer_due: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Board:
    """All of it at an instant, as far as fact ``seq``."""

    at: datetime
    seq: int
    lines: tuple[Line, ...]

    def of(self, standing: Standing) -> list[Line]:
        """The lines in this standing, by deadline, then by owner."""
        return [line for line in self.lines if line.standing == standing]

    def mine(self) -> "Board":
        """Those alone that concern the reader."""
        return replace(self, lines=tuple(line for line in self.lines if line.mine))

    def of_owner(self, position: str) -> "Board":
        """Those alone that this position owns."""
        return replace(self, lines=tuple(line for line in self.lines if line.tasking.owner == position))

    def by_deadline(self) -> tuple[Line, ...]:
        """All lines by deadline, whatever their standing; where none was given it is when it was received: now."""
        return tuple(sorted(self.lines, key=lambda line: _order(line)[1:]))


def units_of(tasking: Tasking, words: Names) -> set[str]:
    """The units that a tasking is about: where it is, to which it belongs, and those of all who have to do with it."""
    named = (tasking.owner, *tasking.offered_to, *tasking.told, tasking.giver, tasking.receiver)
    return {tasking.place, tasking.competent_unit, *(words.unit_of(name) or "" for name in named if name)} - {""}


def may_see(tasking: Tasking, words: Names, who: Who) -> bool:
    """Whether somebody may read a tasking."""
    return who.member is not None and (
        who.member == tasking.accepted_by or not who.sees.isdisjoint(units_of(tasking, words))
    )


def must_see(views: Views, name: str, who: Who, known_at: datetime | None = None) -> Tasking:
    """The tasking, as known at an instant. Raises ``Unknown``, as ``not_there``."""
    tasking = views.row(Tasking, name, known_at=known_at)
    if tasking is None or not may_see(tasking, Names(views, known_at), who):
        raise not_there(views, name)
    return tasking


def not_there(views: Views, name: str) -> Unknown:
    """The refusal of a tasking, in the same words for one that is not there and one that whoever asks may not read: its
    name may tell what it is about, as of who is to be relieved."""
    return Unknown(
        f"tasking {name[:80]!r}: there is none that you may read. A tasking is for those who serve in the units that "
        f"it is about, or hold a position there or above; {top_of(views)} can show it to you, or appoint you"
    )


def is_mine(tasking: Tasking, who: Who, asked: Collection[str] = ()) -> bool:
    """Whether it concerns somebody: they have it, or hold a position that owns it or to which it is offered.
    ``asked``: the members whose answer is waited for."""
    concerned = not who.offices.isdisjoint((tasking.owner, *tasking.offered_to))
    return who.member is not None and (concerned or who.member == tasking.accepted_by or who.member in asked)


def as_read(tasking: Tasking, who: Who) -> Tasking:
    """The tasking without what touches health and rest where somebody may not read that: the hours of whoever is to be
    relieved, why somebody leaves. Whoever has to decide it reads it in full."""
    kept_back = KEPT_BACK.get(tasking.kind)
    units = (tasking.competent_unit, tasking.place)
    if (
        kept_back is None
        or is_mine(tasking, who)
        or who.member == tasking.relieves
        or not who.commands.isdisjoint(units)
    ):
        return tasking
    return replace(tasking, what=kept_back)


@dataclass(frozen=True, slots=True)
class OpenTaskings:
    """The open taskings of the force, the searches for somebody who accepts them, and what all that they name is
    called: the same for everybody who has a board."""

    taskings: Sequence[Tasking]
    searches: Sequence[Escalation]
    words: Names


def open_taskings(views: Views, known_at: datetime | None = None) -> OpenTaskings:
    """What boards are made of, as known at an instant."""
    words = Names(views, known_at)
    rows = views.rows(Tasking, known_at=known_at, result=None)
    words.read({p for t in rows for p in (t.owner, *t.offered_to, *t.told, t.giver, t.receiver) if p})
    return OpenTaskings(rows, views.rows(Escalation, known_at=known_at, tasking={t.tasking for t in rows}), words)


def board(views: Views, there: OpenTaskings, who: Who, at: datetime, known_at: datetime | None = None) -> Board:
    """The open taskings that somebody may read, at an instant, as known at another."""
    seen = [t for t in there.taskings if t.received_at <= at and may_see(t, there.words, who)]
    lines = lines_of(seen, there.words, there.searches, _asked(views, seen, who, known_at), who, at)
    return Board(at, views.head()[0], tuple(sorted(lines, key=_order)))


def _asked(views: Views, seen: Sequence[Tasking], who: Who, known_at: datetime | None) -> set[str]:
    """The taskings about which the reader was asked."""
    if who.member is None:
        return set()
    asked = views.rows(Contact, known_at=known_at, member=who.member, purpose="decide")
    return {c.subject for c in asked if c.answer is None} & {t.tasking for t in seen}


def lines_of(
    taskings: Sequence[Tasking],
    words: Names,
    searches: Iterable[Escalation],
    asked: Collection[str],
    who: Who,
    at: datetime,
) -> list[Line]:
    """A line for each of these taskings."""
    by_name = {e.tasking: e for e in searches}
    work = work_of(taskings, [e.tasking for e in by_name.values() if e.runs and e.round > 1], at)
    groups: tuple[tuple[Standing, Sequence[Tasking]], ...] = (
        ("late", work.late),
        ("waiting", work.waiting),
        ("owned", work.owned),
    )
    standing = {t.tasking: name for name, group in groups for t in group}
    found = []
    for tasking in taskings:
        search = by_name.get(tasking.tasking)
        mine = is_mine(tasking, who) or (tasking.accepted_by is None and tasking.tasking in asked)
        found.append(
            Line(
                tasking=as_read(tasking, who),
                standing=standing[tasking.tasking] if tasking.is_open else "closed",
                where=words.unit(tasking.place),
                owner=words.office(tasking.owner),
                asked=tuple(words.office(p) for p in tasking.offered_to),
                has=tasking.accepted_by,
                left=None if tasking.deadline is None else tasking.deadline - at,
                answer_due=search.due_at if search is not None and search.runs else None,
                mine=mine,
            )
        )
    return found


def _order(line: Line) -> tuple[int, datetime, str, str]:
    place = ("late", "waiting", "owned", "closed").index(line.standing)
    return place, line.tasking.deadline or line.tasking.received_at, line.tasking.owner, line.tasking.tasking
