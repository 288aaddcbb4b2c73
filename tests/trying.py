"""Ways out of a shortage found by trying everybody with each kind in the record, and looking at what came of it."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

from muster.bootstrap import open_store
from muster.domain.calling_in import CallIn
from muster.domain.errors import MusterError
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.presence import planned_turns
from muster.domain.schedule import turn_on
from muster.domain.ways_out import Way
from muster.ports import Record
from muster.services.amending import Amendment, amend
from muster.services.attachments import attach
from muster.services.call_ins import answer, contract_of, open_call_in
from muster.services.calling import listed
from muster.services.correcting import take_back
from muster.services.duty import absent, hold_over, sign_off, sign_on
from tests.ground import NEW_YORK, local
from tests.ways import AT, HERE, THERE, Count, Drawn

Act = Callable[[Record, Drawn, str, Count], None]


class _Undone(Exception):
    """Ends a transaction so that nothing of it stays."""


def tried(force: Drawn, kind: str, short: tuple[datetime, datetime]) -> set[str]:
    """The members with whom a way of this kind really works, without any waiver."""
    acts: dict[str, Act] = {
        "move": _move, "loan": _lend, "call-in": _call(short), "leave": _move_leave(1),
    }  # fmt: skip
    several = [acts[kind]] if kind != "leave" else [_move_leave(1), _move_leave(-1)]
    found = set()
    with closing(open_store(force.url)) as store, store.reading() as views:
        before = Count(views, force.day)
        had = before.there(force.post())
        for member in before.members:
            for act in several:
                try:
                    with store.writing() as record:
                        found |= {member} if _works(record, force, member, act, before, had) else set()
                        raise _Undone
                except _Undone:
                    pass
    return found


def _works(record: Record, force: Drawn, member: str, act: Act, before: Count, had: int) -> bool:
    try:
        act(record, force, member, before)
    except MusterError:
        return False
    start, end = local(str(force.day)) - timedelta(days=9), local(str(force.day)) + timedelta(days=11)
    now = before.read_anew(record, member)
    if now.there(force.post(), 20) != had + 1:
        return False
    if not now.broken(member, start, end) <= before.broken(member, start, end):
        return False
    touched = before.touched(member)
    return all(now.there(post, 60) >= min(minimum, before.there(post, 60)) for post, minimum in touched)


def _planned_on(now: Count, force: Drawn, member: str) -> list[str]:
    """The tours that begin on the day, by what the schedule gives the member."""
    state = now.state
    at = local(str(force.day))
    turns = planned_turns(state.files[member], state.schedule, at, at + timedelta(days=2))
    return [t.tour for t, _, _ in turns if t.day == force.day]


class NotThat(MusterError):
    """A member with whom this kind of way is not tried."""


def _move(record: Record, force: Drawn, member: str, before: Count) -> None:
    if len(_planned_on(before, force, member)) != 1:
        raise NotThat(member)
    amend(record, Amendment(HERE, member, force.day, force.tour, "tried"), f"{HERE}-CO", local(AT))
    state = before.read_anew(record, member).state
    turn = turn_on(state.schedule.tours[force.tour], force.day, NEW_YORK)
    around = planned_turns(state.files[member], state.schedule, turn.start, turn.end)
    away = any(a.since < turn.end and (a.until is None or a.until > turn.start) for a in state.files[member].absences)
    if len(around) != 1 or away:
        raise NotThat(member)


def _lend(record: Record, force: Drawn, member: str, before: Count) -> None:
    line = {a.member for a in record.rows(Appointment, position=f"{THERE}-PO")}
    if _planned_on(before, force, member) != [force.tour] or member not in line:
        raise NotThat(member)
    tour = before.tours[force.tour]
    turn = turn_on(tour, force.day, NEW_YORK)
    away = any(
        a.since < turn.end and (a.until is None or a.until > turn.start)
        for a in record.rows(Absence, member=member)
    )  # fmt: skip
    if away:
        raise NotThat(member)
    wanted = Attachment(member=member, unit=HERE, since=turn.start, until=turn.end, tour=force.tour, reason="tried")
    attach(record, wanted, "PBBX-CO", local(AT))


def _call(short: tuple[datetime, datetime]) -> Act:
    def act(record: Record, force: Drawn, member: str, before: Count) -> None:
        made = open_call_in(record, _need(record, "call-in", *short))
        line = listed(record, made, local(AT)).list.line("offer", member)
        if line is None or line.reason is not None:
            raise NotThat(member)
        answer(record, "TRY", member, "accepted", "M0005", local(AT), "tried")
        sign_on(record, member, HERE, short[0])
        sign_off(record, member, _end_of_duty(before, member, short[1]))

    return act


def _need(record: Record, kind: str, since: datetime, until: datetime) -> CallIn:
    return CallIn(
        call_in="TRY", unit=HERE, kind=kind, since=since, until=until, rank="PO", contract=contract_of(record),
        opened_by="M0005", at=local(AT),
    )  # fmt: skip


def _end_of_duty(now: Count, member: str, end: datetime) -> datetime:
    state = now.state
    turns = planned_turns(state.files[member], state.schedule, end, end + timedelta(hours=1))
    return next((t.end for t, _, _ in turns if t.start <= end < t.end), end)


def _move_leave(way: int) -> Act:
    """Move the leave day by day, later or earlier, until it is clear of the tour."""

    def act(record: Record, force: Drawn, member: str, before: Count) -> None:
        turn = turn_on(before.tours[force.tour], force.day, NEW_YORK)
        away = [
            a for a in record.rows(Absence, member=member)
            if a.until is not None and a.since < turn.end and a.until > turn.start
        ]  # fmt: skip
        if len(away) != 1 or away[0].kind not in ("leave", "training") or away[0].since <= local(AT):
            raise NotThat(member)
        since, until = _clear(away[0], turn.start, turn.end, way)
        if since <= local(AT):
            raise NotThat(member)
        take_back(record, away[0].stream, "M0005", "tried", record.now)
        absent(record, Absence(member=member, kind=away[0].kind, since=since, until=until))
        if force.tour not in _planned_on(before, force, member):
            amend(record, Amendment(HERE, member, force.day, force.tour, "tried"), f"{HERE}-CO", local(AT))
        state = before.read_anew(record, member).state
        if len(planned_turns(state.files[member], state.schedule, turn.start, turn.end)) != 1:
            raise NotThat(member)

    return act


def _clear(away: Absence, start: datetime, end: datetime, way: int) -> tuple[datetime, datetime]:
    assert away.until is not None
    since, until = (at.astimezone(NEW_YORK).replace(tzinfo=None) for at in (away.since, away.until))
    while local(since.isoformat()) < end and local(until.isoformat()) > start:
        since, until = since + timedelta(days=way), until + timedelta(days=way)
    return local(since.isoformat()), local(until.isoformat())


def longest(force: Drawn, way: Way) -> int:
    """For how many minutes, in quarters of an hour or to the end, somebody can stay or come early: each tried around
    what is told."""
    told = way.cost.overtime_minutes
    with closing(open_store(force.url)) as store, store.reading() as views:
        before = Count(views, force.day)
        turn = turn_on(before.tours[force.tour], force.day, NEW_YORK)
        begin = way.duty[0] + way.overtime
        most = ((turn.end - way.duty[0]) if way.kind == "hold-over" else (begin - turn.start)) // timedelta(minutes=1)
        lengths = {15, told - told % 15, told, told - told % 15 + 15, told + 60, most}
        best = 0
        for minutes in sorted(n for n in lengths if 0 < n <= most):
            length = timedelta(minutes=minutes)
            span = (way.duty[0], way.duty[0] + length) if way.kind == "hold-over" else (begin - length, begin)
            try:
                with store.writing() as record:
                    best = minutes if _stays(record, force, way, span, before) else best
                    raise _Undone
            except _Undone:
                pass
    return best


def _stays(record: Record, force: Drawn, way: Way, span: tuple[datetime, datetime], before: Count) -> bool:
    start, end = local(str(force.day)) - timedelta(days=9), local(str(force.day)) + timedelta(days=11)
    made = open_call_in(record, _need(record, "hold-over" if way.kind == "hold-over" else "call-in", *span))
    found = listed(record, made, local(AT)).list
    lines = [found.line("offer", way.member), found.line("order", way.member)]
    if not any(line is not None and line.is_open for line in lines):
        return False
    if way.kind == "hold-over":
        hold_over(record, way.member, span[0])
    else:
        sign_on(record, way.member, HERE, span[0])
    sign_off(record, way.member, _end_of_duty(before, way.member, span[1]))
    now = before.read_anew(record, way.member)
    return now.broken(way.member, start, end) <= before.broken(way.member, start, end)
