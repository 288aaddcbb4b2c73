"""Every unit at an instant: its watch, its work, its cover. What the first screen shows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from muster.domain.cover import OFFICERS, SUPERVISORS, Cover
from muster.domain.duty import SquadPlace
from muster.domain.escalation import Escalation
from muster.domain.members import Qualification
from muster.domain.now import Count, Now, UnitNow, findings_of, work_of
from muster.domain.presence import holds
from muster.domain.schedule import Schedule, turn_on
from muster.domain.snapshot import Snapshot
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.duty_ground import Ground
from muster.services.force_duty import ForceDuty, force_duty
from muster.services.snapshots import snapshot


def now(
    views: Views,
    at: datetime,
    known_at: datetime | None = None,
    ground: Ground | None = None,
    state: Snapshot | None = None,
) -> Now:
    """All units that exist at the instant and are no civil authority, by name. Reasons that touch health or rest are
    left out of it: it is for everybody. ``ground``: what bears on duty then, and ``state``: on every watch, where they
    were read."""
    watches = Watches(state or snapshot(views, at=at, known_at=known_at), at)
    duty = force_duty(views, at, known_at, ground)
    state = watches.snapshot
    here = [state.units[name] for name in sorted(state.units) if holds(state.units[name], at)]
    units = [unit for unit in here if not unit.civil]
    taskings = _taskings(views, at, known_at)
    in_vain = {e.tasking for e in views.rows(Escalation, known_at=known_at, state="running") if e.round > 1}
    counts = _counts(views, state, duty, at, known_at)
    titles = {p.position: state.titles[p.title].name for posts in state.positions.values() for p in posts}
    found = []
    for unit in units:
        watch = watches.watch(unit.unit).for_everyone()
        holder = None if watch.in_command is None else duty.members.get(watch.in_command.member)
        work = work_of(taskings[unit.unit], in_vain, at)
        cover = tuple(counts[unit.unit])
        office = None if watch.in_command is None else titles.get(watch.in_command.position)
        found.append(UnitNow(unit, watch, office, holder, work, cover, findings_of(watch, work, cover)))
    return Now(at, known_at, views.head()[0], state.force.zone, tuple(found))


def _taskings(views: Views, at: datetime, known_at: datetime | None) -> Mapping[str, list[Tasking]]:
    """The open taskings by the unit that they belong to, in the order in which they came."""
    found: dict[str, list[Tasking]] = defaultdict(list)
    rows = [t for t in views.rows(Tasking, known_at=known_at, result=None) if t.received_at <= at]
    for tasking in sorted(rows, key=lambda t: (t.received_at, t.tasking)):
        found[tasking.competent_unit].append(tasking)
    return found


def _counts(
    views: Views, state: Snapshot, duty: ForceDuty, at: datetime, known_at: datetime | None
) -> Mapping[str, list[Count]]:
    """What the cover of each tour that runs asks for in each unit, and who is there. While two tours overlap, those of
    both are there."""
    present: dict[str, set[str]] = defaultdict(set)
    for member, said in duty.members.items():
        if said.state == "on-duty" and said.unit is not None:
            present[said.unit].add(member)
    counts: dict[str, list[Count]] = defaultdict(list)
    running = list(_running(views.rows(Cover, known_at=known_at), state.schedule, at))
    whom = _whom(views, state, {c.who for c in running}, at, known_at)
    apart = whom[SUPERVISORS] | whom[_COMMAND]
    for cover in running:
        here = present[cover.unit]
        counted = here - apart if cover.who == OFFICERS else here & whom[cover.who]
        counts[cover.unit].append(Count(cover.tour, cover.who, len(counted), cover.minimum))
    return counts


_COMMAND = "command"


def _whom(
    views: Views, state: Snapshot, asked: set[str], at: datetime, known_at: datetime | None
) -> Mapping[str, set[str]]:
    """The members who count as supervisors, as holders of command and tour positions, and as each of what is asked."""
    found: dict[str, set[str]] = defaultdict(set)
    for posts in state.positions.values():
        for post in posts:
            title = state.titles[post.title]
            held = {a.member for a in state.appointments.get(post.position, ()) if holds(a, at)}
            found[post.position] |= held
            found[SUPERVISORS if title.supervises else _COMMAND] |= held
    sergeants = views.rows(SquadPlace, at=at, known_at=known_at, role="sergeant")
    found[SUPERVISORS] |= {place.member for place in sergeants}
    qualified = views.rows(Qualification, at=at, known_at=known_at, qualification=asked - found.keys())
    for row in qualified:
        found[row.qualification].add(row.member)
    return found


def _running(covers: Sequence[Cover], schedule: Schedule, at: datetime) -> Iterator[Cover]:
    """The cover of the tours that run at the instant."""
    today = at.astimezone(schedule.zone).date()
    for cover in covers:
        for day in (today - timedelta(days=1), today):
            tour = schedule.tours.get(cover.tour)
            if tour is not None and cover.holds_on(day) and turn_on(tour, day, schedule.zone).covers(at):
                yield cover
