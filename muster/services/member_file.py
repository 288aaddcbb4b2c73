"""A member on one page: the plain part, which is for everybody, and all that Muster knows of their duty, which is for
the member and those who command them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Squad
from muster.domain.force import Position, Rank, Title, Unit
from muster.domain.members import Appointment, Career, Member
from muster.domain.passing import until_text
from muster.domain.presence import holds
from muster.domain.relief import Crossing
from muster.domain.relieving import Relief
from muster.domain.taskings import Tasking
from muster.domain.viewings import Viewing
from muster.ports import Views
from muster.services import relief
from muster.services.entitled import Reader
from muster.services.ledger import DutyPage, duty_of
from muster.services.members import MemberPage
from muster.services.offices import force_of
from muster.services.request_history import Listed, requests_at
from muster.services.to_come import Coming, to_come
from muster.services.viewings import viewings_of

AHEAD: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Post:
    """A position that a member holds, held or is to hold."""

    appointment: Appointment
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class Plain:
    """What everybody may read of a member. ``unit`` None: they serve in none. ``says``: where they are, in words that
    do not tell rest from absence."""

    member: Member
    at: datetime
    rank: str | None
    unit: str | None
    posts: Sequence[Post]
    says: str


@dataclass(frozen=True, slots=True)
class MemberFile:
    """What is for the member and those who command them. ``relief`` None: the member is not on duty. ``posts``: of
    every time, the latest first. ``looks``: who looked at the page."""

    page: MemberPage
    duty: DutyPage
    coming: Sequence[Coming]
    relief: Relief | None
    crossings: Sequence[Crossing]
    taskings: Sequence[Tasking]
    requests: Sequence[Listed]
    ranks: Sequence[tuple[str, Career]]
    posts: Sequence[Post]
    looks: Sequence[Viewing]


def plain(views: Views, page: MemberPage, known_at: datetime | None = None) -> Plain:
    """What everybody may read of a member, whose page this is."""
    name, at = page.member.member, page.at
    names = {u.unit: u.name for u in views.rows(Unit, known_at=known_at)}
    posts = [p for p in _posts(views, name, known_at) if holds(p.appointment, at)]
    homes = [*(a.unit for a in page.attachments), *_squad_units(views, page, known_at), *(p.unit for p in posts)]
    ranks = {r.rank: r.name for r in views.rows(Rank, known_at=known_at)}
    return Plain(
        member=page.member,
        at=at,
        rank=None if page.rank is None else ranks.get(page.rank, page.rank),
        unit=homes[0] if homes else None,
        posts=posts,
        says=_says(page, names, ZoneInfo(force_of(views).zone)),
    )


def member_file(
    views: Views,
    page: MemberPage,
    duty: DutyPage,
    owed: Relief | None,
    viewer: str,
    known_at: datetime | None,
    now: datetime,
) -> MemberFile:
    """All of a member whose page, duty and relief (``relief_of_member``) this is, for somebody who may read it; of
    others named in it only what this viewer may read by the positions that they hold ``now``."""
    name, at = page.member.member, page.at
    state, file = duty_of(views, name, at, known_at)
    return MemberFile(
        page=page,
        duty=duty,
        coming=to_come(views, state, file, at, at + AHEAD, known_at),
        relief=None if owed is None else owed.shown(Reader(views, viewer, now).may_read),
        crossings=_crossings(views, name, at, known_at),
        taskings=_taskings(views, page, known_at),
        requests=requests_at(views, at, known_at, member=name, viewer=viewer, asks_at=now),
        ranks=_ranks(views, name, known_at),
        posts=_posts(views, name, known_at),
        looks=viewings_of(views, name, known_at),
    )


def _says(page: MemberPage, names: dict[str, str], zone: ZoneInfo) -> str:
    status = page.status
    if status.state == "separated":
        return "no longer in the force"
    if status.state == "on-duty":
        return f"on duty in {names.get(status.unit or '', status.unit)}"
    until = status.until if status.state == "absent" else page.protected_until
    if status.state == "absent" or until is not None:
        return f"not available{until_text(until, zone, page.at)}"
    return "off duty"


def _squad_units(views: Views, page: MemberPage, known_at: datetime | None) -> list[str]:
    return [s.unit for s in views.rows(Squad, squad=page.squads, known_at=known_at)] if page.squads else []


def _posts(views: Views, name: str, known_at: datetime | None) -> list[Post]:
    """All appointments of a member, the latest first."""
    held = views.rows(Appointment, member=name, known_at=known_at)
    positions = {p.position: p for p in views.rows(Position, known_at=known_at, position={a.position for a in held})}
    titles = {t.title: t.name for t in views.rows(Title, known_at=known_at)}
    posts = [Post(a, titles[p.title], p.unit) for a in held if (p := positions.get(a.position)) is not None]
    return sorted(posts, key=lambda p: (p.appointment.since, p.appointment.key), reverse=True)


def _ranks(views: Views, name: str, known_at: datetime | None) -> list[tuple[str, Career]]:
    """The ranks that a member has had, the latest first, with their names."""
    names = {r.rank: r.name for r in views.rows(Rank, known_at=known_at)}
    career = sorted(views.rows(Career, member=name, known_at=known_at), key=lambda c: c.since, reverse=True)
    return [(names.get(c.rank, c.rank), c) for c in career]


def relief_of_member(views: Views, page: MemberPage, known_at: datetime | None) -> Relief | None:
    """The relief of a member on duty, whose page this is, with all that is known of who can give it."""
    return next(iter(relief.reliefs(views, page.at, relief.Wanted(member=page.member.member), known_at)), None)


def _crossings(views: Views, name: str, at: datetime, known_at: datetime | None) -> list[Crossing]:
    found = [c for c in views.rows(Crossing, member=name, known_at=known_at) if at - AHEAD <= c.at <= at]
    return sorted(found, key=lambda c: c.at, reverse=True)


def _taskings(views: Views, page: MemberPage, known_at: datetime | None) -> list[Tasking]:
    """The open taskings that the member accepted, and those that a position of theirs owns or is offered."""
    held = {a.position for a in page.appointments}

    def mine(t: Tasking) -> bool:
        waits = t.accepted_by is None and t.owner in held
        return t.received_at <= page.at and (
            t.accepted_by == page.member.member or waits or bool(held & {*t.offered_to})
        )

    found = filter(mine, views.rows(Tasking, known_at=known_at, result=None))
    return sorted(found, key=lambda t: (t.deadline or t.received_at, t.tasking))
