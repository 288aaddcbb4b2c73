"""Tours, charts, squads, places in squads, on-call hours."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule, at_line, overlaps
from muster.domain.duty import Chart, OnCall, Squad, Tour
from muster.domain.errors import Fault
from muster.domain.nearest import did_you_mean
from muster.domain.published import DAY_OFF
from muster.domain.schedule import OFF, OWN_TOUR, WEEKDAYS

DAY_MINUTES: Final = 24 * 60


def tour_lengths(rows: Indexed) -> Iterator[Fault]:
    """A tour is longer than nothing and at most 24 hours by the clock."""
    for placed in rows.of(Tour):
        tour = placed.row
        minutes = tour.days * DAY_MINUTES + _minutes(tour.end.hour, tour.end.minute)
        minutes -= _minutes(tour.start.hour, tour.start.minute)
        if minutes <= 0:
            must = f"must be after the start {tour.start:%H%M}; for an end on the next day set days to 1"
            yield rows.fault(placed, "end", must)
        elif minutes > DAY_MINUTES:
            said = f"{minutes // 60} h" + (f" {minutes % 60} m" if minutes % 60 else "")
            yield rows.fault(placed, "days", f"must make a tour of at most 24 h, makes one of {said}")


def _minutes(hour: int, minute: int) -> int:
    return hour * 60 + minute


def tour_names(rows: Indexed) -> Iterator[Fault]:
    """The words of charts and rosters that are no tours do not name one."""
    for placed in rows.of(Tour):
        if placed.row.tour in (OFF, OWN_TOUR):
            yield rows.fault(placed, "tour", f"must not be {OWN_TOUR} or {OFF}, which mean something else in charts")
        elif placed.row.tour == DAY_OFF:
            yield rows.fault(placed, "tour", f"must not be {DAY_OFF}, which is how a roster is told a day off")


def chart_words(rows: Indexed) -> Iterator[Fault]:
    """A chart's words are W, o and tours."""
    if not rows.directory.is_whole(Tour):
        return
    for placed in rows.of(Chart):
        unknown = sorted({word for word in placed.row.cycle if word not in rows.tours and word not in (OFF, OWN_TOUR)})
        for word in unknown[:10]:
            must = f"must have only {OWN_TOUR}, {OFF} and tours of tours.csv; {word!r} is none"
            yield rows.fault(placed, "cycle", must + did_you_mean(word, rows.tours))


def squad_against_chart(rows: Indexed) -> Iterator[Fault]:
    """A squad has a tour when its chart asks for one, and begins within the cycle."""
    for placed in rows.of(Squad):
        chart = rows.charts.get(placed.row.chart)
        if chart is None:
            continue
        if OWN_TOUR in chart.row.cycle and placed.row.tour is None:
            must = f"must not be empty: chart {chart.row.chart} has days marked {OWN_TOUR}"
            yield rows.fault(placed, "tour", must)
        if placed.row.offset >= len(chart.row.cycle):
            must = f"must be less than the {len(chart.row.cycle)} days of chart {chart.row.chart}"
            yield rows.fault(placed, "offset", must)


def civil_squads(rows: Indexed) -> Iterator[Fault]:
    """Civil authority has no tours."""
    for placed in rows.of(Squad):
        unit = rows.units.get(placed.row.unit)
        if unit and unit.row.civil:
            yield rows.fault(placed, "unit", "must not be civil authority: it has no tours")


def two_squads_at_once(rows: Indexed) -> Iterator[Fault]:
    """A member belongs to one squad at a time."""
    for before, placed in chain.from_iterable(overlaps(timeline) for timeline in rows.squad_places.values()):
        must = f"must be in one squad at a time; {at_line(before)} has the member in {before.row.squad} then"
        yield rows.fault(placed, "member", must)


def on_call_hours(rows: Indexed) -> Iterator[Fault]:
    """On-call hours are of command positions, on days of the week."""
    for placed in rows.of(OnCall):
        kind = rows.kind_of(placed.row.position)
        if kind not in (None, "command"):
            must = f"must be a command position, its title is of kind {kind}; tour positions are on duty or off"
            yield rows.fault(placed, "position", must)
        days = placed.row.days
        if not set(days) <= set(WEEKDAYS) or len(set(days)) < len(days):
            yield rows.fault(placed, "days", f"must be days, each once, of {' '.join(WEEKDAYS)}")


RULES: Final[tuple[Rule, ...]] = (
    tour_lengths,
    tour_names,
    chart_words,
    squad_against_chart,
    civil_squads,
    two_squads_at_once,
    on_call_hours,
)
