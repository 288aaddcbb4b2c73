"""Published rosters as they stand, or stood as known at an instant: what was amended, and why, as far as a viewer may
read it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from muster.domain.errors import Unknown
from muster.domain.published import AMENDED, PUBLISHED, DutyLine, Published
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.offices import unit_named
from muster.services.publishing import lines_of


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment: to which version, by whom, by which request, recorded when. ``reason`` None: not for you."""

    version: int
    member: str
    day: date
    was: str
    tour: str
    by: str
    signer: str
    recorded_at: datetime
    reason: str | None
    request: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A published roster as it stands, with its lines by member, and what was amended, in order."""

    roster: Published
    lines: Sequence[DutyLine]
    amended: Sequence[Amended]


def published(
    views: Views, unit: str, at: datetime, known_at: datetime | None = None, viewer: str | None = None
) -> Standing:
    """The unit's roster that holds at the instant, or else the next one after it, as known; with the reasons that the
    viewer may read. Raises ``Unknown`` where there is none, or no such viewer."""
    unit_named(views, unit)
    found = sorted(views.rows(Published, known_at=known_at, unit=unit), key=lambda p: p.first)
    roster = next((p for p in found if p.until > at), None)
    if roster is None:
        known = "" if known_at is None else ", as known then"
        says = f"; the last one ended on {found[-1].last}" if found else ""
        raise Unknown(f"unit {unit} has no published roster from that time on{known}{says}")
    reader = None if viewer is None else Reader(views, viewer, at)
    return Standing(roster, lines_of(views, roster, known_at), list(_amended(views, roster, known_at, reader)))


def _amended(views: Views, roster: Published, known_at: datetime | None, reader: Reader | None) -> Iterator[Amended]:
    facts = [(datetime.fromisoformat(fact.recorded_at), fact) for fact in views.facts(streams=[roster.stream])]
    known = [(at, fact) for at, fact in facts if known_at is None or at <= known_at]
    published = max((place for place, (_, fact) in enumerate(known) if fact.kind == PUBLISHED), default=0)
    for recorded_at, fact in known[published:]:
        if fact.kind == AMENDED:
            body = json.loads(fact.body)
            may = reader is not None and reader.may_read(body["member"], roster.unit)
            yield Amended(
                body["version"], body["member"], date.fromisoformat(body["day"]), body["was"], body["tour"], body["by"],
                body["signer"], recorded_at, views.unseal([body["reason"]]).get(body["reason"]) if may else None,
                body.get("request"),
            )  # fmt: skip
