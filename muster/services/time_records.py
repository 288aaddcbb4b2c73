"""Time records in the duty ledger: from a file of a time keeper, all or nothing, or one by one."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.directory import Directory, Placed
from muster.domain.duty import TimeRecord
from muster.domain.errors import Check, Fault, Invalid, Unknown, require, without_errors
from muster.domain.force import Unit
from muster.domain.instants import local_text, span_text
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.members import Member
from muster.domain.nearest import did_you_mean
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.valid import valid, valid_text
from muster.ports import Record, Views
from muster.services.correcting import must_be_let, take_back
from muster.services.duty import known_member
from muster.services.offices import force_of

LONGEST: Final = timedelta(hours=36)
"""Nobody keeps one time record so long: ours, and more than the longest duty of any roster that we know."""
AHEAD: Final = timedelta(days=1)
"""A time record tells what was. So much later than now it may end: a detail that was just begun."""
PLANNED_AHEAD: Final = timedelta(days=371)
"""An appearance may be planned so far ahead: as long as the longest roster."""
THE_RECORD: Final = "(the record)"

Entry = Placed[TimeRecord]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. ``kept_out``: streams of rows that were taken back after an import and that the file still
    says; they stay out. ``warnings``: what looks wrong and did not stop it."""

    entered: int
    changed: int
    unchanged: int
    kept_out: Sequence[str]
    warnings: Sequence[Fault]


def import_records(record: Record, directory: Directory, by: str) -> Imported:
    """Bring the record up to the time records of a file: a fact for each that is new or says something new. Where
    the file names no source, it is itself the source, and its line.

    Raises ``FaultyDirectory`` with all faults of the file, alone and together with the record, and records nothing.
    """
    known_member(record, by)
    placed = directory.of(TimeRecord)
    there = _there(record, placed)
    faults = [*directory.faults, *_faults(record, placed, there)]
    without_errors(sorted(faults, key=lambda f: (f.warning, f.file, f.line or 0)))
    new = [p for p in placed if not _says_same(p.row, there.get(p.row.stream))]
    out = _taken_back(record, [p for p in new if p.row.stream not in there])
    new = [p for p in new if p.row.stream not in out]
    facts = [_entered(_with_source(p), there.get(p.row.stream), by) for p in new]
    record.append(facts)
    changed = sum(p.row.stream in there for p in new)
    return Imported(len(new) - changed, changed, len(placed) - len(new) - len(out), sorted(out), faults)


def add(record: Record, row: TimeRecord, by: str, ahead: timedelta = AHEAD) -> TimeRecord:
    """Enter one time record. Raises ``Invalid`` naming all that is wrong with it; one that was entered already with
    other words is changed. ``ahead``: by so much it may end later than now."""
    known_member(record, by)
    valid(row)
    there = _must_fit(record, row, ahead)
    if there.get(row.stream) != row:
        record.append([_entered(row, there.get(row.stream), by)])
    return row


def plan(record: Record, row: TimeRecord, by: str) -> TimeRecord:
    """Enter an appearance in court, or a training, that is to come: every limit and every roster made from now on reads
    it, and it counts once its time has passed, unless it is moved or cancelled. Raises ``Invalid``."""
    must = f"must be {' or '.join(DUTY_ELSEWHERE)}: other hours are entered when they were had"
    require(f"plan of {row.member}", Check("kind", row.kind, row.kind in DUTY_ELSEWHERE, must))
    return add(record, row, by, PLANNED_AHEAD)


