"""Why an offer became somebody's, or not: the round as the record has it, with the list of then read again."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.calling_list import OvertimeList
from muster.domain.calling_offers import Offer, Offering, in_order
from muster.domain.record import Recorded
from muster.ports import Views
from muster.services.as_of import Before
from muster.services.call_ins import named
from muster.services.calling import listed


@dataclass(frozen=True, slots=True)
class OfferWhy:
    """A round in which a member was asked: all its offers in the order of the award, the member's own, the fact that
    it began. ``proved``: the list of then, read from the record just before that fact, is the one whose digest stands
    in every offer, and those who were asked are the first on it who could be."""

    offering: Offering
    offers: tuple[Offer, ...]
    mine: Offer
    fact: int
    proved: bool


def offer_why(
    views: Views, member: str, name: str | None, at: datetime, known_at: datetime | None = None
) -> OfferWhy | None:
    """The last round up to the instant in which the member was asked, of this call-in or of any; None: in none."""
    if name is None:
        offers = views.rows(Offer, known_at=known_at, member=member)
    else:
        offers = views.rows(Offer, known_at=known_at, member=member, call_in=name)
    mine = max((o for o in offers if o.at <= at), key=lambda o: (o.at, o.call_in, o.round), default=None)
    if mine is None:
        return None
    offering = views.row(Offering, f"{mine.call_in}/{mine.round}", known_at=known_at)
    assert offering is not None  # they are recorded together
    together = in_order(views.rows(Offer, known_at=known_at, call_in=mine.call_in, round=mine.round))
    fact = next(views.facts(streams=[offering.stream]))
    then = list_of_round(views, offering, fact)
    asked = [(line.member, line.place) for line in then.offers if line.is_open][: len(together)]
    same = {offering.digest, *(o.digest for o in together)} == {then.digest}
    return OfferWhy(
        offering, tuple(together), mine, fact.seq, same and asked == [(o.member, o.place) for o in together]
    )


def list_of_round(views: Views, offering: Offering, fact: Recorded) -> OvertimeList:
    """The list by which a round was offered, read from the record as it was just before the fact that it began."""
    before = Before(views, fact)
    return listed(before, named(before, offering.call_in), offering.at).list
