"""What whoever was offered a call-in is shown: what it is, how their offer stands, and what they can answer."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.calling_in import CallIn
from muster.domain.calling_offers import Offer, Offering
from muster.domain.contact import CALLED, Contact, offer_key
from muster.domain.force import Unit
from muster.ports import Views


@dataclass(frozen=True, slots=True)
class AboutOffer:
    """The call-in that a contact is about. ``deadline``: until when the offer is answered. ``place``: the member's on
    the list when it was offered; None for whoever runs it. ``state`` None for them too; ``why``: why it is not the
    member's. ``says``: what the contact tells. What the call-in is for is not told: it may be somebody's health."""

    call_in: str
    kind: str
    where: str
    since: datetime
    until: datetime
    deadline: datetime
    place: int | None
    state: str | None
    why: str | None
    says: str


def about_offer(views: Views, contact: Contact) -> AboutOffer | None:
    """What a contact about a call-in is about; None for any other contact."""
    if contact.purpose not in CALLED:
        return None
    call_in = views.row(CallIn, contact.subject)
    offering = views.row(Offering, f"{contact.subject}/{contact.step}")
    if call_in is None or offering is None:
        return None
    offer = views.row(Offer, offer_key(contact)) if contact.purpose != "returns" else None
    unit = views.row(Unit, call_in.unit)
    return AboutOffer(
        call_in=call_in.call_in,
        kind=call_in.kind,
        where=unit.name if unit else call_in.unit,
        since=call_in.since,
        until=call_in.until,
        deadline=offering.deadline,
        place=offer.place if offer else None,
        state=offer.state if offer else None,
        why=offer.why if offer else None,
        says=contact.says,
    )


def can_answer(contact: Contact, about: AboutOffer) -> bool:
    """Whether an offer can still be answered by this contact."""
    return contact.purpose == "offer" and about.state == "open"
