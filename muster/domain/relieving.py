"""Relief for anybody on duty: when it is due, and who can give it. It decides nothing: people do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from muster.domain.candidates import Candidate, candidates
from muster.domain.duty import Waiver
from muster.domain.ledger import ledger_of
from muster.domain.limits import Breach
from muster.domain.moment import Moment
from muster.domain.passing import Holder, weigh
from muster.domain.presence import MOMENT, DutyFile, Status, holds, scheduled_stretches
from muster.domain.profiles import Profile
from muster.domain.relief import LIMITS
from muster.domain.takeover import SEVERITY, Broken, Takeover, what_breaks, worst
from muster.domain.watch import Watches

Group = Literal["on duty", "comes on duty", "can be called in"]
GROUPS: Final[tuple[Group, ...]] = ("on duty", "comes on duty", "can be called in")
LONGEST: Final = timedelta(hours=8)
"""Ours: nobody is asked to take over for longer without a new look; sooner where a scheduled relief comes."""
AHEAD: Final = timedelta(days=1)
"""So far ahead somebody who comes on duty by plan is looked for."""
CHEAPEST: Final = 3
"""So many of the cheapest ways are named where nobody can relieve."""
HIDDEN: Final = Broken("hours", "caution", "rules of hours stand in the way")
"""What those read who may not read of somebody's rest."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody who could give relief, from ``start`` to ``until``, and what that would break. ``position`` None: as a
    member of the unit. ``unit``: where they come from."""

    member: str
    position: str | None
    unit: str
    group: Group
    start: datetime
    until: datetime
    breaks: tuple[Broken, ...]

    @property
    def waivers(self) -> tuple[str, ...]:
        """The rules that would have to be waived before they are fit for it."""
        return tuple(b.rule for b in self.breaks if b.waivable and b.level != "caution")


@dataclass(frozen=True, slots=True)
class Relief:
    """The relief of a member on duty. ``ends``: the end of the running tour by plan, None where there is none.

    ``owed``, ``overdue`` and ``unfit``: when each is reached if the duty goes on, waivers regarded; None where the
    profile has no such limit. ``breaches``: what is crossed now. ``givers``: best first. ``nobody``: nobody can give
    relief without being overdue for it, unfit or robbed of rest. ``lends``: who then can lend somebody, in words.
    """

    member: str
    unit: str
    position: str | None
    at: datetime
    since: datetime
    ends: datetime | None
    owed: datetime | None
    overdue: datetime | None
    unfit: datetime | None
    breaches: tuple[Breach, ...]
    givers: tuple[Giver, ...] = ()
    nobody: bool = False
    lends: str | None = None

    @property
    def due(self) -> datetime | None:
        """When relief is first due: owed, or overdue under a profile that knows nothing less; None: by no limit."""
        return min((at for at in (self.owed, self.overdue, self.unfit) if at is not None), default=None)

    def comes_due(self, watches: Watches, within: timedelta) -> bool:
        """Whether it is due, or will be within this time by what is known: not where the tour ends before."""
        if self.due is None or self.due <= self.at:
            return self.due is not None
        return self.due <= self.at + within and self.lasts_beyond(watches, self.due)

    def lasts_beyond(self, watches: Watches, until: datetime) -> bool:
        """Whether the running duty goes on at an instant, by what is planned and signed; not where it ends then."""
        s = watches.snapshot
        ledger = ledger_of(watches.moment.file(self.member), s.schedule, self.since, until + MOMENT)
        return any(a <= self.at and until < b for a, b in ledger.blocks(s.profile.break_length))

    @property
    def cheapest(self) -> list[Giver]:
        """Those who could do it with the fewest waivers."""
        could = [g for g in self.givers if HIDDEN not in g.breaks]
        return sorted(could, key=lambda g: (len(g.waivers), worst(g.breaks)))[:CHEAPEST] if self.nobody else []

    def shown(self, may_read: Callable[[str, str], bool]) -> "Relief":
        """The same without what touches health or rest of those of whom that may not be read. ``may_read`` is asked
        with a member and the unit they serve in."""
        givers = (
            g if not g.breaks or may_read(g.member, g.unit) else replace(g, breaks=(HIDDEN,)) for g in self.givers
        )
        mine = self.breaches if may_read(self.member, self.unit) else ()
        return replace(self, breaches=mine, givers=tuple(givers))


def relief_of(watches: Watches, member: str, position: tuple[str, str] | None) -> Relief | None:
    """When relief of a member is due; None for one who is not on duty. ``position``: unit and name of the command or
    tour position that they hold, None for none."""
    moment, snapshot = watches.moment, watches.snapshot
    status, fitness = moment.status(member), moment.fitness(member)
    if status.state != "on-duty" or status.unit is None or fitness.since is None:
        return None
    file = moment.file(member)
    when = {rule: crossing_at(file, snapshot.profile, rule, fitness.since) for rule in LIMITS}
    crossed = [b.since for b in fitness.breaches if b.level == "unfit"]
    return Relief(
        member=member,
        unit=position[0] if position else status.unit,
        position=position[1] if position else None,
        at=moment.at,
        since=fitness.since,
        ends=_ends(watches, member, status),
        owed=when["relief-owed"],
        overdue=when["relief-overdue"],
        unfit=min((at for at in (when["unfit"], *crossed) if at is not None), default=None),
        breaches=fitness.breaches,
    )


def crossing_at(file: DutyFile, profile: Profile, rule: str, since: datetime) -> datetime | None:
    """When a duty that began at ``since`` and goes on crosses a limit that is not waived then; None: never."""
    limit = profile.limits.get(rule)
    return None if limit is None else _not_waived(file.waivers, rule, since + limit.span)


def _not_waived(waivers: Iterable[Waiver], rule: str, at: datetime) -> datetime:
    for w in sorted(waivers, key=lambda w: w.until):
        at = w.until if w.rule == rule and holds(w, at) else at
    return at


def _ends(watches: Watches, member: str, status: Status) -> datetime | None:
    file, at = watches.moment.file(member), watches.moment.at
    planned = scheduled_stretches(file, watches.snapshot.schedule, at, at + AHEAD)
    return status.until if status.until is not None else next((s.end for s in planned if s.covers(at)), None)


@dataclass(frozen=True, slots=True)
class Comrade:
    """A member of a unit who could relieve another: by rank, or because both lead a squad."""

    member: str
    unit: str
    standing: int
    leads_squad: bool

    def may_relieve(self, other: "Comrade") -> bool:
        """Whether they are of at least the same rank, or lead a squad as the other does."""
        return self.standing >= other.standing or (self.leads_squad and other.leads_squad)


def relieved_by_post(watches: Watches, relief: Relief) -> Relief:
    """The relief of the holder of a command or tour position, with who can give it from the instant of the watches on:
    whoever is next in the order of the watch, up to the top of the force, on duty or on call; then whoever of the unit
    comes on duty next; then whoever of the unit is off duty and could be called in."""
    moment = watches.moment
    seats = list(_seats(watches, relief))
    found: list[Giver] = []
    coming = {s.member: stretch for s in seats if (stretch := _coming(moment, s.member, s.units)) is not None}
    here = [coming[s.member][0] for s in seats if s.own and s.member in coming]
    for seat in seats:
        group = _group(moment, seat)
        if group is not None:  # on the next tour somebody else has the same post
            post = [coming[s.member][0] for s in seats if s.position == seat.position and s.member in coming]
            found += _giver(moment, seat, group, moment.at, _handed_on(moment, seat.member, [*here, *post]), relief)
        if seat.own and seat.member in coming:
            begin, end = coming[seat.member]
            found += _giver(moment, seat, "comes on duty", begin, min(end, begin + LONGEST), relief)
    return _answered(watches, relief, found)


def _handed_on(moment: Moment, member: str, starts: Sequence[datetime]) -> datetime:
    """Until when somebody would have it who takes over now: until the next scheduled relief comes, or their own tour
    ends with one there; at most ``LONGEST``."""
    own = moment.status(member).until
    first = min(starts, default=moment.at + LONGEST)
    return min(moment.at + LONGEST, own if own is not None and own > first else first)


def relieved_by_comrade(watches: Watches, relief: Relief, own: Comrade, comrades: Sequence[Comrade]) -> Relief:
    """The same for everybody else: members of the unit who come on duty next, or are off duty and could be called in.
    ``comrades``: of the unit; where nobody of it can, of the unit above."""
    moment, found = watches.moment, list[Giver]()
    for unit in watches.snapshot.path_up(relief.unit):
        seats = [
            _Seat(c.member, None, c.unit, (c.unit,), True)
            for c in sorted(comrades, key=lambda c: (c.standing, c.member))
            if c.unit == unit.unit and c.member != own.member and c.may_relieve(own)
        ]
        coming = {s.member: stretch for s in seats if (stretch := _coming(moment, s.member, s.units)) is not None}
        until = min([moment.at + LONGEST, *(begin for begin, _ in coming.values())])
        for seat in seats:
            if seat.member in coming:
                begin, end = coming[seat.member]
                found += _giver(moment, seat, "comes on duty", begin, min(end, begin + LONGEST), relief)
            if moment.status(seat.member).state == "off" and _reached(moment, seat.member):
                found += _giver(moment, seat, "can be called in", moment.at, until, relief)
        if found:
            break
    return _answered(watches, relief, found)


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody who may take over. ``units``: where their duty counts as being there. ``own``: of the unit itself."""

    member: str
    position: str | None
    unit: str
    units: tuple[str, ...]
    own: bool
    candidate: Candidate | None = None


