"""One fact as the story tells it, with the names and the record as they were when it was recorded."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.telling.names import Names, sentence

JUST: Final = timedelta(seconds=1)
"""So long before a fact, what it changes was still as before."""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that is told. ``known``: when it was recorded; what came later is not looked at."""

    fact: Recorded
    names: Names
    body: dict[str, Any]
    at: datetime
    known: datetime

    @property
    def views(self) -> Views:
        """The record it stands in."""
        return self.names.views

    def member(self, name: str, at: datetime | None = None) -> str:
        """A member by the office they hold then."""
        return self.names.member(name, at or self.at)

    def instant(self, name: str) -> datetime:
        """An instant of the body."""
        return datetime.fromisoformat(self.body[name])

    def until(self) -> str:
        """Until when it holds, in words; empty where no end is known."""
        return f" until {self.names.clock(self.instant('until'))}" if "until" in self.body else ""

    def words(self, said: str) -> str:
        """What Muster said with references, in names."""
        return sentence(self.names.words(said, self.at))

    @property
    def tasking(self) -> Tasking:
        """The tasking that the fact is about."""
        found = self.views.row(Tasking, self.fact.stream.partition("/")[2], known_at=self.known)
        if found is None:
            raise LookupError(self.fact.stream)
        return found


Teller = Callable[[Told], str | None]
"""Tells a fact in a sentence; None where another fact tells it."""
Several = Callable[[Sequence[Told]], str | None]
"""Tells several facts of one kind, which follow each other, in one sentence."""


def told(fact: Recorded, names: Names) -> Told:
    """A fact ready to be told."""
    at, known = datetime.fromisoformat(fact.effective_at), datetime.fromisoformat(fact.recorded_at)
    return Told(fact, names, json.loads(fact.body), at, known)
