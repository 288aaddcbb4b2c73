"""Users, sessions and passwords, on the small force in a real record."""

from datetime import timedelta

import pytest

from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.users import Session, User, hashed
from muster.ports import Record
from muster.services import users
from muster.services.door import MOST_TRIES, TooMany
from muster.services.erasing import erase
from muster.services.gate import MOST_FOR_A_NAME, Gate
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, COD, OFFICER, XO, does, sees
from tests.support import SettableClock

SENTENCE = "four plain words and a number 47"
ELSEWHERE = "198.51.100.7"


@pytest.fixture
def gate(small: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Gate:
    """The gate of the small force, at which nobody can sign in yet."""
    return Gate(temporary_store, clock, temporary_store.signing_key())


def added(force: InRecord, name: str, member: str | None = None, *, administrator: bool = False) -> str:
    def add(record: Record) -> str:
        user = User(user=name, member=member, administrator=administrator, since=record.now)
        return users.add_user(record, user, None, record.now)

    return does(force, add)


def test_who_was_invited_chooses_a_password_and_signs_in_with_it(small: InRecord, gate: Gate) -> None:
    entered = gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    assert gate.viewer(entered) is not None
    viewer = gate.viewer(gate.sign_in("captain", SENTENCE, ELSEWHERE))
    assert viewer is not None
    assert (viewer.user, viewer.member, [o.position.position for o in viewer.offices]) == (
        "captain",
        CO,
        ["PCT-047-CO"],
    )


def test_a_link_to_choose_a_password_works_once_and_for_three_days(
    small: InRecord, gate: Gate, clock: SettableClock
) -> None:
    word = added(small, "captain", CO)
    gate.choose(word, SENTENCE, ELSEWHERE)
    with pytest.raises(Refused, match="used, expired or not whole"):
        gate.choose(word, SENTENCE + " more", ELSEWHERE)
    late = does(small, lambda record: users.invite(record, "captain", None, record.now))
    clock.at += timedelta(days=3)
    with pytest.raises(Refused, match="used, expired or not whole"):
        gate.choose(late, SENTENCE, ELSEWHERE)


def test_an_invitation_ends_the_one_before(small: InRecord, gate: Gate) -> None:
    first = added(small, "captain", CO)
    does(small, lambda record: users.invite(record, "captain", None, record.now))
    with pytest.raises(Refused, match="used, expired or not whole"):
        gate.choose(first, SENTENCE, ELSEWHERE)


def test_a_user_that_ended_is_neither_invited_nor_made_again(small: InRecord, gate: Gate) -> None:
    added(small, "captain", CO)
    does(small, lambda record: users.end_user(record, "captain", None, record.now))
    with pytest.raises(Refused, match="captain: has ended, and no name is given twice"):
        does(small, lambda record: users.invite(record, "captain", None, record.now))
    with pytest.raises(Refused, match="captain: has ended, and no name is given twice"):
        added(small, "captain", CO)
    gate.choose(added(small, "captain2", CO), SENTENCE, ELSEWHERE)


def test_a_forgotten_password_holds_until_another_is_chosen(small: InRecord, gate: Gate) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    does(small, lambda record: users.invite(record, "captain", None, record.now))
    assert gate.viewer(gate.sign_in("captain", SENTENCE, ELSEWHERE)) is not None


@pytest.mark.parametrize("password", ["", "fourteen chars", "x" * 257])
def test_a_password_has_fifteen_letters_or_more(small: InRecord, gate: Gate, password: str) -> None:
    word = added(small, "captain", CO)
    with pytest.raises(Invalid, match="must have 15 to 256 letters"):
        gate.choose(word, password, ELSEWHERE)
    gate.choose(word, SENTENCE, ELSEWHERE)


def test_a_wrong_password_and_nobody_of_that_name_are_told_in_the_same_words(small: InRecord, gate: Gate) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    added(small, "invited", XO)
    said = set()
    for name, password in (("captain", SENTENCE + "!"), ("nobody", SENTENCE), ("invited", ""), ("\x00\ud800", "x")):
        with pytest.raises(Refused) as refused:
            gate.sign_in(name, password, ELSEWHERE)
        said.add(str(refused.value))
    assert len(said) == 1


def test_no_network_can_try_long_or_keep_somebody_out_and_no_name_can_be_tried_by_many(
    small: InRecord, gate: Gate, clock: SettableClock
) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, "203.0.113.1")
    for _ in range(MOST_TRIES):
        with pytest.raises(Refused):
            gate.sign_in("captain", "wrong", ELSEWHERE)
    with pytest.raises(TooMany):
        gate.sign_in("captain", SENTENCE, ELSEWHERE)
    assert gate.viewer(gate.sign_in("captain", SENTENCE, "192.0.2.1")) is not None
    for n in range(MOST_FOR_A_NAME - MOST_TRIES - 1):
        with pytest.raises(Refused):
            gate.sign_in("captain", "wrong", f"198.51.{n}.1")
    with pytest.raises(TooMany):
        gate.sign_in("captain", SENTENCE, "192.0.2.1")
    clock.at += timedelta(minutes=2)
    assert gate.viewer(gate.sign_in("captain", SENTENCE, "192.0.2.1")) is not None


