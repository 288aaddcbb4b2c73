"""What keeps open screens up to date: it looks while somebody listens, and outlives a record that is away."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import cast

import pytest

from muster.services.desk import Desk
from muster.services.gate import Viewer
from muster.web.live import Live
from muster.web.showing import Place
from tests.ground import NEW_YORK, InRecord
from tests.services.small import PCT
from tests.support import SettableClock

PLACE = Place("/", None, NEW_YORK)
ANYBODY = Viewer("anybody", None, "anybody", False, (), frozenset(), frozenset(), "")
LONG = 60.0
"""Seconds after which a test gives up."""


class Away:
    """A clock that fails so many ``times``, as a record would that is away."""

    def __init__(self, clock: SettableClock) -> None:
        self._clock, self.times = clock, 0

    def __call__(self) -> datetime:
        if self.times:
            self.times -= 1
            raise OSError("nobody is at home")
        return self._clock()


def stream(live: Live, desk: Desk, who: Callable[[], Viewer | None] = lambda: ANYBODY) -> AsyncGenerator[str, None]:
    return cast(AsyncGenerator[str, None], live.changes(desk.now(), who, PLACE))


async def change(events: AsyncGenerator[str, None]) -> str:
    """The next event that is one."""
    async with asyncio.timeout(LONG):
        while not (event := await anext(events)).startswith("id:"):
            pass
    return event


def test_nobody_looks_when_nobody_listens_any_more(force: InRecord, clock: SettableClock) -> None:
    desk = Desk(force.store, clock)

    async def listens() -> None:
        live = Live(desk, pytest.fail)
        first, second = stream(live, desk), stream(live, desk)
        await anext(first)
        await anext(second)
        await first.aclose()
        (looking,) = asyncio.all_tasks() - {asyncio.current_task()}
        clock.move(minutes=1)
        assert f"row-{PCT}" in await change(second)
        await second.aclose()
        await asyncio.wait([looking], timeout=LONG)
        assert looking.cancelled()
        third = stream(live, desk)
        await anext(third)
        clock.move(minutes=1)
        assert f"row-{PCT}" in await change(third)
        await third.aclose()

    asyncio.run(listens())


def test_a_record_that_is_away_for_a_moment_is_complained_of_once_and_ends_no_stream(
    force: InRecord, clock: SettableClock
) -> None:
    away, complaints = Away(clock), list[str]()
    desk = Desk(force.store, away)

    async def listens() -> None:
        events = stream(Live(desk, complaints.append), desk)
        await anext(events)
        for often in (1, 2):
            away.times = 3
            clock.move(minutes=1)
            assert f"row-{PCT}" in await change(events)
            assert away.times == 0
            assert len(complaints) == often
        await events.aclose()

    asyncio.run(listens())
    assert all(said.endswith("OSError: nobody is at home") for said in complaints)


def test_a_stream_ends_where_nobody_can_say_who_listens_and_that_is_told(force: InRecord, clock: SettableClock) -> None:
    desk, complaints = Desk(force.store, clock), list[str]()

    def who() -> Viewer:
        raise OSError("nobody is at home")

    async def listens() -> None:
        events = stream(Live(desk, complaints.append), desk, who)
        await anext(events)
        clock.move(minutes=1)
        with pytest.raises(StopAsyncIteration):
            await change(events)

    asyncio.run(listens())
    assert len(complaints) == 1
