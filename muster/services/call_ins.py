"""Call-ins and hold-overs: opened, asked and ordered by the contract's order, each answer with the list as it was."""

from datetime import datetime, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import COMES, Asked, CallIn, CallInAnswer, DoNotCall, asked_in, in_time
from muster.domain.calling_list import Line, OvertimeList, Part
from muster.domain.calling_offers import Offer, Offering, can_be_decided
from muster.domain.contracts import CallInRule, contract_named
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.force import Rank, Unit
from muster.domain.instants import local_text
from muster.domain.presence import holds
from muster.domain.valid import valid
from muster.domain.wording import few
from muster.ports import Record, Views
from muster.services.calling import listed
from muster.services.duty import ends_after, hold_over, keep, known_member, known_unit, status
from muster.services.entitled import Reader
from muster.services.offices import force_of, must_speak_for, offices_of, units_above

MOST_NAMED: Final = 5
LONGEST: Final = timedelta(hours=24)


def open_call_in(record: Record, call_in: CallIn) -> CallIn:
    """A need is opened, by somebody in office in the unit or above it. Raises ``Refused`` for a name that is taken."""
    checked(record, call_in)
    if record.row(CallIn, call_in.call_in) is not None:
        raise Refused(f"call-in {call_in.call_in!r} is in the record already; give another name")
    must_run(record, call_in.opened_by, call_in.unit, call_in.at)
    return keep(record, call_in)


def checked(views: Views, call_in: CallIn) -> CallIn:
    """The call-in, if it can be one. Raises ``Unknown``, ``Invalid`` and ``Refused``."""
    valid(call_in)
    unit = known_unit(views, call_in.unit)
    contract_named(call_in.contract, views.rows(CallInRule))
    if unit.civil or not holds(unit, call_in.since):
        raise Refused(f"unit {unit.unit}: has no tours then; nobody is called in to it")
    until = local_text(call_in.until, ZoneInfo(force_of(views).zone))
    ranks = [r.rank for r in sorted(views.rows(Rank), key=lambda r: (r.standing, r.rank))]
    require(
        f"call-in to {call_in.unit}",
        *ends_after(views, call_in.until, call_in.since),
        Check("until", until, call_in.length <= LONGEST, "must be at most 24 h after its start"),
        Check("rank", repr(call_in.rank), call_in.rank in (None, *ranks), f"must be one of {', '.join(ranks)}"),
    )
    return call_in


def next_name(views: Views, unit: str) -> str:
    """A name for the next call-in of a unit: ``PCT-047-C1``, ``PCT-047-C2``, ..."""
    taken = {c.call_in for c in views.rows(CallIn, unit=unit)}
    return next(name for number in count(len(taken) + 1) if (name := f"{unit}-C{number}") not in taken)


def contract_of(views: Views) -> str:
    """The contract that holds in the force."""
    return force_of(views).contract


def named(views: Views, name: str, known_at: datetime | None = None) -> CallIn:
    """The call-in. Raises ``Unknown``."""
    found = views.row(CallIn, name, known_at=known_at)
    if found is None:
        raise Unknown(f"call-in {name!r} is not in the record: it must be one of those that were opened for a unit")
    return found


def must_run(views: Views, by: str, unit: str, at: datetime) -> None:
    """Raise ``Refused`` unless a member holds a command or tour position in the unit or above it."""
    known_member(views, by)
    places = {unit, *(u.unit for u in units_above(views, unit))}
    if not any(o.position.unit in places for o in offices_of(views, by, at) if o.kind in ("command", "tour")):
        raise Refused(f"{by} holds no command or tour position in {unit} or above it: somebody who does has to do it")


def answer(
    record: Record, name: str, member: str, what: str, by: str, at: datetime, why: str | None = None
) -> CallInAnswer:
    """What came of asking or ordering a member is recorded, with the list as it was. Safe to repeat.

    Whoever is on duty and ordered to stay is also held over. Raises ``Refused`` for an acceptance or an order past
    somebody who comes first, or of somebody whom the contract bars, unless ``why`` says the reason; and for somebody
    whom the hours rules bar, an absence, or other duty, whatever the reason.
    """
    call_in = named(record, name)
    known_member(record, member)
    if by != member or what == "ordered":
        must_run(record, by, call_in.unit, at)
    if by == member and what == "ordered":
        raise Refused(f"{by} does not order themselves: somebody else does, or they accept")
    _must_be_time(record, call_in, what, at)
    found, part = listed(record, call_in, at).list, part_of(what)
    line = found.line(part, member)
    said = CallInAnswer(
        call_in=name,
        member=member,
        at=at,
        what=what,
        by=by,
        why=why,
        place=line.place if line else None,
        ahead=tuple(found.ahead_of(part, member)),
        digest=found.digest,
    )
    valid(said)
    known = record.row(CallInAnswer, said.key)
    if known is not None:
        return known
    _must_follow(record, found, said, _all_said(record, call_in, at))
    keep(record, said)
    wake(record, name, at)
    if what == "ordered" and call_in.kind == "hold-over" and _is_on_duty(record, call_in, member):
        hold_over(record, member, call_in.since, f"ordered: call-in {name}")
    return said


def running(views: Views, name: str) -> Offering | None:
    """The round of offers of a call-in that runs; None where none does."""
    return next((o for o in views.rows(Offering, call_in=name) if o.runs), None)


