"""Pages of a unit on which a planner has something made or found, looks at it, and signs it: what a form does is seen
on the same page, and so is why it did nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import FaultyDirectory, Invalid, MusterError, Refused, Unknown
from muster.services.gate import Viewer
from muster.services.publishers import signers_of
from muster.services.runs import SECONDS
from muster.web.asking import Console, must_be_now
from muster.web.returned import Returned
from muster.web.showing import Place, shown
from muster.web.uploads import Sent, sent_of

REFUSED: Final = (Invalid, Refused, Unknown, FaultyDirectory)
MOST_FAULTS: Final = 200
"""So many faults are listed; whoever has more mends those first."""


class Asked(NamedTuple):
    """Who asks for the page of which unit, where they are, and what else its address says."""

    viewer: Viewer
    place: Place
    unit: str
    query: Mapping[str, str]


class Answer(NamedTuple):
    """What a form was answered: ``said``, why nothing was done; ``typed``, what stood in it; ``made``, what was done,
    where its page shows that."""

    said: MusterError | None = None
    typed: Mapping[str, str] = MappingProxyType({})
    made: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of this shape. ``name``: its address before the unit; ``may`` raises ``NotEntitled``; ``act`` does what a
    form asks for, and returns None, an answer to show, or the address to go to."""

    name: str
    may: Callable[[Viewer, str], object]
    shown: Callable[[Asked, Answer], str]
    act: Callable[[Asked, Sent], Answer | str | None]

    def path(self, unit: str) -> str:
        """Its address for a unit."""
        return path_of(self.name, unit)


def path_of(name: str, unit: str) -> str:
    """The address of a page of a unit."""
    return f"{name}/{quote(unit, safe='')}"


def planned(app: FastAPI, console: Console, page: Page) -> None:
    """The routes of a page."""

    @app.get(f"/{page.name}/{{unit}}")
    async def show(unit: str, request: Request) -> Response:
        asked = await _asked(console, unit, request)
        try:
            return HTMLResponse(await run_sync(page.shown, asked, Answer()))
        except Invalid as said:
            answer = Answer(said, asked.query)
            return HTMLResponse(await run_sync(page.shown, asked._replace(query={}), answer), 422)

    @app.post(f"/{page.name}/{{unit}}")
    async def act(unit: str, request: Request) -> Response:
        asked, sent = await _asked(console, unit, request), Sent({})
        await run_sync(page.may, asked.viewer, unit)
        try:
            sent = await sent_of(request)
            console.must_be_ours(request, sent.typed)
            must_be_now(asked.place)
            done = await run_sync(page.act, asked, sent)
        except REFUSED as said:
            answer = Answer(said, sent.typed)
            return HTMLResponse(await run_sync(page.shown, asked, answer), 409 if isinstance(said, Refused) else 422)
        if isinstance(done, Answer):
            return HTMLResponse(await run_sync(page.shown, asked, done))
        return RedirectResponse(done or asked.place.here(page.path(unit), **asked.query), 303)


async def _asked(console: Console, unit: str, request: Request) -> Asked:
    viewer, place = await console.viewer(request), console.place(request)
    return Asked(viewer, place, unit, {name: said for name, said in request.query_params.items() if name != "at"})


def planned_screen(
    console: Console, name: str, asked: Asked, answer: Answer, *, members: int, **more: Any
) -> str:  # fmt: skip
    """The page as its template of the same name shows it. ``members``: of how many a roster is signed."""
    viewer, place, unit = asked.viewer, asked.place, asked.unit
    at = place.at or console.clock()
    signers = [position for position, _ in console.found(lambda views: signers_of(views, unit, members, at))]
    words: dict[str, Any] = {
        "unit": unit,
        "page_path": path_of(name, unit),
        "roster_path": path_of("roster", unit),
        "signers": signers,
        "mine": [o.position.position for o in viewer.offices if o.position.position in signers],
        "faults": faults_of(answer.said),
        "sent": Returned(answer.typed, answer.said or ""),
        "made": answer.made,
        "seconds": SECONDS,
        "area": "roster",
        "dated": lambda day: f"{day:%a} {day.day} {day:%b %Y}",
    }
    return shown(
        name.replace("-", "_"), path_of(name, unit), place, at, viewer=viewer, kept=asked.query, **{**words, **more}
    )


def faults_of(said: MusterError | None) -> list[str]:
    """What was refused, one line for each fault."""
    if isinstance(said, FaultyDirectory):
        return at_most([str(f) for f in said.faults])
    return at_most([] if said is None else str(said).splitlines())


def at_most(faults: Sequence[str]) -> list[str]:
    """As many faults as are listed, and how many more there are."""
    more = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])]
