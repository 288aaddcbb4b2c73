"""What those who run and command units send, and are told: of duty, positions, call-ins, ledgers and rosters."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from muster.api.account_models import Page, Read
from muster.api.forms import Day, Flag, Instant, Ref, Text, whole
from muster.api.models import Model
from muster.services import appointment_desk, duty_desk
from muster.services.offers import MOST
from muster.services.roster_ground import MOST_DAYS

Line = Annotated[tuple[Text, ...], Field(min_length=1, max_length=MOST_DAYS)]
"""One entry a day, a tour or `off`."""


class Away(Read):
    """That a member is away, cannot be reached, or is left to rest; of now or of later."""

    row: Annotated[str, Field(description="by which you say that it has ended")]
    kind: str
    since: datetime
    until: datetime | None


class Lent(Read):
    """That a member is attached to another unit, now or later."""

    unit: str
    since: datetime
    until: datetime | None
    squad: str | None
    tour: str | None


class Duty(Model):
    """A member's duty, and what you may say about it."""

    member: str
    unit: Annotated[str | None, Field(description="where they are on duty; null: they are not")]
    home: Annotated[list[str], Field(description="the units in which they serve")]
    away: Annotated[list[Away], Field(description="for the member, and whoever commands them")]
    lent: list[Lent]
    may: list[duty_desk.Act]


class Stated(Model):
    """What you say about the duty of a member: your own, or of whom you run or command."""

    word: duty_desk.Act
    unit: Annotated[Ref | None, Field(description="needed to sign on, and to lend: where")] = None
    kind: Annotated[
        duty_desk.Kind | None,
        Field(description="needed where they are `absent`; of yourself `sick` alone: leave is asked for"),
    ] = None
    since: Annotated[Instant | None, Field(description="of an absence, and of lending; null: from now on")] = None
    until: Annotated[Instant | None, Field(description="needed for `rest`; null: not known")] = None
    why: Text | None = None
    row: Annotated[Text | None, Field(description="needed to say that something has ended: its `row`")] = None
    by: Annotated[Ref | None, Field(description="needed to lend and to recall: your position that signs it")] = None
    squad: Annotated[Ref | None, Field(description="of lending: the squad there whose chart they follow")] = None
    tour: Annotated[Ref | None, Field(description="of lending: the tour that they work there instead")] = None


class Order(Model):
    """A member is appointed to a position, or relieved of it."""

    word: appointment_desk.Act
    member: Ref
    since: Annotated[Instant | None, Field(description="from when; null: from now on")] = None
    why: Text | None = None
    kind: Annotated[Literal["substantive", "acting"], Field(description="of appointing, as all that follows")] = (
        "acting"
    )
    until: Instant | None = None
    instrument: Annotated[Text | None, Field(description="the order by which somebody acts")] = None
    limits: Annotated[Text | None, Field(description="what who acts may not do")] = None
    rank: Annotated[Ref | None, Field(description="the rank that comes with it")] = None
    squad: Annotated[Ref | None, Field(description="the squad whose chart they follow from then on")] = None
    leave_old: Annotated[Flag, Field(description="they leave the position that they hold")] = False
    looked: Annotated[Text | None, Field(description="what a dry run told: it is done if it changes the same")] = None
    dry_run: Annotated[Flag, Field(description="only tell what it would change: nothing is done, no key kept")] = False


class Ahead(Model):
    """What an order would change in command and in rights."""

    ok: Literal[True] = True
    changes: Annotated[list[str], Field(description="each in a sentence")]
    looked: Annotated[str, Field(description="stands for all of it: send it to have this done")]


class CallIn(Read):
    """A need of more members."""

    call_in: str
    unit: str
    kind: str
    since: datetime
    until: datetime
    needed: int
    rank: Annotated[str | None, Field(description="only members of this rank")]
    opened_by: str
    at: Annotated[datetime, Field(description="when it was opened")]
    why: str | None


class CallIns(Page):
    """The call-ins of a unit, by their names."""

    items: list[CallIn]


class ListLine(Model):
    """A place on a list."""

    place: int
    member: str
    name: str
    stands: Annotated[str, Field(description="how it stands; health, rest and leave only for those entitled")]


class OfferMade(Read):
    """An offer to a member."""

    member: str
    place: int
    state: str


class Round(Model):
    """Offers that were made at once."""

    round: int
    at: datetime
    deadline: datetime
    state: str
    offers: list[OfferMade]


class CallInList(Model):
    """A call-in with its list by the contract's order, at the latest as it was when it was over."""

    call_in: CallIn
    missing: Annotated[int, Field(description="how many are still needed")]
    offers: Annotated[list[ListLine], Field(description="who is asked, in order")]
    orders: Annotated[list[ListLine], Field(description="who is ordered where nobody accepts, in order")]
    rounds: list[Round]
    runs: Annotated[bool, Field(description="whether you may run it")]


class Need(Model):
    """Members are needed in a unit: called in from off duty, or held over past the end of their tour."""

    kind: Literal["call-in", "hold-over"] = "call-in"
    since: Instant
    until: Instant
    needed: Annotated[int, whole(1, 1000)] = 1
    rank: Annotated[Ref | None, Field(description="only members of this rank")] = None
    why: Text | None = None


class Offering(Model):
    """A call-in is offered to the first of its list."""

    to: Annotated[int, whole(1, MOST), Field(description="to how many at once")]
    deadline: Annotated[Instant, Field(description="until when they answer")]


class Note(Model):
    """What came of asking or ordering a member, as by telephone."""

    member: Ref
    what: Literal["accepted", "refused", "not-reached", "ordered", "no-show", "excused"]
    why: Annotated[Text | None, Field(description="needed past somebody who comes first")] = None


class Hours(Model):
    """The hours of a member in a period, in seconds."""

    member: str
    counted_seconds: int
    paid_seconds: int
    rested_seconds: int
    overtime_seconds: Annotated[int | None, Field(description="null: no work period ends in it")]


class Ledger(Page):
    """The hours of a unit and period as they are known, by member."""

    unit: str
    first: date
    last: date
    bars: Annotated[list[str], Field(description="what is open and has to be answered before it is certified")]
    signs: Annotated[list[str], Field(description="your positions that would certify it")]
    version: Annotated[int | None, Field(description="what of it is certified already; null: nothing")]
    looked: Annotated[str, Field(description="stands for all of the hours: send it to certify them")]
    items: list[Hours]


class Certify(Model):
    """The hours of a period are certified as they were looked at."""

    first: Day
    last: Annotated[Day, Field(description="the last day, included")]
    by: Annotated[Ref, Field(description="your position that certifies them")]
    looked: Annotated[Text, Field(description="of the ledger that you read")]


class Publish(Model):
    """A roster of whole days is published."""

    first: Day
    lines: Annotated[
        dict[Ref, Line], Field(min_length=1, max_length=1000, description="by member; one entry a day, a tour or `off`")
    ]
    by: Annotated[Ref, Field(description="your position that signs it")]
    in_place: Annotated[
        Text | None, Field(description="why it stands in place of what is published of its days; null: nothing is")
    ] = None


class Withdraw(Model):
    """A published roster is withdrawn."""

    first: Annotated[Day, Field(description="from this day on; its first day withdraws all of it")]
    by: Annotated[Ref, Field(description="your position that signs it")]
    reason: Annotated[Text, Field(description="why; sealed, for those entitled")]
