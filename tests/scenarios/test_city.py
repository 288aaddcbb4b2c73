"""The synthetic city, held against what is known of such forces from outside."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from muster.cli.forces import city as city_command
from muster.domain.checks import check
from muster.domain.duty import Chart, OnCall, Squad, SquadPlace, Tour
from muster.domain.errors import Invalid, Refused
from muster.domain.force import Covering, Position, Title, Unit
from muster.domain.instants import on_clock
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.files import read, write
from muster.scenarios.city import city
from muster.scenarios.doctrine import CHARTS, DAY_12, NIGHT_12, ZONE

R = TypeVar("R", bound=Row)
TOWN = 2_200
NEW_YORK = ZoneInfo(ZONE)
PRECINCTS = {
    "PBMS": "1 5 6 7 9 10 13 14 17 18",
    "PBMN": "19 20 22 23 24 25 26 28 30 32 33 34",
    "PBBX": "40 41 42 43 44 45 46 47 48 49 50 52",
    "PBBS": "60 61 62 63 66 67 68 69 70 71 72 76 78",
    "PBBN": "73 75 77 79 81 83 84 88 90 94",
    "PBQS": "100 101 102 103 105 106 107 113",
    "PBQN": "104 108 109 110 111 112 114 115",
    "PBSI": "120 121 122 123",
}


@cache
def rows(members: int, seed: int = 1) -> tuple[Row, ...]:
    """A city, made once for all tests."""
    return tuple(city(members, seed))


def of(noun: type[R], members: int = TOWN) -> list[R]:
    """Its rows of one noun."""
    return [row for row in rows(members) if isinstance(row, noun)]


def schedule() -> Schedule:
    """When its squads are on duty."""
    return Schedule(
        NEW_YORK,
        {c.chart: c for c in of(Chart)},
        {s.squad: s for s in of(Squad)},
        {t.tour: t for t in of(Tour)},
    )


def holders_by_chart(position: str, at: datetime) -> list[str]:
    """Members in that position whom their squad's chart has on duty at the instant."""
    plan, squads = schedule(), {p.member: p.squad for p in of(SquadPlace)}
    held = [a.member for a in of(Appointment) if a.position == position]
    return [m for m in held if any(t.covers(at) for t in plan.turns(plan.squads[squads[m]], at, at))]


def works(chart: str, day: int, offset: int = 0) -> str:
    """The chart's word for that day of its cycle."""
    cycle = next(c.cycle for c in CHARTS if c.chart == chart)
    return cycle[(day - offset) % len(cycle)]


def duty_fraction(cycle: Iterable[str]) -> float:
    """The share of days that are not off."""
    words = list(cycle)
    return sum(word != "o" for word in words) / len(words)


@pytest.mark.parametrize("borough", PRECINCTS)
def test_the_city_has_each_borough_with_its_precincts(borough: str) -> None:
    found = {u.unit for u in of(Unit) if u.parent == borough and u.level == "precinct"}
    assert found == {f"PCT-{int(number):03d}" for number in PRECINCTS[borough].split()}


def test_the_city_has_77_precincts_in_8_boroughs_and_a_chain_from_city_hall() -> None:
    levels = Counter(u.level for u in of(Unit))
    assert (levels["precinct"], levels["borough"], levels["task-force"]) == (77, 8, 8)
    parents = {u.unit: u.parent for u in of(Unit)}
    chain, unit = [], parents["PCT-066"]
    while unit is not None:
        chain.append(unit)
        unit = parents[unit]
    assert chain == ["PBBS", "PATROL", "COD", "PD", "CITY-HALL"]


@pytest.mark.parametrize("members", [1_682, TOWN, 22_000])
def test_the_city_has_exactly_as_many_members_as_asked_for(members: int) -> None:
    refs = [m.member for m in of(Member, members)]
    assert len(set(refs)) == len(refs) == members
    assert Counter(a.member for a in of(Appointment, members)) == dict.fromkeys(refs, 1)
    assert Counter(p.member for p in of(SquadPlace, members)) == dict.fromkeys(refs, 1)


def test_a_city_too_small_for_its_command_positions_is_refused() -> None:
    with pytest.raises(Invalid, match="members 1681 must be at least 1682"):
        city(1_681)


