"""``muster duty``: a member's hours, where they come from, and what each rule makes of them."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, instant_in, instant_on, known_on, question, reading, zone_of
from muster.documents.axis import NARROW, WIDE
from muster.documents.days import days_svg
from muster.domain.instants import local_text, span_text
from muster.domain.spans import NO_TIME
from muster.files.whole import write_whole
from muster.services.days import days_of
from muster.services.ledger import (
    DutyPage,
    Hour,
    Posted,
    RuleSays,
    Sum,
    WorkPeriod,
    duty_page,
    hour_by_hour,
    must_read_duty,
)

MEANS = "means of groups, with sleep estimated from duty: never the sole ground for anything about a person"


@click.command()
@click.argument("member")
@click.option("--days", type=click.IntRange(1, 28), default=7, show_default=True, help="Entries of so many days.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Rules of this profile; may be given again.")
@click.option("--from", "start", metavar="TIME", help="Also what rules and models say at every hour from then on.")
@click.option("--svg", "picture", metavar="FILE", type=click.Path(dir_okay=False), help="Also draw the days into FILE.")
@click.option("--narrow", is_flag=True, help="Draw them as wide as a phone, with fewer days in a row.")
@click.option("--as", "viewer", metavar="MEMBER", help="Only if this member may read it: it tells of rest.")
@question
def duty(
    member: str,
    days: int,
    profiles: tuple[str, ...],
    start: str | None,
    picture: str | None,
    narrow: bool,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """MEMBER's duty ledger: hours counted, paid and rested, each entry with its fact, and what every rule says.

    \b
    Example:
      muster duty M0005 --at 2020-10-08T02:00 --from 2020-10-07T06:00 --svg days.svg
    """
    if narrow and picture is None:
        raise click.UsageError("--narrow must come with --svg FILE: it says how wide the days are drawn into it")
    with reading(db) as views:
        when, known = instant_on(views, at), known_on(views, known_at)
        if viewer is not None:
            must_read_duty(views, viewer, member, when)
        page = duty_page(views, member, when, known, days, profiles)
        zone = zone_of(views)
        hours = hour_by_hour(views, member, instant_in("--from", start, zone), when, known, profiles) if start else []
        if picture is not None:
            first = instant_in("--from", start, zone) if start else when - timedelta(days=days)
            write_whole(
                Path(picture), days_svg(days_of(views, member, first, when, known), page=NARROW if narrow else WIDE)
            )
    told = {"duty": page, "hours": hours} if start else page
    answer(as_json, told, lambda: duty_lines(page, zone) + hour_lines(hours, zone))


def duty_lines(page: DutyPage, zone: ZoneInfo) -> list[str]:
    """A member's duty as text."""
    s, v = page.status, page.verdict
    lines = [f"{page.member.member}  {page.member.name}, {page.at.astimezone(zone):%a %d %b %Y %H%M %Z}"]
    where = f" in {s.unit}" if s.unit else ""
    until = f", until {local_text(s.until, zone)}" if s.until else ""
    lines.append(f"  status   {s.state}{where}: {s.source}{until}")
    f = v.rules
    since = f"; on duty {span_text(f.continuous)}, since {local_text(f.since, zone)}" if f.since else ""
    lines.append(f"  fitness  {v.level}: {f.level} by the hours rules, {v.models.says} by the models{since}")
    if page.protected_until:
        lines.append(f"  rest     protected until {local_text(page.protected_until, zone)}")
    lines += [line_of_sum(total) for total in page.sums]
    lines += [line_of_work_period(page.work_period, zone)] if page.work_period else []
    lines += [line_of_rule(says, zone) for says in page.rules]
    lines += [f"  model    {why}" for why in v.models.why]
    lines.append(f"  model    {MEANS}")
    return [*lines, *(line_of_entry(each, zone) for each in page.entries)]


def hour_lines(hours: list[Hour], zone: ZoneInfo) -> list[str]:
    """What the rules and the models say, hour by hour."""
    head = ["", "  hour               on duty     awake       KSS    lapses  fitness"] if hours else []
    return head + [_line_of_hour(hour, zone) for hour in hours]


def _line_of_hour(hour: Hour, zone: ZoneInfo) -> str:
    v = hour.verdict
    awake = _spread(v.models.hours_awake) if v.models.hours_awake else "asleep"
    owed = "relief overdue" if v.rules.relief_overdue_since else "relief owed" if v.rules.relief_owed_since else ""
    rules = [f"{r.profile} {r.rule}" for r in hour.crossed]
    why = "; ".join(p for p in (owed, *rules, "models" if v.models.says != "fit" else "") if p)
    on_duty = span_text(v.rules.continuous) if v.rules.since else "off"
    return (
        f"  {v.at.astimezone(zone):%a %d %b %H%M %Z}  {on_duty:>9}  {awake:>8}  {_spread(v.models.kss):>8}"
        f"  {_spread(v.models.lapses):>8}  {v.level}{f' ({why})' if why else ''}"
    )


def _spread(pair: tuple[float, float]) -> str:
    least, most = (f"{value + 0.0:.1f}" for value in pair)
    return least if least == most else f"{least}-{most}"


def line_of_sum(total: Sum) -> str:
    """Hours of a stretch of time, apart."""
    kinds = ", ".join(f"{kind} {span_text(length)}" for kind, length in total.kinds.items())
    said = f"{span_text(total.counted)} counted, {span_text(total.paid)} paid, {span_text(total.rested)} rested"
    return f"  {total.of:8} {said}{f'  ({kinds})' if kinds else ''}"


def line_of_work_period(period: WorkPeriod, zone: ZoneInfo) -> str:
    """Pay, which is no limit."""
    said = f"{span_text(period.paid)} paid since {local_text(period.start, zone)}"
    time_off = f"{span_text(period.overtime)} of it overtime, or {span_text(period.time_off)} of time off"
    over = time_off if period.overtime else "no overtime yet"
    due = f"due over {span_text(period.most)} by {local_text(period.end, zone)} (29 CFR 553.230)"
    return f"  pay      {said}, {over}: {due}"


def line_of_rule(rule: RuleSays, zone: ZoneInfo) -> str:
    """What a rule says, marked where its limit is crossed."""
    mark = "waived" if rule.crossed and rule.waived else rule.level if rule.crossed else "ok"
    since = f" since {local_text(rule.crossed, zone)}" if rule.crossed else ""
    return f"  {mark:8} {rule.profile} {rule.rule}: {rule.says}{since}"


def line_of_entry(posted: Posted, zone: ZoneInfo) -> str:
    """An entry of the ledger, with its fact."""
    e = posted.entry
    fact = f"fact {posted.fact}" if posted.fact is not None else "supposed"
    paid = "paid" if e.paid else "not paid"
    length = span_text(e.length) if e.length > NO_TIME else "begins"
    return f"  {_stretch(e.start, e.end, zone)}  {e.kind:10} {length:>10}  {paid}  {e.says}  ({fact})"


def _stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    here, there = start.astimezone(zone), end.astimezone(zone)
    return (
        f"{here:%a %d %b %H%M}-{there:%H%M}" if here.date() == there.date() else f"{here:%a %d %b %H%M}-{there:%a %H%M}"
    )
