"""Requests of many, filed, consented to, withdrawn and decided by anybody, beside a plain model of what must come of
it: who may, what stands in the lines, who is away; and no line crosses a hard rule."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from muster.bootstrap import open_store
from muster.domain.errors import Invalid, Refused
from muster.domain.members import Absence
from muster.domain.published import DutyLine
from muster.domain.requests import Request
from muster.domain.rosters import UnitRoster
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import requests
from muster.services.amending import Amendment, amend
from muster.services.load import load
from muster.services.publishing import publish
from muster.services.request_deciding import decide
from muster.services.request_swaps import Swap, file_swap
from muster.services.rosters import case_of, crossed_by
from tests import servers
from tests.ground import NEW_YORK, SMALL, directory_from, local
from tests.properties.histories import FEW, MODERATE
from tests.properties.naive_requests import COMMANDERS, DAYS, MEMBERS, Book, Model, turn
from tests.publishing import MONDAY, as_charted
from tests.services.small import PCT
from tests.support import SettableClock

POSITIONS = [*COMMANDERS, "PCT-047-DESK"]
START = "2020-10-18T20:00"


@cache
def prepared() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """A database with the small force and its charted roster, made once."""
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name, "small.db")
    fill(f"sqlite:///{path}")
    return folder, path


def fill(url: str) -> None:
    with closing(open_store(url, SettableClock(local("2020-10-01")))) as store:
        with store.writing() as record:
            load(record, directory_from(SMALL))
        with store.writing() as record:
            publish(record, staggered(as_charted(record)), "PCT-047-CO", local("2020-10-01"))


def staggered(roster: UnitRoster) -> UnitRoster:
    """The roster with the lines of members moved against each other, so that there is something to swap."""
    lines = {m: line[2 * n % DAYS :] + line[: 2 * n % DAYS] for n, (m, line) in enumerate(sorted(roster.lines.items()))}
    return replace(roster, lines=lines)


@contextmanager
def in_a_file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{copyfile(prepared()[1], Path(folder, 'muster.db'))}"


@contextmanager
def on_a_server() -> Iterator[str]:
    with servers.fresh_database() as url:
        fill(url)
        yield url


PAIRS = st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=2, unique=True)
PLACES = st.tuples(st.integers(0, 14), st.integers(0, 14))
ASKS = st.tuples(
    PAIRS, PLACES, st.sampled_from(("leave", "gives", "takes", "takes")), st.sampled_from((True, True, False))
)


class Requests(Book, RuleBasedStateMachine):
    """Requests in the small force, made and decided by everybody, allowed or not."""

    place: ClassVar = staticmethod(in_a_file)

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        url = self.opened.enter_context(self.place())
        self.at = local(START)
        self.clock = SettableClock(self.at)
        self.store = self.opened.enter_context(closing(open_store(url, self.clock)))
        with self.store.reading() as views:
            self.lines = {line.member: list(line.tours) for line in views.rows(DutyLine)}
        self.away: list[tuple[str, datetime, datetime]] = []
        self.model: dict[str, Model] = {}
        self.said = ""

    def teardown(self) -> None:
        self.no_line_crosses_a_hard_rule()
        self.opened.close()

    def does(self, act: Callable[[Record], Request]) -> Request | None:
        """The request after the act; None where it was refused, and then nothing was recorded."""
        self.at += timedelta(seconds=1)
        self.clock.at = self.at
        with self.store.reading() as views:
            before = views.head()
        try:
            with self.store.writing() as record:
                return act(record)
        except (Refused, Invalid) as said:
            self.said = str(said)
            with self.store.reading() as views:
                assert views.head() == before
            return None

    @initialize(asks=st.lists(ASKS, min_size=6, max_size=10))
    def many_have_asked(self, asks: list[tuple[list[str], tuple[int, int], str, bool]]) -> None:
        """Leave, and swaps that the other has consented to, mostly."""
        for pair, places, more, agrees in asks:
            if more == "leave":
                self.asks_for_leave(pair[0], places[0])
                continue
            before = set(self.model)
            self.asks_for_a_swap(pair, places, more)
            for name in set(self.model) - before if agrees else ():
                self.consents(name)

    def consents(self, name: str) -> None:
        m = self.model[name]
        assert self.does(lambda record: requests.consent(record, name, str(m.other), self.at))
        m.state = "open"

    @rule(hours=st.sampled_from((1, 9, 30)))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(member=st.sampled_from([*MEMBERS, "M0005", "M0006"]), place=st.integers(0, 14))
    def asks_for_leave(self, member: str, place: int) -> None:
        day = MONDAY + timedelta(days=place)
        made = self.does(lambda record: requests.file_leave(record, member, day, day, self.at))
        assert (made is not None) == (datetime.combine(day, time(), NEW_YORK) > self.at)
        if made is not None:
            self.model.setdefault(made.request, Model("leave", member, day))
            assert self.model[made.request].state in ("open", "granted")

    @rule(pair=PAIRS, places=PLACES, more=st.sampled_from(("gives", "takes", "any")))
    def asks_for_a_swap(self, pair: list[str], places: tuple[int, int], more: str) -> None:
        """Mostly one that can be asked for: the first two, from these days on, who can."""
        member, other, day = pair[0], pair[1], MONDAY + timedelta(days=places[0])
        back = None if more == "gives" else MONDAY + timedelta(days=places[1])
        if more != "any":
            day = next((d for d in self.from_(day) if self.entry(member, d) and not self.entry(other, d)), day)
        if more == "takes" and back is not None:
            back = next((d for d in self.from_(back) if self.entry(other, d) and not self.entry(member, d)), back)
        made = self.does(lambda record: file_swap(record, Swap(member, day, other, back), self.at))
        mine, theirs = self.entry(member, day), self.entry(other, day)
        gives = [(mine, theirs, day)] + ([(self.entry(other, back), self.entry(member, back), back)] if back else [])
        can = all(
            tour and (not has or (back == day and has != tour)) and turn(tour, on)[0] > self.at
            for tour, has, on in gives
        )
        assert (made is not None) == can
        if made is not None and made.request not in self.model:
            then = {(m, d): self.entry(m, d) for m in (member, other) for d in {day, back or day}}
            self.model[made.request] = Model("swap", member, day, other, back, then, state="asked")

    def from_(self, day: date) -> list[date]:
        return [day + timedelta(days=n) for n in range(8)]

    @rule(pick=st.integers(0, 99), theirs=st.sampled_from((True, True, True, False)), word=st.sampled_from("crw"))
    def says_something(self, pick: int, theirs: bool, word: str) -> None:
        """Somebody consents, refuses or withdraws: mostly a party."""
        running = [name for name, m in self.model.items() if m.kind == "swap" or word == "w"]
        if not running:
            return
        name = running[pick % len(running)]
        m = self.model[name]
        by = m.parties[-1 if word in "cr" else pick % len(m.parties)] if theirs else MEMBERS[pick % len(MEMBERS)]
        act, before, after, stays = {
            "c": (requests.consent, ("asked",), "open", "open"),
            "r": (requests.refuse, ("asked",), "refused", "refused"),
            "w": (requests.withdraw, ("asked", "open"), "withdrawn", "withdrawn"),
        }[word]
        done = self.does(lambda record: act(record, name, by, self.at))
        may = by in m.parties if word == "w" else by == m.other
        assert (done is not None) == (may and m.state in (*before, stays))
        if done is not None:
            m.state = after

    @rule(
        pick=st.integers(0, 99), by=st.sampled_from([*POSITIONS, "PCT-047-CO", "PCT-047-CO"]), short=st.booleans(),
        verdict=st.sampled_from(("granted", "granted", "declined")),
    )  # fmt: skip
    def decides(self, pick: int, by: str, short: bool, verdict: str) -> None:
        """Somebody grants or declines; of those open first."""
        waiting = sorted(self.model, key=lambda name: (self.model[name].state != "open", name))
        opened = [name for name in waiting if self.model[name].state == "open"] or waiting
        if not opened:
            return
        name = opened[pick % len(opened)]
        m = self.model[name]
        done = self.does(lambda r: decide(r, name, verdict, by, "as I see it", self.at, short=short))  # type: ignore[arg-type]
        if m.state == verdict and m.by == by:
            assert done is not None
            return
        over = {"M0005": ["PBBX-CO"], "M0006": ["PCT-047-CO", "PBBX-CO"]}.get(m.member, list(COMMANDERS))
        may = m.state == "open" and by in over and (verdict == "declined" or self.may_be_granted(m, short))
        assert (done is not None) == may, (m, by, self.at, self.said)
        if done is not None:
            m.state, m.by = verdict, by
            assert done.decider == COMMANDERS[by]
            if verdict == "granted":
                self.brought(name, m)

    def brought(self, name: str, m: Model) -> None:
        """What a grant has brought about, in our own book."""
        if m.kind == "swap":
            self.lines = self.granted_lines(m)
            return
        start = datetime.combine(m.first, time(), NEW_YORK)
        end = datetime.combine(m.first + timedelta(days=1), time(), NEW_YORK)
        if m.member in self.lines:
            n = (m.first - MONDAY).days
            before, last = self.lines[m.member][n - 1] if n else "", self.lines[m.member][n]
            if before and not self.is_away(m.member, before, m.first - timedelta(days=1)):
                start = max(start, turn(before, m.first - timedelta(days=1))[1])
            if last and not self.is_away(m.member, last, m.first):
                end = max(end, turn(last, m.first)[1])
        self.away.append((m.member, start, end))
        with self.store.reading() as views:
            assert name in {a.request for a in views.rows(Absence, member=m.member)}

    @rule(member=st.sampled_from(MEMBERS), place=st.integers(0, 20))
    def a_tour_is_taken_off(self, member: str, place: int) -> None:
        day = MONDAY + timedelta(days=place)
        done = self.does(
            lambda record: amend(record, Amendment(PCT, member, day, "off", "less"), "PCT-047-CO", self.at)  # type: ignore[arg-type,return-value]
        )
        tour = self.entry(member, day)
        assert (done is not None) == (not tour or turn(tour, day)[0] > self.at)
        if done is not None:
            self.lines[member][place] = ""

    @invariant()
    def everything_stands_as_it_should(self) -> None:
        with self.store.reading() as views:
            found = {r.request: r for r in views.rows(Request)}
            taskings = {t.tasking: t for t in views.rows(Tasking)}
            lines = {line.member: list(line.tours) for line in views.rows(DutyLine)}
            absences = {(a.member, a.since, a.until) for a in views.rows(Absence) if a.request}
        assert {name: (r.state, r.by) for name, r in found.items()} == {
            name: (m.state, m.by) for name, m in self.model.items()
        }
        assert lines == self.lines
        assert absences == set(self.away)
        assert {name for name, t in taskings.items() if t.is_open} == {
            name for name, m in self.model.items() if m.state == "open"
        }

    def no_line_crosses_a_hard_rule(self) -> None:
        """By the rules as they are held to a roster that is to be published, of what is worked."""
        with self.store.reading() as views:
            case = case_of(views, PCT, MONDAY)
        days = [MONDAY + timedelta(days=n) for n in range(DAYS)]
        lines = {
            m: tuple("" if tour and self.is_away(m, tour, day) else tour for tour, day in zip(line, days, strict=True))
            for m, line in self.lines.items()
        }
        assert not [c for c in crossed_by(replace(case), lines) if c.hard]


class RequestsOnAServer(Requests):
    """The same on PostgreSQL."""

    place = staticmethod(on_a_server)


Requests.TestCase.settings = settings(MODERATE, stateful_step_count=25)
TestRequests = Requests.TestCase
RequestsOnAServer.TestCase.settings = settings(MODERATE, max_examples=FEW, stateful_step_count=25)
TestRequestsOnAServer = RequestsOnAServer.TestCase
