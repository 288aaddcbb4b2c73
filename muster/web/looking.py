"""Looks for everybody who has a screen open, tells them when there is news, and answers what they then ask; the stream
of server-sent events on which they hear of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import StreamingResponse

from muster.domain.errors import NotEntitled
from muster.ports import Views
from muster.services.desk import Desk
from muster.services.door import TooMany
from muster.services.gate import Viewer

T = TypeVar("T")
T2 = TypeVar("T2")
Ask = Callable[[Views], T2]
LOOKS: Final = 0.4
"""Seconds between two looks at whether anything was recorded."""
SAYS_ALIVE: Final = 15.0
"""Seconds after which a stream says that it lives, where nothing happened: proxies drop a connection on which nothing
comes, and the HTML standard, 9.2.7, advises so many."""
MOST_OF_ONE: Final = 20
"""So many screens of each sort one listener keeps open: nobody takes the room of all others."""
MOST: Final = 1000
"""So many screens one process keeps up to date, of each sort: each holds a connection, and hears each change."""
AT_ONCE: Final = 20
"""So many listeners are answered from one state of the record: the first need not wait for the last."""
ALIVE: Final = "event: alive\ndata:\n\n"
"""An event, and no comment: a browser drops these, and has to tell a stream on which nothing happens from one that is
lost."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who listens to a stream: a ``name`` that is theirs alone, and who that is in a state of the record; None: they
    are signed in no more."""

    name: str
    now: Callable[[Views], Viewer | None]


class Answering:
    """Answers what many ask at the same moment, one after the other in one thread: all that hear of a change do not
    stand before those who ask for a page, and take no transaction each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: list[tuple[Ask[Any], asyncio.Future[Any]]] = []
        self._answers: asyncio.Task[None] | None = None
        self._thread = CapacityLimiter(1)

    async def answer(self, ask: Ask[T2]) -> T2:
        """What the record answers. Raises what ``ask`` raises, or why the record cannot be read."""
        answer: asyncio.Future[T2] = asyncio.get_running_loop().create_future()
        self._asked.append((ask, answer))
        if self._answers is None:
            self._answers = asyncio.create_task(self._all())
        return await answer

    async def _all(self) -> None:
        try:
            while self._asked:
                some, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
                found = await run_sync(self._found, [ask for ask, _ in some], limiter=self._thread)
                for (_, answer), (said, fault) in zip(some, found, strict=True):
                    if answer.done():  # whoever asked went away
                        continue
                    if fault is None:
                        answer.set_result(said)
                    else:
                        answer.set_exception(fault)
        finally:
            self._answers = None

    def _found(self, asked: Sequence[Ask[Any]]) -> Sequence[tuple[Any, Exception | None]]:
        """An answer, or why there is none, to each."""
        try:
            with self._desk.reading() as views:
                return [_answer(views, ask) for ask in asked]
        except Exception as fault:
            return [(None, fault)] * len(asked)


def _answer(views: Views, ask: Ask[Any]) -> tuple[Any, Exception | None]:
    try:
        return ask(views), None
    except Exception as fault:
        return None, fault


class Looking(Generic[T]):
    """Looks for everybody who listens, as long as anybody does. ``complain`` is told, once, why it cannot look."""

    def __init__(self, desk: Desk, look: Callable[[], T], complain: Callable[[str], None]) -> None:
        self._find, self._complain, self._answering = look, complain, Answering(desk)
        self._found: T | None = None
        self._changed = asyncio.Condition()
        self._listeners = Counter[str]()
        self._looking: asyncio.Task[None] | None = None

    def must_have_room(self, who: Who) -> None:
        """Raise ``TooMany`` where no more can listen, or they cannot."""
        for there, most, whose in (
            (self._listeners[who.name], MOST_OF_ONE, "screens of yours"),
            (self._listeners.total(), MOST, "screens"),
        ):
            if there >= most:
                what = f"{most} {whose} are kept up to date already"
                raise TooMany(f"{what}: close one, or reload this one to see what is new")

    @asynccontextmanager
    async def listening(self, who: Who) -> AsyncIterator[None]:
        """Somebody listens, until the block ends."""
        self._listeners[who.name] += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= Counter([who.name])  # and nothing is kept of whoever has none
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def found(self, is_news: Callable[[T], bool]) -> T | None:
        """What was found, as soon as it is news; None: nothing was for a while."""
        try:
            async with asyncio.timeout(SAYS_ALIVE), self._changed:
                await self._changed.wait_for(lambda: self._found is not None and is_news(self._found))
        except TimeoutError:
            return None
        return self._found

    async def tried(self, ask: Ask[T2]) -> T2 | None:
        """An answer of the record; None too where it does not say: the browser then comes again, and is told why."""
        try:
            return await self._answering.answer(ask)
        except NotEntitled:  # what they may see ended
            return None
        except Exception as fault:
            self._complain(_says(fault))
            return None

    async def _look(self) -> None:
        failed = False
        while True:
            try:
                found = await run_sync(self._find)
            except Exception as fault:
                if not failed:
                    self._complain(_says(fault))
                failed = True
            else:
                failed = False
                if found is not self._found and found != self._found:
                    async with self._changed:
                        self._found = found
                        self._changed.notify_all()
            await asyncio.sleep(LOOKS)


def shown_to(request: Request) -> str:
    """What a browser says that it shows: where it comes again the last event, else what the page was."""
    return request.headers.get("Last-Event-ID") or request.query_params.get("shown", "")


def stream_of(events: AsyncIterator[str]) -> StreamingResponse:
    """The answer that goes on. A proxy must not hold it back: nginx reads that from the header."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def event_of(edition: str, parts: str) -> str:
    """A server-sent event that puts parts into their places; where there are none, one that says that it lives."""
    lines = "".join(f"data: {line}\n" for line in parts.splitlines())
    return f"id: {edition}\n{lines}\n" if lines else ALIVE


def _says(fault: Exception) -> str:
    return f"screens that are open are not kept up to date: {type(fault).__name__}: {fault}"
