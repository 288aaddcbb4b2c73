"""The watch a second time, naively, straight from the text of the design: no code of ours but the rows themselves.

It looks at everything, every time, and is right rather than fast. The comments quote the sentences it follows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.command import CommandEvent
from muster.domain.duty import Chart, OnCall, Reachability, Signing, Squad, SquadPlace, Tour, Waiver
from muster.domain.force import Covering, Force, Position, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.schema import Row
from muster.domain.separation import Separation

R = TypeVar("R", bound=Row)
Answer = tuple[str, str, str]
"""Member, position, capacity."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONGEST = 45
NO_LIMIT = 10_000
ADVISORY = {"break": 4, "protected": 8, "overdue": 16, "unfit": 18, "rest": 8, "week": NO_LIMIT}
LIMITS = {
    "muster-advisory": ADVISORY,
    "us-park-police-2014": {**ADVISORY, "protected": 4, "overdue": 16, "unfit": 16, "rest": 0},
    "seattle-2017": {**ADVISORY, "overdue": NO_LIMIT, "unfit": NO_LIMIT, "rest": 0, "week": 90},
}
"""Hours from the text and its sources; seattle-2017 counts from Saturday 0300."""


@dataclass(frozen=True)
class Planned:
    """A tour of somebody by the chart."""

    start: datetime
    end: datetime
    unit: str
    squad: str


def holding(row: Any, at: datetime) -> bool:
    return (row.since is None or row.since <= at) and (row.until is None or at < row.until)