def wake(record: Record, name: str, at: datetime) -> None:
    """Have the round of offers that runs decided at once, where it can go on by what was said by now."""
    offering = running(record, name)
    if offering is None:
        return
    offers = record.rows(Offer, call_in=name, round=offering.round)
    said = [a for a in record.rows(CallInAnswer, call_in=name) if a.at >= offering.at]
    comes = any(a.what in COMES and a.member not in {o.member for o in offers if o.state == "awarded"} for a in said)
    if comes or can_be_decided(offers, {a.member for a in said}):
        record.append([offering.due("hastened", at, record.now)])


def part_of(what: str) -> Part:
    """The part of the list to which an answer belongs."""
    return "order" if what == "ordered" else "offer"


def _is_on_duty(views: Views, call_in: CallIn, member: str) -> bool:
    return status(views, member, call_in.since - timedelta(minutes=1)).state == "on-duty"


def _must_be_time(views: Views, call_in: CallIn, what: str, at: datetime) -> None:
    zone = ZoneInfo(force_of(views).zone)
    if at < call_in.at:
        raise Refused(f"call-in {call_in.call_in} was opened {local_text(call_in.at, zone)}: nobody answered it before")
    if what == "no-show" and at < call_in.since:
        raise Refused(f"call-in {call_in.call_in} begins {local_text(call_in.since, zone)}: nobody is missing before")
    if what in COMES and at >= call_in.until:
        raise Refused(
            f"call-in {call_in.call_in} was over {local_text(call_in.until, zone)}: nobody comes to it any more"
        )


def _all_said(views: Views, call_in: CallIn, at: datetime) -> Asked:
    """All that was said in a call-in by now, at later instants than this one too: notes may be late."""
    answers = views.rows(CallInAnswer, call_in=call_in.call_in)
    return asked_in([call_in], answers, max(at, views.now))[call_in.call_in]


def _must_follow(views: Views, found: OvertimeList, said: CallInAnswer, by_now: Asked) -> None:
    """Raise ``Refused`` for what cannot follow: an answer out of order, or of somebody who is barred."""
    line, last = found.line(part_of(said.what), said.member), by_now.last_of(said.member)
    before, came = last and last.what, by_now.comes(said.member)
    if last is not None and in_time(said) < in_time(last):
        zone = ZoneInfo(force_of(views).zone)
        raise Refused(
            f"{said.member} is noted for {said.call_in} at {local_text(last.at, zone)} already: {last.what}; give a "
            "later time, or take that back first"
        )
    if said.what in ("no-show", "excused") and not came:
        raise Refused(
            f"{said.member} was to come to {said.call_in} neither by accepting nor by order: {before or 'not asked'}"
        )
    if came and said.what not in ("no-show", "excused"):
        more = "" if said.what in COMES else "; they are excused, or do not come"
        raise Refused(f"{said.member} is to come to {said.call_in} already: {before}{more}")
    if said.what not in COMES:
        return
    _must_be_free(views, found, said, line)
    offer = found.line("offer", said.member)
    if said.what == "ordered" and offer is not None and offer.is_open and not said.why:
        raise Refused(f"{said.member} was not asked to come of their own accord; say why not")
    if said.ahead and not said.why:
        are = "is" if len(said.ahead) == 1 else "are"
        first = few(said.ahead, MOST_NAMED)
        raise Refused(f"{said.member} is not next: {first} {are} before them; say why they are passed")
    if not by_now.missing and not said.why:
        raise Refused(f"call-in {said.call_in}: as many as are needed come already; say why one more")


def _must_be_free(views: Views, found: OvertimeList, said: CallInAnswer, line: Line | None) -> None:
    if line is None:
        raise Refused(f"{said.member} is not on the list of {said.call_in}; see who is")
    if line.reason is None or (line.reason.waivable and said.why):
        return
    call_in = named(views, said.call_in)
    entitled = Reader(views, said.by, said.at).may_read(said.member, call_in.unit)
    says = line.reason.says if entitled else line.reason.public
    more = "; say why all the same" if line.reason.waivable else ""
    raise Refused(f"{said.member} is passed over: {says}{more}")


def do_not_call(record: Record, said: DoNotCall) -> DoNotCall:
    """A member does not want to be asked, as they or a superior say."""
    known_member(record, said.member)
    known_member(record, said.stated_by)
    must_speak_for(record, said.stated_by, said.member, said.since)
    require(f"member {said.member}", *ends_after(record, said.until, said.since))
    return keep(record, said)


def for_viewer(views: Views, found: OvertimeList, unit: str, viewer: str | None) -> OvertimeList:
    """The list as a member may read it: reasons that touch health, rest or leave are for the member themselves and
    for commanders of the unit or above. None: as it is. Raises ``Unknown``."""
    if viewer is None:
        return found
    return found if Reader(views, viewer, found.at).commands(unit) else found.for_everyone(viewer)


def if_unit(views: Views, name: str, known_at: datetime | None = None) -> list[CallIn] | None:
    """The call-ins of a unit, the newest first; None where the name is that of a call-in, or of no unit."""
    if views.row(CallIn, name, known_at=known_at) is not None or views.row(Unit, name, known_at=known_at) is None:
        return None
    return sorted(views.rows(CallIn, known_at=known_at, unit=name), key=lambda c: (c.at, c.call_in), reverse=True)


def opened_by(views: Views, call_in: CallIn, at: datetime) -> datetime:
    """The instant, if the call-in was open by then. Raises ``Refused``."""
    if at < call_in.at:
        opened = local_text(call_in.at, ZoneInfo(force_of(views).zone))
        raise Refused(
            f"call-in {call_in.call_in} was opened {opened}: it has no list before; give that time or a later one"
        )
    return at