def move(record: Record, stream: str, since: datetime, until: datetime, by: str, why: str) -> TimeRecord:
    """What was entered as ``stream`` is at another time instead, with its source as it was: the old is taken back and
    the new entered at once, so the hours never stand twice. Safe to repeat.

    Raises ``Refused`` unless ``by`` entered it or stands over the member, ``Invalid``, and ``Unknown``."""
    row = _standing(record, stream)
    if row is None:
        last = _said_last(record, stream)
        moved = record.row(TimeRecord, replace(last, since=since).key)
        if moved is not None and moved == replace(last, since=since, until=until):
            return moved
        raise Unknown(f"{stream} is not believed now: it was cancelled, or moved, as the timeline of its member tells")
    new = valid(replace(row, since=since, until=until))
    if new == row:
        return row
    said = {"why": why, **({} if new.stream == stream else {"moved_from": stream})}
    if new.stream == stream:
        must_be_let(record, row, by, record.now)
        fact = _entered(new, row, by)
        valid_text(f"moving {stream}", "why", why)
    else:
        take_back(record, stream, by, why, record.now)
        fact = _entered(new, None, by)
    _must_fit(record, new, PLANNED_AHEAD if new.kind in DUTY_ELSEWHERE else AHEAD)
    record.append([replace(fact, body={**fact.body, **said})])
    return new


def cancel(record: Record, stream: str, by: str, why: str) -> TimeRecord:
    """What was entered as ``stream`` is not: no hours are left of it. Returns what was entered. Safe to repeat. Raises
    as ``move`` does."""
    row = _standing(record, stream)
    if row is None:
        return _said_last(record, stream)
    take_back(record, stream, by, why, record.now)
    return row


def end_of(views: Views, stream: str, since: datetime) -> datetime:
    """When what was entered as ``stream`` ends if it begins then and lasts as long. Raises ``Unknown``."""
    row = _standing(views, stream) or _said_last(views, stream)
    return since + (row.until - row.since)


def _standing(views: Views, stream: str) -> TimeRecord | None:
    return views.row(TimeRecord, stream.removeprefix(f"{TimeRecord.NOUN}/"))


def _said_last(views: Views, stream: str) -> TimeRecord:
    """What was last believed of it. Raises ``Unknown`` for what was never entered."""
    versions = views.history(TimeRecord, stream.removeprefix(f"{TimeRecord.NOUN}/"))
    for version in reversed(versions):
        if version.row is not None:
            return version.row
    raise Unknown(f"{stream} was never entered: the duty ledger of its member shows what stands")


def _must_fit(views: Views, row: TimeRecord, ahead: timedelta) -> dict[str, TimeRecord]:
    """What the record has around a row. Raises ``Invalid`` naming all that is wrong with it."""
    placed = [Placed(row, "time record", None)]
    there = _there(views, placed)
    said = [str(fault) for fault in _faults(views, placed, there, ahead)]
    if said:
        raise Invalid("; ".join(said))
    return there


def _there(views: Views, placed: Sequence[Entry]) -> dict[str, TimeRecord]:
    """The time records that the record has of these members, in and around that time, by stream."""
    if not placed:
        return {}
    ends = [p.row.until for p in placed] + [p.row.since for p in placed]
    between = min(ends) - LONGEST, max(ends) + LONGEST
    members = {p.row.member for p in placed}
    return {row.stream: row for row in views.rows(TimeRecord, at=between, member=members)}


def _says_same(row: TimeRecord, before: TimeRecord | None) -> bool:
    """Whether a row of a file says what is believed already; one without a source says nothing of it."""
    return before is not None and (before if row.source else replace(before, source=None)) == row


def _with_source(entry: Entry) -> TimeRecord:
    line = "" if entry.line is None else f", line {entry.line}"
    return entry.row if entry.row.source else replace(entry.row, source=f"{entry.file}{line}")


def _entered(row: TimeRecord, before: TimeRecord | None, by: str) -> Fact:
    """The fact, with who entered it beside the row."""
    return Fact(row.stream, f"{row.NOUN}.{'changed' if before else 'entered'}", row.since, {**to_body(row), "by": by})


def _taken_back(views: Views, lacking: Sequence[Entry]) -> set[str]:
    """Those of them that the record believed once, word for word, until somebody took them back: what the same file
    says again is no news."""
    gone = {fact.stream for fact in views.facts(kinds=[f"{TimeRecord.NOUN}.removed"])} if lacking else set()
    found = set()
    for entry in lacking:
        if entry.row.stream in gone:
            last = next((v.row for v in reversed(views.history(TimeRecord, entry.row.key)) if v.row), None)
            if _says_same(entry.row, last):
                found.add(entry.row.stream)
    return found


