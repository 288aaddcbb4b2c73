"""Searches as values: a very small force at 0300, a tasking at its desk, and short ways to ask what follows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from muster.domain.contact import Contact
from muster.domain.escalating import Reach
from muster.domain.escalation import Escalation
from muster.domain.following import So, follow
from muster.domain.members import ContactPoint
from muster.domain.record import Fact
from muster.domain.schema import Row
from muster.domain.snapshot import snapshot_of
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from tests.ground import grouped
from tests.protocol.memory import NOW
from tests.protocol.stations import CHIEF, CO, DESK, ORGANISATION, on_duty, resting

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PEOPLE = (*on_duty("D1", DESK), *resting("C1", CO), *on_duty("H1", CHIEF))
CHAIN = (DESK, CO, CHIEF)


def reach(rows: Iterable[Row] = PEOPLE, at: datetime = NOW) -> Reach:
    """Reaching these people at that instant."""
    rows = [*ORGANISATION, *rows]
    ways: dict[str, list[str]] = {}
    for point in rows:
        if isinstance(point, ContactPoint):
            ways.setdefault(point.member, []).append(point.channel)
    return Reach(Watches(snapshot_of(grouped(rows)), at), lambda member: ways.get(member, []))


def tasking(**changes: Any) -> Tasking:
    """One that the desk owns, of the precinct."""
    values: dict[str, Any] = {"what": "shots fired", "matter": "shots-fired", "place": "PCT", "competent_unit": "PCT"}
    known = {"tasking": "T1", "kind": "incident", "received_at": NOW, "owner": DESK}
    return Tasking(**{**values, **known, **changes})


def search(**changes: Any) -> Escalation:
    """One that is due at its beginning."""
    return Escalation(**{"tasking": "T1", "chain": CHAIN, "due_at": NOW, **changes})


def asked(member: str, position: str, step: int = 1, **changes: Any) -> Contact:
    """Somebody was asked to decide, and the message was sent."""
    values: dict[str, Any] = {"subject": "T1", "purpose": "decide", "step": step, "member": member}
    how = {"channel": "telephone", "position": position, "says": "on duty", "queued_at": NOW - MINUTE}
    state = {"state": "sent", "tries": 1, "expires_at": NOW + 24 * HOUR}
    return Contact(**{**values, **how, **state, **changes})


def after(row: Any, facts: Iterable[Fact]) -> Any:
    """A row once those of the facts that are about it are in."""
    for fact in facts:
        if fact.stream == row.stream:
            row = type(row).after(row, fact.kind.partition(".")[2], fact.body)
    return row


def followed(
    happened: Sequence[Fact],
    before: Tasking,
    found: Escalation,
    contacts: Sequence[Contact] = (),
    rows: Iterable[Row] = PEOPLE,
) -> list[Fact]:
    """What follows from what happened to a tasking."""
    return follow(reach(rows), So(before, after(before, happened), found, contacts), happened)


def kinds(facts: Iterable[Fact]) -> list[str]:
    """What the facts say happened."""
    return [fact.kind for fact in facts]


def only(facts: Iterable[Fact], kind: str) -> Mapping[str, Any]:
    """The body of the one fact of a kind."""
    [body] = [fact.body for fact in facts if fact.kind == kind]
    return body


def notices(facts: Iterable[Fact]) -> dict[str, Mapping[str, Any]]:
    """The notices that are queued, by member."""
    return {f.body["member"]: f.body for f in facts if f.kind == "contact.queued" and f.body["purpose"] == "notice"}