def test_a_new_password_ends_the_sessions_and_the_one_before_is_nowhere(
    small: InRecord, gate: Gate, clock: SettableClock
) -> None:
    entered = gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    old = sees(small, lambda views: views.row(User, "captain"))
    again = does(small, lambda record: users.invite(record, "captain", None, record.now))
    clock.at += timedelta(seconds=1)
    gate.choose(again, "another sentence that is long", ELSEWHERE)
    assert gate.viewer(entered) is None
    assert old is not None
    assert old.secret is not None
    assert sees(small, lambda views: views.unseal([old.secret or ""])) == {}
    with pytest.raises(Refused):
        gate.sign_in("captain", SENTENCE, ELSEWHERE)


def test_a_session_ends_after_sixteen_hours_by_signing_out_and_with_the_user(
    small: InRecord, gate: Gate, clock: SettableClock
) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    words = [gate.sign_in("captain", SENTENCE, ELSEWHERE) for _ in range(3)]
    clock.at += timedelta(seconds=1)
    gate.sign_out(words[0])
    assert [gate.viewer(w) is not None for w in words] == [False, True, True]
    clock.at += timedelta(hours=16)
    assert [gate.viewer(w) for w in words] == [None, None, None]
    fourth = gate.sign_in("captain", SENTENCE, ELSEWHERE)
    clock.at += timedelta(seconds=1)
    does(small, lambda record: users.end_user(record, "captain", None, record.now))
    assert gate.viewer(fourth) is None
    with pytest.raises(Refused):
        gate.sign_in("captain", SENTENCE, ELSEWHERE)


def test_a_password_is_erased_with_its_user_and_not_by_commanders(small: InRecord, gate: Gate) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    with pytest.raises(Refused, match="erased when another is chosen, and when the user is ended"):
        does(small, lambda record: erase(record, "user/captain", COD, "none"))
    user = sees(small, lambda views: views.row(User, "captain"))
    assert user is not None
    assert len(sees(small, lambda views: views.unseal([user.secret or ""]))) == 1
    does(small, lambda record: users.end_user(record, "captain", None, record.now))
    assert sees(small, lambda views: views.unseal([user.secret or ""])) == {}


def test_rights_end_with_the_appointment(small: InRecord, gate: Gate, clock: SettableClock) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    clock.at = max(clock.at, local("2020-10-01T12:00"))
    entered = gate.sign_in("captain", SENTENCE, ELSEWHERE)
    before = gate.viewer(entered)
    assert before is not None
    assert before.may_read(OFFICER, "PCT-047")
    small.retire(CO, "2020-10-01T12:00", "2020-10-01T18:00")
    clock.at += timedelta(hours=7)
    after = gate.viewer(entered)
    assert after is not None
    assert after.offices == []
    assert not after.may_read(OFFICER, "PCT-047")
    assert after.sees == frozenset()


