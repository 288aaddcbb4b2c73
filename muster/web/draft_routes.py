"""Making a roster: it is solved, or brought in a file, looked at as a draft, and published by whoever may sign it."""

from datetime import date
from functools import partial
from typing import Final

from fastapi import FastAPI

from muster.domain.errors import Invalid
from muster.domain.rosters import UnitRoster
from muster.files.roster_entries import read_roster_entries
from muster.services.draft_desk import MOST_WEEKS, DraftDesk
from muster.services.draft_entries import Entry
from muster.services.runs import Runs
from muster.web import draft_screens as screens
from muster.web.asking import Console, day_of
from muster.web.planning import Answer, Asked, Page, planned, planned_screen
from muster.web.uploads import Sent

NAME: Final = "roster-draft"


def drafts(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of drafts."""
    desk = DraftDesk(console.store, console.clock, running, console.desk.of_members)

    planned(app, console, Page(NAME, desk.draft, partial(_shown, console, desk), partial(_act, console, desk)))


def _act(console: Console, desk: DraftDesk, asked: Asked, sent: Sent) -> Answer | None:
    viewer, unit, typed = asked.viewer, asked.unit, sent.typed
    if sent.content:
        placed, faults = read_roster_entries(sent.content, sent.name, console.zone)
        entries = [Entry(p.line, p.row.unit, p.row.member, p.row.day, p.row.tour) for p in placed]
        desk.bring(viewer, unit, entries, [str(fault) for fault in faults])
        return None
    match typed.get("act"):
        case "start":
            desk.start(viewer, unit, day_of(typed.get("first", ""), "first"), _weeks(typed.get("weeks", "")))
        case "stop":
            desk.stop(viewer, unit)
        case "drop":
            desk.drop(viewer, unit)
        case "publish":
            by, in_place = typed.get("by", ""), typed.get("reason") if "in-place" in typed else None
            made = console.did(lambda record: desk.publish(record, viewer, unit, by, in_place))
            desk.drop(viewer, unit)
            return Answer(made=made)
        case _:
            raise Invalid("this form makes no roster: open the page again")
    return None


def _weeks(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 4):
        raise Invalid(f"weeks {said[:40]!r} must be a number from 1 to {MOST_WEEKS}")
    return int(said)


def _shown(console: Console, desk: DraftDesk, asked: Asked, answer: Answer) -> str:
    viewer, place, unit, query = asked
    first = day_of(query["from"]) if query.get("from") else None
    draft = desk.draft(viewer, unit)
    runs = draft is not None and draft.runs  # asked once: it may end while the page is made
    found = None if draft is None or runs else draft.found
    grid = None if draft is None or found is None else desk.grid(draft, _from(found, first))
    return planned_screen(
        console,
        NAME,
        asked,
        answer,
        members=len(found.lines) if found else 0,
        draft=draft,
        runs=runs,
        found=found,
        there=[] if found is None else desk.in_place_of(found),
        usual=desk.usual(unit),
        most_weeks=MOST_WEEKS,
        **screens.draft_words(draft, found, grid, place, runs=runs),
    )


def _from(found: UnitRoster, first: date | None) -> date:
    """The first day of the grid: the one asked for where it is the draft's, else its first."""
    return first if first is not None and first in found.dates else found.first
