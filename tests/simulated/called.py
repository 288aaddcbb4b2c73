"""Whether every call-in went by the contract: each list is worked out again as the facts stood when somebody was asked,
came or was ordered."""

from collections.abc import Iterator, Sequence

from tests.services.fairness import Said
from tests.simulated.beliefs import Beliefs
from tests.simulated.calls import COMES, Calls
from tests.simulated.lists import WAIVABLE, Listing, Place


def misgiven(facts: Sequence[Said], beliefs: Beliefs) -> Iterator[str]:
    """Everything in the call-ins that does not follow from what was believed then. ``beliefs`` is taken along from the
    first fact to the last."""
    calls = Calls({}, {})
    for number, said in enumerate(facts):
        if said.kind == "offering.made":
            yield from _offered(Listing(beliefs, calls, said.key[0], said.at), said, _offers(facts, number))
        if said.kind == "call_in_answer.entered" and said.body["what"] in COMES:
            yield from _came(Listing(beliefs, calls, said.body["call_in"], said.at), said)
        beliefs.take(said)
        calls.take(said)


def _offers(facts: Sequence[Said], number: int) -> list[Said]:
    """The offers that were made with a round."""
    found = []
    for said in facts[number + 1 :]:
        if said.kind != "offer.made":
            break
        found.append(said)
    return found


def _offered(listing: Listing, begun: Said, offers: Sequence[Said]) -> Iterator[str]:
    """Those asked are the first of the list who can be, at their places."""
    first = [(p.member, p.place) for p in listing.part("offer") if p.open][: len(offers)]
    asked = sorted(((o.body["member"], o.body["place"]) for o in offers), key=lambda each: each[1])
    if asked != first:
        odd = next((pair for pair in zip(asked, first, strict=False) if pair[0] != pair[1]), (asked, first))
        yield f"{begun.seq}: {listing.name} asked {odd[0]}, where the contract has {odd[1]}"
    if listing.calls.missing(listing.name) == 0:
        yield f"{begun.seq}: {listing.name} was offered, and nobody was needed"


def _came(listing: Listing, said: Said) -> Iterator[str]:
    """Who comes has the place that was recorded, is barred by nothing that cannot be gone past, and those ahead are as
    the record says; past them, or past the contract, a reason was given."""
    member, what, why = said.body["member"], said.body["what"], said.body.get("why")
    part = "order" if what == "ordered" else "offer"
    places = listing.part(part)
    mine = next((p for p in places if p.member == member), None)
    if mine is None:
        yield f"{said.seq}: {member} {what} {listing.name} and is not on its list"
        return
    if mine.place != said.body.get("place"):
        yield f"{said.seq}: {member} stands at {mine.place} of {listing.name}, recorded at {said.body.get('place')}"
    if mine.reason is not None and not (why and mine.reason in WAIVABLE):
        yield f"{said.seq}: {member} {what} {listing.name}, who is passed over: {mine.reason}"
    ahead = _ahead(listing, part, places, mine)
    if ahead != set(said.body.get("ahead", ())):
        yield f"{said.seq}: ahead of {member} in {listing.name} are {sorted(ahead)}, recorded {said.body.get('ahead')}"
    waits = ahead - _offered_to(listing, said) if what == "accepted" else ahead
    if waits and not why:
        yield f"{said.seq}: {member} {what} {listing.name} before {sorted(waits)}, and no reason was given"
    if listing.calls.missing(listing.name) == 0 and not why:
        yield f"{said.seq}: {member} {what} {listing.name}, and nobody was needed"


def _ahead(listing: Listing, part: str, places: Sequence[Place], mine: Place) -> set[str]:
    first = {p.member for p in listing.part("offer") if p.open} if part == "order" else set()
    return (first | {p.member for p in places if p.open and p.place < mine.place}) - {mine.member}


def _offered_to(listing: Listing, said: Said) -> set[str]:
    """Awards of a round give their reason in the round itself, which ``fairness`` looks at."""
    return set() if not str(said.body.get("why", "")).startswith("willing") else {*listing.pool()}
