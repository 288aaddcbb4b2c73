"""Playing a scenario: a fresh record, a clock that is wound, commands one after another, and what came of each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from muster.bootstrap import open_store
from muster.domain.errors import Invalid, MusterError
from muster.domain.record import Fact, Recorded
from muster.ports import Record, Views
from muster.scenarios.acts import ACTS, REFUSED
from muster.scenarios.answer_acts import ANSWERS, HABIT
from muster.scenarios.arrivals import arrivals, summary
from muster.scenarios.brought_about import BY_TIME, BroughtAbout
from muster.scenarios.forces import force_of
from muster.scenarios.habits import Habits
from muster.scenarios.lines import Line
from muster.scenarios.questions import QUESTIONS
from muster.scenarios.reaching import Reaching
from muster.scenarios.scenario import OURS, Fork, Scenario, Step, timeline
from muster.services.load import load
from muster.services.provenance import LOADED, STATED
from muster.services.telling.names import Names
from muster.services.telling.story import Story
from muster.store.copies import duplicate
from muster.store.store import SqlStore


class Clock:
    """A clock that is set by the scenario."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Player:
    """Plays one scenario on a record of its own; versions of what is disputed are played on copies beside it. People
    are really reached: by a worker, over servers on this machine. ``inbox``: contacts whose messages arrived before;
    ``habits``: who answers by habit from before."""

    def __init__(
        self,
        scenario: Scenario,
        database: Path,
        clock: Clock | None = None,
        inbox: Iterable[str] = (),
        habits: Habits | None = None,
    ) -> None:
        self.scenario = scenario
        self.habits = habits or Habits()
        self.folder = database.parent
        self.clock = clock or Clock(scenario.begin)
        self.store: SqlStore = open_store(f"sqlite:///{database}", self.clock)
        try:
            self.reaching = Reaching(self.store, self.clock, inbox)
        except BaseException:
            self.store.close()
            raise

    def close(self) -> None:
        """Let go of the record; it stays where it is."""
        self.reaching.close()
        self.store.close()

    def play(self) -> Iterator[Line]:
        """Load the force, then every step in order of time; forks are played aside when their time comes."""
        with self.store.writing() as record:
            if record.head()[0]:
                raise Invalid("a replay needs a record of its own: name a folder without one")
            body = {"scenario": self.scenario.name, "title": self.scenario.title}
            record.append([Fact(f"scenario/{self.scenario.name}", "scenario.begun", self.clock(), body)])
            load(record, force_of(self.scenario))
        with self.store.reading() as views:
            yield from self._lines(views, [*views.facts(kinds=[LOADED])], OURS)
        yield from self.steps(self.scenario.steps, self.scenario.forks)
        yield from self.summary("In all")

    def summary(self, where: str) -> Iterator[Line]:
        """Whom messages reached so far, and who answered them."""
        with self.store.reading() as views:
            yield from summary(views, self.reaching.arrived, where, self.clock.at)

    def steps(self, steps: Sequence[Step], forks: Sequence[Fork] = ()) -> Iterator[Line]:
        """Play steps in order of time; a fork comes when its time does."""
        waiting = list(steps)
        for fork in sorted(forks, key=lambda f: f.at):
            yield from self._all(waiting, fork.at)
            yield from self._fork(fork, [s for s in waiting if s.at <= fork.until])
            waiting = [s for s in waiting if s.at > fork.until]
        yield from self._all(waiting, None)

    def _all(self, waiting: list[Step], until: datetime | None) -> Iterator[Line]:
        """Play the steps up to an instant (None: all) and take them off the list."""
        while waiting and (until is None or waiting[0].at <= until):
            yield from self._step(waiting.pop(0))
        if until is not None:
            yield from self._wind(until)

    def _fork(self, fork: Fork, steps: Sequence[Step]) -> Iterator[Line]:
        """Each version on a copy of the record, told where it differs from the main line, which is told after them."""
        copies = [self._copy(fork, number) for number in range(len(fork.versions))]
        main = [line for step in steps for line in self._step(step)]
        known = {(line.at, line.text, line.details) for line in main}
        yield Line(fork.at, "fork", fork.title)
        for version, copy in zip(fork.versions, copies, strict=True):
            yield Line(fork.at, "version", version.title, version.source)
            with closing(copy) as aside:
                played = aside.steps(timeline(steps, version.steps, fork.at, fork.until))
                yield from (line for line in played if (line.at, line.text, line.details) not in known)
                yield from aside.summary("In this version")
        yield Line(fork.until, "join", "Neither version is chosen: the record goes on without what is disputed.")
        yield from main

    def _copy(self, fork: Fork, number: int) -> "Player":
        database = self.folder / f"version-{number + 1}-{fork.at:%Y%m%dT%H%M}.db"
        duplicate(self.store, database)
        return Player(self.scenario, database, Clock(fork.at), self.reaching.inbox, self.habits)

    def _step(self, step: Step) -> Iterator[Line]:
        yield from self._wind(step.at)
        if step.do in QUESTIONS:
            yield from self._ask(step)
        elif step.do == HABIT:
            self.habits = self.habits.begun(step)
        else:
            yield from self._act(step)

    def _act(self, step: Step) -> Iterator[Line]:
        before, refusal = self._head(), None
        try:
            with self.store.writing() as record:
                refusal = self._do(record, step)
                self._stated(record, before, step)
        except MusterError as said:
            refusal = str(said)
        if refusal is not None:
            yield self._refused(step, refusal)
        yield from self._told(before, step.source)
        yield from self._reach()
        want = step.given.get("expect", {}).get(REFUSED)
        if want is not None and want not in (refusal or ""):
            but = "it is not" if refusal is None else f"it says: {refusal}"
            yield Line(step.at, "unexpected", f"expected {step.do} to be refused with “{want}”, but {but}", step.source)

    def _stated(self, record: Record, before: int, step: Step) -> None:
        """Record which facts an account states: what was done, and never what Muster did about it."""
        found = next(Story(record, self.scenario.zone).tell([*record.facts(first=before + 1)]), None)
        if found is not None and step.source != OURS:
            body = {"facts": found[2], "accounts": step.source.split()}
            record.append([Fact(f"scenario/{self.scenario.name}", STATED, found[0], body)])

    def _do(self, record: Record, step: Step) -> str | None:
        """Do an act; why it was refused where that is on record too, else None."""
        if step.do not in ANSWERS:
            ACTS[step.do].run(record, step.given, step.at, self.scenario)
            return None
        answered = ANSWERS[step.do].run(record, step.given, step.at, self.reaching.inbox)
        return "; ".join(dict.fromkeys(a.says for a in answered if not a.ok)) or None

    def _refused(self, step: Step, said: str) -> Line:
        with self.store.reading() as views:
            why = Names(views, self.scenario.zone).words(said, step.at)
        return Line(step.at, "refused", f"Refused ({step.do}): {why}.", step.source)

    def _ask(self, step: Step) -> Iterator[Line]:
        with self.store.reading() as views:
            try:
                for line in QUESTIONS[step.do].ask(views, step, self.scenario):
                    self._draw(line)
                    yield line
            except MusterError as said:
                yield self._refused(step, str(said))

    def _draw(self, line: Line) -> None:
        if line.drawing is not None:
            name, drawn = line.drawing
            (self.folder / name).write_text(drawn, encoding="utf-8")

    def _wind(self, until: datetime) -> Iterator[Line]:
        """Wind the clock forward, stopping wherever time brings something about: a limit crossed, a position in other
        hands, a step or a message that is due, somebody who answers by habit."""
        yield from self._reach()
        coming: dict[BroughtAbout, datetime | None] = {}
        while self.clock.at < until:
            with self.store.reading() as views:
                unknown = [each for each in BY_TIME if each not in coming or not each.stays]
                coming |= {each: each.next(views, self.clock.at, until) for each in unknown}
            stop = min((at for at in coming.values() if at), default=until)
            answered = False
            while not answered and (at := self._next()) is not None and at < stop:
                self.clock.at = max(at, self.clock.at)
                yield from self._reach()
                answered = (self.habits.next() or stop) <= self.clock.at
                yield from self._answer()
            if answered:
                continue  # whoever accepts a tasking may go off duty before the stop
            self.clock.at = stop
            before = self._head()
            with self.store.writing() as record:
                for each in [each for each, at in coming.items() if at == stop]:
                    each.do(record, stop)
                    del coming[each]
            yield from self._told(before, OURS)
            yield from self._reach()

    def _next(self) -> datetime | None:
        """The next instant at which something is due, or somebody answers by habit."""
        return min((at for at in (self.store.next_due(), self.habits.next()) if at), default=None)

    def _answer(self) -> Iterator[Line]:
        """Let those answer who do so by habit about now."""
        for step in [s for s in self.habits.due if s.at <= self.clock.at]:
            self.habits = self.habits.done(step)
            yield from self._act(step)

    def _reach(self) -> Iterator[Line]:
        """Let the worker do what is due; what it did, and what arrived."""
        due = self.store.next_due()
        if due is None or due > self.clock.at:
            return
        before = self._head()
        came = self.reaching.catch_up()
        self.habits = self.habits.arrived([a.contact for a in came.arrived], self.clock.at)
        yield from self._told(before, OURS)
        with self.store.reading() as views:
            yield from arrivals(views, came, self.clock.at)

    def _head(self) -> int:
        with self.store.reading() as views:
            return views.head()[0]

    def _told(self, after: int, source: str) -> Iterator[Line]:
        with self.store.reading() as views:
            yield from self._lines(views, [*views.facts(first=after + 1)], source)

    def _lines(self, views: Views, facts: Sequence[Recorded], source: str) -> Iterator[Line]:
        """``source`` states the act itself; what Muster does about it is ours."""
        for number, (at, text, stands_on) in enumerate(Story(views, self.scenario.zone).tell(facts)):
            yield Line(at, "fact", text, OURS if number else source, tuple(stands_on))
