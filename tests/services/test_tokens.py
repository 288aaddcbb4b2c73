"""Tokens of users, and acts that are done once, on the small force in a real record."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from muster.domain.competence import Asked
from muster.domain.errors import Invalid, NotEntitled, Refused, Unknown
from muster.domain.taskings import Tasking
from muster.domain.tokens import Done, Token
from muster.domain.users import User
from muster.ports import Record
from muster.services import taskings
from muster.services.clerk import Answer, Clerk, KeyUsed, NoSuchToken, Once
from muster.services.door import TooMany
from muster.services.gate import Viewer
from muster.services.tokens import Issued, issue, revoke, tokens_of
from muster.services.users import add_user, end_user
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.services.small import CO, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
BODY = {"what": "a door stands open"}


@pytest.fixture
def clerk(small: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Clerk:
    """The clerk of the small force."""
    return Clerk(temporary_store, clock)


def made(force: InRecord, member: str = CO, scopes: tuple[str, ...] = ("read", "act"), days: int = 30) -> Issued:
    """A token of a member's user, who is made where there is none."""

    def make(record: Record) -> Issued:
        if record.row(User, member) is None:
            add_user(record, User(user=member, member=member, since=record.now), None, record.now)
        return issue(record, member, scopes, days, record.now)

    return does(force, make)


def once(key: str = "k1", **body: str) -> Once:
    """An act under a key."""
    return Once(key, "POST /taskings", body or BODY)


def receives(record: Record, _: Viewer) -> Answer:
    """A tasking is received, whatever was asked for."""
    found = taskings.receive(record, Asked("shots-fired", PCT, record.now), BODY["what"], "incident")
    return {"tasking": found.tasking.tasking}


def test_a_token_leads_to_its_user_with_the_rights_of_their_member(small: InRecord, clerk: Clerk) -> None:
    found = clerk.bearer(made(small, scopes=("read",)).secret, HERE)
    assert (found.viewer.user, found.viewer.member, set(found.scopes)) == (CO, CO, {"read"})
    assert [o.position.position for o in found.viewer.offices] == ["PCT-047-CO"]
    assert PCT in found.viewer.commands


def test_the_record_has_no_more_than_the_hash_of_a_token(small: InRecord) -> None:
    secret = made(small).secret
    assert secret.startswith("muster_")
    bodies = sees(small, lambda views: "".join(f"{f.stream} {f.body}" for f in views.facts()))
    assert secret not in bodies
    assert secret.removeprefix("muster_") not in bodies
    assert made(small).secret != secret


def test_rights_end_with_the_appointment_and_the_token_with_the_user(
    small: InRecord, clerk: Clerk, clock: SettableClock
) -> None:
    secret = made(small).secret
    small.retire(CO, "2020-10-01T12:00", "2020-10-01T13:00")
    clock.at += timedelta(days=1)
    assert clerk.bearer(secret, HERE).viewer.offices == []
    assert not clerk.bearer(secret, HERE).viewer.commands
    does(small, lambda record: end_user(record, CO, None, record.now))
    with pytest.raises(NoSuchToken):
        clerk.bearer(secret, HERE)
    with pytest.raises(Refused, match="has ended"):
        made(small)


def test_a_token_ends_with_its_days_and_when_it_is_revoked(small: InRecord, clerk: Clerk, clock: SettableClock) -> None:
    short, long = made(small, days=1), made(small, days=366)
    does(small, lambda record: revoke(record, long.token.name, record.now))
    before = facts(small)
    does(small, lambda record: revoke(record, long.token.name, record.now))
    assert facts(small) == before
    with pytest.raises(NoSuchToken):
        clerk.bearer(long.secret, HERE)
    clock.at = short.token.until - timedelta(microseconds=1)
    assert clerk.bearer(short.secret, HERE).viewer.user == CO
    clock.at = short.token.until
    with pytest.raises(NoSuchToken):
        clerk.bearer(short.secret, HERE)
    with pytest.raises(Unknown):
        does(small, lambda record: revoke(record, "0" * 12, record.now))


def test_tokens_are_listed_by_user(small: InRecord) -> None:
    mine, theirs = made(small).token, made(small, OFFICER).token
    assert sees(small, lambda views: {t.name for t in tokens_of(views)}) == {mine.name, theirs.name}
    assert sees(small, lambda views: tokens_of(views, OFFICER)) == [theirs]
    with pytest.raises(Unknown):
        sees(small, lambda views: tokens_of(views, "nobody"))


