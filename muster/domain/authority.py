"""Authority as data: who decides a matter, what was delegated, who may supersede whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muster.domain.force import SINCE, UNTIL
from muster.domain.schema import Row, choice, flag, instant, maybe_ref, ref, text, whole

NO_LIMIT = "empty: no limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter(Row):
    """A kind of business."""

    NOUN: ClassVar[str] = "matter"
    FILE: ClassVar[str] = "matters.csv"

    matter: str = ref("short name of the matter", key=True)
    name: str = text("what people call it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Row):
    """Units of a level decide a matter up to limits; above them it goes up one level."""

    NOUN: ClassVar[str] = "authority"
    FILE: ClassVar[str] = "authority.csv"

    matter: str = ref("the matter", to="matter", key=True)
    level: str = text("the level that decides it", key=True)
    max_people: int | None = whole(f"people taking part, at most; {NO_LIMIT}", least=0, most=10_000_000, default=None)
    max_hours: int | None = whole(f"hours it lasts, at most; {NO_LIMIT}", least=0, most=8760, default=None)
    max_members: int | None = whole(f"members needed, at most; {NO_LIMIT}", least=0, most=1_000_000, default=None)
    lowest_tour: str | None = maybe_ref("lowest tour title that may decide it; empty: none may", to="title")
    notify_at_once: bool = flag("whether the commander must be told at once, even at rest", default=False)
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation(Row):
    """A unit moves its authority over a matter down to a unit below it, in writing, with limits and an end."""

    NOUN: ClassVar[str] = "delegation"
    FILE: ClassVar[str] = "delegations.csv"

    delegation: str = ref("short name of the delegation", key=True)
    from_unit: str = ref("the unit that has the authority", to="unit")
    to_unit: str = ref("the unit below it that receives it", to="unit")
    matter: str = ref("the matter", to="matter")
    max_people: int | None = whole(f"people taking part, at most; {NO_LIMIT}", least=0, most=10_000_000, default=None)
    max_hours: int | None = whole(f"hours it lasts, at most; {NO_LIMIT}", least=0, most=8760, default=None)
    max_members: int | None = whole(f"members needed, at most; {NO_LIMIT}", least=0, most=1_000_000, default=None)
    since: datetime = instant("from when")
    until: datetime = instant("until when; a delegation ends")
    instrument: str = text("the order that made it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersession(Row):
    """Whether the holders of a title may supersede whoever is in command below them, or only advise.

    A force without such rows lets every superior in the chain supersede.
    """

    NOUN: ClassVar[str] = "supersession"
    FILE: ClassVar[str] = "supersession.csv"

    title: str = ref("the title", to="title", key=True)
    may: str = choice("what its holder may do", "supersede", "advise")
    source: str | None = text("the rule it comes from", default=None)
