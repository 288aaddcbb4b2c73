"""A planned line crosses what a search of every instant finds that it crosses, on random lines and every profile."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.duty import Signing, Waiver
from muster.domain.limits import Breach
from muster.domain.planned_lines import crossings, new_of, newly_crossed, with_line
from muster.domain.planning import crossed
from muster.domain.presence import DutyFile
from muster.domain.profiles import SHIPPED
from muster.domain.schedule import turn_on
from tests.ground import SMALL, local, snapshot_from
from tests.services.small import OFFICER, PCT

STATE = snapshot_from(SMALL)
FIRST, DAYS = date(2020, 10, 24), 12
"""With the night in which the clocks go back."""
START, END = local("2020-10-24"), local("2020-11-05")
WAIVER = Waiver(
    member=OFFICER, rule="rest-unfit", since=local("2020-10-26"), until=local("2020-10-29"), signed_by="M0005",
    rest_owed_hours=24,
)  # fmt: skip
LATE = (
    Signing(member=OFFICER, at=local("2020-10-23T02:00"), kind="on", unit=PCT),
    Signing(member=OFFICER, at=local("2020-10-23T21:00"), kind="off"),
)

lines = st.lists(st.sampled_from([*STATE.schedule.tours, "", ""]), min_size=DAYS, max_size=DAYS)


def planned(line: list[str], *, waived: bool = False, late: bool = False) -> DutyFile:
    file = STATE.files[OFFICER]
    file = DutyFile(
        OFFICER, file.places, signings=LATE if late else (), waivers=(WAIVER,) if waived else (), reachable_by=1
    )
    tours, zone = STATE.schedule.tours, STATE.schedule.zone
    days = (FIRST + timedelta(days=n) for n in range(DAYS))
    turns = [turn_on(tours[tour], day, zone) for day, tour in zip(days, line, strict=True) if tour]
    return with_line(file, PCT, turns, START)


def rules(said: list[Breach]) -> set[str]:
    return {b.rule for b in said}


@pytest.mark.parametrize("profile", ["muster-advisory", "seattle-2017", "eu-wtd", "us-park-police-2014"])
@given(line=lines, waived=st.booleans(), late=st.booleans())
@settings(max_examples=5)
def test_it_crosses_what_every_instant_says(profile: str, line: list[str], waived: bool, late: bool) -> None:
    file, limits = planned(line, waived=waived, late=late), SHIPPED[profile]
    found = crossings(file, STATE.schedule, limits, START, END)
    assert rules(found) == rules(crossed(file, STATE.schedule, limits, START, END))


@pytest.mark.parametrize("profile", SHIPPED)
@given(
    line=lines,
    tours=st.dictionaries(
        st.integers(0, DAYS - 1), st.sampled_from([*STATE.schedule.tours, ""]), min_size=1, max_size=2
    ),
    waived=st.booleans(),
    late=st.booleans(),
)
@settings(max_examples=15)
def test_what_a_change_newly_crosses_is_what_all_crossings_say(
    profile: str, line: list[str], tours: dict[int, str], waived: bool, late: bool
) -> None:
    changed = [tours.get(n, tour) for n, tour in enumerate(line)]
    limits, end = SHIPPED[profile], END + timedelta(days=60)
    before, after = (planned(each, waived=waived, late=late) for each in (line, changed))
    was, now = (crossings(each, STATE.schedule, limits, START, end) for each in (before, after))
    days = [FIRST + timedelta(days=n) for n in tours]
    assert newly_crossed(before, after, STATE.schedule, limits, (START, end), days) == new_of(was, now)


def test_what_the_chart_would_give_is_not_there_any_more() -> None:
    assert crossings(planned([""] * DAYS), STATE.schedule, STATE.profile, START, END) == []


def test_what_was_broken_before_is_not_laid_to_the_line() -> None:
    file = planned(["", *["0705x1540"] * 5, *[""] * 6], late=True)
    start = local("2020-10-23T21:00")
    everything = crossings(file, STATE.schedule, STATE.profile, start, END)
    assert "unfit" in rules(everything)
    assert "unfit" not in rules(crossings(file, STATE.schedule, STATE.profile, start, END, already=False))