@pytest.mark.parametrize(("scopes", "days"), [((), 30), (("read", "write"), 30), (("read",), 0), (("read",), 367)])
def test_a_token_must_be_of_its_form(small: InRecord, scopes: tuple[str, ...], days: int) -> None:
    with pytest.raises(Invalid, match=r"scope|days"):
        made(small, scopes=scopes, days=days)


@pytest.mark.parametrize(
    ("scopes", "ask"),
    [
        (("act",), lambda clerk, secret: clerk.ask(clerk.bearer(secret, HERE), lambda views, _: views.now)),
        (("read",), lambda clerk, secret: clerk.act(secret, once(), receives)),
        (("read",), lambda clerk, secret: clerk.tried(secret, lambda views, _: views.now)),
    ],
)
def test_a_token_does_no_more_than_its_scopes_say(
    small: InRecord, clerk: Clerk, scopes: tuple[str, ...], ask: Callable[[Clerk, str], object]
) -> None:
    secret, before = made(small, scopes=scopes).secret, facts(small)
    with pytest.raises(NotEntitled, match="this token is for"):
        ask(clerk, secret)
    assert facts(small) == before


def test_who_tries_many_tokens_has_to_wait_and_nobody_else(small: InRecord, clerk: Clerk) -> None:
    secret = made(small).secret
    for wrong in ("", "x" * 200, secret[:-1], f"{secret}x", "\x00", "\ud800"):
        with pytest.raises(NoSuchToken):
            clerk.bearer(wrong, ELSEWHERE)
    with pytest.raises(TooMany):  # noqa: PT012  the last of many
        for n in range(20):
            with pytest.raises(NoSuchToken):
                clerk.bearer(f"muster_{n}", HERE)
    assert clerk.bearer(secret, HERE).viewer.user == CO
    with pytest.raises(NoSuchToken):
        clerk.bearer("muster_x", ELSEWHERE)


def test_the_same_act_sent_again_is_done_once_and_answered_the_same(small: InRecord, clerk: Clerk) -> None:
    secret = made(small).secret
    first = clerk.act(secret, once(), receives)
    before = facts(small)
    assert clerk.act(secret, once(), receives) == first == {"tasking": "T1"}
    assert clerk.act(made(small).secret, once(), receives) == first  # another token of the same user
    assert facts(small) == before + 1
    assert clerk.act(secret, once("k2"), receives) == {"tasking": "T2"}


def test_a_key_of_one_user_is_not_that_of_another(small: InRecord, clerk: Clerk) -> None:
    for member, name in ((CO, "T1"), (OFFICER, "T2")):
        assert clerk.act(made(small, member).secret, once(), receives) == {"tasking": name}


@pytest.mark.parametrize("other", [once(what="another"), Once("k1", "POST /elsewhere", BODY)])
def test_a_key_stands_for_one_act(small: InRecord, clerk: Clerk, other: Once) -> None:
    secret = made(small).secret
    clerk.act(secret, once(), receives)
    before = facts(small)
    with pytest.raises(KeyUsed):
        clerk.act(secret, other, receives)
    assert facts(small) == before


def test_of_an_act_that_is_refused_nothing_is_kept(small: InRecord, clerk: Clerk) -> None:
    def then_refused(record: Record, viewer: Viewer) -> Answer:
        receives(record, viewer)
        raise Refused("not now")

    secret = made(small).secret
    before = facts(small)
    with pytest.raises(Refused, match="not now"):
        clerk.act(secret, once(), then_refused)
    assert facts(small) == before
    assert clerk.act(secret, once(), receives) == {"tasking": "T1"}


def test_of_many_that_come_at_once_with_one_key_one_acts(small: InRecord, clerk: Clerk) -> None:
    secret = made(small).secret
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: clerk.act(secret, once(), receives), range(16)))
    assert said == [{"tasking": "T1"}] * 16
    assert [t.tasking for t in sees(small, lambda views: views.rows(Tasking))] == ["T1"]
    assert len(sees(small, lambda views: views.rows(Done))) == 1


def test_a_token_that_ends_while_it_acts_acts_no_more(small: InRecord, clerk: Clerk, clock: SettableClock) -> None:
    found = made(small, days=1)
    clerk.bearer(found.secret, HERE)
    clock.at += timedelta(days=1)
    with pytest.raises(NoSuchToken):
        clerk.act(found.secret, once(), receives)
    assert sees(small, lambda views: views.rows(Token)) == [found.token]
