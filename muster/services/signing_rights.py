"""Whose duty is entered by who runs a unit: a desk signs those whom it serves with in and out, not who commands it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from muster.domain.force import Position, Rank
from muster.domain.members import Appointment, Career
from muster.domain.offices import Office, office_over
from muster.ports import Views
from muster.services.offices import kinds_of, units_above

THEMSELVES: Final = "they say it themselves, or somebody in command over them does"


def bar_of(views: Views, by: str, offices: Sequence[Office], member: str, at: datetime) -> str:
    """Why the duty of another member is not for ``by``, who holds these offices, to enter; empty: it is. It would take
    command from whoever holds one, so they do it themselves, or who stands over them; a tour position does it up to its
    holder's rank."""
    posts = views.rows(Position, position={a.position for a in views.rows(Appointment, at=at, member=member)})
    kinds = kinds_of(views, {p.title for p in posts})
    for post in (p for p in posts if kinds[p.title] == "command"):
        if office_over(offices, post, [u.unit for u in units_above(views, post.unit)]) is None:
            return f"{member} holds {post.position}, over which you hold no command: {THEMSELVES}"
    own, theirs = (_rank(views, who, at) for who in (by, member))
    if any(o.kind == "command" for o in offices) or own is None or theirs is None or theirs.standing <= own.standing:
        return ""
    return f"{member} is {theirs.name}, and you are {own.name}: {THEMSELVES}"


def _rank(views: Views, member: str, at: datetime) -> Rank | None:
    """The rank of a member; None: none is recorded."""
    careers = sorted(views.rows(Career, at=at, member=member), key=lambda c: c.since)
    return views.row(Rank, careers[-1].rank) if careers else None
