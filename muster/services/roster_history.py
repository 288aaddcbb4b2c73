"""What a member brings into a period: the duty that ended last, days in a row, hours of the running week; and what of
the period is over already."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from muster.domain.ledger import Ledger, ledger_of
from muster.domain.limits import DAY, breaches
from muster.domain.presence import MOMENT, DutyFile, scheduled_stretches
from muster.domain.rules import hours_of
from muster.domain.spans import NO_TIME, Span, joined
from muster.roster.problem import OFF, Carried
from muster.services.roster_ground import HISTORY, Ground

OTHER: Final = "other duty"
"""Stands for duty before the period that was no tour of the unit."""


@dataclass(frozen=True, slots=True)
class History:
    """What a member brings. ``ended``: when the last duty ended that began before; None: none was found. ``broken``:
    hard rules that are broken when the period begins, in words."""

    carried: Carried
    ended: datetime | None
    broken: tuple[str, ...]


def history_of(ground: Ground, file: DutyFile, tours: Collection[str]) -> History:
    """What a member brings into the period. ``tours``: those of the unit."""
    begin, start = ground.period.first, ground.period.start
    ledger = ledger_of(file, ground.schedule, start - max(HISTORY, ground.profile.back), start + DAY)
    spans = [s for s in ledger.spans if s[0] < start and s[1] > start - HISTORY]
    blocks = joined(spans, ground.profile.break_length)
    worked = {day for block in blocks for day in _days(block, ground)}
    tour, days, day = OFF, 0, begin - DAY
    while (day in worked) == (begin - DAY in worked) and days < HISTORY.days:
        day, days = day - DAY, days + 1
    if begin - DAY in worked:
        tour = _tour_of(ground, file, begin - DAY, tours)
    monday = begin - timedelta(days=begin.weekday())
    week = sum((b - a for a, b in blocks if a.astimezone(ground.period.zone).date() >= monday), NO_TIME)
    ended = max((b for _, b in blocks), default=None)
    return History(Carried(tour, days, int(week.total_seconds() // 60)), ended, tuple(_broken(ground, file, ledger)))


def worked_before(ground: Ground, file: DutyFile, unit: str, at: datetime) -> dict[int, str]:
    """The cells of a line that are over or have begun at an instant, by day: the tour that was worked of a chart, or
    off. Empty when the period has not begun."""
    period = ground.period
    today = at.astimezone(period.zone).date()
    cells = {n: OFF for n, day in enumerate(period.dates) if day < today}
    for s in scheduled_stretches(file, ground.schedule, period.start - DAY, at + MOMENT):
        if s.turn is not None and s.unit == unit and s.turn.start <= at and period.first <= s.turn.day <= today:
            cells[(s.turn.day - period.first).days] = s.turn.tour
    return {n: tour for n, tour in cells.items() if n < period.days} if at > period.start else {}


def _days(block: Span, ground: Ground) -> list[date]:
    """The days on which a block of duty counts: the one on which it began, and one more for each 24 hours after."""
    begun = block[0].astimezone(ground.period.zone).date()
    return [begun + n * DAY for n in range(max((block[1] - block[0] - MOMENT) // DAY, 0) + 1)]


def _tour_of(ground: Ground, file: DutyFile, day: date, tours: Collection[str]) -> str:
    start = ground.period.start
    for s in scheduled_stretches(file, ground.schedule, start - 3 * DAY, start):
        if s.turn is not None and s.turn.day == day and s.turn.tour in tours:
            return s.turn.tour
    return OTHER


def _broken(ground: Ground, file: DutyFile, ledger: Ledger) -> Iterator[str]:
    """Hard rules that are broken when the period begins."""
    profile = ground.profile.hard
    then = ledger.at(ground.period.start, profile.back)
    for breach in breaches(hours_of(file, ground.schedule, profile, then)):
        yield f"{breach.rule}: {breach.says}"
