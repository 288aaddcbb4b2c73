"""``muster hours``: time records into the duty ledger."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, by_option, db_option, instant_in, json_option, safe, writing, zone_of
from muster.domain.duty import HOURS_KINDS, TimeRecord
from muster.domain.errors import Fault, FaultyDirectory
from muster.domain.instants import local_text, span_text
from muster.domain.valid import valid
from muster.services import time_records as service


@click.group()
def hours() -> None:
    """Hours of duty that neither a chart nor a signing tells of: court, details, other work, from a time keeper.

    \b
    Example:
      muster hours add M0005 --kind court --from 2020-10-07T09:00 --until 2020-10-07T12:30 --by M0005
    """


@hours.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help="The sheet of an Excel file; without it the only one.")
@by_option
@db_option
@json_option
def import_(file: Path, sheet: str | None, by: str, db: str, as_json: bool) -> None:
    """Import the time records of FILE, CSV or .xlsx: all of them, or none, with every fault named.

    Columns: member, since, kind, until and, if you like, unit, paid (yes or no), source. Times are local times of the
    force, like 2020-10-07T18:30, or dates and times as Excel has them. Importing again records only what changed.

    \b
    Example:
      muster hours import october.xlsx --sheet Court --by M0012
    """
    from muster.files.time_records import read_time_records

    try:
        with writing(db) as record:
            done = service.import_records(record, read_time_records(file, zone_of(record), sheet), by)
    except FaultyDirectory as said:
        _refused(said, as_json=as_json)
    answer(as_json, done, lambda: _told(done))


@hours.command()
@click.argument("member")
@click.option("--kind", required=True, metavar="KIND", help=f"{', '.join(HOURS_KINDS)}.")
@click.option("--from", "since", required=True, metavar="TIME", help="When the hours began: local time of the force.")
@click.option("--until", required=True, metavar="TIME", help="When they ended.")
@click.option("--unit", metavar="UNIT", help="The unit for which.")
@click.option("--paid/--unpaid", "paid", default=None, help="Whether the force pays them; else as usual for the kind.")
@click.option("--source", metavar="TEXT", help="Where it comes from: a sheet, a court's notice.")
@by_option
@db_option
@json_option
def add(
    member: str,
    kind: str,
    since: str,
    until: str,
    unit: str | None,
    paid: bool | None,
    source: str | None,
    by: str,
    db: str,
    as_json: bool,
) -> None:
    """Enter hours of MEMBER. Entered wrongly, they are taken back with 'muster record take-back'.

    \b
    Example:
      muster hours add M0005 --kind extra-duty --from 2020-10-10T18:00 --until 2020-10-11T02:00 --unpaid --by M0005
    """
    with writing(db) as record:
        zone = zone_of(record)
        row = TimeRecord(
            member=member,
            since=instant_in("--from", since, zone),
            kind=kind,
            until=instant_in("--until", until, zone),
            unit=unit,
            paid=None if paid is None else "yes" if paid else "no",
            source=source,
        )
        made = service.add(record, row, by)
    length = span_text(made.until - made.since)
    answer(as_json, made, lambda: [f"{member}: {length} of {kind} entered as {made.stream}"])


def _stream(member: str, kind: str, since: str, zone: ZoneInfo) -> str:
    """How the record calls what was entered so."""
    at = instant_in("--from", since, zone)
    return valid(TimeRecord(member=member, since=at, kind=kind, until=at)).stream


kind_option = click.option("--kind", default="court", show_default=True, metavar="KIND", help="court or training.")
from_option = click.option("--from", "since", required=True, metavar="TIME", help="When it begins, as it was entered.")
why_option = click.option("--why", required=True, metavar="TEXT", help="Why: the court's notice.")


@hours.command()
@click.argument("member")
@kind_option
@click.option("--from", "since", required=True, metavar="TIME", help="When it begins: local time of the force.")
@click.option("--until", required=True, metavar="TIME", help="When it is thought to end.")
@click.option("--unit", metavar="UNIT", help="The unit for which.")
@click.option("--source", metavar="TEXT", help="Where it comes from: a subpoena, a court's notice.")
@by_option
@db_option
@json_option
def plan(
    member: str,
    kind: str,
    since: str,
    until: str,
    unit: str | None,
    source: str | None,
    by: str,
    db: str,
    as_json: bool,
) -> None:
    """MEMBER is to appear in court, or to train, at a time to come. Limits, rosters, roll calls and call-ins read it
    from now on; its hours count when they have passed. 'hours move' and 'hours cancel' follow the court.

    \b
    Example:
      muster hours plan M0033 --from 2020-10-28T09:00 --until 2020-10-28T12:30 --source "subpoena 4711" --by M0033
    """
    with writing(db) as record:
        zone = zone_of(record)
        begin, end = instant_in("--from", since, zone), instant_in("--until", until, zone)
        row = TimeRecord(member=member, since=begin, kind=kind, until=end, unit=unit, source=source)
        made = service.plan(record, row, by)
    answer(as_json, made, lambda: [f"{_appearance(made, zone)}, planned as {made.stream}"])


@hours.command()
@click.argument("member")
@kind_option
@from_option
@click.option("--to", "begin", required=True, metavar="TIME", help="When it begins instead.")
@click.option("--until", metavar="TIME", help="When it ends then; without it, it is as long as it was.")
@why_option
@by_option
@db_option
@json_option
def move(
    member: str, kind: str, since: str, begin: str, until: str | None, why: str, by: str, db: str, as_json: bool
) -> None:
    """An appearance, or other hours of MEMBER, is at another time: it stands there alone, with its source as it was.

    \b
    Example:
      muster hours move M0033 --from 2020-10-28T09:00 --to 2020-11-04T09:00 --why "adjourned" --by M0033
    """
    with writing(db) as record:
        zone = zone_of(record)
        stream, to = _stream(member, kind, since, zone), instant_in("--to", begin, zone)
        end = instant_in("--until", until, zone) if until else service.end_of(record, stream, to)
        made = service.move(record, stream, to, end, by, why)
    answer(as_json, made, lambda: [f"{_appearance(made, zone)}, moved from {since}: {made.stream}"])


@hours.command()
@click.argument("member")
@kind_option
@from_option
@why_option
@by_option
@db_option
@json_option
def cancel(member: str, kind: str, since: str, why: str, by: str, db: str, as_json: bool) -> None:
    """An appearance, or other hours of MEMBER, is not to be: none of its hours count. What a contract pays for a late
    cancelling is told to payroll by whoever knows the contract; nothing is reckoned here.

    \b
    Example:
      muster hours cancel M0033 --from 2020-11-04T09:00 --why "the defendant pleaded" --by M0033
    """
    with writing(db) as record:
        zone = zone_of(record)
        was = service.cancel(record, _stream(member, kind, since, zone), by, why)
    answer(as_json, was, lambda: [f"{_appearance(was, zone)}, cancelled: no hours of it count"])


def _appearance(row: TimeRecord, zone: ZoneInfo) -> str:
    """What stands, in words."""
    return f"{row.member}: {row.kind} from {local_text(row.since, zone)} to {local_text(row.until, zone)}"


def _told(done: service.Imported) -> list[str]:
    lines = [_line(fault) for fault in done.warnings]
    for stream in done.kept_out:
        lines.append(f"kept out: {stream} was taken back; 'muster hours add' enters it again if it is right after all")
    if not (done.entered or done.changed or done.unchanged or done.kept_out):
        lines.append("nothing to enter: the file has a header, and no rows below it")
    elif not done.entered and not done.changed:
        lines.append("nothing new: the record has all of it already")
    return [*lines, f"{done.entered} entered, {done.changed} changed, {done.unchanged} unchanged"]


def _refused(said: FaultyDirectory, *, as_json: bool) -> None:
    """Tell why nothing was imported, and end with status 1."""
    errors = sum(not fault.warning for fault in said.faults)
    if as_json:
        click.echo(json.dumps({"errors": errors, "faults": [asdict(fault) for fault in said.faults]}, indent=2))
    else:
        count = f"{errors} error{'' if errors == 1 else 's'}"
        click.echo("\n".join([*map(_line, said.faults), f"{count}; nothing was imported"]), err=True)
    sys.exit(1)


def _line(fault: Fault) -> str:
    return safe(f"{fault} (warning)" if fault.warning else str(fault))
