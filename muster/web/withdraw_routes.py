"""Withdrawing a published roster: whose days change is seen first, then it is signed for a reason."""

from typing import Final

from fastapi import FastAPI

from muster.domain.errors import Invalid
from muster.domain.published import said_of
from muster.services import acts
from muster.services.gate import Viewer
from muster.services.withdraw_desk import Ahead, ahead
from muster.web.asking import Console, day_of
from muster.web.planning import Answer, Asked, Page, path_of, planned, planned_screen
from muster.web.uploads import Sent

NAME: Final = "roster-withdraw"
SHOWN: Final = 5
"""So many days of a member are listed."""


def withdrawals(app: FastAPI, console: Console) -> None:
    """The routes of withdrawing."""

    def may(viewer: Viewer, unit: str) -> None:
        console.found(lambda views: acts.must_command(views, viewer, unit))

    def shown(asked: Asked, answer: Answer) -> str:
        may(asked.viewer, asked.unit)
        found = _found(console, asked, answer)
        members = found.members if found else 0
        more = {"found": found, "says": _says(found), "said_of": said_of, "most": SHOWN}
        return planned_screen(console, NAME, asked, answer, members=members, **more)

    def act(asked: Asked, sent: Sent) -> str:
        if sent.typed.get("act") != "withdraw":
            raise Invalid("this form withdraws nothing: open the page again")
        typed, first = sent.typed, day_of(sent.typed.get("from", ""), "from")
        by, reason = typed.get("by", ""), typed.get("reason", "")
        console.did(lambda record: acts.withdraw(record, asked.viewer, asked.unit, first, by, reason))
        return asked.place.here(path_of("roster", asked.unit), **{"from": f"{first}"})

    planned(app, console, Page(NAME, may, shown, act))


def _found(console: Console, asked: Asked, answer: Answer) -> Ahead | None:
    """What it would do from the day that was asked for; from the usual one where none was, or one that was refused for
    that."""
    once, said = console.desk.of_members, answer.typed.get("from") or asked.query.get("from")
    try:
        first = day_of(said, "from") if said else None
        return console.found(lambda views: ahead(views, asked.unit, first, console.clock(), once))
    except Invalid:
        if answer.said is None:
            raise
        return console.found(lambda views: ahead(views, asked.unit, None, console.clock(), once))


def _says(found: Ahead | None) -> str:
    """What would come of it, in a sentence."""
    if found is None:
        return "no roster is published of days that have not begun"
    changed, (before, after) = len(found.changed), found.short
    whom = f"{changed} {'member has' if changed == 1 else 'members have'} other days by their charts" if changed else (
        "nobody has other days by their charts"
    )  # fmt: skip
    short = f"{after} {'tour is' if after == 1 else 'tours are'} under the minimum then, now {before}"
    return f"if it is withdrawn from {found.from_day} on, {whom}, and {short}"