def test_ranks_are_mixed_as_in_new_yorks_precincts_of_2016() -> None:
    now = Counter(c.rank for c in of(Career, 22_000) if c.until is None)
    share = {rank: count / 22_000 for rank, count in now.items()}
    for rank, expected in {"PO": 0.825, "SGT": 0.117, "LT": 0.037, "DET": 0.012}.items():
        assert share.pop(rank) == pytest.approx(expected, abs=0.01), rank
    assert sum(share.values()) == pytest.approx(0.010, abs=0.01)


def test_precincts_are_spread_as_in_new_york_in_2016() -> None:
    unit = {p.position: p.unit for p in of(Position, 22_000)}
    strength = Counter(unit[a.position] for a in of(Appointment, 22_000))
    sizes = sorted(count for name, count in strength.items() if name.startswith("PCT-"))
    assert sizes[0] / sizes[38] == pytest.approx(123 / 183, rel=0.02)
    assert sizes[-1] / sizes[38] == pytest.approx(301 / 183, rel=0.02)


def test_no_position_has_more_holders_than_places() -> None:
    places = {p.position: p.places for p in of(Position, 22_000)}
    held = Counter(a.position for a in of(Appointment, 22_000))
    assert not [p for p, count in held.items() if count > places[p]]
    assert sum(places.values()) > 22_000


def test_command_and_tour_positions_do_not_grow_with_the_city() -> None:
    def leading(members: int) -> Counter[str]:
        kinds = {t.title: t.kind for t in of(Title, members)}
        posts = {p.position for p in of(Position, members) if kinds[p.title] in ("command", "tour")}
        return Counter(a.position for a in of(Appointment, members) if a.position in posts)

    assert leading(TOWN) == leading(22_000)


def test_every_precinct_has_a_desk_officer_on_duty_at_every_hour_of_a_week() -> None:
    plan, squads = schedule(), {p.member: p.squad for p in of(SquadPlace)}
    week = on_clock(date(2020, 10, 26), datetime.min.time(), NEW_YORK)  # the week in which the clocks go back
    for position in (p for p in of(Position) if p.title == "desk-officer"):
        held = [plan.squads[squads[a.member]] for a in of(Appointment) if a.position == position.position]
        turns = [t for squad in held for t in plan.turns(squad, week, week + timedelta(days=7))]
        hours = [week + timedelta(hours=h) for h in range(7 * 24)]
        assert [h for h in hours if not any(t.covers(h) for t in turns)] == [], position.position


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2020-10-07T03:00", True),
        ("2020-10-07T08:30", False),
        ("2020-10-07T10:00", False),
        ("2020-10-07T22:00", True),
        ("2020-10-10T10:00", True),
    ],
)
def test_a_duty_captain_is_there_outside_business_hours_only(at: str, there: bool) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=NEW_YORK).astimezone(UTC)
    assert bool(holders_by_chart("PBBX-DUTY-CAPTAIN", instant)) is there


def test_each_precinct_is_covered_by_its_boroughs_duty_captain() -> None:
    covered = {c.unit: c.position for c in of(Covering)}
    for unit in of(Unit):
        if unit.level in ("precinct", "task-force"):
            assert covered[unit.unit] == f"{unit.parent}-DUTY-CAPTAIN"


def test_precinct_commanders_work_weekdays_and_are_not_on_call() -> None:
    morning, night = (datetime(2020, 10, 7, hour, tzinfo=NEW_YORK).astimezone(UTC) for hour in (10, 3))
    assert holders_by_chart("PCT-066-CO", morning)
    assert not holders_by_chart("PCT-066-CO", night)
    assert not [o for o in of(OnCall) if o.position.startswith("PCT-")]


@pytest.mark.parametrize(("chart", "hours"), [("4-2", 2088.6), ("5-2-5-3", 2088.6)])
def test_the_two_charts_of_eight_hours_35_minutes_give_the_contracts_year(chart: str, hours: float) -> None:
    cycle = next(c.cycle for c in CHARTS if c.chart == chart)
    assert duty_fraction(cycle) == pytest.approx(2 / 3)
    assert duty_fraction(cycle) * 365 * (8 + 35 / 60) == pytest.approx(hours, abs=0.1)


def test_two_of_three_squads_on_5_2_5_3_work_each_day() -> None:
    for day in range(15):
        assert sum(works("5-2-5-3", day, offset) == "W" for offset in (0, 5, 10)) == 2


