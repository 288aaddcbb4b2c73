"""Relief: limits that a duty has crossed, who can take over at once, and who comes on duty next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Final

from muster.domain.candidates import candidates, holders, positions_of
from muster.domain.duty import Squad
from muster.domain.ledger import ledger_of
from muster.domain.passing import Holder, weigh
from muster.domain.presence import holds, scheduled_stretches
from muster.domain.profiles import Limit
from muster.domain.published import DutyLine
from muster.domain.schedule import turn_on
from muster.domain.schema import Row, instant, maybe_ref, ref, whole
from muster.domain.spans import joined
from muster.domain.watch import Watches

LIMITS: Final = ("relief-owed", "relief-overdue", "unfit")
AROUND: Final = 3
"""So many days before and after are looked at for long duty that goes on at an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing(Row):
    """A continuous duty crossed a limit. It moves no command: it says who can relieve, now and from when."""

    NOUN: ClassVar[str] = "crossing"

    member: str = ref("the member on duty", to="member", key=True)
    duty_since: datetime = instant("when the continuous duty began", key=True)
    rule: str = ref("the limit: relief-owed, relief-overdue or unfit", key=True)
    at: datetime = instant("when it was crossed")
    hours: int = whole("the limit", least=0, most=8760)
    unit: str = ref("the unit of the position", to="unit")
    position: str = ref("the position the member holds", to="position")
    relief_member: str | None = maybe_ref("who can relieve at once; None: nobody", to="member")
    relief_position: str | None = maybe_ref("in which position", to="position")
    next_member: str | None = maybe_ref("the next of the unit's command positions to come on duty", to="member")
    next_position: str | None = maybe_ref("in which position", to="position")
    next_from: datetime | None = instant("from when", default=None)


def next_in_line(watches: Watches, unit: str, without: str) -> Holder | None:
    """The first who can take the watch of the unit, or of a unit above, other than the member; None for nobody."""
    for level in watches.snapshot.path_up(unit):
        if level.civil:
            return None
        for candidate in candidates(watches.moment, level.unit):
            weighed = weigh(watches.moment, candidate, level.unit)
            if isinstance(weighed, Holder) and weighed.member != without:
                return weighed
    return None


def next_on_duty(watches: Watches, unit: str, without: str) -> tuple[datetime, str, str] | None:
    """When, who and in which position the next holder of a command position of the unit comes on duty, other than the
    member, within two days; None for nobody."""
    at = watches.moment.at
    found = []
    for c in candidates(watches.moment, unit):
        held = c.appointment
        command = watches.snapshot.titles[c.position.title].kind == "command"
        if held is None or not command or held.member == without or not c.position.takes_watch:
            continue
        file = watches.moment.file(held.member)
        for s in scheduled_stretches(file, watches.snapshot.schedule, at, at + timedelta(days=2)):
            if s.start > at and s.unit == unit and holds(held, s.start):
                found.append((s.start, c.position.order, held.member, c.position.position))
                break
    if not found:
        return None
    start, _, member, position = min(found)
    return start, member, position


def crossed(watches: Watches, member: str, unit: str, position: str) -> Iterator[Crossing]:
    """The limits that the member's running duty has crossed at the instant of these watches, oldest first. Ask with
    the watches of the instant of a crossing, so that it names who could relieve then."""
    fitness = watches.moment.fitness(member)
    if fitness.since is None:
        return
    relief = next_in_line(watches, unit, member)
    later = next_on_duty(watches, unit, member)
    for rule, at, limit in limits_of(watches, fitness.since):
        if at <= watches.moment.at:
            yield Crossing(
                member=member,
                duty_since=fitness.since,
                rule=rule,
                at=at,
                hours=round(limit.number),
                unit=unit,
                position=position,
                relief_member=relief.member if relief else None,
                relief_position=relief.position if relief else None,
                next_from=later[0] if later else None,
                next_member=later[1] if later else None,
                next_position=later[2] if later else None,
            )


