"""The states of the store by number, and what each transaction makes of each: it is carried out only once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from muster.domain.record import Fact
from tests.protocol import rules
from tests.protocol.memory import Kept, Memory, Station

T = TypeVar("T")


class Done(NamedTuple):
    """What a transaction left and said, what it returned, what is wrong with it, and whether it raised the alarm."""

    kept: int
    said: tuple[Fact, ...]
    result: Any
    wrong: tuple[str, ...]
    alarm: bool


@dataclass(slots=True)
class Ledger:
    """What the store may hold, by number."""

    force: Station
    kept: list[Kept] = field(default_factory=list)
    _numbers: dict[Kept, int] = field(default_factory=dict)
    _known: dict[Hashable, Any] = field(default_factory=dict)

    def number(self, kept: Kept) -> int:
        """Its number."""
        found = self._numbers.setdefault(kept, len(self.kept))
        if found == len(self.kept):
            self.kept.append(kept)
        return found

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """What is found, or was."""
        if key not in self._known:
            self._known[key] = find()
        found: T = self._known[key]
        return found

    def reading(self, kept: int) -> Memory:
        """To look at what is kept."""
        return Memory(self.force, self.kept[kept])

    def transact(self, kept: int, name: Hashable, act: Callable[[Memory], object]) -> Done:
        """Carry out a transaction, whole; ``name`` tells one from another."""
        return self.once(("transact", kept, name), lambda: self._transact(kept, act))

    def _transact(self, kept: int, act: Callable[[Memory], object]) -> Done:
        record = self.reading(kept)
        result = act(record)
        left = record.kept()
        wrong = tuple(rules.wrong_with_facts(self.kept[kept], left, record.said))
        alarm = any(f.kind == "escalation.alarmed" for f in record.said)
        return Done(self.number(left), tuple(record.said), result, wrong, alarm)
