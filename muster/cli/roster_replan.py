"""``muster roster replan``: members drop out; the fewest changed days that restore cover."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import click

from muster.cli.roster_amend import amended_told, amended_value
from muster.cli.roster_input import Amount, Day, members_in, one_limit
from muster.cli.roster_plans import engine_prepared, file_named, plan_argument, plan_published
from muster.cli.roster_replan_lines import replan_told, replan_value
from muster.cli.shared import answer, db_option, instant_on, json_option, reading, safe, writing, zone_of
from muster.domain.errors import Refused

if TYPE_CHECKING:
    from muster.domain.published import Published
    from muster.domain.replans import Replan
    from muster.domain.rosters import UnitRoster
    from muster.ports import Views
    from muster.roster.budget import Budget
    from muster.services.amending import Amendments
    from muster.services.replan_ask import Ask
    from muster.services.rosters import Case

EFFORT = 10_000.0
"""Far more than is needed to prove what is found, in all but rare cases."""


class Asked(TypedDict):
    """The options that say what is asked of a roster."""

    absent: Sequence[str]
    first: datetime | None
    last: datetime | None
    protect: Sequence[str]
    at: str | None
    everything: bool


@click.command()
@plan_argument
@click.option("--absent", metavar="MEMBER[,MEMBER..]", multiple=True, help="Who drops out, beside what is recorded.")
@click.option("--from", "first", type=Day(), metavar="DAY", help="From when; default: today.")
@click.option("--to", "last", type=Day(), metavar="DAY", help="Their last day; default: --from.")
@click.option("--protect", multiple=True, metavar="MEMBER@DAY", help="A day of a line that stays; may be repeated.")
@click.option("--at", metavar="TIME", help="What has begun by then stays; default: now.")
@click.option("--everything", is_flag=True, help="Restore also what it leaves short itself, not only what it had.")
@click.option("--effort", type=Amount(1), show_default=f"{EFFORT:.0f}", help="When to stop: work, equal everywhere.")
@click.option("--seconds", type=Amount(0.1), help="Instead of --effort: when to stop by the clock.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The new roster's file; needed of a FILE.")
@click.option("--amend", is_flag=True, help="Amend UNIT's published roster to it, all entries or none.")
@click.option("--by", metavar="POSITION", help="With --amend: the position that signs.")
@click.option("--reason", metavar="TEXT", help="With --amend: why; sealed, for those entitled.")
@db_option
@json_option
def replan(
    target: str,
    effort: float | None,
    seconds: float | None,
    out: Path | None,
    amend: bool,
    by: str | None,
    reason: str | None,
    db: str,
    as_json: bool,
    **asked: Unpack[Asked],
) -> None:
    """The roster that UNIT has published, or that ``muster roster city`` wrote to FILE, without those who drop out: the
    fewest changed days that restore the minimum of cover, and whether fewer would do.

    Whoever the record has as absent or elsewhere by now has no tour then, nor has who is named by --absent, from one
    day to the other. Days before --from stay, and tours that have begun, and what --protect names. The minimum of cover
    is restored as far as can be, with the hard rules of any roster kept; of all such rosters it is one with the fewest
    changed days. The answer lists each change with the cover it serves, says with how few at least it can be done, and
    what stays short, and whether any roster restores more.

    With --amend the published roster is amended to it, in one transaction, unless it was amended in between; without,
    everything stays as it is. Absences named here are known to this command only: `muster absent` records one.

    \b
    Example:
      muster roster replan PCT-066 --at 2020-10-26T12:00
      muster roster replan PCT-066 --amend --by PCT-066-CO --reason "two captains are sick" --at 2020-10-26T12:00
      muster roster replan rosters/PCT-066.roster.json --absent M04521,M04530 --from 2020-10-27 --out new.roster.json
    """
    from muster.services.replanning import replanned

    one_limit(effort, seconds)
    of_file = file_named(target)
    signed = _signed(amend, by, reason)
    _refuse(target, out, of_file=of_file is not None, amend=amend)
    budget = _budget(effort, seconds)
    with reading(db) as views:
        ask = _ask(views, asked)
        plan = _plan(views, target, of_file, ask)
    found = replanned(plan.case, plan.roster, ask, budget)
    value, lines = _written(found, ask, out)
    if signed is None:
        answer(as_json, value, lambda: lines)
        return
    if not as_json:
        click.echo("\n".join(map(safe, lines)))
    made = _amended(db, plan, found.roster, ask, signed, asked["at"])
    answer(as_json, {**value, **amended_value(made)}, lambda: list(amended_told(made)) or ["nothing to amend"])


def _budget(effort: float | None, seconds: float | None) -> "Budget":
    """How long is looked, from now on, when the engine is prepared."""
    from muster.roster.budget import Budget

    engine_prepared()
    return Budget(None if seconds else effort or EFFORT, seconds, time.monotonic)


def _written(found: "Replan", ask: "Ask", out: Path | None) -> tuple[dict[str, object], list[str]]:
    """What was found, for JSON and in lines; its roster is in the file ``out``, where one is named."""
    from muster.files.rosters import write_roster_as

    if out is not None:
        write_roster_as(out, found.roster)
    file = None if out is None else str(out)
    value = {"file": file, "from": ask.first, "proved": found.proved, **replan_value(found)}
    return value, [*replan_told(found, ask.first), *([] if out is None else [f"written to {out}"])]


class Plan(NamedTuple):
    """The roster that is planned anew, and its problem. ``published``: as which it was read; none of a file's."""

    roster: "UnitRoster"
    case: "Case"
    published: "tuple[Published, ...]"


