"""What a message says: what, where, who ordered it, by when, and the link. Never why somebody is asked to decide: that
may touch health or rest, and a message shows on a locked screen. A notice ends with what there is to know."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import CallIn
from muster.domain.contact import Contact
from muster.domain.gsm import cut, plain, size
from muster.domain.taskings import Tasking

LEAST_WHAT: Final = 24
LEAST_PLACE: Final = 24
MOST_TITLE: Final = 78
"""RFC 5322, 2.1.1: what a line of a mail should have at most."""

HEADS: Final[Mapping[str, str]] = {"decide": "Decide", "notice": "Notice, needs no answer"}
CALLED_HEADS: Final[Mapping[str, str]] = {"call-in": "Call-in", "hold-over": "Hold-over"}
KEPT_BACK: Final = {"relief": "relief of somebody on duty", "gap": "who is to hold a position"}
"""Instead of what such a tasking says in full: hours on duty, and why somebody leaves."""
SHORT: Final = ("sms", "telephone")
"""Channels on which a long text is a burden: it is cut into several messages, or read out."""

TEST: Final = "Test of this channel"


def about(tasking: Tasking) -> str:
    """What a tasking is about, without what touches anybody's hours or absence."""
    return KEPT_BACK.get(tasking.kind, tasking.what)


def message_of(
    contact: Contact, tasking: Tasking, *, place: str, zone: ZoneInfo, now: datetime, link: str
) -> tuple[str, str]:
    """The title and the text for a contact about a tasking. ``place``: the name of the unit in which it is. What goes
    as a text message is cut; the link never is."""
    head = HEADS[contact.purpose]
    what = plain(about(tasking)).rstrip(".")
    where = plain(place).rstrip(".")
    last = plain(contact.says) if contact.purpose == "notice" else _when(tasking.deadline, zone, now)
    tail = "".join(f"; {part}" for part in (_from(tasking.giver), last) if part)

    def said(what: str, where: str) -> str:
        return f"{head}: {what}; {where}{tail}\n{link}"

    title = cut(f"{head}: {what}, {where}", MOST_TITLE)
    return title, _fitted(what, where, said) if contact.channel in SHORT else said(what, where)


def message_of_test(link: str) -> tuple[str, str]:
    """The title and the text of a communication test."""
    return TEST, f"{TEST}: nothing happened. Open this and confirm that it came.\n{link}"


def message_of_call_in(
    contact: Contact, call_in: CallIn, *, place: str, zone: ZoneInfo, now: datetime, link: str
) -> tuple[str, str]:
    """The title and the text for a contact about a call-in. What it is for stays out of it: that somebody is sick, say.
    Of what goes as a text message the place is cut, or what there is to know; never the times, and never the link."""
    times = _times(call_in, zone, now)
    where = plain(place).rstrip(".")
    if contact.purpose == "offer":
        head = "Offer to work" if call_in.kind == "call-in" else "Offer to stay on duty"
        cut_last, last = where, f"answer {_when(contact.expires_at, zone, now)}"
    else:
        head, cut_last, last = CALLED_HEADS[call_in.kind], plain(contact.says), where

    def said(what: str, where: str) -> str:
        return f"{head}: {times}; {what}; {where}\n{link}"

    text = _fitted(cut_last, last, said) if contact.channel in SHORT else said(cut_last, last)
    return cut(f"{head}: {times}, {where}", MOST_TITLE), text


def _times(call_in: CallIn, zone: ZoneInfo, now: datetime) -> str:
    """From when until when: it takes a day at most, so the end needs none of its own."""
    start, end, today = (at.astimezone(zone) for at in (call_in.since, call_in.until, now))
    year = f" {start:%Y}" if start.year != today.year else ""
    zones = [f" {_zone_name(here)}" if _needs_zone(here, today) else "" for here in (start, end)]
    return f"{start:%a %d %b}{year} {start:%H%M}{zones[0]} to {end:%H%M}{zones[1]}"


def _fitted(what: str, where: str, said: Callable[[str, str], str]) -> str:
    """The text in one message where what is done and where can still be understood; else in two."""
    for tier in (0, 1):
        length = len(what)
        while length >= min(LEAST_WHAT, len(what)):
            text = said(cut(what, length), where)
            needed, room = size(text)
            if needed <= room[tier]:
                return text
            length -= max(1, (needed - room[tier]) // 2)  # a character takes up to two places
    return said(cut(what, LEAST_WHAT), cut(where, LEAST_PLACE))


def _from(giver: str | None) -> str:
    return f"from {plain(giver)}" if giver else ""


def _when(deadline: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """By when, as people of the force read it."""
    if deadline is None:
        return "now"
    here, today = deadline.astimezone(zone), now.astimezone(zone)
    day = "" if here.date() == today.date() else f"{here:%a %d %b} "
    if here.year != today.year:
        day = f"{here:%a %d %b %Y} "
    name = f" {_zone_name(here)}" if _needs_zone(here, today) else ""
    return f"{'by' if deadline > now else 'was due'} {day}{here:%H%M}{name}"


def _needs_zone(here: datetime, today: datetime) -> bool:
    """Whether the clock shows this time twice, or is changed before it."""
    twice = here.replace(fold=0).utcoffset() != here.replace(fold=1).utcoffset()
    return twice or here.utcoffset() != today.utcoffset()


def _zone_name(here: datetime) -> str:
    """EST; where a zone has no letters, its distance from UTC."""
    name = here.tzname() or ""
    if name.isalpha():
        return name
    offset = here.utcoffset() or timedelta(0)
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
