"""Two grounds on which a case plays: rows and pure functions alone, or the real record, reached as a user would."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.authority import Authority, Delegation
from muster.domain.command import CommandEvent
from muster.domain.competence import Asked
from muster.domain.directory import Directory, Placed
from muster.domain.duty import Reachability, Signing
from muster.domain.force import Position
from muster.domain.instants import instant_of
from muster.domain.members import Absence, Appointment
from muster.domain.routing import Route, route
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot, snapshot_of
from muster.domain.succession import propose
from muster.domain.watch import Watch, Watches
from muster.ports import Record, Store
from muster.scenarios.small import small_force
from muster.services import appointments, command, duty
from muster.services.load import load
from muster.services.routing import route_matter
from muster.services.watch import watch
from muster.store.store import SqlStore
from tests.support import SettableClock
from tests.templates import begun, short

R = TypeVar("R", bound=Row)
NEW_YORK = ZoneInfo("America/New_York")
SMALL = tuple(small_force())


def local(said: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The instant of a local time, like ``2020-10-07T10:00``; with its offset in the hour that comes twice."""
    return instant_of(said, zone)


def maybe(said: str | None) -> datetime | None:
    """The same, or None for no end."""
    return None if said is None else local(said)


def grouped(rows: Iterable[Row]) -> dict[type[Row], list[Any]]:
    """Rows by noun, as snapshots take them."""
    groups: dict[type[Row], list[Any]] = defaultdict(list)
    for row in rows:
        groups[type(row)].append(row)
    return groups


def snapshot_from(rows: Iterable[Row]) -> Snapshot:
    """The snapshot that rows of any nouns give."""
    return snapshot_of(grouped(rows))


def watches_from(rows: Iterable[Row], at: str | datetime) -> Watches:
    """The watches of an instant, given as such or as a local time."""
    return Watches(snapshot_from(rows), local(at) if isinstance(at, str) else at)


def directory_from(rows: Iterable[Row]) -> Directory:
    """A force directory of these rows, as if it had been read."""
    entries: Mapping[str, list[Placed[Row]]] = {
        noun.NOUN: [Placed(row, noun.FILE or "", line) for line, row in enumerate(placed, start=2)]
        for noun, placed in grouped(rows).items()
    }
    return Directory(entries)


class Ground(Protocol):
    """Where things happen, at local times, and questions are asked."""

    def sign_on(self, member: str, unit: str, at: str) -> None: ...
    def sign_off(self, member: str, at: str) -> None: ...
    def hold_over(self, member: str, at: str) -> None: ...
    def assume(self, unit: str, member: str, at: str) -> None: ...
    def hand_over(self, unit: str, member: str, to: str, at: str) -> None: ...
    def absent(self, member: str, since: str, until: str | None) -> None: ...
    def unreachable(self, member: str, since: str, until: str | None) -> None: ...
    def rest(self, member: str, since: str, until: str) -> None: ...
    def appoint(self, appointment: Appointment) -> None: ...
    def retire(self, member: str, filed: str, effective: str) -> None: ...
    def watch(self, unit: str, at: str) -> Watch: ...
    def route(self, asked: Asked) -> Route: ...
    def proposed(self, position: str, at: str) -> str | None: ...
    def snapshot(self) -> Snapshot: ...


class Rows:
    """Rows alone, decided by pure functions."""

    def __init__(self, rows: Iterable[Row] = SMALL) -> None:
        self.rows = list(rows)

    def sign_on(self, member: str, unit: str, at: str) -> None:
        self.rows.append(Signing(member=member, at=local(at), kind="on", unit=unit))

    def sign_off(self, member: str, at: str) -> None:
        self.rows.append(Signing(member=member, at=local(at), kind="off"))

    def hold_over(self, member: str, at: str) -> None:
        self.rows.append(Signing(member=member, at=local(at), kind="held-over", unit="PCT-047"))

    def assume(self, unit: str, member: str, at: str) -> None:
        position = next(a.position for a in self.of(Appointment) if a.member == member)
        self.rows.append(CommandEvent(unit=unit, at=local(at), kind="assumed", member=member, position=position))

    def hand_over(self, unit: str, member: str, to: str, at: str) -> None:
        position = next(a.position for a in self.of(Appointment) if a.member == member)
        self.rows.append(
            CommandEvent(unit=unit, at=local(at), kind="handed-over", member=member, position=position, to=to)
        )
        self.assume(unit, to, at)

    def absent(self, member: str, since: str, until: str | None) -> None:
        self.rows.append(Absence(member=member, kind="leave", since=local(since), until=maybe(until)))

    def unreachable(self, member: str, since: str, until: str | None) -> None:
        self._state(member, "unreachable", since, until)

    def rest(self, member: str, since: str, until: str) -> None:
        self._state(member, "rest", since, until)

    def _state(self, member: str, kind: str, since: str, until: str | None) -> None:
        ends = maybe(until)
        self.rows.append(Reachability(member=member, kind=kind, since=local(since), until=ends, stated_by=member))

    def appoint(self, appointment: Appointment) -> None:
        self.rows.append(appointment)

    def retire(self, member: str, filed: str, effective: str) -> None:
        self.rows.append(retirement(member, filed, effective))

    def watch(self, unit: str, at: str) -> Watch:
        return watches_from(self.rows, at).watch(unit)

    def route(self, asked: Asked) -> Route:
        return route(watches_from(self.rows, asked.at), self.of(Authority), self.of(Delegation), asked)

    def proposed(self, position: str, at: str) -> str | None:
        post = next(p for p in self.of(Position) if p.position == position)
        return propose(self.snapshot(), post, local(at)).member

    def snapshot(self) -> Snapshot:
        return snapshot_from(self.rows)

    def of(self, noun: type[R]) -> list[R]:
        """The rows of one noun."""
        return [row for row in self.rows if isinstance(row, noun)]


