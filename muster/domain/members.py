"""Members: who they are, their ranks and qualifications, what they hold, where they serve, how to reach them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

from muster.domain.force import UNTIL
from muster.domain.schema import Row, choice, column, instant, maybe_ref, ref, text, whole

CHANNELS: Final = ("telephone", "e-mail", "sms", "chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Row):
    """A person in the force."""

    NOUN: ClassVar[str] = "member"
    FILE: ClassVar[str] = "members.csv"

    member: str = ref("short name or number of the member", key=True)
    name: str = text("how the member is called on lists")
    joined: date | None = column("date", "first day in the force", default=None)
    born: date | None = column("date", "date of birth, where the force keeps it here", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Career(Row):
    """A member had a rank for a time."""

    NOUN: ClassVar[str] = "career"
    FILE: ClassVar[str] = "careers.csv"

    member: str = ref("the member", to="member", key=True)
    rank: str = ref("the rank", to="rank", key=True)
    since: datetime = instant("first instant in the rank", key=True)
    until: datetime | None = instant(UNTIL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification(Row):
    """A member may do something that not everybody may, for a time."""

    NOUN: ClassVar[str] = "qualification"
    FILE: ClassVar[str] = "qualifications.csv"

    member: str = ref("the member", to="member", key=True)
    qualification: str = ref("what it is", key=True)
    since: datetime = instant("first instant at which it holds", key=True)
    until: datetime | None = instant("first instant at which it has lapsed; empty: does not lapse", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Row):
    """A member holds a position, substantive or acting."""

    NOUN: ClassVar[str] = "appointment"
    FILE: ClassVar[str] = "appointments.csv"

    position: str = ref("the position", to="position", key=True)
    member: str = ref("the member who holds it", to="member", key=True)
    kind: str = choice("substantive, or acting until somebody is appointed", "substantive", "acting", key=True)
    since: datetime = instant("first instant at which it holds", key=True)
    until: datetime | None = instant(UNTIL, default=None)
    instrument: str | None = text("the order that made it; required when acting", default=None)
    limits: str | None = text("limits of an acting appointment, in words", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(Row):
    """A member serves under another unit for a time: commanded there, missing at home."""

    NOUN: ClassVar[str] = "attachment"
    FILE: ClassVar[str] = "attachments.csv"

    member: str = ref("the member", to="member", key=True)
    unit: str = ref("the unit served under", to="unit", key=True)
    since: datetime = instant("first instant of the attachment", key=True)
    until: datetime | None = instant(UNTIL, default=None)
    squad: str | None = maybe_ref(
        "the squad of that unit whose chart the member follows; empty: no schedule", to="squad"
    )
    tour: str | None = maybe_ref("instead of a squad's chart: the tour worked there on each day", to="tour")
    reason: str | None = text("why, for those entitled", default=None, sealed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence(Row):
    """A member is away. The reason is for those entitled to it; others read until when."""

    NOUN: ClassVar[str] = "absence"
    FILE: ClassVar[str] = "absences.csv"

    member: str = ref("the member", to="member", key=True)
    kind: str = choice(
        "what sort of absence",
        "leave",
        "sick",
        "training",
        "court",
        "military",
        "suspended",
        "terminal-leave",
        key=True,
    )
    since: datetime = instant("first instant of the absence", key=True)
    until: datetime | None = instant("first instant back; empty: not known", default=None)
    reason: str | None = text("in words, for those entitled", default=None, sealed=True)
    request: str | None = maybe_ref("the request by which leave was granted; empty: entered by itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint(Row):
    """A way to reach a member."""

    NOUN: ClassVar[str] = "contact_point"
    FILE: ClassVar[str] = "contact-points.csv"

    member: str = ref("the member", to="member", key=True)
    channel: str = choice("how it reaches the member", *CHANNELS, key=True)
    order: int = whole("which is tried first", least=1, most=99, default=1)
    address: str = text("number or address", sealed=True)