def test_who_serves_in_a_unit_sees_what_goes_on_there_and_whoever_holds_a_position_what_goes_on_below(
    small: InRecord, gate: Gate, clock: SettableClock
) -> None:
    clock.at = max(clock.at, local("2020-10-01T12:00"))
    for name, member in (("officer", OFFICER), ("borough", BOROUGH)):
        gate.choose(added(small, name, member), SENTENCE, ELSEWHERE)
    officer, borough = (gate.viewer(gate.sign_in(n, SENTENCE, ELSEWHERE)) for n in ("officer", "borough"))
    assert officer is not None
    assert borough is not None
    assert officer.sees == {"PCT-047"}
    assert "PCT-047" in borough.sees
    assert len(borough.sees) > 1
    word = gate.sign_in("officer", SENTENCE, ELSEWHERE)
    small.retire(OFFICER, "2020-10-01T12:00", "2020-10-01T18:00")
    clock.at += timedelta(hours=7)
    after = gate.viewer(word)
    assert after is not None
    assert after.sees == frozenset()


def test_nothing_in_the_record_lets_anybody_sign_in(small: InRecord, gate: Gate) -> None:
    word = added(small, "captain", CO)
    entered = gate.choose(word, SENTENCE, ELSEWHERE)
    bodies = "".join(fact.body for fact in sees(small, lambda views: list(views.facts())))
    assert SENTENCE not in bodies
    assert word not in bodies
    assert entered not in bodies
    assert sees(small, lambda views: views.row(Session, hashed(entered))) is not None
    assert gate.viewer(hashed(entered)) is None


def test_a_form_of_another_session_is_not_ours(small: InRecord, gate: Gate) -> None:
    gate.choose(added(small, "captain", CO), SENTENCE, ELSEWHERE)
    mine, other = (gate.sign_in("captain", SENTENCE, ELSEWHERE) for _ in range(2))
    viewer = gate.viewer(mine)
    assert viewer is not None
    assert gate.is_ours(mine, viewer.mark)
    assert not gate.is_ours(other, viewer.mark)
    assert not gate.is_ours(mine, "")


def test_only_an_administrator_makes_users(small: InRecord) -> None:
    added(small, "chief", administrator=True)
    added(small, "captain", CO)

    def add_by(by: str) -> str:
        return does(
            small,
            lambda record: users.add_user(record, User(user="new", member=XO, since=record.now), by, record.now),
        )

    with pytest.raises(Refused, match="does not look after users"):
        add_by("captain")
    with pytest.raises(Refused, match="does not look after users"):
        add_by("nobody")
    add_by("chief")
    with pytest.raises(Refused, match="is there already"):
        add_by("chief")


def test_a_member_has_one_user_and_must_be_there(small: InRecord) -> None:
    added(small, "captain", CO)
    with pytest.raises(Refused, match="is user captain already"):
        added(small, "second", CO)
    with pytest.raises(Unknown, match="M9999"):
        added(small, "third", "M9999")


def test_the_first_start_makes_one_administrator(small: InRecord, gate: Gate) -> None:
    word = gate.first()
    assert word is not None
    assert gate.first() is None
    viewer = gate.viewer(gate.choose(word, SENTENCE, ELSEWHERE))
    assert viewer is not None
    assert viewer.administrator
    assert viewer.member is None
    assert not viewer.may_read(OFFICER, "PCT-047")


def test_only_the_demo_lets_you_choose_whom_you_are(
    small: InRecord, gate: Gate, temporary_store: SqlStore, clock: SettableClock
) -> None:
    with pytest.raises(Refused, match="only the demo"):
        gate.pose("PCT-047-CO")
    demo = Gate(temporary_store, clock, temporary_store.signing_key(), demo=True)
    assert "PCT-047-CO" in [position for position, _ in demo.poses()]
    for _ in range(2):
        viewer = demo.viewer(demo.pose("PCT-047-CO"))
        assert viewer is not None
        assert viewer.member == CO
    with pytest.raises(Refused, match="nobody holds"):
        demo.pose("NO-SUCH")
