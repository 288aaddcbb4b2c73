"""Command assumed and handed over: acts of people, each refused with what to do instead."""

import pytest

from muster.domain.authority import Supersession
from muster.domain.errors import Refused
from muster.domain.record import entered
from muster.services import command
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CHIEF, CO, DAY_DESK, OFFICER, PC, PCT, TEN, THREE, XO, does, facts

ONLY_CHIEFS = (
    Supersession(title="chief-of-patrol", may="supersede"),
    Supersession(title="police-commissioner", may="advise"),
)


def in_command(force: InRecord, at: str) -> str | None:
    found = force.watch(PCT, at).in_command
    return None if found is None else found.member


def test_assuming_twice_is_once(small: InRecord) -> None:
    small.assume(PCT, CO, TEN)
    before = facts(small)
    assert does(small, lambda record: command.assume(record, PCT, CO, local("2020-10-07T11:00"))) is None
    assert facts(small) == before


@pytest.mark.parametrize(
    ("member", "at", "says"),
    [
        (CO, THREE, "is not on duty in PCT-047 .*: sign on there first"),
        (OFFICER, THREE, "holds no position that entitles to command of PCT-047: appoint them first"),
        (PC, TEN, "holds no position that entitles"),
        (BOROUGH, TEN, None),
    ],
)
def test_command_is_assumed_by_somebody_present_and_entitled(
    small: InRecord, member: str, at: str, says: str | None
) -> None:
    if says is None:
        small.assume(PCT, member, at)
        assert in_command(small, at) == member
        return
    with pytest.raises(Refused, match=says):
        small.assume(PCT, member, at)


def test_a_superior_supersedes_in_a_force_that_lists_nobody(small: InRecord) -> None:
    small.assume(PCT, CO, TEN)
    small.sign_on(CHIEF, PCT, "2020-10-07T11:00")
    small.assume(PCT, CHIEF, "2020-10-07T11:00")
    assert in_command(small, "2020-10-07T11:00") == CHIEF


def test_where_some_are_listed_only_they_supersede_and_the_others_advise(small: InRecord) -> None:
    small.act(lambda record: record.append([entered(row, None, record.now) for row in ONLY_CHIEFS]))
    small.assume(PCT, CO, TEN)
    small.sign_on(BOROUGH, PCT, "2020-10-07T11:00")
    with pytest.raises(Refused, match=r"may advise but not take command of PCT-047 .*: only chief-of-patrol may"):
        small.assume(PCT, BOROUGH, "2020-10-07T11:00")
    small.sign_on(CHIEF, PCT, "2020-10-07T11:00")
    small.assume(PCT, CHIEF, "2020-10-07T11:00")
    assert in_command(small, "2020-10-07T11:30") == CHIEF


def test_command_is_handed_over_to_somebody_present_who_has_it_from_then(small: InRecord) -> None:
    small.assume(PCT, CO, TEN)
    small.hand_over(PCT, CO, DAY_DESK, "2020-10-07T11:00")
    assert (in_command(small, "2020-10-07T10:59"), in_command(small, "2020-10-07T11:00")) == (CO, DAY_DESK)


def test_who_has_command_because_due_hands_it_over_too(small: InRecord) -> None:
    small.hand_over(PCT, CO, XO, TEN)
    assert in_command(small, TEN) == XO


@pytest.mark.parametrize(
    ("member", "to", "says"),
    [
        (XO, CO, "member M0006 is not in command of PCT-047: M0005 is"),
        (CO, CO, "cannot hand over command of PCT-047 to themselves"),
        (CO, "M0023", "is not on duty in PCT-047 .*: command needs somebody present"),
        (CO, OFFICER, "holds no position that entitles"),
    ],
)
def test_a_hand_over_that_cannot_be_is_refused(small: InRecord, member: str, to: str, says: str) -> None:
    before = facts(small)
    with pytest.raises(Refused, match=says):
        small.hand_over(PCT, member, to, TEN)
    assert facts(small) == before
