"""What goes over the wire, as OpenAPI describes it."""

from datetime import datetime
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from muster.domain.contact import Purpose
from muster.services.answers import Refusal, Word
from muster.services.contact_page import ContactPage

Code = Literal[
    Refusal, "no-token", "no-such-contact", "too-many", "unavailable", "malformed", "too-long", "not-found", "method",
    "not-entitled", "key-used",
]  # fmt: skip


class Model(BaseModel):
    """Says all of its fields, and takes no others."""

    model_config = ConfigDict(extra="forbid")


class Happened(Model):
    """Something that happened to the tasking."""

    at: datetime
    says: str


class Deputy(Model):
    """Somebody of the same unit to whom it can be handed now."""

    position: str
    says: str


class About(Model):
    """The tasking that a contact is about."""

    tasking: str
    what: str
    where: str
    giver: Annotated[str | None, Field(description="who ordered it; null: nobody, it came in")]
    deadline: Annotated[datetime | None, Field(description="null: now")]
    owner: Annotated[str, Field(description="the position that owns it now, and who holds it")]
    accepted: Annotated[bool, Field(description="whether somebody has taken it on")]
    mine: Annotated[bool, Field(description="whether that is the member of this contact")]
    result: Annotated[str | None, Field(description="how it was closed; null: it is open")]
    happened: list[Happened]


class Offered(Model):
    """The call-in that a contact is about."""

    call_in: str
    kind: Annotated[str, Field(description="call-in: from off duty; hold-over: past the end of the tour")]
    where: str
    since: datetime
    until: datetime
    deadline: Annotated[datetime, Field(description="until when it is answered; being first gives nothing")]
    place: Annotated[int | None, Field(description="on the list when it was offered; null for whoever runs it")]
    state: Annotated[str | None, Field(description="of the member's offer: open, willing, refused, awarded, ...")]
    why: Annotated[str | None, Field(description="why it is not the member's")]
    says: Annotated[str, Field(description="what the contact tells")]


class ContactState(Model):
    """A contact, as its member may see it."""

    contact: str
    purpose: Purpose
    member: str
    position: str | None
    says: Annotated[str, Field(description="why this member")]
    zone: Annotated[str, Field(description="in which the people of the force read clocks")]
    about: Annotated[About | None, Field(description="null: a test of the channel, or a call-in")]
    offer: Annotated[Offered | None, Field(description="null: it is about no call-in")]
    received_at: datetime | None
    answer: Annotated[str | None, Field(description="what the member answered, on whatever channel")]
    answered_at: datetime | None
    answered_by: Annotated[str | None, Field(description="the channel of that answer")]
    words: Annotated[list[Word], Field(description="what can be answered now")]
    deputies: list[Deputy]


class Given(Model):
    """An answer."""

    word: Word
    reason: Annotated[str | None, Field(max_length=2000, description="why; needed to refuse a tasking")] = None
    to: Annotated[str | None, Field(max_length=64, description="position or member, for handed and not-me")] = None
    once: Annotated[
        str | None, Field(max_length=64, description="a word of yours: the same answer sent again does no more")
    ] = None


class Taken(Model):
    """An answer that was taken."""

    ok: Literal[True] = True
    says: str
    contact: Annotated[ContactState | None, Field(description="null where the link can show nothing any more")]


class Problem(Model):
    """Every refusal, of every kind, has this one shape."""

    ok: Literal[False] = False
    status: int
    code: Code
    error: Annotated[str, Field(description="what to tell the person")]


def state_of(page: ContactPage) -> ContactState:
    """A page for programs."""
    contact, about, used = page.contact, page.about, page.used
    return ContactState(
        contact=contact.key,
        purpose=cast(Purpose, contact.purpose),  # one of its choices
        member=contact.member,
        position=contact.position,
        says=contact.says,
        zone=page.zone.key,
        about=None if about is None else About.model_validate(about, from_attributes=True),
        offer=None if page.offer is None else Offered.model_validate(page.offer, from_attributes=True),
        received_at=page.received_at,
        answer=used.answer if used else None,
        answered_at=used.answered_at if used else None,
        answered_by=used.channel if used else None,
        words=list(page.words),
        deputies=[Deputy(position=d.position, says=d.says) for d in page.deputies],
    )
