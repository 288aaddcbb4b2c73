"""What changes on a screen: found once for everybody who looks at it, and written for each as they may read it."""

import operator
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from fastapi import Request
from fastapi.responses import StreamingResponse

from muster.domain.now import Now
from muster.ports import Views
from muster.services.desk import Desk, Kept
from muster.services.gate import Viewer
from muster.web import screens
from muster.web.asking import Console
from muster.web.looking import ALIVE, Looking, Who, event_of, shown_to, stream_of
from muster.web.showing import Place

DRAWN: Final = 16
"""So many answers are kept as they are drawn: those who read slowly were shown older ones."""
EVENTS: Final = 64
"""So many events are kept: in the largest everything is told, which is some 100 kB of a city."""


class Live:
    """Tells everybody what changed on the first screen; each part is written once for all who may read the same of
    it."""

    def __init__(self, desk: Desk, complain: Callable[[str], None]) -> None:
        self._desk, self._looking = desk, Looking(desk, desk.now, complain)
        self._drawn, self._events = Kept[screens.Drawn](DRAWN), Kept[str](EVENTS)

    def changes(self, shown: str, who: Who, place: Place) -> AsyncIterator[str]:
        """Events for one listener who was shown this, until they go or, by ``who``, are signed in no more. What they
        may read is looked up at each event: it ends with the appointment. Where they would be told something else of
        what they were shown, or it is not kept, they are told everything: so what they read by a right that ended is
        taken from their screen. Raises ``TooMany``."""
        self._looking.must_have_room(who)
        return self._changes(shown, who, place)

    async def _changes(self, shown: str, who: Who, place: Place) -> AsyncIterator[str]:
        now, name = self._desk.shown(shown.rpartition("-")[0]), shown
        async with self._looking.listening(who):
            yield ALIVE
            while True:
                found = await self._looking.found(partial(_is_newer, now))
                if found is None:
                    yield ALIVE
                    continue
                said = await self._looking.tried(partial(self._said, now, name, found, place, who))
                if said is None:
                    return
                now, (name, event) = found, said
                yield event

    def _said(
        self, now: Now | None, name: str, found: Now, place: Place, who: Who, views: Views
    ) -> tuple[str, str] | None:
        """The name of what a listener may read of this answer, and the event that brings it to their screen; None: they
        are signed in no more. An event is made once for all who were shown the same and may read the same."""
        viewer = who.now(views)
        if viewer is None:
            return None
        read = self._read(found, place, viewer)
        before = None if now is None else self._read(now, place, viewer)
        if before is not None and before.name != name:
            before = None
        key = None if before is None else before.key, read.key, place
        return read.name, self._events.once(key, lambda: _event(before, read))

    def _read(self, now: Now, place: Place, viewer: Viewer) -> "Read":
        drawn = self._drawn.once((_order(now), place), lambda: screens.Drawn(now, place))
        return Read(now, drawn, drawn.readable.by(viewer))


class Read(NamedTuple):
    """An answer as somebody reads it."""

    now: Now
    drawn: screens.Drawn
    told: screens.Told

    @property
    def name(self) -> str:
        """By which a browser says that it shows this."""
        return f"{self.now.edition}-{self.told.mark}"

    @property
    def key(self) -> tuple[Hashable, ...]:
        """By which what is made of it is kept."""
        return (*_order(self.now), self.told)


def _event(before: Read | None, read: Read) -> str:
    parts = None if before is None else before.drawn.parts(before.told)
    return event_of(read.name, screens.now_changes(parts, read.drawn.parts(read.told)))


@dataclass(frozen=True, slots=True)
class Parts:
    """A screen in parts, by the ids of the elements that they are. ``whole``: the same in one, for a browser of which
    it is not known what it has; ``grows``: parts that are new go at the end of the element with this id;
    ``gone``: what stands where a part is no more."""

    each: Mapping[str, str]
    whole: Mapping[str, str]
    grows: str = ""
    gone: Callable[[str], str] | None = None


Made = Callable[[Views, Viewer], Parts]


class Following:
    """Tells listeners what changed in parts of their screens when anything was recorded, and each minute."""

    def __init__(self, desk: Desk, complain: Callable[[str], None]) -> None:
        self._desk, self._looking = desk, Looking(desk, desk.edition, complain)

    def changes(self, shown: str, who: Who, made: Made) -> AsyncIterator[str]:
        """Events for one listener who was shown that edition, until they go, are signed in no more, or may not see the
        screen any more, which ``made`` makes for them. Raises ``TooMany``."""
        self._looking.must_have_room(who)
        return self._changes(shown, who, made)

    async def _changes(self, shown: str, who: Who, made: Made) -> AsyncIterator[str]:
        async with self._looking.listening(who):
            yield ALIVE
            before = await self._looking.tried(partial(self._before, shown, who, made))
            while True:
                found = await self._looking.found(partial(operator.ne, shown))
                if found is None:
                    yield ALIVE
                    continue
                parts = await self._looking.tried(partial(_made, who, made))
                if parts is None:
                    return
                yield event_of(found, changed_parts(before, parts))
                shown, before = found, parts

    def _before(self, shown: str, who: Who, made: Made, views: Views) -> Parts | None:
        """What the listener was shown; None: that is not known, as something was recorded since."""
        return _made(who, made, views) if self._desk.edition_of(views) == shown else None


def _made(who: Who, made: Made, views: Views) -> Parts | None:
    """The screen for whoever listens; None: they are signed in no more."""
    viewer = who.now(views)
    return None if viewer is None else made(views, viewer)


def streamed(console: Console, following: Following, request: Request, made: Made) -> StreamingResponse:
    """The events of a screen for whoever asks, from the edition on that they were shown last."""
    return stream_of(following.changes(shown_to(request), console.listener(request), made))


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


def _is_newer(shown: Now | None, found: Now) -> bool:
    return shown is None or _order(found) > _order(shown)


def _order(now: Now) -> tuple[int, datetime]:
    """Which of two answers is the newer."""
    return now.seq, now.at