def limits_of(watches: Watches, since: datetime) -> list[tuple[str, datetime, Limit]]:
    """The instants at which a continuous duty that began at ``since`` crosses each limit of the profile."""
    limits = watches.snapshot.profile.limits
    return [(rule, since + limits[rule].span, limits[rule]) for rule in LIMITS if rule in limits]


def posts(watches: Watches) -> dict[str, tuple[str, str]]:
    """Unit and position of everybody who holds a command or tour position, by member; each in the first of them."""
    found: dict[str, tuple[str, str]] = {}
    for unit in sorted(watches.snapshot.positions):
        if not watches.snapshot.unit(unit).civil:
            for position in positions_of(watches.moment, unit):
                for a in holders(watches.moment, position.position):
                    found.setdefault(a.member, (unit, position.position))
    return found


def crossings(watches: Watches, members: Iterable[str], after: datetime, until: datetime) -> list[tuple[datetime, str]]:
    """When and for whom a continuous duty crosses a limit after ``after`` and not after ``until``, in order, as far
    as duty is known now."""
    profile, schedule = watches.snapshot.profile, watches.snapshot.schedule
    found = []
    for member in members:
        ledger = ledger_of(watches.moment.file(member), schedule, after - profile.back, until)
        for start, end in ledger.blocks(profile.break_length):
            found += [(at, member) for _, at, _ in limits_of(watches, start) if after < at <= end]
    return sorted(found)


def suspects(watches: Watches) -> list[str]:
    """Members whose duty can be longer than the first limit: those who have signed, and those whose charts alone
    give so much. Everybody else need not be looked at."""
    names = long_squads(watches, watches.snapshot.schedule.squads.values())
    if not first_limit(watches):
        return []
    return sorted(
        f.member
        for f in watches.snapshot.files.values()
        if f.signings
        or f.records
        or f.lines
        or len(f.places) > 1
        or f.attachments
        or any(p.squad in names for p in f.places)
    )


def first_limit(watches: Watches) -> timedelta | None:
    """The length of duty at which the first of the limits is crossed; None where the profile has none."""
    return min((limit.span for _, _, limit in limits_of(watches, watches.moment.at)), default=None)


def long_squads(watches: Watches, squads: Iterable[Squad]) -> set[str]:
    """The squads whose charts alone give duty as long as the first limit."""
    first, break_length = first_limit(watches), watches.snapshot.profile.break_length
    if first is None:
        return set()
    squads = list(squads)
    patterns = {(s.chart, s.tour): replace(s, offset=0) for s in squads}  # squads of one pattern differ by offset only
    long = {p for p, squad in patterns.items() if _longest(watches, squad, break_length) >= first}
    return {s.squad for s in squads if (s.chart, s.tour) in long}


def long_lines(watches: Watches, lines: Iterable[DutyLine]) -> set[str]:
    """The members to whom published rosters give duty as long as the first limit, in the days around the instant."""
    first = first_limit(watches)
    if first is None:
        return set()
    schedule, at = watches.snapshot.schedule, watches.moment.at
    today = at.astimezone(schedule.zone).date()
    days = [today + timedelta(days=n) for n in range(-AROUND, AROUND + 1)]
    found = set()
    for line in lines:
        tours = ((schedule.tours.get(line.entry(day) or ""), day) for day in days)
        turns = [turn_on(tour, day, schedule.zone) for tour, day in tours if tour is not None]
        blocks = joined([(turn.start, turn.end) for turn in turns], watches.snapshot.profile.break_length)
        if any(end - start >= first for start, end in blocks):
            found.add(line.member)
    return found


def _longest(watches: Watches, squad: Squad, break_length: timedelta) -> timedelta:
    """The longest continuous duty that the squad's chart gives in two cycles and a day."""
    schedule, at = watches.snapshot.schedule, watches.moment.at
    days = 2 * len(schedule.charts[squad.chart].cycle) + 1
    longest, start, end = timedelta(0), at, at - timedelta(days=3)
    for turn in schedule.turns(squad, at, at + timedelta(days=days)):
        start = turn.start if turn.start - end >= break_length else start
        end = max(end, turn.end)
        longest = max(longest, end - start)
    return longest
