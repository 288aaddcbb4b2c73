"""Gathering what fell to each member of a unit over some days: from the one ledger, as known at an instant."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import Asked, CallIn, CallInAnswer, asked_in
from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import Unknown
from muster.domain.fairness import Fairness, Figure, Share, Window, duty_counted, orders_counted, served_in
from muster.domain.fairness_sheets import FairnessSheet
from muster.domain.force import Position
from muster.domain.ledger import DUTY_ELSEWHERE, Entry, ledger_of
from muster.domain.members import Appointment, Attachment, Member
from muster.domain.presence import DutyFile, Held, as_planned, planned_turns
from muster.domain.schedule import Schedule
from muster.domain.snapshot import Snapshot
from muster.domain.spans import Span, joined, without
from muster.ports import Views
from muster.services.business_days import public_holidays
from muster.services.offices import force_of, unit_named
from muster.services.roster_ground import period_of
from muster.services.roster_parts import gaps_of, span_of
from muster.services.snapshots import snapshot

STEP: Final = timedelta(days=28)
"""A year is reckoned in parts of so many days: the time that a ledger takes grows faster than its length."""
AROUND: Final = timedelta(days=3)
"""What happened so long before a part may bear on it: no tour lasts longer."""


def window_of(views: Views, first: date, last: date, at: datetime) -> Window:
    """The days from one to another, looked at from an instant. Raises ``Invalid`` for days that end before they begin,
    or are more than a year."""
    force = force_of(views)
    period = period_of(ZoneInfo(force.zone), first, last, "Fairness")
    return Window(first, last, period.zone, at, public_holidays(force))


def fairness_of(views: Views, unit: str, window: Window, known_at: datetime | None = None) -> Fairness:
    """What fell to everybody who served in a unit in these days, by squad and member, as believed at ``known_at``
    (None: now). Raises ``Unknown``."""
    found = unit_named(views, unit, known_at)
    crew = _crew(views, unit, window, known_at)
    back = max(window.end - window.start, timedelta()) + AROUND
    state = snapshot(views, [], at=window.end, members=crew.home, known_at=known_at, back=back)
    asked = _asked(views, crew.home, window, known_at)
    rows = views.rows(Member, known_at=known_at, member=crew.home)
    shares = [_share(m, crew, state, asked.get(m.member, ()), window) for m in rows]
    order = sorted(shares, key=lambda s: (s.squad is None, s.squad or "", s.name, s.member))
    return Fairness(unit, found.name, window, tuple(order))


def fairness_sheet(views: Views, found: Fairness, by: Figure | None = None) -> FairnessSheet:
    """The same as a sheet; ``by``: in that order."""
    fact, head = views.head()
    return FairnessSheet(found if by is None else found.sorted_by(by), by, views.now, fact, head)


def share_of(found: Fairness, member: str) -> Share:
    """What fell to one member. Raises ``Unknown`` for one who did not serve there."""
    for share in found.shares:
        if share.member == member:
            return share
    raise Unknown(f"member {member!r} did not serve in {found.unit} from {found.window.first} to {found.window.last}")


@dataclass(frozen=True, slots=True)
class _Crew:
    """Who serves in a unit in these days: ``home``, by member, when they hold a position or have a place in a squad of
    it, or are attached to it; ``squads``: the last squad of it that they were in."""

    unit: str
    home: Mapping[str, Sequence[Span]]
    squads: Mapping[str, str]


def _crew(views: Views, unit: str, window: Window, known_at: datetime | None) -> _Crew:
    days = window.start, window.end
    posts = {p.position for p in views.rows(Position, known_at=known_at, unit=unit)}
    squads = {s.squad for s in views.rows(Squad, known_at=known_at, unit=unit)}
    held = views.rows(Appointment, at=days, known_at=known_at, position=posts)
    places = views.rows(SquadPlace, at=days, known_at=known_at, squad=squads)
    attached = views.rows(Attachment, at=days, known_at=known_at, unit=unit)
    home: dict[str, list[Span]] = defaultdict(list)
    rows: list[Appointment | SquadPlace | Attachment] = [*held, *places, *attached]
    for row in rows:
        home[row.member].append(span_of(row))
    return _Crew(unit, home, {p.member: p.squad for p in sorted(places, key=lambda p: p.since)})


def _share(member: Member, crew: _Crew, state: Snapshot, asked: Sequence[Asked], window: Window) -> Share:
    file = state.files.get(member.member) or DutyFile(member.member)
    serves = _serves(file, crew, window)
    away = [a for a in file.absences if a.kind not in DUTY_ELSEWHERE]
    served, to_serve = served_in(window, serves, [*gaps_of(replace(file, absences=away, attachments=()), crew.unit)])
    planned = as_planned(file, state.schedule, window.at)
    tours = [(turn.start, turn.end) for turn, _, _ in planned_turns(file, state.schedule, window.start, window.end)]
    signed = [s for s in file.signings if s.at <= window.at]
    counted = [
        *duty_counted(entries_of(planned, state.schedule, window), tours, serves, window),
        *orders_counted(member.member, asked, signed, serves, window),
    ]
    return Share(member.member, member.name, crew.squads.get(member.member), served, to_serve, tuple(counted))


def _serves(file: DutyFile, crew: _Crew, window: Window) -> list[Span]:
    """When a member serves in the unit in these days: at home in it and attached to no other, or attached to it."""
    here = [span_of(a) for a in file.attachments if a.unit == crew.unit]
    others = [span_of(a) for a in file.attachments if a.unit != crew.unit]
    spans = [*here, *(part for span in crew.home[file.member] for part in without(span, others))]
    clipped = [(max(a, window.start), min(b, window.end)) for a, b in spans]
    return joined(sorted(span for span in clipped if span[0] < span[1]))


def entries_of(file: DutyFile, schedule: Schedule, window: Window) -> list[Entry]:
    """The entries of a member's ledger in these days, in order, each whole."""
    found: list[Entry] = []
    start = window.start
    while start < window.end:
        end = min(start + STEP, window.end)
        ledger = ledger_of(_around(file, start, end), schedule, start, end)
        for entry in (e for e in ledger.entries if max(e.start, start) < e.end):
            piece = entry if entry.start >= start else replace(entry, start=start)
            last = found[-1] if found else piece
            if last.end == piece.start and (last.kind, last.says) == (piece.kind, piece.says) and last.row is piece.row:
                found[-1] = replace(last, end=piece.end)
            else:
                found.append(piece)
        start = end
    return found


