"""A random force in a real record, with a worker that does what is due, beside a naive reading of who is sought."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from typing import ClassVar, TypeVar

from muster.bootstrap import open_store
from muster.domain.contact import Contact
from muster.domain.duty import Reachability
from muster.domain.errors import Refused
from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.ports import Record, Views
from muster.services.contacts import contact_named
from muster.services.sealing import sealed
from muster.store.store import SqlStore
from muster.worker.loop import Told, Worker
from tests import servers
from tests.properties.gateway import Gateway, PlainLinks
from tests.properties.histories import History
from tests.properties.naive import Naive, holding
from tests.properties.naive_reach import NaiveReach, Search
from tests.support import SettableClock

R = TypeVar("R")


class Reaching(History):
    """What everybody does and says is recorded when it happens, and what is due then is done."""

    place: ClassVar = staticmethod(servers.fresh_file)

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.clock = SettableClock()
        self.store: SqlStore | None = None
        self.gateway = Gateway(self.clock)
        self.told: list[Told] = []
        self.searches: dict[str, Search] = {}
        self.owed: list[Reachability] = []

    def began(self) -> None:
        self.clock.at = self.at
        url = self.opened.enter_context(self.place())
        self.store = self.opened.enter_context(closing(open_store(url, self.clock)))
        self.enters([(row, None) for row in self.rows])
        worker = Worker(self.store, self.gateway, PlainLinks(), self.clock, self.told.append, chores=())
        self.worker = worker.one_by_one()

    def teardown(self) -> None:
        if self.store is not None:
            self.worker.close()
        self.opened.close()

    # -- The record --------------------------------------------------------------------------------------------------

    def writes(self, act: Callable[[Record], R]) -> R:
        """What an act in a transaction of its own returns, now."""
        assert self.store is not None
        self.clock.at = self.at
        with self.store.writing() as record:
            return act(record)

    def tries(self, act: Callable[[Record], object]) -> bool:
        """Whether it could be done."""
        try:
            self.writes(act)
        except Refused:
            return False
        return True

    def asks(self, question: Callable[[Views], R]) -> R:
        """The answer to a question."""
        assert self.store is not None
        with self.store.reading() as views:
            return question(views)

    def enters(self, rows: list[tuple[Row, Row | None]]) -> None:
        def act(record: Record) -> None:
            told = zip(sealed(record, rows), rows, strict=True)
            record.append([entered(row, before, self.at) for row, (_, before) in told])

        self.writes(act)

    def keep(self, row: Row, instead_of: Row | None = None) -> None:
        known = instead_of is None and any(type(row) is type(r) and row.key == r.key for r in self.rows)
        super().keep(row, instead_of)
        if self.store is not None and not known:
            self.enters([(row, instead_of)])

    # -- What is due -------------------------------------------------------------------------------------------------

    def catches_up(self) -> None:
        """The worker does what is due now, and so does whoever reads the design."""
        self.clock.at = self.at
        self.found = None
        reach = NaiveReach(self.naive(), self.at, lambda channel: channel not in self.gateway.broken)
        owed = [rest for search in self.searches.values() for rest in reach.steps(search)]
        before, given = self.naive(), len(self.gateway.given)
        self.worker.catch_up()
        self.owe(owed + [rest for rest in self.disturbed(before, reach, given)])
        assert [t.trouble for t in self.told if t.trouble] == []
        self.told.clear()

    def disturbed(self, before: Naive, reach: NaiveReach, given: int) -> Iterator[Reachability]:
        """The rest owed to whoever had to be told of something at once, in protected rest."""
        for message, _ in self.gateway.given[given:]:
            contact = self.contact(message.reference)
            off = before.status(contact.member, self.at)[0] != "on"
            if contact.queued_at == self.at and off and before.resting(contact.member, self.at):
                yield reach.rest_owed(contact.member)

    def owe(self, owed: Iterable[Reachability]) -> None:
        """Rest owed is known from now on."""
        for rest in owed:
            if rest.key not in {r.key for r in self.owed}:
                self.owed.append(rest)

    def attended(self, until: datetime) -> None:
        """Time passes, and everything is done at the instant at which it is due."""
        assert self.store is not None
        while (due := self.store.next_due()) is not None and due <= until:
            self.at = max(due, self.at)
            self.catches_up()
        self.at = until
        self.catches_up()

    # -- Reading the rows --------------------------------------------------------------------------------------------

    def naive(self) -> Naive:
        """Everything that is known now, rest owed included."""
        return Naive([*self.rows, *self.owed], self.at)

    def holds(self, member: str, position: str) -> bool:
        """Whether a member holds a position now."""
        return any(holding(a, self.at) for a in self.of(Appointment) if (a.member, a.position) == (member, position))

    def left(self, member: str) -> bool:
        """Whether a member is out of the force, or on terminal leave."""
        papers = [s for s in self.of(Separation) if s.member == member]
        return any((s.leave_from or s.effective) <= self.at for s in papers)

    def serves(self, member: str | None, position: str) -> bool:
        """Whether who accepted something still has the position; one that is filled for a tour only on duty."""
        if member is None or not self.holds(member, position):
            return False
        naive = self.naive()
        title = next(p.title for p in naive.of(Position) if p.position == position)
        return naive.kinds[title] != "tour" or naive.status(member, self.at)[0] == "on"

    def contact(self, key: str) -> Contact:
        """The contact as it stands."""
        return self.asks(lambda views: contact_named(views, key))

    def contacts(self, name: str) -> list[Contact]:
        """The contacts about a tasking."""
        return self.asks(lambda views: views.rows(Contact, subject=name))
