"""One member of a unit as the engine takes them: their tours, their limits, and their chart as what is wished for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

from muster.domain.cover import Cover
from muster.domain.duty import Chart
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.presence import DutyFile, planned_turns
from muster.domain.schedule import OFF as DAY_OFF
from muster.domain.schedule import Turn, turn_on
from muster.domain.spans import NO_TIME, Span
from muster.roster.problem import OFF, Member, Request
from muster.services.roster_ground import Ground
from muster.services.roster_history import History
from muster.services.roster_parts import Part, gaps_of, meets
from muster.services.roster_rules import MINUTE, MOST_RUN_DAYS, PlanRules, is_night

OFF_THE_CHART: Final = 2
"""Points for each day on which a line is not as the chart has it: less than one member under a target."""
MORE_TOURS, FEWER_TOURS = 1, 2
"""A line may have so many tours more, or fewer, than the chart gives; or may have to make good for absences."""
WITHOUT_CHART_MINUTES_A_WEEK: Final = 40 * 60
LEAST_OFF_DAYS: Final = 2
"""No single days off, where the chart has none."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all members of a unit have in common: the turns of each of its tours on each day, and the rows of its
    cover."""

    unit: str
    turns: Mapping[str, Sequence[Turn]]
    cover: Sequence[Cover]
    rules: PlanRules


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one member: what they count as, their duty, what they bring, and which days are decided."""

    part: Part
    file: DutyFile
    history: History
    fixed: Mapping[int, str]
    chart: Mapping[int, Turn]
    """The turns that charts give them in the unit, by day of the period."""


def turns_of(ground: Ground, tours: Iterable[str]) -> dict[str, list[Turn]]:
    """The turns of these tours on the days of the period."""
    rows, period = ground.schedule.tours, ground.period
    return {tour: [turn_on(rows[tour], day, period.zone) for day in period.dates] for tour in tours}


def chart_of(ground: Ground, file: DutyFile, unit: str) -> dict[int, Turn]:
    """The turns that charts give a member in the unit, by day of the period, whether or not they are there."""
    period = ground.period
    found: dict[int, Turn] = {}
    for turn, squad, _ in planned_turns(file, ground.schedule, period.start - timedelta(days=1), period.end):
        day = (turn.day - period.first).days
        if squad.unit == unit and 0 <= day < period.days:
            found.setdefault(day, turn)
    return found


def member_of(ground: Ground, setting: Setting, known: Known) -> Member:
    """The member as the engine takes them. Days on which they are not there for any of their tours are days off."""
    tours = _tours(setting, known)
    barred = _barred(ground, setting, known, tours)
    days = range(ground.period.days)
    off = frozenset(day for day in days if day not in known.fixed and all((day, tour) in barred for tour in tours))
    chart = {day: turn for day, turn in known.chart.items() if day not in off and (day, turn.tour) not in barred}
    least, most = _minutes(ground, setting, known, tours, chart)
    runs = _runs(ground, known.file)
    return Member(
        ref=known.part.member,
        most_days=dict.fromkeys(sorted(tours), ground.period.days),
        least_minutes=least,
        most_minutes=most,
        most_run_days=_most_run(ground, setting, tours, runs),
        least_off_days=_least_off(known, off, runs),
        most_week_minutes=setting.rules.week_minutes,
        days_off=off,
        barred=frozenset((day, tour) for day, tour in barred if day not in off),
        fixed=known.fixed,
        carried=known.history.carried,
    )


def wishes_of(known: Known, member: Member, days: int) -> list[Request]:
    """The chart as what is wished for, on each day on which the member is free to follow it or not."""
    wishes = []
    for day in range(days):
        entry = known.chart[day].tour if day in known.chart else OFF
        if day not in member.fixed and day not in member.days_off and (day, entry) not in member.barred:
            wishes.append(Request(member.ref, day, entry, OFF_THE_CHART, True))
    return wishes if known.chart else []


def _tours(setting: Setting, known: Known) -> set[str]:
    """The tours a member may be given: those of their chart, and the tours for which they count in the cover, unless
    their chart has none of those, as that of an office; but no tour that the rules bar."""
    own = {turn.tour for turn in known.chart.values()}
    covered = {c.tour for c in setting.cover if c.who in known.part.counts}
    tours = own | covered if own & covered or not own else own
    may = {tour for tour in tours if setting.rules.bars(setting.turns[tour][0]) is None}
    return may | {tour for tour in known.fixed.values() if tour != OFF}


