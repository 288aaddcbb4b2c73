"""Call-ins as somebody meets them: those of a unit, one with its list and its offers, running one, and what they are
offered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import ANSWERS, CallIn, CallInAnswer, DoNotCall
from muster.domain.calling_list import OvertimeList
from muster.domain.calling_offers import Offer
from muster.domain.contact import Contact
from muster.domain.contracts import CallInRule
from muster.domain.duty import Squad, SquadPlace, TimeRecord, Waiver
from muster.domain.errors import Invalid, NotEntitled
from muster.domain.force import Position, Rank
from muster.domain.instants import local_text
from muster.domain.members import Absence, Appointment, Attachment, Career, Member, Qualification
from muster.domain.published import Published
from muster.domain.separation import Separation
from muster.ports import Record, Views
from muster.services import answers, call_ins, offers
from muster.services.acts import member_of
from muster.services.bearing import Bearing
from muster.services.calling import listed
from muster.services.desk import Kept
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.offers import Round, rounds_of
from muster.services.offices import force_of, unit_named, units_above
from muster.services.tasking_acts import Done

OFFER_WORDS: Final[tuple[answers.Word, ...]] = ("willing", "refused")
KINDS: Final = ("call-in", "hold-over")
NOT_OPENED: Final = "not-opened"
"""The name of a call-in that is only thought of."""
KEPT: Final = 32
"""So many lists are kept, those asked for last."""
BEARING: Final = frozenset(
    noun.NOUN
    for noun in (
        CallIn, CallInAnswer, DoNotCall, CallInRule, Member, Appointment, Attachment, Absence, Career, Qualification,
        Position, Squad, SquadPlace, TimeRecord, Waiver, Separation, Published,
    )
)  # fmt: skip
"""Nouns of which a fact may change a list at once."""


@dataclass(frozen=True, slots=True)
class CallInSeen:
    """A call-in, opened or only thought of, with its list as somebody may read it. ``runs``: they may run it."""

    call_in: CallIn
    list: OvertimeList
    rounds: Sequence[Round]
    runs: bool


@dataclass(frozen=True, slots=True)
class UnitCallIns:
    """The call-ins of a unit, the newest first; ``ranks`` that can be asked for. ``runs``: they may open one."""

    unit: str
    name: str
    call_ins: Sequence[CallIn]
    ranks: Sequence[str]
    runs: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody is offered: the call-in, the offer, until when it is answered."""

    call_in: CallIn
    offer: Offer
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody says is needed in a unit; the rest of a call-in follows."""

    unit: str
    kind: str
    since: datetime
    until: datetime
    needed: int = 1
    rank: str | None = None
    why: str | None = None


class Lists:
    """Lists of call-ins as they are now, the last few, for all who look at them. What bears on one makes it anew, and
    so does each minute: that somebody signed on or off, which happens all the time somewhere, is seen by then. Threads
    may share it."""

    def __init__(self) -> None:
        self._bearing, self._kept = Bearing(BEARING.__contains__), Kept[OvertimeList](KEPT)

    def of(self, views: Views, call_in: CallIn, at: datetime, known_at: datetime | None) -> OvertimeList:
        """The list at an instant; as known at another, or of a need that is thought of just now, it is found anew."""
        if known_at is not None or call_in.at >= at:
            return listed(views, call_in, at, known_at).list
        key = (call_in, self._bearing.newest(views), at.replace(second=0, microsecond=0))
        return self._kept.once(key, lambda: listed(views, call_in, at).list)


def of_unit(views: Views, unit: str, viewer: Viewer, known_at: datetime | None = None) -> UnitCallIns:
    """The call-ins of a unit. Raises ``NotEntitled`` and ``Unknown``."""
    name = unit_named(views, unit, known_at).name
    if unit not in viewer.sees:
        raise not_entitled(views, f"who is called in to {unit}", unit, commands=False)
    ranks = [r.rank for r in sorted(views.rows(Rank, known_at=known_at), key=lambda r: (r.standing, r.rank))]
    found = call_ins.if_unit(views, unit, known_at) or []
    return UnitCallIns(unit, name, found, ranks, runs(views, unit, viewer))


def runs(views: Views, unit: str, viewer: Viewer) -> bool:
    """Whether somebody may run the call-ins of a unit, by the positions that they hold now."""
    return viewer.runs({unit, *(u.unit for u in units_above(views, unit))})


def call_in_named(views: Views, name: str, viewer: Viewer, known_at: datetime | None = None) -> CallIn:
    """The call-in. Raises ``NotEntitled``, also where there is none: that is not told either."""
    found = views.row(CallIn, name, known_at=known_at)
    if found is None or found.unit not in viewer.sees:
        raise NotEntitled(
            f"call-in {name[:64]!r} is for those who serve in its unit, or hold a position there or above it: they can "
            f"show it to you, and whoever commands the unit can appoint you"
        )
    return found


def call_in_seen(
    views: Views, lists: Lists, call_in: CallIn, viewer: Viewer, at: datetime, known_at: datetime | None = None
) -> CallInSeen:
    """A call-in with its list at an instant, at the latest as it was when it was over: reasons that touch health, rest
    or leave are for those who command the unit now, and of themselves for everybody."""
    found = lists.of(views, call_in, min(at, call_in.until), known_at)
    if call_in.unit not in viewer.commands:
        found = found.for_everyone(viewer.member or "")
    rounds = [r for r in rounds_of(views, call_in.call_in, known_at) if r.offering.at <= at]
    return CallInSeen(call_in, found, rounds, runs(views, call_in.unit, viewer))


def thought_of(views: Views, viewer: Viewer, need: Need, name: str = NOT_OPENED) -> CallIn:
    """The call-in that it would be. Raises ``Invalid`` for what is none, or is over."""
    if need.kind not in KINDS:
        raise Invalid(f"kind {need.kind[:40]!r} must be {' or '.join(KINDS)}")
    if need.until <= views.now:
        until = local_text(need.until, ZoneInfo(force_of(views).zone))
        raise Invalid(f"until {until} must be to come: nobody can be called in to what is over")
    return CallIn(
        call_in=name,
        unit=need.unit,
        kind=need.kind,
        since=need.since,
        until=need.until,
        needed=need.needed,
        rank=need.rank,
        contract=call_ins.contract_of(views),
        opened_by=member_of(viewer),
        at=views.now,
        why=need.why,
    )


def opened(record: Record, viewer: Viewer, need: Need) -> CallIn:
    """The call-in that is opened; the same one where that is said twice. Raises ``NotEntitled``, and as
    ``open_call_in`` does."""
    of_unit(record, need.unit, viewer)
    new = thought_of(record, viewer, need, call_ins.next_name(record, need.unit))
    there = [c for c in record.rows(CallIn, unit=need.unit) if replace(new, call_in=c.call_in, at=c.at) == c]
    return there[0] if there else call_ins.open_call_in(record, new)


def offered(record: Record, viewer: Viewer, name: str, to: int, deadline: datetime) -> Round:
    """It is offered to the first of its list, at most so many. Raises ``NotEntitled``, and as ``offer`` does."""
    call_in_named(record, name, viewer)
    return offers.offer(record, name, to, deadline, member_of(viewer), record.now)


def noted(record: Record, viewer: Viewer, name: str, member: str, what: str, why: str | None) -> None:
    """What came of asking or ordering somebody is noted. Raises ``NotEntitled``, and as ``answer`` does."""
    call_in_named(record, name, viewer)
    if what not in ANSWERS:
        raise Invalid(f"what came of it {what[:40]!r} must be one of {', '.join(ANSWERS)}")
    call_ins.answer(record, name, member, what, member_of(viewer), record.now, why)


def offered_to(views: Views, member: str, at: datetime) -> list[Offered]:
    """What a member is offered and has not answered yet, the first deadline first."""
    found = []
    for offer in views.rows(Offer, member=member, state="open"):
        offering = next(r.offering for r in rounds_of(views, offer.call_in) if r.offering.round == offer.round)
        if offering.runs and offering.deadline > at:
            found.append(Offered(call_ins.named(views, offer.call_in), offer, offering.deadline))
    return sorted(found, key=lambda o: (o.deadline, o.call_in.call_in))


def answer_offer(record: Record, viewer: Viewer, name: str, said: str) -> Done:
    """Whoever was offered a call-in is willing, or refuses: as by the link in the message, where there was one; that it
    was not taken is then recorded. Raises ``NotEntitled`` for somebody who was offered nothing, ``Invalid`` and
    ``Refused``."""
    word = next((w for w in OFFER_WORDS if w == said), None)
    if word is None:
        raise Invalid(f"answer {said[:40]!r} must be one of {', '.join(OFFER_WORDS)}")
    member, at = member_of(viewer), record.now
    mine = [o for o in record.rows(Offer, call_in=name, member=member)]
    if not mine:
        raise NotEntitled(
            f"nothing was offered to you in {name[:64]!r}: whoever runs call-ins of the unit can offer it"
        )
    offered = max(mine, key=lambda o: o.round)
    sent = record.rows(Contact, subject=name, member=member, purpose="offer", step=offered.round)
    if not sent:
        offers.must_be_open(offered)
        offers.take(record, offered, word, at)
        return Done()
    answered = answers.answer(record, min(sent, key=lambda c: c.key).key, answers.Answer(word), at)
    return Done(answered.says, answered.refusal)
