"""What whoever was contacted is shown: the tasking, whose it is now, what happened to it, and what can be answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.asking import may_be_asked
from muster.domain.contact import Contact
from muster.domain.errors import Refused
from muster.domain.escalating import Reach
from muster.domain.force import Position, Unit
from muster.domain.message import KEPT_BACK
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.answers import Taken, Word, answered_by, must_be_free, must_stand, same_step
from muster.services.contacts import tasking_of
from muster.services.names import Names
from muster.services.offer_page import AboutOffer, about_offer, can_answer
from muster.services.offices import force_of
from muster.services.reach import Channels
from muster.services.tasking_history import Happened, happened_to
from muster.services.tasking_rights import may_take_over
from muster.services.watch import watches_at

MOST_EVENTS = 12
"""So much of what happened is shown, the latest; a phone shows no more at a glance."""


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody of the same unit to whom it can be handed now: the position to name, and who that is."""

    position: str
    says: str


@dataclass(frozen=True, slots=True)
class About:
    """The tasking that a contact is about. ``owner`` names the position and who holds it; ``accepted``: somebody has
    taken it on; ``mine``: that is the member of the contact. ``result`` None: it is open."""

    tasking: str
    what: str
    where: str
    giver: str | None
    deadline: datetime | None
    owner: str
    accepted: bool
    mine: bool
    result: str | None
    happened: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A contact as its member may see it at an instant. ``about`` None: a communication test, or it is about a call-in,
    which is ``offer``. ``used``: the contact by which the member has answered, this one or that of another channel.
    ``words``: what can be answered now."""

    at: datetime
    contact: Contact
    force: str
    zone: ZoneInfo
    asked_as: str | None
    about: About | None
    offer: AboutOffer | None
    used: Contact | None
    received_at: datetime | None
    words: tuple[Word, ...]
    deputies: tuple[Deputy, ...]


def contact_page(views: Views, contact: Contact, at: datetime) -> ContactPage:
    """The page of a contact at an instant. Raises ``LinkOver`` where its link expired, or what it rests on ended."""
    must_stand(views, contact, at)
    force = force_of(views)
    names = Names(views)
    tasking, offer = tasking_of(views, contact), about_offer(views, contact)
    used = answered_by(views, contact)
    received = min((c.received_at for c in same_step(views, contact) if c.received_at is not None), default=None)
    words = tuple(_words(views, contact, tasking, offer, at)) if used is None else ()
    deputies = tuple(_deputies(views, contact, names, at)) if "handed" in words else ()
    return ContactPage(
        at=at,
        contact=contact,
        force=force.name,
        zone=ZoneInfo(force.zone),
        asked_as=names.office(contact.position) if contact.position else None,
        about=None if tasking is None else _about(views, tasking, contact, names, at),
        offer=offer,
        used=used,
        received_at=received,
        words=tuple(w for w in words if (w != "received" or received is None) and (w != "handed" or deputies)),
        deputies=deputies,
    )


def _words(
    views: Views, contact: Contact, tasking: Tasking | None, offer: AboutOffer | None, at: datetime
) -> Iterator[Word]:
    """What can be answered by a link that was not used, in the order of its buttons."""
    if contact.purpose == "offer":
        if offer is not None and can_answer(contact, offer):
            yield from ("willing", "refused", "received")
        return
    if contact.purpose != "decide" or tasking is None:
        yield "received"
        return
    if not tasking.is_open:
        return
    try:
        must_be_free(tasking, contact)
    except Taken:
        if _may_take_over(views, tasking, contact, at):
            yield "taken-over"
        return
    yield from ("accepted", "received", "refused", "handed", "not-me")


def _may_take_over(views: Views, tasking: Tasking, contact: Contact, at: datetime) -> bool:
    if contact.position is None:
        return False
    try:
        may_take_over(views, tasking, contact.member, contact.position, at)
    except Refused:
        return False
    return True


def _deputies(views: Views, contact: Contact, names: Names, at: datetime) -> Iterator[Deputy]:
    """The command and tour positions of the same unit, below this one, one of whose holders can be asked now."""
    mine = views.row(Position, contact.position) if contact.position else None
    if mine is None:
        return
    watches, ways = watches_at(views, [mine.unit], at), Channels(views)
    for position, member in may_be_asked(watches, mine.unit, ways):
        if position.order > mine.order and member != contact.member:
            yield Deputy(position.position, f"{names.title(position)}: {names.member(member)}")


def _about(views: Views, tasking: Tasking, contact: Contact, names: Names, at: datetime) -> About:
    place = views.row(Unit, tasking.place)
    kept_back = KEPT_BACK.get(tasking.kind) if contact.purpose == "notice" else None
    happened = list(happened_to(views, tasking.tasking, names))
    return About(
        tasking=tasking.tasking,
        what=kept_back or tasking.what,
        where=place.name if place else tasking.place,
        giver=names.giver(tasking.giver) if tasking.giver else None,
        deadline=tasking.deadline,
        owner=_owner(views, tasking, names, at),
        accepted=tasking.accepted_by is not None,
        mine=tasking.accepted_by == contact.member,
        result=tasking.result,
        happened=tuple(happened[-MOST_EVENTS:]),
    )


def _owner(views: Views, tasking: Tasking, names: Names, at: datetime) -> str:
    """The position that owns a tasking, and who that is: whoever accepted it, else its holders, of a tour position
    those on duty."""
    people = [tasking.accepted_by] if tasking.accepted_by else []
    position = views.row(Position, tasking.owner)
    if not people and position is not None:
        people = [*Reach(watches_at(views, [position.unit], at), Channels(views)).holders(tasking.owner)]
    return names.office(tasking.owner) + (": " if people else "") + ", ".join(names.member(m) for m in people)
