"""Offers of a call-in as lines of text."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from muster.domain.calling_offers import STANDS, Offer, Offering
from muster.domain.instants import dated_text
from muster.services.offer_why import OfferWhy
from muster.services.offers import Round


def offered_lines(made: Round, zone: ZoneInfo) -> list[str]:
    """To whom it was offered, and by which channels."""
    o, ends = made.offering, dated_text(made.offering.deadline, zone)
    head = f"{o.call_in}: offered to {len(made.offers)} at once, round {o.round}; answers by {ends}"
    return [head, *(f"{each.place:>5}  {each.member}: {_ways(made, each)}" for each in made.offers)]


def _ways(made: Round, offer: Offer) -> str:
    found = [(c.channel, c.due_at) for c in made.contacts if c.member == offer.member]
    if not found:
        return "NO CONTACT POINT: tell them, and note what they say with 'muster call-in answer'"
    return ", then ".join(channel for channel, _ in found)


def round_lines(rounds: Sequence[Round], zone: ZoneInfo) -> Iterator[str]:
    """The rounds of offers of a call-in: who was asked, and how that stands."""
    for each in rounds:
        yield f"  {_head(each.offering, zone)}:"
        yield from (f"  {_offer_line(o, zone)}{_reached(each, o)}" for o in each.offers)


def _head(o: Offering, zone: ZoneInfo) -> str:
    made, ends = dated_text(o.at, zone), dated_text(o.deadline, zone)
    return f"offers, round {o.round}, by {o.by} {made}, answers by {ends}: {'runs' if o.runs else 'over'}"


def _offer_line(o: Offer, zone: ZoneInfo) -> str:
    answered = f" (answered {dated_text(o.answered_at, zone)})" if o.answered_at else ""
    why = f": {o.why}" if o.why else ""
    return f"{o.place:>5}  {o.member}  {STANDS[o.state]}{answered}{why}"


def _reached(each: Round, offer: Offer) -> str:
    """How far the member was reached, where that is not plain from an answer."""
    mine = [c for c in each.contacts if c.member == offer.member]
    asks = [c for c in mine if c.purpose == "offer"]
    if offer.state in ("open", "not-reached"):
        sent = ", ".join(c.channel for c in asks if c.state == "sent")
        read = "; read" if any(c.received_at for c in asks) else ""
        return f" (sent by {sent}{read})" if sent else " (nothing could be sent)" if asks else " (no contact point)"
    told = [c for c in mine if c.purpose == "outcome"]
    if offer.state == "awarded" and told:
        return "; has read it" if any(c.received_at for c in told) else "; HAS NOT YET READ IT"
    return ""


def offer_why_lines(found: OfferWhy, zone: ZoneInfo) -> Iterator[str]:
    """The round in which a member was asked, everybody in the order of the award, and whether the record gives it."""
    yield f"  {_head(found.offering, zone)}; fact {found.fact}; the award goes by the place, not by the time:"
    for each in found.offers:
        yield f"  {'>' if each.member == found.mine.member else ' '} {_offer_line(each, zone).lstrip()}"
    if found.proved:
        yield f"  as recorded then: the list, digest {found.offering.digest[:16]}, and that they are the first on it"
    else:
        yield "  NOT AS RECORDED THEN: the offers are of another list; another version of Muster made it, or nobody did"
