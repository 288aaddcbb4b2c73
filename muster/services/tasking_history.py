"""Taskings as they stood, and what happened to them: at an instant, as known at another."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muster.domain.contact import Contact
from muster.domain.errors import Unknown
from muster.domain.escalation import Escalation
from muster.domain.record import Recorded, instant_text
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.names import Names


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened to a tasking, with the number of its fact; ``says`` has nothing in it that touches health
    or rest."""

    at: datetime
    says: str
    seq: int


def tasking_at(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> Tasking:
    """The tasking as it stood at the instant. Raises ``Unknown`` for one that was not there then."""
    found = _stood(views, [f"tasking/{name}"], at, known_at)
    if name not in found:
        raise Unknown(f"tasking {name!r} is not in the record at that time; the list of taskings shows what was")
    return found[name]


def taskings_at(views: Views, at: datetime, known_at: datetime | None = None) -> list[Tasking]:
    """Every tasking that had been received by the instant, as it stood then, by name."""
    found = _stood(views, ["tasking/"], at, known_at)
    return [found[name] for name in sorted(found)]


def _stood(views: Views, streams: list[str], at: datetime, known_at: datetime | None) -> dict[str, Tasking]:
    """What the facts that took effect by ``at`` and were known by ``known_at`` make of each tasking."""
    found: dict[str, Tasking] = {}
    for fact in _in_order(views.facts(streams=streams)):
        if was_so(fact, at, known_at):
            name, verb = fact.stream.removeprefix("tasking/"), fact.kind.removeprefix("tasking.")
            if name in found or verb == "received":
                row = Tasking.after(found.get(name), verb, json.loads(fact.body))
                found |= {name: row} if row is not None else {}
    return found


def was_so(fact: Recorded, at: datetime | None, known_at: datetime | None) -> bool:
    """Whether a fact had taken effect by ``at`` and was known by ``known_at``; None: now."""
    return (at is None or fact.effective_at <= instant_text(at)) and (
        known_at is None or fact.recorded_at <= instant_text(known_at)
    )


def _in_order(facts: Iterable[Recorded]) -> list[Recorded]:
    """By when they took effect; of one instant, as they were recorded."""
    return sorted(facts, key=lambda f: (f.effective_at, f.seq))


def happened_to(
    views: Views, name: str, names: Names, at: datetime | None = None, known_at: datetime | None = None
) -> Iterator[Happened]:
    """Who was asked when, who said what, and who has it, by an instant (None: now). Why somebody refused is not told:
    it may touch health."""
    streams = [f"{Tasking.NOUN}/{name}", f"{Escalation.NOUN}/{name}", f"{Contact.NOUN}/{name}/decide/"]
    asked = set[tuple[int, str]]()
    for fact in _in_order(f for f in views.facts(streams=streams, kinds=[*_SAYS]) if was_so(f, at, known_at)):
        body = json.loads(fact.body)
        if fact.kind == "contact.queued":  # once for a member, however many channels there are
            if (body["step"], body["member"]) in asked:
                continue
            asked.add((body["step"], body["member"]))
        yield Happened(datetime.fromisoformat(fact.effective_at), _SAYS[fact.kind](body, names), fact.seq)


def _who(body: Mapping[str, Any], names: Names) -> str:
    return names.giver(body.get("member") or body.get("by") or "")


def _was_asked(body: Mapping[str, Any], names: Names) -> str:
    office = f", {names.office(body['position'])}," if body.get("position") else ""
    return f"{_who(body, names)}{office} was asked"


def _taken_in(body: Mapping[str, Any], names: Names) -> str:
    return f"{names.member(body['entered_by'])} took it in" if body.get("entered_by") else "It was received"


_SAYS: Final[Mapping[str, Callable[[Mapping[str, Any], Names], str]]] = {
    "contact.queued": _was_asked,
    "escalation.alarmed": lambda body, names: "NOBODY had accepted it: everybody is asked again",
    "tasking.accepted": lambda body, names: f"{_who(body, names)} accepted it",
    "tasking.closed": lambda body, names: f"{_who(body, names)} closed it",
    "tasking.delegated": lambda body, names: f"{_who(body, names)} handed it to {names.office(body['to'])}",
    "tasking.left": lambda body, names: f"{_who(body, names)} left it behind: somebody else is sought",
    "tasking.received": _taken_in,
    "tasking.refused": lambda body, names: f"{_who(body, names)} refused it",
    "tasking.sent": lambda body, names: f"{_who(body, names)} sent it to {names.office(body['to'])}",
    "tasking.taken-over": lambda body, names: f"{_who(body, names)} took it over",
    "tasking.told": lambda body, names: f"{names.office(body['position'])} was told",
}
"""What is told of each kind of fact."""
