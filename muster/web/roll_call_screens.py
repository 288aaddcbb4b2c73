"""Roll calls as they are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from muster.domain.instants import clock_text
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_calls import State
from muster.domain.schedule import Turn
from muster.services.gate import Viewer
from muster.web.returned import Returned
from muster.web.showing import Place, shown

STATES: Final[dict[State, tuple[str, str]]] = {
    "no-show": ("wrong", "has not come"),
    "not-seen": ("caution", "not seen"),
    "expected": ("wait", "expected"),
    "late": ("ok", "late"),
    "present": ("ok", "present"),
    "held-over": ("ok", "held over"),
    "elsewhere": ("gap", "elsewhere"),
    "absent": ("rest", "absent"),
    "signed-off": ("well", "signed off"),
}
"""The mark and the word of each state, in the order in which they are counted."""


@dataclass(frozen=True, slots=True)
class RollSeen:
    """A roll with the turns that one can look at. ``why_not``: why the viewer may not take it, empty: they may."""

    page: RollCallPage
    turns: Sequence[Turn]
    why_not: str
    sent: Returned

    @property
    def missing(self) -> int:
        """Members missing from the minimum of any cover."""
        return sum(c.short for c in self.page.counts)


def path_of(unit: str) -> str:
    """Where the roll calls of a unit are."""
    return f"roll-call/{quote(unit, safe='')}"


def roll_screen(seen: RollSeen, place: Place, at: datetime, viewer: Viewer) -> str:
    """The roll of a tour, and the form to call it."""
    page = seen.page
    zone, day = ZoneInfo(page.zone), page.turn.day
    states = page.states
    return shown(
        "roll_call",
        path_of(page.unit),
        place,
        at,
        viewer=viewer,
        area="roster",
        seen=seen,
        sent=seen.sent,
        page=page,
        unit_path=path_of(page.unit),
        states=STATES,
        counted=[(STATES[s][1], states[s]) for s in STATES if s in states],
        clock=lambda when: clock_text(when, zone, day),
        dated=lambda d: f"{d:%a} {d.day} {d:%b %Y}",
        begun=page.turn.start <= at <= page.turn.end,
        fill_from=f"{max(at, page.turn.start).astimezone(zone):%Y-%m-%dT%H:%M}",
        fill_until=f"{page.turn.end.astimezone(zone):%Y-%m-%dT%H:%M}",
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
    )
