"""The duty of a force as it follows from what was read before is what follows from the record as it is, whatever was
recorded in between, at any instant, and as believed at any."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from muster.domain.duty import Squad, SquadPlace, TimeRecord
from muster.domain.members import Member
from muster.domain.record import removed
from muster.services.desk import known_by
from muster.services.duty_ground import Grounds
from muster.services.force_duty import force_duty
from tests.properties.histories import FEW, MODERATE, one, picks, spans
from tests.properties.test_as_known import NothingIsRewritten

AGO = (0, 7, 60, 358, 361, 1440, 4320)
"""Minutes before now that are asked about: what is kept is good for six hours."""


class NothingIsStale(NothingIsRewritten):
    """Everything is recorded as it happens, and the duty of all is asked for after each step."""

    kept: Grounds

    @initialize()
    def nothing_is_kept(self) -> None:
        self.kept = Grounds()

    @rule(pick=picks, where=picks, ago=spans)
    def is_in_another_squad(self, pick: int, where: int, ago: timedelta) -> None:
        squad = one(where, self.of(Squad))
        if squad is not None and (member := self.member(pick)):
            self.keep(SquadPlace(member=member, squad=squad.squad, since=self.at - ago))

    @rule(pick=picks, ago=spans, kind=st.sampled_from(("court", "extra-duty", "tour")))
    def time_is_recorded(self, pick: int, ago: timedelta, kind: str) -> None:
        if member := self.member(pick):
            self.keep(TimeRecord(member=member, since=self.at - ago, until=self.at, kind=kind))

    @rule(pick=picks)
    def a_place_turns_out_to_have_been_none(self, pick: int) -> None:
        row = one(pick, self.of(SquadPlace))
        if row is not None and self.store is not None:
            self.rows.remove(row)
            self.found = None
            self.clock.move(seconds=1)
            with self.store.writing() as record:
                record.append([removed(row, record.now)])

    @rule(pick=picks)
    def somebody_comes(self, pick: int) -> None:
        self.keep(Member(member=f"NEW-{pick % 3}", name="New"))

    @invariant()
    def somebody_asks_and_old_answers_stand(self) -> None:
        self.steps += 1
        at = self.at - timedelta(minutes=AGO[self.steps % len(AGO)])
        self.is_as_read_anew(at, None)
        self.clock.move(seconds=1)
        known_at = self.clock.at
        self.clock.move(seconds=1)
        self.times = [*getattr(self, "times", [])[-3:], (at, known_at)]
        for earlier in self.times:
            self.is_as_read_anew(*earlier)

    def is_as_read_anew(self, at: datetime, known_at: datetime | None) -> None:
        assert self.store is not None
        with self.store.reading() as views:
            seq = views.head()[0] if known_at is None else known_by(views, known_at)
            ground = self.kept.of(views, at, seq, known_at)
            assert force_duty(views, at, known_at, ground) == force_duty(views, at, known_at)


NothingIsStale.TestCase.settings = settings(MODERATE, max_examples=2 * FEW)
TestNothingIsStale = NothingIsStale.TestCase
