"""A roster planned anew when members drop out: cover restored as far as it can be, with the fewest days changed."""

from collections.abc import Iterator
from dataclasses import replace

from muster.domain.replans import Change, Lost, Replan, Served
from muster.domain.rosters import Shortage, UnitRoster
from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.problem import OFF, Instance
from muster.roster.result import Line, Roster, is_settled
from muster.services.replan_ask import Ask, can_work
from muster.services.replan_problem import Standing, as_standing, points_short
from muster.services.replan_solving import Found, Report, fewest, mended
from muster.services.rosters import SHORT, Case, crossed_by, shortages_of


def replanned(
    case: Case, roster: UnitRoster, ask: Ask, budget: Budget, seed: int = 0, report: Report | None = None
) -> Replan:
    """The roster with the fewest changed days among those that leave least short. ``case``: the unit's own of now, with
    the absences asked for (``case_to_change``). Days before ``ask.first`` stay, and what has begun, and what is
    protected."""
    standing, lost = standing_of(case, roster, ask)
    instance = _minimums(case, roster, ask)
    found = fewest(instance, standing, budget, seed, report)
    lines = mended(case, instance, standing, found, budget, seed)
    changes = list(_changes(case, standing, lines))
    short = points_short(instance, lines)
    least_short = max(problem.least_short(bound) for problem, bound in found.bounds)
    least = max(problem.least_changes(bound, short) for problem, bound in found.bounds)
    as_it_was = {ref for ref, line in lines.items() if line == roster.lines.get(ref)}
    crossed = crossed_by(case, {ref: line for ref, line in lines.items() if ref not in as_it_was})
    made = UnitRoster(
        unit=roster.unit,
        first=roster.first,
        days=roster.days,
        problem=f"replan of {roster.problem}",
        lines=_with_strangers(roster, ask, lines),
        penalty={"short": SHORT * short, "changes": len(changes)},
        bound=float(SHORT * least_short + least * (short == least_short)),
        settled=is_settled(SHORT * short + len(changes), SHORT * least_short + least * (short == least_short)),
        seconds=budget.elapsed,
        faults=list(_faults(instance, standing, lines)),
        crossings=[*(c for c in roster.crossings if c.member in as_it_was), *crossed],
        shortages=shortages_of(case, lines),
        notes=(*case.notes, *_notes(roster, ask, case, found)),
        unsolved={},
    )
    return Replan(made, lost, changes, *_left(case, roster, ask, lines), least, short, least_short)


def _minimums(case: Case, roster: UnitRoster, ask: Ask) -> Instance:
    """The unit's problem with nothing to be covered but minimums on the days that are open, and of them no more than
    the roster had, unless everything is to be restored."""
    cover = []
    for c in case.instance.cover:
        if c.under >= SHORT and c.day >= (ask.first - roster.first).days:
            who = roster.lines.keys() if c.qualified is None else c.qualified & roster.lines.keys()
            had = sum(roster.lines[ref][c.day] == c.tour for ref in who)
            cover.append(replace(c, required=c.required if ask.everything else min(c.required, had), over=0))
    return replace(case.instance, cover=tuple(cover), requests=())


def _left(case: Case, roster: UnitRoster, ask: Ask, lines: Roster) -> tuple[list[Shortage], list[Shortage]]:
    """What is under its minimum on the days that are open: what had more before, and what had not."""
    had = {(s.day, s.tour, s.who): s.have for s in shortages_of(case, roster.lines)}
    left: list[Shortage] = []
    before: list[Shortage] = []
    for s in shortages_of(case, lines):
        if s.is_short and s.day >= ask.first:
            (left if s.have < had.get((s.day, s.tour, s.who), s.minimum) else before).append(s)
    return left, before


def standing_of(case: Case, roster: UnitRoster, ask: Ask) -> tuple[Standing, list[Lost]]:
    """The lines of everybody in the unit without what fell away, and what stays. Members of whom the roster knows
    nothing are off."""
    days = range(roster.days)
    open_from = (ask.first - roster.first).days
    begun = {(day, tour) for tour, turns in case.turns.items() for day in days if turns[day].start <= ask.at}
    protected = {(ref, (day - roster.first).days) for ref, day in ask.protected}
    named = {(ref, day) for ref in ask.absent for day in days if ask.first <= roster.dates[day] <= ask.last}
    lines: dict[str, Line] = {}
    lost: list[Lost] = []
    fixed: dict[str, frozenset[int]] = {}
    for m in case.instance.members:
        was = roster.lines.get(m.ref, (OFF,) * roster.days)
        stays = frozenset(
            day
            for day in days
            if day < open_from or (m.ref, day) in protected or ((day, was[day]) in begun and (m.ref, day) not in named)
        )
        gone = [day for day in days if was[day] and day not in stays and not can_work(m, day, was[day])]
        lines[m.ref] = tuple(OFF if day in gone else tour for day, tour in enumerate(was))
        lost += [Lost(m.ref, roster.dates[day], was[day]) for day in gone]
        fixed[m.ref] = stays
    barred = frozenset(cell for cell in begun if cell[0] >= open_from)
    for ref in sorted(roster.lines.keys() - lines.keys()):
        gone = [day for day in days if day >= open_from and roster.lines[ref][day]]
        lost += [Lost(ref, roster.dates[day], roster.lines[ref][day]) for day in gone]
    return Standing(lines, fixed, dict.fromkeys(lines, barred)), lost


def _changes(case: Case, standing: Standing, lines: Roster) -> Iterator[Change]:
    """Each day of a line that is not as it stood, in order of days."""
    for day, date in enumerate(case.period.dates):
        for ref, line in sorted(lines.items()):
            before, after = standing.lines[ref][day], line[day]
            if before != after:
                yield Change(ref, date, before, after, tuple(_served(case, lines, ref, day)))


def _served(case: Case, lines: Roster, ref: str, day: int) -> Iterator[Served]:
    """The covers of the member's tour that would be under their minimum without them."""
    tour, date = lines[ref][day], case.period.dates[day]
    for c in case.cover:
        if c.tour == tour and c.holds_on(date):
            who = case.counted[day, c.tour, c.who]
            have = sum(lines[m][day] == tour for m in who if m in lines)
            if ref in who and have <= c.minimum:
                yield Served(c.who, have, c.minimum)


def _faults(instance: Instance, standing: Standing, lines: Roster) -> Iterator[str]:
    """Hard rules that lines break, as the problem's own checker sees them."""
    checked = check(as_standing(instance, standing), lines)
    yield from (f"{b.member}: {b.rule}, {b.says}" for b in checked.breaches)


def _notes(roster: UnitRoster, ask: Ask, case: Case, found: Found) -> Iterator[str]:
    if ask.absent:
        yield f"{', '.join(ask.absent)}: named as absent from {ask.first} to {ask.last}"
    members = {m.ref for m in case.instance.members}
    yield from (
        f"{ref} has no line in the roster: off until a tour is needed" for ref in sorted(members - set(roster.lines))
    )
    yield from (f"{ref} is not of the unit any more" for ref in sorted(set(roster.lines) - members))
    yield from (f"{ref} keeps their line: {why}" for ref, why in sorted(found.unsolved.items()))


def _with_strangers(roster: UnitRoster, ask: Ask, lines: Roster) -> dict[str, Line]:
    """The lines with those of whoever is not of the unit any more, off from the first open day on."""
    open_from = (ask.first - roster.first).days
    gone = {ref: (*line[:open_from], *[OFF] * (roster.days - open_from)) for ref, line in roster.lines.items()}
    return {ref: lines.get(ref, line) for ref, line in gone.items()} | dict(lines)
