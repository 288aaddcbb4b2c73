"""The duty ledger written a second time, from docs/hours.md and not from the code: cell by cell of five minutes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from muster.domain.duty import Squad, SquadPlace
from muster.domain.members import Attachment
from muster.domain.presence import DutyFile, holds
from muster.domain.schedule import Schedule

CELL = timedelta(minutes=5)
Said = tuple[str, bool]
"""A kind of hours, and whether the force pays them."""


@dataclass(frozen=True)
class Turn:
    """A tour that the charts give."""

    start: datetime
    end: datetime
    unit: str
    attached: bool


def cells(start: datetime, until: datetime) -> Iterator[datetime]:
    """The first instants of all cells between two instants."""
    while start < until:
        yield start
        start += CELL


def naive_ledger(file: DutyFile, schedule: Schedule, start: datetime, until: datetime) -> dict[datetime, set[Said]]:
    """For each cell on duty, what it may be; several where two sources of the same standing tell of it."""
    turns = sorted(naive_turns(file, schedule, start, until), key=lambda t: t.start)
    found = {cell: said_of(file, turns, cell) for cell in cells(start, until)}
    return {cell: said for cell, said in found.items() if said}


def said_of(file: DutyFile, turns: list[Turn], cell: datetime) -> set[Said]:
    """First what was signed, then time records, then absences that are duty, then the chart."""
    if signed := [s for s in file.signings if s.at <= cell][-1:]:
        kind, unit = signed[0].kind, signed[0].unit
        if kind != "off" and unit is not None:
            return {(signed_kind(turns, signed[0].at, cell, unit, held=kind == "held-over"), True)}
    if records := [r for r in file.records if r.since <= cell < r.until]:
        usual = {"extra-duty": False, "travel": False}
        return {(r.kind, usual.get(r.kind, True) if r.paid is None else r.paid == "yes") for r in records}
    mine = [t for t in turns if t.start <= cell < t.end and not timed(file, t) and not gone(file, cell, leave=False)]
    away = [a.kind for a in file.absences if a.kind in ("court", "training") and holds(a, cell)]
    if away and mine:
        return {(kind, True) for kind in away}
    if any(holds(a, cell) for a in file.absences) or gone(file, cell, leave=True):
        return set()
    return {("detail" if t.attached else "tour", True) for t in mine if not left(file, t, cell)}


def signed_kind(turns: list[Turn], began: datetime, cell: datetime, unit: str, *, held: bool) -> str:
    """What a signed duty is: a tour in it, one elsewhere, what was held over from one, or neither."""
    for turn in turns:
        if turn.start <= cell < turn.end:
            return "tour" if turn.unit == unit and not turn.attached else "detail"
    return "hold-over" if held or any(began <= t.end <= cell for t in turns) else "call-in"


def timed(file: DutyFile, turn: Turn) -> bool:
    """Whether a time keeper tells of the tour."""
    kinds = ("tour", "court", "training")
    return any(r.kind in kinds and r.since < turn.end and turn.start < r.until for r in file.records)


def left(file: DutyFile, turn: Turn, cell: datetime) -> bool:
    """Whether the member signed off in this tour, before."""
    return any(s.kind == "off" and turn.start <= s.at <= cell and s.at < turn.end for s in file.signings)


def gone(file: DutyFile, cell: datetime, *, leave: bool) -> bool:
    """Whether the member had left the force, or (``leave``) was on terminal leave."""
    standing = [s for s in file.separations if s.state in ("filed", "accepted")]
    return any(((s.leave_from if leave else None) or s.effective) <= cell for s in standing)


def naive_turns(file: DutyFile, schedule: Schedule, start: datetime, until: datetime) -> Iterable[Turn]:
    """The tours of the squads that the member is in when each begins, on the clocks of the force."""
    rows: list[SquadPlace | Attachment] = [*file.places, *(a for a in file.attachments if a.squad)]
    for row in rows:
        squad = schedule.squads[str(row.squad)]
        day = start.astimezone(schedule.zone).date() - timedelta(days=4)
        while day <= until.astimezone(schedule.zone).date():
            turn = naive_turn(squad, schedule, day, isinstance(row, Attachment))
            away = isinstance(row, SquadPlace) and turn and any(holds(a, turn.start) for a in file.attachments)
            if turn and holds(row, turn.start) and not away:
                yield turn
            day += timedelta(days=1)


def naive_turn(squad: Squad, schedule: Schedule, day: date, attached: bool) -> Turn | None:
    """The tour of a squad that begins on that day; None on a day off."""
    chart = schedule.charts[squad.chart]
    word = chart.cycle[(day.toordinal() - chart.anchor.toordinal() - squad.offset) % len(chart.cycle)]
    name = squad.tour if word == "W" else word
    if word == "o" or name is None:
        return None
    tour = schedule.tours[name]
    begin = datetime.combine(day, tour.start, schedule.zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=tour.days), tour.end, schedule.zone).astimezone(UTC)
    return Turn(begin, end, squad.unit, attached)
