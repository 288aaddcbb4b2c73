"""Amending a published roster: one entry of one line, by somebody entitled, for a reason; and reading what stands."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.duty import HoursRule, Tour
from muster.domain.errors import Unknown
from muster.domain.instants import local_text
from muster.domain.limits import Breach
from muster.domain.planned_lines import crossings
from muster.domain.presence import DutyFile
from muster.domain.profiles import profile_named
from muster.domain.published import AMENDED, DAY_OFF, DutyLine, Published, amended_digest, entry_of, said_of
from muster.domain.record import Fact
from muster.domain.rosters import Crossing
from muster.domain.schedule import turn_on
from muster.domain.snapshot import Snapshot
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services.entitled import Reader
from muster.services.ledger import duty_of
from muster.services.offices import force_of, unit_named
from muster.services.publishers import signer_of
from muster.services.publishing import hard_says, lines_of, refused, waivers_for
from muster.services.roster_parts import gaps_of, meets

AFTER: Final = timedelta(days=9)
"""So long after a tour its hours still count in a week."""


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment: to which version, by whom, recorded when. ``reason`` None: erased, or not for whoever asks."""

    version: int
    member: str
    day: date
    was: str
    tour: str
    by: str
    signer: str
    recorded_at: datetime
    reason: str | None


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
    for fact in views.facts(streams=[roster.stream]):
        recorded_at = datetime.fromisoformat(fact.recorded_at)
        if fact.kind == AMENDED and (known_at is None or recorded_at <= known_at):
            body = json.loads(fact.body)
            may = reader is not None and reader.may_read(body["member"], roster.unit)
            yield Amended(
                body["version"], body["member"], date.fromisoformat(body["day"]), body["was"], body["tour"], body["by"],
                body["signer"], recorded_at, views.unseal([body["reason"]]).get(body["reason"]) if may else None,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amendment:
    """One entry that is to be another. ``tour``: a tour, or ``off``."""

    unit: str
    member: str
    day: date
    tour: str
    reason: str


def amend(record: Record, wanted: Amendment, by: str, at: datetime) -> Published:
    """Amend the published roster as wanted; returns it as it stands then. Safe to repeat.

    Raises ``Refused`` with all that is in the way: no right to it, a tour that has begun, a rule that would be crossed
    without a waiver, a member who is not there; ``Unknown`` where nothing is published for the day.
    """
    valid_text(f"amending the roster of {wanted.unit}", "reason", wanted.reason)
    roster, line = _line(record, wanted)
    was = line.entry(wanted.day)
    if was == entry_of(wanted.tour):
        return roster
    signer, wrong = signer_of(record, by, wanted.unit, len(lines_of(record, roster)), at)
    changed = line.with_entry(wanted.day, entry_of(wanted.tour), roster.version + 1)
    wrong += _tour_wrong(record, wanted, was or "", at)
    broken, waived = _rules_wrong(record, line, changed, wanted) if not wrong else ([], [])
    wrong += broken
    if wrong:
        raise refused(wanted.unit, roster.first, wrong)
    body: dict[str, Any] = {
        "member": wanted.member, "day": wanted.day.isoformat(), "was": said_of(was or ""), "tour": wanted.tour,
        "reason": record.seal([wanted.reason])[wanted.reason], "by": by, "signer": signer,
        "version": roster.version + 1, **({"waived": waived} if waived else {}),
    }  # fmt: skip
    digest = amended_digest(roster.digest, body)
    record.append([Fact(roster.stream, AMENDED, at, {**body, "digest": digest})])
    found = record.row(Published, roster.key)
    assert found is not None
    return found


def _line(views: Views, wanted: Amendment) -> tuple[Published, DutyLine]:
    unit_named(views, wanted.unit)
    there = [p for p in views.rows(Published, unit=wanted.unit) if p.first <= wanted.day <= p.last]
    if not there:
        raise Unknown(f"unit {wanted.unit} has no published roster for {wanted.day}: 'muster roster publish' makes one")
    for line in lines_of(views, there[0]):
        if line.member == wanted.member:
            return there[0], line
    raise Unknown(f"member {wanted.member!r} has no line in the roster of {wanted.unit} from {there[0].first}")


def _tour_wrong(views: Views, wanted: Amendment, was: str, at: datetime) -> list[str]:
    """A tour that is not in the record, or has begun: what was worked is not touched."""
    zone = ZoneInfo(force_of(views).zone)
    tours = {t.tour: t for t in views.rows(Tour)}
    entry, wrong = entry_of(wanted.tour), []
    if wanted.tour != DAY_OFF and wanted.tour not in tours:
        wrong.append(f"tour {wanted.tour!r} is not in the record; for a day off say {DAY_OFF}")
    for name in (was, entry):
        if name in tours:
            start = turn_on(tours[name], wanted.day, zone).start
            if start <= at:
                wrong.append(f"tour {name} of {wanted.day} began at {local_text(start, zone)}: it is not touched")
    return wrong


def _rules_wrong(views: Views, line: DutyLine, changed: DutyLine, wanted: Amendment) -> tuple[list[str], list[str]]:
    """What the new entry would break that the old one did not, and the waivers without which it would break more."""
    until = changed.until + AFTER
    profile = profile_named(force_of(views).profile, views.rows(HoursRule))
    state, file = duty_of(views, line.member, until, back=until - line.since + profile.back)
    tour = state.schedule.tours.get(changed.entry(wanted.day) or "")
    if tour is not None:
        turn = turn_on(tour, wanted.day, state.schedule.zone)
        if meets(list(gaps_of(file, line.unit)), turn.start, turn.end):
            return [f"{line.member} is absent, leaving or attached elsewhere on {wanted.day}"], []
    before = {(b.rule, b.since) for b in _hard(state, file, line)}
    new = [b for b in _hard(state, file, changed) if (b.rule, b.since) not in before]
    bare = replace(file, waivers=())
    waived = {key for b in _hard(state, bare, changed) for key in waivers_for(file, b)} if file.waivers else set()
    return [hard_says(Crossing(line.member, b), state.schedule.zone) for b in new], sorted(waived)


def _hard(state: Snapshot, file: DutyFile, line: DutyLine) -> Iterator[Breach]:
    """The hard rules crossed within the roster's period and shortly after, with this line for the member's."""
    others = [each for each in file.lines if each.key != line.key]
    as_amended = replace(file, lines=(*others, line))
    for breach in crossings(as_amended, state.schedule, state.profile, line.since, line.until + AFTER):
        if breach.level == "unfit":
            yield breach
