"""What those with an account send to act, and what they are answered."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from muster.api.account_models import Read
from muster.api.forms import Day, Flag, Instant, Ref, Text, whole
from muster.api.models import Model
from muster.services.tasking_acts import Act


class Receive(Model):
    """A tasking to be received."""

    what: Annotated[Text, Field(description="what must be decided or done")]
    matter: Ref
    place: Annotated[Ref, Field(description="the unit in which it is")]
    kind: Literal["incident", "planned", "request", "gap"] = "incident"
    deadline: Annotated[Instant | None, Field(description="by when it must be decided; null: now")] = None
    people: Annotated[int | None, whole(0, 10_000_000)] = None
    hours: Annotated[int | None, whole(0, 8760)] = None
    members: Annotated[int | None, whole(0, 1_000_000)] = None
    giver: Annotated[Ref | None, Field(description="of a directive: your position that gives it, to `receiver`")] = None
    receiver: Annotated[Ref | None, Field(description="of a directive: a position or unit")] = None
    reason: Annotated[Text | None, Field(description="why; needed past the chain")] = None
    dry_run: Annotated[Flag, Field(description="only tell where it would go: nothing is done, and no key kept")] = False


class Level(Read):
    """A level of the chain."""

    unit: str
    name: str
    position: str | None


class Received(Model):
    """Where a tasking went, or would go, and why."""

    ok: Literal[True] = True
    tasking: Annotated[str | None, Field(description="its name; null: it was a dry run")]
    says: str
    competent_unit: str
    owner: str
    decides: Annotated[str, Field(description="the position that decides it")]
    member: Annotated[str | None, Field(description="who holds it; null: nobody")]
    decides_at: Annotated[datetime | None, Field(description="when they can; null: nobody before the deadline")]
    late: bool
    notify_at_once: bool
    skipped_above: list[Level]
    competent_below: list[Level]
    why: list[str]


class TaskingAnswer(Model):
    """What you say to a tasking."""

    word: Act
    position: Annotated[
        Ref | None,
        Field(description="yours in which; needed to take over and to send; null: the one that the tasking concerns"),
    ] = None
    reason: Annotated[
        Text | None,
        Field(description="why; needed to refuse, and to send past the chain; to close: how it ended, needed"),
    ] = None
    to: Annotated[
        Ref | None,
        Field(
            description="to whom: to hand it on, a position below yours, or who is to be asked instead of you; to "
            "send it, a position or unit"
        ),
    ] = None


class OfferAnswer(Model):
    """What you say to work that was offered to you."""

    word: Literal["willing", "refused"]


class Leave(Model):
    """You ask for leave."""

    first: Day
    last: Annotated[Day, Field(description="the last day, included")]
    reason: Annotated[Text | None, Field(description="why; sealed, for those entitled")] = None


class Swap(Model):
    """You ask to give a tour to another, and to take one of theirs."""

    day: Annotated[Day, Field(description="the day of the tour to give")]
    other: Annotated[Ref, Field(description="the member to whom")]
    back: Annotated[Day | None, Field(description="the day of the tour to take in return; null: none")] = None
    reason: Annotated[Text | None, Field(description="why; sealed, for those entitled")] = None


class Preference(Model):
    """You would rather have a tour, or not have it."""

    first: Day
    last: Annotated[Day, Field(description="the last day, included")]
    tour: Annotated[Text, Field(description="a tour, or `off`")]
    wanted: Flag = True
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    reason: Annotated[Text | None, Field(description="why; sealed, for those entitled")] = None


class RequestAnswer(Model):
    """What you say to a request that you are a party to."""

    word: Literal["consent", "refuse", "withdraw"]
    reason: Annotated[Text | None, Field(description="why; sealed, for those entitled")] = None


class Decision(Model):
    """How a request is decided."""

    verdict: Literal["granted", "declined"]
    by: Annotated[Ref, Field(description="your position that decides")]
    reason: Annotated[Text, Field(description="why; sealed, for those entitled")]
    short: Annotated[Flag, Field(description="also where a tour is left under its minimum, which is recorded")] = False


class Amend(Model):
    """An entry of the published roster is to be another."""

    member: Ref
    day: Day
    tour: Annotated[Text, Field(description="a tour, or `off`")]
    reason: Annotated[Text, Field(description="why")]
    by: Annotated[Ref, Field(description="your position that amends it, and signs what it waives")]
    waive: Annotated[tuple[Ref, ...], Field(description="rules that it may cross: each that it does is waived")] = ()
    rest_owed_hours: Annotated[int, whole(0, 999), Field(description="needed where a rule is waived")] = 0


class Tour(Model):
    """A tour of a unit, by the day on which it begins."""

    tour: Ref
    day: Day


class RollCall(Tour):
    """Who is there. Taken again, only what changed is recorded."""

    everybody: Annotated[Flag, Field(description="whoever is not named otherwise is there")] = False
    present: tuple[Ref, ...] = ()
    missing: Annotated[tuple[Ref, ...], Field(description="they have not come")] = ()
    late: Annotated[dict[Ref, Instant], Field(default_factory=dict, description="since when, by member")]
    joined: Annotated[tuple[Ref, ...], Field(description="there without being on the schedule")] = ()
    assign: Annotated[
        dict[Ref, Ref], Field(default_factory=dict, description="the sector to which somebody is sent, by member")
    ]


class Dismiss(Tour):
    """The tour is over for whoever signed on for it."""

    stay: Annotated[tuple[Ref, ...], Field(description="they are held over")] = ()


class Acted(Model):
    """What was done."""

    ok: Literal[True] = True
    says: str
    about: Annotated[str, Field(description="where to read it: an address below this API")]
