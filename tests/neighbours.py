"""Somebody who commands elsewhere."""

from dataclasses import replace

from muster.domain.force import Position, Unit
from muster.domain.members import Appointment, Career, ContactPoint, Member
from tests.ground import InRecord, changed
from tests.services.small import CO, PCT


def neighbour(force: InRecord) -> str:
    """Who commands another precinct of the borough, which is made, and serves in no squad of this one."""
    unit = next(r for r in force.rows if isinstance(r, Unit) and r.unit == PCT)
    place = next(r for r in force.rows if isinstance(r, Position) and r.position == "PCT-047-CO")
    theirs = [r for r in force.rows if isinstance(r, Member | Career | Appointment | ContactPoint) and r.member == CO]
    force.rows += [replace(unit, unit="PCT-049", name="49th Precinct")]
    force.rows += [replace(place, position="PCT-049-CO", unit="PCT-049")]
    force.rows += [replace(r, member="M0949") for r in theirs]
    force.rows = changed(force.rows, Appointment, lambda a: a.member == "M0949", position="PCT-049-CO")
    force.load()
    return "M0949"
