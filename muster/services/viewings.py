"""Who looked at a member's page: recorded once for each user, member and hour, and shown to whom the page is about."""

from collections.abc import Sequence
from datetime import datetime

from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.viewings import Viewing
from muster.ports import Record, Views


def is_recorded(views: Views, viewing: Viewing) -> bool:
    """Whether it is recorded that this user saw as much in this hour."""
    before = views.row(Viewing, viewing.key)
    return before is not None and (before.full or not viewing.full)


def look(record: Record, viewing: Viewing) -> bool:
    """Record that somebody looked; returns whether that was new. Safe to repeat."""
    if is_recorded(record, viewing):
        return False
    record.append([Fact(viewing.stream, "viewing.made", viewing.at, to_body(viewing))])
    return True


def viewings_of(views: Views, member: str, known_at: datetime | None = None) -> Sequence[Viewing]:
    """Who looked at the member's page, the latest first."""
    return sorted(views.rows(Viewing, member=member, known_at=known_at), key=lambda v: (v.at, v.user), reverse=True)
