"""Who will be due over the coming hours, by the schedule alone: what can be printed for the day nothing else works."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from muster.domain.instants import on_clock
from muster.domain.members import Appointment
from muster.domain.passing import Holder
from muster.domain.presence import Held, planned_turns, scheduled_stretches
from muster.domain.schedule import Turn
from muster.domain.snapshot import Snapshot
from muster.domain.watch import Watches


@dataclass(frozen=True, slots=True)
class Spell:
    """From ``start`` to ``end`` the same one is due; None: nobody."""

    start: datetime
    end: datetime
    holder: Holder | None


def outlook(snapshot: Snapshot, unit: str, start: datetime, end: datetime) -> list[Spell]:
    """Who is due in the unit from ``start`` to ``end``, as the schedule has it: what members signed is left out, for
    a duty that is open now would seem to last for ever."""
    planned = by_schedule(snapshot)
    instants = sorted({t for t in (start, *_changes(planned, start, end)) if start <= t < end})
    spells: list[Spell] = []
    for since, until in zip(instants, [*instants[1:], end], strict=True):
        holder = Watches(planned, since).due(unit).holder
        if spells and _same(spells[-1].holder, holder):
            spells[-1] = replace(spells[-1], end=until)
        else:
            spells.append(Spell(since, until, holder))
    return spells


def by_schedule(snapshot: Snapshot) -> Snapshot:
    """The snapshot without what members signed."""
    return replace(snapshot, files={m: replace(f, signings=()) for m, f in snapshot.files.items()})


def tours_of(snapshot: Snapshot, appointment: Appointment, start: datetime, end: datetime) -> list[Turn]:
    """The tours that a holder works between the instants, by the schedule, less absences."""
    file = by_schedule(snapshot).files.get(appointment.member)
    if file is None:
        return []
    stretches = scheduled_stretches(file, snapshot.schedule, start, end)
    return [s.turn for s in stretches if s.turn is not None and s.end is not None and s.start < end and s.end > start]


def _same(a: Holder | None, b: Holder | None) -> bool:
    return (a and (a.member, a.position)) == (b and (b.member, b.position))


def _changes(snapshot: Snapshot, start: datetime, end: datetime) -> Iterator[datetime]:
    """Instants at which the answer may change. Limits on hours may be crossed at any minute; they show by the hour."""
    rest = snapshot.profile.protected_rest
    rows: list[Held] = [a for held in snapshot.appointments.values() for a in held]
    for file in snapshot.files.values():
        for turn, _, _ in planned_turns(file, snapshot.schedule, start - rest, end):
            yield from (turn.start, turn.end, turn.end + rest)
        for leaving in file.separations:
            yield from (leaving.vacates_from, leaving.effective)
        rows += [*file.absences, *file.attachments, *file.places, *file.reachability]
    for row in rows:
        yield from (t for t in (row.since, row.until) if t is not None)
    yield from _clock(snapshot, start, end)


def _clock(snapshot: Snapshot, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every full hour, and when on-call hours begin and end."""
    zone = snapshot.schedule.zone
    hour = start.replace(minute=0, second=0, microsecond=0)
    while hour < end:
        hour += timedelta(hours=1)
        yield hour
    for hours in (h for some in snapshot.on_call.values() for h in some):
        for days in range(-1, (end - start).days + 2):
            day = start.astimezone(zone).date() + timedelta(days=days)
            yield from (on_clock(day, hours.start, zone), on_clock(day, hours.end, zone))
