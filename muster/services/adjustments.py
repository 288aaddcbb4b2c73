"""What was learned of a closed period after it was closed: each difference with the fact that made it."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from muster.domain.closings import Adjustment, Certified, Difference, MemberHours, differences
from muster.domain.duty import Chart, Signing, Squad, SquadPlace, TimeRecord, Tour
from muster.domain.force import Position
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.published import AMENDED, DutyLine, Published
from muster.domain.record import Recorded
from muster.domain.separation import Separation
from muster.ports import Views
from muster.services.accounting import Accounting, accounted
from muster.services.as_of import Before

OF_MEMBERS: Final = tuple(
    row.NOUN for row in (Signing, TimeRecord, Absence, Attachment, SquadPlace, Separation, Appointment, Published)
)
OF_ALL: Final = tuple(row.NOUN for row in (Tour, Chart, Squad, Position))
"""Nouns that the hours of members follow from: of one member, and of everybody."""
NOTHING: Final = MemberHours((), ())


def adjustments(
    views: Views, was: Certified, fact: int, now: Accounting, known_at: datetime | None = None
) -> list[Adjustment]:
    """Where the hours as they are known differ from what the fact certified, by member and time, each with the last
    fact since that changed them."""
    found = []
    facts: list[Recorded] | None = None
    for member in sorted({*was.accounts, *now.accounts}):
        old, new = was.accounts.get(member, NOTHING), now.accounts.get(member, NOTHING)
        differing = differences(member, old.entries, new.entries)
        if differing:
            facts = [*_since(views, fact, known_at)] if facts is None else facts
            streams = _streams_of(views, member)
            steps = [*_steps(views, member, old, now, [f for f in facts if _bears_on(f, member, streams)])]
            found += [_made_by(d, steps) for d in differing]
    return found


def _since(views: Views, fact: int, known_at: datetime | None) -> Iterator[Recorded]:
    """The facts since, as far as known, that hours may follow from."""
    for said in views.facts(first=fact + 1):
        if known_at is not None and datetime.fromisoformat(said.recorded_at) > known_at:
            continue
        if said.stream.partition("/")[0] in (*OF_MEMBERS, *OF_ALL):
            yield said


def _streams_of(views: Views, member: str) -> set[str]:
    """The streams about a member whose facts do not all name them: of rosters that ever gave them a line, and of their
    separations."""
    return {row.stream for row in (*views.rows(DutyLine, member=member), *views.rows(Separation, member=member))}


def _bears_on(fact: Recorded, member: str, streams: Collection[str]) -> bool:
    if fact.stream.partition("/")[0] in OF_ALL or (fact.stream in streams and fact.kind != AMENDED):
        return True
    return member in fact.stream.split("/") or f'"{member}"' in fact.body


Step = tuple[Recorded, list[Difference]]


def _steps(views: Views, member: str, old: MemberHours, now: Accounting, facts: list[Recorded]) -> Iterator[Step]:
    """Each of the facts, in order, with what it changed in the member's hours."""
    before = old
    for place, fact in enumerate(facts):
        after = now.accounts.get(member, NOTHING)
        if place + 1 < len(facts):
            then = accounted(Before(views, facts[place + 1]), now.unit, now.period, only=[member])
            after = then.accounts.get(member, NOTHING)
        yield fact, differences(member, before.entries, after.entries)
        before = after


def _made_by(difference: Difference, steps: list[Step]) -> Adjustment:
    """The difference with the last fact that changed any of its time."""
    for fact, changed in reversed(steps):
        if any(c.start < difference.end and difference.start < c.end for c in changed):
            at = datetime.fromisoformat(fact.recorded_at)
            return Adjustment(difference, fact.seq, fact.kind, fact.stream, _by(fact), at)
    return Adjustment(difference, None, "", "", None, None)


def _by(fact: Recorded) -> str | None:
    """Who entered it: a member or a position; of a signing the member. None: it does not say."""
    body = json.loads(fact.body)
    said: str | None = body.get("by") or (body.get("member") if fact.stream.startswith(f"{Signing.NOUN}/") else None)
    return said
