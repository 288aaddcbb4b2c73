"""Requests as they are shown: my own, those that I decide, and one of them with its effect."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from muster.domain.schedule import WEEKDAYS
from muster.domain.wording import few
from muster.services.gate import Viewer
from muster.services.request_desk import RequestsSeen
from muster.services.request_history import RequestPage
from muster.services.requests import asked_text
from muster.web.returned import Returned
from muster.web.showing import Place, shown

SHOWN: Final = 4
MARKS: Final = {
    "asked": "wait", "open": "wait", "stands": "well", "granted": "ok", "declined": "no", "refused": "no",
    "withdrawn": "no",
}  # fmt: skip
"""The mark of each state."""


def path_of(name: str) -> str:
    """Where a request is."""
    return f"requests/{quote(name, safe='')}"


def list_screen(seen: RequestsSeen, place: Place, at: datetime, viewer: Viewer, sent: Returned) -> str:
    """The requests of somebody, and the forms to ask."""
    more = {"seen": seen, "sent": sent, "weekdays": WEEKDAYS, **_WORDS}
    return shown("requests", "requests", place, at, viewer=viewer, **more)


def request_screen(page: RequestPage, place: Place, at: datetime, viewer: Viewer, sent: Returned) -> str:
    """A request, what granting it would bring, and what the viewer may say to it."""
    asked, held = page.request, [o.position.position for o in viewer.offices]
    waits = asked.state == "asked" and viewer.member == asked.other
    more = {
        "page": page,
        "asked": asked,
        "mine": [p for p in held if p in page.deciders] if asked.state == "open" else [],
        "consents": waits,
        "withdraws": viewer.member in asked.parties and (asked.runs or asked.state == "stands") and not waits,
        "deciders": few(list(page.deciders), SHOWN),
        "sent": sent,
        **_WORDS,
    }
    return shown("request", path_of(asked.request), place, at, viewer=viewer, **more)


_WORDS: Final[dict[str, Any]] = {
    "area": "roster",
    "marks": MARKS,
    "text": asked_text,
    "path_of": path_of,
    "dated": lambda d: f"{d:%a} {d.day} {d:%b %Y}",
}
