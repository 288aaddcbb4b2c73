"""What changes on a screen, found once for everybody who looks at it, and told as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from anyio.to_thread import run_sync

from muster.domain.now import Now
from muster.services.desk import Desk
from muster.web import screens
from muster.web.screens import Place

LOOKS: Final = 0.4
"""Seconds between two looks at whether anything was recorded."""
SAYS_ALIVE: Final = 5.0
"""Seconds after which a stream says that it lives, where nothing happened."""


class Live:
    """Looks at the record for everybody who listens, once; each change is found and written once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last: Now | None = None
        self._event = ""
        self._changed = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None

    async def changes(self, place: Place) -> AsyncIterator[str]:
        """Events for one listener, until they go."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(place))
        yield ": alive\n\n"
        while True:
            try:
                async with asyncio.timeout(SAYS_ALIVE), self._changed:
                    await self._changed.wait()
                    event = self._event
                yield event
            except TimeoutError:
                yield ": alive\n\n"

    async def _look(self, place: Place) -> None:
        while True:
            found = await run_sync(self._desk.now)
            if self._last is not None and found is not self._last:
                parts = await run_sync(partial(screens.now_changes, self._last, found, place))
                if parts:
                    lines = "".join(f"data: {line}\n" for line in parts.splitlines())
                    async with self._changed:
                        self._event = f"id: {found.seq}\n{lines}\n"
                        self._changed.notify_all()
            self._last = found
            await asyncio.sleep(LOOKS)
