"""Whether there is a calendar of public holidays for a country and its subdivision."""

import re
from typing import Final

from muster.domain.nearest import did_you_mean

CODE: Final = re.compile("[A-Z]{2}")


def unknown_calendar(country: str, subdivision: str | None) -> tuple[str, str] | None:
    """None when there is one; else the column that is wrong and what it must be."""
    import holidays  # takes a fifth of a second: only for those who read a force directory

    try:
        known = holidays.country_holidays(country).subdivisions if CODE.fullmatch(country) else None
    except NotImplementedError:
        known = None
    if known is None:
        codes = holidays.list_supported_countries(include_aliases=False)
        return "country", f"must be an ISO 3166 code with known holidays, like US{did_you_mean(country, codes)}"
    if subdivision is not None and subdivision not in known:
        listed = ", ".join(sorted(known)) or "none; leave it out"
        return "subdivision", f"must be one of {country}: {listed}"
    return None
