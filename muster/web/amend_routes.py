"""Amending published rosters from a file: what would change is seen first, then it is signed."""

from functools import partial
from typing import Final

from fastapi import FastAPI

from muster.domain.errors import Invalid
from muster.files.amendments import read_amended
from muster.services.amend_desk import AmendDesk, File
from muster.services.amending import Amendment
from muster.services.runs import Runs
from muster.web.asking import Console
from muster.web.planning import Answer, Asked, Page, at_most, path_of, planned, planned_screen
from muster.web.uploads import Sent

NAME: Final = "roster-amend"


def amendments(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of amending from a file."""
    desk = AmendDesk(console.store, console.clock, running)

    def shown(asked: Asked, answer: Answer) -> str:
        file = desk.file(asked.viewer, asked.unit)
        more = {"file": file, "says": _says(file), "wrong": at_most(file.wrong) if file else []}
        return planned_screen(console, NAME, asked, answer, members=0, **more)

    planned(app, console, Page(NAME, desk.file, shown, partial(_act, console, desk)))


def _act(console: Console, desk: AmendDesk, asked: Asked, sent: Sent) -> str | None:
    viewer, unit, typed = asked.viewer, asked.unit, sent.typed
    if sent.content:
        placed, faults = read_amended(sent.content, sent.name)
        rows = [(p.line, p.row) for p in placed]
        lines = [(n, Amendment(r.unit or unit, r.member, r.day, r.tour, r.reason or "")) for n, r in rows]
        desk.bring(viewer, unit, lines, [str(fault) for fault in faults])
        return None
    match typed.get("act"):
        case "drop":
            desk.drop(viewer, unit)
            return None
        case "amend":
            by, reason = typed.get("by", ""), typed.get("reason", "")
            made = console.did(lambda record: desk.sign(record, viewer, unit, by, reason))
            desk.drop(viewer, unit)
            first = min((e.day for e in made.made), default=None)
            return asked.place.here(path_of("roster", unit), **({"from": f"{first}"} if first else {}))
        case _:
            raise Invalid("this form amends nothing: open the page again")


def _says(file: File | None) -> str:
    """What would change, in a sentence."""
    if file is None:
        return "no file of entries is looked at"
    change = sum(not c.stands for c in file.changes)
    stand = len(file.changes) - change
    stood = f", {stand} {'stands' if stand == 1 else 'stand'} so already" if stand else ""
    return f"{change} {'entry' if change == 1 else 'entries'} would change{stood}, nothing is changed yet"
