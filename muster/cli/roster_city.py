"""``muster roster city``, ``show`` and ``export``: rosters of a loaded force."""

import os
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.cli.roster_input import Amount, Day, one_limit
from muster.cli.shared import answer, db_option, first_of, instant_on, json_option, reading, say
from muster.domain.errors import Refused

if TYPE_CHECKING:
    from muster.domain.requests import Request
    from muster.domain.rosters import UnitRoster
    from muster.services.roster_ground import Ground
    from muster.services.rostering import Plan
    from muster.services.rosters import Case

SECONDS = 600.0
SHOWN = 10
MOST_WEIGHT = 1000
BY_FITNESS = (
    "Points for a tour that ends worse after the tour of the day before than after a day off, as the worse of two "
    "models of fatigue has it: so many for its whole threshold of caution, in proportion for less. A mean of a group "
    "under supposed sleep, never the sole ground for anything about a person. 0 is off: a published patent (US "
    "8,428,993) claims optimising rosters by fatigue scores."
)


@click.command()
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="The first day.")
@click.option("--weeks", type=click.IntRange(1, 53), default=4, show_default=True, help="How long.")
@click.option("--to", "last", type=Day(), metavar="DAY", help="The last day, instead of --weeks.")
@click.option("--unit", "units", multiple=True, metavar="UNIT", help="Only this unit; may be repeated.")
@click.option("--at", metavar="TIME", help="What has begun by then is fixed as it was worked; default: nothing is.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes; default: one for each processor.")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, tcp://HOST:8786: its workers solve instead.")
@click.option("--seconds", type=Amount(1), show_default=f"{SECONDS:.0f}", help="When to stop, all units together.")
@click.option("--effort", type=Amount(1), help="Instead of --seconds: work on each unit, equal everywhere.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, show_default=True)
@click.option(
    "--fitness-weight", type=click.IntRange(0, MOST_WEIGHT), default=0, show_default=True, metavar="N", help=BY_FITNESS
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default="rosters", show_default=True,
    help="Where each unit's roster is written as it comes.",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with what an earlier run has written there.")
@db_option
@json_option
def city(
    first: datetime,
    weeks: int,
    last: datetime | None,
    units: Sequence[str],
    at: str | None,
    workers: int | None,
    scheduler: str | None,
    seconds: float | None,
    effort: float | None,
    seed: int,
    fitness_weight: int,
    out: Path,
    resume: bool,
    db: str,
    as_json: bool,
) -> None:
    """Rosters of all units that have cover, on all processors: what each costs and could cost at least.

    Each roster is written whole as soon as it is there, and again when a better one is found: stopped at any moment, an
    earlier run can be gone on with. Units that are not proved within 1 % or one point of the best get the time that the
    others left. Nothing is published. Preferences of members ('muster request prefer') are given as far as cover and
    rules leave room.

    With --scheduler (extra 'dask') the workers of a Dask scheduler solve, one unit in each of their threads: start them
    with `dask worker ADDRESS --nthreads 1` where the same Muster is installed. Units of a worker that dies go to
    another. Whoever reaches a scheduler can run programs on its workers: keep it on a network of your own.

    \b
    Example:
      muster roster city --from 2020-10-19 --weeks 4 --seconds 300 --out october
      muster roster city --from 2020-10-19 --scheduler tcp://10.0.0.5:8786
    """
    from muster.services.preferences import with_preferences
    from muster.services.rosters import cases_of

    plan = _plan(workers, scheduler, seconds, effort, seed)
    begin = first.date()
    end = begin + min(timedelta(weeks=weeks, days=-1), date.max - begin) if last is None else last.date()
    before = _before(out, begin, end, resume)
    ground, names, fixed_at, wished = _ground(db, units, begin, end, at)
    begun = time.monotonic()
    cases = (with_preferences(case, wished) for case in cases_of(ground, names, fixed_at, fitness_weight))
    found = _solved(cases, names, plan, before, out)
    rosters = [found[unit] for unit in names]
    value = _summary(rosters, begin, time.monotonic() - begun)
    answer(as_json, value, lambda: _told(rosters, value))


def _plan(workers: int | None, scheduler: str | None, seconds: float | None, effort: float | None, seed: int) -> "Plan":
    """How long is solved, and where. Raises ``Refused`` for two limits, or two places."""
    from muster.services.rostering import Plan

    one_limit(effort, seconds)
    if workers and scheduler:
        raise Refused("--workers are processes of this machine, --scheduler has its own: name one of the two")
    limit = None if effort else seconds or SECONDS
    return Plan(workers or os.cpu_count() or 1, time.monotonic, limit, effort, seed, scheduler)


def _before(out: Path, begin: date, end: date, resume: bool) -> dict[str, "UnitRoster"]:
    """The rosters that an earlier run has written there, to go on with. Raises ``Refused`` for those of a run that is
    not to be gone on with, or of another period."""
    from muster.files.rosters import rosters_in

    before = rosters_in(out)
    if before and not resume:
        raise Refused(f"{out} has rosters already: go on with --resume, or name another folder with --out")
    for roster in before.values():
        if (roster.dates[0], roster.dates[-1]) != (begin, end):
            period = f"{roster.dates[0]} to {roster.dates[-1]}"
            raise Refused(f"{out} has the roster of {roster.unit} from {period}: name another folder with --out")
    return before


def _solved(
    cases: "Iterable[Case]",
    names: Sequence[str],
    plan: "Plan",
    before: dict[str, "UnitRoster"],
    out: Path,
) -> dict[str, "UnitRoster"]:
    """The roster of each unit, written as it comes and told of."""
    from muster.files.rosters import write_roster
    from muster.roster.prepare import prepare
    from muster.services.rostering import roster_all

    prepare(say)
    found: dict[str, UnitRoster] = {}

    def done(roster: "UnitRoster") -> None:
        found[roster.unit] = roster
        write_roster(out, roster)
        say(f"{_line(roster)} ({len(found)} of {len(names)})")

    roster_all(cases, len(names), plan, before, done)
    return found


def _ground(
    db: str, units: Sequence[str], begin: date, end: date, at: str | None
) -> tuple["Ground", list[str], datetime | None, list["Request"]]:
    """What the record knows, the units by how much they need, the largest first, the instant of ``--at``, and what
    members would rather have."""
    from muster.services.preferences import preferences_of
    from muster.services.roster_ground import covered_units, ground_of

    with reading(db) as views:
        names = covered_units(views, units)
        ground = ground_of(views, names, begin, end)
        when = None if at is None else instant_on(views, at)
        wished = preferences_of(views, ground.period)
    needs = {unit: sum(c.target * len(c.days) for c in ground.cover[unit]) for unit in names}
    return ground, sorted(names, key=lambda unit: (-needs[unit], unit)), when, wished


def _line(r: "UnitRoster") -> str:
    how = "settled" if r.settled else "open"
    more = "".join(
        f", {number} {word}"
        for number, word in (
            (r.breaches, "hard rules broken"), (r.short, "short of minimum cover"), (len(r.unsolved), "without a line")
        )
        if number
    )  # fmt: skip
    return f"{r.unit}: penalty {r.total}, at least {r.bound:.0f}, {how} after {r.seconds:.1f} s{more}"


def _summary(rosters: "Sequence[UnitRoster]", begin: date, seconds: float) -> dict[str, Any]:
    penalty, bound = sum(r.total for r in rosters), sum(r.bound for r in rosters)
    return {
        "from": begin,
        "days": rosters[0].days if rosters else 0,
        "penalty": penalty,
        "bound": bound,
        "city_gap": round((penalty - bound) / penalty, 6) if penalty else 0.0,
        "settled": sum(r.settled for r in rosters),
        "breaches": sum(r.breaches for r in rosters),
        "cautions": sum(not c.hard for r in rosters for c in r.crossings),
        "short": sum(r.short for r in rosters),
        "members": sum(len(r.lines) for r in rosters),
        "unsolved": {m: why for r in rosters for m, why in r.unsolved.items()},
        "seconds": round(seconds, 1),
        "units": [
            {
                "unit": r.unit, "penalty": r.total, "parts": dict(r.penalty), "bound": r.bound, "settled": r.settled,
                "breaches": r.breaches, "short": r.short, "members": len(r.lines), "seconds": round(r.seconds, 1),
                "faults": list(r.faults), "notes": list(r.notes),
            }
            for r in rosters
        ],
    }  # fmt: skip


def _told(rosters: "Sequence[UnitRoster]", value: dict[str, Any]) -> list[str]:
    notes = list(dict.fromkeys(note for r in rosters for note in r.notes))
    unsolved = [f"{member}: {why}" for member, why in value["unsolved"].items()]
    return [
        *(_line(r) for r in sorted(rosters, key=lambda r: r.unit)),
        "",
        f"{len(rosters)} unit{'' if len(rosters) == 1 else 's'}, {value['members']:,} members, {value['days']} days "
        f"from {value['from']}: penalty {value['penalty']:,}, at least {value['bound']:,.0f}; "
        f"city gap {value['city_gap']:.3%}",
        f"{value['settled']} of {len(rosters)} units settled; {value['breaches']} hard rules broken, "
        f"{value['cautions']} cautions; {value['short']} short of minimum cover",
        *first_of(unsolved, SHOWN),
        *first_of(notes, SHOWN),
    ]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def show(file: Path, as_json: bool) -> None:
    """The roster in FILE, which ``muster roster city`` wrote: a line for each member, what is short, what it crosses.

    \b
    Example:
      muster roster show rosters/PCT-066.roster.json
    """
    from muster.cli.roster_sheet import sheet
    from muster.files.rosters import read_roster

    roster = read_roster(file)
    answer(as_json, roster, lambda: sheet(roster))


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to", "table", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The table to write."
)
@json_option
def export(files: Sequence[Path], table: Path, as_json: bool) -> None:
    """Write rosters of one period as a table: CSV, Excel or Parquet, by the end of its name.

    \b
    Example:
      muster roster export rosters/PCT-066.roster.json rosters/PCT-070.roster.json --to october.xlsx
    """
    from muster.files.roster_tables import write_table
    from muster.files.rosters import read_roster

    lines = write_table(table, [read_roster(file) for file in files])
    answer(as_json, {"file": str(table), "lines": lines}, lambda: [f"{table}: {lines} lines"])
