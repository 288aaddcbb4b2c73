"""Random duty of a member: charts, signings, time records, absences, attachments and papers, around a clock change."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from muster.domain.duty import HOURS_KINDS, Chart, Signing, Squad, SquadPlace, TimeRecord, Tour
from muster.domain.members import Absence, Attachment
from muster.domain.presence import DutyFile
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.domain.separation import Separation
from tests.ground import NEW_YORK
from tests.properties.naive_ledger import CELL

R = TypeVar("R", bound=Row)
DAYS: Final = 6
BEGINS: Final = (
    datetime(2020, 10, 29, 4, tzinfo=UTC),  # the clocks go back in the night before 1 November
    datetime(2020, 3, 5, 5, tzinfo=UTC),  # and forward in the one before 8 March
)
ZONES: Final = tuple(ZoneInfo(z) for z in ("UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"))
OFFSETS: Final = tuple(timezone(timedelta(hours=h)) for h in (-11, -4, 0, 5.75))
TOURS: Final = (
    Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1),
    Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0),
    Tour(tour="evening", start=time(15), end=time(23, 35), days=0),
    Tour(tour="small-hours", start=time(1, 15), end=time(2, 45), days=0),
    Tour(tour="round-the-clock", start=time(9), end=time(9), days=1),
)
CYCLES: Final = (("W",), ("W", "W", "o"), ("night", "day", "o"), ("evening", "day"), ("round-the-clock", "o", "o"))
UNITS: Final = ("HERE", "THERE")
begins = st.sampled_from(BEGINS)


def instants(begin: datetime, days: float = DAYS) -> st.SearchStrategy[datetime]:
    """Instants on the grid of cells."""
    return st.integers(0, int(timedelta(days=days) / CELL)).map(lambda n: begin + n * CELL)


@st.composite
def schedules(draw: Any) -> Schedule:
    """Two squads, one in each unit."""
    charts = {f"C{n}": Chart(chart=f"C{n}", name="", cycle=c, anchor=date(2020, 1, 6)) for n, c in enumerate(CYCLES)}
    squads = {
        unit: Squad(
            squad=unit,
            unit=unit,
            chart=draw(st.sampled_from(sorted(charts))),
            offset=draw(st.integers(0, 2)),
            tour=draw(st.sampled_from(TOURS)).tour,
        )
        for unit in UNITS
    }
    return Schedule(NEW_YORK, charts, squads, {t.tour: t for t in TOURS})


@st.composite
def files(draw: Any, begin: datetime) -> DutyFile:
    """What bears on the duty of a member in those days."""
    when = instants(begin)

    def span(longest: float) -> tuple[datetime, datetime]:
        since = draw(when)
        return since, since + draw(st.integers(1, int(timedelta(days=longest) / CELL))) * CELL

    def some(most: int) -> range:
        return range(draw(st.integers(0, most)))

    def ends(until: datetime) -> datetime | None:
        return draw(st.sampled_from((until, until, None)))  # type: ignore[no-any-return]

    places = [
        SquadPlace(member="M", squad=squad, since=since, until=ends(until))
        for squad in UNITS[: draw(st.integers(0, 2))]
        for since, until in (span(DAYS),)
    ]
    if places and draw(st.booleans()):
        places[0] = SquadPlace(member="M", squad=UNITS[0], since=begin - timedelta(days=9))
    attachments = [
        Attachment(
            member="M", unit=UNITS[1], since=since, until=ends(until), squad=draw(st.sampled_from((None, "THERE")))
        )
        for _ in some(1)
        for since, until in (span(3),)
    ]
    absences = [
        Absence(member="M", kind=draw(st.sampled_from(("leave", "sick", "court", "training"))), since=a, until=ends(b))
        for _ in some(3)
        for a, b in (span(2),)
    ]
    records = [
        TimeRecord(member="M", since=a, kind=kind, until=b, paid=draw(st.sampled_from((None, None, "yes", "no"))))
        for _ in some(4)
        for kind in (draw(st.sampled_from(HOURS_KINDS)),)
        for a, b in (span(1),)
    ]
    papers = [separation(begin, *span(3)) for _ in some(1)]
    away, hours = once(absences), once(records)
    return DutyFile("M", places, attachments, away, draw(signings(begin)), (), (), papers, 0, hours)


def once(rows: list[R]) -> list[R]:
    """The last row of each key: the record believes no other."""
    return [*{row.key: row for row in rows}.values()]


def separation(begin: datetime, leave_from: datetime, effective: datetime) -> Separation:
    """Papers that stand."""
    return Separation(
        separation="SEP",
        member="M",
        kind="retirement",
        state="accepted",
        filed=begin,
        leave_from=leave_from,
        effective=effective,
    )


@st.composite
def signings(draw: Any, begin: datetime) -> list[Signing]:
    """Signings on, off and over, in order of time."""
    found = []
    for at in sorted(draw(st.lists(instants(begin), max_size=6, unique=True))):
        kind = draw(st.sampled_from(("on", "off", "off", "held-over")))
        unit = None if kind == "off" else draw(st.sampled_from(UNITS))
        found.append(Signing(member="M", at=at, kind=kind, unit=unit))
    return found
