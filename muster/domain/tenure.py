"""How long somebody who assumed command keeps it: on duty here without a break, and past the end of a tour for as long
as nobody due was present to take it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.presence import MOMENT, DutyFile, planned_turns, status_at
from muster.domain.schedule import Schedule, Turn

WINDOW = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Tenure:
    """That command is kept; ``over_since``: since when its holder holds over though nobody signed for it, or None."""

    over_since: datetime | None


def tenure(
    file: DutyFile,
    schedule: Schedule,
    units: Collection[str],
    since: datetime,
    at: datetime,
    passes: Callable[[datetime], bool],
) -> Tenure | None:
    """Whether the member, in command since then, still is: on duty in one of the units at every instant. ``passes``
    says whether somebody else who is due stands present to take it at the scheduled end of a tour. None: lost."""
    over = None
    for when, ends in _changes(file, schedule, since, at):
        if ends and passes(when):
            return None
        status = status_at(file, schedule, when)
        if status.state == "on-duty" and status.unit in units:
            continue
        if status.state != "off" or any(s.kind == "off" and s.at == when for s in file.signings):
            return None
        over = over or (when if ends else None)
        if over is None:
            return None
    return Tenure(over)


def _changes(file: DutyFile, schedule: Schedule, since: datetime, at: datetime) -> Iterator[tuple[datetime, bool]]:
    """``since`` and every later instant at which the member's status may change, and whether it is the scheduled end
    of a tour that was neither held over nor signed off from. Days are looked at as far as somebody asks."""
    yield since, False
    fixed = {s.at for s in file.signings}
    fixed |= {x for a in file.absences for x in (a.since, a.until) if x}
    fixed |= {x for s in file.separations for x in (s.leave_from, s.effective) if x}
    while since < at:
        end = min(since + WINDOW, at)
        turns = [turn for turn, _, _ in planned_turns(file, schedule, since, end + MOMENT)]
        ends = {t.end for t in turns if not _ended_otherwise(file, t)}
        for when in sorted(fixed | ends | {x for t in turns for x in (t.start, t.end)}):
            if since < when <= end:
                yield when, when in ends
        since = end


def _ended_otherwise(file: DutyFile, turn: Turn) -> bool:
    """Whether the end of the turn ends nothing: the member is held over then, or had signed off in it."""
    last = next((s for s in reversed(file.signings) if s.at <= turn.end), None)
    left = any(s.kind == "off" and turn.start <= s.at < turn.end for s in file.signings)
    return left or (last is not None and last.kind == "held-over")