def _faults(
    views: Views, placed: Sequence[Entry], there: Mapping[str, TimeRecord], ahead: timedelta = AHEAD
) -> Iterator[Fault]:
    members, units = {m.member for m in views.rows(Member)}, {u.unit: u for u in views.rows(Unit)}
    zone, latest = ZoneInfo(force_of(views).zone), views.now + ahead
    for entry in placed:
        row = entry.row
        if row.member not in members:
            must = f"must be a member of the force{did_you_mean(row.member, members)}"
            yield _fault(entry, must, "member", row.member)
        if row.unit is not None and row.unit not in units:
            yield _fault(entry, f"must be a unit of the force{did_you_mean(row.unit, units)}", "unit", row.unit)
        elif row.unit is not None and units[row.unit].civil:
            yield _fault(entry, "must be a unit with tours; civil authority has none", "unit", row.unit)
        yield from _misfits(entry, latest, zone, planned=ahead > AHEAD)
    yield from _clashes(placed, there, zone)


def _misfits(entry: Entry, latest: datetime, zone: ZoneInfo, *, planned: bool) -> Iterator[Fault]:
    """What is wrong with the times of a record alone."""
    row, until = entry.row, local_text(entry.row.until, zone)
    if row.until <= row.since:
        yield _fault(entry, f"must be after since, {local_text(row.since, zone)}", "until", until)
    elif row.until - row.since > LONGEST:
        must = f"must be at most {span_text(LONGEST)} after since: make several records of it"
        yield _fault(entry, must, "until", until)
    if row.until > latest:
        must = "must be past, or no more than a day ahead: a time record says what was"
        must = f"must be within {PLANNED_AHEAD.days} days" if planned else must
        yield _fault(entry, must, "until", until)


def _clashes(placed: Sequence[Entry], there: Mapping[str, TimeRecord], zone: ZoneInfo) -> Iterator[Fault]:
    """Records of one member that are given twice or overlap, in the file or with what stays in the record."""
    first: dict[str, Entry] = {}
    for entry in placed:
        before = first.setdefault(entry.row.stream, entry)
        if before is not entry:
            yield _fault(entry, f"must be given once: {_place(before)} has the same member, since and kind")
    stay = (Placed(row, THE_RECORD, None) for row in there.values() if row.stream not in first)
    by_member: dict[str, list[Entry]] = defaultdict(list)
    for entry in chain(stay, first.values()):
        if entry.row.since < entry.row.until:
            by_member[entry.row.member].append(entry)
    for entries in by_member.values():
        entries.sort(key=lambda e: (e.row.since, e.row.until, e.row.kind))
        yield from _overlaps(entries, zone)


def _overlaps(entries: Sequence[Entry], zone: ZoneInfo) -> Iterator[Fault]:
    """Of entries in order of time, each that begins before one before it has ended."""
    reaching = entries[0]
    for entry in entries[1:]:
        if entry.row.since < reaching.row.until:
            told, other = (reaching, entry) if entry.file == THE_RECORD else (entry, reaching)
            if told.file != THE_RECORD:
                yield _fault(
                    told, f"{_said(told.row, zone)} must not overlap {_said(other.row, zone)}, {_place(other)}"
                )
        if entry.row.until > reaching.row.until:
            reaching = entry


def _said(row: TimeRecord, zone: ZoneInfo) -> str:
    return f"{row.kind} of {row.member} from {local_text(row.since, zone)} to {local_text(row.until, zone)}"


def _place(entry: Entry) -> str:
    """Where a row stands, for somebody who has to find it."""
    if entry.file == THE_RECORD:
        return f"which the record has as {entry.row.stream}"
    return entry.file if entry.line is None else f"{entry.file}:{entry.line}"


def _fault(entry: Entry, must: str, column: str | None = None, value: str | None = None) -> Fault:
    return Fault(entry.file, entry.line, column, value, must)
