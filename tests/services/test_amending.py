"""Amending a published roster: one entry, signed, held to the rules, nothing that was worked touched."""

import pytest

from muster.domain.duty import Waiver
from muster.domain.errors import Refused, Unknown
from muster.domain.published import DutyLine
from muster.services.as_of import Before
from muster.services.duty import status, waive
from muster.services.erasing import erase
from muster.services.kept import Kept
from muster.services.published import published as standing
from muster.services.record import verify
from tests.ground import InRecord, local
from tests.publishing import DAY, EVENING, MONDAY, NIGHT, amended, charted, day, published, with_entries
from tests.services.small import CHIEF, OFFICER, PCT, does, facts, sees


def test_an_entry_is_another_from_then_on_and_the_version_one_more(rostered: InRecord) -> None:
    at = local("2020-10-20T01:00")
    known = sees(rostered, lambda views: views.now)
    made = amended(rostered, OFFICER, MONDAY, "off", at="2020-10-13T09:00")
    assert (made.version, made.member, made.was, made.tour) == (2, OFFICER, NIGHT, "off")
    assert sees(rostered, lambda views: status(views, OFFICER, at)).state == "off"
    then = sees(rostered, lambda views: status(views, OFFICER, at, known))
    assert then.source == f"roster of {PCT} from 2020-10-19, version 1, tour {NIGHT} of 2020-10-19"
    assert sees(rostered, lambda views: standing(views, PCT, at, known)).roster.version == 1
    assert sees(rostered, lambda views: standing(views, PCT, at)).roster == made
    assert sees(rostered, verify).whole


def test_every_version_has_a_hash_of_its_own_that_rests_on_the_one_before(rostered: InRecord) -> None:
    first = amended(rostered, OFFICER, MONDAY, "off")
    back = amended(rostered, OFFICER, MONDAY, NIGHT)
    assert back.version == 3
    assert len({first.content, first.digest, back.digest}) == 3
    assert first.content == back.content
    lines = sees(rostered, lambda views: views.rows(DutyLine, member=OFFICER))
    assert [(line.version, line.tours[0]) for line in lines] == [(3, NIGHT)]


def test_saying_it_again_changes_nothing(rostered: InRecord) -> None:
    made = amended(rostered, OFFICER, MONDAY, "off")
    before = facts(rostered)
    assert amended(rostered, OFFICER, MONDAY, "off") == made
    assert facts(rostered) == before


def test_a_tour_that_has_begun_is_not_touched(rostered: InRecord) -> None:
    with pytest.raises(Refused, match=rf"tour {NIGHT} of 2020-10-19 began at 2020-10-19T23:15: it is not touched"):
        amended(rostered, OFFICER, MONDAY, "off", at="2020-10-19T23:15")
    with pytest.raises(Refused, match=rf"tour {DAY} of 2020-10-22 began at"):
        amended(rostered, OFFICER, day(3), DAY, at="2020-10-22T09:00")
    assert amended(rostered, OFFICER, MONDAY, "off", at="2020-10-19T23:14").version == 2


def test_a_hard_rule_that_it_would_cross_stops_it(rostered: InRecord) -> None:
    before = facts(rostered)
    with pytest.raises(Refused, match=rf"{OFFICER} crosses rest-unfit at 2020-10-21T23:35, 7 h 10 m of rest before"):
        amended(rostered, OFFICER, day(2), EVENING)
    assert facts(rostered) == before


def test_nobody_is_given_a_tour_that_reaches_into_one_of_the_next_roster(rostered: InRecord) -> None:
    after = day(28)
    published(rostered, with_entries(charted(rostered, after, 1), OFFICER, {after: DAY}), at="2020-11-02T09:00")
    amended(rostered, OFFICER, day(26), "off", at="2020-11-02T10:00")
    both = f"{OFFICER} would be on two tours at once, {NIGHT} of {day(27)} and {DAY} of {after}"
    with pytest.raises(Refused, match=both):
        amended(rostered, OFFICER, day(27), NIGHT, at="2020-11-02T10:00")
    assert amended(rostered, OFFICER, day(27), DAY, at="2020-11-02T10:00").tour == DAY


def test_who_is_on_duty_is_thought_to_go_off_when_the_tour_ends(rostered: InRecord) -> None:
    rostered.sign_on(OFFICER, PCT, "2020-10-19T23:15")
    with pytest.raises(Refused, match=rf"{OFFICER} crosses rest-unfit at 2020-10-20T23:.5, 7 h 10 m of rest before"):
        amended(rostered, OFFICER, day(1), EVENING, at="2020-10-20T01:00")
    assert amended(rostered, OFFICER, day(1), "off", at="2020-10-20T01:00").version == 2