def _seats(watches: Watches, relief: Relief) -> Iterator[_Seat]:
    """Everybody who may take over from the holder of a post, in the order of the watch, each once."""
    seen = {relief.member}
    for level in watches.snapshot.path_up(relief.unit):
        if level.civil:
            return
        for c in candidates(watches.moment, level.unit):
            member = c.appointment.member if c.appointment else None
            if member is not None and member not in seen and c.position.takes_watch:
                seen.add(member)
                units = (level.unit, c.position.unit)
                yield _Seat(member, c.position.position, c.position.unit, units, level.unit == relief.unit, c)


def _group(moment: Moment, seat: _Seat) -> Group | None:
    """How somebody could take over at this instant; None for somebody who cannot. Rules of hours are not asked here."""
    assert seat.candidate is not None
    weighed = weigh(moment, seat.candidate, seat.units[0])
    if isinstance(weighed, Holder):
        return "can be called in" if weighed.on_call else "on duty"
    if weighed.why in ("unfit", "relief-overdue"):
        return "on duty" if moment.status(seat.member).state == "on-duty" else "can be called in"
    if weighed.why == "protected-rest" or (weighed.why == "off" and seat.own):
        if moment.status(seat.member).state == "on-duty":
            return "on duty"
        return "can be called in" if _reached(moment, seat.member) else None
    return None


