"""What a picture of a member's days shows: plain data, from wherever it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.ledger import Entry
from muster.domain.limits import Level
from muster.domain.spans import Span


@dataclass(frozen=True, slots=True)
class Curve:
    """What a model gives over time. ``least`` and ``most``: over the plausible sleeps, at each instant; None where
    there is nothing to show, as while the member sleeps. ``threshold``: from where on somebody should look."""

    instants: Sequence[datetime]
    least: Sequence[float | None]
    most: Sequence[float | None]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Sleeps:
    """The sleeps that one way of estimating gives; ``name`` says which."""

    name: str
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit that was crossed: when, how badly, in a few words, and in full."""

    at: datetime
    level: Level
    words: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """What is drawn, from ``since`` to ``until``. ``heading`` and ``says``: the answer, and the cause. ``at``: the
    instant that was asked about, None for none. ``levels``: how long each level held, by the hours rules."""

    heading: str
    says: str
    zone: ZoneInfo
    since: datetime
    until: datetime
    entries: Sequence[Entry]
    at: datetime | None = None
    levels: Sequence[tuple[datetime, datetime, Level]] = ()
    sleeps: Sequence[Sleeps] = ()
    kss: Curve | None = None
    lapses: Curve | None = None
    marks: Sequence[Mark] = ()
