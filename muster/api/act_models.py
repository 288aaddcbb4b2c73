"""What those with an account send to act, and what they are answered."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from muster.api.account_models import Read
from muster.api.forms import Day, Flag, Instant, Ref, Text, whole
from muster.api.models import Model


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

    word: Literal["accept", "refuse", "hand", "take-over"]
    position: Annotated[
        Ref | None, Field(description="your position in which; needed to take over; null: the one that it concerns")
    ] = None
    reason: Annotated[Text | None, Field(description="why; needed to refuse")] = None
    to: Annotated[Ref | None, Field(description="to hand it on: a position below yours")] = None


class SignOn(Model):
    """You are on duty from now on."""

    unit: Ref
    why: Text | None = None


class SignOff(Model):
    """Your duty ends now."""


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


class Acted(Model):
    """What was done."""

    ok: Literal[True] = True
    says: str
    about: Annotated[str, Field(description="where to read it: an address below this API")]
