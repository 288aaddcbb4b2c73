"""Random histories of a random force: what people do and say, while time moves on, also across the clock change."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from os import environ
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from muster.domain.command import CommandEvent
from muster.domain.duty import Reachability, Signing, Squad, Waiver
from muster.domain.force import Unit
from muster.domain.instants import on_clock
from muster.domain.members import Absence, Appointment, Attachment, Member
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.watch import Watches
from tests.ground import NEW_YORK, local, snapshot_from
from tests.properties.forces import TOURS, forces

R = TypeVar("R", bound=Row)
T = TypeVar("T")
STARTS = ("2020-10-31T20:00", "2020-10-31T23:20", "2020-03-07T23:00", "2020-10-07T07:00", "2020-10-09T14:00")
STEPS = (0, 1, 5, 35, 45, 60, 100, 180, 239, 240, 300, 480, 515, 600, 720, 960, 1080, 1440, 2880)
"""Minutes by which the clock moves."""
MODERATE = settings(
    max_examples=int(environ.get("MUSTER_EXAMPLES", "25")),
    stateful_step_count=16,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Half a minute for everything here; before a release set MUSTER_EXAMPLES to a few thousand."""
FEW = max(1, MODERATE.max_examples // 4)
"""Of those that are the same on PostgreSQL."""
picks = st.integers(0, 10_000)
spans = st.sampled_from(STEPS[3:]).map(lambda minutes: timedelta(minutes=minutes))


class History(RuleBasedStateMachine):
    """Rows of a force, and everything that happens to it. Each rule is one thing that somebody does or says."""

    rows: list[Row]
    at: datetime
    found: Watches | None = None
    steps = 0
    cast: tuple[str, ...] = ()
    """Members whom something has just happened to: more is likely to happen to them."""

    @initialize(force=forces(), start=st.sampled_from(STARTS))
    def begin(self, force: list[Row], start: str) -> None:
        self.rows, self.at = [], local(start)
        for row in force:
            self.keep(row)
        self.began()

    def began(self) -> None:
        """What a machine does once the force is there."""

    def keep(self, row: Row, instead_of: Row | None = None) -> None:
        """Add a row, unless one like it is there, or put it in the place of another."""
        self.found = None
        if instead_of is not None:
            self.rows[self.rows.index(instead_of)] = row
        elif not any(type(row) is type(r) and row.key == r.key for r in self.rows):
            self.rows.append(row)

    def of(self, noun: type[R]) -> list[R]:
        return [row for row in self.rows if isinstance(row, noun)]

    def watches(self) -> Watches:
        """The watches of now."""
        if self.found is None or self.found.moment.at != self.at:
            self.found = Watches(snapshot_from(self.rows), self.at)
        return self.found

    def units(self) -> list[str]:
        """Every unit that is not civil authority."""
        return [u.unit for u in self.of(Unit) if not u.civil]

    def member(self, pick: int) -> str | None:
        """A member: mostly of the cast, or somebody who has a watch now, and sometimes anybody."""
        watched = (self.watches().watch(unit).in_command for unit in self.units())
        holders = [h.member for h in watched if h is not None]
        anybody = [m.member for m in self.of(Member)]
        found = one(pick // 4, (self.cast, holders, self.cast or holders, anybody)[pick % 4] or anybody)
        return self.casts(found)

    def casts(self, member: str | None) -> str | None:
        """The same member, who is of the cast from now on."""
        self.cast = (*self.cast[-2:], member) if member and member not in self.cast else self.cast
        return member

    def edges(self, count: int) -> list[datetime]:
        """Some instants to ask about: now, and others at or just before a start or an end of a tour to come."""
        self.steps += 1
        today = self.at.astimezone(NEW_YORK).date()
        days = [today + timedelta(days=n) for n in range(3)]
        clocks = [on_clock(day, clock, NEW_YORK) for day in days for t in TOURS for clock in (t.start, t.end)]
        coming = [e - timedelta(minutes=m) for e in clocks for m in (0, 1) if e > self.at]
        return [self.at, *(coming[(self.steps * 7 + n * 11) % len(coming)] for n in range(count))]

    def unit(self, pick: int) -> str:
        units = self.units()
        return units[pick % len(units)]

    @rule(minutes=st.sampled_from(STEPS))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(pick=picks, where=picks)
    def signs_on(self, pick: int, where: int) -> None:
        if member := self.member(pick):
            self.keep(Signing(member=member, at=self.at, kind="on", unit=self.unit(where)))

    @rule(pick=picks)
    def signs_off(self, pick: int) -> None:
        if member := self.on_duty(pick) or self.member(pick):
            self.keep(Signing(member=member, at=self.at, kind="off"))

    @rule(pick=picks)
    def is_held_over(self, pick: int) -> None:
        member = self.on_duty(pick)
        unit = self.watches().moment.status(member).unit if member else None
        if member and unit:
            self.keep(Signing(member=member, at=self.at, kind="held-over", unit=unit))

    @rule(pick=picks, where=picks, elsewhere=st.sampled_from((False, False, True)), minutes=st.sampled_from(STEPS))
    def assumes_command(self, pick: int, where: int, elsewhere: bool, minutes: int) -> None:
        """Somebody on duty in a post assumes command of the unit they are in, or of any other; then time passes."""
        moment = self.watches().moment
        posts = [a.member for a in self.of(Appointment) if "officer-1" not in a.position]
        present = [(m, moment.status(m).unit) for m in posts if moment.status(m).state == "on-duty"]
        member, unit = one(pick, present) or (None, None)
        self.casts(member)
        self.somebody_assumes(member, unit if unit and not elsewhere else self.unit(where))
        self.at += timedelta(minutes=minutes)

    @rule(pick=picks, where=picks)
    def hands_over(self, pick: int, where: int) -> None:
        unit = self.unit(where)
        former, to = self.watches().watch(unit).in_command, self.on_duty(pick, unit)
        if former is not None and to is not None and to != former.member:
            event = CommandEvent(
                unit=unit, at=self.at, kind="handed-over", member=former.member, position=former.position, to=to
            )
            self.keep(event)
            self.somebody_assumes(to, unit)

    def somebody_assumes(self, member: str | None, unit: str) -> None:
        held = [a.position for a in self.of(Appointment) if a.member == member]
        if member and held:
            self.keep(CommandEvent(unit=unit, at=self.at, kind="assumed", member=member, position=held[-1]))

    @rule(pick=picks, lasts=spans, leave=st.booleans())
    def is_absent(self, pick: int, lasts: timedelta, leave: bool) -> None:
        if member := self.member(pick):
            until = self.at + lasts if leave else None
            self.keep(Absence(member=member, kind="leave" if leave else "sick", since=self.at, until=until))

    @rule(pick=picks)
    def is_back(self, pick: int) -> None:
        away = one(pick, [a for a in self.of(Absence) if a.until is None])
        if away is not None and away.since < self.at:
            self.keep(replace(away, until=self.at), away)

    @rule(pick=picks)
    def leaves_a_position(self, pick: int) -> None:
        held = one(pick, [a for a in self.of(Appointment) if a.until is None and a.since < self.at])
        if held is not None:
            self.keep(replace(held, until=self.at), held)

    @rule(pick=picks, where=picks, lasts=spans)
    def acts_in_a_position(self, pick: int, where: int, lasts: timedelta) -> None:
        position = one(
            where, [a.position for a in self.of(Appointment) if "chief" in a.position or "dep" in a.position]
        )
        member = self.member(pick)
        if member and position:
            acting = Appointment(
                position=position,
                member=member,
                kind="acting",
                since=self.at,
                until=self.at + lasts,
                instrument="Order 2",
            )
            self.keep(acting)

    @rule(pick=picks, where=picks, lasts=spans, schedule=st.booleans())
    def is_attached(self, pick: int, where: int, lasts: timedelta, schedule: bool) -> None:
        squad = one(where, self.of(Squad))
        member = self.member(pick)
        if member and squad and not any(a.member == member for a in self.of(Attachment)):
            until = self.at + lasts
            name = squad.squad if schedule else None
            self.keep(Attachment(member=member, unit=squad.unit, since=self.at, until=until, squad=name))

    @rule(pick=picks, lasts=spans, kind=st.sampled_from(("unreachable", "rest")))
    def cannot_be_asked(self, pick: int, lasts: timedelta, kind: str) -> None:
        if member := self.member(pick):
            said = Reachability(member=member, since=self.at, until=self.at + lasts, kind=kind, stated_by=member)
            self.keep(said)

    @rule(
        pick=picks,
        lasts=spans,
        what=st.sampled_from(("relief-overdue", "unfit", "rest-unfit", "week-unfit", "rest-owed")),
        owed=st.sampled_from((8, 12, 24)),
    )
    def has_a_waiver(self, pick: int, lasts: timedelta, what: str, owed: int) -> None:
        if member := self.on_duty(pick):
            waiver = Waiver(
                member=member, rule=what, since=self.at, until=self.at + lasts, signed_by="M00", rest_owed_hours=owed
            )
            self.keep(waiver)

    @rule(pick=picks, leave=st.booleans(), lasts=spans)
    def leaves_the_force(self, pick: int, leave: bool, lasts: timedelta) -> None:
        if member := self.member(pick):
            papers = Separation(
                separation=f"SEP-{member}",
                member=member,
                kind="retirement",
                state="accepted",
                filed=self.at,
                leave_from=self.at if leave else None,
                effective=self.at + lasts,
            )
            self.keep(papers)

    def on_duty(self, pick: int, unit: str | None = None) -> str | None:
        """Somebody who is on duty now, in that unit or anywhere."""
        moment = self.watches().moment
        statuses = [(m.member, moment.status(m.member)) for m in self.of(Member)]
        there = [m for m, s in statuses if s.state == "on-duty" and unit in (None, s.unit)]
        return self.casts(one(pick, [m for m in there if m in self.cast] if pick % 2 else there))


def one(pick: int, of: Iterable[T]) -> T | None:
    """One of these; None where there is none."""
    choices = list(of)
    return choices[pick % len(choices)] if choices else None
