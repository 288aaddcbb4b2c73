"""The award of a call-in that was offered to many: by the order of the list, and never by who was faster."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from muster.domain.calling_case import Case, Person
from muster.domain.calling_in import COMES, CallInAnswer, asked_in
from muster.domain.calling_list import OvertimeList, said_since
from muster.domain.calling_offers import STATES, Offer, Offering, in_order
from muster.domain.record import Fact, entered
from muster.domain.valid import valid

ENOUGH: Final = "as many as are needed come, by the order of the list"
NO_ANSWER: Final = "no answer to the offer by its deadline"
OVER: Final = "what it was offered for is over"


@dataclass(frozen=True, slots=True)
class Came:
    """What came of an offer at this instant: the state it ended in, and why, for everybody to read."""

    offer: Offer
    state: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """What is decided of a round at an instant. ``over``: nothing of it is open any more; ``left``: the list as it is
    then, which says who is next."""

    facts: tuple[Fact, ...]
    came: tuple[Came, ...]
    over: bool
    left: OvertimeList


class Awarding:
    """One round at an instant. What it notes changes the list, and with it the place and digest of what follows."""

    def __init__(
        self,
        case: Case,
        people: Mapping[str, Person],
        found: OvertimeList,
        offering: Offering,
        offers: Iterable[Offer],
    ) -> None:
        self._case, self._people, self._list = case, people, found
        self._offering, self._offers = offering, in_order(offers)
        self._facts: list[Fact] = []
        self._came: list[Came] = []

    @property
    def _late(self) -> bool:
        return self._case.at >= self._offering.deadline

    def decide(self) -> Award:
        """Note whom nobody reached by the deadline; give it to those willing, in order, as far as everybody before
        them has answered; and end what is left once nothing is to be waited for."""
        self._settle_noted()
        if self._late:
            self._lapse()
        waits = self._give()
        over = not waits or not self._list.missing
        if over:
            self._end_the_rest()
            self._facts.append(self._offering.closed(self._why_over(), self._list.missing, self._case.at))
        else:
            self._facts.append(self._offering.due("waited", self._case.at, self._offering.deadline))
        return Award(tuple(self._facts), tuple(self._came), over, self._list)

    def _why_over(self) -> str:
        if not self._list.missing:
            return ENOUGH
        return OVER if self._is_over else NO_ANSWER if self._late else "everybody has answered"

    def _open(self) -> Sequence[Offer]:
        done = {came.offer.member for came in self._came}
        return [o for o in self._offers if o.state in ("open", "willing") and o.member not in done]

    def _settle_noted(self) -> None:
        """What somebody has noted since of a member, as after a telephone call, stands before the link."""
        for offer in self._open():
            last = self._case.asked.last_of(offer.member)
            if last is not None and last.at >= offer.at:
                state = "awarded" if last.what in COMES else last.what if last.what in STATES else "passed"
                self._end(offer, state, f"noted by {last.by}: {last.what}")

    def _lapse(self) -> None:
        for offer in self._open():
            if offer.state == "open":
                if self._is_open(offer):
                    self._note(offer, "not-reached", NO_ANSWER)
                self._end(offer, "not-reached", NO_ANSWER)

    def _give(self) -> bool:
        """Go through the offers in order; whether somebody's answer is still waited for."""
        for offer in self._open():
            if not self._list.missing or self._is_over:
                return False
            if offer.state == "open":
                return True
            why = self._bar(offer)
            if why is None:
                self._note(offer, "accepted", f"willing; offered in round {offer.round} at place {offer.place}")
                self._end(offer, "awarded")
            else:
                self._end(offer, "passed", why)
        return False

    @property
    def _is_over(self) -> bool:
        return self._case.at >= self._case.call_in.until

    def _end_the_rest(self) -> None:
        """Who is not needed any more: willing, but after those who come; or not heard of yet."""
        why = OVER if self._is_over else f"{ENOUGH}: {', '.join(self._case.asked.coming)}"[:500]
        for offer in self._open():
            self._end(offer, "passed" if offer.state == "willing" else "spared", why)

    def _is_open(self, offer: Offer) -> bool:
        line = self._list.line("offer", offer.member)
        return line is not None and line.is_open

    def _bar(self, offer: Offer) -> str | None:
        """Why a willing member cannot have it as things are now; None: they can."""
        line = self._list.line("offer", offer.member)
        if line is None:
            return "not on the list any more"
        if line.reason is not None:
            return f"passed over: {line.reason.public}"
        return None if line.is_open else f"{line.said} before it was offered"

    def _end(self, offer: Offer, state: str, why: str | None = None) -> None:
        self._came.append(Came(offer, state, why))
        self._facts.append(offer.ended(state, self._case.at, why))

    def _note(self, offer: Offer, what: str, why: str) -> None:
        """Note an answer with the list as it is, and bring the list up to it."""
        line = self._list.line("offer", offer.member)
        said = CallInAnswer(
            call_in=offer.call_in,
            member=offer.member,
            at=self._case.at,
            what=what,
            by=self._offering.by,
            why=why,
            place=line.place if line else None,
            ahead=tuple(self._list.ahead_of("offer", offer.member)),
            digest=self._list.digest,
        )
        self._facts.append(entered(valid(said), None, self._case.at))
        asked = self._case.past[offer.call_in]
        now = asked_in([asked.call_in], [*asked.answers, said], self._case.at)
        self._case = replace(self._case, past={**self._case.past, **now})
        if offer.member in self._people:
            self._list = said_since(self._case, self._list, self._people[offer.member])


def names_of(came: Iterable[Came], state: str) -> Iterator[str]:
    """The members whose offers ended in a state, in order."""
    return (each.offer.member for each in came if each.state == state)
