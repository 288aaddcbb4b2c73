"""The specification of a roster: every breach of a hard rule in words, and the penalty counted from scratch.

It shares nothing with the solver but the problem, and holds it to account.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby, pairwise

from muster.roster.problem import OFF, SATURDAY, Instance, Member
from muster.roster.result import Breach, Checked, Line, Penalty, Roster, days_worked

MINUTES_PER_HOUR = 60


def check(instance: Instance, roster: Roster) -> Checked:
    """Every hard breach, in the order of the members, and what the roster costs."""
    breaches: list[Breach] = []
    known = {member.ref: member for member in instance.members}
    breaches += [Breach(ref, "member", None, "is no member of this unit") for ref in roster if ref not in known]
    sound: dict[str, Line] = {}
    for ref, member in known.items():
        faults = list(_unsound(instance, ref, roster.get(ref)))
        breaches += faults or line_breaches(instance, member, roster[ref])
        sound[ref] = (OFF,) * instance.days if faults else roster[ref]
    return Checked(tuple(breaches), penalty_of(instance, sound))


def total_of(instance: Instance, roster: Roster) -> int:
    """The points that ``check`` counts, without a look at the rules that lines break."""
    return penalty_of(instance, _sound(instance, roster)).total


def more_of(instance: Instance, roster: Roster, changes: Roster) -> int:
    """How many points more ``total_of`` counts with these lines than without: other lines, and the cover of days on
    which nothing changes, cost what they cost."""
    before, after = _sound(instance, roster), _sound(instance, {**roster, **changes})
    days = {day for ref in changes for day in range(instance.days) if before[ref][day] != after[ref][day]}
    members = [member for member in instance.members if member.ref in changes]
    was, now = (_part_of(instance, each, members, days).total for each in (before, after))
    return now - was


def _sound(instance: Instance, roster: Roster) -> Roster:
    """The line of each member; days off for one that is none at all."""
    off, tours = (OFF,) * instance.days, {tour.ref for tour in instance.tours} | {OFF}
    lines = {m.ref: roster.get(m.ref, ()) for m in instance.members}
    return {ref: x if len(x) == instance.days and tours.issuperset(x) else off for ref, x in lines.items()}


def _unsound(instance: Instance, ref: str, line: Line | None) -> Iterator[Breach]:
    """What keeps a line from being one at all."""
    if line is None:
        yield Breach(ref, "line", None, "has no line")
    elif len(line) != instance.days:
        yield Breach(ref, "line", None, f"has {len(line)} entries, needs one for each of {instance.days} days")
    else:
        tours = {tour.ref for tour in instance.tours} | {OFF}
        for day, entry in enumerate(line):
            if entry not in tours:
                yield Breach(ref, "line", day, f"no tour {entry!r}; there are {', '.join(sorted(tours - {OFF}))}")


def line_breaches(instance: Instance, member: Member, line: Line) -> list[Breach]:
    """Every hard rule that one line breaks."""
    rules = (_cells, _successions, _days_of_tours, _minutes, _week_minutes, _weekends, _runs)
    return [
        Breach(member.ref, rule.__name__.strip("_"), day, says)
        for rule in rules
        for day, says in rule(instance, member, line)
    ]


Said = Iterator[tuple[int | None, str]]


def _cells(instance: Instance, member: Member, line: Line) -> Said:
    for day, entry in enumerate(line):
        if day in member.fixed:
            if entry != member.fixed[day]:
                yield day, f"is fixed to {member.fixed[day] or 'off'}, the line says {entry or 'off'}"
        elif entry != OFF and day in member.days_off:
            yield day, f"works {entry} on a day off"
        elif (day, entry) in member.barred:
            yield day, f"may not work {entry} that day"


def _successions(instance: Instance, member: Member, line: Line) -> Said:
    forbidden = {tour.ref: tour.not_followed_by for tour in instance.tours}
    for day, (first, second) in enumerate(_pairs(member, line)):
        if first != OFF and second in forbidden[first]:
            yield day, f"{second} may not follow {first} the day before"


def _pairs(member: Member, line: Line) -> Iterator[tuple[str, str]]:
    """For each day the entry of the day before and its own; what the last period ended with is before day 0."""
    return pairwise((member.carried.tour if member.carried else OFF, *line))


def _days_of_tours(instance: Instance, member: Member, line: Line) -> Said:
    for tour, days in sorted(Counter(entry for entry in line if entry != OFF).items()):
        most = member.most_days.get(tour, 0)
        if days > most:
            yield None, f"works {tour} on {days} days, at most {most}"


def _minutes(instance: Instance, member: Member, line: Line) -> Said:
    minutes = minutes_of(instance, line)
    if minutes > member.most_minutes:
        yield None, f"works {minutes} minutes, at most {member.most_minutes}"
    if minutes < member.least_minutes:
        yield None, f"works {minutes} minutes, at least {member.least_minutes}"


def _week_minutes(instance: Instance, member: Member, line: Line) -> Said:
    if member.most_week_minutes is None:
        return
    for week in instance.weeks():
        here = minutes = minutes_of(instance, line, week)
        if week.start == 0 and instance.first_weekday and member.carried:
            minutes += member.carried.week_minutes
        if here and minutes > member.most_week_minutes:  # what the last period broke by itself no line can mend
            yield week.start, f"works {minutes} minutes in that week, at most {member.most_week_minutes}"


def _weekends(instance: Instance, member: Member, line: Line) -> Said:
    weekends = weekends_of(instance, line)
    if weekends > member.most_weekends:
        yield None, f"works on {weekends} weekends, at most {member.most_weekends}"


def _runs(instance: Instance, member: Member, line: Line) -> Said:
    start = 0
    for works, days in groupby(line, key=lambda entry: entry != OFF):
        inside = len(list(days))
        end = start + inside
        carried = _carried_days(member, works) if start == 0 else 0
        bound = end < instance.days and (start > 0 or member.carried is not None)
        yield from ((start, says) for says in _run_says(member, works, inside + carried, bound))
        start = end
    yield from _broken_off(member, line)


def _run_says(member: Member, works: bool, length: int, bound: bool) -> Iterator[str]:
    """What is wrong with a run of so many days; ``bound``: whether the minimum holds for it."""
    if works and length > member.most_run_days:
        yield f"works {length} days in a row, at most {member.most_run_days}"
    if works and bound and length < member.least_run_days:
        yield f"works {length} days in a row, at least {member.least_run_days}"
    if not works and bound and length < member.least_off_days:
        yield f"is off {length} days in a row, at least {member.least_off_days}"


def _broken_off(member: Member, line: Line) -> Said:
    """A run that the last period began and that ends with day 0."""
    carried = member.carried
    if carried and line and carried.days and (line[0] != OFF) != (carried.tour != OFF):
        yield from ((0, says) for says in _run_says(member, carried.tour != OFF, carried.days, True) if "least" in says)


def _carried_days(member: Member, works: bool) -> int:
    """The days that the last period adds to a first run of that kind."""
    carried = member.carried
    return carried.days if carried and (carried.tour != OFF) == works else 0


def minutes_of(instance: Instance, line: Line, days: range | None = None) -> int:
    """The minutes of a line, or of some of its days."""
    tours = {tour.ref: tour for tour in instance.tours}
    return sum(tours[line[day]].minutes_of(day) for day in days or range(len(line)) if line[day] != OFF)


def weekends_of(instance: Instance, line: Line) -> int:
    """How many weekends have a day worked in them."""
    return len({day - (instance.weekday(day) - SATURDAY) for day in _weekend_days(instance, line)})


def _weekend_days(instance: Instance, line: Line) -> list[int]:
    return [day for day in days_worked(line) if instance.weekday(day) >= SATURDAY]


def penalty_of(instance: Instance, roster: Roster) -> Penalty:
    """What a roster with a sound line for every member costs, by part."""
    return _part_of(instance, roster, instance.members, range(instance.days))


def _part_of(instance: Instance, roster: Roster, members: Sequence[Member], days: Collection[int]) -> Penalty:
    """What the lines and requests of these members cost, and the cover of these days."""
    under = over = 0
    on: dict[tuple[int, str], list[str]] = defaultdict(list)
    for member in instance.members:
        for day in days:
            on[day, roster[member.ref][day]].append(member.ref)
    for cover in instance.cover:
        if cover.day in days:
            who = on.get((cover.day, cover.tour), [])
            here = len(who if cover.qualified is None else cover.qualified.intersection(who))
            under += cover.under * max(0, cover.required - here)
            over += cover.over * max(0, here - cover.required)
    of = {member.ref for member in members}
    requests = (r for r in instance.requests if r.member in of)
    asked = sum(r.weight for r in requests if (roster[r.member][r.day] == r.tour) is not r.wanted)
    lines = sum(line_cost(instance, member, roster[member.ref]) for member in members)
    return Penalty(under, over, asked, lines)


def line_cost(instance: Instance, member: Member, line: Line) -> int:
    """What the whole line costs beyond its requests: minutes away from the target, weekends, and what follows what."""
    cost = member.weekend_weight * weekends_of(instance, line)
    cost += sum(instance.succession_weights.get(pair, 0) for pair in _pairs(member, line))
    if member.minutes_target:
        away = abs(minutes_of(instance, line) - member.minutes_target.minutes)
        cost += member.minutes_target.weight * (away // MINUTES_PER_HOUR)
    return cost
