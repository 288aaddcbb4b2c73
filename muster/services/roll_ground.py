"""What a roll call is asked about, as what its members count there, and what they may do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from muster.domain.cover import OFFICERS, SUPERVISORS
from muster.domain.duty import Squad, SquadPlace
from muster.domain.force import Position, Rank, Title
from muster.domain.members import Appointment, Attachment, Career, Member, Qualification
from muster.domain.roll_posts import Standing
from muster.domain.schedule import Turn
from muster.ports import Views


@dataclass(frozen=True, slots=True)
class Asked:
    """A tour of a unit, the instant from which it is looked at, and what is believed (None: now)."""

    unit: str
    turn: Turn
    at: datetime
    known_at: datetime | None = None


def counts_of(views: Views, asked: Asked, members: Collection[str]) -> dict[str, set[str]]:
    """As what each member counts for the cover of the unit when the tour begins: an officer of its establishment lines
    or lent to it, a supervisor, a tour position, a qualification; and whoever is none of these there, an officer."""
    at, known_at, unit = asked.turn.start, asked.known_at, asked.unit
    titles = {t.title: t for t in views.rows(Title, known_at=known_at)}
    positions = {p.position: p for p in views.rows(Position, known_at=known_at, unit=unit)}
    squads = {s.squad for s in views.rows(Squad, known_at=known_at, unit=unit)}
    counts: dict[str, set[str]] = {m: set() for m in members}
    for a in views.rows(Appointment, at=at, known_at=known_at, position=positions.keys()):
        title = titles[positions[a.position].title]
        if title.kind == "tour":
            counts.setdefault(a.member, set()).update({a.position, *([SUPERVISORS] if title.supervises else [])})
        else:
            counts.setdefault(a.member, set()).update([OFFICERS] if title.kind == "line" else [title.kind])
    for place in views.rows(SquadPlace, at=at, known_at=known_at, squad=squads, role="sergeant"):
        counts.setdefault(place.member, set()).add(SUPERVISORS)
    for attached in views.rows(Attachment, at=at, known_at=known_at, unit=unit):
        counts.setdefault(attached.member, set()).add(OFFICERS)
    for of in counts.values():
        of.discard(OFFICERS) if SUPERVISORS in of else None
        of.update([] if of else [OFFICERS])
    for q in views.rows(Qualification, at=at, known_at=known_at, member=members):
        counts[q.member].add(q.qualification)
    return counts


def standing_of(views: Views, asked: Asked, members: Collection[str]) -> tuple[Standing, dict[str, str]]:
    """Who may stand in for whom, and rank and name of each member."""
    at, known_at = asked.turn.start, asked.known_at
    ranks = {r.rank: r for r in views.rows(Rank, known_at=known_at)}
    careers = sorted(views.rows(Career, at=at, known_at=known_at, member=members), key=lambda c: c.since)
    rank_of = {c.member: ranks[c.rank] for c in careers if c.rank in ranks}
    people = views.rows(Member, known_at=known_at, member=members)
    posts = views.rows(Position, known_at=known_at, unit=asked.unit)
    standing = Standing(
        {m: rank.standing for m, rank in rank_of.items()},
        {p.position: ranks[p.rank].standing for p in posts if p.rank in ranks},
        {p.member: p.joined for p in people if p.joined is not None},
    )
    return standing, {p.member: f"{rank_of[p.member].name} {p.name}" if p.member in rank_of else p.name for p in people}
