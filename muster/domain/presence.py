"""Where a member is at an instant: on duty, absent or off; read from the roster and from what members say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from muster.domain.duty import Reachability, Signing, Squad, SquadPlace, Waiver
from muster.domain.members import Absence, Attachment
from muster.domain.schedule import Schedule, Turn
from muster.domain.separation import Separation

State = Literal["on-duty", "absent", "off", "separated"]
FAR = timedelta(days=36_500)
MOMENT = timedelta(microseconds=1)


class Held(Protocol):
    """A row that holds for a time."""

    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...


H = TypeVar("H", bound=Held)


def holds(row: Held, at: datetime) -> bool:
    """Whether the row holds at the instant: from ``since`` to ``until``, which is excluded; an empty end is open."""
    return (row.since is None or row.since <= at) and (row.until is None or at < row.until)


def longest(rows: Iterable[H]) -> H | None:
    """The row that holds longest: an open end, or the last; None of none."""
    last = sorted(rows, key=lambda r: (r.until is None, r.until.timestamp() if r.until else 0, repr(r)))[-1:]
    return last[0] if last else None


@dataclass(frozen=True, slots=True)
class DutyFile:
    """What bears on one member's duty. ``signings`` are in order of time; ``reachable_by`` counts contact points."""

    member: str
    places: Sequence[SquadPlace] = ()
    attachments: Sequence[Attachment] = ()
    absences: Sequence[Absence] = ()
    signings: Sequence[Signing] = ()
    reachability: Sequence[Reachability] = ()
    waivers: Sequence[Waiver] = ()
    separations: Sequence[Separation] = ()
    reachable_by: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time on duty in one unit; ``end`` None: not signed off yet. ``turn`` is set where the schedule gives it."""

    start: datetime
    end: datetime | None
    unit: str
    source: str
    turn: Turn | None = None
    squad: str | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Status:
    """The status of a member at an instant, its source, and since and until when it lasts as far as is known."""

    state: State
    source: str
    unit: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    stretch: Stretch | None = field(default=None, repr=False)


def status_at(file: DutyFile, schedule: Schedule, at: datetime) -> Status:
    """The status at the instant, by the first rule that applies: separated, signed on, absent, scheduled, off."""
    gone = next((s for s in file.separations if s.stands() and s.effective <= at), None)
    if gone is not None:
        return Status("separated", f"{gone.kind} took effect", since=gone.effective)
    signed = next((s for s in signed_stretches(file.signings) if s.covers(at)), None)
    if signed is not None:
        return Status("on-duty", signed.source, signed.unit, signed.start, signed.end, signed)
    away = absence_at(file, at)
    if away is not None:
        return away
    planned = next((s for s in scheduled_stretches(file, schedule, at, at + MOMENT) if s.covers(at)), None)
    if planned is not None:
        return Status("on-duty", planned.source, planned.unit, planned.start, planned.end, planned)
    return Status("off", "not scheduled and not signed on")


def absence_at(file: DutyFile, at: datetime) -> Status | None:
    """The absence that holds at the instant, terminal leave included; of several the one that ends last. None when
    the member is not absent."""
    absence = longest(a for a in file.absences if holds(a, at))
    if absence is not None:
        return Status("absent", absence.kind, since=absence.since, until=absence.until)
    for s in file.separations:
        if s.stands() and s.leave_from is not None and s.leave_from <= at < s.effective:
            return Status("absent", "terminal-leave", since=s.leave_from, until=s.effective)
    return None


def signed_stretches(signings: Sequence[Signing]) -> list[Stretch]:
    """Duty that members signed: each signing on or hold-over lasts until the next signing."""
    found = []
    for i, signing in enumerate(signings):
        if signing.kind != "off" and signing.unit is not None:
            end = signings[i + 1].at if i + 1 < len(signings) else None
            found.append(Stretch(signing.at, end, signing.unit, "signed on" if signing.kind == "on" else "held over"))
    return [s for s in found if s.end is None or s.end > s.start]


def planned_turns(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> list[tuple[Turn, Squad]]:
    """Turns that the charts give the member in that time, wherever they serve, whether or not they came."""
    found = []
    for place in file.places:
        squad = schedule.squads.get(place.squad)
        if squad is not None and _touches(place, start, end):
            for turn in schedule.turns(squad, start, end):
                if holds(place, turn.start) and not any(holds(a, turn.start) for a in file.attachments):
                    found.append((turn, squad))
    for detail in file.attachments:
        squad = schedule.squads.get(detail.squad) if detail.squad else None
        if squad is not None and _touches(detail, start, end):
            found += [(turn, squad) for turn in schedule.turns(squad, start, end) if holds(detail, turn.start)]
    return sorted(found, key=lambda pair: (pair[0].start, pair[1].squad))


def _touches(row: Held, start: datetime, end: datetime) -> bool:
    return (row.since is None or row.since < end + timedelta(days=1)) and (
        row.until is None or row.until > start - timedelta(days=3)
    )


def scheduled_stretches(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> list[Stretch]:
    """Duty by the schedule: the planned turns, ended where the member signed off or went absent within them."""
    found = []
    for turn, squad in planned_turns(file, schedule, start, end):
        for begin, stop in _worked(turn, file):
            source = f"chart {squad.chart}, squad {squad.squad}, tour {turn.tour} of {turn.day}"  # as ISO 8601
            found.append(Stretch(begin, stop, squad.unit, source, turn, squad.squad))
    return found


def _worked(turn: Turn, file: DutyFile) -> list[tuple[datetime, datetime]]:
    """The parts of a turn that were worked as planned: up to a signing off in it, without absences."""
    stop = min((s.at for s in file.signings if s.kind == "off" and turn.start <= s.at < turn.end), default=turn.end)
    parts = [(turn.start, stop)]
    for gone_from, back in _gaps(file):
        parts = [piece for part in parts for piece in _without(part, gone_from, back)]
    return [(a, b) for a, b in parts if a < b]


def _gaps(file: DutyFile) -> Iterable[tuple[datetime, datetime]]:
    for a in file.absences:
        yield a.since, a.until or a.since + FAR
    for s in file.separations:
        if s.stands():
            yield s.leave_from or s.effective, s.effective + FAR


def _without(part: tuple[datetime, datetime], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    a, b = part
    if end <= a or start >= b:
        return [part]
    return [(a, min(b, start)), (max(a, end), b)]


def duty_blocks(
    file: DutyFile, schedule: Schedule, start: datetime, at: datetime, break_length: timedelta
) -> list[tuple[datetime, datetime]]:
    """Continuous duties between ``start`` and ``at``, oldest first: time on duty with no break as long as
    ``break_length`` inside."""
    return joined(duty_spans(file, schedule, start, at), break_length)


def duty_spans(file: DutyFile, schedule: Schedule, start: datetime, at: datetime) -> list[tuple[datetime, datetime]]:
    """Time on duty between ``start`` and ``at``, oldest first, without overlaps. Time that touches ``start`` is
    followed back to its own beginning as far as signed."""
    spans = [
        (s.start, min(s.end or at, at))
        for s in signed_stretches(file.signings)
        if s.start <= at and (s.end or at) >= start
    ]
    planned = scheduled_stretches(file, schedule, start, at + MOMENT)  # with the tour that begins at this instant
    spans += [(s.start, min(s.end or at, at)) for s in planned if s.start <= at]
    return joined(sorted(spans), timedelta(0))


def joined(spans: Iterable[tuple[datetime, datetime]], break_length: timedelta) -> list[tuple[datetime, datetime]]:
    """Spans in order of time as continuous duties: with no break as long as ``break_length`` inside."""
    blocks: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        if blocks and begin - blocks[-1][1] < break_length:
            blocks[-1] = (blocks[-1][0], max(blocks[-1][1], end))
        else:
            blocks.append((begin, end))
    return blocks
