"""Property 6 of the design, in the real record: a correction is a new fact, and what was believed stays what it was."""

from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from muster.bootstrap import open_store
from muster.domain.authority import Authority
from muster.domain.competence import Asked
from muster.domain.members import Absence, Appointment
from muster.domain.record import entered
from muster.domain.routing import Route
from muster.domain.schema import Row
from muster.domain.watch import Watch
from muster.services.routing import route_matter
from muster.services.sealing import sealed
from muster.services.watch import watch
from muster.store.store import SqlStore
from tests import servers
from tests.properties.forces import MATTER
from tests.properties.histories import FEW, MODERATE, History, one, picks, spans
from tests.support import SettableClock

Answers = tuple[Watch, Route | None]


class NothingIsRewritten(History):
    """Everything is recorded as it happens, corrections of the past too; old answers are asked for again and again."""

    place: ClassVar = staticmethod(servers.fresh_file)

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.clock = SettableClock()
        self.store: SqlStore | None = None
        self.asked: list[tuple[str, datetime, datetime, Answers]] = []

    def began(self) -> None:
        url = self.opened.enter_context(self.place())
        self.store = self.opened.enter_context(closing(open_store(url, self.clock)))
        with self.store.writing() as record:
            rows = sealed(record, [(row, None) for row in self.rows])
            record.append([entered(row, None, record.now) for row in rows])

    def teardown(self) -> None:
        self.opened.close()

    def keep(self, row: Row, instead_of: Row | None = None) -> None:
        known = instead_of is None and any(type(row) is type(r) and row.key == r.key for r in self.rows)
        super().keep(row, instead_of)
        if self.store is not None and not known:
            self.clock.move(seconds=1)
            with self.store.writing() as record:
                record.append([entered(row, instead_of, record.now)])

    @rule(pick=picks, ago=spans)
    def an_absence_is_entered_late(self, pick: int, ago: timedelta) -> None:
        if member := self.member(pick):
            self.keep(Absence(member=member, kind="training", since=self.at - ago, until=self.at))

    @rule(pick=picks, ago=spans)
    def an_appointment_turns_out_to_have_ended(self, pick: int, ago: timedelta) -> None:
        held = one(pick, self.of(Appointment))
        if held is not None and held.since < self.at - ago:
            self.keep(replace(held, until=self.at - ago), held)

    @rule(days=st.sampled_from((30, 61, 200)))
    def a_long_time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)

    @rule(pick=picks)
    def the_authority_changes(self, pick: int) -> None:
        row = one(pick, self.of(Authority))
        if row is not None:
            self.keep(replace(row, max_people=pick), row)

    @invariant()
    def somebody_asks_and_old_answers_stand(self) -> None:
        self.steps += 1
        unit, ago = self.unit(self.steps), (0, 60, 600, 1440, 4320)[self.steps % 5]
        at = self.at - timedelta(minutes=ago)
        now = self.answers(unit, at, None)
        here = self.watches().watch(unit)
        assert ago or now[0] == here, "the record and the rows give one answer"
        self.clock.move(seconds=1)
        known_at = self.clock.at
        self.clock.move(seconds=1)
        assert self.answers(unit, at, known_at) == now
        for earlier in self.asked[-6:]:
            assert self.answers(*earlier[:3]) == earlier[3], f"{earlier[:2]} as known at {earlier[2]}"
        self.asked.append((unit, at, known_at, now))

    def answers(self, unit: str, at: datetime, known_at: datetime | None) -> Answers:
        assert self.store is not None
        with self.store.reading() as views:
            found = watch(views, unit, at, known_at)
            try:
                return found, route_matter(views, Asked(MATTER, unit, at, people=5), known_at=known_at)
            except Exception as refused:
                if "no command position" not in str(refused):
                    raise
                return found, None


class NothingIsRewrittenOnAServer(NothingIsRewritten):
    """The same on PostgreSQL."""

    place = staticmethod(servers.fresh_database)


NothingIsRewritten.TestCase.settings = MODERATE
TestNothingIsRewritten = NothingIsRewritten.TestCase
NothingIsRewrittenOnAServer.TestCase.settings = settings(MODERATE, max_examples=FEW)
TestNothingIsRewrittenOnAServer = NothingIsRewrittenOnAServer.TestCase
