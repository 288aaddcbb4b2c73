"""Signing in and out, and choosing a password."""

import secrets
from collections.abc import Callable

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused
from muster.services.door import TooMany
from muster.web import screens
from muster.web.app import address_of, form_of
from muster.web.asking import Console


def signing_in(app: FastAPI, console: Console) -> None:
    """The pages around signing in."""
    gate = console.gate
    _choosing(app, console)

    @app.get("/sign-in")
    def again() -> Response:  # loaded anew after a wrong password, or kept as a bookmark
        return RedirectResponse("/now", 303)

    @app.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        typed = await form_of(request)
        name, password, to = (typed.get(word, "") for word in ("name", "password", "to"))
        try:
            await console.ours(request, None)
            return _entered(console, await run_sync(gate.sign_in, name, password, address_of(request)), to)
        except (Refused, TooMany) as said:
            status = 429 if isinstance(said, TooMany) else 403
            return await sign_in_page(console, request, to, status, said=str(said), name=name)

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        viewer = await console.viewer(request)
        await console.ours(request, viewer)
        await run_sync(gate.sign_out, request.cookies[console.cookie])
        found = RedirectResponse("/", 303)
        found.delete_cookie(console.cookie, path="/", secure=console.secure, httponly=True, samesite="lax")
        return found

    @app.post("/pose")
    async def pose(request: Request) -> Response:
        typed = await console.ours(request, None)
        return _entered(console, await run_sync(gate.pose, typed.get("position", "")), typed.get("to", ""))


def _choosing(app: FastAPI, console: Console) -> None:
    """The page on which a password is chosen, with the link to it."""
    gate = console.gate

    def choosing(request: Request, user: str, status: int = 200, said: str = "") -> Response:
        return _at_door(console, request, lambda m: screens.password(console.place(), user, m, said=said), status)

    @app.get("/password/{word}")
    async def invitation(word: str, request: Request) -> Response:
        return choosing(request, (await run_sync(gate.invited, word)).user)

    @app.post("/password/{word}")
    async def choose(word: str, request: Request) -> Response:
        typed = await console.ours(request, None)
        try:
            entered = await run_sync(gate.choose, word, typed.get("password", ""), address_of(request))
            return _entered(console, entered, "/now")
        except Invalid as said:
            return choosing(request, (await run_sync(gate.invited, word)).user, 422, str(said))


async def sign_in_page(
    console: Console, request: Request, to: str, status: int, *, said: str = "", name: str = ""
) -> Response:
    """Where to sign in; ``to``: where to go then; ``said``: why it did not work for this ``name``."""
    place, offices = console.place(), await run_sync(console.gate.poses) if console.gate.demo else ()

    def made(mark: str) -> str:
        return screens.sign_in(place, to, mark, offices=offices, said=said, name=name)

    return _at_door(console, request, made, status)


def _at_door(console: Console, request: Request, made: Callable[[str], str], status: int) -> Response:
    """A page for whoever is not signed in. Its form is marked as any other, for a word that their browser keeps and is
    given where it has none: another site cannot sign them in as somebody else."""
    kept = request.cookies.get(console.cookie, "")
    word = kept or secrets.token_urlsafe()
    found = HTMLResponse(made(console.gate.mark(word)), status)
    return found if kept else _keeping(found, console, word)


def _entered(console: Console, word: str, to: str) -> Response:
    """Somebody is signed in, and goes to where they wanted."""
    return _keeping(RedirectResponse(to if is_here(to) else "/now", 303), console, word)


def _keeping(found: Response, console: Console, word: str) -> Response:
    """The same, with a word for the browser to keep."""
    found.set_cookie(console.cookie, word, secure=console.secure, httponly=True, samesite="lax", path="/")
    return found


def is_here(to: str) -> bool:
    """Whether an address leads to a screen of ours."""
    return to.startswith("/") and not to.startswith(("//", "/\\"))  # browsers read both as another site
