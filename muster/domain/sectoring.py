"""Who is sent to which sector of a tour: each sector its least in order, then up to its most round by round."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from muster.domain.sectors import Sector
from muster.domain.span import SpanLimit

_Moves = tuple[int, int, tuple[tuple[str, str], ...]]
"""What moves of members cost, how many they are, and whom they take where."""
MOST_TRIED: Final = 12
"""Of more parts of sectors than these not all ways are tried in which supervisors could have them."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who can be sent to a sector. ``standing``: of their rank; ``had``: the sector they had on this tour
    last, None for none; ``stands``: they have it since this very tour began; ``by_hand``: somebody sent them there."""

    member: str
    standing: int = 0
    qualifications: frozenset[str] = frozenset()
    had: str | None = None
    stands: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A sector with those who are sent there. ``supervisors``: who supervises it, empty for nobody; ``says``: why it
    has fewer than its least, empty where it has them; ``by_hand`` and ``kept``: who was sent there by name, and who had
    it before; ``gone``: who is there no longer."""

    sector: str
    least: int
    most: int
    members: tuple[str, ...]
    supervisors: tuple[str, ...] = ()
    says: str = ""
    by_hand: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def takes(self) -> str:
        """How many members it takes, in words."""
        return str(self.most) if self.least == self.most else f"{self.least} to {self.most}"

    @property
    def short(self) -> int:
        """How many members are missing from its least."""
        return max(0, self.least - len(self.members) + len(self.gone))


class _Seating:
    """Sectors as they fill. Whoever is settled stays; the others may still be moved to make room, at the least cost: as
    many as can be have the sector that they had before."""

    def __init__(self, sectors: Sequence[Sector], hands: Sequence[Hand], standings: Mapping[str, int]) -> None:
        self._hands = {h.member: h for h in hands}
        self._may = {h.member: {s.sector for s in sectors if _may(h, s, standings)} for h in hands}
        self._known = {s.sector for s in sectors}
        self.settled: dict[str, str] = {}
        self._seated: dict[str, str] = {}

    @property
    def places(self) -> dict[str, str]:
        """The sector of each member who has one."""
        return {**self.settled, **self._seated}

    def has(self, sector: str) -> int:
        """How many members the sector has."""
        return sum(place == sector for place in self.places.values())

    def free(self) -> list[str]:
        """Who has none, by name."""
        return [m for m in self._hands if m not in self.settled and m not in self._seated]

    def settle(self, member: str, sector: str) -> None:
        """The member has this sector whatever comes."""
        self.settled[member] = sector

    def may(self, member: str, sector: str) -> bool:
        """Whether the member has the rank and the qualification for it."""
        return sector in self._may[member]

    def add(self, sector: str) -> bool:
        """One more for the sector: somebody free, or somebody of another sector in whose place another goes. Returns
        whether there is anybody; no sector loses a member by it."""
        free = self.free()
        best: dict[str, _Moves] = {sector: (0, 0, ())} if free else {}
        for _ in self._known:
            known = dict(best)
            for to, before in known.items():
                for member, place in self._seated.items():
                    if place != to and self.may(member, to):
                        there = self._after(before, member, to, self._cost(member, place))
                        best[place] = min(there, best.get(place, there))
            if best == known:
                break  # no longer way is better
        ends = [self._after(b, m, to) for to, b in best.items() for m in free if self.may(m, to)]
        if ends:
            self._seated.update(min(ends)[2])
        return bool(ends)

    def _after(self, before: _Moves, member: str, to: str, left: int = 0) -> _Moves:
        cost, number, moves = before
        return cost + self._cost(member, to) - left, number + 1, (*moves, (member, to))

    def _cost(self, member: str, sector: str) -> int:
        had = self._hands[member].had
        return 0 if had == sector else 2 if had in self._known else 1


def _may(hand: Hand, sector: Sector, standings: Mapping[str, int]) -> bool:
    ranked = sector.rank is None or hand.standing >= standings.get(sector.rank, 0)
    return ranked and (sector.qualification is None or sector.qualification in hand.qualifications)


