"""What changes on a screen, found once for everybody who looks at it, and told as server-sent events."""

import asyncio
import operator
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Generic, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from muster.domain.now import Now
from muster.services.desk import Desk, Kept
from muster.services.gate import Viewer
from muster.web import screens
from muster.web.asking import COOKIE, Console
from muster.web.showing import Place

T = TypeVar("T")
T2 = TypeVar("T2")
LOOKS: Final = 0.4
"""Seconds between two looks at whether anything was recorded."""
SAYS_ALIVE: Final = 5.0
"""Seconds after which a stream says that it lives, where nothing happened."""
AT_ONCE: Final = 2
"""So many listeners are answered at once: all that hear of a change do not stand before those who ask for a page."""
ALIVE: Final = ": alive\n\n"


class Looking(Generic[T]):
    """Looks for everybody who listens, as long as anybody does. ``complain`` is told, once, why it cannot look."""

    def __init__(self, look: Callable[[], T], complain: Callable[[str], None]) -> None:
        self._find, self._complain = look, complain
        self._found: T | None = None
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._asking = CapacityLimiter(AT_ONCE)
        self._looking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Somebody listens, until the block ends."""
        self._listeners += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._listeners -= 1
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

    async def tried(self, ask: Callable[[], T2]) -> T2 | None:
        """An answer of the record; None too where it does not say: the browser then comes again, and is told why."""
        try:
            return await run_sync(ask, limiter=self._asking)
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


class Live:
    """Tells everybody what changed on the first screen; each part is written once for all who may read the same of
    it."""

    def __init__(self, desk: Desk, complain: Callable[[str], None]) -> None:
        self._looking = Looking(desk.now, complain)
        self._drawn = Kept[screens.Drawn](4)

    async def changes(self, shown: Now | None, who: Callable[[], Viewer | None], place: Place) -> AsyncIterator[str]:
        """Events for one listener who was shown this, until they go or, by ``who``, are signed in no more. None: what
        they were shown is not kept, and they are told at once. The first event tells everything, as what they could
        read when they were shown it is not known. What they may read is looked up at each event: it ends with the
        appointment, and what they were told by a right that ended is taken from their screen."""
        before: Mapping[str, str] | None = None
        async with self._looking.listening():
            yield ALIVE
            while True:
                found = await self._looking.found(partial(_is_newer, shown))
                if found is None:
                    yield ALIVE
                    continue
                parts = await self._looking.tried(partial(self._parts, found, place, who))
                if parts is None:
                    return
                event = event_of(found.edition, screens.now_changes(before, parts))
                shown, before = found, parts
                if event:
                    yield event

    def _parts(self, found: Now, place: Place, who: Callable[[], Viewer | None]) -> Mapping[str, str] | None:
        """The parts of the screen as a listener may read them; None: they are signed in no more."""
        viewer = who()
        if viewer is None:
            return None
        drawn = self._drawn.once((_order(found), place), lambda: screens.Drawn(found, place))
        return drawn.parts(screens.told(found, viewer))


@dataclass(frozen=True, slots=True)
class Parts:
    """A screen in parts, by the ids of the elements that they are. ``whole``: the same in one, for a browser of which
    it is not known what it has; ``grows``: parts that are new go at the end of the element with this id;
    ``gone``: what stands where a part is no more."""

    each: Mapping[str, str]
    whole: Mapping[str, str]
    grows: str = ""
    gone: Callable[[str], str] | None = None


class Following:
    """Tells listeners what changed in parts of their screens when anything was recorded, and each minute."""

    def __init__(self, desk: Desk, complain: Callable[[str], None]) -> None:
        self._desk, self._looking = desk, Looking(desk.edition, complain)

    async def changes(
        self, shown: str, who: Callable[[], Viewer | None], made: Callable[[Viewer], Parts]
    ) -> AsyncIterator[str]:
        """Events for one listener who was shown that edition, until they go, are signed in no more, or may not see the
        screen any more, which ``made`` makes for them."""
        async with self._looking.listening():
            yield ALIVE
            before = await self._looking.tried(partial(self._before, shown, who, made))
            while True:
                found = await self._looking.found(partial(operator.ne, shown))
                if found is None:
                    yield ALIVE
                    continue
                viewer = await self._looking.tried(who)
                parts = None if viewer is None else await self._looking.tried(partial(made, viewer))
                if parts is None:
                    return
                event = event_of(found, changed_parts(before, parts))
                shown, before = found, parts
                if event:
                    yield event

    def _before(self, shown: str, who: Callable[[], Viewer | None], made: Callable[[Viewer], Parts]) -> Parts | None:
        """What the listener was shown; None: that is not known, as something was recorded since."""
        viewer = who()
        parts = None if viewer is None else made(viewer)
        return parts if self._desk.edition() == shown else None


def streamed(console: Console, following: Following, request: Request, made: Callable[[Viewer], Parts]) -> Response:
    """The events of a screen for whoever asks, from the edition on that they were shown last."""
    shown = request.headers.get("Last-Event-ID") or request.query_params.get("shown", "")
    who = partial(console.gate.viewer, request.cookies.get(COOKIE))
    return StreamingResponse(following.changes(shown, who, made), media_type="text/event-stream")


def changed_parts(before: Parts | None, now: Parts) -> str:
    """What changed between two states of a screen; all of it where it is not known what was before."""
    if before is None:
        return "".join(screens.part(name, html) for name, html in now.whole.items())
    found = []
    for name, html in now.each.items():
        if name not in before.each and now.grows:
            found.append(screens.part(now.grows, html, "beforeend"))
        elif before.each.get(name) != html:
            found.append(screens.part(name, html))
    if now.gone is not None:
        found += [screens.part(name, now.gone(name)) for name in before.each if name not in now.each]
    return "".join(found)


def event_of(edition: str, parts: str) -> str:
    """A server-sent event that puts parts into their places; empty: there are none."""
    lines = "".join(f"data: {line}\n" for line in parts.splitlines())
    return f"id: {edition}\n{lines}\n" if lines else ""


def _is_newer(shown: Now | None, found: Now) -> bool:
    return shown is None or _order(found) > _order(shown)


def _order(now: Now) -> tuple[int, datetime]:
    """Which of two answers is the newer."""
    return now.seq, now.at


def _says(fault: Exception) -> str:
    return f"screens that are open are not kept up to date: {type(fault).__name__}: {fault}"
