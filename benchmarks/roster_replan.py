"""Five sick tomorrow: a precinct's published roster planned anew, with the fewest changes proved; on several days, and
with more. Each in this process, as a service that is up does it, from the record to the new roster; and the command by
itself. And why each tour of a day is short when all but one of those who count for it are away."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from benchmarks._city import city_record
from benchmarks._table import Measured, print_table, report
from muster.domain.cover import Cover
from muster.domain.replans import Replan
from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.roster.prepare import prepare
from muster.services.published_plans import as_signed, published_plan
from muster.services.publishing import publish
from muster.services.replan_ask import Ask, case_to_change
from muster.services.replanning import replanned, standing_of
from muster.services.roster_ground import covered_units, ground_of
from muster.services.roster_parts import parts_of
from muster.services.rostering import solved
from muster.services.rosters import Case, case_of
from muster.services.shortage_reasons import Why, shortage_on, why_short
from muster.store.store import SqlStore

MEMBERS, SIZE = 22_000, 290
FIRST, WEEKS = date(2020, 10, 19), 4
SICK: Final = ((5, 1), (5, 5), (15, 1), (30, 3))
"""So many members of one tour, for so many days."""
DAYS: Final = (1, 8, 15)
"""Days of the period on which they fall sick."""
SECONDS, TIMES = 2.0, 3
WHY_SECONDS, WHY_EFFORT = 5.0, 3_000.0
ROSTER_SECONDS = 60.0
EFFORT = 10_000.0


@dataclass(frozen=True)
class Run:
    """One case, and the least seconds of processor time of several runs."""

    what: str
    found: Replan
    seconds: float


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        store = city_record(Path(folder), MEMBERS)
        prepare()
        roster = rostered(store)
        published_by_its_commander(store, roster)
        runs = [once(store, roster, sick, days, day) for sick, days in SICK for day in DAYS]
        whys = [why(store, roster, tour, who) for tour, who in tours_of(store, roster)]
        command = min(command_seconds(Path(folder), roster, number) for number in range(TIMES))
        store.close()
    show(runs)
    print_table([("why", "reasons", "seconds"), *(_why_cells(found, seconds) for found, seconds in whys)])
    five = [run.seconds for run in runs if run.what.startswith("5 ")]
    rows = [
        Measured("five sick, the slowest, processor time", max(five), SECONDS, "s"),
        Measured("any, the slowest, processor time", max(run.seconds for run in runs), SECONDS, "s"),
        Measured("not proved the fewest", sum(not run.found.proved for run in runs), 0, ""),
        Measured("hard rules broken", sum(run.found.roster.breaches for run in runs), 0, ""),
        Measured("why a tour is short, the slowest, processor time", max(s for _, s in whys), WHY_SECONDS, "s"),
        Measured("not proved why", sum(not found.sure for found, _ in whys), 0, ""),
        Measured("the command by itself, five sick, by the clock", command, None, "s"),
    ]
    return report(f"{roster.unit}, {len(roster.lines)} members: re-planned (the best of {TIMES})", rows)


def rostered(store: SqlStore) -> UnitRoster:
    """The roster of the unit whose size is nearest."""
    with store.reading() as views:
        names = covered_units(views)
        ground = ground_of(views, names, FIRST, FIRST + timedelta(weeks=WEEKS, days=-1))
        unit = min(names, key=lambda name: abs(len(parts_of(ground, name)) - SIZE))
        case = case_of(views, unit, FIRST, WEEKS)
        tours = sorted({c.tour for c in views.rows(Cover, unit=[unit])})
    roster = solved(case, Budget(seconds=ROSTER_SECONDS, clock=time.monotonic))
    print(
        f"{unit}: tours {', '.join(tours)}; penalty {roster.total}, at least {roster.bound:.0f}, {roster.short} short"
    )
    return roster


def published_by_its_commander(store: SqlStore, roster: UnitRoster) -> None:
    """It is what the unit is held to, from a week before it begins."""
    with store.writing() as record:
        publish(record, roster, f"{roster.unit}-CO", at_noon_before(FIRST - timedelta(weeks=1)))


def standing_plan(store: SqlStore, roster: UnitRoster, ask: Ask) -> tuple[UnitRoster, Case]:
    """The published roster as the record has it, and the case in which it may change."""
    with store.reading() as views:
        _, plan = published_plan(views, roster.unit, ask.at)
        return plan, as_signed(case_to_change(views, plan, ask), plan)


def sick_on(roster: UnitRoster, sick: int, day: int) -> Sequence[str]:
    """So many members of the tour that most are on that day, the first by name."""
    tours = [line[day] for line in roster.lines.values() if line[day]]
    tour = max(sorted(set(tours)), key=tours.count)
    return [m for m, line in roster.lines.items() if line[day] == tour][:sick]


def once(store: SqlStore, roster: UnitRoster, sick: int, days: int, day: int) -> Run:
    """From the record to the new roster."""
    first = roster.dates[day]
    ask = asked(sick_on(roster, sick, day), first, days)
    best = float("inf")
    for _ in range(TIMES):
        begun = time.process_time()  # on one thread, and nothing waits: what a clock shows where nobody else is at work
        plan, case = standing_plan(store, roster, ask)
        found = replanned(case, plan, ask, Budget(EFFORT))
        best = min(best, time.process_time() - begun)
    return Run(f"{sick} sick for {days} day{'s' if days > 1 else ''}, from {first:%a %d}", found, best)


def asked(absent: Sequence[str], first: date, days: int) -> Ask:
    """At noon of the day before they are known to be absent for so many days."""
    return Ask(absent, first, first + timedelta(days=days - 1), (), at_noon_before(first))


def at_noon_before(day: date) -> datetime:
    """Noon of the day before, on the clock of the machine."""
    return datetime.combine(day, datetime.min.time()).astimezone() - timedelta(hours=12)


def tours_of(store: SqlStore, roster: UnitRoster) -> list[tuple[str, str]]:
    """Each tour that has a minimum on the day of which ``why`` asks, with whom it asks for."""
    day = roster.dates[DAYS[1]]
    with store.reading() as views:
        return sorted((c.tour, c.who) for c in views.rows(Cover, unit=[roster.unit]) if c.minimum and c.holds_on(day))


def why(store: SqlStore, roster: UnitRoster, tour: str, who: str) -> tuple[Why, float]:
    """Why a tour is short when but one are away of those who count for it, who has another tour then or is off; the
    least seconds of several runs."""
    day = DAYS[1]
    with store.reading() as views:
        counted = case_of(views, roster.unit, FIRST, WEEKS).counted[day, tour, who]
    *away, _ = sorted(counted, key=lambda member: (roster.lines[member][day] != tour, member))
    ask = asked(away, roster.dates[day], 1)
    best = float("inf")
    for _ in range(TIMES):
        begun = time.process_time()
        plan, case = standing_plan(store, roster, ask)
        standing, _ = standing_of(case, plan, ask)
        short = shortage_on(case, standing.lines, roster.dates[day], tour, who)
        found = why_short(case, plan, standing, short, WHY_EFFORT)
        best = min(best, time.process_time() - begun)
    return found, best


def command_seconds(folder: Path, roster: UnitRoster, number: int) -> float:
    """The command as a desk officer starts it."""
    first = roster.dates[DAYS[1]]
    words = [
        *("roster", "replan", roster.unit, "--absent", ",".join(sick_on(roster, 5, DAYS[1])), "--from", str(first)),
        *("--at", str(first - timedelta(days=1)), "--out", str(folder / f"{number}.json")),
        *("--db", f"sqlite:///{folder / f'{MEMBERS}.db'}"),
    ]
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "muster", *words], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begun


def show(runs: Sequence[Run]) -> None:
    """A line for each case."""
    print_table([("", "fell away", "changed", "at least", "short", "at least", "seconds"), *map(_cells, runs)])


def _why_cells(found: Why, seconds: float) -> tuple[str, ...]:
    s = found.shortage
    reasons = 0 if found.clash is None else len(found.clash.reasons)
    return f"{s.tour} {s.who}, {s.have} of {s.minimum}", str(reasons), f"{seconds:.2f}"


def _cells(run: Run) -> tuple[str, ...]:
    f = run.found
    numbers = (len(f.lost), len(f.changes), f.least_changes, f.short, f.least_short)
    return run.what, *map(str, numbers), f"{run.seconds:.2f}"


if __name__ == "__main__":
    sys.exit(main())
