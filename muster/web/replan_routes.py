"""Planning a roster anew: how far it is, a button to stop, what it would change, and signing that."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.replans import Far
from muster.services.acts import must_hold
from muster.services.gate import Viewer
from muster.services.publishers import signers_of
from muster.services.replan_desk import ReplanDesk, Run
from muster.services.runs import SECONDS, Runs
from muster.web.asking import Console, day_of, must_be_now
from muster.web.roster_screens import MINUS
from muster.web.showing import Place, shown


def replans(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of planning anew."""
    desk = ReplanDesk(console.store, console.clock, running)

    @app.get("/roster-plan/{unit}")
    async def show(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(partial(_shown, console, desk, viewer, place, unit)))

    @app.post("/roster-plan/{unit}")
    async def plan(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer)
        await run_sync(desk.run, viewer, unit)
        try:
            must_be_now(place)
            if typed.get("act") == "amend":
                by = typed.get("by", "")
                must_hold(viewer, by)
                await console.done(lambda record: desk.amend(record, viewer, unit, by, typed.get("reason", "")))
                await run_sync(desk.drop, viewer, unit)
                return RedirectResponse(place.here(f"roster/{quote(unit, safe='')}"), 303)
            await run_sync(_act, desk, viewer, unit, typed)
        except (Invalid, Refused, Unknown) as said:
            page = partial(_shown, console, desk, viewer, place, unit, said=str(said), typed=typed)
            return HTMLResponse(await run_sync(page), 409 if isinstance(said, Refused) else 422)
        return RedirectResponse(place.here(path_of(unit)), 303)


def path_of(unit: str) -> str:
    """Where the roster of a unit is planned anew."""
    return f"roster-plan/{quote(unit, safe='')}"


def _act(desk: ReplanDesk, viewer: Viewer, unit: str, typed: Mapping[str, str]) -> None:
    match typed.get("act"):
        case "start":
            first = day_of(typed.get("first", ""))
            last = day_of(typed["last"]) if typed.get("last") else first
            absent = typed.get("absent", "").replace(",", " ").split()
            desk.start(viewer, unit, absent, (first, last), all_=typed.get("all") == "yes")
        case "stop":
            desk.stop(viewer, unit)
        case "drop":
            desk.drop(viewer, unit)
        case _:
            raise Invalid("this form plans nothing: open the page again")


def _shown(
    console: Console, desk: ReplanDesk, viewer: Viewer, place: Place, unit: str, *, said: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    run, at = desk.run(viewer, unit), place.at or console.clock()
    with console.store.reading() as views:
        signers = [position for position, _ in signers_of(views, unit, len(run.roster.lines) if run else 0, at)]
    held = [o.position.position for o in viewer.offices]
    more: dict[str, Any] = {
        "unit": unit,
        "unit_path": path_of(unit),
        "run": run,
        "answer": _answer(run),
        "far": _far(run.far) if run is not None and run.runs else "",
        "signers": signers,
        "mine": [p for p in held if p in signers],
        "said": said,
        "typed": typed or {},
        "seconds": SECONDS,
        "today": at.astimezone(console.zone).date(),
        "minus": MINUS,
        "area": "roster",
        "dated": lambda d: f"{d:%a} {d.day} {d:%b %Y}",
    }
    return shown("roster_plan", path_of(unit), place, at, viewer=viewer, **more)


def _answer(run: Run | None) -> str:
    """How far it is, in a sentence."""
    if run is None:
        return "nothing is planned anew"
    if run.runs:
        return "the fewest changes are looked for"
    if run.found is None:
        return f"nothing was found: {run.fault}"
    found = run.found
    changed = f"{len(found.changes)} {'day' if len(found.changes) == 1 else 'days'} would change"
    left = f"{len(found.left)} {'tour stays' if len(found.left) == 1 else 'tours stay'} under the minimum for it"
    return f"{changed}, {left if found.left else 'and no tour is under its minimum for it'}"


def _far(far: Far | None) -> str:
    """How good the best so far is proved to be, while it is looked for."""
    if far is None or far.short is None or far.changes is None:
        return "Nothing is found yet, and nothing is proved."
    short = f"leaves {far.short} points of minimum short, and " if far.short else ""
    least = (
        f"no roster leaves fewer than {far.least_short}" if far.short > far.least_short else "no roster leaves fewer"
    )
    fewest = "" if far.short > far.least_short else f", nor as few with fewer than {far.least_changes} changes"
    return f"The best so far {short}changes {far.changes} days: {least}{fewest}."
