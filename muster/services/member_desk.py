"""What stands behind the screens of command and members: who may read how much of a member, and that they looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.days import Days
from muster.domain.feed_links import FeedLink
from muster.domain.force import Unit
from muster.domain.presence import holds
from muster.domain.relieving import Relief
from muster.domain.viewings import hour_of
from muster.ports import Clock, Store
from muster.services.call_in_desk import Offered, offered_to
from muster.services.days import days_of
from muster.services.desk import KEPT, Desk, Kept
from muster.services.gate import Viewer
from muster.services.ledger import DutyPage, duty_page
from muster.services.member_file import MemberFile, Plain, member_file, plain, relief_of_member
from muster.services.members import member_page
from muster.services.position_page import PositionPage, position_page
from muster.services.seats import Seat, seats_in, seats_of
from muster.services.units import members_of
from muster.services.viewings import look_of

LEDGER_DAYS: Final = 28
DRAWN: Final = timedelta(days=2)
"""So much of the days before the instant is drawn."""


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A member as somebody may see them. ``file`` None: they may read the plain part alone, and ``refused`` says who
    can change that; ``days`` None too where they are not drawn."""

    plain: Plain
    file: MemberFile | None
    days: Days | None
    refused: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All units of an instant, by name, and the positions of each."""

    units: Sequence[Unit]
    seats: Mapping[str, Sequence[Seat]]


@dataclass(frozen=True, slots=True)
class Mine:
    """The page of the member who asks. ``offered``: what waits for their answer now."""

    seen: MemberSeen
    link: FeedLink | None
    offered: Sequence[Offered]


class MemberDesk:
    """Answers about command and members. Threads may share it. That somebody looks at another's page is recorded before
    it is shown to them; where that cannot be, as while a large load runs, they are shown the plain part."""

    def __init__(self, store: Store, clock: Clock, desk: Desk) -> None:
        self._store, self._clock, self._desk = store, clock, desk
        self._seats = Kept[Mapping[str, Sequence[Seat]]](KEPT)
        self._duty, self._days = Kept[DutyPage](KEPT), Kept[Days](KEPT)
        self._reliefs = Kept[Relief | None](KEPT)

    def seats(self, at: datetime | None = None, units: frozenset[str] | None = None) -> Mapping[str, Sequence[Seat]]:
        """The positions of these units (None: of all) as they stand, as it was known then; None: now."""
        when = self._clock() if at is None else at
        with self._store.reading() as views:
            key = units, self._desk.key(views, when, at)
            if units is None:
                return self._seats.once(key, lambda: seats_in(self._desk.state(views, when, at), None, when))
            return self._seats.once(key, lambda: seats_of(views, units, when, at))

    def members(self, unit: str) -> Mapping[str, str]:
        """Who serves in a unit now, with rank and name, as everybody may read it."""
        with self._store.reading() as views:
            return members_of(views, unit, self._clock())

    def tree(self, at: datetime | None = None) -> Tree:
        """All units with their positions, as it was known then; None: now."""
        when = self._clock() if at is None else at
        with self._store.reading() as views:
            units = [u for u in views.rows(Unit, known_at=at) if holds(u, when)]
        return Tree(sorted(units, key=lambda u: u.unit), self.seats(at))

    def position(self, name: str, at: datetime | None = None) -> PositionPage:
        """A position. Raises ``Unknown``."""
        with self._store.reading() as views:
            return position_page(views, name, self._clock() if at is None else at, at)

    def member(self, name: str, viewer: Viewer, at: datetime | None = None, *, drawn: bool = True) -> MemberSeen:
        """A member, as much as the viewer may read by the positions that they hold now; ``drawn``: with the days that
        are drawn. Raises ``Unknown``."""
        now = self._clock()
        full, refused = look_of(self._store, name, viewer, now)
        with self._store.reading() as views:
            when = now if at is None else at
            page = member_page(views, name, when, at)
            told = plain(views, page, at)
            if not full or viewer.member is None:
                return MemberSeen(told, None, None, refused)
            key = name, self._desk.key(views, when, at)
            duty = self._duty.once(key, lambda: duty_page(views, name, when, at, LEDGER_DAYS))
            on_duty = page.status.state == "on-duty"
            owed = self._reliefs.once(key, lambda: relief_of_member(views, page, at)) if on_duty else None
            file = member_file(views, page, duty, owed, viewer.member, at, now)
            days = (
                self._days.once(key, lambda: days_of(views, name, hour_of(when) - DRAWN, when, at)) if drawn else None
            )
            return MemberSeen(told, file, days, refused)

    def mine(self, viewer: Viewer, at: datetime | None = None) -> Mine | None:
        """The page of whoever asks; None for a user who is nobody of the force."""
        if viewer.member is None:
            return None
        seen = self.member(viewer.member, viewer, at, drawn=False)
        with self._store.reading() as views:
            offered = offered_to(views, viewer.member, self._clock()) if at is None else []
            return Mine(seen, views.row(FeedLink, viewer.member), offered)
