"""Who asks for a screen, where they are, and what they sent."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import Request

from muster.domain.errors import Invalid, Refused
from muster.domain.instants import YEARS, instant_of, must_be_near
from muster.ports import Clock, Record, Store, Views
from muster.services.desk import Desk
from muster.services.gate import Gate, Viewer
from muster.web.app import MOST_FIELDS, form_of
from muster.web.looking import Who
from muster.web.showing import Place

T = TypeVar("T")
_asks: ContextVar[Viewer] = ContextVar("who asks in this request, so that no act is done without looking at it again")
COOKIE: Final = "muster"
OWN_COOKIE: Final = f"__Host-{COOKIE}"
"""By TLS: browsers take this name from this host alone and by TLS, so that no neighbour of it can set it."""


def day_of(said: str, name: str = "day") -> date:
    """The day that was named, in the field of that name. Raises ``Invalid`` for what is none, or too near to the ends
    of the calendar to count from."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Invalid(f"{name} {said[:40]!r} must be a date, like 2020-10-07") from None
    if day.year not in YEARS:
        raise Invalid(f"{name} {said[:40]!r} must be from the years {YEARS.start} to {YEARS.stop - 1}")
    return day


def must_be_now(place: Place) -> None:
    """Raise ``Refused`` where somebody wound the clock: what was is not done again."""
    if place.at is not None:
        raise Refused("the clock is wound back, and nothing can be done there: go to now")


class NotSignedIn(Exception):
    """Somebody asks who is not signed in, or no more."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the screens are made from. ``base``: where links lead, without a slash at its end."""

    store: Store
    clock: Clock
    desk: Desk
    gate: Gate
    zone: ZoneInfo
    base: str

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS, and keep the cookie to it."""
        return self.base.startswith("https:")

    def place(self, request: Request | None = None) -> Place:
        """Where they are: the instant to which they wound the clock. Raises ``Invalid`` for what is none, or further
        ahead than anything is known of."""
        at = None if request is None else self.instant(request.query_params, "at")
        if at is not None:
            must_be_near(at, self.clock(), self.zone)
        return Place("/", at, self.zone)

    def instant(self, typed: Mapping[str, str], name: str) -> datetime | None:
        """The instant that was typed into a field; None: nothing was. Raises ``Invalid``."""
        said = typed.get(name, "").strip()
        try:
            return instant_of(said, self.zone) if said else None
        except Invalid as wrong:
            raise Invalid(f"{name}: {wrong}") from None

    @property
    def cookie(self) -> str:
        """The name of the cookie in which browsers keep who is signed in."""
        return OWN_COOKIE if self.secure else COOKIE

    async def viewer(self, request: Request) -> Viewer:
        """Who asks. Raises ``NotSignedIn``."""
        viewer = await run_sync(self.gate.viewer, request.cookies.get(self.cookie))
        if viewer is None:
            raise NotSignedIn
        _asks.set(viewer)
        return viewer

    def listener(self, request: Request) -> Who:
        """Who listens to a stream: whoever asks, and in the demo, where many are the same office, their session."""
        word = request.cookies.get(self.cookie, "")
        return Who(word if self.gate.demo else _asks.get().user, lambda views: self.gate.viewer_in(views, word))

    async def ours(self, request: Request, viewer: Viewer | None, most: int = MOST_FIELDS) -> dict[str, str]:
        """What was sent with a form of our own, of ``most`` fields at most. ``viewer``: who was found to ask, before
        anything that they sent is looked at; None: nobody has to be signed in. Raises ``Refused`` for a form that
        another site made."""
        typed = await form_of(request, most)
        self.must_be_ours(request, typed)
        return typed

    def must_be_ours(self, request: Request, typed: Mapping[str, str]) -> None:
        """Raise ``Refused`` for a form that another site made."""
        if not self.gate.is_ours(request.cookies.get(self.cookie, ""), typed.get("mark", "")):
            raise Refused("this form was not made by Muster, or for another session: open the page again")

    async def read(self, find: Callable[[Views], T]) -> T:
        """What the record answers, of one state of it. Raises what ``find`` raises."""
        return await run_sync(partial(self.found, find))

    def found(self, find: Callable[[Views], T]) -> T:
        """The same, in this thread."""
        with self.store.reading() as views:
            return find(views)

    async def done(self, act: Callable[[Record], T]) -> T:
        """What came of an act of whoever asks, in one transaction. Raises what the act raises, and ``Refused`` where
        what they may do has changed while they waited to write: nothing is then done."""
        return await run_sync(partial(self.did, act))

    def did(self, act: Callable[[Record], T]) -> T:
        """The same, in this thread."""
        viewer = _asks.get()
        with self.store.writing() as record:
            if not self.gate.is_still(record, viewer):
                raise Refused("what you may do has changed while this was sent: open the page again")
            return act(record)
