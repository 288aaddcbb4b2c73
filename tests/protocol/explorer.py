"""Looking at every state that can be reached, breadth first: the first path to a wrong one is a shortest one."""

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)


class Move(NamedTuple, Generic[S]):
    """One thing that can happen. ``eager``: it happens by itself, if nothing goes wrong and nobody does anything.
    ``reached``: with it, what must come about has. ``wrong``: what must not be, about it or the state it leads to."""

    says: str
    to: S
    eager: bool = False
    reached: bool = False
    wrong: tuple[str, ...] = ()


class World(Protocol[S]):
    """What can be explored."""

    def start(self) -> S:
        """Where it begins."""

    def moves(self, state: S) -> Iterable[Move[S]]:
        """Everything that can happen next."""

    def done(self, state: S) -> bool:
        """Whether in this state what must come about has."""

    def same(self, state: S) -> Hashable:
        """Equal for two states that differ only in names."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, and a shortest way to it; for something that never comes about, the way on is part of it."""

    says: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.says, *(f"  {number}. {step}" for number, step in enumerate(self.path, 1))])


@dataclass(slots=True)
class Explored(Generic[S]):
    """Every state that was reached, in the order of its distance. ``came``: from which and by what move each was
    reached first; ``eager``: the numbers of those that follow by themselves, how, and whether with that it has come
    about; ``wrong`` None: nothing is."""

    states: list[S] = field(default_factory=list)
    moves: int = 0
    wrong: Wrong | None = None
    came: list[tuple[int, str]] = field(default_factory=list)
    eager: list[list[tuple[int, str, bool]]] = field(default_factory=list)

    def path(self, number: int) -> tuple[str, ...]:
        """What happened from the start to this state."""
        said: list[str] = []
        while number:
            number, says = self.came[number]
            said.append(says)
        return tuple(reversed(said))


def explore(world: World[S], most: int = 300_000) -> Explored[S]:
    """Everything that can be reached, up to the first thing wrong. From every state what must come about has to,
    whenever nothing goes wrong any more: no dead end, no going round in circles."""
    found: Explored[S] = Explored([world.start()], came=[(0, "")])
    numbers = {world.same(found.states[0]): 0}
    queue = deque([0])
    while queue:
        number = queue.popleft()
        eager: list[tuple[int, str, bool]] = []
        for move in world.moves(found.states[number]):
            found.moves += 1
            if move.wrong:
                found.wrong = Wrong("; ".join(move.wrong), (*found.path(number), move.says))
                return found
            to = numbers.setdefault(world.same(move.to), len(numbers))
            if to == len(found.states):
                found.states.append(move.to)
                found.came.append((number, move.says))
                queue.append(to)
            if move.eager:
                eager.append((to, move.says, move.reached))
        found.eager.append(eager)
        assert len(found.states) <= most, f"more than {most} states: it is not as small as it should be"
    found.wrong = _never(found, [world.done(state) for state in found.states])
    return found


def _never(found: Explored[S], settled: list[bool]) -> Wrong | None:
    """The nearest state from which what must come about may not, with a way on that shows it; None: there is none."""
    open_ways = [sum(1 for _, _, reached in ways if not reached) for ways in found.eager]
    from_where: list[list[int]] = [[] for _ in found.states]
    for number, ways in enumerate(found.eager):
        settled[number] = settled[number] or (bool(ways) and open_ways[number] == 0)
        for to, _, reached in ways:
            if not reached:
                from_where[to].append(number)
    queue = deque(number for number, is_settled in enumerate(settled) if is_settled)
    while queue:
        for number in from_where[queue.popleft()]:
            open_ways[number] -= 1
            if open_ways[number] == 0 and not settled[number]:
                settled[number] = True
                queue.append(number)
    return None if all(settled) else _way_on(found, settled, settled.index(False))


def _way_on(found: Explored[S], settled: list[bool], number: int) -> Wrong:
    """On from a state in which it has not come about, until nothing follows or a state comes again."""
    path, seen = list(found.path(number)), set[int]()
    while number not in seen:
        seen.add(number)
        ways = found.eager[number]
        on = next(((to, says) for to, says, reached in ways if not reached and not settled[to]), None)
        if on is None:
            return Wrong("it ends here, and nobody has it", tuple(path))
        number = on[0]
        path.append(on[1])
    return Wrong("it goes round in circles, and nobody has it", tuple(path))
