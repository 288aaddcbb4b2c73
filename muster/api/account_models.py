"""What those with an account are told over the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from muster.api.models import Model
from muster.domain.candidates import Capacity
from muster.domain.now import State as UnitState
from muster.domain.roll_calls import State


class Read(Model):
    """Something of the record."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Page(Model):
    """Some of many things."""

    next: Annotated[str | None, Field(description="the `cursor` of the next page; null: this is the last")]


class Unit(Read):
    """A unit of the force."""

    unit: str
    name: str
    level: str
    parent: Annotated[str | None, Field(description="null: the top of the tree")]
    civil: Annotated[bool, Field(description="civil authority: it directs, and is never in command")]


class Units(Page):
    """Units, by their short names."""

    items: list[Unit]


class Holder(Read):
    """Somebody who has the watch, or is due to have it."""

    member: str
    position: str
    unit: str
    capacity: Capacity
    source: str
    on_call: bool


class PassedOver(Read):
    """Somebody who comes before, and why they were passed over; health and rest only for those entitled."""

    member: Annotated[str | None, Field(description="null: nobody holds the position")]
    position: str
    unit: str
    reason: str
    until: Annotated[datetime | None, Field(description="null: not known")]


class Watch(Read):
    """Who is in command of a unit, who is due, and why."""

    unit: str
    at: datetime
    in_command: Annotated[Holder | None, Field(description="null: NOBODY")]
    due: Holder | None
    assumed_at: datetime | None
    on_duty_since: datetime | None
    relief_owed_since: datetime | None
    relief_overdue_since: datetime | None
    vacant: list[str]
    passed: list[PassedOver]
    why: list[str]


class Count(Read):
    """How many are on duty of whom a running tour needs so many."""

    tour: str
    who: str
    have: int
    minimum: int


class UnitNow(Model):
    """A unit at a glance."""

    unit: str
    name: str
    state: UnitState
    says: Annotated[list[str], Field(description="the worst first; of taskings only where you may read them")]
    in_command: Annotated[Holder | None, Field(description="null: NOBODY")]
    due: Holder | None
    office: str | None
    late: Annotated[int, Field(description="open taskings past their deadline, or for which all were asked in vain")]
    waiting: int
    owned: int
    cover: list[Count]
    fitness: Annotated[
        Literal["fit", "caution", "unfit"] | None, Field(description="of who is in command; null: not for you")
    ]


class Now(Page):
    """Every unit at an instant."""

    at: datetime
    zone: str
    seq: Annotated[int, Field(description="the newest fact that it is made of")]
    says: str
    items: list[UnitNow]


class Held(Read):
    """Who holds a position."""

    member: str
    kind: Literal["substantive", "acting"]
    since: datetime
    until: datetime | None


class Position(Model):
    """A position, with its holders at the instant."""

    position: str
    unit: str
    title: str
    kind: str
    order: int
    places: int
    holders: list[Held]


class Positions(Page):
    """Positions, by their short names."""

    items: list[Position]


class Condition(Model):
    """How a member stands for duty: for them, and for whoever commands a unit of theirs."""

    state: Literal["on-duty", "absent", "off", "separated"]
    unit: Annotated[str | None, Field(description="where they are on duty")]
    since: datetime | None
    until: datetime | None
    source: str
    fitness: Literal["fit", "caution", "unfit"]
    rules: Annotated[list[str], Field(description="the hours rules that say so")]
    protected_until: Annotated[datetime | None, Field(description="until when they are left to rest; null: not")]
    qualifications: list[str]
    squads: list[str]
    contact_points: Annotated[int, Field(description="how many ways there are to reach them; addresses are not told")]


class Member(Model):
    """A member of the force."""

    member: str
    name: str
    at: datetime
    rank: str | None
    positions: list[str]
    condition: Annotated[Condition | None, Field(description="null: not for you")]


class Tasking(Read):
    """A tasking as it stood."""

    tasking: str
    kind: str
    what: str
    matter: str | None
    place: str
    competent_unit: str
    people: int | None
    hours: int | None
    members: int | None
    received_at: datetime
    deadline: Annotated[datetime | None, Field(description="null: now")]
    giver: str | None
    receiver: str | None
    reason: Annotated[str | None, Field(description="why it was sent past the chain")]
    entered_by: Annotated[str | None, Field(description="the member who took it in; null: nobody was named")]
    owner: str
    offered_to: list[str]
    accepted_by: str | None
    told: list[str]
    result: Annotated[str | None, Field(description="how it was closed; null: it is open")]


class Taskings(Page):
    """Taskings, by their names."""

    items: list[Tasking]


class RollLine(Read):
    """A member on the roll of a tour."""

    member: str
    state: State
    squad: Annotated[str | None, Field(description="null: none of this unit")]
    planned: Annotated[bool, Field(description="the schedule has them on this tour")]
    since: Annotated[datetime | None, Field(description="on duty here from then on; null: they are not")]
    says: Annotated[str, Field(description="why; health and leave only for those entitled")]


class Roll(Model):
    """Everybody who is to be on a tour of a unit, or is there."""

    unit: str
    tour: str
    day: date
    start: datetime
    end: datetime
    at: datetime
    taken_at: Annotated[datetime | None, Field(description="null: the call was not taken")]
    items: list[RollLine]


class Line(Model):
    """The line of a member in a published roster: one entry a day, a tour or `off`."""

    member: str
    guest: Annotated[bool, Field(description="rostered because attached to the unit")]
    tours: list[str]


class Roster(Page):
    """The published roster of a unit that holds at the instant, or the next one after it."""

    unit: str
    first: date
    days: int
    version: int
    by: str
    signer: str
    items: list[Line]


class Request(Read):
    """What a member asks for, as it stood; reasons only for those entitled, and as they stand now."""

    request: str
    kind: Literal["leave", "swap", "preference"]
    member: str
    unit: str
    filed_at: datetime
    first: date
    last: date
    other: str | None
    returns: bool
    tour: str | None
    wanted: bool
    weekday: str | None
    state: str
    waits_for: Annotated[str | None, Field(description="who has to say something next: a member or a position")]
    by: str | None
    decider: str | None
    reason: str | None
    why: str | None


class Requests(Page):
    """Requests, by their names."""

    items: list[Request]


class FactOf(Model):
    """A fact of the record. Sealed texts stand in it as tokens."""

    seq: int
    stream: str
    version: int
    recorded_at: datetime
    effective_at: datetime
    kind: str
    body: dict[str, Any]
    previous: str
    hash: str


class Facts(Model):
    """Facts, in the order in which they were recorded."""

    next: Annotated[int | None, Field(description="the `cursor` of the next page; null: this is the last")]
    items: list[FactOf]
