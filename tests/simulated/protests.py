"""Protests: on some nights officers of the evening are kept, once so long that a commander has to sign for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from muster.domain.calling_list import Line
from muster.domain.duty import Waiver
from muster.services import duty
from muster.services.amending import Amendment, amend
from tests.simulated.gaps import Gap, open_gap
from tests.simulated.life import EVENING, Life
from tests.simulated.tours import OnTour

NIGHTS: Final = {date(2020, 10, 27): (4, 3), date(2020, 10, 31): (5, 4), date(2020, 11, 7): (4, 3)}
"""Nights on which so many hours are asked of so many officers, most of the contract's way: asked, then ordered."""
LONG_NIGHT: Final = date(2020, 11, 3)
LONG, KEPT, OWED = timedelta(hours=8), 3, 12
"""The night of the election: held so long that eight hours of rest before the next tour cannot be had."""


@dataclass(frozen=True)
class Protest:
    """The night of one day."""

    life: Life
    day: date
    tour: OnTour

    def plan(self) -> None:
        """Known two hours and a half before the evening ends."""
        at = self.tour.turn.end - timedelta(hours=2, minutes=30)
        if self.day in NIGHTS:
            self.life.then(at, self._kept)
        if self.day == LONG_NIGHT:
            self.life.then(at, self._kept_long)

    def _gap(self, length: timedelta, needed: int) -> Gap:
        end = self.tour.turn.end
        return open_gap(self.life, self.tour, "hold-over", (end, end + length), needed)

    def _kept(self) -> None:
        hours, needed = NIGHTS[self.day]
        self._gap(timedelta(hours=hours), needed).offer(timedelta(minutes=45))

    def _kept_long(self) -> None:
        """The commander signs for the first on the list of orders who have a tour the next evening, with the rest owed
        for it, and gives one of them the next evening off instead."""
        gap = self._gap(LONG, KEPT)
        first = [line.member for line in gap.list().orders if self._may(line)][:KEPT]
        *signed, spared = first
        commander = f"{self.life.unit}-CO"
        holder = self.life.holder(commander)
        off = Amendment(self.life.unit, spared, self.day + timedelta(days=1), "off", "kept over night for the protest")
        self.life.act(lambda record: amend(record, off, commander, record.now))
        for member in signed:
            waiver = self._waiver(member, holder)
            self.life.act(partial(duty.waive, waiver=waiver))
        for member in first:
            gap.order_one(member, "the commander chose who is kept, with waivers signed")
        gap.done()

    def _may(self, line: Line) -> bool:
        """Whether nothing but a tour the next evening is in the way of keeping them."""
        following = self.life.lines()[line.member].entry(self.day + timedelta(days=1))
        return following == EVENING and (line.reason is None or line.reason.rule.startswith("hours-rest"))

    def _waiver(self, member: str, holder: str) -> Waiver:
        following = self.life.turn(EVENING, self.day + timedelta(days=1))
        return Waiver(
            member=member, rule="rest-unfit", since=self.life.now, until=following.end + timedelta(minutes=5),
            signed_by=holder, rest_owed_hours=OWED,
        )  # fmt: skip