def test_who_is_away_cannot_be_given_a_tour_but_may_be_taken_off_one(rostered: InRecord) -> None:
    rostered.absent(OFFICER, "2020-10-19", "2020-10-26")
    with pytest.raises(Refused, match=f"{OFFICER} is absent, leaving or attached elsewhere on 2020-10-22"):
        amended(rostered, OFFICER, day(3), DAY)
    assert amended(rostered, OFFICER, MONDAY, "off").version == 2


def test_what_is_not_there_is_told(rostered: InRecord) -> None:
    with pytest.raises(Unknown, match="has no published roster for 2020-11-16: publish one first"):
        amended(rostered, OFFICER, day(28), DAY)
    with pytest.raises(Unknown, match="member 'M0005' has no line in the roster of PCT-047 from 2020-10-19"):
        amended(rostered, "M0005", MONDAY, DAY)
    with pytest.raises(Refused, match=r"is a tour position.*tour .0000x0800. is not in the record"):
        amended(rostered, OFFICER, MONDAY, "0000x0800", by="PCT-047-DESK")


def test_no_tour_at_all_is_not_a_day_off(rostered: InRecord) -> None:
    with pytest.raises(Refused, match="tour '' is not in the record; for a day off say off"):
        amended(rostered, OFFICER, MONDAY, "")


def test_the_reason_is_sealed_and_can_be_erased(rostered: InRecord) -> None:
    made = amended(rostered, OFFICER, MONDAY, "off", reason="surgery")
    (_, said) = sees(rostered, lambda views: list(views.facts(streams=[made.stream])))
    assert "surgery" not in said.body
    token = str(made.reason)
    assert sees(rostered, lambda views: views.unseal([token])) == {token: "surgery"}
    assert does(rostered, lambda record: erase(record, made.stream, CHIEF, "order 7")) == 1
    assert sees(rostered, lambda views: views.unseal([token])) == {}
    assert sees(rostered, verify).whole


def test_what_was_known_just_before_each_fact_is_told_even_where_all_have_one_instant(small: InRecord) -> None:
    made = published(small, charted(small)).roster
    amended(small, OFFICER, MONDAY, "off")
    amended(small, OFFICER, MONDAY, NIGHT)
    with small.store.reading() as views:
        facts = list(views.facts(streams=[made.stream]))
        assert len({fact.recorded_at for fact in facts}) == 1
        before = [Before(views, fact).rows(DutyLine, member=[OFFICER]) for fact in facts]
        assert [[line.tours[0] for line in lines] for lines in before] == [[], [NIGHT], [""]]
        everybody = [len(Before(views, fact).rows(DutyLine, unit=PCT)) for fact in facts]
    assert everybody == [0, 21, 21]


def test_a_kept_snapshot_is_read_anew_when_a_roster_is_published_or_amended(small: InRecord) -> None:
    kept, desk = Kept(), "M0023"
    small.clock.at = local("2020-10-18T12:00")
    assert sees(small, kept.snapshot).files[desk].lines == ()
    published(small, charted(small), at="2020-10-18T12:00")
    (line,) = sees(small, kept.snapshot).files[desk].lines
    assert line.tours[0] == NIGHT
    amended(small, desk, MONDAY, "off", at="2020-10-18T12:00")
    (line,) = sees(small, kept.snapshot).files[desk].lines
    assert line.tours[0] == ""


def test_without_a_published_roster_there_is_none_to_show(small: InRecord) -> None:
    with pytest.raises(Unknown, match="unit PCT-047 has no published roster from that time on"):
        sees(small, lambda views: standing(views, PCT, local("2020-10-20")))
    published(small, charted(small))
    with pytest.raises(Unknown, match="the last one ended on 2020-11-15"):
        sees(small, lambda views: standing(views, PCT, local("2020-11-16")))
    assert sees(small, lambda views: standing(views, PCT, local("2020-10-01"))).roster.first == MONDAY


def test_a_waiver_lets_it_pass_and_the_record_says_which(rostered: InRecord) -> None:
    assert sees(rostered, lambda views: standing(views, PCT, local("2020-10-19"))).roster.waived == ()
    since, until = local("2020-10-19"), local("2020-10-30")
    signed = Waiver(
        member=OFFICER, rule="rest-unfit", since=since, until=until, signed_by=CHIEF, rest_owed_hours=12
    )  # fmt: skip
    does(rostered, lambda record: waive(record, signed))
    made = amended(rostered, OFFICER, day(2), EVENING)
    assert made.waived == (signed.key,)
    assert amended(rostered, OFFICER, day(7), "off").waived == (signed.key,)
