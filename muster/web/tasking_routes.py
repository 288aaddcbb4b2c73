"""Taskings over HTTP: the board, one tasking, what is done about it, and receiving one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused, Unknown
from muster.ports import Record, Views
from muster.services.acts import do, member_of
from muster.services.door import STATUS
from muster.services.gate import Viewer
from muster.services.names import Names
from muster.services.readable import who_of
from muster.services.tasking_acts import ACTS, Act, Choice, Done, Wish, choices, must_receive
from muster.services.tasking_ahead import Ahead, Report, if_received, if_sent, receive_looked, send_looked, whom
from muster.services.tasking_board import board, may_see, must_see, open_taskings
from muster.services.tasking_lists import KINDS, lists_of
from muster.services.tasking_page import TaskingPage, tasking_page
from muster.services.taskings import Directive
from muster.web import tasking_screens as screens
from muster.web.asking import Console, must_be_now
from muster.web.live import Following, Parts, streamed
from muster.web.returned import Returned
from muster.web.showing import Place
from muster.web.tasking_screens import Pick, Typed

MOST_FIELDS: Final = 24
CHANGED: Final = "it is not as you saw it any more: look at it again, then send it"
LONGEST: Final = 12
"""Digits of the largest number that a form carries."""


def taskings(app: FastAPI, console: Console, complain: Callable[[str], None]) -> None:
    """The screens of taskings."""
    following = Following(console.desk, complain)
    _boards(app, console, following)
    _receiving(app, console)
    _pages(app, console, following)
    _acts(app, console)


def _boards(app: FastAPI, console: Console, following: Following) -> None:
    @app.get("/taskings")
    async def all_taskings(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        pick = _pick(request)
        note = "It was received, and is brought to whoever decides it." if "received" in request.query_params else ""

        def made(views: Views) -> str:
            rows = console.desk.open_taskings(views) if place.at is None else open_taskings(views, place.at)
            found = board(views, rows, who_of(viewer), place.at or views.now, place.at)
            edition = console.desk.edition_of(views)
            return screens.board_screen(found, place, viewer, edition, pick=pick, note=note)

        return HTMLResponse(await console.read(made))

    @app.get("/taskings/stream")
    async def stream(request: Request) -> Response:
        await console.viewer(request)
        pick = _pick(request)

        def made(views: Views, viewer: Viewer) -> Parts:
            found = board(views, console.desk.open_taskings(views), who_of(viewer), views.now)
            return screens.board_parts(found, console.place(), viewer, pick=pick)

        return streamed(console, following, request, made)


def _pick(request: Request) -> Pick:
    """Which lines of the board they ask for."""
    asked = request.query_params
    start = number_of("start", asked.get("start")) or 0
    return Pick("mine" in asked, asked.get("owner", ""), asked.get("by") == "deadline", start)


def _receiving(app: FastAPI, console: Console) -> None:
    def shown(viewer: Viewer, place: Place, typed: Typed, views: Views) -> str:
        must_receive(viewer.offices)
        lists = lists_of(views, viewer.offices[0].position.unit)
        return screens.receive_screen(lists, views.now, place, viewer, typed, views.head()[0])

    @app.get("/taskings/new")
    async def new(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        must_be_now(place)
        return HTMLResponse(await console.read(partial(shown, viewer, place, Typed())))

    @app.post("/taskings/new")
    async def take_in(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        must_be_now(place)
        must_receive(viewer.offices)
        member = member_of(viewer)
        try:
            report = report_of(typed, console)
            if "look" in typed:
                ahead = await console.read(lambda views: if_received(views, member, report))
            else:
                found = await console.done(
                    lambda record: receive_looked(record, member, report, typed.get("looked", ""))
                )
                if not isinstance(found, Ahead):
                    sees = await console.read(lambda views: may_see(found, Names(views), who_of(viewer)))
                    return RedirectResponse(f"/tasking/{found.tasking}" if sees else "/taskings?received=1", 303)
                ahead = found
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await console.read(partial(shown, viewer, place, Typed(sent))), sent.status)
        note = "" if "look" in typed else CHANGED
        page = Typed(Returned({**typed, "seen": await console.read(_head)}, note), ahead)
        return HTMLResponse(await console.read(partial(shown, viewer, place, page)), 409 if note else 200)


def _head(views: Views) -> str:
    return str(views.head()[0])


def _pages(app: FastAPI, console: Console, following: Following) -> None:
    @app.get("/tasking/{name}")
    async def tasking(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await console.read(partial(_tasking, console, name, viewer, place, Typed())))

    @app.get("/tasking/{name}/stream")
    async def stream(name: str, request: Request) -> Response:
        viewer = await console.viewer(request)
        seen = number_of("seen", request.query_params.get("seen")) or 0
        await console.read(lambda views: tasking_page(views, name, who_of(viewer), views.now))

        def made(views: Views, viewer: Viewer) -> Parts:
            page, found = _read(name, viewer, None, views)
            parts = screens.tasking_parts(page, found, console.place(), viewer, seen)
            return Parts(parts, parts)

        return streamed(console, following, request, made)


def _read(name: str, viewer: Viewer, at: datetime | None, views: Views) -> tuple[TaskingPage, list[Choice]]:
    """The page of a tasking, and what its reader can do."""
    page = tasking_page(views, name, who_of(viewer), at or views.now, at)
    if at is not None or viewer.member is None or not page.tasking.is_open:
        return page, []
    return page, list(choices(views, page.tasking, viewer.member))


def _tasking(console: Console, name: str, viewer: Viewer, place: Place, typed: Typed, views: Views) -> str:
    page, found = _read(name, viewer, place.at, views)
    return screens.tasking_screen(page, found, place, viewer, console.desk.edition_of(views), typed)


def _act(name: str, act: Act, viewer: Viewer, place: Place, typed: Typed, views: Views) -> str:
    page, found = _read(name, viewer, None, views)
    choice = next((c for c in found if c.act == act), Choice(act, (), "It was closed: nothing is to be done."))
    listed = whom(views, page.tasking, choice.offices, below=act == "hand" and page.tasking.owner in choice.offices)
    return screens.act_screen(page, choice, place, viewer, typed, listed)


def _acts(app: FastAPI, console: Console) -> None:
    @app.get("/tasking/{name}/{act}")
    async def ask(name: str, act: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        must_be_now(place)
        return HTMLResponse(await console.read(partial(_act, name, act_of(act), viewer, place, Typed())))

    @app.post("/tasking/{name}/{act}")
    async def take(name: str, act: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        must_be_now(place)
        doing, member = act_of(act), member_of(viewer)
        status, page = 409, Typed(Returned(typed))
        try:
            wish = wish_of(doing, typed)
            if doing == "send" and "look" in typed:
                ahead = await console.read(partial(_look, name, member, viewer, wish))
                status, page = 200, Typed(Returned(typed), ahead)
            else:
                done = await console.done(partial(_do, name, member, viewer, wish, typed.get("looked", "")))
                if isinstance(done, Ahead):
                    page = Typed(Returned(typed, CHANGED), done)
                elif done.refusal is None:
                    return RedirectResponse(f"/tasking/{name}", 303)  # reloading asks again, and does nothing again
                else:
                    status, page = STATUS[done.refusal], Typed(Returned(typed, done.says))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            status, page = sent.status, Typed(sent)
        return HTMLResponse(await console.read(partial(_act, name, doing, viewer, place, page)), status)


def _look(name: str, member: str, viewer: Viewer, wish: Wish, views: Views) -> Ahead:
    must_see(views, name, who_of(viewer))
    return if_sent(views, name, member, wish)


def _do(name: str, member: str, viewer: Viewer, wish: Wish, looked: str, record: Record) -> Done | Ahead:
    if wish.act != "send":
        return do(record, viewer, name, wish)
    must_see(record, name, who_of(viewer))
    return send_looked(record, name, member, wish, looked)


def act_of(said: str) -> Act:
    """The act of that name. Raises ``Unknown``."""
    for act in ACTS:
        if act == said:
            return act
    raise Unknown("nothing is here")


def wish_of(act: Act, typed: Mapping[str, str]) -> Wish:
    """What a form asks for. Raises ``Invalid``."""
    seen = number_of("seen", typed.get("seen"))
    if seen is None:
        raise Invalid("this form does not say what you had seen: open the page again")
    return Wish(act, typed.get("by", ""), seen, typed.get("reason"), typed.get("to"))


def report_of(typed: Mapping[str, str], console: Console) -> Report:
    """What a form reports. Raises ``Invalid`` that names all that is wrong."""
    wrong, sizes = list[str](), dict[str, int | None]()
    for name in ("people", "hours", "members", "seen"):
        try:
            sizes[name] = number_of(name, typed.get(name))
        except Invalid as said:
            wrong.append(str(said))
    by: datetime | None = None
    try:
        by = console.instant(typed, "deadline")
    except Invalid as said:
        wrong.append(str(said))
    what, kind = typed.get("what", "").strip(), typed.get("kind", "")
    giver, receiver = (typed.get(name, "").strip() for name in ("giver", "receiver"))
    wrong += [] if what else ["what must say what is to be decided or done"]
    kinds = [word for word, _ in KINDS]
    wrong += [] if kind in kinds else [f"kind {kind[:40]!r} must be one of {', '.join(kinds)}"]
    if bool(giver) is not bool(receiver):
        wrong.append(f"{'receiver' if giver else 'giver'} must be named, too: a directive is given by one to another")
    if wrong:
        raise Invalid("; ".join(wrong))
    directive = Directive(giver, receiver, typed.get("reason", "").strip() or None) if giver else None
    seen = sizes.pop("seen") or 0
    matter, place = typed.get("matter", ""), typed.get("place", "")
    return Report(what, kind, matter, place, by, **sizes, directive=directive, seen=seen)


def number_of(name: str, said: str | None) -> int | None:
    """A whole number that somebody typed; None: nothing. Raises ``Invalid``."""
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= LONGEST):
        raise Invalid(f"{name} {said[:40]!r} must be a whole number")
    return int(said)
