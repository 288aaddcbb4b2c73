"""Roll calls: who is to be on a tour of a unit, and who is there, by a form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.roll_taking import Said, came_at
from muster.domain.schedule import Turn
from muster.ports import Record, Views
from muster.services.acts import dismiss, take_roll
from muster.services.call_ins import must_run
from muster.services.gate import Viewer
from muster.services.readable import must_see
from muster.services.roll_calls import roll_call, turn_of, turns_about
from muster.services.roll_ground import Asked
from muster.web.asking import Console, day_of, must_be_now
from muster.web.returned import Returned
from muster.web.roll_call_screens import RollSeen, path_of, roll_screen
from muster.web.showing import Place

MOST_FIELDS: Final = 3_000
"""A form has three fields for each member on the roll."""
Fields = Mapping[str, str]


def roll_calls(app: FastAPI, console: Console) -> None:
    """The routes of roll calls."""

    @app.get("/roll-call/{unit}")
    async def show(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_shown, console, viewer, place, unit, Returned(dict(request.query_params))))

    @app.post("/roll-call/{unit}")
    async def call(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        try:
            must_be_now(place)
            await console.done(lambda record: _act(record, console.zone, viewer, unit, typed))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_shown, console, viewer, place, unit, sent), sent.status)
        return RedirectResponse(place.here(path_of(unit), tour=typed["tour"], day=typed["day"]), 303)


def _act(record: Record, zone: ZoneInfo, viewer: Viewer, unit: str, typed: Fields) -> None:
    """Take the call, or dismiss the tour, as the form says."""
    must_see(record, viewer, "roll call", unit)
    at = record.now  # not the clock, which goes on while this is written: what is to come is not called
    turn = turn_of(record, unit, typed.get("tour", ""), day_of(typed.get("day", "")), at)
    asked = Asked(unit, turn, at)
    if typed.get("act") == "dismiss":
        dismiss(record, viewer, asked, _names(typed, "stay"))
    else:
        take_roll(record, viewer, asked, _said(typed, turn, zone))


def _said(typed: Fields, turn: Turn, zone: ZoneInfo) -> Said:
    """What the form says of each member. Raises ``Invalid`` for a time that is none."""
    says = {name.removeprefix("is-"): word for name, word in typed.items() if name.startswith("is-") and word}
    wrong = sorted(set(says.values()) - {"present", "missing", "late"})
    if wrong:
        raise Invalid(f"a member is present, late or has not come: {wrong[0][:40]!r} is none of these")
    return Said(
        present=_who(says, "present"),
        everybody=typed.get("rest") == "there",
        missing=_who(says, "missing"),
        late={m: _came(m, typed.get(f"came-{m}", ""), turn, zone) for m in _who(says, "late")},
        joined=frozenset(_names(typed, "joined")),
        assign={n.removeprefix("to-"): sector for n, sector in typed.items() if n.startswith("to-") and sector},
    )


def _who(says: Fields, word: str) -> frozenset[str]:
    return frozenset(m for m, said in says.items() if said == word)


def _came(member: str, said: str, turn: Turn, zone: ZoneInfo) -> datetime:
    try:
        return came_at(said, turn, zone)
    except Invalid:
        raise Invalid(f"came-{member} {said[:40]!r}: {member} came late: say when, like 23:40") from None


def _names(typed: Fields, name: str) -> list[str]:
    return typed.get(name, "").replace(",", " ").split()


def _shown(console: Console, viewer: Viewer, place: Place, unit: str, sent: Returned) -> str:
    """The page of a tour: the one that was asked for, else the last that has begun."""
    at = place.at or console.clock()
    with console.store.reading() as views:
        must_see(views, viewer, "roll call", unit)
        turns = turns_about(views, unit, at)
        turn = next((t for t in reversed(turns) if t.start <= at), turns[0])
        if sent.get("tour"):
            day = sent.get("day")
            turn = turn_of(views, unit, sent.get("tour"), day_of(day) if day else None, at)
        page = roll_call(views, Asked(unit, turn, at, place.at), viewer.member, console.clock())
        seen = RollSeen(page, turns, _why_not(views, viewer, unit, at), sent)
    return roll_screen(seen, place, at, viewer)


def _why_not(views: Views, viewer: Viewer, unit: str, at: datetime) -> str:
    """Why they may not take the call; empty: they may."""
    if viewer.member is None:
        return "you are no member of the force: somebody who holds a position in the unit has to take it"
    try:
        must_run(views, viewer.member, unit, at)
    except Refused as said:
        return str(said)
    return ""
