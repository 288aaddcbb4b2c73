"""Roll calls, as the record has them: who is on the roll of a tour, what it makes of the tour, and what it lacks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.cover import OFFICERS, SUPERVISORS, Cover
from muster.domain.duty import Signing, Squad, SquadPlace, Tour
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Position, Rank, Title
from muster.domain.members import Appointment, Attachment, Career, Member, Qualification
from muster.domain.presence import DutyFile
from muster.domain.published import DutyLine
from muster.domain.roll_call_sheets import RollCallPage, RollCallSheet
from muster.domain.roll_calls import Line, Roll, RollCall, lines_of
from muster.domain.roll_posts import Standing, counted, posts_of, supervisions
from muster.domain.schedule import Turn, turn_on
from muster.domain.snapshot import Snapshot
from muster.domain.span import span_of
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.offices import force_of, unit_named
from muster.services.snapshots import snapshot

BEFORE: Final = timedelta(days=3)
"""Whoever signed on in these days before a tour may be on duty still."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A tour of a unit, the instant from which it is looked at, and what is believed (None: now)."""

    unit: str
    turn: Turn
    at: datetime
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """A roll with everybody who may be on it, as the record has them."""

    roll: Roll
    state: Snapshot
    files: Mapping[str, DutyFile]
    lines: Sequence[Line]


def turn_of(views: Views, unit: str, tour: str, day: date | None, at: datetime, *, begun: bool = False) -> Turn:
    """The turn of a tour that belongs to a day; without a day the one that runs at the instant, or else the next; with
    ``begun`` the last that began before it. Raises ``Unknown``, and ``Refused`` for civil authority."""
    if unit_named(views, unit).civil:
        raise Refused(f"unit {unit}: civil authority has no tours; no roll is called there")
    row = views.row(Tour, tour)
    if row is None:
        known = ", ".join(t.tour for t in views.rows(Tour))
        raise Unknown(f"tour {tour!r} is not in the record; there is {known}")
    zone = ZoneInfo(force_of(views).zone)
    if day is not None:
        return turn_on(row, day, zone)
    today = at.astimezone(zone).date()
    turns = [turn_on(row, today + timedelta(days=n), zone) for n in range(-2, 3)]
    return [t for t in turns if t.start < at][-1] if begun else next(t for t in turns if t.end > at)


def roll_call(views: Views, asked: Asked, viewer: str | None = None) -> RollCallPage:
    """The roll of a tour. ``viewer``: reasons that touch health or leave as this member may read them; None: all."""
    found = gathered(views, asked)
    lines = tuple(found.lines)
    if viewer is not None:
        reader = Reader(views, viewer, asked.at)
        lines = tuple(x if reader.may_read(x.member, asked.unit) else x.for_everyone() for x in lines)
    watches = Watches(found.state, max(found.roll.look, asked.turn.start))
    covers = [
        c
        for c in views.rows(Cover, known_at=asked.known_at, unit=asked.unit, tour=asked.turn.tour)
        if c.holds_on(asked.turn.day)
    ]
    under = tuple(supervisions(watches, lines, span_of(found.state.force)))
    members = {line.member for line in lines}
    named = (
        members | {s.supervisor for s in under if s.supervisor} | ({found.roll.call.by} if found.roll.call else set())
    )
    standing, names = _standing(views, asked, named)
    return RollCallPage(
        unit=asked.unit,
        name=found.state.unit(asked.unit).name,
        zone=found.roll.schedule.zone.key,
        turn=asked.turn,
        at=asked.at,
        call=found.roll.call,
        lines=lines,
        posts=tuple(posts_of(watches, asked.unit, lines, covers, standing)),
        counts=tuple(counted(covers, lines, counts_of(views, asked, members))),
        supervisions=under,
        names=names,
    )


def roll_call_sheet(views: Views, asked: Asked, viewer: str | None = None) -> RollCallSheet:
    """The roll of a tour to be printed, as everybody may read it, or as ``viewer`` may."""
    page = roll_call(views, asked, viewer)
    if viewer is None:
        page = replace(page, lines=tuple(line.for_everyone() for line in page.lines))
    return RollCallSheet(page, views.now, *views.head())


def gathered(views: Views, asked: Asked, more: Collection[str] = ()) -> Gathered:
    """The roll of a tour with the files of all who may be on it, and of ``more`` members."""
    call = views.row(RollCall, f"{asked.unit}/{asked.turn.tour}/{asked.turn.day}", known_at=asked.known_at)
    names = _names(views, asked) | {*more}
    if call is not None:
        names |= {*call.present, *call.late, *call.missing, *call.joined}
    at = max(min(asked.at, asked.turn.end), asked.turn.start)
    state = snapshot(views, [asked.unit], at=at, members=names, known_at=asked.known_at)
    roll = Roll(asked.unit, asked.turn, asked.at, state.schedule, call)
    files = {m: state.files.get(m) or DutyFile(m) for m in sorted(names)}
    return Gathered(roll, state, files, lines_of(roll, files.values()))


def _names(views: Views, asked: Asked) -> set[str]:
    """Members who hold a position of the unit, are in one of its squads or on its published roster, serve in it or have
    signed on in it."""
    at, known_at, unit = asked.turn.start, asked.known_at, asked.unit
    positions = {p.position for p in views.rows(Position, known_at=known_at, unit=unit)}
    squads = {s.squad for s in views.rows(Squad, known_at=known_at, unit=unit)}
    found = {a.member for a in views.rows(Appointment, at=at, known_at=known_at, position=positions)}
    found |= {p.member for p in views.rows(SquadPlace, at=at, known_at=known_at, squad=squads)}
    found |= {a.member for a in views.rows(Attachment, at=at, known_at=known_at, unit=unit)}
    found |= {line.member for line in views.rows(DutyLine, at=at, known_at=known_at, unit=unit)}
    signed = views.rows(Signing, known_at=known_at, unit=unit)
    return found | {s.member for s in signed if at - BEFORE <= s.at <= max(asked.at, at)}


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


def _standing(views: Views, asked: Asked, members: Collection[str]) -> tuple[Standing, dict[str, str]]:
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
