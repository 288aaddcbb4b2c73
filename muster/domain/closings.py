"""Closing the ledger of a period: the hours of a unit's members as a person certified them, and what changed since."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, ClassVar, Final

from muster.domain.duty import HOURS_KINDS
from muster.domain.record import canonical
from muster.domain.schema import Row, column, instant, ref, text, whole, written
from muster.domain.spans import NO_TIME, Span, within

MOST_SECONDS: Final = 10**12
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Row):
    """The hours of a period, certified for the members of a unit. They stand beside the facts, entry by entry, under
    the hash ``content``; here are their sums."""

    NOUN: ClassVar[str] = "closing"

    unit: str = ref("the unit whose members' hours they are", to="unit", key=True)
    first: date = column("date", "first day of the period", key=True)
    days: int = whole("how many days", least=1, most=371)
    since: datetime = instant("local midnight before the first day")
    until: datetime = instant("local midnight after the last day")
    version: int = whole("1 when closed, one more with each supplement", least=1, most=1_000_000)
    at: datetime = instant("when it was certified")
    by: str = ref("the position that certified it", to="position")
    signer: str = ref("the member who held it then", to="member")
    members: int = whole("how many members", least=1, most=1_000_000)
    counted_seconds: int = whole("time that counts", least=0, most=MOST_SECONDS)
    paid_seconds: int = whole("of it, what the force pays", least=0, most=MOST_SECONDS)
    rested_seconds: int = whole("time of these members that is no duty", least=0, most=MOST_SECONDS)
    overtime_seconds: int | None = whole(
        "overtime by the table of 29 CFR 553.230; None: no work period of the force ends in it",
        least=0,
        most=MOST_SECONDS,
        default=None,
    )
    changes: int = whole("how many stretches of hours a supplement changed", least=0, most=1_000_000, default=0)
    content: str = text("SHA-256 of the hours that were certified, as they are kept beside the facts")

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def end(self) -> date:
        """The day after its last."""
        return self.first + timedelta(days=self.days)


CLOSED: Final = f"{Closing.NOUN}.closed"


@dataclass(frozen=True, slots=True)
class Counted:
    """Hours of one kind as they are certified, in whole seconds, in UTC. ``unit``: for which unit, where that is known.
    ``fact``: the number of the fact that they come from; None: they are supposed."""

    start: datetime
    end: datetime
    kind: str
    unit: str | None
    paid: bool
    fact: int | None

    @property
    def length(self) -> timedelta:
        """How long it really lasted."""
        return self.end - self.start

    @property
    def what(self) -> "What":
        """What it is, wherever it comes from."""
        return self.kind, self.unit, self.paid


What = tuple[str, str | None, bool]
"""Kind, unit and whether it is paid, of hours."""


@dataclass(frozen=True, slots=True)
class MemberHours:
    """The hours of one member in a period, as long as they are at home in the unit (``home``). ``overtime`` None: no
    work period ends in it while they are."""

    home: Sequence[Span]
    entries: Sequence[Counted]
    overtime: timedelta | None = None

    @property
    def counted(self) -> timedelta:
        """All time that counts."""
        return sum((e.length for e in self.entries), NO_TIME)

    @property
    def paid(self) -> timedelta:
        """What of it the force pays."""
        return sum((e.length for e in self.entries if e.paid), NO_TIME)

    @property
    def rested(self) -> timedelta:
        """What is no duty of the time in which they are at home in the unit."""
        return sum((b - a for a, b in self.home), NO_TIME) - self.counted

    @property
    def kinds(self) -> dict[str, timedelta]:
        """What counts, by kind; kinds without hours are left out."""
        found = {k: sum((e.length for e in self.entries if e.kind == k), NO_TIME) for k in HOURS_KINDS}
        return {kind: length for kind, length in found.items() if length}


@dataclass(frozen=True, slots=True)
class Sums:
    """What the hours of members add up to; ``overtime`` None: nobody's was reckoned."""

    members: int
    counted: timedelta
    paid: timedelta
    rested: timedelta
    overtime: timedelta | None


