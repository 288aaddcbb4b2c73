"""What members and commanders say about duty, and what is refused."""

from collections.abc import Callable

import pytest

from muster.domain.duty import Waiver
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.members import Absence
from muster.ports import Record
from muster.services import duty
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, PCT, TEN, THREE, XO, does, facts, sees


def state(force: InRecord, member: str, at: str) -> tuple[str, str | None]:
    found = sees(force, lambda views: duty.status(views, member, local(at)))
    return found.state, found.unit


def waiver(**changes: str) -> Waiver:
    values = {"member": CO, "rule": "unfit", "signed_by": BOROUGH} | changes
    return Waiver(**values, since=local(TEN), until=local("2020-10-08"), rest_owed_hours=24)


def test_signing_on_and_off_moves_somebody_between_units(small: InRecord) -> None:
    small.sign_on(CO, "PATROL", TEN)
    assert state(small, CO, "2020-10-07T10:30") == ("on-duty", "PATROL")
    small.sign_off(CO, "2020-10-07T12:00")
    assert state(small, CO, "2020-10-07T12:00") == ("off", None)


def test_signing_on_twice_is_once(small: InRecord) -> None:
    small.sign_on(CO, PCT, THREE)
    before = facts(small)
    assert does(small, lambda record: duty.sign_on(record, CO, PCT, local("2020-10-07T04:00"))) is None
    assert facts(small) == before


def test_somebody_held_over_stays_on_duty_until_signed_off(small: InRecord) -> None:
    small.hold_over(CO, "2020-10-07T16:35")
    assert state(small, CO, "2020-10-08T01:00") == ("on-duty", PCT)
    small.sign_off(CO, "2020-10-08T02:00")
    assert state(small, CO, "2020-10-08T02:00") == ("off", None)


def refusals() -> list[tuple[str, type[MusterError], Callable[[Record], object]]]:
    at = local(THREE)
    return [
        ("civil authority has no tours", Refused, lambda r: duty.sign_on(r, CO, "CITY-HALL", at)),
        ("unit 'PCT-999' is not in the record", Unknown, lambda r: duty.sign_on(r, CO, "PCT-999", at)),
        ("member 'M9999' is not in the record", Unknown, lambda r: duty.sign_on(r, "M9999", PCT, at)),
        ("there is no duty to sign off from", Refused, lambda r: duty.sign_off(r, CO, at)),
        ("is not on duty then", Refused, lambda r: duty.hold_over(r, CO, at)),
        ("until .* must be after", Invalid, lambda r: duty.unreachable(r, CO, at, at, CO)),
        (
            "until .* must be after",
            Invalid,
            lambda r: duty.absent(r, Absence(member=CO, kind="sick", since=at, until=at)),
        ),
        ("rule sleep must be one of", Invalid, lambda r: duty.waive(r, waiver(rule="sleep"))),
        ("signed_by M0005 must be somebody else", Invalid, lambda r: duty.waive(r, waiver(signed_by=CO))),
        ("M0006 does not stand over M0005", Refused, lambda r: duty.waive(r, waiver(signed_by=XO))),
        ("M0006 does not stand over M0005", Refused, lambda r: duty.rest(r, CO, at, local(TEN), XO)),
    ]


@pytest.mark.parametrize(("says", "reason", "act"), refusals())
def test_what_is_refused_says_why_and_records_nothing(
    small: InRecord, says: str, reason: type[MusterError], act: Callable[[Record], object]
) -> None:
    before = facts(small)
    with pytest.raises(reason, match=says):
        does(small, act)
    assert facts(small) == before


def test_somebody_who_has_left_cannot_sign_on(small: InRecord) -> None:
    small.retire(CO, "2020-10-01T12:00", "2020-10-07")
    with pytest.raises(Refused, match="retirement took effect; somebody who has left cannot sign on"):
        small.sign_on(CO, PCT, TEN)


def test_the_reason_of_an_absence_is_sealed(small: InRecord) -> None:
    away = Absence(member=CO, kind="sick", since=local(TEN), until=None, reason="a broken leg")
    kept = does(small, lambda record: duty.absent(record, away))
    assert kept.reason is not None
    assert "leg" not in kept.reason
    assert "leg" not in " ".join(f.body for f in sees(small, lambda views: list(views.facts(about=CO))))
    opened = sees(small, lambda views: views.unseal([str(kept.reason)]))
    assert list(opened.values()) == ["a broken leg"]