@lru_cache(maxsize=10_000)
def turn(tour: Tour, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The tour that starts on that day, by the clock on the wall."""
    start, end = ((day, tour.start), (day + tour.days * DAY, tour.end))
    return datetime.combine(*start, zone).astimezone(UTC), datetime.combine(*end, zone).astimezone(UTC)


class Naive:
    """Answers about a force from its rows alone, for instants up to ``now``; what was found once is remembered."""

    def __init__(self, rows: Iterable[Row], now: datetime) -> None:
        self.now = now
        self.memo: dict[Any, Any] = {}
        self.rows: dict[type[Row], list[Any]] = defaultdict(list)
        for row in rows:
            self.rows[type(row)].append(row)
        force = self.of(Force)[0]
        self.zone, self.limits = ZoneInfo(force.zone), LIMITS[force.profile]
        self.units = {u.unit: u for u in self.of(Unit)}
        self.kinds = {t.title: t.kind for t in self.of(Title)}

    def of(self, noun: type[R], **equal: Any) -> list[R]:
        key = (noun, *equal.items())
        if key not in self.memo:
            found = [row for row in self.rows[noun] if all(getattr(row, k) == v for k, v in equal.items())]
            self.memo[key] = found
        return list(self.memo[key])

    # -- Status of a member at T, first that applies -----------------------------------------------------------------

    def status(self, member: str, at: datetime) -> tuple[str, str | None]:
        """What a member does: ``gone``, ``on`` with a unit, ``absent`` or ``off``."""
        key = ("status", member, at)
        if key not in self.memo:
            self.memo[key] = self.found_status(member, at)
        found: tuple[str, str | None] = self.memo[key]
        return found

    def found_status(self, member: str, at: datetime) -> tuple[str, str | None]:
        leaving = [s for s in self.of(Separation, member=member) if s.state not in ("withdrawn", "superseded")]
        if any(s.effective <= at for s in leaving):
            return "gone", None
        # (a) signed on or held over, and not signed off since -> on duty in the unit the sign-on names
        signed = [s for s in self.signings(member) if s.at <= at]
        if signed and signed[-1].kind != "off":
            return "on", signed[-1].unit
        # (b) absence -> absent
        if self.away(member, at):
            return "absent", None
        # (c) attachment -> what the other unit's schedule says; (d) the schedule: on duty, unless signed off within
        # that tour
        for tour in self.running(member, at):
            return "on", tour.unit
        # (e) belongs to a position; (f) off
        return "off", None

    def running(self, member: str, at: datetime) -> list[Planned]:
        """The tours that run at the instant and in which the member has not signed off."""
        offs = [s.at for s in self.signings(member) if s.kind == "off" and s.at <= at]
        tours = [t for t in self.planned(member, at) if t.start <= at < t.end]
        return [t for t in tours if not any(t.start <= off for off in offs)]

    def away(self, member: str, at: datetime) -> bool:
        """Absent, on terminal leave or gone."""
        leaving = [s for s in self.of(Separation, member=member) if s.state not in ("withdrawn", "superseded")]
        begun = any((s.leave_from or s.effective) <= at for s in leaving)
        return begun or any(holding(a, at) for a in self.of(Absence, member=member))

    def signings(self, member: str) -> list[Signing]:
        return sorted(self.of(Signing, member=member), key=lambda s: (s.at, s.kind != "off", s.kind))

    def planned(self, member: str, at: datetime, days: int = 2) -> list[Planned]:
        """The tours of a member that begin within some days before an instant, or on its day."""
        if ("tours", member) not in self.memo:
            self.memo["tours", member] = sorted(self.tours(member), key=lambda t: (t.start, t.squad))
        return [t for t in self.memo["tours", member] if at - days * DAY <= t.start <= at]

    def tours(self, member: str, ahead: int = 5) -> Iterator[Planned]:
        """What the charts give a member: of the own squads, or of the other unit's from the start of an attachment."""
        attached = self.of(Attachment, member=member)
        for squad in self.of(Squad):
            places = self.of(SquadPlace, member=member, squad=squad.squad)
            details = [a for a in attached if a.squad == squad.squad]
            for shift in range(-LONGEST, ahead) if places or details else ():
                span = self.turn(squad, self.now, shift)
                away = span and any(holding(a, span[0]) for a in attached)
                if span and any(holding(row, span[0]) for row in (details if away else places)):
                    yield Planned(*span, squad.unit, squad.squad)

    def turn(self, squad: Squad, at: datetime, shift: int) -> tuple[datetime, datetime] | None:
        day = at.astimezone(self.zone).date() + shift * DAY
        chart = self.of(Chart, chart=squad.chart)[0]
        word = chart.cycle[((day - chart.anchor).days - squad.offset) % len(chart.cycle)]
        return None if word == "o" else turn(self.of(Tour, tour=squad.tour if word == "W" else word)[0], day, self.zone)

    def here(self, member: str, at: datetime, *units: str) -> bool:
        state, unit = self.status(member, at)
        return state == "on" and unit in units

    # -- Terms -------------------------------------------------------------------------------------------------------

    def worked(self, member: str, at: datetime, over_since: datetime | None = None) -> list[tuple[datetime, datetime]]:
        """Time on duty up to T, in pieces; ``over_since``: from then without a gap."""
        tours = self.planned(member, at, days=12)
        moments = {at, *(t.start for t in tours), *(t.end for t in tours), *(s.at for s in self.signings(member))}
        moments |= {x for a in self.of(Absence, member=member) for x in (a.since, a.until) if x}
        moments |= {x for s in self.of(Separation, member=member) for x in (s.leave_from, s.effective) if x}
        past = sorted(m for m in moments | ({over_since} if over_since else set()) if m <= at)
        pieces = zip(past, [*past[1:], at], strict=True)
        return [
            (begin, end)
            for begin, end in pieces
            if self.status(member, begin)[0] == "on" or (over_since is not None and begin >= over_since)
        ]

    def duties(self, member: str, at: datetime, over_since: datetime | None = None) -> list[tuple[datetime, datetime]]:
        """Time on duty up to T in one piece as long as no break has the profile's length (ours: 4 h)."""
        duties: list[tuple[datetime, datetime]] = []
        for begin, end in self.worked(member, at, over_since):
            if duties and begin - duties[-1][1] < self.limits["break"] * HOUR:
                duties[-1] = (duties[-1][0], end)
            else:
                duties.append((begin, end))
        return duties

    def overdue_since(self, member: str, at: datetime, over_since: datetime | None = None) -> datetime | None:
        """Overdue at 16 h of continuous duty; None before, and where it is waived."""
        if self.waived(member, "relief-overdue", at):
            return None
        since = self.duties(member, at, over_since)[-1][0] + self.limits["overdue"] * HOUR
        return since if since <= at else None

    def unfit(self, member: str, at: datetime) -> bool:
        """Unfit at 18 h; rest before a tour under 8 h unfit; Seattle: over 90 h in the week from Saturday 0300."""
        duties = self.duties(member, at)
        on = self.status(member, at)[0] == "on"
        long = on and at - duties[-1][0] >= self.limits["unfit"] * HOUR and not self.waived(member, "unfit", at)
        rested = not on or len(duties) < 2 or duties[-1][0] - duties[-2][1] >= self.limits["rest"] * HOUR
        day = at.astimezone(self.zone)
        day -= timedelta(days=(day.weekday() - 5) % 7)
        week = datetime.combine(day.date(), time(3), self.zone).astimezone(UTC)
        if week > at:
            week = datetime.combine(day.date() - timedelta(days=7), time(3), self.zone).astimezone(UTC)
        total = sum((max(b - max(a, week), timedelta(0)) for a, b in self.worked(member, at)), timedelta(0))
        full = total > self.limits["week"] * HOUR and not self.waived(member, "week-unfit", at)
        return long or full or self.owes_rest(member, at) or not (rested or self.waived(member, "rest-unfit", at))

    def owes_rest(self, member: str, at: datetime) -> bool:
        """On duty again without having had in one piece, since the duty in which a waiver ended, the rest it owed."""
        duties = self.duties(member, at)
        if self.status(member, at)[0] != "on" or self.waived(member, "rest-owed", at):
            return False
        for w in self.of(Waiver, member=member):
            with_it = [n for n, duty in enumerate(duties) if duty[0] <= w.until <= at]
            rests = [b[0] - a[1] for a, b in pairwise(duties[with_it[-1] :])] if with_it else []
            if rests and max(rests) < w.rest_owed_hours * HOUR:
                return True
        return False

    def waived(self, member: str, rule: str, at: datetime) -> bool:
        return any(holding(w, at) for w in self.of(Waiver, member=member, rule=rule))

    def resting(self, member: str, at: datetime) -> bool:
        """Protected rest: from the end of duty until the profile's rest is had (ours: 8 h), or until an hour the
        member or a commander has stated. Signing on after it was stated ends it."""
        stated = [r for r in self.of(Reachability, member=member, kind="rest") if holding(r, at)]
        if self.status(member, at)[0] == "on":
            begun = [s.at for s in self.signings(member) if s.kind != "off" and s.at <= at]
            return any(not any(r.since <= b for b in begun) for r in stated)
        duties = self.duties(member, at)
        stated += [r for r in self.of(Reachability, member=member, kind="owed") if holding(r, at)]
        return bool(stated) or (bool(duties) and at < duties[-1][1] + self.limits["protected"] * HOUR)

    def reachable(self, member: str, at: datetime) -> bool:
        """Not stated to be unreachable; off duty also with some way to reach them."""
        if any(holding(r, at) for r in self.of(Reachability, member=member, kind="unreachable")):
            return False
        return self.status(member, at)[0] == "on" or bool(self.of(ContactPoint, member=member))

    def on_call(self, position: str, at: datetime) -> bool:
        """(e) on-call hours of a command position."""
        names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        for hours in (h for h in self.of(OnCall, position=position) if holding(h, at)):
            for back in (0, 1):
                day = (at.astimezone(self.zone) - timedelta(days=back)).date()
                last = day + timedelta(days=1 if hours.end <= hours.start else 0)
                begin, end = (datetime.combine(d, t, self.zone) for d, t in ((day, hours.start), (last, hours.end)))
                if names[day.weekday()] in hours.days and begin.astimezone(UTC) <= at < end.astimezone(UTC):
                    return True
        return False

    # -- Due at T ----------------------------------------------------------------------------------------------------

    def due(self, unit: str, at: datetime) -> Answer | None:
        """The first of these who is on duty here (or on call, for command positions), not unfit, not overdue for
        relief, not in protected rest, reachable and entitled."""
        if self.units[unit].civil:
            return None
        for position, member, capacity in self.listed(unit, at):
            if self.may(position, member, unit, at):
                return member, position.position, capacity
        parent = self.units[unit].parent
        above = self.due(parent, at) if parent else None
        return above and (above[0], above[1], self.raised(above))

    def raised(self, above: Answer) -> str:
        """Up to the department's duty chief: a tour position of the highest unit that is not civil authority."""
        home = self.units[self.of(Position, position=above[1])[0].unit]
        top = home.parent is None or self.units[home.parent].civil
        return "duty-chief" if top and above[2] in ("tour", "duty-chief") else "parent"

    def may(self, position: Position, member: str, unit: str, at: datetime) -> bool:
        return position.takes_watch and self.able(position, member, unit, at)

    def able(self, position: Position, member: str, unit: str, at: datetime) -> bool:
        if self.status(member, at)[0] == "on":
            if not self.here(member, at, unit, position.unit) or self.overdue_since(member, at):
                return False
        elif self.status(member, at)[0] != "off" or not self.on_call(position.position, at):
            return False
        return not self.unfit(member, at) and not self.resting(member, at) and self.reachable(member, at)

    def listed(self, unit: str, at: datetime) -> list[tuple[Position, str, str]]:
        """Acting and substantive holders of the command positions in order; the unit's tour positions; covering tour
        positions. Each with the capacity it gives."""
        own = self.positions(unit, at)
        command = [p for p in own if self.kinds[p.title] == "command"]
        found = []
        for place, position in enumerate(command):
            for a in self.held(position.position, at):
                first = "acting" if a.kind == "acting" else "substantive"
                found.append((position, a.member, "succession" if place else first))
        covering = [c.position for c in self.of(Covering, unit=unit) if holding(c, at)]
        others = [p for name in covering for p in self.of(Position, position=name) if holding(p, at)]
        others.sort(key=lambda p: (p.order, p.position))
        found += self.in_turn([p for p in own if self.kinds[p.title] == "tour"], "tour", at)
        return found + self.in_turn(others, "cover", at)

    def positions(self, unit: str, at: datetime) -> list[Position]:
        """Each unit lists its positions once."""
        return sorted((p for p in self.of(Position, unit=unit) if holding(p, at)), key=lambda p: (p.order, p.position))

    def held(self, position: str, at: datetime) -> list[Appointment]:
        """Acting before substantive."""
        held = [a for a in self.of(Appointment, position=position) if holding(a, at)]
        return sorted(held, key=lambda a: (a.kind != "acting", a.since, a.member))

    def in_turn(self, positions: Sequence[Position], capacity: str, at: datetime) -> list[tuple[Position, str, str]]:
        """Where tours overlap, the earlier tour's holder goes first until its end."""
        found = []
        for _, post in groupby(positions, key=lambda p: p.order):
            pairs = [(p, a.member) for p in post for a in self.held(p.position, at)]
            found += sorted(pairs, key=lambda pair: (self.came(pair[1], at), pair[1]))
        return [(position, member, capacity) for position, member in found]

    def came(self, member: str, at: datetime) -> datetime:
        """When the tour began, or the duty that was signed on; those off duty come after everybody."""
        signed = [s for s in self.signings(member) if s.at <= at]
        if self.status(member, at)[0] != "on":
            return datetime.max.replace(tzinfo=UTC)
        if signed and signed[-1].kind != "off":
            return signed[-1].at
        return next(t.start for t in self.running(member, at))

    # -- In command at T ---------------------------------------------------------------------------------------------

    def in_command(self, unit: str, at: datetime) -> tuple[Answer | None, datetime | None]:
        """Whoever has command, and since when their relief is overdue."""
        kept = self.kept(unit, at)
        if kept is None:
            due = self.due(unit, at)
            on = due is not None and self.status(due[0], at)[0] == "on"
            return due, self.overdue_since(due[0], at) if due and on else None
        return kept[0], self.overdue_since(kept[0][0], at, kept[1])

    def kept(self, unit: str, at: datetime) -> tuple[Answer, datetime | None] | None:
        """Whoever last assumed command, as long as they are on duty here, have not handed over and still hold a
        position that entitles them; and since when they hold it over unasked. None: nobody."""
        last: CommandEvent | None = None
        for e in sorted(self.of(CommandEvent, unit=unit), key=lambda e: (e.at, e.kind)):
            if e.at <= at and (e.kind == "assumed" or (last and last.member == e.member)):
                last = e if e.kind == "assumed" else None
        entitling = None if last is None else self.entitling(unit, last, at)
        if last is None or entitling is None:
            return None
        home = self.of(Position, position=entitling[1])[0].unit
        begun = [t for t in self.planned(last.member, at, LONGEST) if last.at < t.end]
        tours = [t for t in begun if t.end <= at]
        moments = {last.at, *(s.at for s in self.signings(last.member)), *(t.start for t in begun)}
        moments |= {x for a in self.of(Absence, member=last.member) for x in (a.since, a.until) if x}
        moments |= {x for s in self.of(Separation, member=last.member) for x in (s.leave_from, s.effective) if x}
        ends = {t.end for t in tours if not self.ended_otherwise(last.member, t)}
        over = None
        for moment in sorted(m for m in moments | ends | {t.end for t in tours} if last.at <= m <= at):
            # At the scheduled end of their tour it passes to the one due if that one is present at that instant
            if moment in ends and self.passes(unit, last.member, moment):
                return None
            if self.here(last.member, moment, unit, home):
                continue
            # otherwise they hold it over, until they sign off or are away
            left = any(s.kind == "off" and s.at == moment for s in self.signings(last.member))
            over = over or (moment if moment in ends else None)
            if self.status(last.member, moment)[0] != "off" or left or over is None:
                return None
        return entitling, over

    def ended_otherwise(self, member: str, tour: Planned) -> bool:
        """The member is held over at the end of the tour, or had signed off in it."""
        signed = [s for s in self.signings(member) if s.at <= tour.end]
        left = any(s.kind == "off" and tour.start <= s.at < tour.end for s in signed)
        return left or (bool(signed) and signed[-1].kind == "held-over")

    def passes(self, unit: str, member: str, at: datetime) -> bool:
        due = self.due(unit, at)
        return due is not None and due[0] != member and self.here(due[0], at, unit)

    def entitling(self, unit: str, event: CommandEvent, at: datetime) -> Answer | None:
        """A position in which the member may take the watch of the unit: of its own, covering it, or of units above;
        the one in which they assumed command first."""
        found: list[Answer] = []
        above: str | None = unit
        while above is not None:
            if not self.units[above].civil:
                for position, member, capacity in self.listed(above, at):
                    if member == event.member and position.takes_watch:
                        found.append((member, position.position, capacity if above == unit else "parent"))
            above = self.units[above].parent
        same = [f for f in found if f[1] == event.position]
        return next(iter(same + found), None)
