"""What the small force and the city have in common: ranks, titles, tours, charts. All of it is data of theirs."""

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Chart, Tour
from muster.domain.force import Rank, Title
from muster.domain.instants import on_clock

ZONE: Final = "America/New_York"
LEVELS: Final = ("city-hall", "department", "office", "bureau", "borough", "precinct", "task-force")
START: Final = date(2020, 1, 1)
"""The day from which both forces are described."""
WORK_PERIOD_FROM: Final = date(2020, 1, 6)
"""A Monday: work periods of 28 days follow each other from it."""

MONDAY: Final = date(2020, 1, 6)
"""The anchor of every chart; a Monday, so that the days off of ``5-2`` are Saturday and Sunday."""

OFFICE_TOUR: Final = "0800x1635"
PLATOONS: Final = {"1": "2315x0750", "2": "0705x1540", "3": "1500x2335"}
"""Tour by platoon: nights, days, evenings. They overlap, so that one platoon relieves the other."""

DUTY_CAPTAIN_TOURS: Final = {"1": "2330x0805", "3": PLATOONS["3"]}
"""Nights and evenings; with ``WEEKEND_DAYS`` they leave out business hours only."""

THIRDS: Final = {"A": 0, "B": 5, "C": 10}
"""Offsets on ``5-2-5-3`` of which two of three are on every day."""


def midnight(day: date) -> datetime:
    """The instant at which that day begins in the force's zone."""
    return on_clock(day, time(), ZoneInfo(ZONE))


SUPERVISES_FROM: Final = 30
"""Standing of a sergeant: the lowest rank with supervisory authority."""


def _rank(rank: str, name: str, standing: int) -> Rank:
    return Rank(rank=rank, name=name, standing=standing, supervises=standing >= SUPERVISES_FROM)


RANKS: Final = (
    _rank("PO", "Police Officer", 10),
    _rank("DET", "Detective", 15),
    _rank("SGT", "Sergeant", 30),
    _rank("LT", "Lieutenant", 40),
    _rank("CPT", "Captain", 50),
    _rank("DI", "Deputy Inspector", 60),
    _rank("INSP", "Inspector", 70),
    _rank("DC", "Deputy Chief", 80),
    _rank("AC", "Assistant Chief", 90),
    _rank("CHIEF", "Bureau Chief", 100),
    _rank("COD", "Chief of Department", 110),
    _rank("FDC", "First Deputy Commissioner (civilian)", 190),
    _rank("PC", "Police Commissioner (civilian)", 200),
)


def _command(title: str, name: str) -> Title:
    return Title(title=title, name=name, kind="command")


def _tour_title(title: str, name: str, standing: int, *, supervises: bool = False) -> Title:
    return Title(title=title, name=name, kind="tour", standing=standing, supervises=supervises)


def _line(title: str, name: str) -> Title:
    return Title(title=title, name=name, kind="line")


TITLES: Final = (
    Title(title="mayor", name="Mayor", kind="civil"),
    _command("police-commissioner", "Police Commissioner"),
    _command("first-deputy-commissioner", "First Deputy Commissioner"),
    _command("deputy-commissioner", "Deputy Commissioner"),
    _command("chief-of-department", "Chief of Department"),
    _command("chief-of-patrol", "Chief of Patrol"),
    _command("borough-commander", "Commanding Officer"),
    _command("commanding-officer", "Commanding Officer"),
    _command("executive-officer", "Executive Officer"),
    _tour_title("duty-chief", "Duty Chief", 60),
    _tour_title("duty-captain", "Duty Captain", 30),
    _tour_title("task-force-lieutenant", "Task Force Lieutenant", 10, supervises=True),
    _tour_title("desk-officer", "Desk Officer", 10),
    _tour_title("patrol-supervisor", "Patrol Supervisor", 5, supervises=True),
    _line("captain", "Captain"),
    _line("lieutenant", "Lieutenant"),
    _line("sergeant", "Sergeant"),
    _line("detective", "Detective"),
    _line("police-officer", "Police Officer"),
)


def _tour(name: str) -> Tour:
    """A tour from its name, like ``2315x0750``."""
    start, end = (time(int(part[:2]), int(part[2:])) for part in name.split("x"))
    return Tour(tour=name, start=start, end=end, days=0 if end > start else 1)


DAY_12, NIGHT_12 = "0700x1900", "1900x0700"

TOURS: Final = tuple(
    _tour(name)
    for name in (
        *PLATOONS.values(), OFFICE_TOUR, DUTY_CAPTAIN_TOURS["1"],
        "0700x1700", "1500x0100", "2200x0800",  # the overlapping tours of 4-10
        DAY_12, NIGHT_12,
    )
)  # fmt: skip

TWO_TWO_THREE: Final = "W W o o W W W o o W W o o o"
_TWO_TWO_THREE_TWICE = f"{TWO_TWO_THREE} {TWO_TWO_THREE}"
_DUPONT = "N N N N o o o D D D o N N N o o o D D D D o o o o o o o"


def _named(cycle: str) -> str:
    """A cycle written with D and N, with the names of the 12-hour tours instead."""
    names = {"D": DAY_12, "N": NIGHT_12}
    return " ".join(names.get(word, word) for word in cycle.split())


def _chart(chart: str, name: str, cycle: str) -> Chart:
    return Chart(chart=chart, name=name, cycle=tuple(cycle.split()), anchor=MONDAY)


CHARTS: Final = (
    _chart("5-2-5-3", "5 on, 2 off, 5 on, 3 off", "W W W W W o o W W W W W o o o"),
    _chart("5-2", "Monday to Friday", "W W W W W o o"),
    _chart("weekend", "Saturday and Sunday only", "o o o o o W W"),
    _chart("4-2", "4 on, 2 off", "W W W W o o"),
    _chart("4-10", "4 on, 3 off, tours of 10 hours", "W W W W o o o"),
    _chart("pitman", "Pitman 2-2-3, tours of 12 hours", TWO_TWO_THREE),
    _chart(
        "panama",
        "Panama: 2-2-3, 28 days of days, then 28 of nights",
        _named(_TWO_TWO_THREE_TWICE.replace("W", "D") + " " + _TWO_TWO_THREE_TWICE.replace("W", "N")),
    ),
    _chart("dupont", "DuPont, tours of 12 hours", _named(_DUPONT)),
)
