"""Court: officers are called to it on a day off, before or after a tour; some of it is moved, some of it cancelled."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.duty import TimeRecord
from muster.domain.instants import on_clock
from muster.domain.ledger import ledger_of
from muster.domain.spans import Span
from muster.ports import Views
from muster.services import time_records
from muster.services.correcting import take_back
from muster.services.ledger import duty_of
from tests.simulated.life import NEW_YORK, Life

REST, BREAK, LONGEST = timedelta(hours=10), timedelta(hours=4), timedelta(hours=15)
AROUND = timedelta(hours=40)


@dataclass(frozen=True)
class Court:
    """The court of one day. The court officer of the precinct looks at everybody's duty before anybody is sent."""

    life: Life
    day: date

    def plan(self) -> None:
        """Notices come the evening before, on days on which courts sit."""
        if self.day.weekday() < 5:
            self.life.then(on_clock(self.day - timedelta(days=1), time(18), NEW_YORK), self._notices)

    def _at(self, clock: time) -> datetime:
        return on_clock(self.day, clock, NEW_YORK)

    def _notices(self) -> None:
        chances = self.life.chances
        for member in sorted(self.life.lines()):
            if chances.happens("court", chances.rates.court):
                self._notice(member, (self._at(time(9, 30)), self._at(time(12, 30))))

    def _notice(self, member: str, span: Span) -> None:
        life, chances = self.life, self.life.chances
        if not self._can(member, span):
            life.refused.append(f"{life.now:%m-%d %H:%M} court of {member}: asked to be set for another day")
            return
        self._enter(member, span)
        drawn = chances.of("court kept").random()
        if drawn < chances.rates.court_cancelled:
            life.then(self._at(time(8)), lambda: self._off(member, span[0], "cancelled by the court"))
        elif drawn < chances.rates.court_cancelled + chances.rates.court_moved:
            life.then(self._at(time(8)), lambda: self._moved(member, span))

    def _enter(self, member: str, span: Span) -> None:
        row = TimeRecord(
            member=member, since=span[0], kind="court", until=span[1], unit=self.life.unit, source="notice of the court"
        )
        self.life.act(lambda record: time_records.add(record, row, f"{self._clerk()}"))

    def _clerk(self) -> str:
        return self.life.boss()

    def _off(self, member: str, since: datetime, why: str) -> None:
        row = TimeRecord(member=member, since=since, kind="court", until=since)
        life, boss = self.life, self.life.boss()
        life.try_act(lambda record: take_back(record, row.stream, boss, why, life.now))

    def _moved(self, member: str, span: Span) -> None:
        later = (span[0] + timedelta(hours=1), span[1] + timedelta(hours=1))
        self._off(member, span[0], "moved by the court")
        if self._can(member, later):
            self._enter(member, later)

    def _can(self, member: str, span: Span) -> bool:
        """Whether it leaves the member rested: no duty then, no short rest around it, no long day."""
        spans = [*self.life.see(lambda views: _duties(views, member, span)), span]
        if any(a < span[1] and b > span[0] for a, b in spans[:-1]):
            return False
        blocks: list[Span] = []
        for a, b in sorted(spans):
            if blocks and a - blocks[-1][1] < BREAK:
                blocks[-1] = (blocks[-1][0], max(b, blocks[-1][1]))
            else:
                blocks.append((a, b))
        rests = [b[0] - a[1] for a, b in pairwise(blocks)]
        return min(rests, default=REST) >= REST and all(b - a <= LONGEST for a, b in blocks)


def _duties(views: Views, member: str, span: Span) -> list[Span]:
    """What the ledger has of the member around that time, and what they have promised."""
    state, file = duty_of(views, member, span[1] + AROUND)
    spans = list(ledger_of(file, state.schedule, span[0] - AROUND, span[1] + AROUND).spans)
    said: dict[str, str] = {}
    for a in sorted(views.rows(CallInAnswer, member=member), key=lambda a: a.at):
        said[a.call_in] = a.what
    coming = {name for name, what in said.items() if what in ("accepted", "ordered")}
    return spans + [(c.since, c.until) for c in views.rows(CallIn, call_in=coming)] if coming else spans
