"""``muster roster why-short``: the fewest reasons for which a tour is under its minimum, whatever the roster."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

import click

from muster.cli.roster_input import Amount, Day, members_in
from muster.cli.roster_plans import engine_prepared, file_named, plan_argument, plan_published
from muster.cli.shared import answer, db_option, instant_on, json_option, reading, zone_of
from muster.domain.instants import on_clock

if TYPE_CHECKING:
    from muster.services.shortage_reasons import Why

EFFORT = 3_000.0


@click.command("why-short")
@plan_argument
@click.option("--day", type=Day(), required=True, metavar="DAY", help="The day of the tour.")
@click.option("--tour", required=True, metavar="TOUR", help="The tour that is under its minimum.")
@click.option("--who", metavar="WHO", help="Whom the cover asks for, where several are short.")
@click.option("--absent", metavar="MEMBER[,MEMBER..]", multiple=True, help="Who is absent, beside what is recorded.")
@click.option("--from", "first", type=Day(), metavar="DAY", help="From when; days before it stay. Of UNIT: today.")
@click.option("--to", "last", type=Day(), metavar="DAY", help="Their last day; default: --from.")
@click.option("--at", metavar="TIME", help="What has begun by then stays; default: of UNIT now, of FILE nothing.")
@click.option("--effort", type=Amount(1), default=EFFORT, show_default=True, help="When to stop with each question.")
@db_option
@json_option
def why_short(
    target: str,
    day: datetime,
    tour: str,
    who: str | None,
    absent: Sequence[str],
    first: datetime | None,
    last: datetime | None,
    at: str | None,
    effort: float,
    db: str,
    as_json: bool,
) -> None:
    """Why a tour of the roster that UNIT has published, or of the one in FILE, is under its minimum: the fewest reasons
    that cannot all be kept.

    Reasons are kinds of rules, absences, what stays as it is, and the minimums of other tours. While those that are
    named are kept, no roster has enough members on the tour, whatever else is given up; no fewer do that. Of each it is
    said whether giving up that one alone would be enough. What a re-plan was told of absences has to be told again.

    \b
    Example:
      muster roster why-short PCT-066 --day 2020-10-27 --tour 2315x0750 --at 2020-10-26T12:00
      muster roster why-short rosters/PCT-066.roster.json --day 2020-10-27 --tour 2315x0750 --who supervisors
    """
    from muster.services.published_plans import as_signed
    from muster.services.replan_ask import Ask, case_to_change
    from muster.services.replanning import standing_of
    from muster.services.shortage_reasons import shortage_on, why_short

    of_file = roster = file_named(target)
    engine_prepared()
    with reading(db) as views:
        zone, now = zone_of(views), None if roster and at is None else instant_on(views, at)
        if roster is None:
            _, roster = plan_published(views, target, day.date())
        since = roster.first if first is None else first.date()
        if first is None and now is not None:
            since = max(since, now.astimezone(zone).date())
        begun = now or on_clock(since, time(), zone)
        ask = Ask(members_in(absent), since, since if last is None else last.date(), (), begun)
        case = case_to_change(views, roster, ask)
    case = case if of_file else as_signed(case, roster)
    standing, _ = standing_of(case, roster, ask)
    found = why_short(case, roster, standing, shortage_on(case, standing.lines, day.date(), tour, who), effort)
    answer(as_json, found, lambda: list(_told(found)))


def _told(found: "Why") -> Iterator[str]:
    from muster.services.shortage_reasons import why_says

    yield from why_says(found)
    if found.clash is not None and found.clash.reasons and not found.sure:
        yield "not all of this was proved: a greater --effort may find more"
