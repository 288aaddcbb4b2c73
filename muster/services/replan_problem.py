"""The problem of the fewest changes: what is short counts first, then each day that is not as it was."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import ceil, gcd

from muster.domain.replans import Far
from muster.roster.checker import minutes_of
from muster.roster.problem import MOST_PENALTY, OFF, Cover, Instance, Member, Request
from muster.roster.result import Line, Roster


@dataclass(frozen=True, slots=True)
class Standing:
    """A roster to be changed as little as can be. ``lines``: as they stand, without what fell away; ``fixed``: by
    member the days that stay as they are; ``barred``: by member (day, tour) that may not be begun any more."""

    lines: Mapping[str, Line]
    fixed: Mapping[str, frozenset[int]]
    barred: Mapping[str, frozenset[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Fewest:
    """A problem whose penalty is ``scale`` for each point of shortage and one for each change. ``beyond``: points that
    no roster can restore, as too few may work there; they are not in the penalty. ``most``: changes of a roster."""

    instance: Instance
    scale: int
    beyond: int
    most: int

    def least_short(self, bound: float) -> int:
        """How many points are short at least, whatever the roster: penalty = scale x points + changes."""
        return max(0, ceil((bound - self.most) / self.scale)) + self.beyond

    def least_changes(self, bound: float, short: int) -> int:
        """How many changes a roster has at least that leaves no more points short."""
        return max(0, ceil(bound - self.scale * (short - self.beyond)))

    def far(self, penalty: float | None, bound: float) -> Far:
        """How far a search is that has found this penalty and this bound."""
        if penalty is None:
            return Far(None, None, self.least_short(bound), 0)
        points, changes = divmod(int(penalty), self.scale)  # fewer changes than the scale, or they would be points
        short = points + self.beyond
        return Far(short, changes, self.least_short(bound), self.least_changes(bound, short))


def fewest_changes(instance: Instance, standing: Standing, scale: int | None = None) -> Fewest:
    """The problem of changing a roster as little as can be. ``instance``: the unit's own, whose covers are minimums
    with the weights between them in ``under``. A roster with fewer points of shortage is better, whatever its changes,
    where it has fewer than ``scale`` of them; by default any has, in all but the largest problems.

    Hard rules hold as they do for any roster. The minutes of a period are no reason to change a line: whoever has more
    or fewer as the roster stands, may.
    """
    members = as_standing(instance, standing).members
    wishes = tuple(
        Request(m.ref, day, standing.lines[m.ref][day], 1, True)
        for m in members
        for day in range(instance.days)
        if day not in m.fixed
    )
    asked = [c for c in instance.cover if c.under]
    point = _point(instance)
    points = [c.under // point for c in asked]
    able = [min(c.required, _able(members, c)) for c in asked]
    heaviest = max(1, sum(weight * max(1, most) for weight, most in zip(points, able, strict=True)))
    scale = min(len(wishes) + 1 if scale is None else scale, max(1, (MOST_PENALTY - len(wishes)) // heaviest))
    cover = tuple(
        replace(c, required=most, under=weight * scale, over=0)
        for c, weight, most in zip(asked, points, able, strict=True)
    )
    beyond = sum((c.required - most) * weight for c, weight, most in zip(asked, points, able, strict=True))
    problem = replace(instance, members=members, cover=cover, requests=wishes, succession_weights={})
    return Fewest(problem, scale, beyond, len(wishes))


def points_short(instance: Instance, lines: Roster) -> int:
    """Points of shortage that these lines leave, counted from scratch."""
    refs = {m.ref for m in instance.members}
    point, points = _point(instance), 0
    for c in instance.cover:
        here = sum(lines[ref][c.day] == c.tour for ref in (refs if c.qualified is None else c.qualified & refs))
        points += c.under // point * max(0, c.required - here)
    return points


def _point(instance: Instance) -> int:
    """The weight of one point of shortage: all weights are whole numbers of it."""
    return gcd(*(c.under for c in instance.cover)) or 1


def as_standing(instance: Instance, standing: Standing) -> Instance:
    """The problem with the cells that stay, and limits of minutes that the lines as they stand keep."""
    return replace(instance, members=tuple(_standing(instance, m, standing) for m in instance.members))


def _standing(instance: Instance, member: Member, standing: Standing) -> Member:
    """The member with the cells that stay, and limits of minutes that the line as it stands keeps."""
    line = standing.lines[member.ref]
    fixed = dict(member.fixed) | {day: line[day] for day in standing.fixed.get(member.ref, ())}
    minutes = minutes_of(instance, line)
    return replace(
        member,
        most_days=dict.fromkeys((t for t in fixed.values() if t != OFF), instance.days) | dict(member.most_days),
        least_minutes=min(member.least_minutes, minutes),
        most_minutes=max(member.most_minutes, minutes),
        barred=member.barred | standing.barred.get(member.ref, frozenset()),
        fixed=fixed,
        minutes_target=None,
        weekend_weight=0,
    )


def _able(members: Collection[Member], cover: Cover) -> int:
    return sum(_may(m, cover.day, cover.tour) for m in members if cover.qualified is None or m.ref in cover.qualified)


def _may(member: Member, day: int, tour: str) -> bool:
    if day in member.fixed:
        return member.fixed[day] == tour
    return member.most_days.get(tour, 0) > 0 and day not in member.days_off and (day, tour) not in member.barred


def without(instance: Instance, lines: Mapping[str, Line], refs: Collection[str]) -> Instance:
    """The problem of the others, while these members stay on their lines, whatever rule those break. For whoever has no
    possible line: nobody is taken off all their tours for that."""

    def rest(cover: Cover) -> Cover:
        who = lines.keys() if cover.qualified is None else cover.qualified
        here = sum(lines[ref][cover.day] == cover.tour for ref in refs if ref in who)
        others = None if cover.qualified is None else cover.qualified - frozenset(refs)
        return replace(cover, required=max(0, cover.required - here), qualified=others)

    members = tuple(m for m in instance.members if m.ref not in refs)
    requests = tuple(r for r in instance.requests if r.member not in refs)
    return replace(instance, members=members, cover=tuple(map(rest, instance.cover)), requests=requests)
