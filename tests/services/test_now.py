"""Every unit at an instant, told alike by the first screen and by each question on its own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.cover import OFFICERS
from muster.domain.now import Count, Work, findings_of
from muster.services.force_duty import force_duty
from muster.services.now import now
from muster.services.roll_calls import turn_of
from muster.services.roll_ground import Asked, counts_of
from muster.services.watch import watch
from tests.ground import InRecord, Rows, local
from tests.services.reached import asked
from tests.services.small import CO, PCT, TEN, THREE, XO, sees


@pytest.mark.parametrize("at", [TEN, THREE, "2020-11-01T01:30-04:00", "2020-11-01T01:30-05:00"])
def test_each_unit_has_the_watch_that_is_told_of_it_alone(small: InRecord, at: str) -> None:
    found = sees(small, lambda views: now(views, local(at)))
    assert [u.unit.unit for u in found.units] == sorted(u.unit.unit for u in found.units)
    for unit in found.units:
        alone = sees(small, lambda views, name=unit.unit.unit: watch(views, name, local(at)))  # type: ignore[misc]
        assert unit.watch == alone.for_everyone()


def test_civil_authority_has_no_line(small: InRecord) -> None:
    assert "CITY-HALL" not in [u.unit.unit for u in sees(small, lambda views: now(views, local(TEN))).units]


def test_relief_that_is_overdue_is_wrong_and_says_since_when(small: InRecord) -> None:
    small.sign_on(CO, PCT, "2020-10-06T17:00")
    small.assume(PCT, CO, "2020-10-06T17:05")
    found = sees(small, lambda views: now(views, local(TEN)))
    unit = next(u for u in found.units if u.unit.unit == PCT)
    assert unit.state == "wrong"
    assert unit.findings[0].says == "Relief of the watch is overdue for 10 h."  # 26 h since 0800, overdue from 16 h
    assert any("PCT-047-XO is due in the place of PCT-047-CO" in f.says for f in unit.findings)
    assert unit.holder is not None
    assert unit.holder.continuous == timedelta(hours=26)
    assert found.because.startswith("47th Precinct: Relief of the watch is overdue")


def test_reasons_that_touch_health_are_not_in_it(small: InRecord) -> None:
    small.absent(CO, "2020-10-07T00:00", "2020-10-09T00:00")
    found = sees(small, lambda views: now(views, local(TEN)))
    unit = next(u for u in found.units if u.unit.unit == PCT)
    passed = next(p for p in unit.watch.passed if p.member == CO)
    assert "leave" not in passed.reason
    assert passed.reason == passed.public


def test_as_known_then_leaves_out_what_was_learned_later(small: InRecord) -> None:
    small.clock.at = local("2020-10-08T09:00")
    small.absent(XO, "2020-10-07T00:00", "2020-10-08T00:00")
    later = sees(small, lambda views: now(views, local(TEN)))
    then = sees(small, lambda views: now(views, local(TEN), local(TEN)))
    of = {name: next(u for u in found.units if u.unit.unit == PCT) for name, found in (("l", later), ("t", then))}
    assert of["l"].holder is not None
    assert then.known_at == local(TEN)
    assert of["t"].watch == sees(small, lambda views: watch(views, PCT, local(TEN), local(TEN))).for_everyone()


@pytest.mark.parametrize("tour", ["0705x1540", "2315x0750"])
def test_who_counts_for_the_cover_is_who_the_roll_call_counts(small: InRecord, tour: str) -> None:
    at = local(TEN if tour == "0705x1540" else THREE)
    turn = sees(small, lambda views: turn_of(views, PCT, tour, None, at))
    duty = sees(small, lambda views: force_duty(views, at))
    here = {m for m, s in duty.members.items() if s.state == "on-duty" and s.unit == PCT}
    counts = sees(small, lambda views: counts_of(views, Asked(PCT, turn, at), here))
    found = sees(small, lambda views: now(views, at))
    unit = next(u for u in found.units if u.unit.unit == PCT)
    assert unit.cover
    for count in unit.cover:
        assert count.have == sum(count.who in counts[m] for m in here), count
    assert OFFICERS in [c.who for c in unit.cover]


def test_a_tasking_waits_until_it_is_accepted_and_is_late_after_its_deadline(small: InRecord) -> None:
    first, *_ = asked(small)
    found = sees(small, lambda views: now(views, views.now))
    unit = next(u for u in found.units if any(t.tasking == first.subject for t in u.work.waiting + u.work.late))
    assert unit.state in ("waiting", "wrong")
    assert "tasking waits for " in " ".join(f.says for f in unit.findings)  # its name is for those who may read it
    assert first.subject not in " ".join(f.says for f in unit.findings)


@given(have=st.integers(0, 40), minimum=st.integers(0, 40))
def test_cover_is_a_caution_below_its_minimum_and_wrong_below_three_quarters(have: int, minimum: int) -> None:
    count = Count("0705x1540", "officers", have, minimum)
    found = findings_of(Rows().watch(PCT, TEN), Work(), [count])
    expected = [] if have >= minimum else ["wrong" if 4 * have < 3 * minimum else "caution"]
    assert [f.state for f in found] == expected
    assert count.short == max(0, minimum - have)
