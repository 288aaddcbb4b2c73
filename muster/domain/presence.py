"""Where a member is at an instant: on duty, absent or off; read from the roster and from what members say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from muster.domain.duty import Reachability, Signing, Squad, SquadPlace, TimeRecord, Tour, Waiver
from muster.domain.members import Absence, Attachment
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule, Turn, turn_on
from muster.domain.separation import Separation
from muster.domain.spans import Span, without

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
    records: Sequence[TimeRecord] = ()
    lines: Sequence[DutyLine] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time on duty in one unit; ``end`` None: not signed off yet. ``turn`` is set where the schedule gives it.
    ``row``: what it stands on, a signing, the member's place in a squad or their line in a published roster."""

    start: datetime
    end: datetime | None
    unit: str
    source: str
    row: Signing | SquadPlace | Attachment | DutyLine = field(repr=False)
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
            source = "signed on" if signing.kind == "on" else "held over"
            found.append(Stretch(signing.at, end, signing.unit, source, signing))
    return [s for s in found if s.end is None or s.end > s.start]


Planned = tuple[Turn, Squad, SquadPlace | Attachment | DutyLine]


def planned_turns(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> list[Planned]:
    """Turns that the schedule gives the member in that time, wherever they serve, whether or not they came: published
    rosters, where there is none the charts. Each with its squad and what puts the member into it."""
    found = _charted(file, schedule, start, end)
    if file.lines:
        found = [each for each in found if not any(speaks(line, file, each[0].start) for line in file.lines)]
        found += _rostered(file, schedule, start, end)
    return sorted(found, key=lambda each: (each[0].start, each[1].squad))


def _charted(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> list[Planned]:
    """Turns that the charts give."""
    found: list[Planned] = []
    for place in file.places:
        squad = schedule.squads.get(place.squad)
        if squad is not None and _touches(place, start, end):
            for turn in schedule.turns(squad, start, end):
                if holds(place, turn.start) and not any(holds(a, turn.start) for a in file.attachments):
                    found.append((turn, squad, place))
    for detail in file.attachments:
        if _touches(detail, start, end):
            squad, turns = _lent(detail, schedule, start, end)
            found += [(turn, squad, detail) for turn in turns if holds(detail, turn.start)]
    return found


def _lent(detail: Attachment, schedule: Schedule, start: datetime, end: datetime) -> tuple[Squad, Sequence[Turn]]:
    """The squad in which somebody serves who is lent, and the turns that gives: by its chart, or by the tour that they
    were lent for. One without a name where they are in none."""
    squad = schedule.squads.get(detail.squad or "")
    if squad is not None:
        return squad, schedule.turns(squad, start, end)
    tour = schedule.tours.get(detail.tour or "")
    turns = [] if tour is None else list(_daily(tour, schedule, start, end))
    return Squad(squad="", unit=detail.unit, chart=""), turns


def _daily(tour: Tour, schedule: Schedule, start: datetime, end: datetime) -> Iterator[Turn]:
    """The turns of a tour on each day that touch a time."""
    day, last = start.astimezone(schedule.zone).date() - timedelta(days=2), end.astimezone(schedule.zone).date()
    while day <= last:
        turn = turn_on(tour, day, schedule.zone)
        if turn.end > start and turn.start < end:
            yield turn
        day += timedelta(days=1)


def speaks(line: DutyLine, file: DutyFile, at: datetime) -> bool:
    """Whether the line, and no chart, says what the member does on the day of this instant: they serve in its unit,
    attached to it, or at home in it and attached nowhere."""
    if not holds(line, at):
        return False
    attached = [a for a in file.attachments if holds(a, at)]
    return any(a.unit == line.unit for a in attached) if attached else not line.guest


def _rostered(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> Iterator[Planned]:
    """Turns that published rosters give. A tour that the force no longer has gives none."""
    first, last = start.astimezone(schedule.zone).date() - timedelta(days=2), end.astimezone(schedule.zone).date()
    for line in file.lines:
        begin = max(first, line.first)
        for place in range((begin - line.first).days, min(len(line.tours), (last - line.first).days + 1)):
            tour = schedule.tours.get(line.tours[place])
            if tour is None:
                continue
            turn = turn_on(tour, line.first + timedelta(days=place), schedule.zone)
            if turn.end > start and turn.start < end and speaks(line, file, turn.start):
                yield turn, _squad_of(file, schedule, line, turn.start), line


def _squad_of(file: DutyFile, schedule: Schedule, line: DutyLine, at: datetime) -> Squad:
    """The member's squad in the unit of the roster; one without a name where they are in none."""
    for place in file.places:
        squad = schedule.squads.get(place.squad)
        if squad is not None and squad.unit == line.unit and holds(place, at):
            return squad
    return Squad(squad="", unit=line.unit, chart="")


def is_detail(row: object) -> bool:
    """Whether what puts a member on a tour is that they are lent to its unit."""
    return isinstance(row, Attachment) or (isinstance(row, DutyLine) and row.guest)


def _touches(row: Held, start: datetime, end: datetime) -> bool:
    return (row.since is None or row.since < end + timedelta(days=1)) and (
        row.until is None or row.until > start - timedelta(days=3)
    )


def scheduled_stretches(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> list[Stretch]:
    """Duty by the schedule: the planned turns, ended where the member signed off or went absent within them."""
    return worked_stretches(file, planned_turns(file, schedule, start, end))


def worked_stretches(file: DutyFile, planned: Iterable[Planned]) -> list[Stretch]:
    """The same of planned turns that are known."""
    found = []
    for turn, squad, row in planned:
        for begin, stop in _worked(turn, file):
            source = f"{_schedule_of(squad, row)}, tour {turn.tour} of {turn.day}"  # as ISO 8601
            found.append(Stretch(begin, stop, squad.unit, source, row, turn, squad.squad or None))
    return found


def _schedule_of(squad: Squad, row: SquadPlace | Attachment | DutyLine) -> str:
    """The roster or the chart, in words."""
    if isinstance(row, DutyLine):
        return f"roster of {row.unit} from {row.first}, version {row.version}"
    if isinstance(row, Attachment) and not squad.squad:
        return f"attached to {row.unit}"
    return f"chart {squad.chart}, squad {squad.squad}"


def _worked(turn: Turn, file: DutyFile) -> list[Span]:
    """The parts of a turn that were worked as planned: up to a signing off in it, without absences."""
    stop = min((s.at for s in file.signings if s.kind == "off" and turn.start <= s.at < turn.end), default=turn.end)
    return without((turn.start, stop), gaps(file)) if stop > turn.start else []


def gaps(file: DutyFile) -> Iterator[Span]:
    """When the member is away, or leaving the force."""
    for a in file.absences:
        yield a.since, a.until or a.since + FAR
    for s in file.separations:
        if s.stands():
            yield s.leave_from or s.effective, s.effective + FAR


def as_planned(file: DutyFile, schedule: Schedule, at: datetime) -> DutyFile:
    """The duty file as it stands at an instant, for looking ahead: without what was signed later; who is on duty then
    is supposed to go off at the end of the tour, or at once where none runs."""
    if not file.signings:
        return file
    signings = [s for s in file.signings if s.at <= at]
    if signings and signings[-1].kind != "off":
        turns = (turn for turn, _, _ in planned_turns(file, schedule, at, at + MOMENT) if turn.covers(at))
        end = max((turn.end for turn in turns), default=at)
        signings.append(Signing(member=file.member, at=end, kind="off"))
    return replace(file, signings=tuple(signings))
