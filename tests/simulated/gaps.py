"""A tour under its minimum is filled: offered to many, then to all, then ordered, by the contract's order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from muster.domain.calling_in import CallIn
from muster.domain.calling_list import OvertimeList
from muster.domain.calling_offers import Offering
from muster.domain.contact import Contact
from muster.ports import Record
from muster.services import answers, call_ins, duty, offers
from muster.services.answers import Answer, Word
from muster.services.awarding import decide_due
from muster.services.calling import listed
from tests.simulated.life import Life
from tests.simulated.tours import OnTour

FIRST_ROUND, ROUND = 6, timedelta(hours=2, minutes=30)
EVERYBODY: Final = 200
MINUTE: Final = timedelta(minutes=1)
MOST_ORDERED: Final = 40


@dataclass
class Gap:
    """Members missing from a tour, and the call-in for them. ``hard``: a night on which hardly anybody wants to."""

    life: Life
    tour: OnTour
    call_in: CallIn
    hard: bool
    rounds: int = 0

    @property
    def name(self) -> str:
        """The name of the call-in."""
        return self.call_in.call_in

    def offer(self, within: timedelta = ROUND) -> None:
        """Offer it to the first of the list, and the second time to all that are left; they answer in so much time."""
        self.rounds += 1
        most = FIRST_ROUND * self.call_in.needed if self.rounds == 1 else EVERYBODY
        deadline, by = self.life.now + within, self.life.boss()
        made = self.life.try_act(lambda r: offers.offer(r, self.name, min(most, EVERYBODY), deadline, by, r.now))
        if made is None:
            self.life.then(self.life.now, self.order)
            return
        asked = {c.member: c for c in made.contacts if c.purpose == "offer"}
        for each in made.offers:
            says = self.life.chances.says(self.hard)
            if says != "none" and each.member in asked:
                at = self.life.now + timedelta(minutes=self.life.chances.minutes("answered", 2, within // MINUTE - 5))
                word: Word = "willing" if says == "willing" else "refused"
                self.life.then(at, partial(self._answer, asked[each.member], word))
        self.life.then(deadline, lambda: self._over(within))

    def _answer(self, contact: Contact, word: Word) -> None:
        taken = self.life.act(lambda r: answers.answer(r, contact.key, Answer(word), r.now))
        if not taken.ok:
            self.life.refused.append(f"{self.life.now:%m-%d %H:%M} {self.name} {contact.member}: {taken.says}")
        self._decide()

    def _decide(self) -> None:
        """The worker decides what is due."""

        def due(name: str) -> list[str]:
            running = self.life.see(lambda views: views.rows(Offering, call_in=name, state="running"))
            return [o.key for o in running if o.due_at is not None and o.due_at <= self.life.now]

        keys = due(self.name)
        if keys:
            self.life.act(lambda record: decide_due(record, keys))

    def _over(self, within: timedelta) -> None:
        """A round is over: another one, or orders, or it is done."""
        self._decide()
        if self.list().missing:
            self.offer(within) if self.rounds == 1 else self.order()
        else:
            self.done()

    def list(self) -> OvertimeList:
        """The list as it is now."""
        return self.life.see(lambda views: listed(views, call_ins.named(views, self.name), views.now).list)

    def order(self, why: str | None = None) -> None:
        """Order one after the other, as the list says. ``why``: why nobody is asked before."""
        for _ in range(MOST_ORDERED):
            found = self.list()
            after = found.next if why is None else next((x for x in found.orders if x.is_open), None)
            if not found.missing or after is None:
                break
            if after.part == "offer":
                self._note(after.member, self._on_the_telephone())
            else:
                reached = self.call_in.kind == "hold-over" or self.life.chances.happens(
                    "reached", self.life.chances.rates.answers_order
                )
                self._note(after.member, "ordered" if reached else "not-reached", why)
        self.done()

    def order_one(self, member: str, why: str) -> None:
        """Order somebody, for a reason."""
        self._note(member, "ordered", why)

    def _on_the_telephone(self) -> str:
        says = self.life.chances.says(self.hard)
        return {"willing": "accepted", "none": "not-reached"}.get(says, says)

    def _note(self, member: str, what: str, why: str | None = None) -> None:
        by = self.life.boss()
        self.life.act(lambda r: call_ins.answer(r, self.name, member, what, by, r.now, why))

    def coming(self) -> set[str]:
        """Who is to come."""
        found = self.life.see(lambda views: listed(views, call_ins.named(views, self.name), views.now))
        return set(found.case.asked.coming)

    def done(self) -> None:
        """Those who are to come do, most of them, when it begins; who stays after a tour goes when it is over."""
        if self.call_in.kind == "call-in":
            self.life.then(self.call_in.since, self._begin)
            return
        for member in sorted(self.coming()):
            self.tour.stays.add(member)
            self.life.then(self.call_in.until, partial(self._may_go, member))

    def _begin(self) -> None:
        for member in sorted(self.coming()):
            if self.life.see(partial(duty.status, member=member, at=self.life.now)).state == "absent":
                self._note(member, "excused")
            elif self.life.chances.happens("comes", self.life.chances.rates.comes):
                self.tour.joins.add(member)
            else:
                self._note(member, "no-show")

    def _may_go(self, member: str) -> None:
        self.life.try_act(lambda r: duty.sign_off(r, member, r.now))


def open_gap(life: Life, tour: OnTour, kind: str, span: tuple[datetime, datetime], needed: int) -> Gap:
    """Open a call-in for so many officers, by whoever runs the precinct now."""
    by = life.boss()
    contract = life.see(call_ins.contract_of)

    def opened(record: Record) -> CallIn:
        wanted = CallIn(
            call_in=call_ins.next_name(record, life.unit), unit=life.unit, kind=kind, since=span[0], until=span[1],
            needed=needed, rank="PO", contract=contract, opened_by=by, at=record.now, why=f"for {tour.name}",
        )  # fmt: skip
        return call_ins.open_call_in(record, wanted)

    hard = life.chances.happens("hard night", life.chances.rates.hard_night)
    return Gap(life, tour, life.act(opened), hard)