class InRecord:
    """The real record: every act is a command of its own, recorded when it happens."""

    def __init__(self, store: Store, clock: SettableClock, rows: Iterable[Row] = SMALL) -> None:
        self.store, self.clock, self.rows = store, clock, list(rows)
        self._begun: tuple[int, Hashable] = (0, short(tuple(self.rows)))
        self.once(InRecord.load)

    def once(self, act: Callable[["InRecord"], object]) -> None:
        """Do that; where another test of this process did the same things from the beginning on, take a copy of what
        came of it."""

        def make() -> tuple[datetime, tuple[Row, ...]]:
            act(self)
            return self.clock.at, tuple(self.rows)

        known, before = self._begun
        if isinstance(self.store, SqlStore) and self._facts() == known:
            key = short((before, self.clock.at, act))
            self.clock.at, rows = begun(self.store, key, make)
            self.rows, self._begun = list(rows), (self._facts(), key)
        else:
            make()

    def _facts(self) -> int:
        with self.store.reading() as views:
            return views.head()[0]

    def load(self) -> None:
        """Load the force directory as it is now."""
        self.act(lambda record: load(record, directory_from(self.rows)))

    def act(self, doing: Callable[[Record], object], at: str | None = None) -> None:
        """Do something in a transaction of its own, at that time or as soon after as the clock shows."""
        if at is not None:
            self.clock.at = max(self.clock.at, local(at))
        with self.store.writing() as record:
            doing(record)

    def sign_on(self, member: str, unit: str, at: str) -> None:
        self.act(lambda record: duty.sign_on(record, member, unit, local(at)), at)

    def sign_off(self, member: str, at: str) -> None:
        self.act(lambda record: duty.sign_off(record, member, local(at)), at)

    def hold_over(self, member: str, at: str) -> None:
        self.act(lambda record: duty.hold_over(record, member, local(at)), at)

    def assume(self, unit: str, member: str, at: str) -> None:
        self.act(lambda record: command.assume(record, unit, member, local(at)), at)

    def hand_over(self, unit: str, member: str, to: str, at: str) -> None:
        self.act(lambda record: command.hand_over(record, unit, member, to, local(at)), at)

    def absent(self, member: str, since: str, until: str | None) -> None:
        away = Absence(member=member, kind="leave", since=local(since), until=maybe(until))
        self.act(lambda record: duty.absent(record, away))

    def unreachable(self, member: str, since: str, until: str | None) -> None:
        ends = maybe(until)
        self.act(lambda record: duty.unreachable(record, member, local(since), ends, member), since)

    def rest(self, member: str, since: str, until: str) -> None:
        self.act(lambda record: duty.rest(record, member, local(since), local(until), member), since)

    def appoint(self, appointment: Appointment) -> None:
        self.rows.append(appointment)
        self.load()

    def retire(self, member: str, filed: str, effective: str) -> None:
        papers = retirement(member, filed, effective)
        self.act(lambda record: duty.keep(record, papers), filed)

    def watch(self, unit: str, at: str) -> Watch:
        with self.store.reading() as views:
            return watch(views, unit, local(at))

    def route(self, asked: Asked) -> Route:
        with self.store.reading() as views:
            return route_matter(views, asked)

    def proposed(self, position: str, at: str) -> str | None:
        """Whom the succession proposes to act; None where nobody is needed."""
        with self.store.reading() as views:
            proposal = appointments.position(views, position, local(at)).proposal
            return None if proposal is None else proposal.member

    def snapshot(self) -> Snapshot:
        return snapshot_from(self.rows)


def retirement(member: str, filed: str, effective: str) -> Separation:
    """Papers that were accepted."""
    return Separation(
        separation=f"SEP-{member}",
        member=member,
        kind="retirement",
        state="accepted",
        filed=local(filed),
        effective=local(effective),
    )


def changed(rows: Iterable[Row], noun: type[R], where: Callable[[R], bool], **values: Any) -> list[Row]:
    """The rows, with other values in those of a noun that match."""
    return [replace(row, **values) if isinstance(row, noun) and where(row) else row for row in rows]


def holders_of(rows: Iterable[Row], *positions: str) -> list[str]:
    """Everybody who ever held one of these positions, once; of all of them where none is named."""
    held = (a for a in rows if isinstance(a, Appointment) and (not positions or a.position in positions))
    return list(dict.fromkeys(a.member for a in held))


def positions_in(rows: Iterable[Row], *units: str) -> list[str]:
    """The positions of these units."""
    return [p.position for p in rows if isinstance(p, Position) and p.unit in units]


def utc(said: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC)