def _around(file: DutyFile, start: datetime, end: datetime) -> DutyFile:
    """What of a file bears on a part of the days: what holds in it, and signings since the last signing off before."""
    around = start - AROUND, end + AROUND
    first, last = (bisect_left(file.signings, at, key=lambda s: s.at) for at in around)
    while first and file.signings[first - 1].kind != "off":
        first -= 1
    return replace(
        file,
        absences=[a for a in file.absences if _meets(a, *around)],
        records=[r for r in file.records if _meets(r, *around)],
        signings=file.signings[first:last],
    )


def _meets(row: Held, start: datetime, end: datetime) -> bool:
    since, until = span_of(row)
    return since < end and until > start


def _asked(views: Views, members: Collection[str], window: Window, known_at: datetime | None) -> dict[str, list[Asked]]:
    """The call-ins in which each member was asked or ordered, with what was said in them by the instant."""
    answers = [a for a in views.rows(CallInAnswer, known_at=known_at, member=members) if a.at <= window.at]
    call_ins = views.rows(CallIn, known_at=known_at, call_in={a.call_in for a in answers})
    asked = asked_in(call_ins, answers, window.at)
    found: dict[str, list[Asked]] = defaultdict(list)
    for member, name in sorted({(a.member, a.call_in) for a in answers}):
        found[member].append(asked[name])
    return found
