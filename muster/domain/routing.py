"""Routing: the lowest unit that is competent for a matter, who decides it, and whom a directive would bypass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.authority import Authority, Delegation
from muster.domain.candidates import Candidate, Capacity, candidates, holders, positions_of
from muster.domain.errors import Refused
from muster.domain.force import Position, Unit
from muster.domain.passing import Holder, Passed, until_text, weigh
from muster.domain.presence import holds, scheduled_stretches
from muster.domain.snapshot import Snapshot, named
from muster.domain.watch import Watches

HORIZON = timedelta(days=92)
"""How far ahead the next duty of a commander is looked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A matter at a place, with its size and deadline; ``by`` None: now. Sizes that are None are not known: 0."""

    matter: str
    place: str
    at: datetime
    by: datetime | None = None
    people: int | None = None
    hours: int | None = None
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Competent:
    """The competent unit, the authority row that makes it so (None: it stands above all of them), and why."""

    unit: str
    authority: Authority | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, in which position, and when: at once, or at the commander's next duty. ``member`` is None when
    nobody holds the position. ``late``: nobody who may decide is there before the deadline."""

    member: str | None
    position: str
    unit: str
    capacity: Capacity | None
    at: datetime | None
    waits: bool
    late: bool
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the chain: a unit and the position that heads it; ``position`` None for a unit without one."""

    unit: str
    name: str
    position: str | None


@dataclass(frozen=True, slots=True)
class Bypass:
    """Whom a directive passes over: levels between giver and receiver, and competent levels below the receiver."""

    skipped_above: tuple[Level, ...]
    competent_below: tuple[Level, ...]

    @property
    def told(self) -> tuple[Level, ...]:
        """Every level on either list."""
        return (*self.skipped_above, *self.competent_below)


@dataclass(frozen=True, slots=True)
class Route:
    """The whole answer for a matter; ``giver`` and ``receiver`` None when nobody directs anything.

    ``owner``: the commander's position for what the commander decides, else the position due in the competent unit,
    whoever is the lowest who may decide.
    """

    matter: str
    place: str
    at: datetime
    competent_unit: str
    owner: str
    decides: Decision
    notify_at_once: bool
    giver: str | None
    receiver: str | None
    skipped_above: tuple[Level, ...]
    competent_below: tuple[Level, ...]
    told: tuple[Level, ...]
    why: tuple[str, ...]


def competent(
    snapshot: Snapshot, authorities: Sequence[Authority], delegations: Sequence[Delegation], asked: Asked
) -> Competent:
    """The lowest unit at the place that may decide the matter. Raises ``Refused`` when no row is about it."""
    rows = {a.level: a for a in authorities if a.matter == asked.matter and holds(a, asked.at)}
    if not rows:
        raise Refused(f"matter {asked.matter!r}: no authority row holds; add one to authority.csv and load it")
    path = [u for u in snapshot.path_up(asked.place) if not u.civil and holds(u, asked.at)]
    if not path:
        raise Refused(f"place {asked.place}: civil authority has no ground of its own; name a unit below it")
    why: list[str] = []
    below: Authority | None = None
    for unit in path:
        row = rows.get(unit.level)
        delegated = _delegated(snapshot, delegations, asked, unit)
        if delegated is not None:
            why.append(f"{unit.unit} decides by delegation {delegated.delegation} ({delegated.instrument})")
            giver = snapshot.unit(delegated.from_unit)
            return Competent(unit.unit, rows.get(giver.level) or row or below, tuple(why))
        if row is None and not _above_all(snapshot, unit, rows):
            why.append(f"{unit.unit}: {unit.level} has no authority over {asked.matter}")
            continue
        over = () if row is None else tuple(exceeded(row, asked))
        if not over or unit is path[-1]:
            why.append(f"{unit.unit} is the lowest unit whose place and authority cover {asked.matter}")
            return Competent(unit.unit, row or below, tuple(why))
        why.append(f"{unit.unit}: {'; '.join(over)}; goes up one level")
        below = row
    return Competent(path[-1].unit, below, (*why, f"{path[-1].unit} heads the force"))


def _above_all(snapshot: Snapshot, unit: Unit, rows: dict[str, Authority]) -> bool:
    """Whether some row's level lies below this unit's: what a level may decide, every level above it may."""
    levels = snapshot.force.levels
    return any(levels.index(level) > levels.index(unit.level) for level in rows if level in levels)


def _delegated(snapshot: Snapshot, delegations: Sequence[Delegation], asked: Asked, unit: Unit) -> Delegation | None:
    above = {u.unit for u in snapshot.path_up(unit.unit)[1:]}
    for d in delegations:
        mine = d.to_unit == unit.unit and d.matter == asked.matter and d.from_unit in above
        if mine and holds(d, asked.at) and not list(exceeded(d, asked)):
            return d
    return None


def exceeded(limits: Authority | Delegation, asked: Asked) -> Iterator[str]:
    """The limits that the matter goes above, in words."""
    sizes = (("people", asked.people, limits.max_people), ("hours", asked.hours, limits.max_hours))
    for what, size, most in (*sizes, ("members", asked.members, limits.max_members)):
        if size is not None and most is not None and size > most:
            yield f"{size} {what}, at most {most}"


def decide(watches: Watches, unit: str, authority: Authority | None, asked: Asked) -> Decision:
    """Who decides in the competent unit: its commander, if the matter can wait for the commander's next duty; else
    the lowest on the watch's list who may."""
    deadline = asked.by or asked.at
    head = head_of(watches, unit)
    passed: list[Passed] = []
    if head is not None:
        for c in (c for c in candidates(watches.moment, unit) if c.position.position == head.position):
            when = _next_able(watches, c, unit, max(deadline, asked.at))
            if isinstance(when, datetime) and c.appointment is not None:
                member = c.appointment.member
                return Decision(member, head.position, unit, c.capacity, when, when > asked.at, False, ())
            if isinstance(when, Passed):
                passed.append(when)
    found = next(_able(watches, unit, _standing(watches, authority), passed), None)
    matter = tuple(p for p in passed if not _off_in_turn(watches, p, found))
    if found is not None:
        return Decision(found.member, found.position, found.unit, found.capacity, asked.at, False, False, matter)
    return _late(watches, unit, head, asked, matter)


