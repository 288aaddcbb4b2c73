"""Routing: the lowest unit that is competent for a matter, who decides it, and whom a directive would bypass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.authority import Authority, Delegation
from muster.domain.bypass import Bypass, Level, bypass, directive_words, head_of
from muster.domain.candidates import Candidate, Capacity, candidates, holders, positions_of
from muster.domain.competence import Asked, competent
from muster.domain.errors import Refused
from muster.domain.force import Position
from muster.domain.passing import Holder, Passed, until_text, weigh
from muster.domain.presence import holds, scheduled_stretches
from muster.domain.snapshot import Snapshot, named
from muster.domain.watch import Watches

HORIZON = timedelta(days=92)
"""How far ahead the next duty of a commander is looked for."""


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


def decide(watches: Watches, unit: str, authority: Authority | None, asked: Asked) -> Decision:
    """Who decides in the competent unit: its commander, if the matter can wait for the commander's next duty; else
    the lowest on the watch's list who may."""
    deadline = asked.by or asked.at
    head = head_of(watches, unit)
    passed: list[Passed] = []
    if head is not None:
        for c in (c for c in candidates(watches.moment, unit) if c.position.position == head.position):
            when = next_able(watches, c, unit, max(deadline, asked.at))
            if isinstance(when, datetime) and c.appointment is not None:
                member = c.appointment.member
                return Decision(member, head.position, unit, c.capacity, when, when > asked.at, False, ())
            if isinstance(when, Passed) and when not in passed:
                passed.append(when)
    found = next(_able(watches, unit, standing_of(watches.snapshot, authority), passed), None)
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
            when = next_able(watches, c, unit, asked.at + HORIZON)
            if isinstance(when, datetime):
                return Decision(c.appointment.member, head.position, unit, c.capacity, when, True, True, passed)
    held = holders(watches.moment, head.position)
    return Decision(held[0].member if held else None, head.position, unit, None, None, True, True, passed)


def next_able(watches: Watches, candidate: Candidate, unit: str, deadline: datetime) -> datetime | Passed:
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


def standing_of(snapshot: Snapshot, authority: Authority | None) -> int | None:
    """The standing a tour title needs to decide; None when no tour position may."""
    if authority is None or authority.lowest_tour is None:
        return None
    return named("title", authority.lowest_tour, snapshot.titles).standing


def _able(watches: Watches, unit: str, standing: int | None, passed: list[Passed]) -> Iterator[Holder]:
    """Those who may decide and can now, lowest first, from the unit upwards; the others are noted as passed."""
    for level in watches.snapshot.path_up(unit):
        if level.civil:
            return
        found = []
        for c in candidates(watches.moment, level.unit):
            rank = rank_of(watches, c, standing)
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


def rank_of(watches: Watches, candidate: Candidate, standing: int | None) -> tuple[int, int] | None:
    """Where a candidate stands among those who may decide, the lowest first: own tour positions by standing, own
    command positions from the last in the succession, then those that cover; None for who may not."""
    title = watches.snapshot.titles[candidate.position.title]
    if title.kind == "command":
        return 1, -candidate.position.order
    if standing is None or title.standing < standing:
        return None
    return (0 if candidate.capacity == "tour" else 2), title.standing


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
        why += directive_words(watches, directive, passed_over, found.unit)
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
