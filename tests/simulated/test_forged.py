"""What the checks of a period see: of every record that was forged in one place, that it was."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from tests.simulated.checks import (
    Evidence,
    call_faults,
    hours,
    ledger_faults,
    roster_faults,
    rule_faults,
    unity_faults,
)
from tests.simulated.conftest import Lived
from tests.simulated.forging import (
    Forge,
    everyone_came,
    forged,
    given_to_the_next,
    later,
    left_out,
    nobody_sick,
    other,
    places_changed,
    sick_before,
    unwanted_before,
)

Body = Mapping[str, Any]


def _in_ledger(period: Lived, evidence: Evidence) -> list[str]:
    return period.life.see(lambda views: list(ledger_faults(views, hours(evidence))))


def _of_rules(period: Lived, evidence: Evidence) -> list[str]:
    return rule_faults(evidence, hours(evidence))


def _of_roster(period: Lived, evidence: Evidence) -> list[str]:
    return roster_faults(evidence, hours(evidence))


def _of_calls(period: Lived, evidence: Evidence) -> list[str]:
    return call_faults(evidence)


def _of_units(period: Lived, evidence: Evidence) -> list[str]:
    return unity_faults(evidence, period.life.told)


FORGED: Final[Mapping[str, tuple[Callable[[Lived, Evidence], list[str]], Forge]]] = {
    "a signing off is forgotten": (_in_ledger, left_out("signing.entered", kind="off")),
    "somebody signed off an hour earlier": (_in_ledger, other("signing.entered", later(hours=-1), kind="off")),
    "court was taken back and counts": (_in_ledger, left_out("time_record.removed")),
    "an hour of training is longer": (
        _in_ledger, other("time_record.entered", lambda b: {"until": b["since"]}, kind="training")
    ),
    "a waiver was never signed": (_of_rules, left_out("waiver.entered")),
    "a waiver is signed by who is waived": (
        _of_rules, other("waiver.entered", lambda b: {"signed_by": b["member"]})
    ),
    "a waiver is of another rule": (_of_rules, other("waiver.entered", lambda _: {"rule": "unfit"})),
    "the rest owed is longer than what was had": (
        _of_rules, other("waiver.entered", lambda _: {"rest_owed_hours": 96})
    ),
    "somebody was held over into the next tour": (
        _of_rules, left_out("signing.entered", kind="off", why=lambda w: w is None)
    ),
    "no sickness was ever recorded": (_in_ledger, nobody_sick),
    "no roll call has anybody missing": (_of_roster, everyone_came),
    "an order was never given": (_of_roster, left_out("call_in_answer.entered", what="ordered")),
    "somebody came who was not called": (
        _of_roster, other("call_in_answer.entered", lambda _: {"what": "refused"}, what="accepted")
    ),
    "two stand at each other's places": (_of_calls, places_changed),
    "it went to somebody else": (_of_calls, given_to_the_next),
    "who was asked did not want to be": (_of_calls, unwanted_before),
    "who came was sick": (_of_calls, sick_before),
    "the contract goes by years": (
        _of_calls, other("call_in_rule.entered", lambda _: {"words": ["seniority"]}, rule="offers")
    ),
    "the contract lets nobody work so long": (
        _of_calls, other("call_in_rule.entered", lambda _: {"number": 9}, rule="day-hours")
    ),
    "the contract asks for more time off": (
        _of_calls, other("call_in_rule.entered", lambda _: {"number": 20}, rule="rest-between")
    ),
    "a desk officer was never appointed": (
        _of_units, left_out("appointment.entered", position=lambda p: p.endswith("-DESK"))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_record_is_seen(small: Lived, name: str) -> None:
    sees, forge = FORGED[name]
    evidence = forged(small.evidence, forge)
    assert sees(small, evidence) != []