def _barred(ground: Ground, setting: Setting, known: Known, tours: Collection[str]) -> set[tuple[int, str]]:
    """The tours of days for which the member is not there, or not rested from duty before the period or in court."""
    gaps = list(gaps_of(known.file, setting.unit))
    ended, rest = known.history.ended, setting.rules.rest
    appearances = [(r.since, r.until) for r in known.file.records if r.kind in DUTY_ELSEWHERE]

    def is_barred(turn: Turn) -> bool:
        return (
            not known.part.serves_for(turn)
            or meets(gaps, turn.start, turn.end)
            or (ended is not None and turn.start - ended < rest)
            or any(_clashes(ground, setting.rules, turn, span) for span in appearances)
        )

    barred: set[tuple[int, str]] = set()
    for tour in tours:
        of = setting.turns[tour]
        if gaps or appearances or not known.part.serves_through(of[0].start, of[-1].end):
            asked = [*enumerate(of)]
        else:  # as for most: only what they worked before can be in the way
            asked = [(day, turn) for day, turn in enumerate(of) if ended is not None and turn.start < ended + rest]
        barred.update((day, tour) for day, turn in asked if day not in known.fixed and is_barred(turn))
    return barred


def _clashes(ground: Ground, rules: PlanRules, turn: Turn, appearance: Span) -> bool:
    """Whether the tour leaves no time for an appearance in court or a training, or no rest between the two; with a
    break that ends no duty they are one, which may be too long."""
    since, until = appearance
    gap = max(turn.start - until, since - turn.end)
    if gap < NO_TIME or ground.profile.break_length <= gap:
        return gap < rules.rest
    whole = max(turn.end, until) - min(turn.start, since)
    return rules.too_long is not None and whole >= rules.too_long


def _minutes(
    ground: Ground, setting: Setting, known: Known, tours: Collection[str], chart: Mapping[int, Turn]
) -> tuple[int, int]:
    """The fewest and the most minutes of a line: about as many as the chart gives on the days the member is there."""
    lengths = [(turn.end - turn.start) // MINUTE for tour in tours for turn in setting.turns[tour]]
    longest = max(lengths, default=0)
    done = sum(
        (setting.turns[t][day].end - setting.turns[t][day].start) // MINUTE for day, t in known.fixed.items() if t
    )
    given = sum((turn.end - turn.start) // MINUTE for day, turn in chart.items() if day not in known.fixed) + done
    if not known.chart:
        given = max(given, WITHOUT_CHART_MINUTES_A_WEEK * ground.period.days // 7)
    most = given + MORE_TOURS * longest
    if setting.rules.month_minutes is not None and ground.period.days <= 28:
        most = min(most, setting.rules.month_minutes)
    least = given - FEWER_TOURS * longest if known.chart else 0
    return max(0, least, min(done, most)), max(most, done)


@dataclass(frozen=True, slots=True)
class _Runs:
    """The longest run of duty and the shortest of days off in the member's charts."""

    duty: int
    off: int


def _runs(ground: Ground, file: DutyFile) -> _Runs:
    squads = [ground.schedule.squads[p.squad] for p in file.places if p.squad in ground.schedule.squads]
    each = [_runs_of(ground.schedule.charts[squad.chart]) for squad in squads]
    return _Runs(max((r.duty for r in each), default=0), min((r.off for r in each), default=1))


def _runs_of(chart: Chart) -> _Runs:
    works = [word != DAY_OFF for word in chart.cycle]
    if all(works) or not any(works):
        return _Runs(len(works) if all(works) else 0, 1)
    first = next(i for i in range(len(works)) if works[i] and not works[i - 1])
    runs = [(is_duty, len(list(days))) for is_duty, days in groupby(works[first:] + works[:first])]
    return _Runs(max(n for is_duty, n in runs if is_duty), min(n for is_duty, n in runs if not is_duty))


def _most_run(ground: Ground, setting: Setting, tours: Collection[str], runs: _Runs) -> int:
    rules = setting.rules
    most = rules.run_days if rules.run_days is not None else max(MOST_RUN_DAYS, runs.duty)
    nights = all(is_night(setting.turns[tour][0], ground.period.zone) for tour in tours)
    return min(most, rules.run_nights) if rules.run_nights is not None and nights and tours else most


def _least_off(known: Known, off: frozenset[int], runs: _Runs) -> int:
    """Days off in a row at least: whoever is away for a day in between may have to be off for that day alone."""
    return min(LEAST_OFF_DAYS, runs.off) if not off and not known.fixed else 1
