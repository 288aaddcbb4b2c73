"""A record is carried to another database whole, as it is, or not at all; also when the move is killed."""

import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from muster.bootstrap import move, open_store, verify_views
from muster.cli import cli
from muster.domain.errors import Refused, Tampered
from muster.domain.members import Absence, Member
from muster.domain.record import entered
from muster.services.record import verify
from muster.store import moving
from muster.store.store import SqlStore
from muster.store.tables import fact, secret
from tests import servers
from tests.forking import muster, warm
from tests.support import NOON, member, members

WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql")]
MANY = 1500
KILLS = 4


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed when the test ends."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def stores(way: tuple[str, str], stack: ExitStack, tmp_path: Path) -> tuple[SqlStore, SqlStore]:
    """A record with a history, sealed texts and a key, and an empty one."""
    urls = [stack.enter_context(fresh(kind, tmp_path, name)) for kind, name in zip(way, ("from", "to"), strict=True)]
    source, target = (stack.enter_context(closing(open_store(url))) for url in urls)
    fill(source)
    return source, target


def fill(source: SqlStore, more: int = 0) -> None:
    with source.writing() as record:
        token = record.seal(["a cold", "%s \\ \t \n\r"])["a cold"]
        record.append([entered(Absence(member="A", kind="sick", since=NOON, reason=token), None, NOON)])
        record.append([entered(member("A"), None, NOON), *members(more, "N")])
    with source.writing() as record:
        record.append([entered(member("A", "Anew “\\” \\\\ \\N \t"), member("A"), NOON)])
    source.signing_key()


def quiet(*_: object) -> None:
    pass


def kept(store: SqlStore) -> list[tuple[object, ...]]:
    """All facts and sealed texts, as they are."""
    with store.begin() as connection:
        texts = connection.execute(select(secret)).all()
        return [*map(tuple, connection.execute(select(fact).order_by(fact.c.seq)).all()), *sorted(map(tuple, texts))]


def empty(store: SqlStore) -> bool:
    with store.reading() as views:
        return not kept(store) and not views.rows(Member)


@pytest.mark.parametrize("way", WAYS)
def test_everything_is_carried_as_it_is(stores: tuple[SqlStore, SqlStore], way: tuple[str, str]) -> None:
    source, target = stores
    assert move(source, target, quiet).facts == 3
    assert kept(target) == kept(source)
    assert target.signing_key() == source.signing_key()
    assert verify_views(target) == []
    with target.reading() as there, source.reading() as here:
        assert there.rows(Member) == here.rows(Member)
        assert there.history(Member, "A") == here.history(Member, "A")
        assert there.unseal([there.rows(Absence)[0].reason or ""]) == here.unseal([here.rows(Absence)[0].reason or ""])
    with target.writing() as record:
        record.append(members(3, "after"))
    with pytest.raises(Refused, match="is not empty"):
        move(source, target, quiet)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_carried_from_a_record_that_is_damaged_empty_or_going_on(
    stores: tuple[SqlStore, SqlStore], way: tuple[str, str], stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = stores
    with pytest.raises(Refused, match="there is nothing to move"):
        move(target, stack.enter_context(closing(open_store(stack.enter_context(servers.fresh_database())))), quiet)
    monkeypatch.setattr(moving, "CHUNK", 1)

    def append(done: str, facts: int, _: int) -> None:
        if (done, facts) == ("carried", 2):
            with source.writing() as record:
                record.append(members(1, "meanwhile"))

    with pytest.raises(Refused, match="went on to fact 4 meanwhile"):
        move(source, target, append)
    assert empty(target)
    with source.begin() as connection:
        stop = "DROP TRIGGER fact_stays" if way[0] == "sqlite" else "ALTER TABLE fact DISABLE TRIGGER USER"
        connection.exec_driver_sql(stop)
        connection.exec_driver_sql("UPDATE fact SET body = '{}' WHERE seq = 2")
    with pytest.raises(Tampered, match="fact 2"):
        move(source, target, quiet)
    assert empty(target)


@pytest.mark.parametrize("way", WAYS[:2])
def test_a_move_that_is_killed_leaves_nothing_or_all(way: tuple[str, str], stack: ExitStack, tmp_path: Path) -> None:
    source = stack.enter_context(fresh(way[0], tmp_path, "from"))
    with closing(open_store(source)) as opened:
        fill(opened, MANY)
    moments = random.Random(way[0])
    warm()
    began = time.perf_counter()
    with fresh(way[1], tmp_path, "first") as first:
        assert muster("move", "--to", first, database=source).wait() == 0
    lasts, left = time.perf_counter() - began, set()
    for number in range(KILLS):
        with fresh(way[1], tmp_path, str(number)) as to:
            process = muster("move", "--to", to, database=source)
            try:
                process.wait(moments.uniform(0.3, 1.1) * lasts)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            left.add(facts_in(to))
            if facts_in(to) == 0:
                repeat(source, to)
            assert facts_in(to) == MANY + 3
    assert left <= {0, MANY + 3}


@contextmanager
def fresh(kind: str, folder: Path, name: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/{name}.db"
    else:
        with servers.fresh_database() as url:
            yield url


def repeat(source: str, to: str) -> None:
    with closing(open_store(source)) as here, closing(open_store(to)) as there:
        move(here, there, quiet)


def facts_in(url: str) -> int:
    with closing(open_store(url)) as store:
        with store.reading() as views:
            found = verify(views)
            assert len(views.rows(Member)) == max(found.facts - 2, 0)
        assert found.whole
        assert verify_views(store) == []
        return found.facts


def test_the_command_says_where_the_record_is_now(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path}/muster.db")) as source:
        fill(source)
    with servers.fresh_database() as url:
        words = ["move", "--db", f"sqlite:///{tmp_path}/muster.db", "--to", url.replace("muster@", "muster:secret@")]
        done = CliRunner().invoke(cli, words, catch_exceptions=False)
        assert "the record is whole" in done.stdout
        assert "secret" not in done.output
        assert isinstance(CliRunner().invoke(cli, [*words, "--json"]).exception, Refused)
