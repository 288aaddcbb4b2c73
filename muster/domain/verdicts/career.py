"""Claims about positions held, years of service and age."""

from datetime import date

from muster.domain.claims import Age, Appointed, HeldPosition, Joined, YearsOfService
from muster.domain.members import Appointment
from muster.domain.verdicts.evidence import (
    Evidence,
    Finding,
    contradicted,
    not_covered,
    overlaps,
    supported,
    within,
)


def held(claim: HeldPosition, member: str, record: Evidence) -> Finding:
    """Supported by an appointment in the period; contradicted when another's fills all of it."""
    own = [a for a in record.held_by(claim.position, member) if overlaps(a, claim.start, claim.end)]
    if own:
        return supported(f"{_told(own[0], record)}", own[0])
    other = _filled_by_another(claim, member, record)
    if other is not None:
        return contradicted(f"somebody else held it all that time: {_told(other, record)}", other)
    return not_covered(f"nothing says whether {member} held {claim.position} then")


def appointed(claim: Appointed, member: str, record: Evidence) -> Finding:
    """Supported by an appointment that begins in the period; contradicted when the member held the position before it
    already, or somebody else all through it."""
    own = record.held_by(claim.position, member)
    fits = next((a for a in own if within(a.since, claim.start, claim.end)), None)
    if fits is not None:
        return supported(_told(fits, record), fits)
    before = next((a for a in own if a.since < claim.start), None)
    if before is not None:
        return contradicted(f"it began before: {_told(before, record)}", before)
    other = _filled_by_another(claim, member, record)
    if other is not None:
        return contradicted(f"somebody else held it all that time: {_told(other, record)}", other)
    if own:
        return not_covered(f"nothing is told of {claim.position} before {record.said(own[0].since)}")
    return not_covered(f"nothing says when {member} began to hold {claim.position}")


def _filled_by_another(claim: HeldPosition | Appointed, member: str, record: Evidence) -> Appointment | None:
    """The substantive appointment of somebody else that fills the period. Lines have many holders: they never do."""
    if claim.start is None or claim.end is None:
        return None
    for a in record.held_by(claim.position):
        fills = a.since <= claim.start and (a.until is None or a.until >= claim.end)
        alone = record.places(claim.position) == 1
        if a.member != member and a.kind == "substantive" and fills and alone:
            return a
    return None


def _told(a: Appointment, record: Evidence) -> str:
    until = f" until {record.said(a.until)}" if a.until is not None else ""
    acting = " (acting)" if a.kind == "acting" else ""
    return f"{a.member} held {a.position}{acting} from {record.said(a.since)}{until}"


def joined(claim: Joined, member: str, record: Evidence) -> Finding:
    """By the first day in the force."""
    row = record.members.get(member)
    if row is None or row.joined is None:
        return not_covered(f"the first day of {member} in the force is not kept")
    fits = within(record.midnight(row.joined), claim.start, claim.end)
    says = f"the first day of {member} in the force is {row.joined}"
    return supported(says, row) if fits else contradicted(says, row)


def service(claim: YearsOfService, member: str, record: Evidence) -> Finding:
    """By the first day in the force, counting completed years."""
    row = record.members.get(member)
    if row is None or row.joined is None:
        return not_covered(f"the first day of {member} in the force is not kept")
    if row.joined > claim.as_of:
        return contradicted(f"{member} joined on {row.joined}, after {claim.as_of}", row)
    years = completed_years(row.joined, claim.as_of)
    past = years > claim.years or (years == claim.years and not _anniversary(row.joined, claim.as_of))
    fits = {"exactly": years == claim.years, "at-least": years >= claim.years, "more-than": past}[claim.compare]
    says = f"{member} joined on {row.joined} and had served {years} full years on {claim.as_of}"
    return supported(says, row) if fits else contradicted(says, row)


def age(claim: Age, member: str, record: Evidence) -> Finding:
    """By the date of birth, where the force keeps it."""
    row = record.members.get(member)
    if row is None or row.born is None:
        return not_covered(f"the date of birth of {member} is not kept")
    years = completed_years(row.born, claim.as_of)
    says = f"{member} was {years} on {claim.as_of} by the date of birth"
    return supported(says, row) if years == claim.years else contradicted(says, row)


def completed_years(since: date, on: date) -> int:
    """Full years from one day to another; someone of 29 February completes a year on 1 March."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def _anniversary(since: date, on: date) -> bool:
    return (on.month, on.day) == (since.month, since.day)
