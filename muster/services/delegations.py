"""Delegating authority over a matter to a unit below, and revoking it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.authority import Authority, Delegation, Matter
from muster.domain.delegating import Giver, resting_on_nothing, revoked
from muster.domain.delegating import delegate as decide_delegation
from muster.domain.delegating import revoke as decide_revocation
from muster.domain.errors import Unknown
from muster.domain.record import Fact
from muster.ports import Record, Views
from muster.services.offices import force_of, offices_of, unit_named, units_above


def delegate(record: Record, wanted: Delegation, by: str) -> Delegation:
    """Delegate as wanted; an empty name is given one. Returns the delegation that stands. Safe to repeat.

    Raises ``Refused`` unless ``by`` commands the unit that has the authority, and for more than it has.
    """
    if record.row(Matter, wanted.matter) is None:
        raise Unknown(f"matter {wanted.matter!r} is not in the record; see matters.csv of the force directory")
    giver = _giver(record, wanted.from_unit, wanted.matter)
    to_above = [u.unit for u in units_above(record, wanted.to_unit)]
    offices = offices_of(record, by, min(wanted.since, record.now))
    wanted = wanted if wanted.delegation else replace(wanted, delegation=_name(record, wanted, giver.zone))
    facts = decide_delegation(wanted, giver, to_above, offices, by)
    record.append(facts)
    if facts:
        return wanted
    return next(d for d in giver.delegations if replace(wanted, delegation=d.delegation) == d)


def revoke(record: Record, name: str, by: str, at: datetime) -> list[Delegation]:
    """End a delegation at the instant, and with it those that rested on it. Returns them as they stood before, the
    named one first; none when it had ended by then."""
    delegation = record.row(Delegation, name)
    if delegation is None:
        raise Unknown(f"delegation {name!r} is not in the record")
    above = [u.unit for u in units_above(record, delegation.from_unit)]
    facts = decide_revocation(delegation, offices_of(record, by, min(at, record.now)), above, by, at)
    if not facts:
        return []
    ended = [delegation]
    for d in ended:  # grows while it is walked: each that ends may leave others without ground
        ended += _left_without_ground(record, d, ended, at)
    record.append(_ends(ended, by, at))
    return ended


def _ends(ended: Sequence[Delegation], by: str, at: datetime) -> list[Fact]:
    return [revoked(d, by, at) for d in ended]


def _left_without_ground(views: Views, gone: Delegation, ended: Sequence[Delegation], at: datetime) -> list[Delegation]:
    giver = _giver(views, gone.to_unit, gone.matter)
    left = replace(giver, delegations=[d for d in giver.delegations if d not in ended])
    return resting_on_nothing(left, at)


def _giver(views: Views, unit: str, matter: str) -> Giver:
    force = force_of(views)
    return Giver(
        unit_named(views, unit),
        units_above(views, unit),
        force.levels,
        views.rows(Authority, matter=matter),
        views.rows(Delegation, matter=matter),
        ZoneInfo(force.zone),
    )


def _name(views: Views, wanted: Delegation, zone: ZoneInfo) -> str:
    """``D-protest-PCT-047-20201007``, with a number where that is taken."""
    name = f"D-{wanted.matter}-{wanted.to_unit}-{wanted.since.astimezone(zone):%Y%m%d}"
    taken = {d.delegation for d in views.rows(Delegation)}
    numbers = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(n for n in (name, *numbers) if n not in taken)
