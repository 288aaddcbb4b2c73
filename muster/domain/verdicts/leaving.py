"""Claims about separations: when the papers were put in, of which kind, and when it takes effect."""

from collections.abc import Callable, Sequence

from muster.domain.claims import SeparationEffective, SeparationFiled, SeparationKind
from muster.domain.separation import Separation
from muster.domain.verdicts.evidence import Evidence, Finding, contradicted, not_covered, supported, within


def filed(claim: SeparationFiled, member: str, record: Evidence) -> Finding:
    """By the separations filed, withdrawn ones too: they were filed all the same."""
    there = record.left(member)
    if not there:
        return not_covered(f"no separation of {member} is recorded")
    fits = [s for s in there if within(s.filed, claim.start, claim.end)]
    return _ruled(there, fits, lambda s: f"{member} filed for {s.kind} on {record.said(s.filed)}")


def kind(claim: SeparationKind, member: str, record: Evidence) -> Finding:
    """By the separations that stand."""
    there = [s for s in record.left(member) if s.stands()]
    if not there:
        return _none_stands(member, record)
    fits = [s for s in there if s.kind == claim.kind]
    return _ruled(there, fits, lambda s: f"what {member} filed on {record.said(s.filed)} is a {s.kind}")


def effective(claim: SeparationEffective, member: str, record: Evidence) -> Finding:
    """By the separations that stand."""
    there = [s for s in record.left(member) if s.stands()]
    if not there:
        return _none_stands(member, record)
    fits = [s for s in there if within(s.effective, claim.start, claim.end)]
    return _ruled(there, fits, lambda s: f"the {s.kind} of {member} takes effect on {record.said(s.effective)}")


def _none_stands(member: str, record: Evidence) -> Finding:
    withdrawn = "; what was filed has been withdrawn" if record.left(member) else ""
    return not_covered(f"no separation of {member} stands{withdrawn}")


def _ruled(there: Sequence[Separation], fits: Sequence[Separation], tell: Callable[[Separation], str]) -> Finding:
    """Supported by the first that fits; contradicted by all when none does."""
    if fits:
        return supported(tell(fits[0]), fits[0])
    return contradicted("; ".join(map(tell, there)), *there)