def _off_in_turn(watches: Watches, passed: Passed, found: Holder | None) -> bool:
    """Whether somebody was passed over only because it is another's turn in a tour position: that explains nothing
    once somebody decides, or somebody else in the same position was weighed."""
    if passed.why != "off" or passed.member is None:
        return False
    moment, titles = watches.moment, watches.snapshot.titles
    own = next(p for p in positions_of(moment, passed.unit) if p.position == passed.position)
    others = any(moment.status(a.member).state == "on-duty" for a in holders(moment, own.position))
    return titles[own.title].kind == "tour" and (found is not None or others)


def _late(watches: Watches, unit: str, head: Position | None, asked: Asked, passed: tuple[Passed, ...]) -> Decision:
    """Nobody may decide in time: it waits for the commander all the same, and says that it is late."""
    if head is None:
        raise Refused(f"unit {unit} has no command position: nobody there can own a tasking; add one and load it")
    for c in candidates(watches.moment, unit):
        if c.position.position == head.position and c.appointment is not None:
            when = _next_able(watches, c, unit, asked.at + HORIZON)
            if isinstance(when, datetime):
                return Decision(c.appointment.member, head.position, unit, c.capacity, when, True, True, passed)
    held = holders(watches.moment, head.position)
    return Decision(held[0].member if held else None, head.position, unit, None, None, True, True, passed)


def _next_able(watches: Watches, candidate: Candidate, unit: str, deadline: datetime) -> datetime | Passed:
    """When the candidate can decide: now, or at the start of the next duty before the deadline; else why not."""
    now = weigh(watches.moment, candidate, unit, entitled=True)
    if isinstance(now, Holder):
        return watches.moment.at
    if candidate.appointment is None or now.why == "separated":
        return now
    file = watches.moment.file(candidate.appointment.member)
    end = min(deadline, watches.moment.at + HORIZON)
    for stretch in scheduled_stretches(file, watches.snapshot.schedule, watches.moment.at, end):
        here = stretch.unit in (unit, candidate.position.unit) and watches.moment.at < stretch.start < end
        if here and holds(candidate.appointment, stretch.start):
            return stretch.start
    return now


def _standing(watches: Watches, authority: Authority | None) -> int | None:
    """The standing a tour title needs to decide; None when no tour position may."""
    if authority is None or authority.lowest_tour is None:
        return None
    return named("title", authority.lowest_tour, watches.snapshot.titles).standing


def _able(watches: Watches, unit: str, standing: int | None, passed: list[Passed]) -> Iterator[Holder]:
    """Those who may decide and can now, lowest first, from the unit upwards; the others are noted as passed."""
    for level in watches.snapshot.path_up(unit):
        if level.civil:
            return
        found = []
        for c in candidates(watches.moment, level.unit):
            rank = _rank(watches, c, standing)
            if rank is not None:
                weighed = weigh(watches.moment, c, level.unit)
                if isinstance(weighed, Holder):
                    found.append((rank, weighed))
                elif weighed not in passed:
                    passed.append(weighed)
        for _, holder in sorted(found, key=lambda pair: pair[0]):
            yield holder if level.unit == unit else _raised(watches, holder)


def _raised(watches: Watches, holder: Holder) -> Holder:
    return Holder(
        holder.member, holder.position, holder.unit, watches.from_above(holder), holder.source, holder.on_call
    )


