"""Planning a roster anew: how far it is, a button to stop, what it would change, and signing that."""

from functools import partial
from typing import Final

from fastapi import FastAPI

from muster.domain.errors import Invalid
from muster.domain.replans import Far
from muster.services.acts import must_hold
from muster.services.replan_desk import ReplanDesk, Run
from muster.services.runs import Runs
from muster.services.units import members_of
from muster.web.asking import Console, day_of
from muster.web.planning import Answer, Asked, Page, path_of, planned, planned_screen
from muster.web.roster_screens import MINUS
from muster.web.uploads import Sent

NAME: Final = "roster-plan"


def replans(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of planning anew."""
    desk = ReplanDesk(console.store, console.clock, running)

    planned(app, console, Page(NAME, desk.run, partial(_shown, console, desk), partial(_act, console, desk)))


def _act(console: Console, desk: ReplanDesk, asked: Asked, sent: Sent) -> str | None:
    viewer, unit, typed = asked.viewer, asked.unit, sent.typed
    match typed.get("act"):
        case "start":
            first = day_of(typed.get("first", ""), "first")
            last = day_of(typed["last"], "last") if typed.get("last") else first
            absent = typed.get("absent", "").replace(",", " ").split()
            desk.start(viewer, unit, absent, (first, last), all_=typed.get("all") == "yes")
        case "stop":
            desk.stop(viewer, unit)
        case "drop":
            desk.drop(viewer, unit)
        case "amend":
            by = typed.get("by", "")
            must_hold(viewer, by)
            console.did(lambda record: desk.amend(record, viewer, unit, by, typed.get("reason", "")))
            desk.drop(viewer, unit)
            return asked.place.here(path_of("roster", unit))
        case _:
            raise Invalid("this form plans nothing: open the page again")
    return None


def _shown(console: Console, desk: ReplanDesk, asked: Asked, answer: Answer) -> str:
    run = desk.run(asked.viewer, asked.unit)
    runs = run is not None and run.runs  # asked once: it may end while the page is made
    return planned_screen(
        console,
        NAME,
        asked,
        answer,
        members=len(run.roster.lines) if run else 0,
        run=run,
        runs=runs,
        found=None if run is None or runs else run.found,
        says=_says(run, runs=runs),
        far=_far(run.far) if run is not None and runs else "",
        today=(asked.place.at or console.clock()).astimezone(console.zone).date(),
        minus=MINUS,
        names=console.found(lambda views: members_of(views, asked.unit, views.now)),
    )


def _says(run: Run | None, *, runs: bool) -> str:
    """How far it is, in a sentence."""
    if run is None:
        return "nothing is planned anew"
    if runs:
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
