"""Members: what they hold, when, and whether they may."""

from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import chain
from typing import Any, Final

from muster.domain.checks.indexed import Indexed, Rule, at_line, end_of, overlaps, start_of, timelines
from muster.domain.directory import Placed
from muster.domain.errors import Fault
from muster.domain.members import Appointment, Attachment, Career


def more_than_its_places(rows: Indexed) -> Iterator[Fault]:
    """No more substantive holders at once than a position has places."""
    for name, timeline in rows.held.items():
        position = rows.positions.get(name)
        substantive = [placed for placed in timeline if placed.row.kind == "substantive"]
        if position is None or len(substantive) <= position.row.places:
            continue
        ends: list[tuple[Any, int, Placed[Appointment]]] = []
        for number, placed in enumerate(substantive):
            while ends and ends[0][0] <= start_of(placed.row):
                heappop(ends)
            if len(ends) >= position.row.places:
                yield rows.fault(placed, "position", _full(position.row.places, ends[0][2]))
            heappush(ends, (end_of(placed.row), number, placed))


def _full(places: int, holder: Placed[Appointment]) -> str:
    said = f"{at_line(holder)}: {holder.row.member}"
    if places == 1:
        return f"must have one substantive holder at a time; it is held then ({said}). End that one or make this acting"
    return f"must have at most {places} substantive holders at once; all places are held then (one is {said})"


def held_twice(rows: Indexed) -> Iterator[Fault]:
    """A member holds a position once at a time."""
    groups = timelines(rows.of(Appointment), lambda a: (a.position, a.member))
    for before, placed in chain.from_iterable(overlaps(timeline) for timeline in groups.values()):
        yield rows.fault(placed, "member", f"must hold a position once at a time; {at_line(before)} is the same then")


def acting_without_instrument(rows: Indexed) -> Iterator[Fault]:
    """An acting appointment names the order that made it."""
    for placed in rows.of(Appointment):
        if placed.row.kind == "acting" and placed.row.instrument is None:
            yield rows.fault(placed, "instrument", "must not be empty: the order that made the acting appointment")


def outside_the_position(rows: Indexed) -> Iterator[Fault]:
    """An appointment lies within the time of its position."""
    for placed in rows.of(Appointment):
        position = rows.positions.get(placed.row.position)
        if position is None:
            continue
        if start_of(placed.row) < start_of(position.row):
            must = (
                f"must not be before the position begins, {rows.text(position.row.since)} ({at_line(position)} there)"
            )
            yield rows.fault(placed, "since", must)
        if end_of(placed.row) > end_of(position.row):
            must = f"must not be after the position ends, {rows.text(position.row.until)} ({at_line(position)} there)"
            yield rows.fault(placed, "until", must)


def before_joining(rows: Indexed) -> Iterator[Fault]:
    """Nobody holds a position or rank before their first day."""
    for placed in chain[Placed[Any]](rows.of(Appointment), rows.of(Career)):
        member = rows.members.get(placed.row.member)
        joined = member.row.joined if member else None
        if joined is not None and placed.row.since.astimezone(rows.zone).date() < joined:
            yield rows.fault(placed, "since", f"must not be before {placed.row.member} joined, {joined}")


def rank_too_low(rows: Indexed) -> Iterator[Fault]:
    """A substantive holder has the rank of the position, from the start of the appointment on."""
    if not rows.directory.is_whole(Career):
        return
    for placed in rows.of(Appointment):
        position = rows.positions.get(placed.row.position)
        wanted = rows.ranks.get(position.row.rank or "") if position else None
        if wanted is None or placed.row.kind != "substantive" or placed.row.member not in rows.members:
            continue
        career = _rank_at(rows, placed.row)
        if career is None:
            must = f"must have rank {wanted.row.rank} or higher; careers.csv has no rank of this member"
            yield rows.fault(placed, "member", must)
            continue
        has = rows.ranks.get(career.row.rank)
        if has is not None and has.row.standing < wanted.row.standing:
            must = f"must have rank {wanted.row.rank} or higher; has {has.row.rank} then ({at_line(career)} there)"
            yield rows.fault(placed, "member", must)


def _rank_at(rows: Indexed, appointment: Appointment) -> Placed[Career] | None:
    """The rank held at the start of an appointment; where none is known then, the first one known after."""
    timeline = rows.careers.get(appointment.member, [])
    held = [c for c in timeline if c.row.since <= appointment.since < end_of(c.row)]
    later = [c for c in timeline if c.row.since > appointment.since]
    return held[-1] if held else later[0] if later else None


def two_ranks_at_once(rows: Indexed) -> Iterator[Fault]:
    """A member has one rank at a time."""
    for before, placed in chain.from_iterable(overlaps(timeline) for timeline in rows.careers.values()):
        must = f"must have one rank at a time; {at_line(before)} has the member as {before.row.rank} then"
        yield rows.fault(placed, "member", must)


def attachments(rows: Indexed) -> Iterator[Fault]:
    """A member is attached to one unit at a time, and follows a squad of that unit or works one tour there."""
    groups = timelines(rows.of(Attachment), lambda a: a.member)
    for before, placed in chain.from_iterable(overlaps(timeline) for timeline in groups.values()):
        must = f"must be attached to one unit at a time; {at_line(before)} has the member in {before.row.unit} then"
        yield rows.fault(placed, "member", must)
    for placed in rows.of(Attachment):
        squad = rows.squads.get(placed.row.squad or "")
        if squad and squad.row.unit != placed.row.unit:
            yield rows.fault(placed, "squad", f"must be a squad of {placed.row.unit}; it is one of {squad.row.unit}")
        if placed.row.squad and placed.row.tour:
            yield rows.fault(placed, "tour", "must be empty where a squad is named: its chart gives the tours")


RULES: Final[tuple[Rule, ...]] = (
    more_than_its_places,
    held_twice,
    acting_without_instrument,
    outside_the_position,
    before_joining,
    rank_too_low,
    two_ranks_at_once,
    attachments,
)
