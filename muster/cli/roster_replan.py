"""``muster roster replan``: members drop out; the fewest changed days that restore cover."""

import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muster.cli.roster_input import Amount, Day, members_in
from muster.cli.shared import answer, count_of, db_option, instant_on, json_option, reading, zone_of
from muster.domain.errors import Refused

if TYPE_CHECKING:
    from muster.domain.replans import Change, Replan
    from muster.ports import Views
    from muster.services.replan_ask import Ask

EFFORT = 10_000.0
"""Far more than is needed to prove what is found, in all but rare cases."""
SHOWN = 40


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--absent", metavar="MEMBER[,MEMBER..]", multiple=True, help="Who drops out, beside what is recorded.")
@click.option("--from", "first", type=Day(), metavar="DAY", help="From when; default: today.")
@click.option("--to", "last", type=Day(), metavar="DAY", help="Their last day; default: --from.")
@click.option("--protect", multiple=True, metavar="MEMBER@DAY", help="A day of a line that stays; may be repeated.")
@click.option("--at", metavar="TIME", help="What has begun by then stays; default: now.")
@click.option("--everything", is_flag=True, help="Restore also what FILE leaves short itself, not only what it had.")
@click.option(
    "--effort", type=Amount(1), default=EFFORT, show_default=True, help="When to stop: work, equal everywhere."
)
@click.option("--seconds", type=Amount(0.1), help="Instead of --effort: when to stop by the clock.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The new roster's file.")
@db_option
@json_option
def replan(
    file: Path,
    absent: Sequence[str],
    first: datetime | None,
    last: datetime | None,
    protect: Sequence[str],
    at: str | None,
    everything: bool,
    effort: float,
    seconds: float | None,
    out: Path,
    db: str,
    as_json: bool,
) -> None:
    """The roster in FILE, which ``muster roster city`` wrote, without those who drop out: the fewest changed days that
    restore the minimum of cover, and whether fewer would do.

    Members named by --absent have no tour from one day to the other, nor has anybody whom the record has as absent or
    elsewhere by now. Days before --from stay, and tours that have begun, and what --protect names. The minimum of cover
    is restored as far as can be, with the hard rules of any roster kept; of all such rosters it is one with the fewest
    changed days. The answer lists each change with the cover it serves, says with how few at least it can be done, and
    what stays short, and whether any roster restores more.

    FILE stays as it is, and nothing is published. Absences named here are known to this command only: `muster absent`
    records one.

    \b
    Example:
      muster roster replan rosters/PCT-066.roster.json --absent M04521,M04530 --from 2020-10-27 --out new.roster.json
    """
    from muster.files.rosters import read_roster, write_roster_as
    from muster.roster.budget import Budget
    from muster.roster.prepare import is_prepared, prepare
    from muster.services.replan_ask import case_to_change
    from muster.services.replanning import replanned

    roster = read_roster(file)
    if out.exists():
        raise Refused(f"{out} is there already: name another file with --out")
    if not is_prepared():
        prepare(lambda said: click.echo(f"muster: {said}", err=True))
    budget = Budget(None if seconds else effort, seconds, time.monotonic)
    with reading(db) as views:
        ask = _asked(views, absent, first, last, protect, at, everything)
        case = case_to_change(views, roster, ask)
    found = replanned(case, roster, ask, budget)
    write_roster_as(out, found.roster)
    value = {"file": str(out), "from": ask.first, "proved": found.proved, **_summary(found)}
    answer(as_json, value, lambda: [*_told(found, ask.first), f"written to {out}"])


def _asked(
    views: "Views",
    absent: Sequence[str],
    first: datetime | None,
    last: datetime | None,
    protect: Sequence[str],
    at: str | None,
    everything: bool,
) -> "Ask":
    """What the options say."""
    from muster.services.replan_ask import Ask

    when = instant_on(views, at)
    since = when.astimezone(zone_of(views)).date() if first is None else first.date()
    cells = [(said, *_cell(said)) for said in protect]
    wrong = [f"--protect {said!r} must be MEMBER@DAY, as M04521@2020-10-27" for said, _, day in cells if day is None]
    protected = [(member, day) for _, member, day in cells if day is not None]
    to = since if last is None else last.date()
    return Ask(members_in(absent), since, to, protected, when, everything, wrong)


def _cell(said: str) -> tuple[str, date | None]:
    member, _, day = said.rpartition("@")
    try:
        return member, date.fromisoformat(day) if member else None
    except ValueError:
        return member, None


def _summary(found: "Replan") -> dict[str, object]:
    roster = found.roster
    return {
        "unit": roster.unit,
        "changed": len(found.changes),
        "at_least": found.least_changes,
        "short_points": found.short,
        "short_points_at_least": found.least_short,
        "lost": found.lost,
        "changes": found.changes,
        "left": found.left,
        "short_before": found.before,
        "faults": list(roster.faults),
        "crossings": list(roster.crossings),
        "notes": list(roster.notes),
        "seconds": round(roster.seconds, 2),
    }


def _told(found: "Replan", first: date) -> Iterator[str]:
    roster, count = found.roster, len(found.changes)
    yield f"{roster.unit} from {first:%a %d %b %Y}: {count_of(len(found.lost), 'tour')} fell away"
    yield from _first(f"  {lost.member}  {lost.day:%a %d %b}  {lost.tour}" for lost in found.lost)
    yield f"{count_of(count, 'day')} changed; {_proof(found)}"
    yield from _first(
        f"  {c.member}  {c.day:%a %d %b}  {c.before or 'off'} > {c.after or 'off'}: {_serves(found, c)}"
        for c in found.changes
    )
    if found.left:
        more = (
            ", and no roster restores more:" if found.short == found.least_short else "; perhaps more can be restored:"
        )
        yield f"under the minimum all the same{more}"
        yield from _first(f"  {s.day:%a %d %b}  {s.tour}: {s.have} of {s.minimum} {s.who}" for s in found.left)
    else:
        yield "no tour is under its minimum for it"
    if found.before:
        yield f"{count_of(len(found.before), 'tour')} under the minimum as before; --everything restores what can be"
    yield from _first(f"breaks: {fault}" for fault in roster.faults)
    yield from _first(
        f"{'breaks' if c.hard else 'caution'}: {c.member} {c.breach.rule}, {c.breach.says}" for c in roster.crossings
    )
    yield from _first(f"note: {note}" for note in roster.notes)


def _proof(found: "Replan") -> str:
    if len(found.changes) == found.least_changes:
        return "no roster that restores as much has fewer"
    return f"a roster that restores as much has at least {found.least_changes}"


def _serves(found: "Replan", change: "Change") -> str:
    """What a change is for: its covers, or the nearest tour that was given to the member."""
    if change.serves:
        return ", ".join(f"{s.have} of {s.minimum} {s.who}" for s in change.serves)
    others = [c for c in found.changes if c.member == change.member and c.serves]
    if not others:
        return "as the rules ask"
    nearest = min(others, key=lambda c: (abs(c.day - change.day), c.day))
    return f"for {nearest.after} on {nearest.day:%a %d %b}"


def _first(lines: Iterator[str]) -> list[str]:
    found = list(lines)
    return found if len(found) <= SHOWN else [*found[:SHOWN], f"  and {len(found) - SHOWN} more; --json has all"]
