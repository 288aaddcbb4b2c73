"""Claims about strength: how many members there were on a day."""

from collections.abc import Collection, Sequence
from datetime import datetime

from muster.domain.claims import Strength
from muster.domain.members import Member
from muster.domain.verdicts.evidence import Evidence, Finding, not_covered, overlaps


def strength(claim: Strength, record: Evidence) -> Finding:
    """By counting the members who had joined and not left when the day began; of a unit, those with a substantive
    appointment in it or below."""
    at = record.midnight(claim.as_of)
    there = _present(record, claim, at)
    if claim.unit is not None and claim.unit not in record.snapshot.units:
        return not_covered(f"there is no unit {claim.unit}")
    if claim.unit is not None:
        below = _of_unit(claim.unit, record, at)
        there = [m for m in there if m.member in below]
    where = f" in {claim.unit} and below" if claim.unit else ""
    if not there:
        return not_covered(f"no member{where} is recorded on {claim.as_of}")
    says = f"there were {len(there):,} members{where} on {claim.as_of}"
    fits = _fits(claim, len(there))
    return Finding("supported" if fits else "contradicted", says, tuple(there), counted=True)


def _present(record: Evidence, claim: Strength, at: datetime) -> Sequence[Member]:
    gone = {s.member for s in record.separations if s.stands() and s.effective <= at}
    return [m for m in record.everyone if m.member not in gone and (m.joined is None or m.joined <= claim.as_of)]


def _of_unit(unit: str, record: Evidence, at: datetime) -> Collection[str]:
    units = record.snapshot.units
    below = {unit}
    grown = True
    while grown:  # parents may stand after their units; a tree is a few levels deep
        more = {u.unit for u in units.values() if u.parent in below} - below
        grown = bool(more)
        below |= more
    posts = {p.position for p in record.positions if p.unit in below}
    return {
        a.member
        for post in posts
        for a in record.appointments.get(post, ())
        if a.kind == "substantive" and overlaps(a, at, at + at.resolution)
    }


def _fits(claim: Strength, count: int) -> bool:
    if claim.compare == "about":
        return abs(count - claim.number) * 2 <= _place(claim.number)
    return {"exactly": count == claim.number, "at-least": count >= claim.number}.get(
        claim.compare, count > claim.number
    )


def _place(number: int) -> int:
    """The place to which a number looks rounded: 1,000 for 22,000, 1 for 184."""
    place = 1
    while number and number % (place * 10) == 0:
        place *= 10
    return place
