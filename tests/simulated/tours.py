"""A tour as it goes: who reports sick, what is missing, the roll, who is ill on it, and its end."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from muster.domain.cover import OFFICERS
from muster.domain.members import Absence
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_taking import Said
from muster.domain.schedule import Turn
from muster.domain.taskings import Tasking
from muster.services import duty, roll_taking, taskings
from muster.services.roll_calls import roll_call
from muster.services.roll_ground import Asked
from tests.simulated.life import Life

STAFFED, LAST_LOOK, CALLED, CALLED_AGAIN = (
    timedelta(hours=8), timedelta(minutes=45), timedelta(minutes=10), timedelta(minutes=50),
)  # fmt: skip
"""How long before a tour it is looked whether anybody is missing, and once more; after its beginning, the roll."""


@dataclass
class OnTour:
    """A tour of a day, and what is known of it to those who live it. ``joins``: who comes to it called in; ``stays``:
    who stays after it; ``due``: who was expected when it was looked last;
    ``has_news``: something is to be looked at again."""

    life: Life
    turn: Turn
    joins: set[str] = field(default_factory=set)
    stays: set[str] = field(default_factory=set)
    late: dict[str, datetime] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    due: list[str] = field(default_factory=list)
    has_news: bool = False

    @property
    def name(self) -> str:
        """A word for it."""
        return f"{self.turn.tour} of {self.turn.day}"

    def page(self) -> RollCallPage:
        """The roll as it stands."""
        return self.life.see(lambda views: roll_call(views, self.asked()))

    def asked(self) -> Asked:
        """This tour, seen from now."""
        return Asked(self.life.unit, self.turn, self.life.now)

    def short(self) -> int:
        """How many officers are missing from the minimum as far as is known; who is due is noted."""
        page = self.page()
        self.has_news = False
        self.due = [line.member for line in page.lines if line.is_due]
        return sum(c.short for c in page.counts if c.who == OFFICERS)

    def report_sick(self) -> None:
        """Those who fall sick before it say so, most of them in time for somebody else to come."""
        life, r = self.life, self.life.chances.rates
        for member in sorted({*life.due_on(self.turn)} - self._away()):
            if not life.chances.happens("sick", r.sick):
                continue
            too_late = life.chances.happens("sick too late", r.sick_too_late)
            before = life.chances.minutes("reported", *((60, 90) if too_late else (490, 660)))
            spell = life.chances.spell()
            life.then(self.turn.start - timedelta(minutes=before), partial(self.sick, member, spell))

    def _away(self) -> set[str]:
        """Who is absent when it begins, as far as is known."""
        return {a.member for a in self.life.see(lambda views: views.rows(Absence, at=self.turn.start))}

    def sick(self, member: str, days: int, since: datetime | None = None) -> None:
        """Somebody is sick from then on (None: from now), until this tour is over, or so many days later."""
        self.has_news = True
        until = self.turn.end + timedelta(days=days - 1)
        began = since or self.life.now
        away = Absence(member=member, kind="sick", since=began, until=until, reason="as reported by telephone")
        self.life.act(lambda record: duty.absent(record, away))

    def call_the_roll(self) -> None:
        """The roll is called: who is late and has come by now, who did not come, who came though on no schedule."""
        life, r = self.life, self.life.chances.rates
        for member in self.due:
            if life.chances.happens("late", r.late):
                self.late[member] = self.turn.start + timedelta(minutes=life.chances.minutes("how late", 3, 45))
            elif life.chances.happens("missing", r.missing):
                self.missing.add(member)
        self._take()
        if self.missing or any(at > life.now for at in self.late.values()):
            life.then(self.turn.start + CALLED_AGAIN, self._take_again)
        life.note_watches()
        for member in self.due:
            if life.chances.happens("ill", r.ill_on_duty) and member not in {*self.missing, *self.late}:
                life.then(self.turn.start + timedelta(hours=4), partial(self._ill, member))

    def _take(self) -> None:
        now = self.life.now
        came = {m: at for m, at in self.late.items() if at <= now}
        out = frozenset({*self.missing, *self.late} - came.keys())
        said = Said(everybody=True, missing=out, late=came, joined=frozenset(self.joins))
        self._said(said)

    def _said(self, said: Said) -> None:
        boss = self.life.boss()
        self.life.act(lambda record: roll_taking.take(record, self.asked(), said, boss))

    def _take_again(self) -> None:
        """Who came in the meantime is noted; who did not is found to be sick."""
        came = {m: at for m, at in self.late.items() if at > self.turn.start + CALLED}
        if came:
            self._said(Said(late=came))
        for member in sorted(self.missing):
            self.sick(member, 1, since=self.turn.start)
            found = self.life.see(lambda views: views.rows(Tasking, kind="gap", result=None))
            for t in found:
                if t.what.startswith(f"{member} "):
                    self._close(t)

    def _close(self, gap: Tasking) -> None:
        life, holder = self.life, self.life.boss()
        life.try_act(lambda r: taskings.close(r, gap.tasking, holder, "found: sick at home", life.now))

    def _ill(self, member: str) -> None:
        """Somebody is ill on duty and goes home."""
        life = self.life
        life.act(lambda record: duty.sign_off(record, member, life.now))
        self.stays.discard(member)
        self.sick(member, 2)

    def end(self) -> None:
        """The tour is dismissed; those who stay sign off when they may go."""
        life, boss = self.life, self.life.boss()
        stay = frozenset(self.stays)
        life.act(lambda record: roll_taking.dismiss(record, self.asked(), stay, boss))
