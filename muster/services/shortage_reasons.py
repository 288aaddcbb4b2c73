"""Why a tour is under its minimum: the fewest reasons, rules and absences, that make it so whatever the roster."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from muster.domain.errors import Check, Invalid, require
from muster.domain.rosters import Shortage, UnitRoster
from muster.domain.wording import few
from muster.roster.budget import Budget
from muster.roster.checker import line_breaches
from muster.roster.problem import Cover, Instance, Member, Request
from muster.roster.result import Roster
from muster.roster.solve import Progress, solve
from muster.services.clashes import Clash, Kept, least_clash
from muster.services.replan_problem import Standing, as_standing, points_short
from muster.services.rosters import SHORT, Case, shortages_of

ABSENT: Final = "who is absent, elsewhere, or not rested from the last period"
TOURS: Final = "who may work which tours"
REST: Final = "rest between the tours of two days"
RUN: Final = "the most days in a row"
OFF_DAYS: Final = "the least days off in a row"
WEEK: Final = "the most hours of a week"
MINUTES: Final = "the least and the most hours of the period"
CARRIED: Final = "what the last period left"
WORKED: Final = "the days that stay as they are"
OTHERS: Final = "the minimums of other tours, as far as the roster has them"
REASONS: Final = (ABSENT, WORKED, OTHERS, REST, RUN, OFF_DAYS, WEEK, MINUTES, CARRIED, TOURS)
"""In the order in which one is preferred among equals."""
UNLIMITED: Final = 10**6
SHOWN: Final = 20
"""So many who are absent are named."""


@dataclass(frozen=True, slots=True)
class Why:
    """``clash``: the fewest reasons that leave the cover short in every roster; None where a roster restores it.
    ``count``: how many members count for the cover at all. ``absent``: those of them who are not there for it.
    ``sure``: every answer was proved."""

    shortage: Shortage
    clash: Clash | None
    count: int
    absent: Sequence[str]
    sure: bool


def why_short(
    case: Case, roster: UnitRoster, standing: Standing, shortage: Shortage, effort: float,
    stop: Callable[[], bool] = lambda: False,
) -> Why:  # fmt: skip
    """Why a cover is short. ``effort`` is for each question; some ten to thirty are asked. ``stop``: asked often; once
    it says yes, what is not proved by then is not ``sure``."""
    day = (shortage.day - roster.first).days
    counted = case.counted[day, shortage.tour, shortage.who]
    away = [m.ref for m in case.instance.members if m.ref in counted and not _there(m, day, shortage.tour)]
    instance, target = _with_covers(case, standing.lines, shortage)
    asked = Question(instance, standing, target, effort, stop)
    clash = least_clash(REASONS, asked.possible)
    return Why(shortage, clash, len(counted), away, asked.sure)


def why_says(found: Why) -> Iterator[str]:
    """The answer in words, line by line; what follows a line that ends with a colon is a list."""
    s = found.shortage
    yield f"{s.tour} on {s.day:%a %d %b %Y}: {s.have} of {s.minimum} {s.who}"
    if found.clash is None:
        yield "it need not be: there is a roster that has enough, and no other tour shorter for it"
    elif not found.clash.reasons:
        yield f"whatever is given up: {found.count} members count for it"
    else:
        yield "no roster has enough while these are kept; no fewer reasons are enough for that:"
        for reason in found.clash.reasons:
            yield f"  {reason}{'; it alone given up would do' if reason in found.clash.enough else ''}"
        if found.absent:
            yield f"not there for it: {few(found.absent, SHOWN)}, of {found.count} who count"


def shortage_on(case: Case, lines: Roster, day: date, tour: str, who: str | None) -> Shortage:
    """The shortage of a tour of a day in these lines: of whom ``who`` says, or of the one cover that is short. Raises
    ``Invalid`` where there is none, or more than one, or no such day, tour or cover."""
    dates, covers = case.period.dates, [c for c in case.cover if c.tour == tour]
    whom = [c.who for c in covers or case.cover]
    require(
        f"why {tour} on {day} is short",
        Check("day", day, day in dates, f"must be one of the roster, {dates[0]} to {dates[-1]}"),
        Check("tour", repr(tour), bool(covers), f"must be one of its cover: {_each(c.tour for c in case.cover)}"),
        Check(
            "who",
            repr(who),
            who is None or who in whom,
            f"must be in its cover: {_each(whom)}",
        ),
    )
    short = [s for s in shortages_of(case, lines) if s.is_short]
    found = [s for s in short if (s.day, s.tour) == (day, tour) and who in (None, s.who)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(f"{tour} on {day}: short of {', '.join(s.who for s in found)}; say which of them")
    others = ", ".join(f"{s.tour} on {s.day} ({s.who})" for s in short[:5]) or "none is"
    raise Invalid(f"{tour} on {day}: must be under its minimum{' of ' + who if who else ''}; under theirs: {others}")


def _each(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or "it has none"


class Question:
    """Whether a cover can have its minimum when only some of the reasons are kept. ``sure`` as long as each answer was
    proved: a roster that does it, or a bound that no roster does."""

    def __init__(
        self, instance: Instance, standing: Standing, target: Cover, effort: float,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self.instance, self.standing, self.target = instance, standing, target
        self.effort, self.stop = effort, stop
        self.sure = True
        self.searched: dict[Kept, Kept | None] = {}
        self.broken = self._broken()

    def _broken(self) -> frozenset[str]:
        """Whoever stands on a line that does not keep all reasons."""
        problem = relaxed(self.instance, self.standing, frozenset(REASONS), self.target)
        lines = self.standing.lines
        return frozenset(m.ref for m in problem.members if line_breaches(problem, m, lines[m.ref]))

    def possible(self, kept: Kept) -> Kept | None:
        """The reasons that a roster keeps which has the cover and keeps these; None where none was found. Where other
        tours keep their minimums it is asked first whether they need to give up any: mostly that is a small problem."""
        if OTHERS not in kept:
            return self._found(kept)
        alone = self._found(kept - {OTHERS})
        return alone if alone is None or OTHERS in alone else self._found(kept)

    def _found(self, kept: Kept) -> Kept | None:
        """The same by a search of its own, made once. Lines near those that stand are preferred, which brings it to
        whole lines sooner and keeps more reasons; it ends as soon as nothing is missing, or something must be."""
        if kept not in self.searched:
            self.searched[kept] = self._search(kept)
        return self.searched[kept]

    def _search(self, kept: Kept) -> Kept | None:
        problem = relaxed(self._bearing_on(kept), self.standing, kept, self.target)
        most = len(problem.requests)
        known = False

        def look(now: Progress) -> None:
            nonlocal known
            known = now.bound > most or (now.penalty is not None and now.penalty <= most)

        budget = Budget(self.effort, stop=lambda: known or self.stop())
        result = solve(problem, budget, start=self.standing.lines, report=look)
        if result.penalty.under:
            self.sure = self.sure and result.bound > most
            return None
        moved = {ref for ref, line in result.roster.items() if line != self.standing.lines[ref]}
        lines = {**self.standing.lines, **result.roster}
        return self._kept(kept, lines, (moved | self.broken) - result.unsolved.keys())

    def _bearing_on(self, kept: Kept) -> Instance:
        """The problem of those whose lines matter: where no other tour has to keep its minimum, of who counts for the
        cover, and of whoever has to leave a line that does not keep all reasons."""
        who = self.target.qualified
        if OTHERS in kept or who is None:
            return self.instance
        members = tuple(m for m in self.instance.members if m.ref in who or m.ref in self.broken)
        return replace(self.instance, members=members)

    def _kept(self, kept: Kept, lines: Roster, looked_at: Collection[str]) -> Kept:
        """These reasons and all others that the lines keep as well; lines that are not looked at keep all."""
        members = tuple(m for m in self.instance.members if m.ref in looked_at)
        few = replace(self.instance, members=members, cover=())
        for reason in REASONS:  # one by one: what the last period left is kept by itself, with the days in a row not
            problem = relaxed(few, self.standing, kept | {reason}, self.target)
            breaches = any(line_breaches(problem, m, lines[m.ref]) for m in problem.members)
            if not breaches and (reason != OTHERS or not points_short(self.instance, lines)):
                kept = kept | {reason}
        return kept


def relaxed(instance: Instance, standing: Standing, kept: Kept, target: Cover) -> Instance:
    """The problem with these reasons and no others. ``instance`` has the minimums that are to be had, among them the
    ``target``; each member missing costs more than all days together that are not as they stand, of which each costs a
    point."""
    own = as_standing(instance, standing)
    members = tuple(_relaxed(m if WORKED in kept else _unfixed(m, own), own, kept) for m in own.members)
    tours = own.tours if REST in kept else tuple(replace(t, not_followed_by=frozenset()) for t in own.tours)
    wishes = tuple(Request(m.ref, day, standing.lines[m.ref][day], 1, True) for m in members for day in range(own.days))
    asked = [c for c in own.cover if OTHERS in kept or c == target]
    cover = tuple(replace(c, under=len(wishes) + 1) for c in asked)
    return replace(own, members=members, tours=tours, cover=cover, requests=wishes, succession_weights={})


def _unfixed(member: Member, instance: Instance) -> Member:
    """The member with no cell fixed: what was fixed may still be as it is, though they were absent."""
    as_is = {(day, tour) for day, tour in member.fixed.items() if tour}
    days = frozenset(day for day, _ in as_is) & member.days_off
    others = {(day, tour.ref) for day in days for tour in instance.tours}
    return replace(member, fixed={}, days_off=member.days_off - days, barred=(member.barred | others) - as_is)


def _relaxed(member: Member, instance: Instance, kept: Kept) -> Member:
    days = instance.days
    changes: Mapping[str, Mapping[str, object]] = {
        ABSENT: {"days_off": frozenset(), "barred": frozenset()},
        TOURS: {"most_days": {tour.ref: days for tour in instance.tours}},
        RUN: {"most_run_days": days + (member.carried.days if member.carried else 0)},
        OFF_DAYS: {"least_off_days": 1},
        WEEK: {"most_week_minutes": None},
        MINUTES: {"least_minutes": 0, "most_minutes": UNLIMITED},
        CARRIED: {"carried": None},
    }
    for reason, values in changes.items():
        if reason not in kept:
            member = replace(member, **values)  # type: ignore[arg-type]
    return member


def _there(member: Member, day: int, tour: str) -> bool:
    return day not in member.days_off and (day, tour) not in member.barred


def _with_covers(case: Case, lines: Roster, shortage: Shortage) -> tuple[Instance, Cover]:
    """The unit's problem with the minimum that is short, and of the others what these lines have of theirs; and the one
    that is short."""
    day = (shortage.day - case.period.first).days
    short = day, shortage.tour, case.counted[day, shortage.tour, shortage.who], shortage.minimum
    cover = []
    for c in case.instance.cover:
        if c.under >= SHORT and (c.day, c.tour, c.qualified, c.required) == short:
            target = c
            cover.append(c)
        elif c.under >= SHORT:
            had = sum(lines[ref][c.day] == c.tour for ref in (lines if c.qualified is None else c.qualified))
            cover.append(replace(c, required=min(c.required, had)))
    return replace(case.instance, cover=tuple(cover), requests=()), target
