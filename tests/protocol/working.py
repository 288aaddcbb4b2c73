"""What a worker can do next: claim, step, read, hand over, give back, record. Between any two it may be killed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.ports import Delivery, Due, Message
from muster.services import sending, stepping
from muster.services.sending import Outcome, Outgoing
from muster.worker.loop import LEASE
from tests.properties.gateway import PlainLinks
from tests.protocol import rules
from tests.protocol.ledger import Ledger
from tests.protocol.memory import NOW, Memory
from tests.protocol.states import Flight, Happened, Scope, State, Worker


@dataclass(frozen=True, slots=True)
class Working:
    """One worker in one state."""

    ledger: Ledger
    scope: Scope
    state: State
    number: int

    @property
    def me(self) -> str:
        """How the worker is called."""
        return f"worker {self.number + 1}"

    @property
    def worker(self) -> Worker:
        """What it has in hand."""
        return self.state.workers[self.number]

    def moves(self) -> Iterator[Happened]:
        """Everything it can do next. What it has claimed it does first; messages meanwhile are on their way."""
        if self.worker.steps:
            yield self._steps(self.worker.steps)
        elif self.worker.claimed:
            yield Happened(f"{self.me} reads what to send", self._now(self._read()))
        else:
            yield from self._claims()
        for flight in self.worker.flying:
            if not flight.came:
                yield from self._hands_over(flight)
        came = tuple(f for f in self.worker.flying if f.came)
        if came:
            yield self._records(came)

    def _now(self, worker: Worker, kept: int | None = None) -> State:
        return self.state.but(self.number, worker, kept)

    def _claims(self) -> Iterator[Happened]:
        for noun in (Escalation.NOUN, Contact.NOUN):
            kept, due = self._claim(noun)
            if due:
                keys = tuple(d.key for d in due)
                took = self.worker._replace(steps=keys) if noun == Escalation.NOUN else self.worker.given(due)
                yield Happened(f"{self.me} claims {noun} {', '.join(keys)}", self._now(took, kept))

    def _claim(self, noun: str) -> tuple[int, tuple[Due, ...]]:
        def find() -> tuple[int, tuple[Due, ...]]:
            after, due = self.ledger.kept[self.state.kept].claimed(noun, NOW + LEASE, self.scope.leases)
            return self.ledger.number(after), due

        return self.ledger.once(("claim", self.state.kept, noun), find)

    def _steps(self, keys: tuple[str, ...]) -> Happened:
        done = self.ledger.transact(self.state.kept, keys, lambda record: stepping.step_due(record, keys))
        after = self._now(self.worker._replace(steps=()), done.kept)
        return Happened(f"{self.me} takes its steps: {said(done.said)}", after, done.wrong, done.alarm)

    def _read(self) -> Worker:
        held = {h.key: h for h in self.worker.claimed}

        def find() -> list[Flight]:
            due = [Due(Contact.NOUN, h.key, NOW, h.tries) for h in held.values()]
            found = sending.outgoing(self.ledger.reading(self.state.kept), due, PlainLinks())
            return [Flight(held[o.contact.key], _seen(o.contact), o.why, _repeats(o)) for o in found]

        found = self.ledger.once(("read", self.state.kept, self.worker.claimed), find)
        return self.worker._replace(claimed=(), flying=tuple(sorted((*self.worker.flying, *found))))

    def _hands_over(self, flight: Flight) -> Iterator[Happened]:
        """Hand one message over. Where the lease is nearly over it is given back, unless that had begun already."""
        others = tuple(f for f in self.worker.flying if f != flight)
        if flight.held.until - NOW <= LEASE / 2:
            due = Due(Contact.NOUN, flight.key, NOW, flight.held.tries)
            kept = self.state.kept
            back = self.ledger.once((kept, due), lambda: self.ledger.number(self.ledger.kept[kept].released(due)))
            yield Happened(f"{self.me} gives back {flight.key}", self._now(self.worker._replace(flying=others), back))
        for word in self.scope.gateway:
            left = self.worker._replace(flying=tuple(sorted((*others, flight._replace(said=word)))))
            says = f"{self.me} sends {flight.key}{' (repeat)' if flight.repeat else ''}: {word}"
            if word not in ("sent", "too late"):
                yield Happened(says, self._now(left))
                continue
            known = self.state.sent_of(flight.key)
            now = known.once_more(flight.repeat, lost=word == "too late")
            yield Happened(says, self._now(left).knowing(now), rules.wrong_with_sending(known, flight.repeat))

    def _records(self, came: tuple[Flight, ...]) -> Happened:
        done = self.ledger.transact(self.state.kept, came, lambda record: _record(record, came))
        left = self.worker._replace(flying=tuple(f for f in self.worker.flying if not f.came))
        return Happened(f"{self.me} records: {said(done.said)}", self._now(left, done.kept), done.wrong, done.alarm)


def _seen(contact: Contact) -> tuple[str, int]:
    return contact.state, contact.tries


def _repeats(outgoing: Outgoing) -> bool:
    return outgoing.message is not None and outgoing.message.repeat


def _record(record: Memory, came: Iterable[Flight]) -> None:
    contacts = {c.key: c for c in record.rows(Contact)}
    outcomes = []
    for flight in came:
        seen = replace(contacts[flight.key], state=flight.seen[0], tries=flight.seen[1])
        if flight.why:
            outcomes.append(Outcome(Outgoing(seen, None, flight.why), None))
            continue
        state: Any = "try-again" if flight.said == "too late" else flight.said
        message = Message(flight.key, seen.channel, "address", "title", "text", flight.repeat)
        outcomes.append(Outcome(Outgoing(seen, message), Delivery(state, flight.said)))
    sending.record_outcomes(record, outcomes)


def said(facts: Iterable[Fact]) -> str:
    """Facts in a few words."""
    return ", ".join(f"{f.kind} {f.body.get('member', '')}".strip() for f in facts) or "nothing"
