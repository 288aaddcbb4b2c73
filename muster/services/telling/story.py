"""The story: what happened, told from the facts of the record alone."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.provenance import STATED
from muster.services.telling.duty_story import DUTY_TELLERS
from muster.services.telling.hours_story import HOURS_TELLERS, HOURS_UNTOLD
from muster.services.telling.names import Names, sentence
from muster.services.telling.people_story import PEOPLE_TELLERS, PEOPLE_TOGETHER
from muster.services.telling.period_story import PERIOD_TELLERS
from muster.services.telling.reach_story import OF_ORDERS, REACH_TELLERS, REACH_TOGETHER, REACH_UNTOLD, subject_of
from muster.services.telling.tasking_story import TASKING_TELLERS, TOLD_TOGETHER, returned
from muster.services.telling.told import Several, Teller, Told, told

TELLERS: Final[dict[str, Teller]] = {
    **DUTY_TELLERS,
    **HOURS_TELLERS,
    **PERIOD_TELLERS,
    **TASKING_TELLERS,
    **PEOPLE_TELLERS,
    **REACH_TELLERS,
}
TOGETHER: Final[dict[str, Several]] = {**TOLD_TOGETHER, **PEOPLE_TOGETHER, **REACH_TOGETHER}
UNTOLD: Final = {
    "scenario.begun": "the heading of the story says it",
    STATED: "who states a line stands in the margin",
    "career.changed": "the former rank ends when the new one is told",
    "squad_place.changed": "the appointment that moves a member to another squad is told",
    "squad_place.entered": "the appointment that moves a member to another squad is told",
    **HOURS_UNTOLD,
    **REACH_UNTOLD,
}
"""Kinds of facts that the story passes over, and why. Any other kind that it does not know it names as such."""
OF_AN_ORDER: Final = ("tasking.received", "tasking.offered", "tasking.closed", "escalation.started", *OF_ORDERS)
"""Facts about the many taskings of an order are told together; the order itself and its returns tell the rest."""
Sentence = tuple[datetime, str, list[int]]


class Story:
    """Tells facts in sentences, from the record as it was when each was recorded."""

    def __init__(self, views: Views, zone: ZoneInfo) -> None:
        self.views = views
        self.zone = zone
        self._orders: dict[str, str | None] = {}

    def knows(self, kind: str) -> bool:
        """Whether it has words for facts of a kind, or passes over them."""
        return kind in TELLERS or kind in TOGETHER or kind in UNTOLD or kind in OF_ORDERS

    def tell(self, facts: Sequence[Recorded]) -> Iterator[Sentence]:
        """Sentences about these facts in order, each with its instant and the facts it stands on. Facts of one kind
        that follow each other are told together where there are many."""
        several = [told(fact, names) for names, fact in self._with_names(facts)]
        for key, group in groupby(several, key=self._together):
            yield from self._group(key, list(group))

    def _with_names(self, facts: Sequence[Recorded]) -> Iterator[tuple[Names, Recorded]]:
        """Each fact with the names of when it was recorded; facts of one transaction share them."""
        for recorded_at, group in groupby(facts, key=lambda f: f.recorded_at):
            names = Names(self.views, self.zone, datetime.fromisoformat(recorded_at))
            yield from ((names, fact) for fact in group)

    def _together(self, t: Told) -> tuple[str, str, datetime]:
        """What facts that are told in one sentence have in common."""
        return *self._kind_and_about(t), t.at

    def _kind_and_about(self, t: Told) -> tuple[str, str]:
        order = self._order_of(t.fact) if t.fact.kind in (*OF_AN_ORDER, *REACH_UNTOLD) else None
        if order is not None:
            return "order", order
        if t.fact.kind == "contact.sent":
            return t.fact.kind, "/".join(t.fact.stream.split("/")[1:3])  # what it is about, and for what purpose
        about = t.fact.stream if t.fact.kind == "tasking.told" else ""
        return t.fact.kind, about

    def _group(self, key: tuple[str, str, datetime], several: list[Told]) -> Iterator[Sentence]:
        kind = key[0]
        if kind == "order":
            yield from self._order(key[1], several)
        elif kind in TOGETHER:
            said = TOGETHER[kind](several)
            if said is not None:
                yield several[0].at, sentence(said), [t.fact.seq for t in several]
        elif kind not in UNTOLD:
            yield from (one for t in several for one in self._one(t))

    def _order(self, order: str, several: list[Told]) -> Iterator[Sentence]:
        """The facts about taskings of an order: those of one kind in one sentence."""
        by_kind: dict[str, list[Told]] = {}
        for t in several:
            by_kind.setdefault(t.fact.kind, []).append(t)
        for kind, alike in by_kind.items():
            said = (
                returned(alike)
                if kind == "tasking.closed"
                else OF_ORDERS[kind](alike, order)
                if kind in OF_ORDERS
                else None
            )
            if said is not None:
                yield alike[0].at, sentence(said), [t.fact.seq for t in alike]

    def _one(self, t: Told) -> Iterator[Sentence]:
        teller = TELLERS.get(t.fact.kind)
        said = f"Recorded: {t.fact.kind} ({t.fact.stream})." if teller is None else teller(t)
        if said is not None:
            yield t.at, sentence(said), [t.fact.seq]

    def _order_of(self, fact: Recorded) -> str | None:
        """The order of which the fact's tasking is one of many; None for any other fact."""
        noun, _, key = fact.stream.partition("/")
        name = key if noun == Tasking.NOUN else subject_of(fact.stream)
        if name is None:
            return None
        if name not in self._orders:
            tasking = self.views.row(Tasking, name)
            self._orders[name] = None if tasking is None else tasking.order
        return self._orders[name]
