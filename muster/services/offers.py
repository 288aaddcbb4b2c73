"""Offers of a call-in: made to many at once and carried to them by Reach, and answered by link, page or telephone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.asking import rests_until
from muster.domain.calling_in import CallIn
from muster.domain.calling_offers import STANDS, Offer, Offering, in_order
from muster.domain.calling_told import Telling
from muster.domain.contact import CALLED, Contact, offer_key
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.instants import local_text
from muster.domain.moment import Moment
from muster.ports import Record, Views
from muster.services.call_ins import answer, must_run, named, running, wake
from muster.services.calling import listed
from muster.services.offices import force_of
from muster.services.reach import Channels
from muster.services.snapshots import snapshot

MOST: Final = 200
SAYS: Final = {
    "willing": "Noted: you are willing. The order of the list decides, not who was first; you are told then",
    "refused": "Noted: you do not want to. You are not asked about this again",
}
"""What is said to whoever answers an offer."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round of offers as it stands, the offers by their places on the list, with the contacts about them."""

    offering: Offering
    offers: tuple[Offer, ...]
    contacts: tuple[Contact, ...]


def offer(record: Record, name: str, most: int, deadline: datetime, by: str, at: datetime) -> Round:
    """Offer a call-in to the first of its list, at most so many, all at once; they answer until the deadline.

    Raises ``Refused`` while another round runs, where nobody is needed any more or left to be asked, and unless ``by``
    runs call-ins of the unit; ``Invalid`` for a number or a deadline that cannot be.
    """
    call_in = named(record, name)
    must_run(record, by, call_in.unit, at)
    _must_be_possible(record, call_in, most, deadline, at)
    found = listed(record, call_in, at).list
    lines = [line for line in found.offers if line.is_open][:most]
    if not found.missing:
        raise Refused(f"call-in {name}: as many as are needed come already")
    if not lines:
        raise Refused(f"call-in {name}: nobody is left to be asked; {found.next_words}")
    number = max((o.round for o in record.rows(Offering, call_in=name)), default=0) + 1
    offering = Offering(
        call_in=name, round=number, by=by, at=at, deadline=deadline, digest=found.digest, due_at=deadline
    )
    offers = [
        Offer(call_in=name, round=number, member=line.member, at=at, place=line.place, digest=found.digest)
        for line in lines
    ]
    contacts = _contacts(record, Telling(call_in, offering, at), offers)
    record.append([offering.made(), *(o.made() for o in offers), *(c.queued() for c in contacts)])
    return Round(offering, tuple(offers), tuple(contacts))


def _must_be_possible(record: Record, call_in: CallIn, most: int, deadline: datetime, at: datetime) -> None:
    zone = ZoneInfo(force_of(record).zone)
    if at < call_in.at:
        raise Refused(f"call-in {call_in.call_in} was opened {local_text(call_in.at, zone)}: it is not offered before")
    now = running(record, call_in.call_in)
    if now is not None:
        ends = local_text(now.deadline, zone)
        raise Refused(f"call-in {call_in.call_in}: round {now.round} of its offers runs until {ends}")
    require(
        f"call-in {call_in.call_in}",
        Check("to", most, 1 <= most <= MOST, f"must be from 1 to {MOST}"),
        Check("deadline", local_text(deadline, zone), deadline > max(at, record.now), "must be still to come"),
        Check("deadline", local_text(deadline, zone), deadline < call_in.until, "must be before the call-in is over"),
    )


def _contacts(record: Record, of: Telling, offers: Sequence[Offer]) -> list[Contact]:
    """Whoever is in protected rest is asked when it ends, if that leaves the force's minutes to answer; else with the
    others. An offer can be left unanswered and the place is kept, so it begins no rest anew."""
    members = [o.member for o in offers]
    moment = Moment(snapshot(record, [], at=of.at, members=members), of.at)
    least = timedelta(minutes=force_of(record).answer_minutes)
    ways = Channels(record)
    ways.read(members)
    found: list[Contact] = []
    for each in offers:
        rest = rests_until(moment, each.member)
        waits = rest is not None and rest + least <= of.offering.deadline
        found += of.asks(each.member, each.place, ways(each.member), rest if waits and rest is not None else of.at)
    return found


def offer_of(views: Views, contact: Contact) -> Offer:
    """The offer that a contact brings. Raises ``Unknown``."""
    found = views.row(Offer, offer_key(contact))
    if found is None:
        raise Unknown(f"{contact.member} was offered nothing in round {contact.step} of call-in {contact.subject}")
    return found


def must_fit(views: Views, contact: Contact, word: str) -> None:
    """Raise ``Refused`` for an answer that no offer has, and where the offer ended before it was answered."""
    if word not in SAYS:
        raise Refused(f"this is an offer: it is answered willing or refused, and not {word}")
    must_be_open(offer_of(views, contact))


def must_be_open(offered: Offer) -> None:
    """Raise ``Refused`` where an offer ended before it was answered, or was."""
    if offered.state != "open":
        why = f": {offered.why}" if offered.why else ""
        raise Refused(f"this offer needs no answer any more{why}")


def take(record: Record, offered: Offer, word: str, at: datetime) -> None:
    """The member of an offer is willing, or refuses. Who refuses stands on the list as having refused; who is willing
    only once it is theirs. Raises ``Refused`` for an offer that is over, or was made only later."""
    if at < offered.at:
        raise Refused("this was offered only later: nobody answered it before")
    record.append([offered.answered(word, at)])
    if word == "refused":
        answer(record, offered.call_in, offered.member, "refused", offered.member, at)
    else:
        wake(record, offered.call_in, at)


def asked_now(rounds: Iterable[Round]) -> dict[str, str]:
    """How it stands with everybody who is asked in a round that runs, in words."""
    return {o.member: STANDS[o.state] for each in rounds if each.offering.runs for o in each.offers}


def rounds_of(views: Views, name: str, known_at: datetime | None = None) -> list[Round]:
    """The rounds of offers of a call-in, in order of time."""
    offers = views.rows(Offer, known_at=known_at, call_in=name)
    sent = [c for c in views.rows(Contact, known_at=known_at, subject=name) if c.purpose in CALLED]
    found = sorted(views.rows(Offering, known_at=known_at, call_in=name), key=lambda o: o.round)
    return [
        Round(
            o,
            tuple(in_order(each for each in offers if each.round == o.round)),
            tuple(c for c in sent if c.step == o.round),
        )
        for o in found
    ]
