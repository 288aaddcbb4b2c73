"""What workers, people, gateways and time can do to the store, one transaction after the other, in any order."""

from collections.abc import Iterator

from muster.domain.contact import Contact
from muster.domain.errors import MusterError
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.services import answers
from muster.services.answers import Answer, Answered
from tests.protocol import rules
from tests.protocol.explorer import Move
from tests.protocol.ledger import Ledger
from tests.protocol.memory import NOW, Memory
from tests.protocol.states import Happened, Outside, Scope, State, Worker
from tests.protocol.working import Working


class Model:
    """The protocol in a world of this scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.ledger = Ledger(scope.force)

    def start(self) -> State:
        """Nobody has done anything yet."""
        scope = self.scope
        return State(self.ledger.number(scope.start), (Worker(),) * scope.workers, scope.faults, scope.acts)

    def done(self, state: State) -> bool:
        """Whether nobody is sought any more, or as many rounds were gone through as are looked at."""
        return self._over(state) or not any(e.runs for e in self._searches(state))

    def same(self, state: State) -> State:
        """Workers have no names."""
        return state._replace(workers=tuple(sorted(state.workers)))

    def moves(self, state: State) -> Iterator[Move[State]]:
        """Everything that can happen next, with what is wrong about it."""
        if self._over(state):
            return
        idle = True
        for number in range(len(state.workers)):
            for happened in Working(self.ledger, self.scope, state, number).moves():
                idle = False
                yield self._move(happened, eager=True)
        yield from (self._move(happened, eager=idle) for happened in self._time(state, late=not idle))
        yield from (self._move(happened) for happened in self._kills(state))
        if state.acts:
            yield from (self._move(happened) for happened in self._people(state._replace(acts=state.acts - 1)))

    def _move(self, happened: Happened, eager: bool = False) -> Move[State]:
        kept, has = happened.state.kept, happened.state.has
        wrong = self.ledger.once(
            ("wrong", kept, has), lambda: tuple(rules.wrong_with_state(self.ledger.kept[kept], has))
        )
        return Move(happened.says, happened.state, eager, happened.alarm, (*happened.wrong, *wrong))

    def _searches(self, state: State) -> list[Escalation]:
        return self.ledger.kept[state.kept].of(Escalation)

    def _over(self, state: State) -> bool:
        return any(e.round > self.scope.rounds for e in self._searches(state))

    def _kills(self, state: State) -> Iterator[Happened]:
        """A worker loses what it has in hand; leases stay until they run out. It begins anew at once."""
        for number, worker in enumerate(state.workers):
            if state.faults and worker != Worker():
                after = state.but(number, Worker())._replace(faults=state.faults - 1)
                yield Happened(f"worker {number + 1} is killed", after)

    def _time(self, state: State, late: bool) -> Iterator[Happened]:
        """On to the next instant at which something is due or a lease runs out; ``late``: while a worker has something
        to do, which is a fault."""
        kept = self.ledger.kept[state.kept]
        until = kept.next_instant()
        if until is None or (late and not state.faults):
            return
        by = until - NOW
        after = state._replace(
            kept=self.ledger.once(("later", state.kept), lambda: self.ledger.number(kept.later(by))),
            workers=tuple(worker.later(by) for worker in state.workers),
            faults=state.faults - late,
        )
        for key in kept.lapsing(Contact.NOUN, until):
            after = after.knowing(after.sent_of(key)._replace(lapsed=True))
        seconds = f"{by.total_seconds():g} s"
        yield Happened(f"workers stand still for {seconds}" if late else f"{seconds} pass", after)

    def _people(self, state: State) -> Iterator[Happened]:
        """Whoever a message has come to may answer it, at once or later, again and again; others act by themselves."""
        kept = self.ledger.kept[state.kept]
        contacts = {key: row for _, key, row in kept.keyed if isinstance(row, Contact)}
        for sent in state.sent:
            for given in self.scope.words if sent.arrived else ():
                yield self._answers(state, contacts[sent.key], given)
        for outside in self.scope.outside:
            for tasking in kept.of(Tasking):
                yield from self._acts(state, outside, tasking.tasking)

    def _answers(self, state: State, contact: Contact, given: Answer) -> Happened:
        key = contact.key
        done = self.ledger.transact(state.kept, (key, given), lambda record: answers.answer(record, key, given, NOW))
        result: Answered = done.result
        says = f"{contact.member} says {given.word}{f' {given.to}' if given.to else ''} by {key}: {result.says}"
        if not result.ok:
            changed = ("what was refused has changed something",) if done.kept != state.kept else ()
            return Happened(says, state, changed)
        keys = {s.key for s in state.sent if s.arrived}
        asked = [row for _, key, row in self.ledger.kept[state.kept].keyed if isinstance(row, Contact) and key in keys]
        told = rules.wrong_with_telling(contact, given, done.said, asked)
        has = rules.has_after(state.has, contact, given, done.said)
        taken = rules.wrong_with_taking(state.has, has, done.said)
        return Happened(says, state._replace(kept=done.kept, has=has), (*done.wrong, *told, *taken), done.alarm)

    def _acts(self, state: State, outside: Outside, tasking: str) -> Iterator[Happened]:
        key = (outside.says, tasking)
        done = self.ledger.transact(state.kept, key, lambda record: _or_why_not(record, outside, tasking))
        if not done.result:
            has = rules.has_outside(state.has, tasking, outside.member, outside.takes, outside.refuses, done.said)
            wrong = (*done.wrong, *rules.wrong_with_taking(state.has, has, done.said))
            yield Happened(f"{outside.says} {tasking}", state._replace(kept=done.kept, has=has), wrong, done.alarm)


def _or_why_not(record: Memory, outside: Outside, tasking: str) -> str:
    """Do it; returns why not, empty where it was done."""
    try:
        outside.act(record, tasking)
    except MusterError as refused:
        return str(refused)
    return ""
