"""That somebody looked at a member's page is recorded, once for each user, member and hour."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from muster.domain.errors import Refused
from muster.domain.users import User
from muster.domain.viewings import Viewing, hour_of
from muster.ports import Record, Views
from muster.services.desk import Desk
from muster.services.gate import Gate, Viewer
from muster.services.member_desk import MemberDesk
from muster.services.users import add_user, begin_session
from muster.services.viewings import look, viewings_of
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, OFFICER, PCT, TEN, XO, does, facts, sees
from tests.support import SettableClock


@pytest.fixture
def small(small: InRecord, clock: SettableClock) -> InRecord:
    """The small force on a Wednesday at 1000, with a user for its officer and for two commanders."""
    clock.at = local(TEN)
    for member in (CO, BOROUGH, OFFICER):
        user = User(user=f"user-{member}", member=member, since=clock.at)
        small.act(partial(add_user, user=user, by=None, at=clock.at))
    return small


def viewing(user: str = f"user-{CO}", at: str = TEN, full: bool = True, member: str = OFFICER) -> Viewing:
    when = local(at)
    return Viewing(member=member, user=user, hour=hour_of(when), at=when, full=full)


def viewer(force: InRecord, member: str) -> Viewer:
    """Somebody who has signed in."""
    posed = Gate(force.store, force.clock, b"key", demo=True)
    word = does(force, lambda r: begin_session(r, f"user-{member}", r.now))
    found = posed.viewer(word)
    assert found is not None
    return found


def desk(force: InRecord, store: SqlStore) -> MemberDesk:
    return MemberDesk(store, force.clock, Desk(store, force.clock))


def test_looking_twice_in_an_hour_is_one_fact_and_each_hour_has_its_own(small: InRecord) -> None:
    before = facts(small)
    assert does(small, lambda record: look(record, viewing()))
    assert not does(small, lambda record: look(record, viewing(at="2020-10-07T10:59")))
    assert facts(small) == before + 1
    assert does(small, lambda record: look(record, viewing(at="2020-10-07T11:00")))
    assert does(small, lambda record: look(record, viewing(user=f"user-{BOROUGH}")))
    found = sees(small, lambda views: viewings_of(views, OFFICER))
    assert [(v.user, v.at) for v in found] == [
        (f"user-{CO}", local("2020-10-07T11:00")),
        (f"user-{CO}", local(TEN)),
        (f"user-{BOROUGH}", local(TEN)),
    ]


def test_the_hour_that_comes_twice_is_two_hours(small: InRecord) -> None:
    assert does(small, lambda record: look(record, viewing(at="2020-11-01T01:30-04:00")))
    assert does(small, lambda record: look(record, viewing(at="2020-11-01T01:30-05:00")))


def test_seeing_more_in_the_same_hour_is_recorded_and_seeing_less_is_not(small: InRecord) -> None:
    assert does(small, lambda record: look(record, viewing(full=False)))
    assert does(small, lambda record: look(record, viewing(at="2020-10-07T10:20")))
    assert not does(small, lambda record: look(record, viewing(at="2020-10-07T10:40", full=False)))
    (found,) = sees(small, lambda views: viewings_of(views, OFFICER))
    assert found.full
    assert found.at == local("2020-10-07T10:20")


def test_who_looked_is_shown_as_it_was_known(small: InRecord, clock: SettableClock) -> None:
    clock.at = local("2020-10-07T12:00")
    does(small, lambda record: look(record, viewing(at="2020-10-07T12:00")))
    assert not sees(small, lambda views: viewings_of(views, OFFICER, local("2020-10-07T11:59")))
    assert sees(small, lambda views: viewings_of(views, OFFICER, local("2020-10-07T12:00")))


def test_the_desk_records_before_it_shows_and_says_by_which_command(small: InRecord, temporary_store: SqlStore) -> None:
    seen = desk(small, temporary_store).member(OFFICER, viewer(small, CO))
    assert seen.file is not None
    assert [(v.viewer, v.office, v.full) for v in seen.file.looks] == [(CO, "PCT-047-CO", True)]


def test_nobody_is_recorded_for_looking_at_themselves(small: InRecord, temporary_store: SqlStore) -> None:
    mine = viewer(small, OFFICER)
    before = facts(small)
    seen = desk(small, temporary_store).member(OFFICER, mine)
    assert seen.file is not None
    assert facts(small) == before


def test_whoever_may_read_the_plain_part_alone_is_recorded_as_such(small: InRecord, temporary_store: SqlStore) -> None:
    seen = desk(small, temporary_store).member(CO, viewer(small, OFFICER))
    assert seen.file is None
    assert "PCT-047-CO or a command above it can show it to you, or appoint you" in seen.refused
    (found,) = sees(small, lambda views: viewings_of(views, CO))
    assert (found.viewer, found.office, found.full) == (OFFICER, None, False)


def test_relief_that_is_kept_says_what_one_found_anew_does(small: InRecord, temporary_store: SqlStore) -> None:
    kept = desk(small, temporary_store)
    said: list[object] = []

    def look_again() -> None:
        for member in (CO, BOROUGH, OFFICER):  # each reads what is for them of the same answer
            asks = viewer(small, member)
            found, anew = kept.member(OFFICER, asks), desk(small, temporary_store).member(OFFICER, asks)
            assert found.file is not None
            assert anew.file is not None
            assert found.file.relief == anew.file.relief
            said.append(found.file.relief)

    look_again()
    small.sign_on(OFFICER, PCT, "2020-10-07T10:00:10")
    look_again()
    small.clock.at = local("2020-10-07T22:30")
    look_again()
    small.sign_off(OFFICER, "2020-10-07T22:30:10")
    look_again()
    assert said[0] != said[3]
    assert said[3] != said[6]
    assert said[9] is None


class Busy:
    """A store whose writer is somebody else, for long."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.reading = store.reading

    def writing(self) -> AbstractContextManager[Record]:
        raise Refused("the database is locked")

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_what_cannot_be_recorded_is_not_shown_and_the_plain_part_is(small: InRecord, temporary_store: SqlStore) -> None:
    co = viewer(small, CO)
    busy = Busy(temporary_store)
    seen = MemberDesk(busy, small.clock, Desk(temporary_store, small.clock)).member(OFFICER, co)  # type: ignore[arg-type]
    assert seen.plain.member.member == OFFICER
    assert seen.file is None
    assert "try again" in seen.refused
    assert not sees(small, lambda views: viewings_of(views, OFFICER))


