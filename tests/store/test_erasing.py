"""What is erased by law is gone: from the answers, and from the bytes on the disk."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.errors import Refused
from muster.domain.members import Absence
from muster.domain.record import entered
from muster.services.record import verify
from muster.store import sqlite
from muster.store.store import SqlStore
from tests.support import NOON

TEXTS = [f"telephone 555-{number:05}" for number in range(2300)]
AT_ONCE = 2000


def sealed(store: SqlStore) -> dict[str, str]:
    """Tokens of all texts; those sealed later one by one split pages, which leaves copies behind in them."""
    tokens: dict[str, str] = {}
    for part in (TEXTS[:AT_ONCE], *([text] for text in TEXTS[AT_ONCE:])):
        with store.writing() as record:
            tokens |= record.seal(part)
    return tokens


def everything(database: Path) -> bytes:
    """All bytes of the database and of the files beside it."""
    return b"".join(file.read_bytes() for file in database.parent.glob(database.name + "*"))


def test_an_erased_text_is_nowhere_in_the_files(temporary_store: SqlStore, database: Path) -> None:
    tokens = sealed(temporary_store)
    absence = Absence(member="A", kind="sick", since=NOON, reason=tokens[TEXTS[7]])
    with temporary_store.writing() as record:
        record.append([entered(absence, None, NOON)])
    assert TEXTS[7].encode() in everything(database)
    gone = [text for number, text in enumerate(TEXTS) if number % 3 == 1]
    with temporary_store.writing() as record:
        assert record.erase([tokens[text] for text in gone]) == len(gone)
        assert record.erase(["sealed:none"]) == 0
    left = everything(database)
    assert [text for text in gone if text.encode() in left] == []
    with temporary_store.reading() as views:
        assert views.unseal([tokens[TEXTS[7]], tokens[TEXTS[8]]]) == {tokens[TEXTS[8]]: TEXTS[8]}
        assert views.rows(Absence) == [absence], "the row still carries the token"
        assert verify(views).whole


def test_equal_texts_are_sealed_apart(temporary_store: SqlStore) -> None:
    with temporary_store.writing() as record:
        first, second = record.seal(["555"])["555"], record.seal(["555"])["555"]
    assert first != second
    assert first.startswith("sealed:")
    assert len(first) == len("sealed:") + 64


def test_a_log_that_cannot_be_emptied_is_said_and_emptied_when_it_is_erased_again(
    database: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    shutil.copy(empty, database)
    with closing(open_store(f"sqlite:///{database}")) as store:
        with store.writing() as record:
            token = record.seal(["555-0199"])["555-0199"]
        with store.reading(), pytest.raises(Refused, match="still holds the log"):
            erase(store, token)
        assert b"555-0199" in everything(database)
        erase(store, token)
        assert b"555-0199" not in everything(database)


def erase(store: SqlStore, token: str) -> None:
    with store.writing() as record:
        record.erase([token])
