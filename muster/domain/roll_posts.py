"""What a roll makes of a tour: who fills its positions, who supervises whom, and what the cover asks for."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from muster.domain.candidates import holders, positions_of
from muster.domain.cover import Cover
from muster.domain.force import Position
from muster.domain.roll_calls import Line
from muster.domain.span import SpanLimit
from muster.domain.supervision import supervisor_of
from muster.domain.watch import Watches


@dataclass(frozen=True, slots=True)
class Post:
    """A tour position: how many the cover wants at least (None: it does not say), who fills it of those there, who of
    its holders is still to come, who was to be there and is not, and who of those there could fill it where nobody does
    or will; None: nobody."""

    position: str
    title: str
    wanted: int | None
    filled: tuple[str, ...]
    to_come: tuple[str, ...]
    missing: tuple[str, ...]
    instead: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it is to be filled on this tour, and nobody does or will."""
        return not self.filled and not self.to_come and bool(self.wanted or self.missing)


@dataclass(frozen=True, slots=True)
class Count:
    """What the cover asks for, of whom. ``there``: have come, those held over included; ``to_come``: are on the
    schedule, and nobody has said yet."""

    who: str
    minimum: int
    target: int
    there: int
    to_come: int

    @property
    def short(self) -> int:
        """Members missing from the minimum, should everybody come who is still to."""
        return max(0, self.minimum - self.there - self.to_come)


@dataclass(frozen=True, slots=True)
class Supervision:
    """One supervisor, None for nobody, with everybody who answers to them on this tour. ``part``: in what part, or
    parts, they supervise."""

    supervisor: str | None
    part: str
    members: tuple[str, ...]
    limit: SpanLimit

    @property
    def is_kept(self) -> bool:
        """Whether there is a supervisor, with no more members than the limit allows."""
        return self.supervisor is not None and len(self.members) <= self.limit.most

    @property
    def more_needed(self) -> int:
        """How many supervisors more would keep the span, if their members are shared out."""
        return -(-len(self.members) // self.limit.most) - (self.supervisor is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides who may stand in: the standing of a rank, by member and by the lowest rank of a position, and since
    when each is in the force."""

    members: Mapping[str, int]
    positions: Mapping[str, int]
    joined: Mapping[str, date]


def posts_of(
    watches: Watches, unit: str, lines: Sequence[Line], covers: Collection[Cover], standing: Standing
) -> list[Post]:
    """The tour positions of the unit that this tour has or needs, in the unit's order."""
    here = [line.member for line in lines if line.is_here]
    coming = {line.member for line in lines if line.is_to_come}
    away = {line.member for line in lines if line.planned} - {*here, *coming}
    titles = watches.snapshot.titles
    own = [p for p in positions_of(watches.moment, unit) if titles[p.title].kind == "tour"]
    held = {p.position: [a.member for a in holders(watches.moment, p.position)] for p in own}
    wanted = {c.who: c.minimum for c in covers}
    order = _in_order(own, held, here, standing)

    def _split(of: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        filled, to_come, missing = (tuple(m for m in of if m in some) for some in (here, coming, away))
        return filled, to_come, missing

    posts = [Post(p.position, titles[p.title].name, wanted.get(p.position), *_split(held[p.position])) for p in own]
    busy = {post.filled[0] for post in posts if len(post.filled) == 1}
    found = []
    for p, post in zip(own, posts, strict=True):
        instead = next(_stand_ins(p, order, busy, standing), None) if post.is_empty else None
        busy |= {instead} if instead else set()
        found.append(replace(post, instead=instead))
    return [p for p in found if p.filled or p.to_come or p.is_empty]


def _in_order(
    own: Sequence[Position], held: Mapping[str, Sequence[str]], here: Sequence[str], standing: Standing
) -> list[str]:
    """Those there by the unit's own order: holders of its tour positions in theirs, then by rank and time in the
    force."""
    orders = {m: p.order for p in reversed(own) for m in held[p.position]}
    last = 1 + max(orders.values(), default=0)
    return sorted(
        here,
        key=lambda m: (orders.get(m, last), -standing.members.get(m, 0), standing.joined.get(m, date.max), m),
    )


def _stand_ins(position: Position, order: Sequence[str], busy: Collection[str], standing: Standing) -> Iterator[str]:
    """Who has the rank for a position, those first who leave no other one empty."""
    least = standing.positions.get(position.position, 0)
    able = [m for m in order if standing.members.get(m, 0) >= least]
    yield from (m for m in able if m not in busy)
    yield from (m for m in able if m in busy)


def supervisions(watches: Watches, lines: Sequence[Line], limit: SpanLimit) -> list[Supervision]:
    """Who answers to whom of those who are there or still to come, as duty stands at the instant of the watches."""
    groups: dict[str | None, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        if line.is_here or line.is_to_come:
            found = supervisor_of(watches, line.member)
            groups[found.member if found else None].append((line.member, found.part if found else "nobody"))
    return [
        Supervision(name, " and ".join(dict.fromkeys(part for _, part in of)), tuple(m for m, _ in of), limit)
        for name, of in sorted(groups.items(), key=lambda each: each[0] or "")
    ]


def counted(covers: Sequence[Cover], lines: Sequence[Line], counts: Mapping[str, Collection[str]]) -> list[Count]:
    """What the cover of the tour asks for, and what is there of it. ``counts``: as what each member counts."""
    found = []
    for c in covers:
        of = [line for line in lines if c.who in counts.get(line.member, ())]
        there, to_come = sum(line.is_here for line in of), sum(line.is_to_come for line in of)
        found.append(Count(c.who, c.minimum, c.target, there, to_come))
    return found
