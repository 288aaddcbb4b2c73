"""Who can give relief, on random forces: whoever is named as breaking nothing breaks nothing at any minute, counted
minute by minute, and nobody who could relieve is left out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from muster.domain.duty import Reachability, Signing, SquadPlace, TimeRecord, Waiver
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.members import Absence
from muster.domain.presence import DutyFile, holds, planned_turns, scheduled_stretches, status_at
from muster.domain.profiles import WAIVABLE
from muster.domain.relief import posts
from muster.domain.relieving import Comrade, Giver, Relief, relief_of, relieved_by_comrade, relieved_by_post
from muster.domain.rules import fitness_of, hours_of
from muster.domain.schema import Row
from muster.domain.snapshot import Snapshot
from muster.domain.watch import Watches
from tests.ground import NEW_YORK, local, snapshot_from
from tests.properties.forces import forces

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHTS = (local("2020-10-07"), local("2020-10-10"), local("2020-11-01"))
PHASES = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
)  # a force takes minutes to shrink
SETTINGS = settings(max_examples=40, phases=PHASES, suppress_health_check=list(HealthCheck))


def minutes(start: datetime, until: datetime) -> Iterator[datetime]:
    """Every minute of a time, its last moment too."""
    at = start
    while at < until:
        yield at
        at += MINUTE


def entries(draw: Any, members: list[str], units: list[str], at: datetime) -> Iterator[Row]:
    """What was signed, recorded, waived and stated of some members in the days around an instant."""
    member, hours = st.sampled_from(members), st.integers(-60, 20)
    for who in draw(st.lists(member, max_size=4, unique=True)):
        since = at + timedelta(hours=draw(st.integers(-30, 0)))
        yield Signing(member=who, at=since, kind="on", unit=draw(st.sampled_from(units)))
        if draw(st.booleans()):
            yield Signing(member=who, at=since + timedelta(hours=draw(st.integers(1, 9))), kind="off")
    for who in draw(st.lists(member, max_size=3, unique=True)):
        since = at + timedelta(hours=draw(hours))
        until = since + timedelta(hours=draw(st.integers(1, 12)))
        yield TimeRecord(member=who, since=since, until=until, kind=draw(st.sampled_from(("court", "extra-duty"))))
    for who in draw(st.lists(member, max_size=3, unique=True)):
        since = at + timedelta(hours=draw(hours))
        until = since + timedelta(hours=draw(st.integers(1, 30)))
        rule, owed = draw(st.sampled_from(WAIVABLE)), draw(st.sampled_from((8, 24)))
        yield Waiver(member=who, rule=rule, since=since, until=until, signed_by="M00", rest_owed_hours=owed)
    for who in draw(st.lists(member, max_size=2, unique=True)):
        since = at + timedelta(hours=draw(hours))
        yield Absence(member=who, kind="leave", since=since, until=since + timedelta(hours=draw(st.integers(1, 48))))
    for who in draw(st.lists(member, max_size=2, unique=True)):
        since = at + timedelta(hours=draw(hours))
        until, kind = since + timedelta(hours=12), draw(st.sampled_from(("rest", "unreachable")))
        yield Reachability(member=who, since=since, until=until, kind=kind, stated_by=who)


@st.composite
def situations(draw: Any) -> tuple[list[Row], Watches]:
    """A force and an instant, with what happened around it."""
    rows = draw(forces())
    at = draw(st.sampled_from(MIDNIGHTS)) + timedelta(minutes=draw(st.integers(0, 24 * 60)))
    members = sorted({r.member for r in rows if isinstance(r, SquadPlace)})
    units = sorted(snapshot_from(rows).units)
    more = list(entries(draw, members, [u for u in units if u != "CITY"], at)) if members else []
    return [*rows, *more], Watches(snapshot_from([*rows, *more]), at)


def until(ledger: Ledger, at: datetime) -> Ledger:
    """What of a ledger lies before an instant."""
    parts = [replace(e, end=min(e.end, at)) for e in ledger.entries if e.start <= at]
    return replace(ledger, until=at, entries=tuple(parts))


def breaks_nothing(state: Snapshot, giver: Giver, unit: str) -> bool:
    """Whether the duty breaks nothing at any of its minutes, nor the rest before and after, nor a day off."""
    file, schedule, profile = state.files.get(giver.member, DutyFile(giver.member)), state.schedule, state.profile
    back = giver.start - profile.back - timedelta(days=2)
    for at in minutes(giver.start, giver.until):
        ledger = until(ledger_of(file, schedule, back, at), at).supposing(giver.start, at, "call-in", unit, "")
        found = fitness_of(hours_of(file, schedule, profile, ledger))
        if found.breaches or found.relief_owed_since or found.relief_overdue_since:
            return False
    return not (rest_is_cut(state, file, giver) or next_is_near(state, file, giver) or loses_a_day(state, file, giver))


def is_on_duty(state: Snapshot, file: DutyFile, at: datetime) -> bool:
    return status_at(file, state.schedule, at).state == "on-duty"


def rest_is_cut(state: Snapshot, file: DutyFile, giver: Giver) -> bool:
    """Whether the member was on duty in the time of protected rest before, or rest was stated until later."""
    signed = [s.at for s in file.signings if s.kind != "off" and s.at <= giver.start]
    for r in file.reachability:
        if r.kind == "rest" and holds(r, giver.start):
            working = is_on_duty(state, file, giver.start) and any(at >= r.since for at in signed)
            if not working:
                return True
    if is_on_duty(state, file, giver.start):
        return False
    ledger = ledger_of(file, state.schedule, giver.start - timedelta(days=3), giver.start)
    return any(e.end > giver.start - state.profile.protected_rest for e in ledger.entries)


def next_is_near(state: Snapshot, file: DutyFile, giver: Giver) -> bool:
    """Whether the next tour begins before the rest was had that is protected, or that a rule wants."""
    tours = scheduled_stretches(file, state.schedule, giver.start, giver.until + 2 * DAY)
    if any(s.start < giver.until <= s.end for s in tours if s.end):
        return False
    coming = [s.start for s in tours if s.start >= giver.until]
    if not coming:
        return False
    rest = min(coming) - giver.until
    waived = {w.rule for w in file.waivers if w.since <= min(coming) < w.until}
    unwaived = [
        state.profile.limits[r].span
        for r in ("rest-caution", "rest-unfit")
        if r in state.profile.limits and r not in waived
    ]
    short = rest >= state.profile.break_length and any(rest < span for span in unwaived)
    return rest < state.profile.protected_rest or short


def loses_a_day(state: Snapshot, file: DutyFile, giver: Giver) -> bool:
    """Whether the duty falls on a local day without any other duty, of somebody with tours in the weeks around."""
    around = planned_turns(file, state.schedule, giver.start - 7 * DAY, giver.until + 7 * DAY)
    days = {at.astimezone(NEW_YORK).date() for at in minutes(giver.start, giver.until)}
    return bool(around) and any(not has_duty(state, file, giver, day) for day in days)


def has_duty(state: Snapshot, file: DutyFile, giver: Giver, day: date) -> bool:
    """Whether there is duty on that day before the takeover, or a tour at any time of it."""
    noon = local(f"{day}T12:00")
    begin = local(str(day))
    before = ledger_of(file, state.schedule, begin, max(begin, min(giver.start, noon + 2 * DAY)))
    if any(e.end > begin and e.end > e.start and e.start.astimezone(NEW_YORK).date() <= day for e in before.entries):
        return True
    tours = scheduled_stretches(file, state.schedule, begin, noon + DAY)
    return any(s.start.astimezone(NEW_YORK).date() <= day and s.end and s.end > begin for s in tours)


def with_comrades(state: Snapshot, rows: list[Row], watches: Watches, found: Relief) -> Relief:
    held = posts(watches)
    if found.position is not None:
        return relieved_by_post(watches, found)
    squads = state.schedule.squads
    places = [r for r in rows if isinstance(r, SquadPlace) and r.member not in held]
    comrades = [Comrade(p.member, squads[p.squad].unit, 1, p.role == "sergeant") for p in places]
    return relieved_by_comrade(watches, found, Comrade(found.member, found.unit, 1, False), comrades)


def all_reliefs(rows: list[Row], watches: Watches) -> Iterator[Relief]:
    held = posts(watches)
    for member in sorted(watches.snapshot.files):
        found = relief_of(watches, member, held.get(member))
        if found is not None:
            yield with_comrades(watches.snapshot, rows, watches, found)


@SETTINGS
@given(situations())
def test_who_is_named_as_breaking_nothing_breaks_nothing_at_any_minute(case: tuple[list[Row], Watches]) -> None:
    rows, watches = case
    seen = set[tuple[str, datetime, datetime]]()
    for relief in list(all_reliefs(rows, watches))[:4]:
        for giver in relief.givers:
            if (giver.member, giver.start, giver.until) not in seen and len(seen) < 12:
                seen.add((giver.member, giver.start, giver.until))
                assert (giver.breaks == ()) == breaks_nothing(watches.snapshot, giver, relief.unit), giver


@SETTINGS
@given(situations())
def test_nobody_who_could_relieve_is_left_out(case: tuple[list[Row], Watches]) -> None:
    rows, watches = case
    state, at = watches.snapshot, watches.moment.at
    for relief in all_reliefs(rows, watches):
        now = {g.member for g in relief.givers if g.start == at}
        able = on_post(state, relief, at) if relief.position else of_unit(rows, watches, relief)
        assert able <= now, (relief.member, able - now)


def on_post(state: Snapshot, relief: Relief, at: datetime) -> set[str]:
    """Who stands in the order of the watch, on duty where it counts, or off duty in the unit with a way to be called;
    those who go on leave in the next hours aside, and those in protected rest."""
    able = set[str]()
    for level in state.path_up(relief.unit):
        if level.civil:
            break
        kinds = {p.position: p for p in (*state.positions.get(level.unit, ()), *state.covering.get(level.unit, ()))}
        for position in kinds.values():
            if not position.takes_watch or state.titles[position.title].kind not in ("command", "tour"):
                continue
            for a in state.appointments.get(position.position, ()):
                status = status_at(state.files[a.member], state.schedule, at)
                here = status.state == "on-duty" and status.unit in (level.unit, position.unit)
                callable_ = status.state == "off" and level.unit == relief.unit and state.files[a.member].reachable_by
                if (here or callable_) and a.member != relief.member and is_free(state.files[a.member], at):
                    able.add(a.member)
    return able


def of_unit(rows: list[Row], watches: Watches, relief: Relief) -> set[str]:
    """Members of the squads of the unit who are off duty and can be called."""
    state, at, held = watches.snapshot, watches.moment.at, posts(watches)
    squads = state.schedule.squads
    mine = {r.member for r in rows if isinstance(r, SquadPlace) and squads[r.squad].unit == relief.unit}
    files = [state.files[m] for m in mine - {relief.member} - set(held)]
    off = [f for f in files if status_at(f, state.schedule, at).state == "off" and f.reachable_by]
    return {f.member for f in off if is_free(f, at)}


def is_free(file: DutyFile, at: datetime) -> bool:
    """Nothing is stated against it, and no leave begins in the time for which somebody can be asked."""
    said = any(r.kind == "unreachable" and holds(r, at) for r in file.reachability)
    return not said and not any(a.since < at + timedelta(hours=8) and (a.until or at) > at for a in file.absences)
