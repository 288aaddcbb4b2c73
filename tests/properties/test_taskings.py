"""Properties 2 and 6 of the design, in the real record: one owner at every instant, and acts that stand."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from json import loads
from pathlib import Path
from shutil import copyfile
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from muster.bootstrap import open_store
from muster.domain.authority import Delegation
from muster.domain.competence import Asked
from muster.domain.errors import MusterError, Refused
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.record import entered
from muster.domain.snapshot import path_up
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import delegations, duty, taskings
from muster.services.load import load
from muster.services.taskings import Directive
from muster.services.tick import tick
from muster.services.watch import watches_at
from muster.store.store import SqlStore
from tests import servers
from tests.ground import SMALL, directory_from, local
from tests.properties.histories import FEW, MODERATE, one, picks
from tests.support import SettableClock

POSITIONS = [p.position for p in SMALL if isinstance(p, Position) and p.title not in ("police-officer", "mayor")]
TOURS = ("DUTY-CHIEF", "PBBX-DUTY-CAPTAIN", "PCT-047-DESK", "PCT-047-SUP")
UNITS = {u.unit: u for u in SMALL if isinstance(u, Unit)}
BELOW = [u for u in UNITS if u != "CITY-HALL"]
MEMBERS = [f"M{number:04d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 16, 17, 22, 23, 26, 29, 32, 33)]
MATTERS = ("shots-fired", "block-party", "street-fair", "deployment", "protest")
START = "2020-10-30T20:00"


@cache
def prepared() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A database with the small force, made once."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "small.db")
    with closing(open_store(f"sqlite:///{path}", SettableClock(local("2020-10-01")))) as store:
        load_small(store)
    return folder, path


def load_small(store: SqlStore) -> None:
    with store.writing() as record:
        load(record, directory_from(SMALL))


@contextmanager
def in_a_file() -> Iterator[str]:
    """The URL of a record with the small force."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{copyfile(prepared()[1], Path(folder, 'muster.db'))}"


@contextmanager
def on_a_server() -> Iterator[str]:
    """The same on PostgreSQL."""
    with servers.fresh_database() as url:
        with closing(open_store(url, SettableClock(local("2020-10-01")))) as store:
            load_small(store)
        yield url


@dataclass
class Model:
    """What we believe of a tasking, kept apart from the record."""

    owner: str
    accepted_by: str | None = None
    result: str | None = None


