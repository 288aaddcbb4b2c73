"""Why a member has no possible line: the rules without which there would be one."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from muster.roster.pricing import Pricing
from muster.roster.pricing_states import INFINITE
from muster.roster.problem import Instance, Member, Tour
from muster.roster.rules import rules_of

MOST_EFFORT: Final = 2_000.0
"""So much work on reasons, in the engine's unit, and no further members are looked at: about two seconds."""
TOGETHER_DAYS: Final = 500
"""Members are asked about together, so many that their days come to about this."""
SUCCESSIONS: Final = "which tours may not follow which"
Rules = Mapping[str, Mapping[str, Any]]
"""Each rule in words, and what the member is like without it; ``SUCCESSIONS`` is a rule of the tours instead."""
Kept = frozenset[str]
Search = Generator[list[Kept], list[bool], str]
"""Asks of sets of rules whether there is a line that keeps them, the others left out; returns the reason in words."""


def why_no_lines(instance: Instance, members: Sequence[Member]) -> dict[str, str]:
    """By member, in words: each rule that, left out alone, would leave them a line; where there is none, the smallest
    sets of rules that clash, no two of which have a rule in common."""
    told: dict[str, str] = {}
    asked = _Asked(instance)
    together = max(1, TOGETHER_DAYS // instance.days)
    for first in range(0, len(members), together):
        if asked.effort < MOST_EFFORT:
            told |= asked.reasons(members[first : first + together])
    return {member.ref: told.get(member.ref, "has no possible line; why was not looked for") for member in members}


def _search(every: Sequence[str]) -> Search:
    (possible,) = yield [frozenset(every)]
    if possible:
        return "was given no line: none was found, though there may be one"
    fine = yield [frozenset(every) - {rule} for rule in every]
    alone = [rule for rule, possible in zip(every, fine, strict=True) if possible]
    if alone:
        return "has no possible line; there would be one without " + ", or without ".join(alone)
    said, kept = [], list(every)
    while not possible:
        clash = list(kept)
        for rule in kept:
            fewer = [each for each in clash if each != rule]
            (possible,) = yield [frozenset(fewer)]
            clash = clash if possible else fewer
        said.append(f"{_and(clash)} cannot {'be kept at all' if len(clash) == 1 else 'all be kept'}")
        kept = [rule for rule in kept if rule not in clash]
        (possible,) = yield [frozenset(kept)]
    return "has no possible line; several rules clash: " + ", and ".join(said)


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


class _Asked:
    """Whether members have a line when some of their rules are left out, and what it took to know."""

    def __init__(self, instance: Instance) -> None:
        self.instance = replace(instance, cover=(), requests=(), succession_weights={})
        self.longest = instance.days * max(max((t.minutes, *t.minutes_on.values())) for t in instance.tours)
        self.effort = 0.0

    def reasons(self, members: Sequence[Member]) -> dict[str, str]:
        """The reason of each member, in words."""
        rules = {member.ref: self._rules(_plain(member)) for member in members}
        searches = {ref: _search(list(of)) for ref, of in rules.items()}
        questions = {ref: next(search) for ref, search in searches.items()}
        plain = {member.ref: _plain(member) for member in members}
        told: dict[str, str] = {}
        while questions:
            asked = [(plain[ref], rules[ref], kept) for ref, of in questions.items() for kept in of]
            answers = iter(self._possible(asked))
            for ref, of in list(questions.items()):
                try:
                    questions[ref] = searches[ref].send([next(answers) for _ in of])
                except StopIteration as end:
                    told[ref] = end.value
                    del questions[ref]
        return told

    def _possible(self, asked: Sequence[tuple[Member, Rules, Kept]]) -> list[bool]:
        """Whether there is a line that keeps these of the rules, as far as is known. Members whose minutes do not count
        are asked about apart: they are quicker."""
        variants = [_without(member, rules, kept) for member, rules, kept in asked]
        ways: dict[tuple[bool, bool], list[int]] = {}
        for number, (variant, (_, _, kept)) in enumerate(zip(variants, asked, strict=True)):
            ways.setdefault((SUCCESSIONS in kept, self._counts_minutes(variant)), []).append(number)
        answers = [False] * len(asked)
        for (successions, minutes), numbers in ways.items():
            tours = tuple(_tour(tour, successions, minutes) for tour in self.instance.tours)
            apart = tuple(replace(variants[number], ref=str(number)) for number in numbers)
            rules = rules_of(replace(self.instance, tours=tours, members=apart))
            shape = (0, self.instance.days, len(tours))
            priced = Pricing(rules, np.zeros((0, len(apart)), bool)).price(np.zeros(shape), range(len(apart)))
            self.effort += priced.effort
            for number, bound in zip(numbers, priced.bounds, strict=True):
                answers[number] = bool(bound < INFINITE / 2)
        return answers

    def _counts_minutes(self, member: Member) -> bool:
        free = member.least_minutes == 0 and member.most_minutes >= self.longest
        return not free or member.most_week_minutes is not None

    def _rules(self, member: Member) -> Rules:
        """The rules of a member, without those that say nothing."""
        days, tours = self.instance.days, self.instance.tours
        carried = member.carried.days if member.carried else 0
        rules: dict[str, tuple[bool, dict[str, Any]]] = {
            "the cells already fixed": (bool(member.fixed), {"fixed": {}}),
            "the days off": (bool(member.days_off), {"days_off": frozenset()}),
            "the tours barred on some days": (bool(member.barred), {"barred": frozenset()}),
            "what the last period left": (member.carried is not None, {"carried": None}),
            f"the least minutes ({member.least_minutes})": (member.least_minutes > 0, {"least_minutes": 0}),
            f"the most minutes ({member.most_minutes})": (True, {"most_minutes": self.longest}),
            f"the most minutes a week ({member.most_week_minutes})": (
                member.most_week_minutes is not None, {"most_week_minutes": None}
            ),
            f"the most days in a row ({member.most_run_days})": (True, {"most_run_days": days + carried}),
            f"the least days in a row ({member.least_run_days})": (member.least_run_days > 1, {"least_run_days": 1}),
            f"the least days off in a row ({member.least_off_days})": (
                member.least_off_days > 1, {"least_off_days": 1}
            ),
            f"the most weekends ({member.most_weekends})": (True, {"most_weekends": days}),
            "the most days of each tour": (True, {"most_days": {tour.ref: days for tour in tours}}),
            SUCCESSIONS: (any(tour.not_followed_by for tour in tours), {}),
        }  # fmt: skip
        return {says: changes for says, (binds, changes) in rules.items() if binds}


def _plain(member: Member) -> Member:
    """The member without what gives way to fixed cells: so each rule left out leaves more lines, never fewer."""
    fixed = member.fixed.keys()
    barred = frozenset((day, tour) for day, tour in member.barred if day not in fixed)
    return replace(member, days_off=member.days_off - fixed, barred=barred)


def _without(member: Member, rules: Rules, kept: Kept) -> Member:
    changes = {name: value for rule, of in rules.items() if rule not in kept for name, value in of.items()}
    return replace(member, **changes)


def _tour(tour: Tour, successions: bool, minutes: bool) -> Tour:
    return replace(
        tour,
        minutes=tour.minutes if minutes else 0,
        minutes_on=tour.minutes_on if minutes else {},
        not_followed_by=tour.not_followed_by if successions else frozenset(),
    )