def assigned(sectors: Iterable[Sector], hands: Iterable[Hand], standings: Mapping[str, int]) -> dict[str, str]:
    """The sector of each member who is sent to one. ``standings``: of each rank.

    Whoever was sent by hand stays. Each sector gets its least, in order: of those for whom it is and who are not needed
    for one before it. Whoever has had their sector since the tour began keeps it, while it has room; the others fill
    what is left, round by round. Where nothing else decides, members have the sector that they had last, and then it
    goes by their names. The order in which sectors and members come makes no difference.
    """
    ordered = sorted(sectors, key=lambda s: (s.order, s.sector))
    people = sorted(hands, key=lambda h: h.member)
    seating = _Seating(ordered, people, standings)
    for hand in people:
        if hand.by_hand and hand.had is not None:
            seating.settle(hand.member, hand.had)
    _fill(seating, {s.sector: s.least for s in ordered})
    most = {s.sector: s.most for s in ordered}
    free = set(seating.free())
    for hand in people:
        had = hand.had
        keeps = hand.stands and hand.member in free and had in most and seating.may(hand.member, had)
        if keeps and had is not None and seating.has(had) < most[had]:
            seating.settle(hand.member, had)
    for more in range(1, 1 + max((s.most - s.least for s in ordered), default=0)):
        _fill(seating, {s.sector: min(s.least + more, s.most) for s in ordered})
    return seating.places


def _fill(seating: _Seating, wanted: Mapping[str, int]) -> None:
    """Each sector up to so many, in order, as far as there is anybody."""
    for sector, number in wanted.items():
        while seating.has(sector) < number and seating.add(sector):
            pass


def shared_out(numbers: Mapping[str, int], supervisors: Iterable[str], limit: SpanLimit) -> dict[str, tuple[str, ...]]:
    """Who supervises each sector with members, by name; ``numbers``: how many each has. One with more than the limit is
    cut into parts, as few as keep it. The largest part goes first, to whoever has fewest so far; where that gives
    somebody more than the limit and another way does not, that way."""
    people = sorted(supervisors)
    parts = sorted(_parts(numbers, limit.most), key=lambda part: (-part[1], part[0]))
    if not people or not parts:
        return {}
    loads = [0] * len(people)
    dealt = []
    for _, size in parts:
        dealt.append(loads.index(min(loads)))
        loads[dealt[-1]] += size
    if max(loads) > limit.most and len(parts) <= MOST_TRIED:
        dealt = _packed([size for _, size in parts], [0] * len(people), limit.most) or dealt
    found: dict[str, set[str]] = {}
    for (sector, _), n in zip(parts, dealt, strict=True):
        found.setdefault(sector, set()).add(people[n])
    return {sector: tuple(sorted(who)) for sector, who in found.items()}


def _parts(numbers: Mapping[str, int], most: int) -> Iterator[tuple[str, int]]:
    """Each sector with members in as few parts as have no more than the most, all of about one size."""
    for sector, number in numbers.items():
        parts = -(-number // most)
        yield from ((sector, number // parts + (n < number % parts)) for n in range(parts))


def _packed(numbers: Sequence[int], loads: list[int], most: int) -> list[int] | None:
    """To whom each number goes so that nobody has more than the most; None where there is no way."""
    if not numbers:
        return []
    for n, load in enumerate(loads):
        if load + numbers[0] <= most and load not in loads[:n]:
            rest = _packed(numbers[1:], [*loads[:n], load + numbers[0], *loads[n + 1 :]], most)
            if rest is not None:
                return [n, *rest]
    return None


def filled(
    sectors: Iterable[Sector],
    places: Mapping[str, str],
    led: Mapping[str, Sequence[str]],
    hands: Mapping[str, Hand],
    away: str,
    gone: Collection[str] = (),
) -> list[Filled]:
    """The sectors of a tour in order, with who has them. ``led``: who supervises each; ``away``: how many did not come
    and the like, in words, empty for nobody; ``gone``: who was sent to one and is there no longer."""
    found = []
    for s in sorted(sectors, key=lambda s: (s.order, s.sector)):
        members = tuple(sorted(m for m, place in places.items() if place == s.sector))
        of, left = [hands[m] for m in members if m in hands], tuple(m for m in members if m in gone)
        found.append(
            Filled(
                sector=s.sector,
                least=s.least,
                most=s.most,
                members=members,
                supervisors=tuple(led.get(s.sector, ())),
                says=_short_says(s, away, left) if len(members) - len(left) < s.least else "",
                by_hand=tuple(h.member for h in of if h.by_hand),
                kept=tuple(h.member for h in of if h.had == s.sector and not h.by_hand),
                gone=left,
            )
        )
    return found


def _short_says(sector: Sector, away: str, gone: Sequence[str]) -> str:
    if gone:
        return f"{', '.join(gone)} gone since; call the roll again"
    who = f"of rank {sector.rank} or above" if sector.rank else ""
    what = f"with {sector.qualification}" if sector.qualification else ""
    left = " ".join(part for part in ("nobody", who, what, "is left") if part)
    return f"{left}: {away}" if away else left