def _rank(watches: Watches, candidate: Candidate, standing: int | None) -> tuple[int, int] | None:
    """Where a candidate stands among those who may decide, the lowest first: own tour positions by standing, own
    command positions from the last in the succession, then those that cover; None for who may not."""
    title = watches.snapshot.titles[candidate.position.title]
    if title.kind == "command":
        return 1, -candidate.position.order
    if standing is None or title.standing < standing:
        return None
    return (0 if candidate.capacity == "tour" else 2), title.standing


def head_of(watches: Watches, unit: str) -> Position | None:
    """The position that heads a unit: its first command position; None when it has none."""
    titles = watches.snapshot.titles
    return next((p for p in positions_of(watches.moment, unit) if titles[p.title].kind == "command"), None)


def level_of(watches: Watches, unit: str) -> Level:
    """The unit as a level of the chain."""
    head = head_of(watches, unit)
    return Level(unit, watches.snapshot.unit(unit).name, head.position if head else None)


def bypass(watches: Watches, giver: str, receiver: Position, unit: str) -> Bypass:
    """Whom a directive from unit ``giver`` to position ``receiver`` about a matter of ``unit`` would pass over.

    None above when the giver is the receiver's direct superior, or does not stand above at all: that is a request.
    """
    snapshot = watches.snapshot
    up = [u.unit for u in snapshot.path_up(receiver.unit)]
    above: list[str] = []
    if giver in up[1:]:
        above = up[1 : up.index(giver)][::-1]
        head = head_of(watches, receiver.unit)
        if head is not None and head.position != receiver.position:
            above.append(receiver.unit)
    down = [u.unit for u in snapshot.path_up(unit)]
    below = down[: down.index(receiver.unit)][::-1] if receiver.unit in down else []
    return Bypass(tuple(level_of(watches, u) for u in above), tuple(level_of(watches, u) for u in below))


def route(
    watches: Watches,
    authorities: Sequence[Authority],
    delegations: Sequence[Delegation],
    asked: Asked,
    directive: tuple[str, Position] | None = None,
) -> Route:
    """Where a matter belongs, who decides it, and, for a ``directive`` (giver's unit, receiver), whom it bypasses."""
    found = competent(watches.snapshot, authorities, delegations, asked)
    decision = decide(watches, found.unit, found.authority, asked)
    passed_over = Bypass((), ()) if directive is None else bypass(watches, *directive, found.unit)
    at_once = found.authority is not None and found.authority.notify_at_once
    why = [*found.why, *_explained(watches, decision, asked)]
    if directive is not None:
        why += _directive_words(watches, directive, passed_over, found.unit)
    return Route(
        matter=asked.matter,
        place=asked.place,
        at=asked.at,
        competent_unit=found.unit,
        owner=_owner(watches, found.unit, decision),
        decides=decision,
        notify_at_once=at_once,
        giver=directive[0] if directive else None,
        receiver=directive[1].position if directive else None,
        skipped_above=passed_over.skipped_above,
        competent_below=passed_over.competent_below,
        told=passed_over.told,
        why=tuple(why),
    )


def _owner(watches: Watches, unit: str, decision: Decision) -> str:
    head, due = head_of(watches, unit), watches.due(unit).holder
    by_commander = head is not None and head.position == decision.position
    return decision.position if by_commander or due is None else due.position


def _explained(watches: Watches, decision: Decision, asked: Asked) -> Iterator[str]:
    who = f"{decision.member or 'NOBODY'} ({decision.position})"
    zone = watches.snapshot.schedule.zone
    if decision.late:
        yield f"NOBODY who may decide is there before the deadline; it waits for {who}"
    elif decision.waits:
        yield f"it can wait: {who} decides at the next duty{until_text(decision.at, zone).replace('until', 'from')}"
    elif decision.capacity in ("substantive", "acting"):
        yield f"{who} commands the unit and is there to decide now"
    else:
        due = "now" if asked.by is None else f"by {asked.by.astimezone(zone):%Y-%m-%d %H%M}"
        yield f"due {due}, before the commander's next duty: {who} is the lowest who may decide"


def _directive_words(
    watches: Watches, directive: tuple[str, Position], passed_over: Bypass, unit: str
) -> Iterator[str]:
    giver, receiver = directive
    up = [u.unit for u in watches.snapshot.path_up(receiver.unit)]
    if giver not in up:
        yield f"{giver} does not stand above {receiver.position}: this is a request, not a directive"
    if passed_over.skipped_above:
        yield "skipped above: " + ", ".join(level.position or level.unit for level in passed_over.skipped_above)
    if passed_over.competent_below:
        yield "competent below: " + ", ".join(level.name for level in passed_over.competent_below)
    if receiver.unit not in [u.unit for u in watches.snapshot.path_up(unit)]:
        yield f"{receiver.position} does not stand over {unit}, to which the matter belongs"
