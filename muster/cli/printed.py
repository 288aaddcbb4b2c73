"""``muster print``: paper for the day everything is down."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from muster.cli.fairness import days_options, value_of, window_asked
from muster.cli.roll_calls import tour_options, turn_asked
from muster.cli.shared import (
    action,
    answer,
    db_option,
    instant_on,
    json_option,
    known_on,
    question,
    reading,
    safe,
    viewer_option,
)
from muster.documents.call_lists import call_list_pages
from muster.domain.errors import Refused
from muster.domain.fairness import FIGURES, Figure
from muster.domain.wording import count_of
from muster.services.call_list import call_list as service
from muster.services.fairness import fairness_of, fairness_sheet


@click.group("print")
def print_() -> None:
    """Paper for the day everything is down.

    \b
    Example:
      muster print call-list PCT-047
    """


@print_.command("call-list")
@click.argument("unit")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@action
def call_list(unit: str, file: Path | None, at: str | None, db: str, as_json: bool) -> None:
    """The call list of UNIT: whom to call, in which order, under which number, for the next 24 hours.

    Plain text, 80 columns and 66 lines a page. It holds telephone numbers: keep it as your orders say.

    \b
    Example:
      muster print call-list PCT-047 --at 2020-10-07T18:00 --to PCT-047.txt
    """
    with reading(db) as views:
        found = service(views, unit, instant_on(views, at))
    pages = call_list_pages(found)
    if file is not None:
        _write(file, "".join(pages))
        answer(as_json, {"file": str(file), "pages": len(pages)}, lambda: [f"{len(pages)} pages in {file}"])
        return
    answer(as_json, found, lambda: "".join(pages).splitlines())


@print_.command("roster")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "--out", "page", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@db_option
@json_option
def roster(files: Sequence[Path], page: Path | None, db: str, as_json: bool) -> None:
    """Sheets of the rosters in FILE..., which ``muster roster city`` wrote: members, days, and what each tour has.

    One HTML page, to be printed on A4 or Letter across, or read on a screen or phone: each roster begins a new sheet,
    with 28 days beside each other. Names, the hours of tours and cover are those of the record.

    \b
    Example:
      muster print roster rosters/PCT-066.roster.json --to PCT-066.html
    """
    from muster.documents.roster_sheets import rosters_html
    from muster.files.rosters import read_roster
    from muster.services.roster_sheets import roster_sheet  # these take a third of a second to import

    read = [read_roster(file) for file in files]
    with reading(db) as views:
        sheets = [roster_sheet(views, each) for each in read]
    lines = [safe(line) for line in rosters_html(sheets).splitlines()]
    if page is None:
        answer(as_json, sheets, lambda: lines)
        return
    _write(page, "\n".join(lines) + "\n")
    answer(
        as_json,
        {"file": str(page), "rosters": len(sheets)},
        lambda: [f"{len(sheets)} roster{'s' if len(sheets) > 1 else ''} in {page}"],
    )


@print_.command("roll-call")
@tour_options
@viewer_option
@click.option("--to", "--out", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@action
def roll_call(
    unit: str, tour: str, day: str | None, viewer: str | None, file: Path | None, at: str | None, db: str, as_json: bool
) -> None:
    """The roll of a tour of UNIT as one page of HTML: to be ticked on A4 or Letter, or read on a screen or phone.

    Reasons of absences are left out, unless --as names a member who may read them.

    \b
    Example:
      muster print roll-call PCT-047 --tour 2315x0750 --day 2020-10-06 --to roll.html
    """
    from muster.documents.roll_call_sheets import roll_call_html
    from muster.services.roll_calls import roll_call_sheet
    from muster.services.roll_ground import Asked

    with reading(db) as views:
        when = instant_on(views, at)
        found = roll_call_sheet(views, Asked(unit, turn_asked(views, unit, tour, day, when), when), viewer)
    lines = [safe(line) for line in roll_call_html(found).splitlines()]
    if file is None:
        answer(as_json, found, lambda: lines)
        return
    _write(file, "\n".join(lines) + "\n")
    called = f"{unit} {tour} of {found.page.turn.day}"
    answer(as_json, {"file": str(file), "members": len(found.page.lines)}, lambda: [f"{called} in {file}"])


@print_.command("fairness")
@click.argument("unit")
@days_options
@click.option("--by", type=click.Choice(list(FIGURES)), help="Who has most of it, for the days served, first.")
@click.option("--to", "--out", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@question
def fairness(
    unit: str,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    by: Figure | None,
    file: Path | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """What fell to each member of UNIT over a year as one page of HTML: nights, weekend days, holidays, overtime and
    orders, by squad and name, to be printed on A4 or Letter across, or read on a screen or phone.

    \b
    Example:
      muster print fairness PCT-047 --year 2020 --at 2020-10-19 --to fairness.html
    """
    from muster.documents.fairness_sheets import fairness_html

    with reading(db) as views:
        asked = window_asked(views, year, first, last, instant_on(views, at))
        sheet = fairness_sheet(views, fairness_of(views, unit, asked, known_on(views, known_at)), by)
    lines = [safe(line) for line in fairness_html(sheet).splitlines()]
    if file is None:
        answer(as_json, value_of(sheet.found), lambda: lines)
        return
    _write(file, "\n".join(lines) + "\n")
    members = len(sheet.found.shares)
    answer(as_json, {"file": str(file), "members": members}, lambda: [f"{count_of(members, 'member')} in {file}"])


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as said:
        raise Refused(f"{file}: cannot be written ({said.strerror}); name another file") from said
