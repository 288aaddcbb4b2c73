"""Until when a separation can be withdrawn: business days, by the calendars that forces really have."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.errors import Invalid, Refused
from muster.domain.force import Force
from muster.domain.instants import instant_of
from muster.domain.separation import IsBusinessDay, last_chance
from muster.services.business_days import business_days

NEW_YORK = ZoneInfo("America/New_York")


FIRST, LAST = datetime.fromisoformat("2015-01-01"), datetime.fromisoformat("2030-12-31")


def calendar(country: str = "US", subdivision: str | None = "NY") -> IsBusinessDay:
    return business_days(
        Force(force="F", name="A force", zone="UTC", levels=("top",), country=country, subdivision=subdivision)
    )


@pytest.mark.parametrize(
    ("effective", "last"),
    [
        ("2020-10-13", date(2020, 10, 9)),  # a Tuesday after Columbus Day: Friday is the last day
        ("2020-11-12", date(2020, 11, 10)),  # Veterans Day before it
        ("2020-10-15", date(2020, 10, 14)),
        ("2020-10-19", date(2020, 10, 16)),  # a Monday
        ("2020-10-18", date(2020, 10, 16)),  # a Sunday
        ("2021-01-04", date(2020, 12, 31)),  # New Year's Day was a Friday
        ("2020-10-15T23:59", date(2020, 10, 14)),  # the local day counts, not the hour
    ],
)
def test_the_last_day_to_withdraw_is_the_last_business_day_before_the_effect(effective: str, last: date) -> None:
    chance = last_chance(instant_of(effective, NEW_YORK), 1, NEW_YORK, calendar())
    assert chance.day == last
    assert chance.until == instant_of((last + timedelta(days=1)).isoformat(), NEW_YORK)


def test_without_business_days_it_can_be_withdrawn_until_the_effect_itself() -> None:
    effective = instant_of("2020-10-12", NEW_YORK)
    chance = last_chance(effective, 0, NEW_YORK, calendar())
    assert (chance.day, chance.until) == (date(2020, 10, 11), effective)


@given(
    effective=st.datetimes(FIRST, LAST),
    days=st.integers(1, 10),
    where=st.sampled_from([("US", "NY"), ("US", None), ("DE", "BY"), ("GB", "ENG"), ("IL", None), ("JP", None)]),
)
def test_it_agrees_with_crossing_off_the_days_one_by_one(
    effective: datetime, days: int, where: tuple[str, str | None]
) -> None:
    known = holidays.country_holidays(where[0], subdiv=where[1])
    weekend = {4, 5} if where[0] == "IL" else {5, 6}
    day, left = effective.date(), days
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() not in weekend and day not in known
    at = effective.replace(tzinfo=ZoneInfo("UTC"))
    assert last_chance(at, days, ZoneInfo("UTC"), calendar(*where)).day == day


def test_a_country_without_a_calendar_is_refused() -> None:
    with pytest.raises(Invalid, match="country XX must be one with known public holidays"):
        calendar("XX", None)


def test_a_calendar_without_business_days_is_refused() -> None:
    with pytest.raises(Refused, match="has no 1 business days before 2020-10-13"):
        last_chance(instant_of("2020-10-13", NEW_YORK), 1, NEW_YORK, lambda _: False)
