"""The record as it stood just before one of its facts: what whoever recorded that fact could know, to the fact."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from muster.domain.published import DutyLine, Published, folded
from muster.domain.record import Recorded
from muster.domain.schema import Row
from muster.ports import Version, Views
from muster.services.record import contents_of

R = TypeVar("R", bound=Row)


class Before:
    """Views that answer as they did before fact ``seq`` was appended. Facts of one instant are told apart by their
    number: a clock that was set back gives many facts one instant, and so does one transaction."""

    def __init__(self, views: Views, fact: Recorded) -> None:
        self._views, self._seq = views, fact.seq
        self._at = datetime.fromisoformat(fact.recorded_at)
        self._later = set(self._same_instant(fact))

    def _same_instant(self, fact: Recorded) -> Iterator[str]:
        for said in self._views.facts(first=fact.seq):
            if said.recorded_at != fact.recorded_at:
                break
            yield said.stream

    @property
    def now(self) -> datetime:
        """When the fact was recorded."""
        return self._at

    def rows(
        self,
        row: type[R],
        *,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
        **equal: str | int | Collection[str] | None,
    ) -> list[R]:
        """Rows as believed just before the fact, whatever ``known_at`` says."""
        found = self._views.rows(row, at=at, known_at=self._at, **equal)
        return self._mended(row, found, lambda was: is_asked(was, at, equal))

    def columns(
        self,
        row: type[R],
        *names: str,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
    ) -> list[tuple[Any, ...]]:
        """Some columns of what ``rows`` answers."""
        return [tuple(getattr(r, name) for name in names) for r in self.rows(row, at=at)]

    def events(
        self,
        row: type[R],
        of: Collection[str],
        kind: str,
        between: tuple[datetime, datetime],
        *,
        known_at: datetime | None = None,
    ) -> list[R]:
        """Rows that happen at an instant, as believed just before the fact."""
        found = self._views.events(row, of, kind, between, known_at=self._at)
        first, last = between
        name = next(iter(row.__dataclass_fields__))
        return self._mended(row, found, lambda was: getattr(was, name) in of and first <= was.at <= last)

    def _mended(self, row: type[R], found: list[R], wanted: Any) -> list[R]:
        """The rows without what was said at the same instant and later, and with what that changed."""
        if issubclass(row, DutyLine):
            return self._with_lines(found, wanted)
        noun = f"{row.NOUN}/"
        later = [stream for stream in self._later if stream.startswith(noun)]
        if not later:
            return found
        kept = {r.key: r for r in found if r.stream not in self._later}
        for stream in later:
            was = self.row(row, stream.removeprefix(noun))
            if was is not None and wanted(was):
                kept[was.key] = was
        return [kept[key] for key in sorted(kept)]

    def _with_lines(self, found: list[R], wanted: Any) -> list[R]:
        """The same of lines, which have no facts of their own but those of their rosters."""
        later = {stream for stream in self._later if stream.startswith(f"{Published.NOUN}/")}
        kept: dict[str, Any] = {r.key: r for r in found if r.stream not in later}
        for stream in later:
            facts = list(self.facts(streams=[stream]))
            said = [(fact.kind, json.loads(fact.body)) for fact in facts]
            kept |= {line.key: line for line in folded(said, contents_of(self, facts)) if wanted(line)}
        return [kept[key] for key in sorted(kept)]

    def row(self, row: type[R], key: str, *, known_at: datetime | None = None) -> R | None:
        """The row with this key as believed just before the fact."""
        versions = self.history(row, key)
        return versions[-1].row if versions else None

    def history(self, row: type[R], key: str) -> list[Version[R]]:
        """What was believed of one row before the fact."""
        return [v for v in self._views.history(row, key) if v.seq < self._seq]

    def unseal(self, tokens: Collection[str]) -> Mapping[str, str]:
        """The texts behind sealed tokens, as far as they were not erased since."""
        return self._views.unseal(tokens)

    def contents(self, hashes: Collection[str]) -> Mapping[str, str]:
        """The texts under these hashes."""
        return self._views.contents(hashes)

    def facts(
        self,
        *,
        streams: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        about: str | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> Iterator[Recorded]:
        """Facts before the fact."""
        last = self._seq - 1 if last is None else min(last, self._seq - 1)
        return self._views.facts(streams=streams, kinds=kinds, about=about, first=first, last=last)

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the fact before."""
        found = next(self._views.facts(first=self._seq, last=self._seq))
        return self._seq - 1, found.previous


def is_asked(row: Row, at: datetime | tuple[datetime, datetime] | None, equal: Mapping[str, Any]) -> bool:
    """Whether ``Views.rows`` would give the row for these questions."""
    for name, value in equal.items():
        has = row.key if name == "key" else getattr(row, name)
        if has != value if value is None or isinstance(value, str | int) else has not in value:
            return False
    if at is None:
        return True
    first, last = at if isinstance(at, tuple) else (at, at)
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    return (since is None or since <= last) and (until is None or until > first)