def test_what_was_found_is_kept_while_only_looks_and_sessions_are_recorded(
    small: InRecord, temporary_store: SqlStore
) -> None:
    kept = Desk(temporary_store, small.clock)
    found = kept.now()
    co = viewer(small, CO)
    desk(small, temporary_store).member(OFFICER, co)
    assert kept.now() is found
    small.sign_on(XO, PCT, TEN)
    renewed = kept.now()
    assert renewed is not found
    assert renewed.seq == facts(small)
    small.act(lambda record: look(record, replace(viewing(), user="user-x")))
    assert kept.now() is renewed


def test_an_answer_of_an_instant_to_come_is_found_anew_once_something_is_recorded(
    small: InRecord, temporary_store: SqlStore
) -> None:
    kept, later = Desk(temporary_store, small.clock), small.clock() + timedelta(hours=1)
    found = kept.now(later)
    assert kept.now(later) is found
    small.sign_on(XO, PCT, TEN)
    assert kept.now(later).seq == facts(small) > found.seq


def test_an_older_state_of_the_record_has_its_own_answer(small: InRecord, temporary_store: SqlStore) -> None:
    kept = Desk(temporary_store, small.clock)

    def bearing(views: Views) -> int:
        return kept.bearing(views)

    with temporary_store.reading() as older:
        small.sign_on(XO, PCT, TEN)
        newer = sees(small, bearing)
        assert newer == facts(small)
        assert bearing(older) == older.head()[0] < newer
