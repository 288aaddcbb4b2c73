"""Delegating authority to a unit below, in writing, with limits and an end; and revoking it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.authority import Authority, Delegation
from muster.domain.errors import Check, Refused, require
from muster.domain.force import Unit
from muster.domain.instants import local_text
from muster.domain.offices import Office, command_of
from muster.domain.record import Fact
from muster.domain.schema import to_body

SIZES = ("people", "hours", "members")


@dataclass(frozen=True, slots=True)
class Giver:
    """The unit that delegates, with what bears on it: all above it, the levels of the force from the top down, and
    the authority rows and delegations about the matter."""

    unit: Unit
    above: Sequence[Unit]
    levels: Sequence[str]
    authorities: Sequence[Authority]
    delegations: Sequence[Delegation]
    zone: ZoneInfo

    @property
    def heads_the_force(self) -> bool:
        """Whether nothing but civil authority stands above it."""
        return all(u.civil for u in self.above)


@dataclass(frozen=True, slots=True)
class Had:
    """Authority that a unit has over a matter: the limits by size (None: no limit), and where it comes from."""

    limits: tuple[int | None, ...]
    source: str

    def allows(self, wanted: Delegation) -> bool:
        """Whether a delegation stays within the limits; no limit stays only within no limit."""
        return not list(self.over(wanted))

    def over(self, wanted: Delegation) -> Iterator[str]:
        """Where a delegation goes above the limits, in words."""
        for name, most, size in zip(SIZES, self.limits, limits_of(wanted), strict=True):
            if most is not None and (size is None or size > most):
                yield f"{name} {'without limit' if size is None else size}, at most {most}"


def delegate(
    wanted: Delegation, giver: Giver, to_above: Sequence[str], offices: Sequence[Office], by: str
) -> list[Fact]:
    """The facts that delegate; none when the same delegation stands. ``to_above``: the units above the receiver.

    Only the holder of a command position of the unit delegates, only downwards, and no more than the unit has for
    all of that time: by its level, or by a delegation to it. Raises ``Refused``.
    """
    unit = giver.unit.unit
    require(
        f"delegation of {wanted.matter} from {unit}",
        Check("until", wanted.until, wanted.until > wanted.since, f"must be after {wanted.since}"),
        Check("instrument", repr(wanted.instrument), bool(wanted.instrument.strip()), "must name the order"),
        Check("to_unit", wanted.to_unit, unit in to_above, f"must stand below {unit}"),
    )
    if any(_same(wanted, d) for d in giver.delegations):
        return []
    _must_command(offices, unit, by)
    had = list(authority_of(giver, wanted.since, wanted.until))
    if not had:
        when = f"from {local_text(wanted.since, giver.zone)} to {local_text(wanted.until, giver.zone)}"
        raise Refused(f"unit {unit} has no authority over {wanted.matter} {when}: nobody can delegate what they lack")
    if not any(h.allows(wanted) for h in had):
        over = " or ".join(f"{'; '.join(h.over(wanted))} ({h.source})" for h in had)
        raise Refused(f"unit {unit} cannot delegate more than it has: {over}. Give lower limits")
    return [Fact(wanted.stream, "delegation.entered", wanted.since, {**to_body(wanted), "by": by})]


def authority_of(giver: Giver, since: datetime, until: datetime) -> Iterator[Had]:
    """What the unit has over the matter for all of that time: by the row of its level, without limit where only
    levels below it have rows or it heads the force, and by each delegation to it."""
    rows = [a for a in giver.authorities if _covers(a.since, a.until, since, until) and a.level in giver.levels]
    own = giver.levels.index(giver.unit.level)
    mine = [a for a in rows if a.level == giver.unit.level]
    if (any(giver.levels.index(a.level) > own for a in rows) and not mine) or (rows and giver.heads_the_force):
        yield Had((None, None, None), f"{giver.unit.level} stands above those who decide it")
    else:
        yield from (Had(limits_of(a), f"authority of a {a.level}") for a in mine)
    for d in giver.delegations:
        if d.to_unit == giver.unit.unit and _covers(d.since, d.until, since, until):
            yield Had(limits_of(d), f"delegation {d.delegation}")


def revoke(
    delegation: Delegation, offices: Sequence[Office], units_above: Sequence[str], by: str, at: datetime
) -> list[Fact]:
    """The facts that end a delegation, or take back one that has not begun; none when it has ended by then. The unit
    that gave it revokes it, or one above (``units_above``)."""
    if delegation.until <= at:
        return []
    if not any(command_of(offices, unit) for unit in (delegation.from_unit, *units_above)):
        _must_command(offices, delegation.from_unit, by)
    return [revoked(delegation, by, at)]


def revoked(delegation: Delegation, by: str, at: datetime) -> Fact:
    """The fact that a delegation ends at the instant, or never began."""
    if at <= delegation.since:
        return Fact(delegation.stream, "delegation.removed", at, {"by": by})
    return Fact(delegation.stream, "delegation.changed", at, {**to_body(replace(delegation, until=at)), "by": by})


def resting_on_nothing(giver: Giver, at: datetime) -> list[Delegation]:
    """Delegations by the unit that it no longer has the authority for from the instant on."""
    given = [d for d in giver.delegations if d.from_unit == giver.unit.unit and d.until > at]
    return [d for d in given if not any(h.allows(d) for h in authority_of(giver, max(d.since, at), d.until))]


def limits_of(row: Authority | Delegation) -> tuple[int | None, ...]:
    """The limits of a row, in the order of ``SIZES``."""
    return row.max_people, row.max_hours, row.max_members


def _must_command(offices: Sequence[Office], unit: str, by: str) -> None:
    if command_of(offices, unit) is None:
        raise Refused(f"{by} holds no command position of {unit} at that time: only its commanders delegate for it")


def _covers(begins: datetime | None, ends: datetime | None, since: datetime, until: datetime) -> bool:
    return (begins is None or begins <= since) and (ends is None or ends >= until)


def _same(wanted: Delegation, d: Delegation) -> bool:
    return replace(wanted, delegation=d.delegation) == d
