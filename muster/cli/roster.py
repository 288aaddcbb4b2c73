"""``muster roster``: the best roster for a problem, how good it is at most, and what it breaks."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from muster.cli.roster_amend import amend
from muster.cli.roster_cell import why_cell
from muster.cli.roster_city import city, export, show
from muster.cli.roster_feed import feed
from muster.cli.roster_input import Amount, one_limit, read_assignments
from muster.cli.roster_publish import publish, published
from muster.cli.roster_replan import replan
from muster.cli.roster_ways import ways_out
from muster.cli.roster_why import why_short
from muster.cli.roster_withdraw import withdraw
from muster.cli.shared import first_of, json_option, safe, say
from muster.domain.errors import Invalid
from muster.domain.wording import count_of

if TYPE_CHECKING:
    from muster.roster.problem import Instance
    from muster.roster.result import Breach, Checked, Result

SHOWN: Final = 20
SECONDS: Final = 60.0

format_option = click.option(
    "--format", type=click.Choice(["curtois"]), default="curtois", show_default=True, expose_value=False,
    help="How FILE is written.",
)  # fmt: skip
"""One is known so far, and needs no asking."""


@click.group()
def roster() -> None:
    """Rosters: duty lines for every member of a unit, and a proof of how good they are.

    \b
    Example:
      muster roster solve Instance1.txt --seconds 10
    """


for command in (city, show, export, replan, why_short, why_cell, ways_out, publish, amend, withdraw, published, feed):
    roster.add_command(command)


@roster.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@format_option
@click.option("--seconds", type=Amount(0.1, 86_400), show_default=f"{SECONDS:.0f}", help="When to stop.")
@click.option("--effort", type=Amount(1), help="Instead of --seconds: so much work, the same on every machine.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processors to use.")
@click.option("--seed", type=click.IntRange(0, 2**31), default=0, show_default=True)
@json_option
def solve(file: Path, seconds: float | None, effort: float | None, workers: int, seed: int, as_json: bool) -> None:
    """The best roster found for the problem in FILE, checked, and the bound that none can beat.

    Whoever has no possible line is left off and named with the rules that clash, and so is cover that too few may work;
    the rest is rostered as well as can be. The same seed, workers and effort give the same roster; with --seconds it
    depends on the machine.

    \b
    Example:
      muster roster solve Instance1.txt --format curtois --seconds 10 --workers 2 --json
    """
    from muster.roster.budget import Budget
    from muster.roster.prepare import prepare
    from muster.roster.solve import solve

    one_limit(effort, seconds)
    instance = _instance(file)
    prepare(say)
    budget = Budget(effort, None if effort else seconds or SECONDS, time.monotonic)
    result = solve(instance, budget, seed=seed, workers=workers)
    if as_json:
        click.echo(json.dumps(_told(result), indent=2))
    else:
        click.echo("\n".join(map(safe, _lines(result))))


@roster.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("roster_file", metavar="ROSTER", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@format_option
@json_option
def check(file: Path, roster_file: Path, as_json: bool) -> None:
    """Every rule that ROSTER breaks, and its penalty counted from scratch. Exit code 1 when it breaks one.

    ROSTER is JSON as ``muster roster solve --json`` writes it: assignments, member to a list with one entry a day, the
    id of a tour or "" for a day off.

    \b
    Example:
      muster roster solve Instance1.txt --json > roster.json
      muster roster check Instance1.txt roster.json
    """
    from muster.roster.checker import check

    checked = check(_instance(file), read_assignments(roster_file))
    if as_json:
        click.echo(json.dumps({"objective": checked.penalty.total, **_breaches(checked.breaches)}, indent=2))
    else:
        click.echo("\n".join(map(safe, _checked_lines(checked))))
    if checked.breaches:
        sys.exit(1)  # click's own exit is lost: ``main`` does not run it standalone


def _instance(file: Path) -> "Instance":
    from muster.roster.curtois import read_curtois

    try:
        return read_curtois(file.read_text(encoding="utf-8"), file.name)
    except UnicodeDecodeError as said:
        raise Invalid(f"{file}: must be text in UTF-8") from said


def _breaches(breaches: "tuple[Breach, ...]") -> dict[str, Any]:
    said = [{"member": b.member, "rule": b.rule, "day": b.day, "says": b.says} for b in breaches]
    return {"violations": len(said), "breaches": said}


def _told(result: "Result") -> dict[str, Any]:
    penalty = result.penalty
    return {
        "objective": penalty.total,
        "bound": result.bound,
        "gap": round(result.gap, 6),
        "seconds": result.seconds,
        "effort": result.effort,
        "settled": result.settled,
        "penalty": {
            "under": penalty.under, "over": penalty.over, "requests": penalty.requests, "lines": penalty.lines
        },
        **_breaches(result.breaches),
        "unsolved": dict(result.unsolved),
        "warnings": list(result.warnings),
        "assignments": {ref: list(line) for ref, line in result.roster.items()},
    }  # fmt: skip


def _lines(result: "Result") -> list[str]:
    penalty = result.penalty
    wide = max(map(len, result.roster), default=0)
    tours = max((len(entry) for line in result.roster.values() for entry in line), default=1)
    return [
        *(
            f"{ref:{wide}} " + " ".join(f"{entry or '.':{tours}}" for entry in line)
            for ref, line in result.roster.items()
        ),
        f"penalty {penalty.total}: {penalty.under} for missing cover, {penalty.over} for surplus, "
        f"{penalty.requests} for requests, {penalty.lines} for whole lines",
        f"no roster can cost less than {result.bound:.0f}; gap {100 * result.gap:.2f} %, {result.seconds:.1f} s",
        *(f"warning: {says}" for says in result.warnings),
        *(f"{ref} {why}" for ref, why in result.unsolved.items()),
        *_breach_lines(result.breaches),
    ]


def _checked_lines(checked: "Checked") -> list[str]:
    unsound = len({b.member for b in checked.breaches if b.rule == "line"})
    off = f", {count_of(unsound, 'member')} without a sound line counted as off" if unsound else ""
    return [f"penalty {checked.penalty.total}{off}", *_breach_lines(checked.breaches)]


def _breach_lines(breaches: "tuple[Breach, ...]") -> list[str]:
    if not breaches:
        return ["no rule is broken"]
    said = (f"{b.member}{'' if b.day is None else f' day {b.day}'}: {b.says}" for b in breaches)
    return [f"{count_of(len(breaches), 'breach', 'es')}:", *first_of(said, SHOWN)]
