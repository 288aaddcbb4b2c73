"""Why a tour is short, and what can be done: the ways out, each with what it costs and where it is done; and which
rules and absences are in the way, which is looked for while somebody waits."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from muster.domain.errors import Invalid, Refused
from muster.domain.ways_out import Way, WaysOut
from muster.domain.ways_wording import KINDS, barred_by_reason, effects_of, filled_says, short_says, way_says
from muster.domain.wording import few
from muster.services.gate import Viewer
from muster.services.runs import Runs
from muster.services.short_desk import Asking, ShortDesk, Tour
from muster.web.asking import Console, day_of
from muster.web.planning import Answer, Asked, Page, path_of, planned, planned_screen
from muster.web.roster_screens import cell_path
from muster.web.showing import Place
from muster.web.uploads import Sent

NAME: Final = "roster-short"
SHOWN: Final = 5
"""So many ways of each kind are shown before the others."""


class Done(NamedTuple):
    """Where a way is carried out: an address, None where no page does it, and what is done there."""

    path: str | None
    says: str


def shortages(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of tours that are short."""
    desk = ShortDesk(console.store, console.clock, console.desk, running)

    def act(asked: Asked, sent: Sent) -> None:
        match sent.typed.get("act"):
            case "start":
                desk.start(asked.viewer, asked.unit, _tour(asked))
            case "stop":
                desk.stop(asked.viewer, asked.unit)
            case _:
                raise Invalid("this form asks nothing: open the page again")

    planned(app, console, Page(NAME, desk.asking, partial(_shown, console, desk), act))


def _tour(asked: Asked) -> Tour:
    return Tour(day_of(asked.query.get("day", "")), asked.query.get("tour", ""), asked.query.get("who") or None)


def _shown(console: Console, desk: ShortDesk, asked: Asked, answer: Answer) -> str:
    viewer, place, unit = asked.viewer, asked.place, asked.unit
    there = isinstance(answer.said, Refused) and asked.query.get("day")
    if answer.said is not None and not there:  # of a tour that there may not be
        return planned_screen(console, NAME, asked, answer, members=0, found=None, says=f"{unit}: nothing was asked")
    tour = _tour(asked)
    found = desk.ways_out(viewer, unit, tour)
    asking = _asking(desk, viewer, unit, tour)
    runs = asking is not None and asking.runs  # asked once: it may end while the page is made
    more: dict[str, Any] = {
        "found": found,
        "says": short_says(found),
        "filled": filled_says(found),
        "groups": [(KINDS[kind], ways) for kind in KINDS if (ways := [w for w in found.ways if w.kind == kind])],
        "words": KINDS,
        "way_says": lambda way: way_says(way, found),
        "effects_of": effects_of,
        "done": lambda way: _done(way, found, viewer, place),
        "barred": [(says, few(members, SHOWN)) for says, members in barred_by_reason(found)],
        "most": SHOWN,
        "asking": asking,
        "runs": runs,
        "why": None if asking is None or runs else _why(asking),
        "fault": "" if asking is None or runs else asking.fault,
        "may_ask": desk.may_ask(viewer, unit, tour.day),
    }
    return planned_screen(console, NAME, asked, answer, members=0, **more)


def _asking(desk: ShortDesk, viewer: Viewer, unit: str, tour: Tour) -> Asking | None:
    """What they asked of this tour, whether it runs or is answered."""
    asking = desk.asking(viewer, unit) if unit in viewer.commands else None
    return asking if asking is not None and asking.tour == tour else None


def _why(asking: Asking) -> tuple[str, Sequence[str], Sequence[str]] | None:
    """Why it is short: what no roster gets past, the reasons, and what else there is to say."""
    from muster.services.shortage_reasons import why_says

    if asking.found is None:
        return None
    _, head, *lines = why_says(asking.found)
    return head, [x.strip() for x in lines if x.startswith("  ")], [x for x in lines if not x.startswith("  ")]


def _done(way: Way, found: WaysOut, viewer: Viewer, place: Place) -> Done:
    post, zone = found.post, ZoneInfo(found.zone)
    match way.kind:
        case "move":
            return Done(place.here(cell_path(post.unit, way.member, post.day)), f"change their entry to {post.tour}")
        case "leave":
            return Done(place.here(f"duty/{way.member}"), "end the leave and enter it for other days, then their tour")
        case "loan":
            return Done(None, "whoever commands both units attaches them for the tour")
        case _:
            until = way.duty[0] + timedelta(minutes=way.cost.overtime_minutes)
            since, to = (f"{at.astimezone(zone):%Y-%m-%dT%H:%M}" for at in (way.duty[0], until))
            kind = "hold-over" if way.kind == "hold-over" else "call-in"
            need = {"kind": kind, "since": since, "until": to, "needed": f"{found.missing}", "rank": found.rank or ""}
            return Done(place.here(path_of("call-ins", post.unit), **need), "open a call-in for these hours")
