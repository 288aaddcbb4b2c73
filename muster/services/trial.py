"""A trial: what an act would append, found by the act itself, with nothing kept of it."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from muster.domain.published import hash_of
from muster.domain.record import Fact, Recorded
from muster.domain.schema import Row
from muster.ports import Record, Views

R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Trial:
    """Stands for the record where an act is tried. What is appended is noted in ``appended``, and seen again in single
    rows alone, which is all that the acts on one tasking, and publishing a roster, look at afterwards."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.appended: list[Fact] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._views, name)

    def append(self, facts: Iterable[Fact]) -> list[Recorded]:
        """Note what would be appended."""
        self.appended += facts
        return []

    def keep(self, content: str) -> str:
        """The name under which a text would be kept beside the facts."""
        return hash_of(content)

    def seal(self, texts: Iterable[str]) -> dict[str, str]:
        """Texts as they are: nothing of them is kept."""
        return {each: each for each in texts}

    def row(self, row: type[R], key: str, **known: Any) -> R | None:
        """The row as it would be."""
        found = self._views.row(row, key, **known)
        for fact in self.appended:
            if fact.stream == f"{row.NOUN}/{key}":
                found = row.after(found, fact.kind.removeprefix(f"{row.NOUN}."), fact.body)
        return found


def tried(views: Views, act: Callable[[Record], T]) -> tuple[T, list[Fact]]:
    """What the act returns, and the facts that it would append now. Raises what the act raises."""
    trial = Trial(views)
    return act(cast(Record, trial)), trial.appended
