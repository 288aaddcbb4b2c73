"""What a member is to do: tours, call-ins that became theirs, court; and nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.duty import TimeRecord
from muster.ports import Views
from muster.services import duty
from muster.services.ledger import duty_of
from muster.services.to_come import Coming, to_come
from tests.ground import InRecord, local
from tests.services.small import CO, PCT, TEN, does, sees

WEEK = timedelta(days=7)


def coming(force: InRecord, at: str = TEN) -> list[Coming]:
    """What the commanding officer is to do in a week."""
    since = local(at)

    def ask(views: Views) -> Sequence[Coming]:
        return to_come(views, *duty_of(views, CO, since), since, since + WEEK)

    return list(sees(force, ask))


def call_in(force: InRecord, name: str, since: str, until: str, *said: str) -> None:
    """A call-in to which the commanding officer said these things, one after another."""
    need = CallIn(
        call_in=name, unit=PCT, kind="call-in", since=local(since), until=local(until), contract="c", opened_by=CO,
        at=local(TEN),
    )  # fmt: skip
    does(force, lambda record: duty.keep(record, need))
    for minute, what in enumerate(said):
        at = local(TEN) + timedelta(minutes=minute)
        answer = CallInAnswer(call_in=name, member=CO, at=at, what=what, by=CO, digest="d")
        force.act(partial(duty.keep, row=answer))


def test_tours_of_the_week_are_there_and_no_later_ones(small: InRecord) -> None:
    found = coming(small)
    assert [c.start for c in found] == sorted(c.start for c in found)
    assert all(c.end > local(TEN) and c.start < local(TEN) + WEEK for c in found)
    assert {c.start.date().isoformat()[-2:] for c in found} == {"07", "08", "09", "12", "13", "14"}, "Monday to Friday"


def test_a_call_in_is_there_while_the_last_word_is_that_they_come(small: InRecord) -> None:
    call_in(small, "C1", "2020-10-10T08:00", "2020-10-10T16:00", "accepted")
    call_in(small, "C2", "2020-10-11T08:00", "2020-10-11T16:00", "accepted", "excused")
    call_in(small, "C3", "2020-10-11T08:00", "2020-10-11T16:00", "refused", "ordered")
    call_in(small, "C4", "2020-10-24T08:00", "2020-10-24T16:00", "accepted")
    assert [c.source for c in coming(small) if c.what == "call-in"] == ["call-in C1", "call-in C3"]


def test_court_is_there_and_a_day_of_absence_is_not(small: InRecord) -> None:
    court = TimeRecord(
        member=CO, since=local("2020-10-10T09:00"), kind="court", until=local("2020-10-10T12:00"), source="notice 7"
    )
    does(small, lambda record: duty.keep(record, court))
    small.absent(CO, "2020-10-08T00:00", "2020-10-09T00:00")
    found = coming(small)
    assert ("court", "notice 7") in {(c.what, c.source) for c in found}
    assert not any(local("2020-10-08") <= c.start < local("2020-10-09") for c in found)
