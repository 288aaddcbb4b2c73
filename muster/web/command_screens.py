"""The tree of units with who holds what, and a position with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.appointments import Standing
from muster.domain.force import Unit
from muster.domain.now import Now
from muster.services.appointment_desk import Ahead, Lists
from muster.services.gate import Viewer
from muster.services.member_desk import Tree
from muster.services.position_page import PositionPage
from muster.services.seats import Seat
from muster.web.returned import Returned
from muster.web.showing import Place, shown

MOST: Final = 6
"""So many holders of one position are named beside it; its own page has all."""
SPELLS: Final = 60
"""So much of the history of a position is shown."""


def command_screen(now: Now, tree: Tree, place: Place, viewer: Viewer) -> str:
    """The tree of units: first the positions that are not held as they are meant to be, then every unit."""
    amiss = [
        (unit, [seat for seat in tree.seats.get(unit.unit, ()) if seat.kind == "command" and not seat.holds_well])
        for unit in tree.units
    ]
    more = {
        "below": below(tree.units),
        "seats": tree.seats,
        "units": [u for u in tree.units if not u.civil],
        "amiss": [(unit, seats) for unit, seats in amiss if seats],
        "state_of": {u.unit.unit: u.state for u in now.units},
        "watch_of": {u.unit.unit: u for u in now.units},
        "sentence": _sentence(tree.seats),
    }
    return shown("command", "command", place, now.at, viewer=viewer, **more, **words(place.zone))


@dataclass(frozen=True, slots=True)
class Ordering:
    """What somebody may choose from who appoints to a position (None: they may not), what they sent, and what it would
    change (None: not looked at yet)."""

    lists: Lists | None
    sent: Returned
    ahead: Ahead | None = None


def position_screen(page: PositionPage, ordering: Ordering, place: Place, viewer: Viewer) -> str:
    """A position: who holds it, its history, and the forms to appoint to it."""
    path, s = f"position/{page.position.position}", page.standing
    holders = [h.member for h in (*s.substantive, *s.acting, *s.on_terminal_leave, *s.later)]
    more = {
        "page": page,
        "sentence": _stands(s),
        "history": page.history[:SPELLS],
        "o": ordering,
        "sent": ordering.sent,
        "holders": holders,
    }
    return shown("position", path, place, s.at, viewer=viewer, area="command", **more, **words(place.zone))


def below(units: Sequence[Unit]) -> Mapping[str | None, Sequence[Unit]]:
    """The units directly below each."""
    found: dict[str | None, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.parent, []).append(unit)
    return found


def words(zone: ZoneInfo) -> dict[str, Any]:
    """What the templates of command and members say beside what every template may."""
    return {
        "when": lambda at: when(at, zone),
        "near": lambda at: near(at, zone),
        "stretch": lambda start, end: stretch(start, end, zone),
        "most": MOST,
    }


def when(at: datetime, zone: ZoneInfo) -> str:
    """An instant by the clock, ``Sun 1 Nov 2020 01:30``; with the name of the zone where the clock shows it twice."""
    here = at.astimezone(zone)
    return f"{here:%a} {here.day} {here:%b %Y} {_clock(here, zone)}"


def near(at: datetime, zone: ZoneInfo) -> str:
    """The same without the year, for what is near."""
    here = at.astimezone(zone)
    return f"{here:%a} {here.day} {here:%b} {_clock(here, zone)}"


def stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """From when until when, near: ``Sat 31 Oct 23:15 to Sun 07:50``."""
    here, there = start.astimezone(zone), end.astimezone(zone)
    day = "" if here.date() == there.date() else f"{there:%a} "
    return f"{near(start, zone)} to {day}{_clock(there, zone)}"


def _clock(here: datetime, zone: ZoneInfo) -> str:
    bare = here.replace(tzinfo=None)
    twice = bare.replace(tzinfo=zone).utcoffset() != bare.replace(tzinfo=zone, fold=1).utcoffset()
    return f"{here:%H:%M}" + (f" {here:%Z}" if twice else "")


def _sentence(seats: Mapping[str, Sequence[Seat]]) -> str:
    commands = [s for of in seats.values() for s in of if s.kind == "command"]
    vacant = [s for s in commands if s.standing.vacant]
    alone = [s for s in vacant if not s.standing.acting]
    away = [s for s in commands if any(h.state == "away" for h in s.standing.substantive)]
    if not vacant and not away:
        return f"All {len(commands)} command positions are held, and their holders are there."
    said = [f"{len(vacant)} of {len(commands)} command positions {'is' if len(vacant) == 1 else 'are'} vacant"]
    said += [f"nobody acts in {'it' if len(vacant) == 1 else f'{len(alone)} of them'}"] if alone else []
    said += [f"{len(away)} {'holder is' if len(away) == 1 else 'holders are'} not available"] if away else []
    return "; ".join(said) + "."


def _stands(s: Standing) -> str:
    """The position in a sentence that could be read out."""
    said = [h.member for h in s.substantive[:MOST]]
    if s.places > 1:
        held = f"{len(s.substantive)} of {s.places} places are held"
    elif said:
        held = f"held by {said[0]}" + (", who is not available" if s.substantive[0].state == "away" else "")
    else:
        held = "vacant"
    acting = f"; {', '.join(h.member for h in s.acting)} acting" if s.acting else ""
    return f"{held}{acting}."
