"""What must hold, and what must not happen: said without the code that is to bring it about."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from muster.services.answers import Answer
from tests.protocol.memory import NOW, Kept

STEPS = ("escalation.stepped", "escalation.alarmed", "escalation.widened")


class Sent(NamedTuple):
    """What was handed over of one contact: in plain, or marked as a repeat; and whether a lease on it ever ran out, or
    the gateway's answer got lost."""

    key: str
    plain: bool = False
    marked: bool = False
    lapsed: bool = False

    @property
    def arrived(self) -> bool:
        """Whether its member has it."""
        return self.plain or self.marked

    def once_more(self, repeat: bool, *, lost: bool) -> "Sent":
        """After it was handed over once more; ``lost``: the gateway's answer is."""
        return Sent(self.key, self.plain or not repeat, self.marked or repeat, self.lapsed or lost)


class Has(NamedTuple):
    """Somebody was told that they have a tasking. ``named``: after that somebody asked another to take it."""

    tasking: str
    position: str
    member: str
    named: bool = False


def wrong_with_state(kept: Kept, has: Iterable[Has]) -> Iterator[str]:
    """What is wrong with what is kept."""
    having = {h.tasking: h for h in has}
    timers = {(t.noun, t.key) for t in kept.timers}
    searches = {row.tasking: row for row in kept.of(Escalation)}
    for tasking in kept.of(Tasking):
        mine = [c for c in kept.of(Contact) if c.subject == tasking.tasking and c.purpose == "decide"]
        yield from _of_tasking(tasking, searches[tasking.tasking], mine, having.get(tasking.tasking))
    for noun, key, row in kept.keyed:
        lives = (isinstance(row, Escalation) and row.runs) or (isinstance(row, Contact) and row.waits)
        if lives and (noun, key) not in timers:
            yield f"{noun} {key} waits, and nothing is due"


def _of_tasking(tasking: Tasking, search: Escalation, asked: Sequence[Contact], has: Has | None) -> Iterator[str]:
    name = tasking.tasking
    if tasking.is_open and (has is None or has.named) and not search.runs:
        yield f"{name} is open, nobody has it, and nobody is sought"
    if not tasking.is_open and search.runs:
        yield f"{name} is closed, and somebody is sought"
    if tasking.is_open and has is not None:
        if (tasking.owner, tasking.accepted_by) != (has.position, has.member):
            yield f"{has.member} was told to have {name} as {has.position}; {tasking.accepted_by} ({tasking.owner}) has"
        if search.runs and not has.named:
            yield f"{has.member} has {name}, and somebody is sought"
    if (not tasking.is_open or (has and not has.named)) and any(c.waits for c in asked):
        yield f"nobody need decide {name}, and somebody will still be asked"
    now = [c for c in asked if c.step == search.step]
    late = search.runs and search.position is not None and search.due_at is not None and search.due_at > NOW
    if late and now and all(c.state == "failed" for c in now):
        yield f"nothing reaches {now[0].member}, and the next is not asked at once"


def wrong_with_facts(before: Kept, after: Kept, said: Sequence[Fact]) -> Iterator[str]:
    """What is wrong with what one transaction said."""
    owners = {t.tasking: t.owner for t in after.of(Tasking)}
    moved = {f.stream for f in said if f.kind in ("tasking.accepted", "tasking.taken-over")}
    for t in before.of(Tasking):
        if owners[t.tasking] != t.owner and t.stream not in moved:
            yield f"{t.tasking} went from {t.owner} to {owners[t.tasking]}, and nobody had accepted it"
    for search in before.of(Escalation):
        for fact in said:
            if fact.stream == search.stream and fact.kind in STEPS:
                yield from _of_step(search, fact)
    yield from _queued(said)
    yield from _recorded(before, said)


def _of_step(search: Escalation, fact: Fact) -> Iterator[str]:
    """Every entry of the chain is asked or passed over with a reason, in order."""
    skipped = fact.body.get("skipped", [])
    chain = search.chain[search.place :]
    covered = [s["position"] for s in skipped]
    if fact.kind == "escalation.stepped":
        covered.append(fact.body["position"])
        if fact.body["step"] != search.step + 1:
            yield f"step {fact.body['step']} comes after step {search.step}"
        if fact.body["place"] != search.place + len(covered):
            yield f"{covered[-1]} was asked, and the next is not who comes after"
        if fact.body["member"] in search.asked:
            yield f"{fact.body['member']} is asked twice in one round"
    elif len(covered) != len(chain):
        yield f"the chain is said to be at its end, and {list(chain)} were passed over as {covered}"
    if covered != list(chain[: len(covered)]):
        yield f"asked or passed over were {covered}; next in the chain were {list(chain)}"
    if not all(s["why"] for s in skipped):
        yield "somebody was passed over without a reason"


