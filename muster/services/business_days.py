"""Which days are business days where the force is, by the calendars of the ``holidays`` library."""

from datetime import date

from muster.domain.errors import Invalid
from muster.domain.force import Force
from muster.domain.separation import IsBusinessDay


def business_days(force: Force) -> IsBusinessDay:
    """Says of a date whether it is neither weekend nor public holiday there, working days moved to a weekend included.

    Raises ``Invalid`` for a country or subdivision that has no calendar.
    """
    import holidays  # takes a fifth of a second: only for those who ask

    try:
        calendar = holidays.country_holidays(force.country, subdiv=force.subdivision)
    except NotImplementedError:
        where = force.country + (f"-{force.subdivision}" if force.subdivision else "")
        raise Invalid(f"force {force.force}: country {where} must be one with known public holidays") from None

    def is_business_day(day: date) -> bool:
        return bool(calendar.is_working_day(day))

    return is_business_day
