"""A member's duty as people ask for it: sums, rules, facts, overtime, hours one by one, and who may read it."""

from datetime import datetime, timedelta

import pytest

from muster.domain.duty import TimeRecord, Waiver
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.presence import DutyFile
from muster.domain.profiles import SHIPPED
from muster.ports import Views
from muster.services import duty
from muster.services.ledger import DutyPage, duty_page, hour_by_hour, must_read_duty
from tests.ground import InRecord, local
from tests.services.small import CHIEF, CO, COD, DAY_DESK, NIGHT_DESK, OFFICER, PCT, XO, does, sees

ON, OFF = local("2020-10-07T06:00"), local("2020-10-08T18:00")
HOUR = timedelta(hours=1)


def long_duty(force: InRecord) -> None:
    """The commander signs on at 0600 and stays for 36 hours."""
    does(force, lambda record: duty.sign_on(record, CO, PCT, ON))
    does(force, lambda record: duty.sign_off(record, CO, OFF))


def page(force: InRecord, member: str, at: str, days: int = 7) -> DutyPage:
    return sees(force, lambda views: duty_page(views, member, local(at), days=days))


def stream_of(force: InRecord, number: int | None) -> str:
    return sees(force, lambda views: next(views.facts(first=number, last=number))).stream


def test_the_sums_of_36_hours_are_told_apart_by_kind(small: InRecord) -> None:
    long_duty(small)
    day = page(small, CO, "2020-10-08T18:00").sums[0]
    assert (day.of, day.counted, day.paid, day.rested) == ("24 h", 24 * HOUR, 24 * HOUR, 0 * HOUR)
    tour = timedelta(hours=8, minutes=35)  # 0800x1635 of the second day; all else was held over
    assert day.kinds == {"tour": tour, "hold-over": 24 * HOUR - tour}


def test_each_entry_names_the_fact_it_comes_from(small: InRecord) -> None:
    long_duty(small)
    entries = page(small, CO, "2020-10-08T18:00", days=2).entries
    said = [stream_of(small, e.fact) for e in entries]
    assert [e.entry.stream for e in entries] == said
    assert {e.entry.kind for e in entries} == {"call-in", "tour", "hold-over"}
    assert "signing/M0005/2020-10-07T10:00:00Z/on" in said


def test_what_was_not_known_yet_is_not_told(small: InRecord) -> None:
    before = small.clock()
    small.clock.at = before + HOUR
    long_duty(small)
    known = sees(small, lambda views: duty_page(views, CO, OFF, before))
    assert {e.entry.kind for e in known.entries} == {"tour"}
    assert all(e.fact is not None for e in known.entries)


def test_the_night_on_which_the_clocks_go_back_counts_9_h_35_m(small: InRecord) -> None:
    on_it = next(m for m in on_nights(small) if worked(small, m))
    entry = next(e.entry for e in page(small, on_it, "2020-11-01T09:00").entries if e.entry.end > local("2020-11-01"))
    assert (entry.kind, entry.length) == ("tour", timedelta(hours=9, minutes=35))


def on_nights(force: InRecord) -> list[str]:
    """Desk officers of the night tour."""
    return [f"M{number:04d}" for number in range(23, 27)]


def worked(force: InRecord, member: str) -> bool:
    return any(e.entry.end > local("2020-11-01") for e in page(force, member, "2020-11-01T09:00").entries)


def test_overtime_of_a_work_period_is_what_the_regulation_has(small: InRecord) -> None:
    long_duty(small)
    period = page(small, CO, "2020-10-08T18:00").work_period
    assert period is not None
    assert (period.start, period.end) == (local("2020-09-14"), local("2020-10-12"))  # 28 days from a Monday of January
    assert period.most == 171 * HOUR  # 29 CFR 553.230(c), 28 days, law enforcement
    assert period.overtime == period.paid - 171 * HOUR
    assert period.time_off == period.overtime * 3 / 2


def test_unpaid_hours_count_for_every_limit_and_for_no_pay(small: InRecord) -> None:
    start, end = local("2020-10-06T18:00"), local("2020-10-06T22:00")
    extra = TimeRecord(member=OFFICER, since=start, kind="extra-duty", until=end)
    before = page(small, OFFICER, "2020-10-07T06:00").sums[0]
    does(small, lambda record: duty.keep(record, extra))
    after = page(small, OFFICER, "2020-10-07T06:00").sums[0]
    assert after.counted == before.counted + 4 * HOUR
    assert after.paid == before.paid


def test_each_rule_says_what_it_finds_whether_crossed_or_not(small: InRecord) -> None:
    long_duty(small)
    rules = {r.rule: r for r in page(small, CO, "2020-10-08T00:00").rules}
    assert rules["unfit"].crossed == local("2020-10-08T00:00")
    assert rules["unfit"].says == "on duty 18 h, unfit from 18 h (ours, advisory)"
    assert rules["week-caution"].crossed is None
    assert "at most 60 h" in rules["week-caution"].says


