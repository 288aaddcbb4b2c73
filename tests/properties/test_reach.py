"""Properties 2, 4 and 5 of the design, for reach, in the real record: who is asked, when, and who has it then."""

from dataclasses import replace
from datetime import datetime, timedelta
from json import loads

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from muster.domain.authority import Authority
from muster.domain.competence import Asked
from muster.domain.contact import Contact
from muster.domain.duty import Reachability
from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.members import CHANNELS, Appointment, ContactPoint
from muster.domain.schema import Row
from muster.domain.taskings import Tasking
from muster.services import answers, taskings
from muster.services.answers import Answer, Word
from tests import servers
from tests.properties.forces import MATTER, forces
from tests.properties.histories import FEW, MODERATE, STARTS, one, picks
from tests.properties.naive_reach import NaiveReach, Search
from tests.properties.naive_routing import commander_of, competent
from tests.properties.reaching import Reaching

MOST = 3
"""Taskings at a time."""

words: st.SearchStrategy[Word] = st.sampled_from(("accepted", "accepted", "refused", "handed", "not-me", "received"))


deadlines = st.sampled_from((None, None, None, 0, 60, 480, 4320))
sought = precondition(lambda self: self.searches)
carried = precondition(lambda self: self.gateway.carried)


class NothingIsDropped(Reaching):
    """Whatever happens, an open tasking that nobody has is brought to the next who can be asked."""

    assumes_command = hands_over = has_a_waiver = is_back = None  # type: ignore[assignment]  # they are for the watch

    @initialize(force=forces(), start=st.sampled_from(STARTS), where=picks, minutes=deadlines, pick=picks)
    def begin(self, force: list[Row], start: str, where: int, minutes: int | None, pick: int) -> None:
        super().begin(force, start)
        if pick % 3 == 0:
            self.the_commander_is_to_be_told_at_once(pick)
        self.a_tasking_is_received(where, None, minutes)

    @sought
    @rule(minutes=st.sampled_from((0, 1, 2, 3, 5, 8, 20)))
    def time_passes(self, minutes: int) -> None:
        self.attended(self.at + timedelta(minutes=minutes))

    @sought
    @rule(minutes=st.sampled_from((6, 12, 30)))
    def nobody_answers(self, minutes: int) -> None:
        self.attended(self.at + timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from((1, 35, 100, 240, 480, 1080)))
    def the_worker_was_down(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @sought
    @rule(minutes=st.sampled_from((1, 60, 1440)))
    def the_clock_goes_back_for_a_while(self, minutes: int) -> None:
        self.catches_up()
        before = self.asks(lambda views: views.head())
        self.clock.at = self.at - timedelta(minutes=minutes)
        self.worker.catch_up()
        assert self.asks(lambda views: views.head()) == before, "nothing is done twice"

    @rule(channel=st.sampled_from(CHANNELS))
    def a_gateway_breaks_or_is_mended(self, channel: str) -> None:
        self.catches_up()
        self.gateway.broken ^= {channel}

    @rule(pick=picks, channel=st.sampled_from(CHANNELS))
    def somebody_gets_another_channel(self, pick: int, channel: str) -> None:
        if member := self.member(pick):
            self.keep(ContactPoint(member=member, channel=channel, order=2, address=f"{member}-{channel}"))

    @rule(pick=picks)
    def the_commander_is_to_be_told_at_once(self, pick: int) -> None:
        row = one(pick, self.of(Authority))
        if row is not None:
            self.keep(replace(row, notify_at_once=True), row)

    # -- Taskings ----------------------------------------------------------------------------------------------------

    @rule(where=picks, people=st.sampled_from((None, 5, 50)), minutes=deadlines)
    def a_tasking_is_received(self, where: int, people: int | None, minutes: int | None) -> None:
        name = f"T{len(self.searches) + 1}"
        by = None if minutes is None else self.at + timedelta(minutes=minutes)
        asked = Asked(MATTER, self.unit(where), self.at, by, people=people)
        if len([s for s in self.searches.values() if s.running]) == MOST:
            return
        self.catches_up()
        if not self.tries(lambda record: taskings.receive(record, asked, "what", "request", name=name)):
            assert commander_of(self.naive(), competent(self.naive(), asked)[0], self.at) is None
            return
        row = self.tasking(name)
        naive, reach = self.naive(), NaiveReach(self.naive(), self.at, lambda _: True)
        unit, authority = competent(naive, asked)
        chain = reach.chain(row.owner, row.offered_to, unit, authority)
        due = reach.first_due(chain, unit, by)
        self.searches[name] = Search(unit, chain, due, by, row.owner, list(row.offered_to))
        self.catches_up()
        if row.notify_at_once:
            self.commanders_are_told(name, commander_of(naive, unit, self.at))

    def commanders_are_told(self, name: str, position: str | None) -> None:
        """At once, even at rest."""
        given = {m.reference for m, at in self.gateway.given if at == self.at}
        for a in self.of(Appointment):
            if a.position == position and self.holds(a.member, a.position):
                ways = [p.channel for p in self.of(ContactPoint) if p.member == a.member]
                mine = [c for c in self.contacts(name) if c.member == a.member and c.key in given]
                assert mine or not ways, f"{a.member} ({position}) has to know of {name} at once"

    @carried
    @rule(to=picks, word=words)
    def who_was_asked_last_answers(self, to: int, word: Word) -> None:
        self.answers(self.gateway.carried[-1], word, to)

    @carried
    @rule(pick=picks, word=words, to=picks)
    def somebody_answers(self, pick: int, word: Word, to: int) -> None:
        self.answers(self.gateway.carried[pick % len(self.gateway.carried)], word, to)

    def answers(self, key: str, word: Word, to: int) -> None:
        """Somebody answers by a link; ``to``: picks the position that is named."""
        contact = self.contact(key)
        search = self.searches[contact.subject]
        position = contact.position or ""
        serves, open_ = self.serves(search.has, search.owner), self.tasking(contact.subject).is_open
        named = one(to, [p.position for p in self.of(Position) if p.title != "mayor"]) or ""
        given = Answer(word, "no hands", named)
        may = self.may_accept(contact, search, open_)
        done = self.writes(lambda record: answers.answer(record, key, given, self.at))
        if word == "accepted":
            assert done.ok == may, f"{contact.member} accepts {contact.subject}: {done.says}"
        if done.ok and contact.purpose == "decide":
            self.takes_effect(search, contact.member, position, word, named, serves)

    def may_accept(self, contact: Contact, search: Search, open_: bool) -> bool:
        """Whether the member can take it on by this link."""
        member, position = contact.member, contact.position or ""
        step = (contact.purpose, contact.step, member)
        same = [c for c in self.contacts(contact.subject) if (c.purpose, c.step, c.member) == step]
        usable = not any(c.answer for c in same) and self.at < contact.expires_at and not self.left(member)
        free = search.has in (None, member) or position in search.offered
        fit = not self.naive().unfit(member, self.at)
        known = (search.owner, search.has, search.running) == (position, member, False)
        concerned = position in (search.owner, *search.offered)
        mine = usable and self.holds(member, position) and contact.purpose == "decide"
        return mine and (known or (open_ and free and fit and concerned))

    def takes_effect(self, search: Search, member: str, position: str, word: Word, named: str, serves: bool) -> None:
        new = named not in (search.owner, *search.offered)
        if word == "accepted":
            search.accepts(position, member)
        elif word == "refused":
            search.refuses(position, member, self.at, serves)
        elif word == "handed" and position == search.owner:
            search.names(named, self.at)
        elif word in ("handed", "not-me"):
            search.refuses(position, member, self.at, serves)
            if new:
                search.names(named, self.at, [member])

    @sought
    @rule(pick=picks, who=picks)
    def an_owner_closes_it(self, pick: int, who: int) -> None:
        name, member = self.somebody(pick, who)
        if name and member and self.tries(lambda r: taskings.close(r, name, member, "done", self.at)):
            self.searches[name].running = False
            self.searches[name].offered = []

    @sought
    @rule(pick=picks, who=picks)
    def an_owner_refuses_it(self, pick: int, who: int) -> None:
        name, member = self.somebody(pick, who)
        if name and member:
            search = self.searches[name]
            serves = self.serves(search.has, search.owner)
            if self.tries(lambda r: taskings.refuse(r, name, member, "no hands", self.at, search.owner)):
                search.refuses(search.owner, member, self.at, serves)

    @sought
    @rule(pick=picks, who=picks, to=picks)
    def an_owner_offers_it(self, pick: int, who: int, to: int) -> None:
        name, member = self.somebody(pick, who)
        named = one(to, [p.position for p in self.of(Position) if p.title != "mayor"]) or ""
        if name and member:
            search = self.searches[name]
            new = named not in (search.owner, *search.offered)
            if self.tries(lambda r: taskings.offer(r, name, named, member, self.at)) and new:
                search.names(named, self.at)

    @sought
    @rule(pick=picks, who=picks, where=picks)
    def somebody_takes_it_over(self, pick: int, who: int, where: int) -> None:
        name = one(pick, self.searches)
        position = one(where, [p.position for p in self.of(Position)]) or ""
        member = one(who, [a.member for a in self.of(Appointment) if a.position == position])
        if name and member:
            search = self.searches[name]
            if self.tries(lambda r: taskings.take_over(r, name, member, position, self.at)):
                search.accepts(position, member)

    def somebody(self, pick: int, who: int) -> tuple[str | None, str | None]:
        """A tasking and a holder of the position that owns it."""
        name = one(pick, self.searches)
        owner = self.searches[name].owner if name else ""
        return name, one(who, [a.member for a in self.of(Appointment) if self.holds(a.member, owner)])

    # -- What holds --------------------------------------------------------------------------------------------------

    @invariant()
    def everybody_is_asked_whom_the_design_asks(self) -> None:
        self.catches_up()
        for name, search in self.searches.items():
            row, found = self.tasking(name), self.search(name)
            assert self.said(name, "stepped") == search.log
            assert [at for _, _, _, at in self.said(name, "alarmed")] == search.alarms
            assert (row.owner, row.accepted_by, list(row.offered_to)) == (search.owner, search.has, search.offered)
            assert (found.chain, found.runs) == (tuple(search.chain), search.running)
            if search.running:
                assert (found.due_at, found.round, found.place) == (search.due, search.round, search.place)

    @invariant()
    def whoever_is_woken_is_owed_rest_and_nobody_else_is(self) -> None:
        owed = self.asks(lambda views: views.rows(Reachability, kind="owed"))
        expected = sorted((r.member, r.since, r.until) for r in self.owed)
        assert sorted((r.member, r.since, r.until) for r in owed) == expected

    @invariant()
    def no_open_tasking_is_without_a_next_step(self) -> None:
        for name in self.searches:
            row, found = self.tasking(name), self.search(name)
            assert not row.is_open or row.accepted_by is not None or found.due_at is not None
            assert row.is_open or not found.runs
            asked = [c for c in self.contacts(name) if c.purpose == "decide"]
            assert found.runs or not any(c.waits for c in asked), "whoever has it is not asked about any more"

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        assert len(self.gateway.carried) == len(set(self.gateway.carried))
        assert not any(message.repeat for message, _ in self.gateway.given)

    def tasking(self, name: str) -> Tasking:
        return self.asks(lambda views: taskings.tasking_named(views, name))

    def search(self, name: str) -> Escalation:
        found = self.asks(lambda views: views.row(Escalation, name))
        assert found is not None
        return found

    def said(self, name: str, verb: str) -> list[tuple[int, str, str, datetime]]:
        """Step, member and position of each fact of its escalation, and when."""
        told = self.asks(lambda views: list(views.facts(streams=[f"escalation/{name}"], kinds=[f"escalation.{verb}"])))
        bodies = [(loads(f.body), datetime.fromisoformat(f.effective_at)) for f in told]
        return [(b.get("step", 0), b.get("member", ""), b.get("position", ""), at) for b, at in bodies]


class NothingIsDroppedOnAServer(NothingIsDropped):
    """The same on PostgreSQL."""

    place = staticmethod(servers.fresh_database)


NothingIsDropped.TestCase.settings = settings(MODERATE, stateful_step_count=30)
TestNothingIsDropped = NothingIsDropped.TestCase
NothingIsDroppedOnAServer.TestCase.settings = settings(MODERATE, max_examples=FEW, stateful_step_count=30)
TestNothingIsDroppedOnAServer = NothingIsDroppedOnAServer.TestCase