class OneOwner(RuleBasedStateMachine):
    """Taskings in the small force, passed about by everybody, allowed or not."""

    place: ClassVar = staticmethod(in_a_file)

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        url = self.opened.enter_context(self.place())
        self.at = local(START)
        self.clock = SettableClock(self.at)
        self.store = self.opened.enter_context(closing(open_store(url, self.clock)))
        self.model: dict[str, Model] = {}

    def teardown(self) -> None:
        self.opened.close()

    def does(self, act: Callable[[Record], Tasking]) -> Tasking | None:
        """The tasking after the act; None where it was refused, and then nothing was recorded."""
        self.clock.at = max(self.clock.move(seconds=1), self.at)
        with self.store.reading() as views:
            before = views.head()
        try:
            with self.store.writing() as record:
                return act(record)
        except Refused:
            with self.store.reading() as views:
                assert views.head() == before
            return None

    def tasking(self, pick: int) -> Tasking | None:
        with self.store.reading() as views:
            name = one(pick, sorted(self.model))
            return None if name is None else views.row(Tasking, name)

    def holds(self, member: str, position: str) -> bool:
        with self.store.reading() as views:
            return bool(views.rows(Appointment, at=self.at, member=member, position=position))

    def serves(self, member: str, position: str) -> bool:
        """Whether they hold the position now, and are on duty where it is filled for a tour."""
        with self.store.reading() as views:
            moment: Moment = watches_at(views, [], self.at, members=[member]).moment
            return self.holds(member, position) and (position not in TOURS or moment.status(member).state == "on-duty")

    def was_sought(self, tasking: Tasking) -> bool:
        """Whether somebody to take it was sought before the last thing that happened."""
        kinds = ("escalation.answered", "escalation.ended", "escalation.turned", "escalation.started")
        with self.store.reading() as views:
            last = max((f.seq for f in views.facts(streams=[tasking.stream])), default=0)
            said = [f for f in views.facts(streams=[f"escalation/{tasking.tasking}"], kinds=kinds) if f.seq < last]
        return said[-1].kind in ("escalation.turned", "escalation.started")

    def fit(self, member: str) -> bool:
        with self.store.reading() as views:
            moment: Moment = watches_at(views, [], self.at, members=[member]).moment
            return moment.fitness(member).level != "unfit"

    def holder(self, pick: int, position: str) -> str:
        """Somebody who holds the position now, or else anybody."""
        with self.store.reading() as views:
            held = views.rows(Appointment, at=self.at, position=position)
        return one(pick, [a.member for a in held]) or MEMBERS[pick % len(MEMBERS)]

    @rule(minutes=st.sampled_from((1, 30, 240, 480, 1080, 1440)))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(pick=picks, minutes=st.sampled_from((0, 1080, 1140)))
    def signs_on_and_stays(self, pick: int, minutes: int) -> None:
        member = MEMBERS[pick % len(MEMBERS)]
        with self.store.writing() as record:
            duty.sign_on(record, member, BELOW[pick % len(BELOW)], self.at)
        self.at += timedelta(minutes=minutes)

    @rule()
    def the_clock_ticks(self) -> None:
        with self.store.writing() as record:
            tick(record, self.at)
            for t in record.rows(Tasking):
                self.model.setdefault(t.tasking, Model(t.owner))

    @rule(
        matter=st.sampled_from(MATTERS),
        people=st.sampled_from((None, 300, 9000)),
        where=picks,
        giver=st.none() | picks,
        to=picks,
    )
    def a_tasking_is_received(self, matter: str, people: int | None, where: int, giver: int | None, to: int) -> None:
        name = f"T{len(self.model) + 1}"
        asked = Asked(matter, BELOW[where % len(BELOW)], self.at, None, people=people)
        directive = None
        if giver is not None:
            reason = "asked for it" if to % 2 else None
            directive = Directive(list(UNITS)[giver % len(UNITS)], POSITIONS[to % len(POSITIONS)], reason)
        made = self.does(lambda record: taskings.receive(record, asked, "what", "request", directive, name).tasking)
        if made is None:
            assert directive is not None, "only a directive past the chain without a reason is refused"
            assert directive.reason is None
            return
        self.model[name] = Model(made.owner)
        if directive is not None:
            self.every_level_passed_over_was_told(made, directive)

    def every_level_passed_over_was_told(self, made: Tasking, directive: Directive) -> None:
        with self.store.reading() as views:
            receiver = views.row(Position, directive.receiver)
            facts = [f for f in views.facts(streams=[made.stream]) if f.kind == "tasking.sent"]
        assert receiver is not None
        up = [u.unit for u in path_up(UNITS, receiver.unit)]
        down = [u.unit for u in path_up(UNITS, made.competent_unit)]
        body = loads(facts[0].body)
        between = up[1 : up.index(directive.giver)] if directive.giver in up[1:] else []
        assert set(between) <= set(body["skipped_above"])
        assert set(body["competent_below"]) == set(down[: down.index(receiver.unit)] if receiver.unit in down else [])
        passed = {*body["skipped_above"], *body["competent_below"]}
        heads = {p.position: p.unit for p in SMALL if isinstance(p, Position) and p.order == 1}
        assert passed <= {heads.get(p) for p in made.told}
        assert directive.reason or not passed

    @rule(pick=picks, who=picks, where=picks, stranger=st.booleans())
    def somebody_accepts(self, pick: int, who: int, where: int, stranger: bool) -> None:
        tasking = self.tasking(pick)
        if tasking is None:
            return
        concerned = [*tasking.offered_to, tasking.owner]
        position = POSITIONS[where % len(POSITIONS)] if stranger else concerned[where % len(concerned)]
        member = self.holder(who, position)
        done = self.does(lambda record: taskings.accept(record, tasking.tasking, member, self.at, position))
        model = self.model[tasking.tasking]
        repeated = (model.owner, model.accepted_by) == (position, member)
        may = model.result is None and position in concerned and self.fit(member)
        assert (done is not None) == (self.holds(member, position) and (may or repeated))
        if done is not None:
            model.owner, model.accepted_by = position, member

    @rule(pick=picks, who=picks)
    def somebody_refuses(self, pick: int, who: int) -> None:
        tasking = self.tasking(pick)
        if tasking is None:
            return
        position = one(who, [*tasking.offered_to, tasking.owner]) or tasking.owner
        member, model = self.holder(who, position), self.model[tasking.tasking]
        serves = model.accepted_by is not None and self.serves(model.accepted_by, model.owner)
        done = self.does(lambda record: taskings.refuse(record, tasking.tasking, member, "not ours", self.at, position))
        if done is None or position != model.owner:
            return
        if model.accepted_by == member or not (serves or self.was_sought(tasking)):
            model.accepted_by = None  # who had it has given it up, or whoever came after them

    @rule(pick=picks, who=picks, to=picks)
    def the_owner_offers_or_delegates(self, pick: int, who: int, to: int) -> None:
        tasking, position = self.tasking(pick), POSITIONS[to % len(POSITIONS)]
        if tasking is not None:
            act = taskings.offer if who % 2 else taskings.delegate
            member = self.holder(who, tasking.owner)
            if act is taskings.offer:
                self.does(lambda record: taskings.offer(record, tasking.tasking, position, member, self.at))
            else:
                self.does(lambda record: taskings.delegate(record, tasking.tasking, member, position, self.at))

    @rule(pick=picks, who=picks, where=picks)
    def a_superior_takes_over(self, pick: int, who: int, where: int) -> None:
        tasking, position = self.tasking(pick), POSITIONS[where % len(POSITIONS)]
        if tasking is None:
            return
        member = self.holder(who, position)
        former = self.model[tasking.tasking].owner
        done = self.does(lambda record: taskings.take_over(record, tasking.tasking, member, position, self.at))
        if done is None:
            return
        by_name = {p.position: p for p in SMALL if isinstance(p, Position)}
        mine, owner = by_name[position], by_name[former]
        above = [u.unit for u in path_up(UNITS, owner.unit)]
        assert mine.unit in above
        assert mine.unit != owner.unit or mine.order < owner.order
        assert self.holds(member, position)
        assert self.fit(member)
        assert former in done.told
        self.model[tasking.tasking].owner, self.model[tasking.tasking].accepted_by = position, member

    @rule(pick=picks, giver=picks, to=picks, reason=st.sampled_from(("asked for it", None)))
    def it_is_sent_elsewhere(self, pick: int, giver: int, to: int, reason: str | None) -> None:
        tasking, position = self.tasking(pick), POSITIONS[to % len(POSITIONS)]
        if tasking is not None:
            directive = Directive(list(UNITS)[giver % len(UNITS)], position, reason)
            done = self.does(lambda record: taskings.send(record, tasking.tasking, directive, self.at))
            assert done is None or position in done.offered_to or position == tasking.owner

    @rule(pick=picks, who=picks, stranger=st.sampled_from((False, False, True)))
    def somebody_closes(self, pick: int, who: int, stranger: bool) -> None:
        tasking = self.tasking(pick)
        if tasking is None:
            return
        member = MEMBERS[who % len(MEMBERS)] if stranger else self.holder(who, tasking.owner)
        done = self.does(lambda record: taskings.close(record, tasking.tasking, member, "done", self.at))
        assert (done is not None) == self.holds(member, self.model[tasking.tasking].owner)
        if done is not None:
            self.model[tasking.tasking].result = "done"

    @rule(pick=picks, ago=st.sampled_from((0, 60, 1440)))
    def an_appointment_ends_or_had_ended(self, pick: int, ago: int) -> None:
        """Entered when it is known, also late: what was accepted in that position stands."""
        with self.store.writing() as record:
            held = one(pick, record.rows(Appointment, member=MEMBERS[pick % len(MEMBERS)]))
            if held is not None and held.until is None:
                until = self.at - timedelta(minutes=ago)
                record.append([entered(replace(held, until=until), held, record.now)])

    @rule(pick=picks)
    def a_unit_delegates_its_authority(self, pick: int) -> None:
        wanted = Delegation(
            delegation="",
            from_unit="PBBX",
            to_unit="PCT-047",
            matter=MATTERS[pick % len(MATTERS)],
            max_people=400,
            since=self.at,
            until=self.at + timedelta(days=1),
            instrument="Order 3",
        )
        with suppress(MusterError), self.store.writing() as record:
            delegations.delegate(record, wanted, "M0004")

    @invariant()
    def every_tasking_has_the_owner_it_should_have(self) -> None:
        with self.store.reading() as views:
            for name, model in self.model.items():
                found = views.row(Tasking, name)
                assert found is not None
                told = (found.owner, found.accepted_by, found.result)
                assert told == (model.owner, model.accepted_by, model.result)
                assert views.row(Position, found.owner) is not None
                assert found.owner not in found.offered_to
                assert found.is_open or not found.offered_to

    @invariant()
    def the_facts_alone_give_the_same_owner(self) -> None:
        with self.store.reading() as views:
            for name, model in self.model.items():
                owner, moved = None, ("tasking.accepted", "tasking.taken-over")
                for fact in views.facts(streams=[f"tasking/{name}"]):
                    body = loads(fact.body)
                    owner = body["owner"] if owner is None else body["position"] if fact.kind in moved else owner
                assert owner == model.owner


class OneOwnerOnAServer(OneOwner):
    """The same on PostgreSQL."""

    place = staticmethod(on_a_server)


OneOwner.TestCase.settings = MODERATE
TestOneOwner = OneOwner.TestCase
OneOwnerOnAServer.TestCase.settings = settings(MODERATE, max_examples=FEW)
TestOneOwnerOnAServer = OneOwnerOnAServer.TestCase
