"""A roll call as a printed sheet: one HTML page without script or anything from elsewhere, for paper, screen, phone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from muster.documents.rendering import rendered
from muster.domain.instants import clock_text, span_text
from muster.domain.roll_call_sheets import RollCallPage, RollCallSheet

SIGNS: Final = {
    "expected": "",
    "not-seen": "?",
    "present": "✓",
    "late": "▲",
    "absent": "○",
    "elsewhere": "○",
    "held-over": "+",
    "no-show": "!",
    "signed-off": "○",
}
"""What marks a state beside its word, so that nothing hangs on colour."""
MANY: Final = 20
"""Of a roll with more lines, sectors counted, the rows stand closer on paper, so that one page has the sixty of a large
precinct."""


def roll_call_html(sheet: RollCallSheet) -> str:
    """The page: positions first, then everybody on the roll with room for a tick, cover, and supervisors."""
    page = sheet.page
    return rendered(
        "roll-call.html",
        sheet=sheet,
        page=page,
        signs=SIGNS,
        many=len(page.lines) + len(page.sectors) > MANY,
        hours=_hours(page),
        clocks=_clocks(page),
        taken=_taken(page),
        counted=", ".join(f"{n} {state}" for state, n in page.states.items()) or "nobody is on the roll",
        name=lambda member: page.names.get(member, ""),
        places={member: filled.sector for filled in page.sectors for member in filled.members},
        several=lambda members: _several(page, members),
        printed=f"{sheet.printed_at.astimezone(ZoneInfo(page.zone)):%Y-%m-%d %H:%M %Z}",
        asked=_clock(page, page.at),
    )


def _clock(page: RollCallPage, at: datetime) -> str:
    return clock_text(at, ZoneInfo(page.zone), page.turn.day)


def _hours(page: RollCallPage) -> str:
    turn = page.turn
    return f"{_clock(page, turn.start)} to {_clock(page, turn.end)}, {span_text(turn.end - turn.start)}"


def _clocks(page: RollCallPage) -> str:
    """What a tour is longer or shorter than by the clock; empty on other days."""
    zone = ZoneInfo(page.zone)
    start, end = (at.astimezone(zone).replace(tzinfo=None) for at in (page.turn.start, page.turn.end))
    more = (page.turn.end - page.turn.start) - (end - start)
    if not more:
        return ""
    way = "back" if end - start < page.turn.end - page.turn.start else "forward"
    return f"The clocks go {way}: {span_text(abs(more))} {'more' if way == 'back' else 'less'} than by the clock."


def _taken(page: RollCallPage) -> str:
    if page.call is None:
        return "Not taken yet"
    by = f"{page.names.get(page.call.by, '')} {page.call.by}".strip()
    return f"Taken {_clock(page, page.call.at)} by {by}" + (f" ({page.call.position})" if page.call.position else "")


def _several(page: RollCallPage, members: Sequence[str]) -> str:
    return ", ".join(f"{page.names.get(m, '')} {m}".strip() for m in members)
