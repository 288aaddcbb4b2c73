"""Roll calls, as the record has them: who is on the roll of a tour, what it makes of the tour, and what it lacks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.cover import Cover
from muster.domain.duty import Signing, Squad, SquadPlace, Tour
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Position
from muster.domain.members import Appointment, Attachment
from muster.domain.presence import DutyFile
from muster.domain.published import DutyLine
from muster.domain.roll_call_sheets import RollCallPage, RollCallSheet
from muster.domain.roll_calls import Line, Roll, RollCall, lines_of
from muster.domain.roll_posts import counted, posts_of, supervisions
from muster.domain.schedule import Turn, turn_on
from muster.domain.snapshot import Snapshot
from muster.domain.span import span_of
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.offices import force_of, unit_named
from muster.services.roll_ground import Asked, counts_of, standing_of
from muster.services.sectors import sectors_shown
from muster.services.snapshots import snapshot

BEFORE: Final = timedelta(days=3)
"""Whoever signed on in these days before a tour may be on duty still."""


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


def turns_about(views: Views, unit: str, at: datetime) -> list[Turn]:
    """The turns of the tours that the unit's cover asks for, of all tours where it has none: those that run at the
    instant, of others the next, by their beginning. Raises as ``turn_of``."""
    tours = {c.tour for c in views.rows(Cover, unit=unit)} or {t.tour for t in views.rows(Tour)}
    return sorted((turn_of(views, unit, tour, None, at) for tour in tours), key=lambda t: (t.start, t.tour))


def roll_call(views: Views, asked: Asked, viewer: str | None = None, asks_at: datetime | None = None) -> RollCallPage:
    """The roll of a tour. ``viewer``: reasons that touch health or leave as this member may read them by the positions
    that they hold when they ask (None: at the instant of the roll); None: all."""
    found = gathered(views, asked)
    lines = tuple(found.lines)
    if viewer is not None:
        reader = Reader(views, viewer, asks_at or asked.at)
        lines = tuple(x if reader.may_read(x.member, asked.unit) else x.for_everyone() for x in lines)
    watches = Watches(found.state, max(found.roll.look, asked.turn.start))
    covers = [
        c
        for c in views.rows(Cover, known_at=asked.known_at, unit=asked.unit, tour=asked.turn.tour)
        if c.holds_on(asked.turn.day)
    ]
    call, limit = found.roll.call, span_of(found.state.force)
    under = tuple(supervisions(watches, lines, limit))
    members = {line.member for line in lines}
    counts = counts_of(views, asked, members)
    sectors, unsent = sectors_shown(views, asked, lines, counts, call, limit)
    named = members | {s.supervisor for s in under if s.supervisor} | {m for f in sectors for m in f.supervisors}
    named |= {call.by, *call.places} if call else set()
    standing, names = standing_of(views, asked, named)
    return RollCallPage(
        unit=asked.unit,
        name=found.state.unit(asked.unit).name,
        zone=found.roll.schedule.zone.key,
        turn=asked.turn,
        at=asked.at,
        call=call,
        lines=lines,
        posts=tuple(posts_of(watches, asked.unit, lines, covers, standing)),
        counts=tuple(counted(covers, lines, counts)),
        supervisions=under,
        names=names,
        sectors=sectors,
        unsent=unsent,
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
