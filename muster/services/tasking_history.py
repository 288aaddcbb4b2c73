"""Taskings as they stood: at an instant, as known at another."""

import json
from collections.abc import Iterable
from datetime import datetime

from muster.domain.errors import Unknown
from muster.domain.record import Recorded, instant_text
from muster.domain.taskings import Tasking
from muster.ports import Views


def tasking_at(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> Tasking:
    """The tasking as it stood at the instant. Raises ``Unknown`` for one that was not there then."""
    found = _stood(views, [f"tasking/{name}"], at, known_at)
    if name not in found:
        raise Unknown(f"tasking {name!r} is not in the record at that time; 'muster tasking list' shows them")
    return found[name]


def taskings_at(views: Views, at: datetime, known_at: datetime | None = None) -> list[Tasking]:
    """Every tasking that had been received by the instant, as it stood then, by name."""
    found = _stood(views, ["tasking/"], at, known_at)
    return [found[name] for name in sorted(found)]


def _stood(views: Views, streams: list[str], at: datetime, known_at: datetime | None) -> dict[str, Tasking]:
    """What the facts that took effect by ``at`` and were known by ``known_at`` make of each tasking."""
    until, known = instant_text(at), None if known_at is None else instant_text(known_at)
    found: dict[str, Tasking] = {}
    for fact in _in_order(views.facts(streams=streams)):
        if fact.effective_at <= until and (known is None or fact.recorded_at <= known):
            name, verb = fact.stream.removeprefix("tasking/"), fact.kind.removeprefix("tasking.")
            if name in found or verb == "received":
                row = Tasking.after(found.get(name), verb, json.loads(fact.body))
                found |= {name: row} if row is not None else {}
    return found


def _in_order(facts: Iterable[Recorded]) -> list[Recorded]:
    """By when they took effect; of one instant, as they were recorded."""
    return sorted(facts, key=lambda f: (f.effective_at, f.seq))
