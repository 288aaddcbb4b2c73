"""What keeps open screens up to date: it looks while somebody listens, and outlives a record that is away."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime
from typing import cast

import pytest

from muster.ports import Record
from muster.services.desk import Desk
from muster.services.door import TooMany
from muster.services.duty import sign_off, sign_on
from muster.services.gate import Viewer
from muster.web.live import Live
from muster.web.looking import MOST, MOST_OF_ONE, Who
from muster.web.screens import Readable
from muster.web.showing import Place
from tests.ground import NEW_YORK, InRecord, local
from tests.services.small import CO, PCT, TEN
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


def stream(
    live: Live,
    desk: Desk,
    who: Callable[[], Viewer | None] = lambda: ANYBODY,
    shown: Viewer = ANYBODY,
    name: str = "anybody",
) -> AsyncGenerator[str, None]:
    """The stream of a screen as it was ``shown`` to somebody just now."""
    now = desk.now()
    edition = f"{now.edition}-{Readable(now).by(shown).mark}"
    return cast(AsyncGenerator[str, None], live.changes(edition, Who(name, lambda _: who()), PLACE))


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


def test_only_what_changed_is_told_and_what_one_may_read_no_more_is_taken_away(
    force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    desk, commands = Desk(force.store, clock), replace(ANYBODY, commands=frozenset({PCT}))
    who = [commands, ANYBODY, ANYBODY]

    async def listens() -> list[str]:
        events, said = stream(Live(desk, pytest.fail), desk, lambda: who.pop(0), commands), []
        await anext(events)
        for act, at in ((signs_off, 1), (nothing, 2), (signs_on, 3)):
            force.act(act, f"2020-10-07T10:0{at}")
            said.append(await change(events))
        await events.aclose()
        return said

    first, second, third = asyncio.run(listens())
    assert f"row-{PCT}" in parts_of(first) < everything(desk)
    assert fitness_of(first)
    assert parts_of(second) == everything(desk)
    assert not fitness_of(second)
    assert f"row-{PCT}" in parts_of(third) < everything(desk)
    assert not fitness_of(third)


def test_who_was_shown_what_they_may_read_no_more_before_they_listened_is_told_everything(
    force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    desk = Desk(force.store, clock)

    async def listens() -> str:
        events = stream(Live(desk, pytest.fail), desk, shown=replace(ANYBODY, commands=frozenset({PCT})))
        await anext(events)
        force.act(signs_off, "2020-10-07T10:01")
        said = await change(events)
        await events.aclose()
        return said

    said = asyncio.run(listens())
    assert parts_of(said) == everything(desk)
    assert not fitness_of(said)


def test_no_more_listen_than_are_kept_up_to_date_until_one_goes(force: InRecord, clock: SettableClock) -> None:
    desk = Desk(force.store, clock)

    async def listens() -> None:
        live = Live(desk, pytest.fail)
        there = [stream(live, desk, name=f"user {n // MOST_OF_ONE}") for n in range(MOST)]
        for events in there:
            await anext(events)
        with pytest.raises(TooMany, match=f"{MOST} screens are"):
            stream(live, desk)
        await there.pop().aclose()
        with pytest.raises(TooMany, match=f"{MOST_OF_ONE} screens of yours"):
            stream(live, desk, name="user 0")
        there.append(stream(live, desk))
        clock.move(minutes=1)
        assert f"row-{PCT}" in await change(there[-1])
        assert f"row-{PCT}" in await change(there[0])
        for events in there:
            await events.aclose()

    asyncio.run(listens())


def signs_off(record: Record) -> None:
    sign_off(record, CO, record.now)


def nothing(_: Record) -> None:
    """Time goes on."""


def signs_on(record: Record) -> None:
    sign_on(record, CO, PCT, record.now)


def everything(desk: Desk) -> set[str]:
    """All parts of the first screen that change."""
    units = [u.unit.unit for u in desk.now().units]
    return {"answer", "tally", *(f"row-{unit}" for unit in units), *(f"why-row-{unit}" for unit in units)}


def parts_of(event: str) -> set[str]:
    """The parts of a screen that an event puts into their places."""
    return set(re.findall(r'hx-target="#([^"]+)"', event))


def fitness_of(event: str) -> str:
    """What an event tells of how fit whoever has the watch of the precinct is."""
    found = re.search(rf'id="row-{PCT}".*?class="ft">(.*?)</td>', event, re.DOTALL)
    assert found is not None
    return found[1]


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
