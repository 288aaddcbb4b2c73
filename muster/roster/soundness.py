"""Whether an instance can be worked on at all, and what is odd about it though it can."""

from collections import Counter
from collections.abc import Iterable, Iterator

from muster.domain.errors import Invalid
from muster.roster.problem import OFF, Cover, Instance, Member


def require_sound(instance: Instance) -> None:
    """Raise ``Invalid`` naming everything that has no meaning; return when all has."""
    faults = list(_faults(instance))
    if faults:
        raise Invalid("The roster cannot be made: " + "; ".join(faults))


def warnings(instance: Instance) -> list[str]:
    """What cannot be satisfied whatever the roster, in words; the rest can be solved all the same."""
    return [*_uncoverable(instance), *_broken_before(instance.members)]


def _faults(instance: Instance) -> Iterator[str]:
    if instance.days < 1:
        yield f"the period has {instance.days} days and must have at least 1: it must not end before it begins"
    if not instance.tours:
        yield "there are no tours"
    yield from _twice("tour", (tour.ref for tour in instance.tours))
    yield from _twice("member", (member.ref for member in instance.members))
    tours, members = {tour.ref for tour in instance.tours}, {member.ref for member in instance.members}
    for member in instance.members:
        yield from (f"member {member.ref}: {says}" for says in _member_faults(instance, member, tours))
    for cover in instance.cover:
        yield from _unknown(f"cover of day {cover.day}", instance.days, cover.day, cover.tour, tours)
        if min(cover.under, cover.over, cover.required) < 0:
            yield f"cover of day {cover.day}, {cover.tour}: numbers must be at least 0"
    for request in instance.requests:
        yield from _unknown(f"request of {request.member}", instance.days, request.day, request.tour, {*tours, OFF})
        if request.member not in members:
            yield f"request of {request.member}: must be a member"


def _twice(noun: str, refs: Iterable[str]) -> Iterator[str]:
    yield from (f"{noun} {ref!r} must stand once" for ref, count in Counter(refs).items() if count > 1)


def _unknown(thing: str, days: int, day: int, tour: str, tours: set[str]) -> Iterator[str]:
    if not 0 <= day < days:
        yield f"{thing}: day {day} must be from 0 to {days - 1}"
    if tour not in tours:
        yield f"{thing}: tour {tour!r} must be one of {', '.join(sorted(tours - {OFF}))}"


def _member_faults(instance: Instance, member: Member, tours: set[str]) -> Iterator[str]:
    if member.least_minutes > member.most_minutes:
        yield f"least minutes {member.least_minutes} must be at most the most, {member.most_minutes}"
    for name in ("most_minutes", "most_run_days", "most_weekends", "weekend_weight"):
        if getattr(member, name) < 0:
            yield f"{name} {getattr(member, name)} must be at least 0"
    for name in ("least_run_days", "least_off_days"):
        if getattr(member, name) < 1:
            yield f"{name} {getattr(member, name)} must be at least 1"
    for tour in member.most_days:
        yield from _unknown("most days", 1, 0, tour, tours)
    for day, tour in (*member.fixed.items(), *member.barred, *((day, OFF) for day in member.days_off)):
        yield from _unknown("cell", instance.days, day, tour, {*tours, OFF})
    if member.carried:
        yield from _unknown("carried", 1, 0, member.carried.tour, {*tours, OFF})
        if member.carried.days < 1:
            yield f"carried days {member.carried.days} must be at least 1"


def _uncoverable(instance: Instance) -> Iterator[str]:
    """Covers that not enough members may work."""
    for cover in instance.cover:
        able = sum(_may_work(member, cover) for member in instance.members)
        if cover.under and able < cover.required:
            who = "nobody" if not able else f"only {able}"
            yield f"day {cover.day}, {cover.tour}: {who} may work it, {cover.required} are needed"


def _may_work(member: Member, cover: Cover) -> bool:
    if cover.qualified is not None and member.ref not in cover.qualified:
        return False
    if cover.day in member.fixed:
        return member.fixed[cover.day] == cover.tour
    barred = cover.day in member.days_off or (cover.day, cover.tour) in member.barred
    return member.most_days.get(cover.tour, 0) > 0 and not barred


def _broken_before(members: Iterable[Member]) -> Iterator[str]:
    """Runs that were too long before day 0."""
    for member in members:
        carried = member.carried
        if carried and carried.tour != OFF and carried.days > member.most_run_days:
            yield f"{member.ref} had worked {carried.days} days in a row before day 0, at most {member.most_run_days}"
