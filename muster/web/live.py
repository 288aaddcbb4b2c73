"""What changes on a screen, found once for everybody who looks at it, and told as server-sent events."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Final

from anyio.to_thread import run_sync

from muster.domain.now import Now
from muster.services.desk import Desk, Kept
from muster.services.gate import Viewer
from muster.web import screens
from muster.web.showing import Place

LOOKS: Final = 0.4
"""Seconds between two looks at whether anything was recorded."""
SAYS_ALIVE: Final = 5.0
"""Seconds after which a stream says that it lives, where nothing happened."""
ALIVE: Final = ": alive\n\n"


class Live:
    """Looks at the record once for everybody who listens, as long as anybody does; each change is written once for all
    who may read the same of it. ``complain`` is told, once, why it cannot look."""

    def __init__(self, desk: Desk, complain: Callable[[str], None]) -> None:
        self._desk, self._complain = desk, complain
        self._found: Now | None = None
        self._changed = asyncio.Condition()
        self._written = Kept[str](16)
        self._listeners = 0
        self._looking: asyncio.Task[None] | None = None

    async def changes(self, shown: Now | None, who: Callable[[], Viewer | None], place: Place) -> AsyncIterator[str]:
        """Events for one listener who was shown this, until they go or, by ``who``, are signed in no more. None: what
        they were shown is not kept, and they are told everything. What they may read is looked up at each event: it
        ends with the appointment."""
        self._listeners += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield ALIVE
            while True:
                found = await self._newer(shown)
                if found is None:
                    yield ALIVE
                    continue
                viewer = await self._tried(who)
                if viewer is None:
                    return
                event = await run_sync(self._event, shown, found, place, viewer)
                shown = found
                if event:
                    yield event
        finally:
            self._listeners -= 1
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def _event(self, shown: Now | None, found: Now, place: Place, viewer: Viewer) -> str:
        """What changed, as this viewer may read it; empty: nothing."""
        may = screens.fitness_of(found, viewer)
        parts = self._written.once(
            (shown and _order(shown), _order(found), may), lambda: screens.now_changes(shown, found, place, may)
        )
        lines = "".join(f"data: {line}\n" for line in parts.splitlines())
        return f"id: {found.edition}\n{lines}\n" if lines else ""

    async def _newer(self, shown: Now | None) -> Now | None:
        """What was found after this, as soon as there is any; None: nothing for a while."""
        try:
            async with asyncio.timeout(SAYS_ALIVE), self._changed:
                await self._changed.wait_for(
                    lambda: self._found is not None and (shown is None or _order(self._found) > _order(shown))
                )
        except TimeoutError:
            return None
        return self._found

    async def _tried(self, who: Callable[[], Viewer | None]) -> Viewer | None:
        """Who listens; None too where the record does not say: the browser then comes again, and is told why."""
        try:
            return await run_sync(who)
        except Exception as fault:
            self._complain(_says(fault))
            return None

    async def _look(self) -> None:
        failed = False
        while True:
            try:
                found = await run_sync(self._desk.now)
            except Exception as fault:
                if not failed:
                    self._complain(_says(fault))
                failed = True
            else:
                failed = False
                if found is not self._found:
                    async with self._changed:
                        self._found = found
                        self._changed.notify_all()
            await asyncio.sleep(LOOKS)


def _order(now: Now) -> tuple[int, datetime]:
    """Which of two answers is the newer."""
    return now.seq, now.at


def _says(fault: Exception) -> str:
    return f"screens that are open are not kept up to date: {type(fault).__name__}: {fault}"
