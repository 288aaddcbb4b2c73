"""Which tour a member has on a day: the schedule's answer beside one that goes by each day alone, over random lines,
charts, places and attachments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from muster.domain.duty import Chart, Squad, SquadPlace, Tour
from muster.domain.instants import on_clock
from muster.domain.members import Attachment
from muster.domain.presence import DutyFile, planned_turns
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule, turn_on

ZONE = ZoneInfo("America/New_York")
FIRST = date(2020, 10, 26)
"""A week before the clocks go back."""
DAYS = 14
TOURS = {
    "D": Tour(tour="D", start=time(7), end=time(15), days=0),
    "N": Tour(tour="N", start=time(23, 15), end=time(7, 50), days=1),
}
CHARTS = {"day": Chart(chart="day", name="day", cycle=("W", "o"), anchor=FIRST)}
UNITS = ("A", "B")
SQUADS = {unit: Squad(squad=unit, unit=unit, chart="day", tour="D") for unit in UNITS}
SCHEDULE = Schedule(ZONE, CHARTS, SQUADS, TOURS)


def midnight(day: int) -> datetime:
    return on_clock(FIRST + timedelta(days=day), time(), ZONE).astimezone(UTC)


@st.composite
def lines(draw: st.DrawFn) -> DutyLine:
    begin = draw(st.integers(0, DAYS - 2))
    tours = tuple(draw(st.lists(st.sampled_from(["", "D", "N"]), min_size=1, max_size=DAYS - begin)))
    return DutyLine(
        member="M", unit=draw(st.sampled_from(UNITS)), first=FIRST + timedelta(days=begin), since=midnight(begin),
        until=midnight(begin + len(tours)), version=1, guest=draw(st.booleans()), tours=tours,
    )  # fmt: skip


@st.composite
def attachments(draw: st.DrawFn) -> Attachment:
    begin = draw(st.integers(0, DAYS))
    unit = draw(st.sampled_from(UNITS))
    squad = draw(st.sampled_from([None, unit]))
    return Attachment(member="M", unit=unit, since=midnight(begin), until=midnight(begin + 4), squad=squad)


FILES = st.builds(
    DutyFile,
    member=st.just("M"),
    places=st.lists(st.sampled_from(UNITS), max_size=1).map(
        lambda found: tuple(SquadPlace(member="M", squad=unit, since=midnight(-9)) for unit in found)
    ),
    attachments=st.lists(attachments(), max_size=2).map(tuple),
    lines=st.lists(lines(), max_size=2).map(tuple),
)


def naive(file: DutyFile, day: date) -> list[tuple[str, str, date]]:
    """Unit, tour and day of all that the schedule gives on a day, by going through every way to be given a tour."""
    found = []
    for name, tour in TOURS.items():
        start = turn_on(tour, day, ZONE).start
        lent = [a for a in file.attachments if a.since <= start and (a.until is None or start < a.until)]
        units = {a.unit for a in lent}
        mine = [
            line
            for line in file.lines
            if line.entry(day) is not None and (line.unit in units if lent else not line.guest)
        ]
        found += [(line.unit, name, day) for line in mine if line.entry(day) == name]
        works = name == "D" and (day - FIRST).days % 2 == 0
        if works and not mine:
            found += [(a.unit, name, day) for a in lent if a.squad is not None]
            found += [(place.squad, name, day) for place in file.places if not lent]
    return found


@given(FILES, st.integers(-1, DAYS), st.integers(1, DAYS))
def test_the_schedule_gives_what_each_day_alone_gives(file: DutyFile, begin: int, length: int) -> None:
    start, end = midnight(begin), midnight(begin + length)
    told = [(squad.unit, turn.tour, turn.day) for turn, squad, _ in planned_turns(file, SCHEDULE, start, end)]
    wanted = [
        each
        for n in range(-4, 2 * DAYS + 3)
        for each in naive(file, FIRST + timedelta(days=n))
        for turn in [turn_on(TOURS[each[1]], each[2], ZONE)]
        if turn.end > start and turn.start < end
    ]
    assert sorted(told) == sorted(wanted)
