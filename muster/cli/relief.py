"""``muster relief``."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import (
    action,
    answer,
    by_option,
    happened_on,
    instant_on,
    known_on,
    question,
    reading,
    viewer_option,
    writing,
    zone_of,
)
from muster.domain.instants import span_text
from muster.domain.relieving import HIDDEN, Giver, Relief
from muster.services import proposals
from muster.services import relief as service

SHOWN = 5
"""So many who could relieve are told of one member; --json has all."""


@click.group(invoke_without_command=True)
@click.option("--unit", metavar="UNIT", help="Only of this unit and those below it.")
@click.option("--member", metavar="MEMBER", help="Only of this member, whether relief is due or not.")
@click.option(
    "--within",
    type=click.FloatRange(min=0, max=72),
    default=4,
    show_default=True,
    metavar="HOURS",
    help="Relief that will be due in so many hours, too.",
)
@viewer_option
@question
@click.pass_context
def relief(
    ctx: click.Context,
    unit: str | None,
    member: str | None,
    within: float,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Whose relief is due, who can give it, and what that would break; the worst first.

    \b
    Example:
      muster relief --at 2020-10-07T20:00 --unit PCT-047
    """
    if ctx.invoked_subcommand is not None:
        return
    if math.isnan(within):
        raise click.UsageError("--within nan must be a number of hours from 0 to 72")
    wanted = service.Wanted(unit, member, timedelta(hours=within))
    with reading(db) as views:
        when = instant_on(views, at)
        found = service.reliefs(views, when, wanted, known_on(views, known_at))
        if viewer is not None:
            found = service.for_viewer(views, found, viewer, when)
        zone = zone_of(views)
    none = [f"nobody's relief is due at {_clock(when, zone)} or within {span_text(wanted.within)}"]
    answer(as_json, found, lambda: [line for r in found for line in lines_of(r, zone)] or none)


@relief.command()
@click.argument("member")
@click.option("--to", required=True, metavar="MEMBER", help="Who is asked to take over.")
@by_option
@action
def propose(member: str, to: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Ask somebody to take over from MEMBER: brought to them by every channel, and to the next in line if they do not
    answer.

    \b
    Example:
      muster relief propose M0005 --to M0006 --by M0003 --at 2020-10-07T20:00
    """
    with writing(db) as record:
        made = proposals.propose(record, member, to, by, happened_on(record, at))
        zone = zone_of(record)
    asked = f"{made.tasking.tasking}  asked: {_giver(made.giver, zone)}"
    answer(as_json, made, lambda: [asked, f"  {made.tasking.what}"])


def lines_of(relief: Relief, zone: ZoneInfo) -> list[str]:
    """One relief, told in full."""
    post = f" ({relief.position})" if relief.position else ""
    since = f"on duty {span_text(relief.at - relief.since)}, since {_clock(relief.since, zone)}"
    lines = [f"{relief.member}{post} in {relief.unit}: {since}"]
    for what, when in (("relief owed", relief.owed), ("RELIEF OVERDUE", relief.overdue), ("UNFIT", relief.unfit)):
        if when is not None:
            lines.append(f"  {what if when <= relief.at else what.lower():14} {_when(when, relief.at, zone)}")
    if relief.ends is not None:
        lines.append(f"  tour ends      {_clock(relief.ends, zone)}")
    lines += [f"  crossed        {b.rule}: {b.says}" for b in relief.breaches]
    lines += [f"  {'can relieve' if n == 0 else '':14} {_giver(g, zone)}" for n, g in enumerate(relief.givers[:SHOWN])]
    if len(relief.givers) > SHOWN:
        clean = sum(1 for g in relief.givers[SHOWN:] if not g.breaks)
        lines.append(f"  {'':14} and {len(relief.givers) - SHOWN} more, of whom {clean} would break nothing (--json)")
    return lines + _nobody(relief)


def _nobody(relief: Relief) -> list[str]:
    if not relief.nobody:
        return []
    lines = [f"  NOBODY         can relieve {relief.member} without a waiver, or breaking into protected rest"]
    for g in relief.cheapest:
        rules = ", ".join(g.waivers)
        how = f"needs a waiver of {rules}" if rules else "needs no waiver, but is robbed of rest"
        lines.append(f"  {'cheapest':14} {_who(g)} {how}")
    return lines + ([f"  {'may lend':14} {relief.lends}"] if relief.lends else [])


def _who(giver: Giver) -> str:
    return f"{giver.member} ({giver.position})" if giver.position else giver.member


def _giver(giver: Giver, zone: ZoneInfo) -> str:
    breaks = "; ".join(b.says if b == HIDDEN else f"{b.rule}: {b.says}" for b in giver.breaks)
    start, until = giver.start.astimezone(zone), giver.until.astimezone(zone)
    span = f"{start:%a %H%M} to {until:{'%H%M' if until.date() == start.date() else '%a %H%M'}}"
    return f"{_who(giver)}, {giver.group}, {span}: {f'would break {breaks}' if breaks else 'breaks nothing'}"


def _when(when: datetime, at: datetime, zone: ZoneInfo) -> str:
    passed = f"for {span_text(at - when)}, since" if when <= at else f"in {span_text(when - at)},"
    return f"{passed} {_clock(when, zone)}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H%M}"
