"""What arrived at the local servers: lines of the story that no fact tells, because only the servers know."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from muster.domain.contact import Contact
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.scenarios.lines import Line
from muster.scenarios.reaching import LINK, Arrival, Round
from muster.services.telling.names import listed


def arrivals(views: Views, came: Round, at: datetime) -> Iterator[Line]:
    """What arrived now; the text of the first message that asks somebody to decide something is shown, unless it is one
    of an order's many. It is marked where that is not what the record says was sent, or the worker had trouble."""
    if came.arrived:
        asking = views.rows(Contact, key=[a.contact for a in came.arrived], purpose="decide")
        alone = {t.tasking for t in views.rows(Tasking, key=[c.subject for c in asking], order=None)}
        shown = {c.key for c in asking if c.subject in alone and c.subject not in came.heard_of}
        texts = dict.fromkeys(a.message.text.partition(LINK)[0].strip() for a in came.arrived if a.contact in shown)
        details = tuple(f"“{text} {LINK}/...”" for text in texts)
        yield Line(at, "arrived", f"Arrived: {_by_channel(came.arrived)}.", details=details)
    for what, keys in (("sent and not arrived", came.missing), ("arrived and not sent", came.strange)):
        yield from (Line(at, "unexpected", f"a message {what}, by the record: {key}") for key in keys)
    yield from (Line(at, "unexpected", f"the worker had trouble: {trouble}") for trouble in came.troubles)


def summary(views: Views, arrived: Sequence[Arrival], where: str, at: datetime) -> Iterator[Line]:
    """How many messages arrived, for how many people, what they were for, and how many answered; nothing where none
    did."""
    if not arrived:
        return
    contacts = views.rows(Contact, key={a.contact for a in arrived})
    purposes = Counter(c.purpose for c in contacts)
    answers = Counter(c.answer or "received" for c in contacts if c.answer or c.received_at)
    asked = {(c.subject, c.member) for c in contacts if c.purpose == "decide"}
    said = {(c.subject, c.member) for c in contacts if c.purpose == "decide" and c.answer}
    details = [
        f"asked to decide: {purposes['decide']}; told: {purposes['notice']}; tests: {purposes['test']}",
        f"answers by the link: {', '.join(f'{word} {n}' for word, n in sorted(answers.items())) or 'none'}",
        f"asked, and silent to the end: {len(asked - said)} of {len(asked)}",
    ]
    people = len({c.member for c in contacts})
    text = f"{where} the local servers took {len(arrived):,} messages to {people:,} people: {_by_channel(arrived)}."
    yield Line(at, "arrived", text, details=tuple(details))


def _by_channel(arrived: Iterable[Arrival]) -> str:
    counts = Counter(a.message.channel for a in arrived)
    return listed([f"{n:,} by {channel}" for channel, n in sorted(counts.items())])
