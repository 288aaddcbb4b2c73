"""Claims about time on duty: what members signed, and what the schedule gives where they signed nothing."""

from datetime import datetime, timedelta

from muster.domain.claims import DutyHours, OnDuty
from muster.domain.duty import Signing, SquadPlace
from muster.domain.instants import span_text
from muster.domain.ledger import ledger_of
from muster.domain.members import Absence, Attachment
from muster.domain.presence import MOMENT, DutyFile, Status, holds, speaks, status_at
from muster.domain.published import DutyLine
from muster.domain.schema import Row
from muster.domain.verdicts.evidence import Evidence, Finding, contradicted, not_covered, supported

Block = tuple[datetime, datetime]


def on_duty(claim: OnDuty, member: str, record: Evidence) -> Finding:
    """Supported when one duty without a gap fills the period."""
    if record.known < claim.end:
        return not_covered(f"nothing is known yet of the time after {record.said(record.known)}")
    file = record.file(member)
    found = _blocks(file, record, claim.start, claim.end, MOMENT)
    filling = next((b for b in found if b[0] <= claim.start and b[1] >= claim.end), None)
    if filling is not None:
        return supported(_told(member, filling, record), *rows_of_duty(file, filling))
    if not _is_told(file, claim.start, claim.end):
        return not_covered(f"nothing is told of the duty of {member} then")
    rows = [row for b in found for row in rows_of_duty(file, b)] or rows_of_rest(file, claim.start)
    parts = "; ".join(_told(member, b, record) for b in found) or f"{member} was not on duty then"
    return contradicted(parts if not found else f"only {parts}", *dict.fromkeys(rows))


def duty_hours(claim: DutyHours, member: str, record: Evidence) -> Finding:
    """By the longest continuous duty in the period; a break as long as the profile's ends one."""
    until = min(claim.end, record.known)
    if until <= claim.start:
        return not_covered(f"nothing is known yet of the time after {record.said(record.known)}")
    file = record.file(member)
    break_length = record.snapshot.profile.break_length
    found = _blocks(file, record, claim.start, until, break_length)
    if not found:
        return not_covered(f"no duty of {member} is told in that time")
    longest = max(found, key=lambda b: b[1] - b[0])
    says, rows = _told(member, longest, record), rows_of_duty(file, longest)
    if not any(isinstance(row, Signing) for row in rows):
        says += ", by the schedule alone"
    if longest[1] - longest[0] >= timedelta(hours=claim.hours):
        return supported(says, *rows)
    if until < claim.end:
        return not_covered(f"{says}, and nothing is known yet of the time after {record.said(until)}")
    return contradicted(f"the longest duty is shorter: {says}", *rows)


def rows_of_duty(file: DutyFile, block: Block) -> list[Row]:
    """What a duty rests on: the signings in it up to the one that ended it, and where it did not begin with one, the
    roster or the squad whose chart gave it."""
    start, end = block
    signed = [s for s in file.signings if start <= s.at <= end]
    by_chart = not signed or signed[0].at > start or signed[0].kind != "on"
    return [*(_posted(file, start) if by_chart else ()), *signed]


def rows_of_rest(file: DutyFile, at: datetime) -> list[Row]:
    """What it rests on that a member is not on duty: the absence, the last signing off, or the roster or chart."""
    away: list[Row] = [a for a in file.absences if holds(a, at)]
    away += [s for s in file.separations if s.stands() and (s.leave_from or s.effective) <= at]
    if away:
        return away
    before = [s for s in file.signings if s.at <= at]
    return [*before[-1:], *_posted(file, at)]


def _posted(file: DutyFile, at: datetime) -> list[SquadPlace | Attachment | DutyLine]:
    """The lines of published rosters that the member followed; where there was none, the squads and attachments whose
    charts they did."""
    posts: tuple[SquadPlace | Attachment, ...] = (*file.attachments, *file.places)
    lines = [line for line in file.lines if speaks(line, file, at)]
    return [*lines] or [p for p in posts if holds(p, at)]


def status_of(member: str, at: datetime, record: Evidence) -> Status | None:
    """What the member was doing; None where neither signings nor a schedule nor an absence tell."""
    file = record.file(member)
    if not _is_told(file, at, at + MOMENT):
        return None
    return status_at(file, record.snapshot.schedule, at)


def _is_told(file: DutyFile, start: datetime, end: datetime) -> bool:
    """Whether anything bears on the member's duty in that time."""
    signed = any(s.at < end for s in file.signings)
    gone = any(s.stands() and (s.leave_from or s.effective) < end for s in file.separations)
    rows: tuple[SquadPlace | Attachment | Absence | DutyLine, ...] = (
        *file.places, *file.attachments, *file.absences, *file.lines,
    )  # fmt: skip
    placed = any(row.since < end and (row.until is None or row.until > start) for row in rows)
    return signed or gone or placed


def _blocks(file: DutyFile, record: Evidence, start: datetime, end: datetime, gap: timedelta) -> list[Block]:
    return [b for b in ledger_of(file, record.snapshot.schedule, start, end).blocks(gap) if b[1] > start]


def _told(member: str, block: Block, record: Evidence) -> str:
    start, end = block
    said = f"{record.said(start)} to {record.said(end)}"
    return f"{member} was on duty from {said}, {span_text(end - start)}"