def sums_of(accounts: Mapping[str, MemberHours]) -> Sums:
    """What the hours of members add up to."""
    each = list(accounts.values())
    over = [a.overtime for a in each if a.overtime is not None]
    return Sums(
        len(each),
        sum((a.counted for a in each), NO_TIME),
        sum((a.paid for a in each), NO_TIME),
        sum((a.rested for a in each), NO_TIME),
        sum(over, NO_TIME) if over else None,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of a member's time that counts otherwise than it did. None: it counts as nothing."""

    member: str
    start: datetime
    end: datetime
    was: What | None
    now: What | None

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A difference with the fact that made it: its number, kind and stream, who entered it and when. ``fact`` None: no
    fact did, and the hours are reckoned otherwise."""

    difference: Difference
    fact: int | None
    kind: str
    stream: str
    by: str | None
    recorded_at: datetime | None


def differences(member: str, was: Iterable[Counted], now: Iterable[Counted]) -> list[Difference]:
    """Where two accounts of a member's hours differ, in order of time. From which fact the same hours come is no
    difference."""
    before, after = list(was), list(now)
    if [(e.start, e.end, e.what) for e in before] == [(e.start, e.end, e.what) for e in after]:
        return []
    marks = sorted({t for e in (*before, *after) for t in (e.start, e.end)})
    found: list[Difference] = []
    for a, b in pairwise(marks):
        old, new = _what_at(before, a), _what_at(after, a)
        if old == new:
            continue
        if found and found[-1].end == a and (found[-1].was, found[-1].now) == (old, new):
            a = found.pop().start
        found.append(Difference(member, a, b, old, new))
    return found


def _what_at(entries: Iterable[Counted], at: datetime) -> What | None:
    return next((e.what for e in entries if e.start <= at < e.end), None)


@dataclass(frozen=True, slots=True)
class Certified:
    """All hours of a closing, as they are hashed and kept. ``changes``: what a supplement changed, and by which facts,
    since the version before."""

    unit: str
    first: date
    version: int
    accounts: Mapping[str, MemberHours]
    changes: Sequence[Adjustment] = ()

    @property
    def text(self) -> str:
        """The one text of these hours."""
        accounts = {member: _account_told(account) for member, account in self.accounts.items()}
        return canonical(
            {
                "unit": self.unit,
                "first": self.first.isoformat(),
                "version": self.version,
                "accounts": accounts,
                "changes": [_change_told(c) for c in self.changes],
            }
        )

    @classmethod
    def read(cls, said: str) -> "Certified":
        """The hours of a text. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is none."""
        told = json.loads(said)
        accounts = {
            member: MemberHours(
                tuple((_at(a), _at(b)) for a, b in a["home"]),
                tuple(Counted(_at(e[0]), _at(e[1]), *e[2:]) for e in a["entries"]),
                None if a["overtime"] is None else a["overtime"] * SECOND,
            )
            for member, a in told["accounts"].items()
        }
        changes = tuple(_change_read(c) for c in told["changes"])
        return cls(told["unit"], date.fromisoformat(told["first"]), told["version"], accounts, changes)


def _account_told(account: MemberHours) -> dict[str, object]:
    return {
        "home": [[written(a), written(b)] for a, b in account.home],
        "entries": [[written(e.start), written(e.end), e.kind, e.unit, e.paid, e.fact] for e in account.entries],
        "overtime": None if account.overtime is None else account.overtime // SECOND,
    }


def _change_told(change: Adjustment) -> dict[str, object]:
    d, at = change.difference, change.recorded_at
    stretch = {"member": d.member, "start": written(d.start), "end": written(d.end), "was": d.was, "now": d.now}
    fact = {"fact": change.fact, "kind": change.kind, "stream": change.stream, "by": change.by}
    return {**stretch, **fact, "recorded_at": None if at is None else written(at)}


def _change_read(told: Any) -> Adjustment:
    was, now = (None if told[name] is None else tuple(told[name]) for name in ("was", "now"))
    difference = Difference(told["member"], _at(told["start"]), _at(told["end"]), was, now)
    at = None if told["recorded_at"] is None else _at(told["recorded_at"])
    return Adjustment(difference, told["fact"], told["kind"], told["stream"], told["by"], at)


def _at(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


def whole_second(at: datetime) -> datetime:
    """The second in which an instant lies: what is certified and paid has no finer parts."""
    return at if at.tzinfo is UTC and not at.microsecond else at.astimezone(UTC).replace(microsecond=0)


def inside(entries: Iterable[Counted], spans: Iterable[Span]) -> Iterator[Counted]:
    """The parts of entries that lie in these spans, in order of time."""
    for e in entries:
        for a, b in spans:
            start, end = max(e.start, a), min(e.end, b)
            if start < end:
                yield Counted(start, end, *e.what, e.fact)


def paid_in(entries: Iterable[Counted], span: Span) -> timedelta:
    """What the force pays of a span."""
    return within([(e.start, e.end) for e in entries if e.paid], *span)