def test_two_of_three_squads_of_a_task_force_work_each_day() -> None:
    for day in range(6):
        assert sum(works("4-2", day, offset) == "W" for offset in (0, 2, 4)) == 2


def test_pitman_crews_a_week_apart_are_complements() -> None:
    assert all((works("pitman", day) == "W") is (works("pitman", day, 7) == "o") for day in range(14))


def test_dupont_crews_a_week_apart_give_one_day_and_one_night_crew_each_day() -> None:
    for day in range(28):
        words = Counter(works("dupont", day, offset) for offset in (0, 7, 14, 21))
        assert words == {DAY_12: 1, NIGHT_12: 1, "o": 2}


def test_panama_is_28_days_of_days_and_28_of_nights() -> None:
    cycle = next(c.cycle for c in CHARTS if c.chart == "panama")
    assert len(cycle) == 56
    assert [word for word in cycle[:28] if word != "o"] == [DAY_12] * 14
    assert [word for word in cycle[28:] if word != "o"] == [NIGHT_12] * 14


def test_careers_go_up_without_gaps_from_the_first_day() -> None:
    careers: dict[str, list[Career]] = {}
    for career in of(Career):
        careers.setdefault(career.member, []).append(career)
    for member in of(Member):
        path = sorted(careers[member.member], key=lambda c: c.since)
        assert path[0].since.astimezone(NEW_YORK).date() == member.joined
        assert [c.until for c in path] == [*(c.since for c in path[1:]), None]
        assert all(c.until is None or c.since < c.until for c in path)


def test_about_nine_in_a_hundred_are_away_on_a_day_in_october() -> None:
    at = datetime(2020, 10, 13, 16, tzinfo=UTC)
    away = [a for a in of(Absence, 22_000) if a.since <= at and (a.until is None or at < a.until)]
    assert 0.08 <= len(away) / 22_000 <= 0.10
    assert len({a.member for a in away}) == len(away)


def test_officers_are_lent_to_the_task_force_of_their_borough_only() -> None:
    unit = {p.position: p.unit for p in of(Position, 22_000)}
    parent = {u.unit: u.parent for u in of(Unit)}
    home = {a.member: unit[a.position] for a in of(Appointment, 22_000)}
    squads = {s.squad: s.unit for s in of(Squad, 22_000)}
    lent = of(Attachment, 22_000)
    assert lent
    for a in lent:
        assert a.squad is not None
        assert a.unit == squads[a.squad] == f"TF-{parent[home[a.member]]}"


def test_every_supervisor_and_most_officers_have_a_telephone_and_no_number_is_real() -> None:
    numbers = {c.member: c.address for c in of(ContactPoint, 22_000) if c.channel == "telephone"}
    ranks = {c.member: c.rank for c in of(Career, 22_000) if c.until is None}
    assert all(m in numbers for m, rank in ranks.items() if rank not in ("PO", "DET"))
    assert 0.93 < len(numbers) / 22_000 < 0.99
    assert all(address.split("-")[2:3] == ["555"] and address.split("-")[3][:2] == "01" for address in numbers.values())


def written(directory: Path, seed: int) -> dict[str, bytes]:
    """The bytes of every file of a town."""
    by_noun: dict[str, list[Row]] = {}
    for row in city(TOWN, seed):
        by_noun.setdefault(row.NOUN, []).append(row)
    write(by_noun, directory)
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    first = written(tmp_path / "first", 7)
    assert written(tmp_path / "again", 7) == first
    assert written(tmp_path / "other", 8) != first


def test_the_check_finds_no_fault_but_officers_without_a_telephone(tmp_path: Path) -> None:
    written(tmp_path, 1)
    faults = check(read(tmp_path), datetime(2020, 10, 7, tzinfo=UTC))
    unreached = {m.member for m in of(Member)} - {c.member for c in of(ContactPoint)}
    assert {(f.warning, f.value) for f in faults} == {(True, member) for member in unreached}


def test_a_directory_with_files_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="must be empty or not exist yet"):
        CliRunner().invoke(city_command, [str(tmp_path)], catch_exceptions=False)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_counts_what_it_wrote(tmp_path: Path) -> None:
    arguments = [str(tmp_path / "town"), "--members", str(TOWN), "--json"]
    said = CliRunner().invoke(city_command, arguments, catch_exceptions=False)
    counts = json.loads(said.stdout)
    assert (counts["member"], counts["area"], counts["force"]) == (TOWN, 77, 1)
