"""Local time of the force and instants: the only place where one becomes the other."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid

YEARS: Final = range(1900, 2200)
"""Instants that people state lie in these years, far enough from the ends of the calendar to count from."""

AHEAD: Final = timedelta(days=366)
"""So far ahead of now it is told how something will be: nobody is rostered further."""


def must_be_near(at: datetime, now: datetime, zone: ZoneInfo) -> None:
    """Raise ``Invalid`` for an instant that is further ahead than anything is known of."""
    if at > now + AHEAD:
        until = f"{(now + AHEAD).astimezone(zone):%Y-%m-%d}"
        raise Invalid(
            f"at {local_text(at, zone)} must not be after {until}, a year from now: nobody is rostered so far ahead"
        )


def instant_of(said: str, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, of a local date (its midnight), a local date and time, or a time with an offset.

    Raises ``Invalid`` for what is not a date or time, and for a local time that the clock skips or shows twice.
    """
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise Invalid(
            f"{said[:40]!r} must be a date (2020-10-07) or a local date and time (2020-10-07T18:30)"
        ) from None
    if moment.year not in YEARS:
        raise Invalid(f"{said[:40]!r} must be from the years {YEARS.start} to {YEARS.stop - 1}")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return _only_instant(moment, zone)


def _only_instant(local: datetime, zone: ZoneInfo) -> datetime:
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        skipped = f"does not exist in {zone.key}: the clocks skip it; give the hour before or after the gap"
        raise Invalid(f"local time {local:%Y-%m-%dT%H:%M} {skipped}")
    choices = f"{first.isoformat(timespec='minutes')} or {second.isoformat(timespec='minutes')}"
    raise Invalid(f"local time {local:%Y-%m-%dT%H:%M} happens twice in {zone.key}: write {choices}")


@lru_cache(maxsize=65_536)
def on_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which a clock on the wall shows ``at`` on that day.

    Shown twice: the first time. Skipped: as far after midnight as it would have been, so a tour never loses its start.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def local(at: datetime, zone: ZoneInfo) -> datetime:
    """The same instant as people of the force read it."""
    return at.astimezone(zone)


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant written for a file: a date when it is local midnight, an offset only where it is needed."""
    here = at.astimezone(zone)
    if here.time() == time() and _plain(here, zone):
        return here.date().isoformat()
    said = here.replace(tzinfo=None).isoformat(timespec="minutes" if not (here.second or here.microsecond) else "auto")
    return said if _plain(here, zone) else said + here.isoformat()[-6:]


def dated_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant in full, as people of the force read it: ``Sun 01 Nov 2020 0010 EDT``."""
    return f"{at.astimezone(zone):%a %d %b %Y %H%M %Z}"


def clock_text(at: datetime, zone: ZoneInfo, day: date | None = None) -> str:
    """An instant by the clock: ``2315`` on that day, ``Sun 01 Nov 0010`` on others; with the name of the zone where the
    clock shows the same twice."""
    here = at.astimezone(zone)
    said = f"{here:%H%M}" if here.date() == day else f"{here:%a %d %b %H%M}"
    return said if _plain(here, zone) else f"{said} {here:%Z}"


def _plain(here: datetime, zone: ZoneInfo) -> bool:
    bare = here.replace(tzinfo=None)
    return bare.replace(tzinfo=zone, fold=0).utcoffset() == bare.replace(tzinfo=zone, fold=1).utcoffset()


def hours(span: timedelta) -> float:
    """A span in hours."""
    return span.total_seconds() / 3600


def span_text(span: timedelta) -> str:
    """A span as people say it: ``9 h 35 m``, ``17 h``, ``40 m``."""
    minutes = round(span.total_seconds() / 60)
    h, m = divmod(minutes, 60)
    return " ".join(p for p in (f"{h} h" if h else "", f"{m} m" if m or not h else "") if p)
