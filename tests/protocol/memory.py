"""A record in memory that costs nothing to copy, with its timers: the only part of the protocol that is modelled here.

What happens inside a transaction is done by the services themselves, on rows. A transaction is taken whole or not at
all. It is always ``NOW``: when time passes, what is due moves nearer instead, so that states that differ only in their
date are one. Nothing but instants that something is due at is moved; links do not expire, and rest owed does not end.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from muster.domain.nouns import ROWS
from muster.domain.record import Fact, Recorded, canonical
from muster.domain.schema import Row, columns_of
from muster.ports import Due, Version

R = TypeVar("R", bound=Row)
Station = Mapping[str, Mapping[str, Row]]
"""Rows by noun and key, as they were before anything happened."""

NOW = datetime(2020, 10, 7, 7, tzinfo=UTC)  # 0300 in New York
TRIED = 3
"""More tries than this are the same."""


class Timer(NamedTuple):
    """When something is due, and until when somebody holds it."""

    noun: str
    key: str
    due_at: datetime
    held_until: datetime | None = None
    tries: int = 0


class Kept(NamedTuple):
    """What the store holds between two transactions: rows that taskings have brought about, by noun and key in order,
    and timers."""

    keyed: tuple[tuple[str, str, Row], ...] = ()
    timers: tuple[Timer, ...] = ()

    def of(self, noun: type[R]) -> list[R]:
        """The rows of a noun."""
        return [row for _, _, row in self.keyed if isinstance(row, noun)]

    def claimed(self, noun: str, until: datetime, leases: bool = True) -> tuple["Kept", tuple[Due, ...]]:
        """After everything of a noun that can be claimed was; ``leases`` False: whoever holds it."""
        due: list[Due] = []
        timers: list[Timer] = []
        for t in self.timers:
            if t.noun == noun and t.due_at <= NOW and not (leases and t.held_until and t.held_until > NOW):
                claimed = t._replace(held_until=until, tries=min(t.tries + 1, TRIED))
                due.append(Due(noun, t.key, t.due_at, claimed.tries))
                timers.append(claimed)
            else:
                timers.append(t)
        return self._replace(timers=tuple(timers)), tuple(due)

    def released(self, due: Due) -> "Kept":
        """After somebody gave back what they had claimed, unless it was set anew since, or others hold it."""
        mine = Timer(due.noun, due.key, NOW, None, due.tries)
        back = (
            t._replace(held_until=None, tries=t.tries - 1) if t._replace(held_until=None) == mine else t
            for t in self.timers
        )
        return self._replace(timers=tuple(back))

    def next_instant(self) -> datetime | None:
        """The next at which something becomes due or a lease runs out; None: nothing will happen by itself."""
        coming = [at for t in self.timers for at in (t.due_at, t.held_until) if at is not None and at > NOW]
        return min(coming, default=None)

    def lapsing(self, noun: str, by: datetime) -> list[str]:
        """What of a noun has a lease that runs out by then."""
        return [t.key for t in self.timers if t.noun == noun and t.held_until and NOW < t.held_until <= by]

    def later(self, by: timedelta) -> "Kept":
        """The same after so much time: what is due is nearer, and what is overdue only due."""
        keyed = tuple((noun, key, _nearer(row, by)) for noun, key, row in self.keyed)
        timers = tuple(
            t._replace(due_at=max(t.due_at - by, NOW), held_until=_left(t.held_until, by)) for t in self.timers
        )
        return Kept(keyed, timers)


def _left(held_until: datetime | None, by: timedelta) -> datetime | None:
    return None if held_until is None or held_until - by <= NOW else held_until - by


def _nearer(row: Row, by: timedelta) -> Row:
    due: datetime | None = getattr(row, "due_at", None)
    if due is None or due <= NOW:
        return row
    return replace(row, due_at=max(due - by, NOW))  # type: ignore[call-arg]  # only of rows that are due


class Memory:
    """One transaction on what is kept; a ``ports.Record``."""

    def __init__(self, force: Station, kept: Kept) -> None:
        self._force = force
        self._rows: dict[str, dict[str, Row]] = {}
        for noun, key, row in kept.keyed:
            self._rows.setdefault(noun, {})[key] = row
        self._timers = {(t.noun, t.key): t for t in kept.timers}
        self.said: list[Fact] = []

    @property
    def now(self) -> datetime:
        return NOW

    def kept(self) -> Kept:
        """What is kept once it is committed."""
        keyed = [(noun, key, row) for noun, rows in self._rows.items() for key, row in rows.items()]
        return Kept(tuple(sorted(keyed, key=_name)), tuple(sorted(self._timers.values(), key=_name)))

    def rows(
        self,
        row: type[R],
        *,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
        **equal: str | int | Collection[str] | None,
    ) -> list[R]:
        there: Mapping[str, Any] = self._rows.get(row.NOUN) or self._force.get(row.NOUN, {})
        keys = _any_of(equal.pop("key")) if "key" in equal else there.keys()
        found = [there[key] for key in sorted(keys) if key in there]
        for name, value in equal.items():
            wanted = _any_of(value)
            found = [each for each in found if getattr(each, name) in wanted]
        first, last = at if isinstance(at, tuple) else (at, at)
        return [each for each in found if first is None or last is None or _holds(each, first, last)]

    def columns(
        self,
        row: type[R],
        *names: str,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
    ) -> list[tuple[Any, ...]]:
        return [tuple(getattr(each, name) for name in names) for each in self.rows(row, at=at, known_at=known_at)]

    def events(
        self,
        row: type[R],
        of: Collection[str],
        kind: str,
        between: tuple[datetime, datetime],
        *,
        known_at: datetime | None = None,
    ) -> list[R]:
        thing = columns_of(row)[0].name
        return [event for event in self.rows(row) if getattr(event, thing) in of]

    def row(self, row: type[R], key: str, *, known_at: datetime | None = None) -> R | None:
        found = self.rows(row, key=key)
        return found[0] if found else None

    def history(self, row: type[R], key: str) -> list[Version[R]]:
        raise AssertionError("the protocol does not look back")

    def unseal(self, tokens: Collection[str]) -> Mapping[str, str]:
        return {token: token for token in tokens}

    def contents(self, hashes: Collection[str]) -> Mapping[str, str]:
        raise AssertionError("no roster is published here")

    def keep(self, said: str) -> str:
        raise AssertionError("no roster is published here")

    def seal(self, texts: Collection[str]) -> Mapping[str, str]:
        return {text: text for text in texts}

    def erase(self, tokens: Collection[str]) -> int:
        raise AssertionError("nothing is erased here")

    def head(self) -> tuple[int, str]:
        return 0, ""

    def facts(self, **_: Any) -> Iterator[Recorded]:
        """None: everything before is as long ago as it likes, and no decision may rest on it."""
        return iter(())

    def append(self, facts: Iterable[Fact]) -> list[Recorded]:
        """Follow the facts as the views do; a fact that says ``due_at`` sets a timer anew, if only the same again."""
        for fact in facts:
            noun, _, verb = fact.kind.partition(".")
            key = fact.stream.partition("/")[2]
            mine = self._rows.setdefault(noun, dict(self._force.get(noun, {})))
            before = mine.pop(key, None)
            after = ROWS[noun].after(before, verb, json.loads(canonical(fact.body)))
            if after is not None:
                assert after.key == key
                mine[key] = after
            self._time(noun, key, getattr(before, "due_at", None), getattr(after, "due_at", None))
            self.said.append(fact)
        return []

    def _time(self, noun: str, key: str, before: datetime | None, after: datetime | None) -> None:
        if before is not after:
            self._timers.pop((noun, key), None)
            if after is not None:
                self._timers[noun, key] = Timer(noun, key, after)


def _name(named: tuple[Any, ...]) -> tuple[str, str]:
    return named[0], named[1]


def _any_of(value: Any) -> Collection[Any]:
    return (value,) if value is None or isinstance(value, str | int) else value


def _holds(row: Any, first: datetime, last: datetime) -> bool:
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    return (since is None or since <= last) and (until is None or until > first)
