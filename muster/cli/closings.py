"""``muster ledger``: the hours of a unit and a period, certified, what was learned since, and handed to payroll."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from muster.cli.roster_input import Day
from muster.cli.roster_publish import by_position
from muster.cli.shared import (
    action,
    answer,
    instant_on,
    known_on,
    plain,
    question,
    reading,
    viewer_option,
    writing,
    zone_of,
)
from muster.domain.instants import local_text, span_text
from muster.domain.wording import count_of

if TYPE_CHECKING:
    from muster.domain.closings import Adjustment, Closing, MemberHours, Sums, What
    from muster.services.closings import Closed, Done, Open

from_option = click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="First day of the period.")
until_option = click.option(
    "--until", type=Day(), required=True, metavar="DAY", help="The day after its last: the period ends at its midnight."
)


@click.group()
def ledger() -> None:
    """The hours of a unit and a period: shown, certified by who commands, and handed to payroll.

    \b
    Example:
      muster ledger close PCT-047 --from 2020-10-19 --until 2020-11-16 --by PCT-047-CO
    """


@ledger.command()
@click.argument("unit")
@from_option
@until_option
@by_position
@action
def close(unit: str, first: datetime, until: datetime, by: str, at: str | None, db: str, as_json: bool) -> None:
    """Certify the hours of a period of all who are at home in UNIT. What is open bars it, all named at once;
    'muster ledger show' shows it before. Corrections stay possible: they are adjustments, and closing again makes a
    supplement that says what changed.

    \b
    Example:
      muster ledger close PCT-047 --from 2020-10-19 --until 2020-11-16 --by PCT-047-CO --at 2020-11-17T09:00
    """
    from muster.services.closings import close as close_ledger

    with writing(db) as record:
        zone = zone_of(record)
        done = close_ledger(record, unit, first.date(), until.date(), by, instant_on(record, at))
    answer(as_json, _done_value(done), lambda: [*_done_lines(done, zone)])


@ledger.command()
@click.argument("unit")
@click.option("--from", "first", type=Day(), metavar="DAY", help="First day, of hours as they are known.")
@click.option("--until", type=Day(), metavar="DAY", help="The day after the last.")
@click.option("--closed", is_flag=True, help="What was certified of the last period that began before --at, instead.")
@click.option("--member", metavar="MEMBER", help="Each entry of this member, with its fact.")
@viewer_option
@question
def show(
    unit: str,
    first: datetime | None,
    until: datetime | None,
    closed: bool,
    member: str | None,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """UNIT's ledger: of a period as it is known, with what is open and bars its closing; or with --closed what was
    certified, and every adjustment since with the fact that made it.

    \b
    Example:
      muster ledger show PCT-047 --from 2020-10-19 --until 2020-11-16
      muster ledger show PCT-047 --closed --at 2020-11-20 --member M0033
    """
    from muster.services import closings as service

    if closed == (first is not None or until is not None) or (first is None) != (until is None):
        raise click.UsageError("either --from DAY and --until DAY, or --closed, must be given")
    with reading(db) as views:
        zone, when, known = zone_of(views), instant_on(views, at), known_on(views, known_at)
        if viewer is not None:
            service.must_read_ledger(views, viewer, unit, when)
        if first is None or until is None:
            found = service.closed(views, unit, when, known)
            answer(as_json, _closed_value(found), lambda: [*_closed_lines(found, member, zone)])
        else:
            seen = service.ledger_of_unit(views, unit, first.date(), until.date(), when, known)
            answer(as_json, _open_value(seen), lambda: [*_open_lines(seen, member, zone)])


@ledger.command()
@click.argument("unit")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--per", type=click.Choice(["entry", "member"]), default="entry", show_default=True, help="Rows of a CSV."
)
@question
def export(unit: str, file: Path, per: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """What was certified of the last period of UNIT that began before --at, for payroll: FILE.csv or FILE.xlsx, a row
    for each entry or each member, times in UTC and local. Excel has both as sheets.

    \b
    Example:
      muster ledger export PCT-047 hours.xlsx --at 2020-11-17
    """
    from muster.files.hours_tables import write_hours
    from muster.services.closings import closed

    with reading(db) as views:
        found = closed(views, unit, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    rows = write_hours(file, found.certified, zone, "member" if per == "member" else "entry")
    value = {"file": str(file), "rows": rows, "version": found.closing.version, "adjustments": len(found.adjustments)}
    later = f"; {count_of(len(found.adjustments), 'adjustment')} since are not in it" if found.adjustments else ""
    answer(as_json, value, lambda: [f"{file}: {count_of(rows, 'row')} of {_named(found.closing)}{later}"])


def _named(closing: "Closing") -> str:
    signed = f"signed {closing.by} ({closing.signer})"
    period = f"{closing.unit}, {closing.first} to {closing.last}"
    return f"{period}, closed as version {closing.version}, {signed}, hash {closing.content}"


def _done_value(done: "Done") -> dict[str, Any]:
    changes = plain(done.certified.changes)
    return {**plain(done.closing), "changed": changes, "warnings": done.warnings, "again": done.again}


def _done_lines(done: "Done", zone: ZoneInfo) -> Iterator[str]:
    from muster.domain.closings import sums_of

    yield _named(done.closing)
    yield _sums("", sums_of(done.certified.accounts))
    if done.again:
        yield "  nothing has changed since: it was closed already"
    else:
        yield from (f"  changed  {_adjustment(c, zone)}" for c in done.certified.changes)
    yield from (f"  note     {says}" for says in done.warnings)


def _open_value(seen: "Open") -> dict[str, Any]:
    made, sums = seen.made, seen.made.sums
    period = {"unit": made.unit, "first": made.period.first, "days": made.period.days}
    told = {name: plain(value) for name, value in (("sums", sums), ("questions", seen.questions))}
    return {**period, **told, "accounts": _accounts(made.accounts)}


def _open_lines(seen: "Open", member: str | None, zone: ZoneInfo) -> Iterator[str]:
    made = seen.made
    yield f"{made.unit}, {made.period.first} to {made.period.dates[-1]}, as known; not certified here"
    yield _sums("", made.sums)
    yield from (f"  {'open' if q.bars else 'note'}     {q.says}" for q in seen.questions)
    yield from _members(made.accounts, member, zone)


def _closed_value(found: "Closed") -> dict[str, Any]:
    told = {"sums": found.sums, "now": found.now, "adjustments": found.adjustments, "changed": found.certified.changes}
    accounts = _accounts(found.certified.accounts)
    return {**plain(found.closing), "fact": found.fact, **plain(told), "accounts": accounts}


def _closed_lines(found: "Closed", member: str | None, zone: ZoneInfo) -> Iterator[str]:
    yield f"{_named(found.closing)}  (fact {found.fact})"
    yield _sums("certified", found.sums)
    yield from (f"  changed  {_adjustment(c, zone)}" for c in found.certified.changes)
    if found.now != found.sums:
        yield _sums("as known", found.now)
    yield from (f"  adjusted {_adjustment(a, zone)}" for a in found.adjustments)
    if not found.adjustments and found.now == found.sums:
        yield "  nothing was learned since that changes these hours"
    yield from _members(found.certified.accounts, member, zone)


def _accounts(accounts: Mapping[str, "MemberHours"]) -> dict[str, Any]:
    return {
        m: {
            "counted": plain(a.counted),
            "paid": plain(a.paid),
            "rested": plain(a.rested),
            "overtime": plain(a.overtime),
            "entries": plain(list(a.entries)),
        }
        for m, a in accounts.items()
    }


def _sums(head: str, sums: "Sums") -> str:
    over = "" if sums.overtime is None else f", {span_text(sums.overtime)} overtime (29 CFR 553.230)"
    times = f"{span_text(sums.counted)} counted, {span_text(sums.paid)} paid, {span_text(sums.rested)} rested{over}"
    return f"  {head or 'all':<9} {count_of(sums.members, 'member')}: {times}"


def _members(accounts: Mapping[str, "MemberHours"], member: str | None, zone: ZoneInfo) -> Iterator[str]:
    for name, a in accounts.items():
        if member in (None, name):
            kinds = ", ".join(f"{kind} {span_text(length)}" for kind, length in a.kinds.items())
            over = f", overtime {span_text(a.overtime)}" if a.overtime else ""
            yield f"  {name}: {span_text(a.counted)} counted, {span_text(a.paid)} paid{over}  ({kinds or 'nothing'})"
        if name == member:
            for e in a.entries:
                stretch = _stretch(e.start, e.end, zone)
                paid = "paid" if e.paid else "not paid"
                yield f"    {stretch}  {_what(e.what)}, {span_text(e.length)}, {paid}  (fact {e.fact})"
    if member is not None and member not in accounts:
        yield f"  {member}: not at home in the unit in this period"


def _adjustment(a: "Adjustment", zone: ZoneInfo) -> str:
    d = a.difference
    stretch = f"{d.member} {_stretch(d.start, d.end, zone)}, {span_text(d.length)}: {_what(d.was)}, now {_what(d.now)}"
    if a.fact is None or a.recorded_at is None:
        return f"{stretch} (no fact changed it: it is reckoned otherwise)"
    by = f" by {a.by}" if a.by else ""
    return f"{stretch} (fact {a.fact}, {a.kind}{by}, recorded {local_text(a.recorded_at.replace(microsecond=0), zone)})"


def _stretch(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    a, b = start.astimezone(zone), end.astimezone(zone)
    if a.utcoffset() != b.utcoffset():
        return f"{a:%a %d %b %H%M %Z}-{b:%a %H%M %Z}"
    return f"{a:%a %d %b %H%M}-{b:%H%M}" if a.date() == b.date() else f"{a:%a %d %b %H%M}-{b:%a %H%M}"


def _what(what: "What | None") -> str:
    if what is None:
        return "nothing"
    kind, unit, paid = what
    return f"{kind}{f' in {unit}' if unit else ''}{'' if paid else ' unpaid'}"
