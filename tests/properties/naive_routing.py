"""Who decides a matter, naively, straight from the text of the design, on top of the naive watch."""

from datetime import datetime, timedelta

from muster.domain.authority import Authority, Delegation
from muster.domain.competence import Asked
from muster.domain.force import Force, Position, Title
from muster.domain.members import Absence, Appointment
from tests.properties.naive import LONGEST, Naive, holding

Decides = tuple[str | None, str, bool, bool]
"""Member, position, whether it waits for the next duty, whether that is too late."""
AHEAD = timedelta(days=92)


def within(limits: Authority | Delegation, asked: Asked) -> bool:
    """Whether the matter is no larger than the limits; what is not said is no limit, and no size."""
    sizes = ((limits.max_people, asked.people), (limits.max_hours, asked.hours), (limits.max_members, asked.members))
    return not any(most is not None and size is not None and size > most for most, size in sizes)


def path(naive: Naive, unit: str) -> list[str]:
    """The unit and those above it, without civil authority."""
    above = naive.units[unit].parent
    return [unit, *(path(naive, above) if above is not None and not naive.units[above].civil else [])]


def competent(naive: Naive, asked: Asked) -> tuple[str, Authority | None]:
    """The lowest unit whose place and authority cover it. Above the limits it goes up one level; what a level may
    decide, all above it may. Delegation moves authority down, with limits and an end."""
    levels = naive.of(Force)[0].levels
    rows = {a.level: a for a in naive.of(Authority, matter=asked.matter) if holding(a, asked.at)}
    last: Authority | None = None
    for unit in path(naive, asked.place):
        level = naive.units[unit].level
        for d in naive.of(Delegation, matter=asked.matter, to_unit=unit):
            if holding(d, asked.at) and within(d, asked):
                return unit, rows.get(naive.units[d.from_unit].level) or rows.get(level) or last
        row = rows.get(level)
        lower = any(levels.index(other) > levels.index(level) for other in rows)
        top = unit == path(naive, unit)[-1]
        if (row is None and lower) or (row is not None and within(row, asked)) or top:
            return unit, row or last
        last = row or last
    raise AssertionError("the path has a top")


def decides(naive: Naive, asked: Asked) -> Decides:
    """One that can wait for the commander's next duty before its deadline goes to the commander; one that cannot goes
    to the lowest on the watch's list who may decide it."""
    unit, row = competent(naive, asked)
    commander = commander_of(naive, unit, asked.at)
    for held in naive.held(commander, asked.at) if commander else ():
        when = next_duty(naive, held, unit, asked.at, asked.by or asked.at)
        if when is not None:
            return held.member, held.position, when > asked.at, False
    for above in path(naive, unit):
        able = sorted(lowest_first(naive, above, row, asked.at), key=lambda found: found[0])
        if able:
            return able[0][1], able[0][2], False, False
    there = naive.held(commander or "", asked.at)
    for held in there:
        if next_duty(naive, held, unit, asked.at, asked.at + AHEAD) is not None:
            return held.member, held.position, True, True
    return (there[0].member if there else None), commander or "", True, True


def commander_of(naive: Naive, unit: str, at: datetime) -> str | None:
    """The position that heads the unit."""
    listed = [p for p in naive.positions(unit, at) if naive.kinds[p.title] == "command"]
    return listed[0].position if listed else None


def next_duty(naive: Naive, held: Appointment, unit: str, at: datetime, until: datetime) -> datetime | None:
    """When somebody is there to decide in a position: now, or from the next scheduled duty before that instant, if
    this appointment still holds then; or None."""
    member, post = held.member, naive.of(Position, position=held.position)[0]
    if naive.able(post, member, unit, at):
        return at
    if naive.status(member, at)[0] == "gone":
        return None
    tours = [t for t in naive.tours(member, LONGEST) if t.unit in (unit, post.unit)]
    returns = {a.until for a in naive.of(Absence, member=member) if a.until is not None}
    for start in sorted({t.start for t in tours} | returns):
        on = any(t.start <= start < t.end for t in tours)
        due = at < start < min(until, at + AHEAD) and on and not naive.away(member, start)
        if due and holding(held, start):
            return start
    return None


def lowest_first(
    naive: Naive, unit: str, row: Authority | None, at: datetime
) -> list[tuple[tuple[int, int, int], str, str]]:
    """Who of the watch's list of one unit may decide and can: its own tour positions by standing, its command positions
    from the last in the succession, those that cover it."""
    standings = {t.title: t.standing for t in naive.of(Title)}
    found = []
    for number, (position, member, capacity) in enumerate(naive.listed(unit, at)):
        command = naive.kinds[position.title] == "command"
        standing = standings[position.title]
        may = row is not None and row.lowest_tour is not None and standing >= standings[row.lowest_tour]
        if (command or may) and naive.may(position, member, unit, at):
            group = 1 if command else 0 if capacity == "tour" else 2
            found.append(((group, -position.order if command else standing, number), member, position.position))
    return found