def _plan(views: "Views", target: str, of_file: "UnitRoster | None", ask: "Ask") -> Plan:
    """The roster of the file, or the one that the unit of this name has published, with what is asked of it."""
    from muster.services.published_plans import as_signed
    from muster.services.replan_ask import case_to_change

    if of_file is not None:
        return Plan(of_file, case_to_change(views, of_file, ask), ())
    published, roster = plan_published(views, target, ask.first)
    return Plan(roster, as_signed(case_to_change(views, roster, ask), roster), (published,))


def _amended(db: str, plan: Plan, after: "UnitRoster", ask: "Ask", signed: "Signed", at: str | None) -> "Amendments":
    """What came of amending the published roster to another, all entries or none."""
    from muster.services.amending import amend_all
    from muster.services.published_plans import amendments_of

    wanted = list(amendments_of(plan.case, plan.roster, after, ask, signed.reason))
    with writing(db) as record:
        return amend_all(record, wanted, signed.by, instant_on(record, at), plan.published)


class Signed(NamedTuple):
    """Who signs amendments, and why."""

    by: str
    reason: str


def _signed(amend: bool, by: str | None, reason: str | None) -> Signed | None:
    """Who signs and why; None where nothing is amended. Raises ``Refused`` for one without the other."""
    if amend and by is not None and reason is not None:
        return Signed(by, reason)
    if amend:
        raise Refused("--amend needs --by, the position that signs, and --reason")
    if by is not None or reason is not None:
        raise Refused("--by and --reason are of amendments: say --amend with them")
    return None


def _refuse(target: str, out: Path | None, *, of_file: bool, amend: bool) -> None:
    """Raise ``Refused`` for a file that would be changed, or a plan of a file that goes nowhere."""
    if out is not None and out.exists():
        raise Refused(f"{out} is there already: name another file with --out")
    if of_file and amend:
        raise Refused(f"--amend is of a published roster: name its unit in place of {target}")
    if of_file and out is None:
        raise Refused(f"--out must name the new roster's file: {target} stays as it is")


def _ask(views: "Views", asked: Asked) -> "Ask":
    """What the options ask for."""
    from muster.services.replan_ask import Ask

    when, first, last = instant_on(views, asked["at"]), asked["first"], asked["last"]
    since = when.astimezone(zone_of(views)).date() if first is None else first.date()
    cells = [(said, *_cell(said)) for said in asked["protect"]]
    wrong = [f"--protect {said!r} must be MEMBER@DAY, as M04521@2020-10-27" for said, _, day in cells if day is None]
    protected = [(member, day) for _, member, day in cells if day is not None]
    to = since if last is None else last.date()
    return Ask(members_in(asked["absent"]), since, to, protected, when, asked["everything"], wrong)


def _cell(said: str) -> tuple[str, date | None]:
    member, _, day = said.rpartition("@")
    try:
        return member, date.fromisoformat(day) if member else None
    except ValueError:
        return member, None
