"""The whole period: 290 members for 28 days. It takes minutes, so it is run by name and by ``benchmarks``:
``./run test tests/simulated/whole_period.py``."""

from collections import Counter

import pytest

from tests.simulated.conftest import WHOLE, Lived
from tests.simulated.test_period import Checks, period

__all__ = ["period"]


@pytest.mark.parametrize("period", [("sqlite", WHOLE)], ids=["290 for 28 days"], indirect=True, scope="class")
class TestOf290MembersAndFourWeeks(Checks):
    def test_the_whole_period_has_all_that_it_is_to_try(self, period: Lived) -> None:
        """Without these the checks would look at nothing."""
        facts = period.evidence.facts
        said = Counter(s.body["what"] for s in facts if s.kind == "call_in_answer.entered")
        assert all(said[what] for what in ("accepted", "refused", "not-reached", "ordered"))
        assert {s.body["kind"] for s in facts if s.kind == "call_in.entered"} == {"call-in", "hold-over"}
        kinds = Counter(s.kind for s in facts)
        happened = ("waiver.entered", "roster.amended", "time_record.removed", "do_not_call.entered", "tasking.closed")
        assert all(kinds[kind] for kind in (*happened, "offer.awarded", "offer.passed", "offer.spared"))
        assert any(s.body.get("late") for s in facts if s.kind == "roll_call.taken")
        assert any(s.body.get("missing") for s in facts if s.kind == "roll_call.taken")
        closings = [s.body for s in facts if s.kind == "closing.closed"]
        assert [(c["version"], c.get("changes", 0)) for c in closings] == [(1, 0), (2, 1)]
