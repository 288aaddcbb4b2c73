"""``muster fairness``: nights, weekends, holidays, overtime and orders of each member of a unit over a year."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import click

from muster.cli.roster_input import Day
from muster.cli.shared import answer, instant_on, known_on, question, reading, viewer_option, zone_of
from muster.domain.errors import Invalid
from muster.domain.fairness import FIGURES, Counted, Fairness, Figure, Share, Spread, Window
from muster.domain.instants import dated_text, hours, span_text
from muster.ports import Views
from muster.services.fairness import fairness_of, share_of, window_of
from muster.services.ledger import must_read_duty

HEADINGS: Final[dict[Figure, str]] = {
    "nights": "nights",
    "weekend-days": "weekend days",
    "holidays": "holidays",
    "overtime": "overtime h",
    "ordered-in": "ordered in",
    "held-over": "held over",
}
WIDE: Final = 16
DAY: Final = timedelta(days=1)


def days_options(command: Any) -> Any:
    """``--year``, or ``--from`` and ``--until``."""
    for option in (
        click.option("--until", "last", type=Day(), metavar="DAY", help="The last day; default: the last of the year."),
        click.option("--from", "first", type=Day(), metavar="DAY", help="The first day, instead of a year's."),
        click.option("--year", type=click.IntRange(1900, 2199), help="A calendar year; default: the one of --at."),
    ):
        command = option(command)
    return command


def window_asked(views: Views, year: int | None, first: datetime | None, last: datetime | None, at: datetime) -> Window:
    """The days that the options name. Raises ``Invalid``."""
    if year is not None and (first or last):
        raise Invalid(f"--year {year}: must stand alone, or leave it out and give --from and --until")
    day = at.astimezone(zone_of(views)).date()
    begin = first.date() if first else date(year or (last or day).year, 1, 1)
    return window_of(views, begin, last.date() if last else begin.replace(month=12, day=31), at)


@click.command()
@click.argument("unit")
@days_options
@click.option("--by", type=click.Choice(list(FIGURES)), help="Who has most of it, for the days served, first.")
@click.option("--member", metavar="MEMBER", help="This member alone, with everything that was counted.")
@click.option(
    "--csv", "table", type=click.Path(path_type=Path, dir_okay=False), help="Write it as CSV, Excel or Parquet."
)
@viewer_option
@question
def fairness(
    unit: str,
    year: int | None,
    first: datetime | None,
    last: datetime | None,
    by: Figure | None,
    member: str | None,
    table: Path | None,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """What fell to each member of UNIT over a year: nights, weekend days, public holidays, overtime, and how often they
    were ordered in or held over. What is worked by --at, and what is planned after it, stand apart.

    Whoever was away or attached elsewhere is compared by the days they served: each figure is given for 28 of them too.
    It is for dividing what is hard evenly, and for whoever asks "why me?": --member shows what was counted. It ranks
    nobody, and refusals are not in it.

    \b
    Example:
      muster fairness PCT-047 --year 2020 --at 2020-10-19
      muster fairness PCT-047 --year 2020 --at 2020-10-19 --member M0033
    """
    with reading(db) as views:
        when, known = instant_on(views, at), known_on(views, known_at)
        if viewer is not None and member is not None:
            must_read_duty(views, viewer, member, when)
        found = fairness_of(views, unit, window_asked(views, year, first, last, when), known)
    found = found if by is None else found.sorted_by(by)
    if table is not None:
        from muster.files.fairness_tables import write_fairness

        write_fairness(table, found)
    if member is not None:
        share = share_of(found, member)
        answer(as_json, _of(share, entries=True), lambda: [*_member(found, share)])
        return
    answer(as_json, value_of(found), lambda: [*_sheet(found, grouped=by is None)])


def value_of(found: Fairness) -> dict[str, Any]:
    """The answer for programs: hours of overtime, numbers of everything else."""
    w = found.window
    return {
        "unit": found.unit,
        "from": w.first,
        "until": w.last,
        "at": w.at,
        "counts": dict(FIGURES),
        "members": [_of(share) for share in found.shares],
        "spread": {f: {"all": found.spread(f), "per_28_days": found.spread_per_28_days(f)} for f in FIGURES},
    }


def _of(share: Share, *, entries: bool = False) -> dict[str, Any]:
    figures: dict[str, Any] = {
        f: {"worked": share.worked(f), "planned": share.planned(f), "per_28_days": share.per_28_days(f)}
        for f in FIGURES
    }
    told = {"member": share.member, "name": share.name, "squad": share.squad}
    days = {"days_served": share.served / DAY, "days_to_serve": share.to_serve / DAY}
    return {**told, **days, **figures, **({"counted": [*map(_thing, share.counted)]} if entries else {})}


def _thing(c: Counted) -> dict[str, Any]:
    """One thing that counted, with the streams of the facts that it stands on."""
    spans = [{"start": e.start, "end": e.end, "kind": e.kind, "unit": e.unit, "says": e.says} for e in c.entries]
    told = {"figure": c.figure, "day": c.day, "planned": c.planned, "hours": hours(c.time), "says": c.says}
    return {**told, "entries": spans, "streams": c.streams}


def _sheet(found: Fairness, *, grouped: bool) -> Iterator[str]:
    w = found.window
    yield f"{found.unit}, {w.first:%a %d %b %Y} to {w.last:%a %d %b %Y}: worked +planned after {_at(w)}, per 28 days"
    wide = max((len(s.member) for s in found.shares), default=6)
    yield f"{'':{wide}}  {'served':>9}" + "".join(f"{heading:>{WIDE}}" for heading in HEADINGS.values())
    for squad, shares in groupby(found.shares, key=lambda s: s.squad if grouped else None):
        if grouped:
            yield f"squad {squad}" if squad else "in no squad of it"
        for s in shares:
            yield f"{s.member:{wide}}  {_days(s):>9}" + "".join(f"{_figure(s, f):>{WIDE}}" for f in FIGURES)
    yield from _spreads(found, wide)
    yield "served: days they were there +to come. To divide evenly what is hard; nobody is ranked by it."


def _spreads(found: Fairness, wide: int) -> Iterator[str]:
    for name in ("median", "least", "most"):
        cells = (_spread(name, found.spread(f), found.spread_per_28_days(f)) for f in FIGURES)
        yield f"{name:{wide}}  {'':>9}" + "".join(f"{cell:>{WIDE}}" for cell in cells)


def _spread(name: str, all_: Spread | None, rate: Spread | None) -> str:
    if all_ is None or rate is None:
        return ""
    return f"{number(getattr(all_, name))} {getattr(rate, name):6.2f}"


def _days(share: Share) -> str:
    more = f" +{share.to_serve / DAY:.0f}" if share.to_serve else ""
    return f"{share.served / DAY:.0f}{more}"


def _figure(share: Share, figure: Figure) -> str:
    rate, planned = share.per_28_days(figure), share.planned(figure)
    more = f" +{number(planned)}" if planned else ""
    return f"{number(share.worked(figure))}{more} " + ("     -" if rate is None else f"{rate:6.2f}")


def number(value: float) -> str:
    """A number with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _at(window: Window) -> str:
    return dated_text(window.at, window.zone)


