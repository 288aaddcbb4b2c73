"""Sentences about whom a tasking is brought to, what was sent, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from muster.domain.contact import CALLED, Contact
from muster.domain.force import Position
from muster.domain.instants import span_text
from muster.domain.taskings import Tasking
from muster.services.telling.names import listed
from muster.services.telling.tasking_story import called
from muster.services.telling.told import Several, Teller, Told

SENT: Final = {
    "decide": "to decide",
    "notice": "a notice of",
    "test": "as",
    "offer": "an offer of",
    "outcome": "what came of the offers of",
    "returns": "what came of all offers of",
}
NAMED: Final = ("delegated to ", "sent to ", "offered to ")
"""Why a chain begins anew where somebody was named to be asked first."""
DAY: Final = timedelta(days=1)
FEW: Final = 4
"""So many positions of a chain are named one by one."""


def subject_of(stream: str) -> str | None:
    """The tasking, or the test, that a fact of reach is about; None for another fact."""
    noun, _, key = stream.partition("/")
    return key.partition("/")[0] if noun in ("escalation", "contact") else None


def _what(t: Told) -> str:
    subject = subject_of(t.fact.stream) or ""
    if t.fact.kind.startswith("contact.") and t.fact.stream.split("/")[2] in CALLED:
        return f"call-in {subject}"
    tasking = t.views.row(Tasking, subject, known_at=t.known)
    return "a test of the channel" if tasking is None else called(t, tasking)


def _contact(t: Told) -> Contact:
    found = t.views.row(Contact, t.fact.stream.partition("/")[2], known_at=t.known)
    if found is None:
        raise LookupError(t.fact.stream)
    return found


def _whom(t: Told, contact: Contact) -> str:
    """The member who is contacted, by the position in which that is."""
    post = contact.position and t.views.row(Position, contact.position)
    return t.names.held(contact.position, contact.member) if post and contact.position else t.member(contact.member)


def _started(t: Told) -> str:
    chain = [t.names.position(p) for p in t.body["chain"]]
    named = "; ".join(chain[:FEW]) + (f"; and so on, up to {chain[-1]}" if len(chain) > FEW else "")
    due = t.instant("due_at")
    begins = f" The first is asked at the next duty, {t.names.clock(due)}." if due > t.at else ""
    return f"Until somebody accepts {_what(t)}, these are asked, one after another: {named}.{begins}"


def _stepped(t: Told) -> str:
    subject, step = subject_of(t.fact.stream) or "", t.body["step"]
    asked = t.views.rows(Contact, subject=subject, member=t.body["member"], purpose="decide", known_at=t.known)
    how = f", {asked[0].says}," if (asked := [c for c in asked if c.step == step]) else ""
    due = t.instant("due_at")
    until = due.astimezone(t.names.zone).strftime("%H%M") if due - t.at < DAY else t.names.clock(due)
    who = t.names.held(t.body["position"], t.body["member"])
    return f"Asked: {who}{how} to decide {_what(t)}, with an answer by {until}.{_passed(t)}"


def _passed(t: Told) -> str:
    """Who was passed over, and why as everybody may read it."""
    passed = [f"{t.names.position(s['position'])} ({_plain(t, s['why'])})" for s in t.body.get("skipped", ())]
    return f" Passed over: {'; '.join(passed)}." if passed else ""


def _plain(t: Told, why: str) -> str:
    """Why somebody was passed over: the member stays a number, because the position is named before."""
    said = []
    for part in why.split("; "):
        member, found, reason = part.partition(": ")
        said.append(f"{member}: {t.names.words(reason, t.at)}" if found else t.names.words(part, t.at))
    return "; ".join(said)


def _widened(t: Told) -> str:
    return f"{_what(t)}: nobody could be asked. Commanders off duty and at rest are asked now.{_passed(t)}"


def _alarmed(t: Told) -> str:
    again = t.names.clock(t.instant("due_at"))
    return f"ALARM about {_what(t)}: {t.body['why']}. The chain begins again at {again}.{_passed(t)}"


def _turned(t: Told) -> str | None:
    if t.body["why"].startswith(NAMED):
        return None  # that it was handed, sent or offered to somebody says it
    first = t.names.position(t.body["chain"][0])
    return f"Brought to {first} first ({t.names.words(t.body['why'], t.at)}): {_what(t)}."


def _hastened(t: Told) -> str:
    return f"The next in line is asked at once about {_what(t)}: {t.names.words(t.body['why'], t.at)}."


def _faulted(t: Told) -> str:
    again = t.names.clock(t.instant("due_at"))
    return f"ALARM about {_what(t)}: nobody could be asked, {t.body['why']}. It is tried again at {again}."


def _sent(several: Sequence[Told]) -> str:
    """Messages about one thing that were sent together."""
    t, contacts = several[0], [_contact(t) for t in several]
    by_whom: dict[str, list[str]] = {}
    for fact, contact in zip(several, contacts, strict=True):
        by_whom.setdefault(_whom(fact, contact), []).append(contact.channel)
    to = "; ".join(f"{who} by {_channels(channels)}" for who, channels in by_whom.items())
    return f"Sent, {SENT[contacts[0].purpose]} {_what(t)}: {to}."


def _channels(channels: Sequence[str]) -> str:
    times = sorted(Counter(channels).items())
    return listed([channel if n == 1 else f"{channel}, {n} messages" for channel, n in times])


def _answered(t: Told) -> str:
    contact = _contact(t)
    after = f", {span_text(t.at - contact.queued_at)} after they were asked" if contact.purpose == "decide" else ""
    return f"{_whom(t, contact)} answered by the link that came by {contact.channel}{after}: {t.body['answer']}."


def _received(t: Told) -> str:
    contact = _contact(t)
    return f"{_whom(t, contact)} confirms by the link that it came by {contact.channel}: {_what(t)}."


def _postponed(t: Told) -> str:
    contact = _contact(t)
    again = t.names.clock(t.instant("until"))
    return f"{_whom(t, contact)} is not reached by {contact.channel}: {t.body['note']}. It is tried again at {again}."


def _failed(t: Told) -> str:
    contact = _contact(t)
    return f"{_whom(t, contact)} cannot be reached by {contact.channel}: {t.body['note']}."


def _unanswered(t: Told) -> str:
    contact = _contact(t)
    return f"{_whom(t, contact)} did not confirm the test by {contact.channel}."


def _link_refused(t: Told) -> str:
    return f"A link of {_whom(t, _contact(t))} was used and refused: {t.names.words(t.body['why'], t.at)}."


def _doubted(t: Told) -> str:
    return f"It is doubtful whether {t.member(t.body['member'])} is reached by {t.body['channel']}: {t.body['why']}."


def _trusted(t: Told) -> str:
    member, _, channel = t.fact.stream.partition("/")[2].partition("/")
    return f"{t.member(member)} is reached by {channel} again."


def _orders_stepped(several: Sequence[Told], order: str) -> str:
    names = several[0].names
    posts = [names.position(t.body["position"]) for t in several]
    return f"Asked about their tasking of {order}: {_some(posts, 'holders of positions')}.{_orders_passed(several)}"


def _orders_passed(several: Sequence[Told]) -> str:
    names = several[0].names
    passed = dict.fromkeys(names.position(s["position"]) for t in several for s in t.body.get("skipped", ()))
    return f" Passed over: {_some([*passed], 'positions')}." if passed else ""


def _orders_widened(several: Sequence[Told], order: str) -> str:
    said = f"{len(several)} taskings of {order}: nobody could be asked. Commanders off duty and at rest are asked now."
    return said + _orders_passed(several)


def _orders_alarmed(several: Sequence[Told], order: str) -> str:
    again = several[0].names.clock(several[0].instant("due_at"))
    return f"ALARM: NOBODY has accepted {len(several)} taskings of {order}. Their chains begin again at {again}."


def _orders_sent(several: Sequence[Told], order: str) -> str:
    channels = Counter(t.fact.stream.rpartition("/")[2] for t in several)
    said = listed([f"{n} by {channel}" for channel, n in sorted(channels.items())])
    return f"Sent about {order}: {said}."


def _orders_accepted(several: Sequence[Told], order: str) -> str:
    posts = [*dict.fromkeys(t.names.position(t.body["position"]) for t in several)]
    return f"{_some(posts, 'holders of positions')} {'accepts' if len(posts) == 1 else 'accept'} {order}."


def _orders_told(several: Sequence[Told], order: str) -> str:
    posts = [t.names.position(t.body["position"]) for t in several]
    why = listed([*dict.fromkeys(t.names.words(t.body["why"], t.at) for t in several)])
    return f"Told of their tasking of {order} ({why}): {_some(posts, 'holders of positions')}."


def _orders_answered(several: Sequence[Told], order: str) -> str:
    words = Counter(t.body["answer"] for t in several)
    said = listed([f"{n} {word}" for word, n in sorted(words.items())])
    return f"Answers to {order} by the link in a message: {said}."


def _some(names: Sequence[str], what: str) -> str:
    names = [*dict.fromkeys(names)]
    return listed(names) if len(names) <= FEW else f"{len(names)} {what}"


REACH_TELLERS: Final[dict[str, Teller]] = {
    "escalation.started": _started,
    "escalation.stepped": _stepped,
    "escalation.widened": _widened,
    "escalation.alarmed": _alarmed,
    "escalation.turned": _turned,
    "escalation.hastened": _hastened,
    "escalation.faulted": _faulted,
    "contact.answered": _answered,
    "contact.received": _received,
    "contact.postponed": _postponed,
    "contact.failed": _failed,
    "contact.unanswered": _unanswered,
    "contact.link-refused": _link_refused,
    "doubt.entered": _doubted,
    "doubt.removed": _trusted,
}
REACH_TOGETHER: Final[dict[str, Several]] = {"contact.sent": _sent}
REACH_UNTOLD: Final = {
    "escalation.answered": "the acceptance that ends it is told",
    "escalation.ended": "what ends it is told",
    "contact.queued": "told when it is sent",
    "contact.hastened": "told when it is sent",
    "contact.spared": "what is not needed any more is not sent",
}
OF_ORDERS: Final = {
    "tasking.told": _orders_told,
    "escalation.stepped": _orders_stepped,
    "escalation.widened": _orders_widened,
    "escalation.alarmed": _orders_alarmed,
    "contact.sent": _orders_sent,
    "tasking.accepted": _orders_accepted,
    "contact.answered": _orders_answered,
}
"""How the many taskings of one order are told together."""
