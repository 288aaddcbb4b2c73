"""From the loaded force to a rostering problem, and from its solution back to members, tours and hours rules."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from muster.domain.cover import Cover
from muster.domain.limits import Breach
from muster.domain.planned_lines import crossings, with_line
from muster.domain.presence import DutyFile
from muster.domain.profiles import Profile
from muster.domain.published import hash_of
from muster.domain.rosters import Crossing, Shortage
from muster.domain.schedule import Schedule, Turn
from muster.ports import Views
from muster.roster.problem import OFF, Instance, Member, Request, Tour
from muster.roster.problem import Cover as Wanted
from muster.roster.result import Line, Roster
from muster.services.found_once import Once, anew, duty_of, part_of, time_named, time_of
from muster.services.roster_fitness import NOTE, fitness_weights
from muster.services.roster_ground import Ground, Period, ground_of
from muster.services.roster_history import OTHER, History, history_of, worked_before
from muster.services.roster_members import Known, Setting, chart_of, member_of, turns_of, wishes_of
from muster.services.roster_parts import Part, parts_of
from muster.services.roster_rules import MINUTE, PlanRules, plan_rules

SHORT, UNLED, UNDER, OVER = 100, 300, 10, 1
"""Points for each member missing from a minimum, for each one missing who commands or supervises, for each under a
target, for each above one. Ours: a shortage goes before everything, an empty command before that."""


@dataclass(frozen=True, slots=True)
class Case:
    """The rostering problem of one unit, with all that is needed to hold its solution to the domain's own rules.

    ``files``: of everybody rostered; ``turns``: of each tour on each day; ``kept``: how each hours rule is kept;
    ``notes``: what was found about the input.
    """

    unit: str
    period: Period
    instance: Instance
    files: Mapping[str, DutyFile]
    schedule: Schedule
    profile: Profile
    turns: Mapping[str, Sequence[Turn]]
    cover: Sequence[Cover]
    counted: Mapping[tuple[int, str, str], frozenset[str]]
    """Who counts, by day, tour and whom the cover asks for."""
    kept: Mapping[str, str]
    notes: tuple[str, ...]
    preferences: tuple[Request, ...] = ()
    """What members would rather have, day by day."""


def case_of(views: Views, unit: str, first: date, weeks: int = 4, at: datetime | None = None) -> Case:
    """The rostering problem of a unit, see ``cases_of``."""
    last = first + timedelta(weeks=weeks) - timedelta(days=1)
    return next(cases_of(ground_of(views, [unit], first, last), [unit], at))


def cases_of(
    ground: Ground, units: Iterable[str], at: datetime | None = None, fitness_weight: int = 0, once: Once = anew
) -> Iterator[Case]:
    """The rostering problem of each unit. What is over or has begun ``at`` an instant is fixed as it was worked; None:
    nothing is. Charts are what is wished for; absences and attachments away bar tours; hours rules bar what follows too
    soon, is too long, or too much in a week or in a row. ``fitness_weight``: points for what follows what, see
    ``roster_fitness``; 0 for none. ``once``: keeps what is found of members."""
    rules = plan_rules(ground.profile)
    for unit in units:
        case = _case(ground, unit, rules, at, once)
        yield _weighed(ground, case, fitness_weight) if fitness_weight else case


def _weighed(ground: Ground, case: Case, fitness_weight: int) -> Case:
    """The case with points for each pair of its tours that may follow each other."""
    tours = [ground.schedule.tours[tour] for tour in case.turns]
    barred = {(tour.ref, other) for tour in case.instance.tours for other in tour.not_followed_by}
    weights = {pair: w for pair, w in fitness_weights(tours, fitness_weight).items() if pair not in barred}
    return replace(case, instance=replace(case.instance, succession_weights=weights), notes=(*case.notes, NOTE))


def _case(ground: Ground, unit: str, rules: PlanRules, at: datetime | None, once: Once) -> Case:
    parts = [
        p for p in parts_of(ground, unit) if any(a < ground.period.end and b > ground.period.start for a, b in p.serves)
    ]
    files = {p.member: ground.files.get(p.member, DutyFile(p.member)) for p in parts}
    duty = {member: duty_of(file) for member, file in files.items()}
    cover, time = ground.cover.get(unit, ()), time_of(ground)
    charts = {
        m: once(("chart", time, unit, duty[m]), partial(chart_of, ground, file, unit)) for m, file in files.items()
    }
    names = {c.tour for c in cover} | {t.tour for chart in charts.values() for t in chart.values()}
    turns = turns_of(ground, sorted(names))
    setting = Setting(unit, turns, cover, rules)
    of_all = hash_of(repr((time, unit, at, *turns, cover)))
    brought = [
        once(
            ("brought", of_all, part_of(p), duty[p.member]),
            partial(_brought, ground, setting, at, p, files[p.member], charts[p.member]),
        )
        for p in parts
    ]
    known = [
        Known(p, files[p.member], b.history, b.fixed, charts[p.member]) for p, b in zip(parts, brought, strict=True)
    ]
    members = [replace(b.member, ref=p.member) for p, b in zip(parts, brought, strict=True)]
    counted = _counted(parts, cover, turns, ground.period)
    days = ground.period.days
    instance = Instance(
        days=days,
        tours=tuple(_engine_tours(turns, rules, known)),
        members=tuple(members),
        cover=tuple(_wanted(cover, counted, ground.period)),
        requests=tuple(w for each, m in zip(known, members, strict=True) for w in wishes_of(each, m, days)),
        first_weekday=ground.period.first.weekday(),
    )
    squads = {p.squad for f in files.values() for p in f.places} | {
        a.squad for f in files.values() for a in f.attachments
    }
    schedule = replace(ground.schedule, squads={s: q for s, q in ground.schedule.squads.items() if s in squads})
    notes = (*_notes(setting, known, counted), *_kept_apart(rules))
    return Case(
        unit, ground.period, instance, files, schedule, ground.profile, turns, cover, counted, rules.kept, notes
    )


class _Brought(NamedTuple):
    """What a member brings, the days that are decided, and the member as the engine takes them."""

    history: History
    fixed: Mapping[int, str]
    member: Member


def _brought(
    ground: Ground, setting: Setting, at: datetime | None, part: Part, file: DutyFile, chart: Mapping[int, Turn]
) -> _Brought:
    history = history_of(ground, file, setting.turns)
    fixed = {} if at is None else worked_before(ground, file, setting.unit, at)
    return _Brought(history, fixed, member_of(ground, setting, Known(part, file, history, fixed, chart)))


def _engine_tours(turns: Mapping[str, Sequence[Turn]], rules: PlanRules, known: Iterable[Known]) -> Iterator[Tour]:
    """The tours with what may not follow them: on no day of the period, where the clocks change on one."""
    for tour, of in turns.items():
        lengths = [(turn.end - turn.start) // MINUTE for turn in of]
        usual = max(set(lengths), key=lengths.count)
        unlike = {day: minutes for day, minutes in enumerate(lengths) if minutes != usual}
        too_soon = frozenset(other for other, then in turns.items() if _too_soon(of, then, rules))
        yield Tour(tour, usual, too_soon, unlike)
    if any(each.history.carried.tour == OTHER for each in known):
        yield Tour(OTHER, 0)


def _too_soon(first: Sequence[Turn], then: Sequence[Turn], rules: PlanRules) -> bool:
    return any(b.start - a.end < rules.rest for a, b in zip(first, then[1:], strict=False))


def _counted(
    parts: Sequence[Part], cover: Sequence[Cover], turns: Mapping[str, Sequence[Turn]], period: Period
) -> dict[tuple[int, str, str], frozenset[str]]:
    same: dict[frozenset[str], frozenset[str]] = {}
    found = {}
    for c in cover:
        of = turns[c.tour]
        always = {p.member for p in parts if p.counts_through(c.who, of[0].start, of[-1].end)}
        sometimes = [p for p in parts if c.who in p.counts and p.member not in always]
        for day, date_ in enumerate(period.dates):
            if c.holds_on(date_):
                who = frozenset(always.union(p.member for p in sometimes if p.counts_as(c.who, of[day])))
                found[day, c.tour, c.who] = same.setdefault(who, who)  # one object for all days: it goes to processes
    return found


def _wanted(
    cover: Sequence[Cover], counted: Mapping[tuple[int, str, str], frozenset[str]], period: Period
) -> Iterator[Wanted]:
    """A minimum and a target are two covers, which add up."""
    for day, date_ in enumerate(period.dates):
        for c in cover:
            if c.holds_on(date_):
                who = counted[day, c.tour, c.who]
                if c.minimum:
                    yield Wanted(day, c.tour, c.minimum, SHORT if c.who == "officers" else UNLED, 0, who)
                yield Wanted(day, c.tour, c.target, UNDER, OVER, who)


def _notes(
    setting: Setting, known: Sequence[Known], counted: Mapping[tuple[int, str, str], frozenset[str]]
) -> Iterator[str]:
    """What a planner should know of the input before they read the roster."""
    for of in setting.turns.values():
        why = setting.rules.bars(of[0])
        if why is not None:
            yield f"{why}: nobody is given it"
    for c in setting.cover:
        days = [who for (_, tour, whom), who in counted.items() if (tour, whom) == (c.tour, c.who)]
        if days and not any(days):
            yield f"cover of {c.tour} asks for {c.who}: nobody of {setting.unit} is that, so it cannot be met"
    for each in known:
        yield from (f"{each.part.member} begins with a rule broken, {said}" for said in each.history.broken)


def _kept_apart(rules: PlanRules) -> Iterator[str]:
    for rule, how in rules.kept.items():
        if "checked" in how:
            yield f"rule {rule}: {how}"


def line_turns(case: Case, line: Sequence[str]) -> list[Turn]:
    """The turns of a line, in order."""
    return [case.turns[tour][day] for day, tour in enumerate(line) if tour != OFF]


def crossed_by(case: Case, roster: Roster, once: Once = anew) -> list[Crossing]:
    """Every hours rule that lines cross on real instants, as if they were worked after what the record knows; not what
    a member brings broken into the period. ``once``: keeps what is found of a line."""
    of_all = case.unit, time_named(case.period, case.profile, case.schedule)
    found = []
    for member, line in roster.items():
        file = case.files[member]
        crossed = once(("crossed", of_all, duty_of(file), tuple(line)), partial(_crossed, case, file, line))
        found += [Crossing(member, breach) for breach in crossed]
    return found


def _crossed(case: Case, file: DutyFile, line: Line) -> list[Breach]:
    turns = line_turns(case, line)
    worked = with_line(file, case.unit, turns, case.period.start)
    end = max([case.period.end, *(turn.end for turn in turns)])
    return _worst(crossings(worked, case.schedule, case.profile, case.period.start, end, already=False))


def _worst(said: Sequence[Breach]) -> list[Breach]:
    """Without the caution that follows from an unfit of the same family at the same instant."""
    unfit = {(b.rule.removesuffix("-unfit"), b.since) for b in said if b.level == "unfit"}
    return [b for b in said if b.level == "unfit" or (b.rule.removesuffix("-caution"), b.since) not in unfit]


def shortages_of(case: Case, roster: Roster) -> list[Shortage]:
    """Every tour of a day under its minimum or target, in order of days."""
    found = []
    for day, date_ in enumerate(case.period.dates):
        for c in case.cover:
            if c.holds_on(date_):
                who = case.counted[day, c.tour, c.who]
                have = sum(roster[m][day] == c.tour for m in who if m in roster)
                if have < c.target:
                    found.append(Shortage(date_, c.tour, c.who, have, c.minimum, c.target))
    return found
