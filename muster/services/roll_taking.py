"""Taking a roll call and dismissing a tour: who is there signs on, who is missing is looked for, all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Final

from muster.domain.candidates import candidates
from muster.domain.duty import Signing
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.members import Member
from muster.domain.presence import MOMENT, DutyFile, planned_turns
from muster.domain.record import Fact, entered
from muster.domain.roll_calls import Roll, RollCall
from muster.domain.roll_taking import Answers, Said, call_of, changes, taken
from muster.domain.schema import to_body
from muster.domain.sectoring import Filled, filled
from muster.domain.span import span_of
from muster.domain.taskings import Tasking
from muster.domain.valid import valid
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.call_ins import must_run
from muster.services.duty import relieved
from muster.services.offices import offices_of, units_above
from muster.services.reach import append
from muster.services.roll_calls import Gathered, gathered
from muster.services.roll_ground import Asked, counts_of
from muster.services.sectors import Sent, away_says, must_be_sendable, sent
from muster.services.watch import watches_at

LONGEST: Final = 60
"""A name has at most 64 characters; a few are left for its number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A roll call once it is taken, and what followed: signings entered and taken back, taskings opened and closed.
    ``before``: who is on duty here still from before the tour; nobody has dismissed them. ``sectors``: who was sent to
    which."""

    call: RollCall
    signed: int
    taken_back: int
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    before: tuple[str, ...]
    sectors: tuple[Filled, ...] = ()


def take(record: Record, asked: Asked, said: Said, by: str) -> Taken:
    """The roll is called: who is there signs on from the beginning of the tour, who came late from then; who did not
    come is off duty, and a tasking to find them is opened, to the one due in the unit. Taken again, only what changed
    is recorded; who has come after all has their tasking closed.

    Raises ``Refused`` for somebody without a command or tour position in the unit or above it, and outside the tour;
    ``Invalid`` for members who cannot be named so; ``Unknown``.
    """
    must_run(record, by, asked.unit, asked.at)
    found = gathered(record, asked, said.named)
    _must_be_time(found.roll, record.now)
    _must_be_known(record, said)
    answers = taken(found.roll, found.lines, found.files, said)
    _must_be_members(found, answers)
    facts = [f for file in found.files.values() for f in changes(found.roll, file, answers, by, asked.at)]
    plan = _sent(record, asked, found, answers, said)
    call = valid(plan.on(call_of(found.roll, answers, by, _position(record, asked, by))))
    before, still = found.roll.call, tuple(x.member for x in found.lines if x.state == "held-over")
    sectors = tuple(filled(plan.sectors, plan.places, plan.led, plan.hands, _away(record, asked, found, answers)))
    if before is not None and not facts and _same(before, call):
        return Taken(before, 0, 0, (), (), still, sectors)
    record.append([*facts, Fact(call.stream, f"{call.NOUN}.taken", asked.at, to_body(call))])
    opened, closed = _opened(record, found.roll, before, call), list(_closed(record, found.roll, before, answers, by))
    append(record, [*(t.received() for t in opened), *(f for _, f in closed)])
    undone = sum(f.kind.endswith(".removed") for f in facts)
    names = tuple(t.tasking for t in opened), tuple(t for t, _ in closed)
    return Taken(call, len(facts) - undone, undone, *names, still, sectors)


def _sent(record: Record, asked: Asked, found: Gathered, answers: Answers, said: Said) -> Sent:
    """Who is sent to which sector: those who came and have not gone since."""
    came = {*answers.present, *answers.late, *answers.joined}
    gone = {x.member for x in found.lines if not (x.is_here or x.is_to_come or x.state == "no-show")}
    here = sorted(came - (gone - set(said.named)))
    must_be_sendable(record, asked, here, said.assign)
    counts = counts_of(record, asked, here)
    limit = span_of(found.state.force)
    return sent(record, asked, {m: counts[m] for m in here}, limit, found.roll.call, said.assign)


def _away(views: Views, asked: Asked, found: Gathered, answers: Answers) -> str:
    """How many officers of the tour are not there once these answers stand, in words."""
    came = {*answers.present, *answers.late}
    lines = [replace(x, state="no-show") if x.member in answers.missing else x for x in found.lines]
    lines = [x for x in lines if x.member not in came or x.state == "signed-off"]
    return away_says(lines, counts_of(views, asked, [x.member for x in lines]))


def _same(before: RollCall, call: RollCall) -> bool:
    return replace(call, at=before.at, by=before.by, position=before.position) == before


def _must_be_time(roll: Roll, now: datetime) -> None:
    if not roll.has_begun:
        raise Refused(f"{roll.begins}: nobody is missing before")
    if roll.at > roll.turn.end:
        raise Refused(f"tour {roll.turn.tour} was over {roll.clock(roll.turn.end)}: its roll is called at a time in it")
    if roll.call is not None and roll.at < roll.call.at:
        raise Refused(f"it was taken {roll.clock(roll.call.at)} already: give that time or a later one")
    if roll.at > now:
        raise Refused(f"{roll.clock(roll.at)} is still to come: take the roll when it has")


def _must_be_known(views: Views, said: Said) -> None:
    names = {*said.named, *said.assign}
    unknown = names - {m.member for m in views.rows(Member, member=names)}
    if unknown:
        raise Unknown(f"no members of the record: {', '.join(sorted(unknown))}; write short names, like M0023")


def _must_be_members(found: Gathered, answers: Answers) -> None:
    """Nobody who has left the force joins a tour."""
    start = found.roll.turn.start
    gone = [m for m in answers.joined if any(s.stands() and s.effective <= start for s in found.files[m].separations)]
    require(found.roll.says, *(Check("attached", m, False, "must still be in the force") for m in sorted(gone)))


def _position(views: Views, asked: Asked, by: str) -> str | None:
    """The position in which the member takes the call: the nearest to the unit."""
    places = [asked.unit, *(u.unit for u in units_above(views, asked.unit))]
    offices = [o.position for o in offices_of(views, by, asked.at) if o.position.unit in places]
    return min(offices, key=lambda p: (places.index(p.unit), p.order)).position if offices else None


def _opened(record: Record, roll: Roll, before: RollCall | None, call: RollCall) -> list[Tasking]:
    """A tasking for each member who is missing and was not before, to the one due in the unit."""
    new = [m for m in call.missing if before is None or m not in before.missing]
    if not new:
        return []
    owner = _owner(watches_at(record, [roll.unit], roll.at), roll.unit)  # with those missing off duty
    return [
        Tasking(
            tasking=_free(record, _stem(roll, member)),
            kind="gap",
            what=f"{member} did not come to tour {roll.turn.tour} of {roll.turn.day} in {roll.unit}: find out why, and "
            "fill the place",
            place=roll.unit,
            competent_unit=roll.unit,
            received_at=roll.at,
            owner=owner,
        )
        for member in new
    ]


def _stem(roll: Roll, member: str) -> str:
    """How the taskings to find the member for this tour are called, the first of them by just this; short enough for a
    name, whatever the force calls its members and tours."""
    name = f"NO-SHOW-{member}-{roll.turn.day:%Y%m%d}-{roll.turn.tour}"
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 13]}-{sha256(name.encode()).hexdigest()[:12]}"


def _named(views: Views, stem: str) -> Iterator[tuple[str, Tasking | None]]:
    """The taskings of these names in the record, and last the first name that none has."""
    for n in count(1):
        name = stem if n == 1 else f"{stem}-{n}"
        tasking = views.row(Tasking, name)
        yield name, tasking
        if tasking is None:
            return


def _free(views: Views, stem: str) -> str:
    """The name, or, where the member was missing before and came, the next like it."""
    return next(name for name, tasking in _named(views, stem) if tasking is None)


def _owner(watches: Watches, unit: str) -> str:
    """The position due in the unit; where nobody is due, the first of the nearest unit that has one."""
    due = watches.due(unit).holder
    if due is not None:
        return due.position
    for level in watches.snapshot.path_up(unit):
        for c in candidates(watches.moment, level.unit):
            return c.position.position
    raise Refused(f"unit {unit}: no position of it or above it could own a tasking to find who is missing; add one")


def _closed(
    record: Record, roll: Roll, before: RollCall | None, answers: Answers, by: str
) -> Iterator[tuple[str, Fact]]:
    """The facts that close the taskings of those who were missing and have come."""
    for member in before.missing if before else ():
        if member not in answers.missing:
            came = answers.late.get(member)
            result = f"came {roll.clock(came)}" if came else "was there: the roll was called again"
            for name, t in _named(record, _stem(roll, member)):
                if t is not None and t.place == roll.unit:
                    yield from ((name, fact) for fact in t.close(result, by, roll.at))


def dismiss(record: Record, asked: Asked, stay: frozenset[str], by: str) -> list[Signing]:
    """The tour is dismissed: whoever signed on for it signs off, at the instant, at the latest when the tour ends;
    those who ``stay`` are held over from then. Safe to repeat. Raises ``Refused``, ``Invalid`` and ``Unknown``."""
    must_run(record, by, asked.unit, asked.at)
    found = gathered(record, asked)
    roll = found.roll
    if asked.at <= roll.turn.start:
        raise Refused(f"{roll.begins}: nobody is dismissed before")
    if asked.at > record.now:
        raise Refused(f"{roll.clock(asked.at)} is still to come: dismiss the tour when it has")
    tour = roll.says.removeprefix("roll call ")
    at, why = min(asked.at, roll.turn.end), f"dismissed, {tour}"
    there = {line.member for line in found.lines if line.state in ("present", "late")}
    must = "must be there, signed on for this tour; who was held over before stays without being named"
    require(f"dismissal of {tour}", *(Check("stay", m, m in there, must) for m in sorted(stay)))
    made = []
    for member in sorted(there):
        file = found.files[member]
        last = file.signings[-1]
        if last.at < at and last.kind == "on" and (member in stay or not _goes_on(roll, file, at)):
            kind, unit = ("held-over", roll.unit) if member in stay else ("off", None)
            made.append(Signing(member=member, at=at, kind=kind, unit=unit, why=why))
    record.append([entered(s, None, record.now) for s in made])
    for s in made:
        if s.kind == "off":
            relieved(record, s.member, "signed off: relieved", at)
    return made


def _goes_on(roll: Roll, file: DutyFile, at: datetime) -> bool:
    """Whether the member is on another tour of the unit then: that one's dismissal ends the duty."""
    turns = planned_turns(file, roll.schedule, at, at + MOMENT)
    return any(p[1].unit == roll.unit and p[0].covers(at) and p[0].start != roll.turn.start for p in turns)
