"""The schedule: which tours a squad's chart gives, as instants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from muster.domain.duty import Chart, OnCall, Squad, Tour
from muster.domain.instants import on_clock

OFF = "o"
OWN_TOUR = "W"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of duty, from ``start`` to ``end`` (excluded), on the day it belongs to."""

    start: datetime
    end: datetime
    tour: str
    day: date

    def covers(self, at: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.start <= at < self.end


@lru_cache(maxsize=65_536)
def turn_on(tour: Tour, day: date, zone: ZoneInfo) -> Turn:
    """The turn of a tour that starts on that local day. Its length is what the clock really ran: 2315x0750 has
    8 h 35 m, and 9 h 35 m in the night in which daylight saving time ends."""
    end = on_clock(day + timedelta(days=tour.days), tour.end, zone)
    return Turn(on_clock(day, tour.start, zone), end, tour.tour, day)


Asked = tuple[str, str | None, int, datetime, datetime]
"""Chart, tour and offset of a squad; from when and until when."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Charts, squads and tours of a force, by name, in its zone."""

    zone: ZoneInfo
    charts: Mapping[str, Chart]
    squads: Mapping[str, Squad]
    tours: Mapping[str, Tour]
    _turns: dict[Asked, tuple[Turn, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def turn(self, squad: Squad, day: date) -> Turn | None:
        """The turn the squad's chart gives on that day; None on a regular day off."""
        chart = self.charts[squad.chart]
        word = chart.cycle[((day - chart.anchor).days - squad.offset) % len(chart.cycle)]
        name = squad.tour if word == OWN_TOUR else word
        return None if name is None or word == OFF else turn_on(self.tours[name], day, self.zone)

    def turns(self, squad: Squad, start: datetime, end: datetime) -> tuple[Turn, ...]:
        """The turns that touch the time from ``start`` to ``end``, in order. Squads of one pattern have the same, so
        that a city of thousands of squads finds those of a few dozen patterns."""
        asked = squad.chart, squad.tour, squad.offset, start, end
        found = self._turns.get(asked)
        if found is None:
            found = self._turns[asked] = tuple(self._found(squad, start, end))
        return found

    def _found(self, squad: Squad, start: datetime, end: datetime) -> Iterator[Turn]:
        day = start.astimezone(self.zone).date() - timedelta(days=2)
        last = end.astimezone(self.zone).date()
        while day <= last:
            turn = self.turn(squad, day)
            if turn is not None and turn.end > start and turn.start < end:
                yield turn
            day += timedelta(days=1)


def on_call(hours: OnCall, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the on-call hours that cover the instant; None when they do not."""
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        if WEEKDAYS[day.weekday()] in hours.days:
            overnight = timedelta(days=1 if hours.end <= hours.start else 0)
            end = on_clock(day + overnight, hours.end, zone)
            if on_clock(day, hours.start, zone) <= at < end:
                return end
    return None
