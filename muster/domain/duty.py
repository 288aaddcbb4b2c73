"""Duty: tours, charts, squads, on-call hours, and what members say about their own duty."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

from muster.domain.force import SINCE, UNTIL
from muster.domain.schema import Row, choice, column, instant, maybe_ref, ref, text, whole

HOURS_KINDS: Final = ("tour", "hold-over", "call-in", "court", "detail", "extra-duty", "training", "travel")
"""What an hour of duty can be; docs/hours.md says what counts and what is paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour(Row):
    """One turn of duty by the local clock. It belongs to the day on which it starts."""

    NOUN: ClassVar[str] = "tour"
    FILE: ClassVar[str] = "tours.csv"

    tour: str = ref("short name of the tour", key=True)
    start: time = column("local_time", "local start, like 2315")
    end: time = column("local_time", "local end, like 0750")
    days: int = whole(
        "days from the start to the end: 0 the same day, 1 the next; at most 24 h by the clock", least=0, most=2
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart(Row):
    """A cycle of tours and regular days off that a squad follows."""

    NOUN: ClassVar[str] = "chart"
    FILE: ClassVar[str] = "charts.csv"

    chart: str = ref("short name of the chart", key=True)
    name: str = text("what people call it")
    cycle: tuple[str, ...] = column(
        "texts", "one word a day: W the squad's own tour, o a regular day off, or the name of a tour"
    )
    anchor: date = column("date", "a date on which a squad with offset 0 has the first day of the cycle")


@dataclass(frozen=True, slots=True, kw_only=True)
class Squad(Row):
    """Members who share a chart, an offset and a tour."""

    NOUN: ClassVar[str] = "squad"
    FILE: ClassVar[str] = "squads.csv"

    squad: str = ref("short name of the squad", key=True)
    unit: str = ref("the unit it belongs to", to="unit")
    chart: str = ref("the chart it follows", to="chart")
    offset: int = whole("days by which it runs behind the chart", least=0, most=999, default=0)
    tour: str | None = maybe_ref("its own tour, for the days marked W", to="tour")


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadPlace(Row):
    """A member belongs to a squad for a time."""

    NOUN: ClassVar[str] = "squad_place"
    FILE: ClassVar[str] = "squad-places.csv"

    member: str = ref("the member", to="member", key=True)
    squad: str = ref("the squad", to="squad", key=True)
    since: datetime = instant("first instant in the squad", key=True)
    until: datetime | None = instant(UNTIL, default=None)
    role: str = choice("sergeant: supervises the squad", "member", "sergeant", default="member")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(Row):
    """Local hours in which the holder of a command position can be called when off duty."""

    NOUN: ClassVar[str] = "on_call"
    FILE: ClassVar[str] = "on-call.csv"

    position: str = ref("the command position", to="position", key=True)
    days: tuple[str, ...] = column("texts", "days on which the hours start: mon tue wed thu fri sat sun")
    start: time = column("local_time", "local start", key=True)
    end: time = column("local_time", "local end; not after the start: the next day")
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRule(Row):
    """A limit of a force's own profile of hours rules, with its source."""

    NOUN: ClassVar[str] = "hours_rule"
    FILE: ClassVar[str] = "hours.csv"

    profile: str = ref("the profile it belongs to", key=True)
    rule: str = ref("name of the rule, as docs/hours.md lists them", key=True)
    hours: int | None = whole("its limit in hours; empty for a rule that counts", least=0, most=8760, default=None)
    number: int | None = whole("its limit as a number, for a rule that counts tours", least=1, most=99, default=None)
    weeks: int | None = whole("over how many weeks an average is taken", least=1, most=52, default=None)
    source: str = text("law, contract or order that sets it")

    @property
    def limit(self) -> int:
        """The number, of hours or of tours."""
        return self.hours if self.hours is not None else self.number or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing(Row):
    """A member signed on, signed off, or was held over. Signing on opens a duty that only signing off ends."""

    NOUN: ClassVar[str] = "signing"

    member: str = ref("the member", to="member", key=True)
    at: datetime = instant("when", key=True)
    kind: str = choice("what happened", "on", "off", "held-over", key=True)
    unit: str | None = maybe_ref("the unit in which the duty is; None for signing off", to="unit")
    why: str | None = text("in words", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRecord(Row):
    """Hours of duty that neither a chart nor a signing tells of, or that a time keeper has otherwise."""

    NOUN: ClassVar[str] = "time_record"

    member: str = ref("the member", to="member", key=True)
    since: datetime = instant("when the hours began", key=True)
    kind: str = choice("what they were", *HOURS_KINDS, key=True)
    until: datetime = instant("when they ended")
    unit: str | None = maybe_ref("the unit for which", to="unit")
    paid: str | None = choice("whether the force pays them; empty: as is usual for the kind", "yes", "no", default=None)
    source: str | None = text("where it comes from: a system, a sheet, a court's notice", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability(Row):
    """What a member or a commander has stated: out of reach, or resting, until an hour. Stated, never sensed. And the
    rest owed to somebody who was woken, from that instant on."""

    NOUN: ClassVar[str] = "reachability"

    member: str = ref("the member", to="member", key=True)
    since: datetime = instant("from when", key=True)
    until: datetime | None = instant("until when; None until further notice", default=None)
    kind: str = choice(
        "cannot be reached, is to be left to rest, or is owed rest", "unreachable", "rest", "owed", key=True
    )
    stated_by: str | None = maybe_ref("the member who said so; None: rest owed follows by itself", to="member")
    tasking: str | None = maybe_ref("the tasking for which somebody was woken", to="tasking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Row):
    """A signed permission to go past one hours rule for a time, with the rest owed for it."""

    NOUN: ClassVar[str] = "waiver"

    member: str = ref("the member it is for", to="member", key=True)
    rule: str = ref("the rule it waives", key=True)
    since: datetime = instant("from when", key=True)
    until: datetime = instant("until when; a waiver ends")
    signed_by: str = ref("the member who signed", to="member")
    rest_owed_hours: int = whole("rest owed for it", least=1, most=336)
