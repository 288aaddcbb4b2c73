"""A trial: what an act would append, found by the act itself, with nothing kept of it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar, cast

from muster.domain.published import hash_of
from muster.domain.record import Fact, Recorded
from muster.domain.schema import Row
from muster.ports import Record, Views
from muster.services.as_of import is_asked

R = TypeVar("R", bound=Row)
T = TypeVar("T")
At = datetime | tuple[datetime, datetime] | None


class Trial:
    """Stands for the record where an act is tried. What is appended is noted in ``appended``, and seen in the rows of
    nouns that have facts of their own: what is asked of it afterwards is answered as it would be."""

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

    def rows(self, row: type[R], *, at: At = None, **asked: Any) -> list[R]:
        """Rows as they would be."""
        found = self._views.rows(row, at=at, **asked)
        equal = {name: value for name, value in asked.items() if name != "known_at"}
        return self._mended(row, found, lambda r: is_asked(r, at, equal))

    def events(
        self, row: type[R], of: Collection[str], kind: str, between: tuple[datetime, datetime], **known: Any
    ) -> list[R]:
        """Rows that happen at an instant, as they would be."""
        found = self._views.events(row, of, kind, between, **known)
        name = next(iter(row.__dataclass_fields__))
        first, last = between
        return self._mended(row, found, lambda r: getattr(r, name) in of and first <= getattr(r, "at", last) <= last)

    def _mended(self, row: type[R], found: list[R], wanted: Callable[[R], bool]) -> list[R]:
        streams = {fact.stream for fact in self.appended if fact.stream.startswith(f"{row.NOUN}/")}
        if not streams:
            return found
        kept = {r.key: r for r in found if r.stream not in streams}
        for stream in streams:
            would_be = self.row(row, stream.partition("/")[2])
            if would_be is not None and wanted(would_be):
                kept[would_be.key] = would_be
        return [kept[key] for key in sorted(kept)]


def foreseen(views: Views, act: Callable[[Record], Any]) -> tuple[Views, list[Fact]]:
    """The record as it would be once the act was done, and the facts that it would append now. Raises what the act
    raises."""
    trial = Trial(views)
    act(cast(Record, trial))
    return cast(Views, trial), trial.appended


def tried(views: Views, act: Callable[[Record], T]) -> tuple[T, list[Fact]]:
    """What the act returns, and the facts that it would append now. Raises what the act raises."""
    trial = Trial(views)
    return act(cast(Record, trial)), trial.appended
