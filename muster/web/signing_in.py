"""Signing in and out, and choosing a password."""

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused
from muster.services.door import TooMany
from muster.web import screens
from muster.web.app import address_of, form_of
from muster.web.asking import COOKIE, Console


def signing_in(app: FastAPI, console: Console) -> None:
    """The pages around signing in."""
    gate = console.gate

    def entered(word: str, to: str) -> Response:
        found = RedirectResponse(to if is_here(to) else "/now", 303)
        found.set_cookie(COOKIE, word, secure=console.secure, httponly=True, samesite="lax", path="/")
        return found

    @app.get("/sign-in")
    def again() -> Response:  # loaded anew after a wrong password, or kept as a bookmark
        return RedirectResponse("/now", 303)

    @app.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        typed = await form_of(request)
        name, password, to = (typed.get(word, "") for word in ("name", "password", "to"))
        try:
            return entered(await run_sync(gate.sign_in, name, password, address_of(request)), to)
        except (Refused, TooMany) as said:
            status = 429 if isinstance(said, TooMany) else 403
            return HTMLResponse(screens.sign_in(console.place(), to, gate.demo, said=str(said), name=name), status)

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        viewer = await console.viewer(request)
        await console.ours(request, viewer)
        await run_sync(gate.sign_out, request.cookies[COOKIE])
        found = RedirectResponse("/", 303)
        found.delete_cookie(COOKIE, path="/")
        return found

    @app.get("/password/{word}")
    async def invitation(word: str) -> Response:
        user = await run_sync(gate.invited, word)
        return HTMLResponse(screens.password(console.place(), user.user))

    @app.post("/password/{word}")
    async def choose(word: str, request: Request) -> Response:
        typed = await form_of(request)
        try:
            return entered(await run_sync(gate.choose, word, typed.get("password", ""), address_of(request)), "/now")
        except Invalid as said:
            user = await run_sync(gate.invited, word)
            return HTMLResponse(screens.password(console.place(), user.user, said=str(said)), 422)

    @app.post("/pose")
    async def pose(request: Request) -> Response:
        typed = await form_of(request)
        return entered(await run_sync(gate.pose, typed.get("position", "")), typed.get("to", ""))


def is_here(to: str) -> bool:
    """Whether an address leads to a screen of ours."""
    return to.startswith("/") and not to.startswith(("//", "/\\"))  # browsers read both as another site
