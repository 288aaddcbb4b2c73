"""A member's days as a picture: duty, plausible sleeps, what the models make of them, and the limits that were crossed,
on one time axis. Plain data in, an SVG out."""

from muster.documents.axis import WIDE, Page
from muster.documents.layout import laid_out
from muster.documents.rendering import rendered
from muster.domain.days import Days
from muster.domain.errors import Check, require


def days_svg(days: Days, ident: str = "days", page: Page = WIDE, *, styled: bool = True) -> str:
    """The picture as one SVG file, without script or font, for screen (light and dark) and paper. ``ident`` begins the
    ids in it, for two pictures on one page; ``page``: how much room there is; ``styled``:
    without it the page around it has the style, ``days.css``. Raises ``Invalid`` for a time that does
    not run forward."""
    require("days", Check("until", days.until, days.until > days.since, f"must be after {days.since}"))
    return rendered("days.svg", picture=laid_out(days, page), ident=ident, styled=styled)