def _reached(moment: Moment, member: str) -> bool:
    """Whether somebody off duty can be called: there is a contact point, and nobody stated the contrary."""
    file = moment.file(member)
    return file.reachable_by > 0 and not any(r.kind == "unreachable" and holds(r, moment.at) for r in file.reachability)


def _coming(moment: Moment, member: str, units: Sequence[str]) -> tuple[datetime, datetime] | None:
    """The next tour in one of these units that begins after the instant, within a day; None for none."""
    planned = scheduled_stretches(moment.file(member), moment.snapshot.schedule, moment.at, moment.at + AHEAD)
    for s in planned:
        if moment.at < s.start <= moment.at + AHEAD and s.unit in units and s.end is not None:
            return s.start, s.end
    return None


def _giver(
    moment: Moment, seat: _Seat, group: Group, start: datetime, until: datetime, relief: Relief
) -> Iterator[Giver]:
    """Somebody who is there the whole time, with what it would break; nobody for one who goes on leave meanwhile."""
    snapshot, file = moment.snapshot, moment.file(seat.member)
    absent = [a for a in file.absences if a.since > start or group != "on duty"]  # signed on in spite of it
    away = any(a.since < until and (a.until is None or a.until > start) for a in absent)
    left = any(x.stands() and (x.leave_from or x.effective) < until for x in file.separations)
    if not (away or left):
        breaks = what_breaks(Takeover(file, snapshot.schedule, snapshot.profile, relief.unit, start, until))
        yield Giver(seat.member, seat.position, seat.unit, group, start, until, breaks)


def _answered(watches: Watches, relief: Relief, found: Sequence[Giver]) -> Relief:
    """With the givers, best first: those who break nothing, then by how bad it is; of those on duty first, and
    who is there soonest."""
    best = tuple(sorted(found, key=lambda g: (worst(g.breaks), GROUPS.index(g.group), g.start)))
    nobody = not any(worst(g.breaks) < SEVERITY["overdue"] for g in best)
    return replace(relief, givers=best, nobody=nobody, lends=_lends(watches, relief.unit) if nobody else None)


def _lends(watches: Watches, unit: str) -> str | None:
    above = watches.snapshot.path_up(unit)[1:2]
    if not above or above[0].civil:
        return None
    due = watches.due(above[0].unit).holder
    return f"{above[0].unit}: {f'{due.member} ({due.position}) has the watch there' if due else 'nobody is there'}"
