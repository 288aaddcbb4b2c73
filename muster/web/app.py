"""The pages: a link is opened with GET, which changes nothing, and answered with POST."""

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from muster.domain.directions import as_typed
from muster.domain.errors import Invalid
from muster.services.answers import WORDS, Altered, Answer, LinkOver, Word
from muster.services.door import STATUS, Door, NoSuchContact, TooMany, Unavailable
from muster.web import pages
from muster.web.feeds import feed_route

MOST_FIELDS = 8
NOT_TAKEN = "Your answer was not taken"


def pages_app(door: Door, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the pages. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)

    @app.api_route("/c/{token}", methods=["GET", "HEAD"])
    async def show(token: str, request: Request) -> Response:
        return HTMLResponse(pages.shown(await run_sync(door.show, token, address_of(request))))

    feed_route(app, door)

    @app.post("/c/{token}")
    async def take(token: str, request: Request) -> Response:
        typed = await form_of(request)
        given = Answer(_word(typed), typed.get("reason"), typed.get("to"), typed.get("once"))
        done = await run_sync(partial(door.answer, token, given, address_of(request)))
        answered = done.answered
        if answered.refusal is None:
            return RedirectResponse(f"./{token}", 303)  # so that reloading asks again, and does not answer again
        if done.page is None:
            return _refusal(STATUS[answered.refusal], NOT_TAKEN, answered.says)
        return HTMLResponse(pages.shown(done.page, answered.says, typed), STATUS[answered.refusal])

    _refusals(app, complain)
    return app


def address_of(request: Request) -> str:
    """The network address from which somebody asks."""
    return request.client.host if request.client else ""


async def form_of(request: Request, most: int = MOST_FIELDS) -> dict[str, str]:
    """What was sent as a form of ``most`` fields at most. Raises ``Invalid``."""
    try:
        text = (await request.body()).decode("utf-8")
        found = parse_qsl(text, keep_blank_values=True, max_num_fields=most, errors="strict")
        return {name: as_typed(value) for name, value in found}
    except ValueError:
        raise Invalid("this form cannot be read: open the link again") from None


def _word(typed: dict[str, str]) -> Word:
    for word in WORDS:
        if typed.get("word") == word:
            return word
    raise Invalid(f"this form answers nothing: it must say one of {', '.join(WORDS)}")


def _refusal(status: int, heading: str, says: str, what_next: str = "") -> Response:
    return HTMLResponse(pages.refusal(heading, says, what_next), status)


def _refusals(app: FastAPI, complain: Callable[[str], None]) -> None:
    """Each way in which a link can be refused has a page of its own kind."""

    @app.exception_handler(Altered)
    async def altered(_: Request, said: Exception) -> Response:
        return _refusal(403, "This link does not work", str(said), "Or call whoever is in command.")

    @app.exception_handler(NoSuchContact)
    async def unknown(_: Request, said: Exception) -> Response:
        return _refusal(404, "This link does not work", str(said))

    @app.exception_handler(LinkOver)
    async def over(_: Request, said: Exception) -> Response:
        return _refusal(410, "This link is over", str(said))

    @app.exception_handler(TooMany)
    async def too_many(_: Request, said: Exception) -> Response:
        page = _refusal(429, "Please wait", str(said), "A link that is whole always works.")
        page.headers["Retry-After"] = "60"
        return page

    @app.exception_handler(Invalid)
    async def invalid(_: Request, said: Exception) -> Response:
        return _refusal(422, NOT_TAKEN, str(said))

    @app.exception_handler(Unavailable)
    async def unavailable(_: Request, said: Exception) -> Response:
        complain(str(said))
        return _unavailable()

    @app.exception_handler(HTTPException)
    async def nothing_here(request: Request, said: Exception) -> Response:
        status = said.status_code if isinstance(said, HTTPException) else 404
        page = _refusal(status, "Nothing is here", "Open the link in the message that you got, all of it.")
        if status == 405:
            page.headers["Allow"] = "GET, HEAD, POST" if request.url.path.startswith("/c/") else "GET, HEAD"
        return page

    @app.exception_handler(Exception)
    async def fault(_: Request, said: Exception) -> Response:
        return _unavailable()


def _unavailable() -> Response:
    says = "Muster cannot reach its record at this moment. If you were answering, it is not sure that it was taken."
    what_next = "Open the link again in a minute: answering twice does no harm. If it is urgent, call."
    page = _refusal(503, "Try again in a minute", says, what_next)
    page.headers["Retry-After"] = "30"
    return page
