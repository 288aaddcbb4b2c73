"""The verdict on a claim: supported, contradicted or not covered by the record, and by which of its rows.

Only what is recorded contradicts; silence never does. No verdict weighs one claim against another.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from muster.domain.accounts import Claim
from muster.domain.claims import (
    Age,
    Appointed,
    CallAnswered,
    CallTried,
    CallUnanswered,
    DutyHours,
    HeldPosition,
    Joined,
    OfMember,
    OnDuty,
    SeparationEffective,
    SeparationFiled,
    SeparationKind,
    Strength,
    YearsOfService,
)
from muster.domain.verdicts.calls import answered, tried, unanswered
from muster.domain.verdicts.career import age, appointed, held, joined, service
from muster.domain.verdicts.duty import duty_hours, on_duty
from muster.domain.verdicts.evidence import Evidence, Finding, Ruling, not_covered
from muster.domain.verdicts.leaving import effective, filed, kind
from muster.domain.verdicts.strength import strength

__all__ = ["Evidence", "Finding", "Ruling", "judge"]

_OF_MEMBER: Final[Mapping[type[OfMember], Callable[[Any, str, Evidence], Finding]]] = {
    HeldPosition: held,
    Appointed: appointed,
    OnDuty: on_duty,
    DutyHours: duty_hours,
    CallTried: tried,
    CallAnswered: answered,
    CallUnanswered: unanswered,
    SeparationFiled: filed,
    SeparationKind: kind,
    SeparationEffective: effective,
    Joined: joined,
    YearsOfService: service,
    Age: age,
}


def judge(claim: Claim, evidence: Evidence) -> Finding:
    """What the record says to a claim, by itself."""
    proposition = claim.proposition()
    if isinstance(proposition, Strength):
        return strength(proposition, evidence)
    if not isinstance(proposition, OfMember):
        return not_covered("nothing is kept by which this could be told")
    person = evidence.person(proposition)
    if isinstance(person, Finding):
        return person
    finding = _OF_MEMBER[type(proposition)](proposition, person.member, evidence)
    if finding.ruling == "not covered":
        return replace(finding, member=person.member)
    known_by = (person.appointment,) if person.appointment is not None else ()
    rows = tuple(dict.fromkeys((*known_by, *finding.rows)))
    return replace(finding, rows=rows, member=person.member)
