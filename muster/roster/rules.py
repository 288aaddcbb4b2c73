"""The problem as arrays, in the shape that the compiled parts walk over. Members, days and tours are indices."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from muster.roster.hours import Floats, HoursLimits, Wholes, hours_graphs
from muster.roster.problem import OFF, Instance, Member, Tour

Flags = NDArray[np.bool_]
REST = -1
"""A day off in a line of indices."""


class Rules(NamedTuple):
    """Every hard rule and cost of single lines; shapes in brackets: n members, H days, T tours.

    The last entry of a cell, index T, is the day off. States are explained in ``pricing_states``, graphs of minutes in
    ``hours``.
    """

    allowed: Flags  # [n, H, T + 1] may this cell be this entry
    cost: Floats  # [n, H, T + 1] what it costs; a wish fulfilled is below 0
    most_days: Wholes  # [n, T] of each tour
    most_weekends: Wholes  # [n]
    weekend_cost: Floats  # [n] of each weekend worked
    most_run: Wholes  # [n] days worked in a row
    least_run: Wholes  # [n]
    least_off: Wholes  # [n] days off in a row
    carried: Flags  # [n] is the last period known
    carried_tour: Wholes  # [n] on the day before day 0, or REST
    carried_days: Wholes  # [n] in a row up to day 0, at least 1
    weekday: Wholes  # [H] 0 is Monday
    forbidden: Flags  # [T, T] may the second not follow the first
    follow_cost: Floats  # [T, T] what it costs that the second follows the first
    like: Wholes  # [T] equal for tours with equal lengths, successions and what these cost
    after: Wholes  # [T] equal for tours with equal successors at equal costs, from 0
    length: Wholes  # [T] row of the graph's ``tour_to``
    graph: Wholes  # [n] which graph of minutes
    first: Wholes
    places: Wholes
    off_to: Wholes
    tour_to: Wholes
    end_cost: Floats


def rules_of(instance: Instance) -> Rules:
    """The arrays of an instance. A wish counts as its weight below 0, so that what remains to pay is a constant."""
    tours = instance.tours
    days = instance.days
    refs = {tour.ref: t for t, tour in enumerate(tours)} | {OFF: REST}
    minutes = np.array([[tour.minutes_of(day) for day in range(days)] for tour in tours], np.int64).reshape(-1, days)
    forbidden = np.array([[other.ref in tour.not_followed_by for other in tours] for tour in tours], bool)
    costs = [[instance.succession_weights.get((tour.ref, other.ref), 0) for other in tours] for tour in tours]
    follow_cost = np.array(costs, float).reshape(forbidden.shape)
    length = _numbered(row.tobytes() for row in minutes)
    vectors = minutes[[length.tolist().index(each) for each in range(int(length.max()) + 1)]]
    limits, graph = _limits(instance, length)
    follows = np.where(forbidden, np.inf, follow_cost)
    likes = (follows[t].tobytes() + follows[:, t].tobytes() + minutes[t].tobytes() for t in range(len(tours)))
    return Rules(
        allowed=_allowed(instance),
        cost=_costs(instance),
        most_days=_most_days(instance, minutes),
        most_weekends=_of_members(instance, lambda m: min(m.most_weekends, days)),
        weekend_cost=_of_members(instance, lambda m: m.weekend_weight).astype(float),
        most_run=_of_members(instance, lambda m: min(m.most_run_days, _longest_run(instance, m))),
        least_run=_of_members(instance, lambda m: m.least_run_days),
        least_off=_of_members(instance, lambda m: min(m.least_off_days, _longest_run(instance, m))),
        carried=_of_members(instance, lambda m: m.carried is not None).astype(bool),
        carried_tour=_of_members(instance, lambda m: refs[m.carried.tour] if m.carried else REST),
        carried_days=_of_members(instance, lambda m: m.carried.days if m.carried else 1),
        weekday=np.array([instance.weekday(day) for day in range(days)], np.int64),
        forbidden=forbidden,
        follow_cost=follow_cost,
        like=_numbered(likes),
        after=_numbered(row.tobytes() for row in follows),
        length=length,
        graph=graph,
        **hours_graphs(limits, vectors, instance.first_weekday)._asdict(),
    )


def _numbered(things: Iterable[bytes]) -> Wholes:
    """A number for each thing, equal for equal ones, from 0 in the order of their first appearance."""
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(thing, len(seen)) for thing in things], np.int64)


def _limits(instance: Instance, length: Wholes) -> tuple[list[HoursLimits], Wholes]:
    """The different limits on minutes, and which of them each member has."""
    seen: dict[HoursLimits, int] = {}
    for member in instance.members:
        seen.setdefault(_hours_limits(instance.tours, member, length), len(seen))
    graph = [seen[_hours_limits(instance.tours, member, length)] for member in instance.members]
    return list(seen), np.array(graph, np.int64)


def _hours_limits(tours: tuple[Tour, ...], member: Member, length: Wholes) -> HoursLimits:
    return HoursLimits(
        member.least_minutes,
        member.most_minutes,
        member.most_week_minutes,
        member.carried.week_minutes if member.carried else 0,
        frozenset(int(length[t]) for t, tour in enumerate(tours) if member.most_days.get(tour.ref, 0)),
        member.minutes_target,
    )


def _allowed(instance: Instance) -> Flags:
    refs = {tour.ref: t for t, tour in enumerate(instance.tours)} | {OFF: len(instance.tours)}
    allowed = np.zeros((len(instance.members), instance.days, len(refs)), bool)
    for cells, member in zip(allowed, instance.members, strict=True):
        cells[:, [refs[ref] for ref, most in member.most_days.items() if most] + [refs[OFF]]] = True
        cells[[day for day in member.days_off if day < instance.days], : refs[OFF]] = False
        for day, ref in member.barred:
            cells[day, refs[ref]] = False
        for day, ref in member.fixed.items():
            cells[day] = False
            cells[day, refs[ref]] = True
    return allowed


def _costs(instance: Instance) -> Floats:
    refs = {tour.ref: t for t, tour in enumerate(instance.tours)} | {OFF: len(instance.tours)}
    members = {member.ref: e for e, member in enumerate(instance.members)}
    costs = np.zeros((len(members), instance.days, len(refs)))
    for request in instance.requests:
        cell = members[request.member], request.day, refs[request.tour]
        costs[cell] += -request.weight if request.wanted else request.weight
    return costs


def _most_days(instance: Instance, minutes: Wholes) -> Wholes:
    """The limits of each tour; the whole period where the minutes allow no more days anyway, so that none is watched
    that cannot bind."""
    shortest = np.maximum(1, minutes.min(axis=1))
    most = np.zeros((len(instance.members), len(instance.tours)), np.int64)
    for e, member in enumerate(instance.members):
        for t, tour in enumerate(instance.tours):
            limit = min(member.most_days.get(tour.ref, 0), instance.days)
            most[e, t] = instance.days if limit >= member.most_minutes // shortest[t] and limit else limit
    return most


def _of_members(instance: Instance, value: Callable[[Member], int]) -> Wholes:
    return np.array([value(member) for member in instance.members], np.int64)


def _longest_run(instance: Instance, member: Member) -> int:
    """More days than any run of the member can have."""
    return instance.days + 1 + (member.carried.days if member.carried else 0)
