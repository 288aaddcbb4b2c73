"""Why a member has no possible line: the rules without which there would be one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from muster.roster.pricing import Pricing
from muster.roster.problem import DAYS_PER_WEEK, Instance, Member, Tour
from muster.roster.rules import rules_of

MINUTES_PER_DAY = 1440


def why_no_line(instance: Instance, member: Member) -> str:
    """In words: each rule that, left out alone, would leave the member a line."""
    variants = list(_without_one(instance, member))
    possible = _possible(instance, instance.tours, [variant for _, variant in variants])
    clashing = [says for (says, _), fine in zip(variants, possible, strict=True) if fine]
    free = tuple(replace(tour, not_followed_by=frozenset()) for tour in instance.tours)
    if _possible(instance, free, [member])[0]:
        clashing.append("which tours may not follow which")
    if clashing:
        return "has no possible line; there would be one without " + ", or without ".join(clashing)
    return "has no possible line; several rules clash, and to leave out any one of them is not enough"


def _without_one(instance: Instance, member: Member) -> Iterator[tuple[str, Member]]:
    """The member without one of the rules, and that rule in words."""
    everything = instance.days * MINUTES_PER_DAY * DAYS_PER_WEEK
    if member.fixed:
        yield "the cells already fixed", replace(member, fixed={})
    if member.days_off or member.barred:
        yield "the days off and barred tours", replace(member, days_off=frozenset(), barred=frozenset())
    if member.carried:
        yield "what the last period left", replace(member, carried=None)
    yield f"the least minutes ({member.least_minutes})", replace(member, least_minutes=0)
    yield f"the most minutes ({member.most_minutes})", replace(member, most_minutes=everything)
    if member.most_week_minutes is not None:
        yield f"the most minutes a week ({member.most_week_minutes})", replace(member, most_week_minutes=None)
    yield f"the most days in a row ({member.most_run_days})", replace(member, most_run_days=instance.days)
    yield f"the least days in a row ({member.least_run_days})", replace(member, least_run_days=1)
    yield f"the least days off in a row ({member.least_off_days})", replace(member, least_off_days=1)
    yield f"the most weekends ({member.most_weekends})", replace(member, most_weekends=instance.days)
    every = {tour.ref: instance.days for tour in instance.tours}
    yield "the most days of each tour", replace(member, most_days=every)


def _possible(instance: Instance, tours: tuple[Tour, ...], members: Sequence[Member]) -> list[bool]:
    """Whether each of the members has a line."""
    told_apart = tuple(replace(member, ref=str(number)) for number, member in enumerate(members))
    rules = rules_of(replace(instance, tours=tours, members=told_apart, cover=(), requests=()))
    shape = (0, instance.days, len(tours))
    pricing = Pricing(rules, np.zeros((0, len(members)), bool))
    return [bool(found) for found in pricing.price(np.zeros(shape), range(len(members))).found]
