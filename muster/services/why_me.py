"""Why somebody was asked or ordered: the list as it was then, read from the record, and what was learned since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.calling_list import Line, OvertimeList, Part
from muster.domain.errors import Unknown
from muster.domain.record import Recorded
from muster.ports import Views
from muster.services.as_of import Before
from muster.services.call_ins import for_viewer, named, part_of
from muster.services.calling import listed
from muster.services.duty import known_member
from muster.services.offer_why import OfferWhy, offer_why


@dataclass(frozen=True, slots=True)
class Difference:
    """A member whose line would be another by what the record has learned since."""

    member: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class WhyMe:
    """Why a member was asked or ordered. ``answer`` None: they were not yet, and ``list`` is as it is now; else it is
    as could be known when the answer was recorded, as fact ``fact``. ``proved``: that list is the one that was recorded
    with the answer. ``differences``: what it would be by all that is known now. ``offered``: the last round of offers
    in which they were asked; None: in none."""

    call_in: CallIn
    member: str
    part: Part
    answer: CallInAnswer | None
    fact: int | None
    list: OvertimeList
    ahead: tuple[str, ...]
    proved: bool
    differences: tuple[Difference, ...]
    offered: OfferWhy | None = None


def why_me(
    views: Views,
    member: str,
    name: str | None,
    at: datetime,
    known_at: datetime | None = None,
    viewer: str | None = None,
) -> WhyMe:
    """Why the member is called in, held over or asked: by the last answer up to the instant, in this call-in or in any;
    with the reasons that ``viewer`` may read. Raises ``Unknown`` for a member of whom there is nothing to tell."""
    known_member(views, member, known_at)
    call_in = None if name is None else named(views, name, known_at)
    offered = offer_why(views, member, name, at, known_at)
    answers = [a for a in views.rows(CallInAnswer, known_at=known_at, member=member) if a.at <= at]
    mine = [a for a in answers if call_in is None or a.call_in == call_in.call_in]
    if not mine and call_in is None and offered is not None:
        call_in = named(views, offered.mine.call_in, known_at)
    if not mine and call_in is None:
        raise Unknown(f"member {member} was neither asked nor ordered up to then: name a call-in to see the list")
    if not mine:
        assert call_in is not None
        found = _not_asked(views, member, call_in, at, known_at, viewer)
    else:
        found = _asked(views, max(mine, key=lambda a: (a.at, _fact_of(views, a).seq)), known_at, viewer)
    same = offered is not None and offered.mine.call_in == found.call_in.call_in
    return replace(found, offered=offered if same else None)


def _not_asked(
    views: Views, member: str, call_in: CallIn, at: datetime, known_at: datetime | None, viewer: str | None
) -> WhyMe:
    found = listed(views, call_in, min(max(at, call_in.at), call_in.until), known_at).list
    line = found.line("offer", member)
    ordering = found.next is not None and found.next.part == "order"
    part: Part = "order" if ordering or line is None else "offer"
    seen = for_viewer(views, found, call_in.unit, viewer)
    return WhyMe(call_in, member, part, None, None, seen, tuple(found.ahead_of(part, member)), True, ())


def _asked(views: Views, answer: CallInAnswer, known_at: datetime | None, viewer: str | None) -> WhyMe:
    fact = _fact_of(views, answer)
    before = Before(views, fact)
    call_in = named(before, answer.call_in)
    part = part_of(answer.what)
    found = listed(before, call_in, answer.at).list
    ahead = tuple(found.ahead_of(part, answer.member))
    line = found.line(part, answer.member)
    same = found.digest == answer.digest and ahead == answer.ahead and (line.place if line else None) == answer.place
    now = listed(views, call_in, answer.at, known_at, but=_later_answers(views, found, answer, fact)).list
    seen, now = (for_viewer(views, each, call_in.unit, viewer) for each in (found, now))
    differences = tuple(_differences(seen.part(part), now.part(part)))
    return WhyMe(call_in, answer.member, part, answer, fact.seq, seen, ahead, same, differences)


def _fact_of(views: Views, answer: CallInAnswer) -> Recorded:
    """The fact by which the answer was recorded."""
    return next(views.facts(streams=[answer.stream]))


def _later_answers(views: Views, found: OvertimeList, answer: CallInAnswer, fact: Recorded) -> set[str]:
    """The answers of the same instant, of those on the list, that were not recorded before this one."""
    members = {answer.member, *(line.member for line in (*found.offers, *found.orders))}
    same = (a for a in views.rows(CallInAnswer, member=members) if a.at == answer.at)
    return {a.key for a in same if _fact_of(views, a).seq >= fact.seq}


def _differences(then: Iterable[Line], now: Iterable[Line]) -> Iterator[Difference]:
    before, after = ({line.member: line for line in lines} for lines in (then, now))
    for member in sorted({*before, *after}):
        was, is_ = _told(before.get(member)), _told(after.get(member))
        if was != is_:
            yield Difference(member, was, is_)


def _told(line: Line | None) -> str:
    if line is None:
        return "not on the list"
    return f"place {line.place}, " + (
        f"passed over ({line.reason.rule})" if line.reason else line.said or "to be asked"
    )
