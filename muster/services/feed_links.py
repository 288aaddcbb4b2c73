"""The links under which calendars ask for a member's tours: made, renewed, revoked, and whom one is for."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final

from muster.domain.errors import Refused
from muster.domain.feed_links import FeedLink
from muster.domain.feeds import Feed
from muster.domain.members import Member
from muster.domain.separation import Separation
from muster.ports import Record, Views
from muster.services.duty import known_member
from muster.services.feeds import BACK, feed_of
from muster.services.offices import must_speak_for

PATH: Final = "/feed/"
TOKEN_BYTES: Final = 32
"""Of chance in a token: nobody guesses it, so that its plain hash gives it away to nobody who reads the record."""


def make(record: Record, member: str, by: str, at: datetime, *, renew: bool = False) -> str:
    """The token of a new link to the member's tours, for this once: the record has its hash alone. ``renew``: the link
    there is ends with it.

    Raises ``Refused`` where there is a link and it is not to be renewed, for somebody who does not speak for the
    member, and for a member who is no longer in the force; ``Unknown``.
    """
    _may(record, member, by, at)
    if has_left(record, member, at):
        raise Refused(f"member {member} is no longer in the force: no calendar can ask for their tours")
    if record.row(FeedLink, member) is not None and not renew:
        raise Refused(f"member {member} has a link already, of which the record has no more than a hash: renew it")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    record.append([FeedLink(member=member, digest=_digest(token), by=by, at=at).made()])
    return token


def revoke(record: Record, member: str, by: str, at: datetime) -> bool:
    """The link to the member's tours works no more; returns whether there was one. Safe to repeat."""
    _may(record, member, by, at)
    link = record.row(FeedLink, member)
    record.append([] if link is None else [link.revoked(by, at)])
    return link is not None


def _may(views: Views, member: str, by: str, at: datetime) -> None:
    known_member(views, member)
    known_member(views, by)
    must_speak_for(views, by, member, at)


def feed_behind(views: Views, token: str, at: datetime) -> Feed | None:
    """The tours to which a token leads at an instant; None where it leads to none, for whatever reason. It is looked up
    by its hash, of which nobody who guesses decides a letter, so that how long that takes tells nothing of a token."""
    for link in views.rows(FeedLink, digest=_digest(token)):
        if not has_left(views, link.member, at):
            return feed_of(views, link.member, at - BACK)
    return None


def has_left(views: Views, member: str, at: datetime) -> bool:
    """Whether the member is no longer in the force, or was taken out of its directory."""
    gone = views.row(Member, member) is None
    return gone or any(s.stands() and s.effective <= at for s in views.rows(Separation, member=member))


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
