"""``muster roster why-cell``: why a member has the tour they have on a day, and what another would do."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from muster.cli.roster_input import Day
from muster.cli.roster_plans import file_named, plan_argument
from muster.cli.shared import action, answer, instant_on, reading, viewer_option
from muster.domain.instants import span_text
from muster.domain.published import entry_of, said_of
from muster.domain.wording import count_of, few

if TYPE_CHECKING:
    from muster.ports import Views
    from muster.services.cell_answers import Around, Change, WhyCell
    from muster.services.cell_sources import Source

SHOWN = 6
"""So many members are named of each reason; --json has all."""


@click.command("why-cell")
@plan_argument
@click.argument("member")
@click.argument("day", type=Day(), metavar="DAY")
@click.option("--to", metavar="TOUR", help="What this entry would do instead: a tour, or off.")
@click.option("--everybody", is_flag=True, help="Hold all others to the rules, not until a few are found.")
@viewer_option
@action
def why_cell(
    target: str,
    member: str,
    day: datetime,
    to: str | None,
    everybody: bool,
    viewer: str | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Why MEMBER has what they have on DAY, in the roster that UNIT has published or ``muster roster city`` wrote to a
    file: what put it there, what their chart says, which cover it serves, the hours around it, who else could have it
    and why others could not.

    With --to what another entry would do: to cover, hours, rules, the chart and the roster's penalty, whether it may be
    amended --at that instant, and by whom. Nothing is changed.

    \b
    Example:
      muster roster why-cell PCT-047 M0033 2020-10-21
      muster roster why-cell PCT-047 M0033 2020-10-21 --to off --at 2020-10-19T12:00
    """
    from muster.services.cell_answers import Asked
    from muster.services.cell_reading import as_read
    from muster.services.entitled import Reader
    from muster.services.why_cell import why_cell as why

    asked = Asked(member, day.date(), None if to is None else entry_of(to), everybody)
    with reading(db) as views:
        now = instant_on(views, at)
        found = why(_source(views, target, asked.day, now, viewer), asked)
        found = found if viewer is None else as_read(found, Reader(views, viewer, now))
    answer(as_json, found, lambda: [*_told(found)])


def _source(views: "Views", target: str, day: date, at: datetime, viewer: str | None) -> "Source":
    from muster.services.cell_sources import PublishedSource, Source

    of_file = file_named(target)
    return Source(views, of_file) if of_file else PublishedSource(views, target, day, at, viewer)


def _told(found: "WhyCell") -> Iterator[str]:
    yield f"{found.member} on {found.day:%a %d %b %Y}, {found.unit}: {said_of(found.tour)}"
    yield f"  because  {found.origin}"
    for a in found.amended:
        why = f" ({a.reason})" if a.reason else ""
        yield f"  version  {a.version}: from {a.was} to {a.tour}{why}, signed {a.by} ({a.signer})"
    yield f"  chart    {'says nothing of them' if found.chart is None else said_of(found.chart)}"
    yield from _covers(found)
    yield from _around("hours", found.around)
    yield from (f"  crosses  {says}" for says in found.around.crossed)
    yield from _others(found)
    if found.change is not None:
        yield from _change(found, found.change)


def _covers(found: "WhyCell") -> Iterator[str]:
    if found.tour and not found.covers:
        yield "  serves   no cover: they count for none of this tour"
    for s in found.covers:
        left = f"; without them {s.short} short" if s.short else "; not short without them"
        yield f"  serves   {s.tour}: {s.have} {s.who}, at least {s.minimum}, wanted {s.target}{left}"


def _around(word: str, around: "Around") -> Iterator[str]:
    if around.in_week is None or around.in_month is None:
        return
    rests = [("before", around.rest_before), ("after", around.rest_after)]
    rest = "".join(f", {span_text(r)} of rest {which} it" for which, r in rests if r is not None)
    yield (
        f"  {word:7}  at most {span_text(around.in_week)} in 7 days, {span_text(around.in_month)} in 28 days around it"
        f"{rest}"
    )


def _others(found: "WhyCell") -> Iterator[str]:
    for o in found.others:
        points = "" if o.penalty is None else f", penalty {o.penalty:+d}"
        cautions = "".join(f"; {says}" for says in o.cautions) + ("" if o.counts else "; does not count for its cover")
        hours = ""
        if o.in_week is not None and o.in_month is not None:
            hours = f": {span_text(o.in_week)} in 7 days, {span_text(o.in_month)} in 28 days"
        yield f"  instead  {o.member} could have it{hours}{points}{cautions}"
    if found.tour and not found.others and not found.unasked:
        yield "  instead  nobody else could have it"
    for why, members in sorted(found.cannot.items(), key=lambda each: -len(each[1])):
        yield f"  not      {few(members, SHOWN)}: {why}"
    if found.unasked:
        yield f"  not asked {count_of(len(found.unasked), 'other')} who might: --everybody holds them to the rules"


def _change(found: "WhyCell", c: "Change") -> Iterator[str]:
    if c.to == found.tour:
        yield f"to {said_of(c.to)}: that is what stands; nothing would change"
        return
    yield f"to {said_of(c.to)}:"
    for s in c.covers:
        short = f": {s.short} SHORT" if s.short else ""
        yield f"  cover    {s.tour}: {s.have} > {s.would} {s.who}, at least {s.minimum}, wanted {s.target}{short}"
    yield from _around("hours", c.around)
    yield from (f"  caution  {says}" for says in c.cautions)
    yield f"  chart    {c.off_chart[0]} > {c.off_chart[1]} days of the line are not as the chart has them"
    if c.penalty is not None:
        yield f"  penalty  {c.penalty[0]} > {c.penalty[1]} points ({c.penalty[1] - c.penalty[0]:+d})"
    if c.wrong:
        yield from (f"  refused  {says}" for says in c.wrong)
        return
    if not c.signers:
        yield "  amend    a file is not amended: publish it, or plan it anew"
        return
    yield f"  may sign {', '.join(f'{position} ({member})' for position, member in c.signers)}"
    command = f"muster roster amend {found.unit} --member {found.member} --day {found.day} --tour {said_of(c.to)}"
    yield f'  amend    {command} --reason "..." --by {c.signers[0][0]}'
