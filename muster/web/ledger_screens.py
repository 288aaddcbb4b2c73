"""The ledger of a unit and a period as it is shown."""

from datetime import datetime
from urllib.parse import quote

from muster.services.gate import Viewer
from muster.services.ledger_desk import LedgerSeen
from muster.web.command_screens import words
from muster.web.returned import Returned
from muster.web.showing import Place, shown


def path_of(unit: str) -> str:
    """Where the ledger of a unit is."""
    return f"ledger/{quote(unit, safe='')}"


def ledger_screen(seen: LedgerSeen, place: Place, at: datetime, viewer: Viewer, sent: Returned) -> str:
    """The hours of a period, what bars certifying them, and the form to do so."""
    more = {
        "seen": seen,
        "sums": seen.open.made.sums,
        "accounts": seen.open.made.accounts,
        "first": seen.period.first,
        "last": seen.period.dates[-1],
        "sent": sent,
    }
    return shown("ledger", path_of(seen.unit), place, at, viewer=viewer, area="command", **more, **words(place.zone))
