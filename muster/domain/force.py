"""The force as an organisation: itself, its ranks, units, titles, positions and who covers whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from muster.domain.schema import Row, choice, column, flag, instant, maybe_ref, ref, text, whole

SINCE = "first instant at which the row holds; empty: always has"
UNTIL = "first instant at which it no longer holds; empty: no end is known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Force(Row):
    """The whole organisation; exactly one row, written in ``force.toml``."""

    NOUN: ClassVar[str] = "force"
    FILE: ClassVar[str] = "force.toml"

    force: str = ref("short name of the force", key=True)
    name: str = text("its name in full")
    zone: str = text("IANA time zone in which its people read clocks, like America/New_York")
    levels: tuple[str, ...] = column("texts", "levels of units from the top down; a unit's parent is of a higher level")
    profile: str = text("hours rules that hold: a shipped profile or one of hours.csv", default="muster-advisory")
    contract: str = text(
        "who is called in or held over first: a shipped contract or one of call-in.csv", default="equalisation"
    )
    work_period_days: int | None = whole(
        "days of a work period, for overtime by 29 CFR 553.230; empty: another rule of pay holds",
        least=7,
        most=28,
        default=None,
    )
    work_period_from: date | None = column("date", "first day of one of these work periods", default=None)
    activity: str = choice(
        "whose column of that table", "law-enforcement", "fire-protection", default="law-enforcement"
    )
    country: str = text("ISO code of the country whose public holidays are no business days")
    subdivision: str | None = text("ISO code of the state or province, for its own holidays", default=None)
    withdrawal_business_days: int = whole(
        "a separation may be withdrawn until so many business days before it takes effect", least=0, most=60, default=1
    )
    answer_minutes: int = whole(
        "somebody who is asked has so many minutes to answer before the next is asked", least=1, most=120, default=5
    )
    test_days: int = whole(
        "each channel of whoever holds a command or tour position is tested every so many days; 0: only when asked",
        least=0,
        most=366,
        default=0,
    )
    repeat_minutes: int = whole(
        "a plan that ended unanswered begins again after so many minutes", least=1, most=120, default=5
    )
    span_of_control: int | None = whole(
        "so many members on a tour answer to one supervisor, at most; empty: 10, as a consent decree has it",
        least=1,
        most=99,
        default=None,
    )
    span_source: str | None = text("the order, contract or decree that sets it", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank(Row):
    """A rank, with its standing."""

    NOUN: ClassVar[str] = "rank"
    FILE: ClassVar[str] = "ranks.csv"

    rank: str = ref("short name of the rank", key=True)
    name: str = text("its name in full")
    standing: int = whole("higher outranks lower", least=0, most=1000)
    supervises: bool = flag("whether the rank has supervisory authority", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Row):
    """A node of the tree. Civil authority stands at its top: it gives directives and never takes command."""

    NOUN: ClassVar[str] = "unit"
    FILE: ClassVar[str] = "units.csv"

    unit: str = ref("short name of the unit", key=True)
    name: str = text("its name in full")
    level: str = text("one of the levels of force.toml")
    parent: str | None = maybe_ref("the unit it belongs to; empty only for the top of the tree", to="unit")
    civil: bool = flag("civil authority: no ranks, no tours, never in command", default=False)
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Row):
    """What a position is called and what kind of position that makes it."""

    NOUN: ClassVar[str] = "title"
    FILE: ClassVar[str] = "titles.csv"

    title: str = ref("short name of the title", key=True)
    name: str = text("what people call it")
    kind: str = choice(
        "command: keeps its authority off duty; tour: filled for one tour; line: a place on the establishment; "
        "civil: an office of civil authority",
        "command",
        "tour",
        "line",
        "civil",
    )
    standing: int = whole("orders tour titles: higher may decide what lower may not", least=0, most=1000, default=0)
    supervises: bool = flag("a tour title whose holder supervises members without a sergeant", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Row):
    """An authorised place in a unit; a line has as many places as the establishment authorises."""

    NOUN: ClassVar[str] = "position"
    FILE: ClassVar[str] = "positions.csv"

    position: str = ref("short name of the position", key=True)
    unit: str = ref("the unit it belongs to", to="unit")
    title: str = ref("its title", to="title")
    order: int = whole(
        "place in the unit's order of succession; the lowest command position heads the unit", least=1, most=999
    )
    places: int = whole("how many members may hold it at once", least=1, most=100_000, default=1)
    takes_watch: bool = flag("whether its holder may take the watch of the unit", default=True)
    rank: str | None = maybe_ref("the lowest rank that may hold it substantively", to="rank")
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering(Row):
    """A tour position that covers a unit which is not its own."""

    NOUN: ClassVar[str] = "covering"
    FILE: ClassVar[str] = "covering.csv"

    position: str = ref("the tour position that covers", to="position", key=True)
    unit: str = ref("the unit that is covered", to="unit", key=True)
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)