def test_a_waived_rule_is_told_as_waived(small: InRecord) -> None:
    long_duty(small)
    waiver = Waiver(
        member=CO, rule="unfit", since=local("2020-10-07T22:00"), until=OFF, signed_by=CHIEF, rest_owed_hours=24
    )
    does(small, lambda record: duty.waive(record, waiver))
    found = page(small, CO, "2020-10-08T01:00")
    assert {r.rule: r.waived for r in found.rules}["unfit"]
    assert "unfit" not in [b.rule for b in found.verdict.rules.breaches]


def test_rest_promised_by_a_waiver_has_to_be_had(small: InRecord) -> None:
    """16 hours off, 24 owed: unfit on the next tour, until the rest is had or somebody signs again."""
    long_duty(small)
    waiver = Waiver(
        member=CO, rule="unfit", since=local("2020-10-07T22:00"), until=OFF, signed_by=CHIEF, rest_owed_hours=24
    )
    does(small, lambda record: duty.waive(record, waiver))
    next_day = page(small, CO, "2020-10-09T10:00").verdict.rules
    assert [(b.rule, b.level) for b in next_day.breaches if b.rule == "rest-owed"] == [("rest-owed", "unfit")]
    again = Waiver(
        member=CO, rule="rest-owed", since=local("2020-10-09"), until=local("2020-10-10"), signed_by=CHIEF,
        rest_owed_hours=24,
    )  # fmt: skip
    does(small, lambda record: duty.waive(record, again))
    assert "rest-owed" not in [b.rule for b in page(small, CO, "2020-10-09T10:00").verdict.rules.breaches]
    monday = page(small, CO, "2020-10-12T10:00").verdict.rules  # a weekend off has paid it back
    assert "rest-owed" not in [b.rule for b in monday.breaches]


def test_hour_by_hour_rules_speak_before_models_and_the_worst_wins(small: InRecord) -> None:
    long_duty(small)
    hours = sees(small, lambda views: hour_by_hour(views, CO, ON, OFF))
    assert len(hours) == 37
    levels = [h.verdict.level for h in hours]
    assert levels[:12] == ["fit"] * 12
    assert levels[18:] == ["unfit"] * 19
    assert [h.verdict.level for h in hours if h.verdict.models.says == "caution" and h.verdict.rules.level == "fit"]
    last = hours[-1].verdict
    assert max(last.models.kss) < 7  # sleepiness alone would let hour 36 pass
    assert last.rules.level == "unfit"


def test_every_shipped_profile_can_be_asked(small: InRecord) -> None:
    long_duty(small)
    hours = sees(small, lambda views: hour_by_hour(views, CO, OFF, OFF, profiles=[*SHIPPED]))
    crossed = {(r.profile, r.rule) for r in hours[0].crossed}
    assert ("us-park-police-2014", "unfit") in crossed  # 36 h, at most 16
    assert ("tequesta-1994", "unfit") in crossed  # at most 12
    assert ("eu-wtd", "daily-rest-caution") in crossed  # no rest at all in 24 h
    assert "seattle-2017" not in {profile for profile, _ in crossed}  # 90 h in a week were not reached


def test_hours_in_the_wrong_order_and_too_many_are_refused(small: InRecord) -> None:
    def asks(start: datetime) -> None:
        sees(small, lambda views: hour_by_hour(views, CO, start, OFF))

    for start in (OFF + HOUR, OFF - timedelta(days=32)):
        with pytest.raises(Invalid, match="must be before"):
            asks(start)


def test_a_member_and_a_profile_nobody_has_are_refused(small: InRecord) -> None:
    with pytest.raises(Unknown, match="member 'M9999'"):
        page(small, "M9999", "2020-10-08")
    with pytest.raises(Unknown, match="hours profile 'x': must be one of"):
        sees(small, lambda views: duty_page(views, CO, OFF, profiles=["x"]))


@pytest.mark.parametrize("viewer", [NIGHT_DESK, CO, XO, CHIEF, COD])
def test_the_member_and_the_commanders_above_may_read_hours(viewer: str, small: InRecord) -> None:
    sees(small, lambda views: must_read_duty(views, viewer, NIGHT_DESK, ON))


@pytest.mark.parametrize("viewer", [DAY_DESK, OFFICER])
def test_others_learn_who_may(viewer: str, small: InRecord) -> None:
    with pytest.raises(Refused, match=f"{NIGHT_DESK} may, and who holds a command of {PCT} or above"):
        sees(small, lambda views: must_read_duty(views, viewer, NIGHT_DESK, ON))


def test_a_former_commander_may_not_read_them(small: InRecord) -> None:
    from muster.services import appointments

    does(small, lambda record: appointments.relieve(record, CO, "PCT-047-CO", CHIEF, local("2020-10-05")))

    def asks(views: Views) -> None:
        must_read_duty(views, CO, NIGHT_DESK, ON)

    with pytest.raises(Refused):
        sees(small, asks)


def test_a_file_of_nothing_is_a_ledger_of_nothing(small: InRecord) -> None:
    found = page(small, OFFICER, "2020-10-07T06:00")
    assert DutyFile(OFFICER).records == ()
    assert sum((e.entry.length for e in found.entries), timedelta(0)) == found.sums[1].counted
