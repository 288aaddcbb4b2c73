"""Who signed on and has not signed off is on duty, however long ago and whatever was signed before."""

from datetime import timedelta

import pytest

from muster.domain.duty import Signing
from muster.domain.record import entered
from muster.services.duty import status
from muster.services.snapshots import AHEAD, BACK, snapshot
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock

XO, DESK, HERE = "M0006", "M0023", "PCT-047"
ASKED = "2020-10-07T10:00"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    return InRecord(temporary_store, clock)


def sign(force: InRecord, kind: str, days_ago: float, member: str = XO) -> None:
    at = local(ASKED) - timedelta(days=days_ago)
    row = Signing(member=member, at=at, kind=kind, unit=None if kind == "off" else HERE)
    force.act(lambda record: record.append([entered(row, None, at)]))


@pytest.mark.parametrize("days", [1, BACK.days - 1, BACK.days + 1, 400])
def test_a_duty_signed_for_long_ago_goes_on_until_it_is_signed_off(force: InRecord, days: int) -> None:
    sign(force, "on", days)
    with force.store.reading() as views:
        found = status(views, XO, local(ASKED))
        assert (found.state, found.source) == ("on-duty", "signed on")
        assert found.since == local(ASKED) - timedelta(days=days)
    sign(force, "off", 0.5)
    with force.store.reading() as views:
        assert status(views, XO, local(ASKED)).source != "signed on"


def test_a_duty_held_over_again_and_again_is_read_from_its_beginning(force: InRecord) -> None:
    sign(force, "off", 101)
    sign(force, "on", 100)
    for days in range(90, 20, -10):
        sign(force, "held-over", days)
    with force.store.reading() as views:
        assert status(views, XO, local(ASKED)).source == "held over"
        read = snapshot(views, [HERE], at=local(ASKED)).files[XO].signings
        assert [s.kind for s in read[:3]] == ["off", "on", "held-over"]


def test_a_duty_signed_off_long_ago_is_over(force: InRecord) -> None:
    sign(force, "on", BACK.days + 2)
    sign(force, "off", BACK.days + 1)
    with force.store.reading() as views:
        assert status(views, XO, local(ASKED)).source != "signed on"


def test_signings_of_another_year_are_not_read(force: InRecord) -> None:
    for days in range(300, 340):
        sign(force, "on", days + 0.5)
        sign(force, "off", days)
    with force.store.reading() as views:
        now = snapshot(views, [HERE], at=local(ASKED))
        assert [s.at for s in now.files[XO].signings] == [local(ASKED) - timedelta(days=300)]
        assert len(snapshot(views, [HERE]).files[XO].signings) == 80


def test_a_signing_to_come_bounds_the_duty_that_it_ends(force: InRecord) -> None:
    sign(force, "on", 0.1)
    sign(force, "off", -AHEAD.days + 1)
    with force.store.reading() as views:
        assert status(views, XO, local(ASKED)).until == local(ASKED) + AHEAD - timedelta(days=1)
