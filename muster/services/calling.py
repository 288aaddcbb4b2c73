"""Gathering what the list of a call-in is made from: the contract, the members of the unit, their duty and answers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.calling_case import Case, Person
from muster.domain.calling_in import CallIn, CallInAnswer, DoNotCall, asked_in
from muster.domain.calling_list import OvertimeList, overtime_list
from muster.domain.contracts import CallInRule, contract_named
from muster.domain.duty import Squad, SquadPlace
from muster.domain.force import Position, Title
from muster.domain.members import Appointment, Attachment, Career, Member, Qualification
from muster.domain.presence import MOMENT, as_planned, status_at
from muster.domain.snapshot import Snapshot
from muster.ports import Views
from muster.services.snapshots import snapshot

A_YEAR: Final = timedelta(days=367)


@dataclass(frozen=True, slots=True)
class Found:
    """The list of a call-in with what it was made from: ``people`` are those on it, by member."""

    case: Case
    list: OvertimeList
    people: Mapping[str, Person]


def listed(
    views: Views, call_in: CallIn, at: datetime, known_at: datetime | None = None, but: Collection[str] = ()
) -> Found:
    """The list of a call-in, opened or only thought of, at an instant, as believed at ``known_at`` (None: now).
    ``but``: keys of answers that are left out. Raises ``Unknown`` for a contract that is not there."""
    names = _pool(views, call_in, known_at)
    members = views.rows(Member, known_at=known_at, member=names)
    back = max(at - call_in.since, timedelta(0)) + A_YEAR
    state = snapshot(views, [], at=at, members=names, known_at=known_at, back=back)
    case = _case(views, call_in, state, names, at, known_at, but)
    people = (
        Person(m, as_planned(state.files[m.member], state.schedule, at)) for m in members if m.member in state.files
    )
    listed_ones = {p.member.member: p for p in people if call_in.kind == "call-in" or _stays(case, p)}
    return Found(case, overtime_list(case, listed_ones.values()), listed_ones)


def _case(
    views: Views,
    call_in: CallIn,
    state: Snapshot,
    names: set[str],
    at: datetime,
    known_at: datetime | None,
    but: Collection[str],
) -> Case:
    mine = views.rows(CallInAnswer, known_at=known_at, call_in=call_in.call_in)
    theirs = views.rows(CallInAnswer, known_at=known_at, member=names)
    answers = {a.key: a for a in (*mine, *theirs) if a.key not in but}.values()
    others = views.rows(CallIn, known_at=known_at, contract=call_in.contract)
    call_ins = {c.call_in: c for c in (*others, call_in)}
    others_too = {a.call_in for a in theirs} - call_ins.keys()
    elsewhere = views.rows(CallIn, known_at=known_at, call_in=others_too) if others_too else []
    return Case(
        call_in=call_in,
        contract=contract_named(call_in.contract, views.rows(CallInRule, known_at=known_at)),
        schedule=state.schedule,
        profile=state.profile,
        at=at,
        past=asked_in(call_ins.values(), answers, at),
        elsewhere=asked_in(elsewhere, answers, at),
        unasked=views.rows(DoNotCall, known_at=known_at, member=names),
    )


def _stays(case: Case, person: Person) -> bool:
    """Whether the member is on duty in the unit when the need begins, so that they can be held over."""
    status = status_at(person.file, case.schedule, case.call_in.since - MOMENT)
    return status.state == "on-duty" and status.unit == case.call_in.unit


def _pool(views: Views, c: CallIn, known_at: datetime | None) -> set[str]:
    """The members of the unit when the need begins: who holds a position in it or is in one of its squads and serves
    nowhere else, and who is attached to it; of the rank and with the qualification that are needed. Whoever holds a
    command position is on no list: ours."""
    positions = views.rows(Position, known_at=known_at, unit=c.unit)
    held = views.rows(Appointment, at=c.since, known_at=known_at, position={p.position for p in positions})
    squads = {s.squad for s in views.rows(Squad, known_at=known_at, unit=c.unit)}
    places = views.rows(SquadPlace, at=c.since, known_at=known_at, squad=squads)
    names = {a.member for a in held} | {p.member for p in places}
    here = {a.member for a in views.rows(Attachment, at=c.since, known_at=known_at, unit=c.unit)}
    gone = {a.member for a in views.rows(Attachment, at=c.since, known_at=known_at, member=names)} - here
    names = (names | here) - gone - _commanders(views, c.since, names | here, known_at)
    return names & _fitting(views, c, names, known_at)


def _commanders(views: Views, at: datetime, names: set[str], known_at: datetime | None) -> set[str]:
    titles = {t.title for t in views.rows(Title, known_at=known_at, kind="command")}
    held = views.rows(Appointment, at=at, known_at=known_at, member=names)
    posts = views.rows(Position, known_at=known_at, position={a.position for a in held}, title=titles)
    command = {p.position for p in posts}
    return {a.member for a in held if a.position in command}


def _fitting(views: Views, c: CallIn, names: set[str], known_at: datetime | None) -> set[str]:
    found = set(names)
    if c.rank is not None:
        careers = views.rows(Career, at=c.since, known_at=known_at, member=names)
        found &= {member for member, rank in _ranks(careers).items() if rank == c.rank}
    if c.qualification is not None:
        has = views.rows(Qualification, at=c.since, known_at=known_at, member=names, qualification=c.qualification)
        found &= {q.member for q in has}
    return found


def _ranks(careers: Iterable[Career]) -> dict[str, str]:
    """The rank of each member: the last that holds."""
    return {c.member: c.rank for c in sorted(careers, key=lambda c: c.since)}