def _member(found: Fairness, share: Share) -> Iterator[str]:
    w = found.window
    yield f"{share.member}  {share.name}, {found.unit}, {w.first:%a %d %b %Y} to {w.last:%a %d %b %Y}, as of {_at(w)}"
    yield f"  {'days served':14} {_days(share)} to come" if share.to_serve else f"  {'days served':14} {_days(share)}"
    for f in FIGURES:
        spread = found.spread_per_28_days(f)
        rate = share.per_28_days(f)
        beside = "" if rate is None or spread is None else f", {rate:.2f} per 28 days{_beside(spread)}"
        yield f"  {HEADINGS[f]:14} {number(share.worked(f))}, planned {number(share.planned(f))}{beside}"
    for f, says in FIGURES.items():
        mine = [c for c in share.counted if c.figure == f]
        if mine:
            yield f"{HEADINGS[f]}: {says}"
            yield from (_line(c) for c in mine)


def _beside(spread: Spread) -> str:
    return f" (unit: median {spread.median:.2f}, {spread.least:.2f} to {spread.most:.2f})"


def _line(c: Counted) -> str:
    length = f"{span_text(c.time):>9}" if c.time else " " * 9
    return f"  {c.day:%a %d %b} {length}  {'planned: ' if c.planned else ''}{c.says}"
