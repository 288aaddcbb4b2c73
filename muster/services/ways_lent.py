"""Ways out of a shortage from a neighbour: who is on the same tour there and can be spared is lent for the tour."""

from collections.abc import Iterator, Mapping, Sequence

from muster.domain.cover import OFFICERS
from muster.domain.force import Unit
from muster.domain.presence import is_detail, planned_turns
from muster.domain.snapshot import path_up
from muster.domain.ways_out import Cost, Post, Way
from muster.services.ways_ground import Grounds
from muster.services.ways_inside import spared
from muster.services.ways_rules import hours_of


def neighbours(units: Mapping[str, Unit], unit: str) -> list[str]:
    """The other units under the same parent."""
    parent = units[unit].parent
    return sorted(u.unit for u in units.values() if parent is not None and u.parent == parent and u.unit != unit)


def lent(grounds: Grounds, post: Post, units: Sequence[str]) -> Iterator[Way]:
    """Members of the line who are on the same tour in one of these units, count for the cover, and are spared: every
    cover there keeps its minimum. Whoever is lent counts as an officer where they are lent to, so nobody is for cover
    of supervisors or of a tour position. Their hours stay as they are."""
    if grounds.ask.turn.start <= grounds.ask.at:
        return
    for unit in units:
        if over_both(grounds, unit) is not None:
            yield from _from_unit(grounds, post, unit)


def _from_unit(grounds: Grounds, post: Post, unit: str) -> Iterator[Way]:
    turn = grounds.ask.turn
    whole = turn.start, turn.end
    for member, spans in grounds.on_tour(unit, post.tour, post.day).items():
        part = grounds.parts(unit)[member]
        counts = part.counts_as(OFFICERS, turn) and part.counts_as(post.who, turn)
        if not counts or spans != [whole] or _is_lent(grounds, member) or member in grounds.ask.absent:
            continue
        left = spared(grounds, grounds.posts_of(member, unit, post.tour, post.day))
        if left is not None:
            week, month = hours_of(grounds, grounds.file(member), turn.end)
            yield Way("loan", member, grounds.names.get(member, ""), whole, True, whole, Cost(lent=1), unit, left,
                      in_week=week, in_four_weeks=month)  # fmt: skip


def _is_lent(grounds: Grounds, member: str) -> bool:
    """Whether they are there themselves only because they are lent, or the schedule does not have them there."""
    turn, file = grounds.ask.turn, grounds.file(member)
    found = [p for p in planned_turns(file, grounds.ground.schedule, turn.start, turn.end) if p[0] == turn]
    return not found or any(is_detail(row) for _, _, row in found)


def over_both(grounds: Grounds, unit: str) -> str | None:
    """The lowest command position, with a holder, of a unit over both; None: nobody is."""
    above = {u.unit for u in path_up(grounds.units, unit)}
    both = [u for u in path_up(grounds.units, grounds.ask.unit) if u.unit in above]
    for position in grounds.commands(both):
        if grounds.holder(position, grounds.ask.at):
            return position
    return None
