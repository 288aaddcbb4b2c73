"""Swaps of tours: by consent, the rules held to both lines, both amended at once, and refused when anything moved."""

from datetime import timedelta

import pytest

from muster.domain.duty import Waiver
from muster.domain.errors import Invalid, Refused
from muster.domain.taskings import Tasking
from muster.services.duty import waive
from muster.services.published import published as standing
from muster.services.record import verify
from muster.services.request_effects import CoverChange
from muster.services.request_swaps import Swap
from tests.ground import InRecord, local
from tests.publishing import DAY, EVENING, NIGHT, amended
from tests.requesting import (
    CO,
    DECIDED,
    GIVES,
    LATER,
    OTHER_DESK,
    TRADES,
    agreed,
    consent,
    decided,
    effect_of,
    entries,
    oct_,
    page,
    refuse,
    swap,
    withdraw,
)
from tests.services import small as people
from tests.services.small import NIGHT_DESK, OFFICER, PCT, does, facts, sees


def test_a_tour_changes_hands_by_consent_and_decision(rostered: InRecord) -> None:
    asked = swap(rostered, GIVES)
    assert (asked.state, asked.unit) == ("asked", PCT)
    assert page(rostered, asked.request).waits_for == OTHER_DESK
    assert sees(rostered, lambda views: views.row(Tasking, asked.request)) is None
    assert consent(rostered, asked.request, OTHER_DESK).state == "open"
    assert page(rostered, asked.request).waits_for == CO
    made = decided(rostered, asked.request)
    assert made.state == "granted"
    assert entries(rostered, (NIGHT_DESK, 21), (OTHER_DESK, 21)) == ["", NIGHT]
    tasking = sees(rostered, lambda views: views.row(Tasking, asked.request))
    assert tasking is not None
    assert tasking.result == "granted"
    assert sees(rostered, verify).whole


