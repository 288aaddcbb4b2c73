"""Whether an instance can be worked on at all, and what no roster can satisfy though it can."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from numbers import Integral

from muster.domain.errors import Invalid
from muster.roster.problem import (
    DAYS_PER_WEEK,
    MOST_DAYS,
    MOST_NUMBER,
    MOST_PENALTY,
    OFF,
    Cover,
    Instance,
    Member,
    Request,
    Tour,
)

SHOWN = 20
"""So many refs are listed of those that there are."""
MINUTES_PER_HOUR = 60


def require_sound(instance: Instance) -> None:
    """Raise ``Invalid`` naming everything that has no meaning; return when all has."""
    faults = list(_faults(instance)) or list(_too_heavy(instance))
    if faults:
        raise Invalid("The roster cannot be made: " + "; ".join(faults))


def warnings(instance: Instance) -> list[str]:
    """What cannot be satisfied whatever the roster, in words: cover that not enough members may work, and rules that
    the last period broke already. The rest can be solved all the same."""
    return [*_uncoverable(instance), *_broken_before(instance)]


def most_paid(instance: Instance) -> int:
    """What a roster can cost at most; each weight counts once at least, needed or not."""
    count = len(instance.members)
    longest = instance.days * max(max((t.minutes, *t.minutes_on.values())) for t in instance.tours)
    return sum(
        [
            *(most_paid_for(cover, count) for cover in instance.cover),
            *(request.weight for request in instance.requests),
            *(_most_paid_for_line(instance, member, longest) for member in instance.members),
        ]
    )


def most_paid_for(cover: Cover, members: int) -> int:
    """What a cover can cost at most, where there are so many members."""
    return max(cover.under * max(1, cover.required), cover.over * max(1, members - cover.required))


def _most_paid_for_line(instance: Instance, member: Member, longest: int) -> int:
    paid = member.weekend_weight * (instance.days // DAYS_PER_WEEK + 1)
    paid += instance.days * max(instance.succession_weights.values(), default=0)
    if member.minutes_target:
        hours = max(member.minutes_target.minutes, min(longest, member.most_minutes)) // MINUTES_PER_HOUR
        paid += member.minutes_target.weight * hours
    return paid


def _too_heavy(instance: Instance) -> Iterator[str]:
    most = most_paid(instance)
    if most > MOST_PENALTY:
        yield (
            f"the weights come to {most} and must come to at most {MOST_PENALTY} together, beyond which sums are not "
            "exact: make them all smaller in proportion"
        )


def _faults(instance: Instance) -> Iterator[str]:
    wrong = list(_period_faults(instance.days))
    yield from wrong
    yield from _whole("the period: first weekday", instance.first_weekday, 0, DAYS_PER_WEEK - 1)
    days = MOST_DAYS if wrong else instance.days
    tours, members = [tour.ref for tour in instance.tours], [member.ref for member in instance.members]
    if not tours:
        yield "there are no tours"
    yield from _refs("tour", tours)
    yield from _refs("member", members)
    for tour in instance.tours:
        yield from (f"tour {tour.ref}: {says}" for says in _tour_faults(tour, tours, days))
    for pair, weight in instance.succession_weights.items():
        yield from (f"succession of {_pair(pair)}: {says}" for says in _succession_faults(pair, weight, tours))
    for member in instance.members:
        yield from (f"member {member.ref}: {says}" for says in _member_faults(member, tours, days))
    everybody = set(members)
    for cover in instance.cover:
        yield from (
            f"cover of day {cover.day}, {cover.tour}: {s}" for s in _cover_faults(cover, tours, everybody, days)
        )
    for request in instance.requests:
        yield from (f"request of {request.member}: {s}" for s in _request_faults(request, tours, everybody, days))


def _period_faults(days: object) -> Iterator[str]:
    if isinstance(days, Integral) and int(days) < 1:
        yield f"the period has {days} days and must have at least 1: it must not end before it begins"
    else:
        yield from _whole("the period: days", days, 1, MOST_DAYS)


def _refs(noun: str, refs: Iterable[str]) -> Iterator[str]:
    for ref, count in Counter(refs).items():
        if count > 1:
            yield f"{noun} {ref!r} must stand once"
        if ref == OFF:
            yield f"{noun} {ref!r} must have a name"


def _whole(name: str, value: object, least: int = 0, most: int = MOST_NUMBER) -> Iterator[str]:
    if not isinstance(value, Integral) or not least <= int(value) <= most:
        yield f"{name} {value!r} must be a whole number from {least} to {most}"


def _one_of(name: str, ref: object, known: Collection[str]) -> Iterator[str]:
    if ref not in known:
        listed = sorted(str(each) for each in known if each != OFF)[:SHOWN]
        yield f"{name} {ref!r} must be one of {', '.join(listed) or 'none, there are none'}"


def _tour_faults(tour: Tour, tours: Collection[str], days: int) -> Iterator[str]:
    yield from _whole("minutes", tour.minutes)
    for day, minutes in tour.minutes_on.items():
        yield from _whole("day", day, 0, days - 1)
        yield from _whole(f"minutes on day {day}", minutes)
    for other in tour.not_followed_by:
        yield from _one_of("not followed by tour", other, tours)


def _pair(pair: tuple[str, str]) -> str:
    return " and ".join(map(str, pair))


def _succession_faults(pair: tuple[str, str], weight: int, tours: Collection[str]) -> Iterator[str]:
    for tour in dict.fromkeys(pair):
        yield from _one_of("tour", tour, tours)
    yield from _whole("weight", weight)


def _member_faults(member: Member, tours: Collection[str], days: int) -> Iterator[str]:
    for name in ("most_run_days", "most_weekends", "weekend_weight"):
        yield from _whole(name.replace("_", " "), getattr(member, name))
    for name in ("least_run_days", "least_off_days"):
        yield from _whole(name.replace("_", " "), getattr(member, name), 1)
    minutes = [*_whole("least minutes", member.least_minutes), *_whole("most minutes", member.most_minutes)]
    if not minutes and member.least_minutes > member.most_minutes:
        minutes = [f"least minutes {member.least_minutes} must be at most the most, {member.most_minutes}"]
    yield from minutes
    if member.most_week_minutes is not None:
        yield from _whole("most week minutes", member.most_week_minutes)
    for tour, most in member.most_days.items():
        yield from _one_of("most days: tour", tour, tours)
        yield from _whole(f"most days of {tour}", most)
    entries = {*tours, OFF}
    cells = (*member.fixed.items(), *member.barred, *((day, OFF) for day in member.days_off))
    for day, tour in sorted(cells, key=str):
        yield from _whole("cell: day", day, 0, days - 1)
        yield from _one_of("cell: tour", tour, entries)
    if member.minutes_target:
        yield from _whole("minutes target", member.minutes_target.minutes)
        yield from _whole("weight of the minutes target", member.minutes_target.weight)
    yield from _carried_faults(member, entries)


def _carried_faults(member: Member, entries: Collection[str]) -> Iterator[str]:
    if member.carried:
        yield from _one_of("carried: tour", member.carried.tour, entries)
        yield from _whole("carried: days", member.carried.days, 1, MOST_DAYS)
        yield from _whole("carried: week minutes", member.carried.week_minutes)


def _cover_faults(cover: Cover, tours: Collection[str], members: Collection[str], days: int) -> Iterator[str]:
    yield from _whole("day", cover.day, 0, days - 1)
    yield from _one_of("tour", cover.tour, tours)
    for name in ("required", "under", "over"):
        yield from _whole(name, getattr(cover, name))
    for ref in sorted(map(str, (cover.qualified or frozenset()) - set(members))):
        yield f"qualified {ref!r} must be a member"


def _request_faults(request: Request, tours: Collection[str], members: Collection[str], days: int) -> Iterator[str]:
    if request.member not in members:
        yield f"member {request.member!r} must be one of the members"
    yield from _whole("day", request.day, 0, days - 1)
    yield from _one_of("tour", request.tour, {*tours, OFF})
    yield from _whole("weight", request.weight)


def _uncoverable(instance: Instance) -> Iterator[str]:
    """Covers that not enough members may work, the days of alike ones together."""
    days: dict[str, set[int]] = defaultdict(set)
    for cover in instance.cover:
        able = sum(_may_work(member, cover) for member in instance.members)
        if cover.under and able < cover.required:
            days[_too_few(cover, able)].add(cover.day)
    for says, of in days.items():
        yield f"{_days(sorted(of))}, {says}"


def _too_few(cover: Cover, able: int) -> str:
    needed = f"{cover.required} {'is' if cover.required == 1 else 'are'} needed"
    if cover.qualified is None:
        return f"{cover.tour}: {f'only {able}' if able else 'nobody'} may work it, {needed}"
    if not cover.qualified:
        return f"{cover.tour}: nobody is qualified for it, {needed}"
    some = f"only {able}" if able else "none"
    return f"{cover.tour}: {some} of the {len(cover.qualified)} qualified may work it, {needed}"


def _days(days: Iterable[int]) -> str:
    """Days as a planner reads them: "day 3" or "days 0-4, 9"."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"day {said}" if said.isdigit() else f"days {said}"


def _may_work(member: Member, cover: Cover) -> bool:
    if cover.qualified is not None and member.ref not in cover.qualified:
        return False
    if cover.day in member.fixed:
        return member.fixed[cover.day] == cover.tour
    barred = cover.day in member.days_off or (cover.day, cover.tour) in member.barred
    return member.most_days.get(cover.tour, 0) > 0 and not barred


def _broken_before(instance: Instance) -> Iterator[str]:
    """Runs that were too long, and weeks that had too many minutes, before day 0."""
    for member in instance.members:
        carried, most = member.carried, member.most_week_minutes
        if carried and carried.tour != OFF and carried.days > member.most_run_days:
            yield (
                f"{member.ref} had worked {carried.days} days in a row before day 0, at most {member.most_run_days}: "
                "they cannot work on day 0"
            )
        if carried and most is not None and instance.first_weekday and carried.week_minutes > most:
            yield (
                f"{member.ref} had worked {carried.week_minutes} minutes of the week before day 0, at most {most}: "
                "they cannot work in the rest of it"
            )
