"""What fell to each member of a unit as a printed sheet: one HTML page without script or anything from elsewhere."""

from itertools import groupby
from typing import Final

from muster.documents.rendering import rendered
from muster.domain.fairness import FIGURES, Figure
from muster.domain.fairness_sheets import FairnessSheet
from muster.domain.instants import dated_text
from muster.domain.limits import DAY

HEADINGS: Final[dict[Figure, str]] = {
    "nights": "Nights",
    "weekend-days": "Weekend days",
    "holidays": "Holidays",
    "overtime": "Overtime, hours",
    "ordered-in": "Ordered in",
    "held-over": "Held over",
}
SPREADS: Final = {"median": "Median", "least": "Least", "most": "Most"}


def fairness_html(sheet: FairnessSheet) -> str:
    """The page: by squad, each member's figures as worked, planned, and for 28 days served, and the unit's spread."""
    found = sheet.found
    squads = [(s, list(of)) for s, of in groupby(found.shares, key=lambda share: None if sheet.by else share.squad)]
    return rendered(
        "fairness.html",
        sheet=sheet,
        found=found,
        squads=squads,
        headings=HEADINGS,
        counts=FIGURES,
        spreads=SPREADS,
        days=lambda span: f"{span / DAY:.0f}",
        rate=lambda value: "-" if value is None else f"{value:.2f}",
        asked=dated_text(found.window.at, found.window.zone),
        printed=dated_text(sheet.printed_at, found.window.zone),
    )
