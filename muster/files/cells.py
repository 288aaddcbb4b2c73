"""Cells: how a value of each kind of column stands in a file, both ways."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid
from muster.domain.instants import YEARS, instant_of, local_text
from muster.domain.schema import Column, Value, written

REF: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MOST_TEXT: Final = 500
UNSEEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line breaks, and marks that make text read in another order than it is written."""
FORMULA: Final = re.compile(r"=|[+-](?![\d ()./x-]*$)|@(?![\w.:-]+$)")
"""What a spreadsheet takes for a formula; telephone numbers (+1 718 ...) and handles (@name) are none."""
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d(?::\d\d)?)?)?", re.ASCII
)
WHOLE: Final = re.compile(r"\d{1,9}", re.ASCII)
LOCAL_TIME: Final = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d", re.ASCII)
BLANKS: Final = " \t"
"""What is trimmed from the ends of a cell; other spaces may be meant."""
MINUTE: Final = timedelta(minutes=1)
CACHED: Final = 65_536  # dates and times repeat in every row; a hostile file must not fill the memory with them

Parse = Callable[[str], Any]


def parser(column: Column, zone: ZoneInfo) -> Parse:
    """A function from the trimmed text of a cell that is not empty to its value.

    It raises ``Invalid`` saying what the value must be.
    """
    kinds: dict[str, Callable[[], Parse]] = {
        "ref": lambda: _ref,
        "refs": lambda: _words,
        "texts": lambda: _words,
        "text": lambda: _text,
        "whole": lambda: _whole(column),
        "flag": lambda: _flag,
        "instant": lambda: _instant(zone),
        "date": lambda: _date,
        "local_time": lambda: _local_time,
        "choice": lambda: _choice(column.choices),
    }
    return kinds[column.kind]()


def unparse(value: Value, zone: ZoneInfo) -> str:
    """A value as the one text that stands for it in a file."""
    return local_text(value, zone) if isinstance(value, datetime) else written(value)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the text."""
    return text[0] in "=+-@" and FORMULA.match(text) is not None


def _ref(cell: str) -> str:
    if not REF.fullmatch(cell):
        raise Invalid(
            "must begin with a letter or digit and have only letters, digits, '.', '_' and '-', at most 64 of them"
        )
    return cell


def _words(cell: str) -> tuple[str, ...]:
    words = tuple(cell.split())
    bad = next((word for word in words if not REF.fullmatch(word)), None)
    if bad is not None:
        raise Invalid(
            f"must be words with spaces between; {bad[:64]!r} may have only letters, digits, '.', '_' and '-'"
        )
    return words


def _text(cell: str) -> str:
    if len(cell) > MOST_TEXT:
        raise Invalid(f"must have at most {MOST_TEXT} characters, has {len(cell)}")
    if UNSEEN.search(cell):
        raise Invalid("must have no line breaks, control characters or marks that change the direction of writing")
    return cell


def _whole(column: Column) -> Parse:
    least, most = column.least or 0, column.most or 0
    must = f"must be a whole number from {least} to {most}"

    def whole(cell: str) -> int:
        if not WHOLE.fullmatch(cell) or not least <= int(cell) <= most:
            raise Invalid(must)
        return int(cell)

    return whole


def _flag(cell: str) -> bool:
    if cell not in ("yes", "no"):
        raise Invalid("must be yes or no")
    return cell == "yes"


def _choice(choices: Collection[str]) -> Parse:
    must = f"must be one of {', '.join(choices)}"

    def chosen(cell: str) -> str:
        if cell not in choices:
            raise Invalid(must)
        return cell

    return chosen


@lru_cache(maxsize=CACHED)
def _date(cell: str) -> date:
    if not DATE.fullmatch(cell):
        raise Invalid("must be a date like 2020-10-07")
    return _on_calendar(cell).date()


@lru_cache(maxsize=CACHED)
def _local_time(cell: str) -> time:
    if not LOCAL_TIME.fullmatch(cell):
        hint = "; midnight is 0000" if cell == "2400" else ""
        raise Invalid(f"must be a local time from 0000 to 2359, like 2315{hint}")
    return time(int(cell[:2]), int(cell[2:]))


def _instant(zone: ZoneInfo) -> Parse:
    @lru_cache(maxsize=CACHED)
    def instant(cell: str) -> datetime:
        if not INSTANT.fullmatch(cell):
            raise Invalid("must be a date like 2020-10-07, or a date and local time like 2020-10-07T18:30")
        moment = _on_calendar(cell)
        try:
            return instant_of(cell, zone)
        except Invalid:
            raise Invalid(_clock_says(moment, zone)) from None

    return instant


def _on_calendar(cell: str) -> datetime:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise Invalid("must be on the calendar and the clock; there is no such day or time") from None
    if moment.year not in YEARS:
        hint = "; leave it empty when no end is known" if moment.year >= YEARS.stop else ""
        raise Invalid(f"must be from the years {YEARS.start} to {YEARS.stop - 1}{hint}")
    return moment


def _clock_says(moment: datetime, zone: ZoneInfo) -> str:
    """Why a local time is not one instant: the clock skips it, or shows it twice."""
    first, second = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before > after:
        which = f"write {first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}"
        return f"must say which of two is meant, the clock shows it twice in {zone.key}: {which}"
    jump = after - before
    start = _start_of_gap(moment, zone)
    skipped = f"in {zone.key} the clock goes from {start:%H:%M} to {start + jump:%H:%M}"
    return f"must be a time that exists: {skipped} on {start:%Y-%m-%d}"


def _start_of_gap(moment: datetime, zone: ZoneInfo) -> datetime:
    """The local time at which the clock jumps over ``moment``: the greatest minute before it that exists."""
    minute = moment.replace(second=0, microsecond=0)
    low, high = 0, 24 * 60  # minutes before; at 0 in the gap, far enough back outside
    while high - low > 1:
        middle = (low + high) // 2
        if _exists(minute - middle * MINUTE, zone):
            high = middle
        else:
            low = middle
    return minute - low * MINUTE


def _exists(moment: datetime, zone: ZoneInfo) -> bool:
    aware = moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