def _queued(said: Sequence[Fact]) -> Iterator[str]:
    """Nobody is asked to decide but by a step, and only for it."""
    steps = {(f.stream.partition("/")[2], f.body["step"], f.body["member"]) for f in said if f.kind == STEPS[0]}
    for fact in said:
        asks = fact.kind == "contact.queued" and fact.body["purpose"] == "decide"
        if asks and (fact.body["subject"], fact.body["step"], fact.body["member"]) not in steps:
            yield f"{fact.body['member']} is asked, and no step says so"


def _recorded(before: Kept, said: Sequence[Fact]) -> Iterator[str]:
    """What came of a contact is recorded once; that it went out although it was not needed any more is said later."""
    contacts = {c.stream: c for c in before.of(Contact)}
    for fact in said:
        contact, verb = contacts.get(fact.stream), fact.kind.removeprefix("contact.")
        over = contact is not None and not contact.waits and verb in ("sent", "failed", "postponed", "spared")
        if contact is not None and over and (verb, contact.state) not in (("sent", "spared"), ("sent", "failed")):
            yield f"{contact.key} is {contact.state} already, and is recorded as {verb}"


def wrong_with_sending(before: Sent, repeat: bool) -> tuple[str, ...]:
    """Sent a second time only where a lease ran out or the gateway's answer got lost, and then it says so."""
    if before.arrived and not before.lapsed:
        return (f"{before.key} is sent twice, and no lease has run out",)
    if before.plain and not repeat:
        return (f"{before.key} is sent twice, and neither says that it is a repeat",)
    return ()


def wrong_with_telling(
    contact: Contact, given: Answer, said: Sequence[Fact], delivered: Iterable[Contact]
) -> list[str]:
    """Whoever was asked, and has neither refused it nor has it now, is told who has."""
    if given.word not in ("accepted", "taken-over") or not any(f.kind == "escalation.answered" for f in said):
        return []
    told = {f.body["member"] for f in said if f.kind == "contact.queued" and f.body["purpose"] == "notice"}
    asked = [c for c in delivered if c.subject == contact.subject and c.purpose == "decide"]
    last = {c.member: max(d.step for d in asked if d.member == c.member) for c in asked}
    done = {contact.member, *(c.member for c in asked if c.answer == "refused" and c.step == last[c.member])}
    heard = {c.member for c in asked if c.state != "spared"}  # else they were told when it was
    return [f"{m} was asked, and is not told who has it" for m in sorted(heard - done - told)]


def wrong_with_taking(has: Iterable[Has], now: Iterable[Has], said: Sequence[Fact]) -> Iterator[str]:
    """Nobody loses what they have but to whom they named, or to whoever takes it over."""
    before = {h.tasking: h for h in has}
    for h in now:
        other = before.get(h.tasking)
        taken_over = any(f.kind == "tasking.taken-over" for f in said)
        if other is not None and other.member != h.member and not (other.named or taken_over):
            yield f"{other.member} has {h.tasking}, and {h.member} is told to have it"


def has_after(has: tuple[Has, ...], contact: Contact, given: Answer, said: Sequence[Fact]) -> tuple[Has, ...]:
    """Who was told to have what, once an answer was taken as given."""
    takes = contact.position if given.word in ("accepted", "taken-over") else None
    refuses = given.word in ("refused", "not-me")
    return has_outside(has, contact.subject, contact.member, takes, refuses, said)


def has_outside(
    has: tuple[Has, ...], tasking: str, member: str | None, takes: str | None, refuses: bool, said: Sequence[Fact]
) -> tuple[Has, ...]:
    """The same for an act of somebody: in which position they take it, or whether they refuse it."""
    others = tuple(h for h in has if h.tasking != tasking)
    mine = next((h for h in has if h.tasking == tasking), None)
    if takes is not None and member is not None:
        mine = Has(tasking, takes, member)
    elif mine is not None and refuses and mine.member == member:
        mine = None
    elif mine is not None and any(f.kind in ("tasking.offered", "tasking.delegated", "tasking.sent") for f in said):
        mine = mine._replace(named=mine.named or any(f.kind == "escalation.turned" for f in said))
    return (*others, mine) if mine is not None else others
