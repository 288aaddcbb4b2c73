"""A member's days as a picture is made of them: what is drawn stands at the instants of the record."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from muster.documents.days import days_svg
from muster.domain.days import Days
from muster.domain.errors import Invalid
from muster.services import duty
from muster.services.days import days_of
from tests.ground import InRecord, local
from tests.services.small import CO, OFFICER, PCT, does, sees

ON, OFF = local("2020-10-07T06:00"), local("2020-10-08T18:00")


def drawn(force: InRecord, member: str, since: datetime, until: datetime) -> Days:
    return sees(force, lambda views: days_of(views, member, since, until))


def test_marks_stand_where_limits_were_crossed_and_not_where_somebody_looked(small: InRecord) -> None:
    does(small, lambda record: duty.sign_on(record, CO, PCT, ON + timedelta(minutes=7)))
    does(small, lambda record: duty.sign_off(record, CO, OFF))
    days = drawn(small, CO, ON, OFF)
    on = ON + timedelta(minutes=7)
    at = {mark.words: mark.at for mark in days.marks}
    assert at["relief owed"] == on + timedelta(hours=12)
    assert at["relief overdue"] == on + timedelta(hours=16)
    assert at["unfit"] == on + timedelta(hours=18)
    assert len(at) == len(days.marks), "each limit is marked once"


def test_curves_have_a_gap_while_the_member_sleeps_and_a_value_while_on_duty(small: InRecord) -> None:
    days = drawn(small, CO, local("2020-10-05T06:00"), local("2020-10-07T06:00"))
    assert days.kss is not None
    shown = {at: least for at, least in zip(days.kss.instants, days.kss.least, strict=True)}
    assert shown[local("2020-10-06T03:00")] is None
    assert all(v is not None for at, v in shown.items() if any(e.start <= at < e.end for e in days.entries))
    for least, most in zip(days.kss.least, days.kss.most, strict=True):
        assert (least is None) is (most is None)
        assert least is None or most is None or least <= most


def test_no_sleep_is_drawn_on_duty(small: InRecord) -> None:
    days = drawn(small, OFFICER, local("2020-10-25"), local("2020-11-02"))  # nights, and the clocks change
    assert days.entries
    for sleeps in days.sleeps:
        assert sleeps.spans
        assert not any(a < e.end and b > e.start for a, b in sleeps.spans for e in days.entries)


def test_the_picture_of_a_record_is_an_svg_with_its_heading(small: InRecord) -> None:
    text = days_svg(drawn(small, CO, ON, OFF))
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert f"{CO}: " in text


def test_more_than_28_days_and_none_are_refused(small: InRecord) -> None:
    with pytest.raises(Invalid, match="must be before"):
        drawn(small, CO, OFF, OFF)
    with pytest.raises(Invalid, match="at most 28 days"):
        drawn(small, CO, OFF - timedelta(days=29), OFF)