def test_a_swap_of_two_days_changes_four_entries_and_each_says_by_which_request(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    before = sees(rostered, lambda views: standing(views, PCT, local(DECIDED)))
    decided(rostered, asked.request)
    after = sees(rostered, lambda views: standing(views, PCT, local(DECIDED)))
    changed = {
        (line.member, line.first + timedelta(days=n), entry)
        for line, was in zip(after.lines, before.lines, strict=True)
        for n, entry in enumerate(line.tours)
        if was.tours[n] != entry
    }
    assert changed == {
        (NIGHT_DESK, oct_(28), ""), (OTHER_DESK, oct_(28), NIGHT),
        (NIGHT_DESK, oct_(23), NIGHT), (OTHER_DESK, oct_(23), ""),
    }  # fmt: skip
    assert after.roster.version == 5
    assert {(a.request, a.signer) for a in after.amended} == {(asked.request, people.CO)}


def test_two_may_exchange_the_tours_of_one_day(rostered: InRecord) -> None:
    amended(rostered, "M0041", oct_(25), "off", at="2020-10-09T10:00")
    asked = agreed(rostered, Swap(OFFICER, oct_(24), "M0041", oct_(24)))
    decided(rostered, asked.request)
    assert entries(rostered, (OFFICER, 24), ("M0041", 24)) == [EVENING, NIGHT]


def test_an_amendment_that_is_no_swap_names_no_request(rostered: InRecord) -> None:
    decided(rostered, agreed(rostered, GIVES).request)
    assert amended(rostered, OFFICER, oct_(26), "off", at=DECIDED).request is None


def test_who_decides_sees_cover_hours_and_rules_of_both_lines(rostered: InRecord) -> None:
    effect = effect_of(rostered, agreed(rostered, GIVES))
    (desk,) = effect.cover
    assert (desk.who, desk.before, desk.after) == ("PCT-047-DESK", 2, 2)
    giver, taker = effect.lines
    assert (giver.member, taker.member) == (NIGHT_DESK, OTHER_DESK)
    assert giver.minutes_before is not None
    assert taker.minutes_before is not None
    night = 8 * 60 + 35
    assert (giver.minutes_after, taker.minutes_after) == (giver.minutes_before - night, taker.minutes_before + night)
    assert not effect.broken


def test_hours_count_what_elapses_when_the_clocks_go_back(rostered: InRecord) -> None:
    effect = effect_of(rostered, agreed(rostered, Swap(OTHER_DESK, oct_(31), NIGHT_DESK)))
    giver, taker = effect.lines
    assert giver.minutes_before is not None
    assert giver.minutes_after == giver.minutes_before - (9 * 60 + 35)
    assert taker.minutes_before is not None
    assert taker.minutes_after == taker.minutes_before + 9 * 60 + 35


def test_what_brings_caution_is_shown_and_blocks_nothing(rostered: InRecord) -> None:
    asked = agreed(rostered, Swap("M0029", oct_(21), OTHER_DESK, oct_(22)))
    extra = agreed(rostered, Swap(NIGHT_DESK, oct_(20), OTHER_DESK))
    decided(rostered, extra.request)
    six = agreed(rostered, GIVES)
    (said,) = effect_of(rostered, six).lines[1].cautions
    assert "week-caution" in said
    assert decided(rostered, six.request).state == "granted"
    assert asked.state == "open"


def test_a_hard_rule_of_either_line_blocks_it_until_a_waiver_is_signed(rostered: InRecord) -> None:
    asked = agreed(rostered, Swap("M0030", oct_(29), NIGHT_DESK))  # who comes off nights that morning, 7 h 10 before
    (said,) = effect_of(rostered, asked).broken
    assert "M0023 crosses rest-unfit at 2020-10-29T23:35, 7 h 10 m of rest" in said
    before = facts(rostered)
    with pytest.raises(Refused, match=r"cannot be granted: M0023 crosses rest-unfit .*not without a waiver"):
        decided(rostered, asked.request, short=True)
    assert facts(rostered) == before
    signed = Waiver(
        member=NIGHT_DESK, rule="rest-unfit", since=local("2020-10-29"), until=local("2020-10-31"),
        signed_by=people.CHIEF, rest_owed_hours=12,
    )  # fmt: skip
    does(rostered, lambda record: waive(record, signed))
    effect = effect_of(rostered, asked)
    assert (effect.broken, list(effect.lines[1].waived)) == ([], [signed.key])
    assert decided(rostered, asked.request, short=True).state == "granted"
    stands = sees(rostered, lambda views: standing(views, PCT, local(DECIDED))).roster
    assert stands.waived == (signed.key,)


def test_nobody_is_swapped_into_a_tour_that_begins_before_the_one_of_the_night_has_ended(rostered: InRecord) -> None:
    asked = agreed(rostered, Swap("M0027", oct_(29), NIGHT_DESK))
    said = f"M0023 would be on two tours at once, {NIGHT} of 2020-10-28 and {DAY} of 2020-10-29"
    assert said in effect_of(rostered, asked).broken
    with pytest.raises(Refused, match=said):
        decided(rostered, asked.request, short=True)


def test_whoever_takes_a_tour_counts_only_as_what_they_are(rostered: InRecord) -> None:
    amended(rostered, "M0028", oct_(23), "off", at="2020-10-09T10:00")
    asked = agreed(rostered, Swap("M0027", oct_(23), "M0037"))
    cover = {c.who: (c.before, c.after, c.is_short) for c in effect_of(rostered, asked).cover}
    assert cover == {"PCT-047-DESK": (1, 0, True), "officers": (0, 1, False)} | {
        who: said for who, said in cover.items() if who == "supervisors"
    }
    with pytest.raises(Refused, match=f"would leave {DAY} of 2020-10-23: 0 of 1 PCT-047-DESK: grant it all the same"):
        decided(rostered, asked.request)
    assert f"{DAY} of 2020-10-23: 0 of 1 PCT-047-DESK" in decided(rostered, asked.request, short=True).short


@pytest.mark.parametrize(
    ("before", "after", "short"), [(3, 2, False), (2, 1, True), (1, 1, False), (1, 0, True), (0, 1, False)]
)
def test_it_is_the_request_that_leaves_a_tour_short_and_not_what_was_short_before(
    before: int, after: int, short: bool
) -> None:
    assert CoverChange(oct_(24), NIGHT, "officers", before, after, minimum=2, target=3).is_short is short


def test_everybody_else_is_not_told_of_hours_and_rest(rostered: InRecord) -> None:
    asked = agreed(rostered, Swap("M0030", oct_(29), NIGHT_DESK))
    for viewer in (None, OFFICER):
        lines = effect_of(rostered, asked, viewer).lines
        assert {(line.minutes_before, line.minutes_after) for line in lines} == {(None, None)}
        assert [list(line.broken) for line in lines] == [[], ["M0023 crosses an hours rule"]]
    for viewer in ("M0030", NIGHT_DESK):
        assert "rest-unfit" in effect_of(rostered, asked, viewer).broken[0]


def test_only_the_other_consents_and_nothing_is_decided_before(rostered: InRecord) -> None:
    asked = swap(rostered, GIVES)
    for member in (NIGHT_DESK, OFFICER):
        with pytest.raises(Refused, match=f"asks {OTHER_DESK} for consent, not {member}"):
            consent(rostered, asked.request, member)
        with pytest.raises(Refused, match=f"asks {OTHER_DESK} for consent, not {member}"):
            refuse(rostered, asked.request, member)
    with pytest.raises(Refused, match=f"waits for the consent of {OTHER_DESK}"):
        decided(rostered, asked.request)


def test_a_refusal_ends_it(rostered: InRecord) -> None:
    asked = swap(rostered, GIVES)
    ended = refuse(rostered, asked.request, OTHER_DESK, reason="a birthday")
    assert refuse(rostered, asked.request, OTHER_DESK) == ended
    assert page(rostered, asked.request, viewer=NIGHT_DESK).steps[-1].why == "a birthday"
    with pytest.raises(Refused, match="is refused: it cannot be consented to any more"):
        consent(rostered, asked.request, OTHER_DESK)
    with pytest.raises(Refused, match="is refused: it cannot be decided any more"):
        decided(rostered, asked.request)


def test_either_withdraws_before_the_decision_and_the_other_is_told(rostered: InRecord) -> None:
    for by in (NIGHT_DESK, OTHER_DESK):
        asked = agreed(rostered, GIVES)
        assert withdraw(rostered, asked.request, by).state == "withdrawn"
        tasking = sees(rostered, lambda views, name=asked.request: views.row(Tasking, name))  # type: ignore[misc]
        assert tasking is not None
        assert tasking.result == "withdrawn"
        with pytest.raises(Refused, match="cannot be decided any more"):
            decided(rostered, asked.request)


def test_what_cannot_be_swapped_is_told_at_once(rostered: InRecord) -> None:
    for wanted, why in (
        (Swap(NIGHT_DESK, oct_(21), NIGHT_DESK), "other M0023 must be somebody else"),
        (
            Swap(NIGHT_DESK, oct_(22), OTHER_DESK),
            "must have a tour that M0023 can give; it has off; .*must be a day off",
        ),
        (Swap(NIGHT_DESK, oct_(12), OTHER_DESK), "must be in a published roster of one unit that has a line of both"),
        (Swap(NIGHT_DESK, oct_(21), people.CO), "must be in a published roster of one unit that has a line of both"),
        (Swap(NIGHT_DESK, oct_(21), "M0025"), f"must be a day off, for M0025 to take a tour; it has {NIGHT}"),
        (Swap(OFFICER, oct_(24), "M0034", oct_(24)), f"must be a day off, for M0034 to take a tour; it has {NIGHT}"),
    ):
        with pytest.raises(Invalid, match=why):
            swap(rostered, wanted)


def test_saying_any_of_it_again_changes_nothing(rostered: InRecord) -> None:
    asked = swap(rostered, TRADES)
    assert swap(rostered, TRADES, at=LATER) == asked
    agreed_to = consent(rostered, asked.request, OTHER_DESK)
    assert consent(rostered, asked.request, OTHER_DESK) == agreed_to
    made = decided(rostered, asked.request)
    before = facts(rostered)
    assert decided(rostered, asked.request) == made
    assert facts(rostered) == before
