"""Which days are business days where the force is, by the calendars of the ``holidays`` library."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from muster.domain.errors import Invalid
from muster.domain.force import Force
from muster.domain.separation import IsBusinessDay

if TYPE_CHECKING:
    from holidays import HolidayBase


def business_days(force: Force) -> IsBusinessDay:
    """Says of a date whether it is neither weekend nor public holiday there, working days moved to a weekend included.

    Raises ``Invalid`` for a country or subdivision that has no calendar.
    """
    calendar = _calendar(force)

    def is_business_day(day: date) -> bool:
        return bool(calendar.is_working_day(day))

    return is_business_day


def public_holidays(force: Force) -> Callable[[date], str | None]:
    """Says of a date which public holiday it is there; None on other days. Raises ``Invalid`` as above."""
    calendar = _calendar(force)

    def name_of(day: date) -> str | None:
        found = calendar.get(day)
        return None if found is None else str(found)

    return name_of


def _calendar(force: Force) -> "HolidayBase":
    import holidays  # takes a fifth of a second: only for those who ask

    try:
        return holidays.country_holidays(force.country, subdiv=force.subdivision)
    except NotImplementedError:
        where = force.country + (f"-{force.subdivision}" if force.subdivision else "")
        raise Invalid(f"force {force.force}: country {where} must be one with known public holidays") from None
