"""What is written can be read back, as it was believed at any instant."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from muster.bootstrap import open_store, verify_views
from muster.domain.duty import Chart, OnCall, Signing, Tour
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.force import Unit
from muster.domain.members import Appointment, Member
from muster.domain.record import GENESIS, Fact, entered, removed
from muster.domain.schema import Row, from_body, to_body
from muster.store.store import SqlStore
from muster.store.tables import view_meta
from tests.support import NOON, SettableClock, holder, member


def enter(store: SqlStore, *rows: Row) -> None:
    with store.writing() as record:
        record.append([entered(row, None, NOON) for row in rows])


def test_rows_of_every_kind_of_column_come_back_as_they_were(temporary_store: SqlStore) -> None:
    bodies: list[tuple[type[Row], dict[str, object]]] = [
        (Tour, {"tour": "N1", "start": "2315", "end": "0750", "days": 1}),
        (Chart, {"chart": "4-2", "name": "4 on, 2 off", "cycle": ["W", "W", "o"], "anchor": "2020-01-01"}),
        (OnCall, {"position": "CO", "days": ["mon", "tue"], "start": "1800", "end": "0800"}),
        (Unit, {"unit": "CITY-HALL", "name": "City Hall “east”", "level": "civil", "civil": True}),
        (Signing, {"member": "A", "at": "2020-10-07T22:00:00.000001Z", "kind": "on", "unit": "PCT-066"}),
    ]
    rows = [from_body(row, body) for row, body in bodies]
    enter(temporary_store, *rows)
    with temporary_store.reading() as views:
        for row in rows:
            assert views.rows(type(row)) == [row]
            assert views.row(type(row), row.key) == row
            assert to_body(views.rows(type(row))[0]) == to_body(row)


def test_rows_can_be_asked_for_by_value_values_and_emptiness(temporary_store: SqlStore) -> None:
    first, second, third = holder("CO", "A"), holder("XO", "B"), holder("CO", "C", until=NOON + timedelta(days=1))
    enter(temporary_store, third, second, first)
    with temporary_store.reading() as views:
        assert views.rows(Appointment, position="CO") == [first, third]
        assert views.rows(Appointment, position="CO", member="C") == [third]
        assert views.rows(Appointment, member=["B", "C", "nobody"]) == [third, second]
        assert views.rows(Appointment, member=[]) == []
        assert views.rows(Appointment, instrument=None, position=("XO",)) == [second]
        assert views.rows(Appointment, member=[f"N{n}" for n in range(50_000)] + ["A"]) == [first]
        with pytest.raises(Invalid, match="appointment: has no column colour"):
            views.rows(Appointment, colour="red")


def test_rows_hold_from_since_until_just_before_until(temporary_store: SqlStore) -> None:
    day = timedelta(days=1)
    bounded, open_ended = holder("CO", "A", NOON, NOON + day), holder("XO", "B", NOON)
    enter(temporary_store, bounded, open_ended, member("A"))
    with temporary_store.reading() as views:
        assert views.rows(Appointment, at=NOON - timedelta(microseconds=1)) == []
        assert views.rows(Appointment, at=NOON) == [bounded, open_ended]
        assert views.rows(Appointment, at=NOON + day - timedelta(microseconds=1)) == [bounded, open_ended]
        assert views.rows(Appointment, at=NOON + day) == [open_ended]
        assert views.rows(Member, at=NOON - day) == [member("A")], "a noun without since and until always holds"


def test_history_tells_every_version_and_who_ended_it(temporary_store: SqlStore, clock: SettableClock) -> None:
    old, new = member("A", "Old"), member("A", "New")
    enter(temporary_store, old)
    changed = clock.move(hours=1)
    with temporary_store.writing() as record:
        record.append([entered(new, old, changed)])
    gone = clock.move(hours=1)
    with temporary_store.writing() as record:
        record.append([removed(new, gone)])
    with temporary_store.reading() as views:
        told = [(v.row, v.seq, v.known_from, v.known_until) for v in views.history(Member, "A")]
        assert told == [(old, 1, NOON, changed), (new, 2, changed, gone), (None, 3, gone, None)]
        assert views.row(Member, "A") is None
        assert views.row(Member, "A", known_at=gone) is None
        assert views.row(Member, "A", known_at=changed) == new
        assert views.row(Member, "A", known_at=changed - timedelta(microseconds=1)) == old


def test_one_transaction_shows_its_last_word_only(temporary_store: SqlStore) -> None:
    first, second = member("A", "First"), member("A", "Second")
    with temporary_store.writing() as record:
        record.append([entered(first, None, NOON), entered(second, first, NOON), entered(member("B"), None, NOON)])
        record.append([removed(member("B"), NOON)])
        assert record.rows(Member) == [second], "a writer reads what it has appended"
    with temporary_store.reading() as views:
        assert views.rows(Member) == views.rows(Member, known_at=NOON) == [second]
    assert verify_views(temporary_store) == []


def test_time_recorded_never_runs_backwards(temporary_store: SqlStore, clock: SettableClock) -> None:
    enter(temporary_store, member("A"))
    clock.move(hours=-5)
    with temporary_store.writing() as record:
        assert record.now == NOON
        [said] = record.append([entered(member("B"), None, NOON)])
    assert said.recorded_at == "2020-10-01T12:00:00.000000Z"
    with temporary_store.reading() as views:
        assert views.now == clock.at, "a reader's now is the clock's"


def test_an_exception_keeps_nothing(temporary_store: SqlStore) -> None:
    def fail() -> None:
        with temporary_store.writing() as record:
            record.append([entered(member("A"), None, NOON)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with temporary_store.reading() as views:
        assert views.head() == (0, GENESIS)
        assert views.rows(Member) == []


def test_a_fact_that_no_text_can_hold_is_refused(temporary_store: SqlStore) -> None:
    with pytest.raises(Invalid, match="surrogates"), temporary_store.writing() as record:
        record.append([entered(member("A", "\ud800"), None, NOON)])
    with pytest.raises(Invalid, match="key B"), temporary_store.writing() as record:
        record.append([Fact("member/B", "member.entered", NOON, to_body(member("A")))])
    with pytest.raises(Invalid, match="begin with member/"), temporary_store.writing() as record:
        record.append([Fact("unit/A", "member.entered", NOON, to_body(member("A")))])


@pytest.mark.parametrize("said", ["a\0b", "\\\0", "\0"])
def test_a_text_that_only_one_of_the_databases_could_keep_is_refused_by_both(
    temporary_store: SqlStore, said: str
) -> None:
    for fact in (entered(member("A", said), None, NOON), Fact(f"note/{said}", "note.made", NOON, {})):
        with pytest.raises(Invalid, match="NUL"), temporary_store.writing() as record:
            record.append([fact])
    with pytest.raises(Invalid, match="NUL"), temporary_store.writing() as record:
        record.seal([said])
    with pytest.raises(Invalid, match="600 characters"), temporary_store.writing() as record:
        record.append([Fact("note/" + "x" * 700, "note.made", NOON, {})])


def test_what_only_looks_like_such_a_text_is_kept(temporary_store: SqlStore) -> None:
    looks = member("A", "\\u0000 \\\\u0000 \x01 % %s :name ☃ 😀")
    enter(temporary_store, looks, member("😀" * 500))
    with temporary_store.reading() as views:
        assert views.rows(Member, name=looks.name) == [looks]
        assert views.row(Member, "😀" * 500) is not None
        assert [fact.seq for fact in views.facts(about=looks.name)] == [1]


def test_a_version_whose_tables_were_made_anew_by_another_writes_no_more(temporary_store: SqlStore) -> None:
    with temporary_store.begin() as connection:
        connection.execute(update(view_meta).values(value="those of another version"))
    with pytest.raises(Refused, match="another version"):
        enter(temporary_store, member("A"))


def test_the_key_that_signs_is_made_once_and_kept(temporary_store: SqlStore, url: str) -> None:
    key = temporary_store.signing_key()
    assert len(key) == 32
    assert temporary_store.signing_key() == key
    with closing(open_store(url)) as again:
        assert again.signing_key() == key


def test_facts_can_be_asked_for_by_stream_kind_thing_and_stretch(temporary_store: SqlStore) -> None:
    one, other = Unit(unit="PCT-04", name="4", level="p", parent="A/B"), Unit(unit="PCT-047", name="47", level="p")
    with temporary_store.writing() as record:
        record.append([entered(row, None, NOON) for row in (one, other, member("PCT-04x"))])
        record.append([Fact("load/1", "load.finished", NOON, {"of": ["x", {"unit": "PCT-04"}]})])
        record.append([Fact("load/2", "load.finished", NOON, {"PCT-04": 'a "PCT-04" b'})])
        record.append([Fact("unit/PCT-04/note", "note.made", NOON, {})])
    with temporary_store.reading() as views:
        assert [fact.seq for fact in views.facts()] == [1, 2, 3, 4, 5, 6]
        assert [fact.seq for fact in views.facts(about="PCT-04")] == [1, 4, 6]
        assert [fact.seq for fact in views.facts(about="A/B")] == [1]
        assert [fact.seq for fact in views.facts(about='a "PCT-04" b')] == [5]
        assert [fact.seq for fact in views.facts(about="PCT_04")] == []
        assert [fact.seq for fact in views.facts(streams=["unit/PCT-04"])] == [1]
        assert [fact.seq for fact in views.facts(streams=["unit/", "load/2"])] == [1, 2, 5, 6]
        assert [fact.seq for fact in views.facts(streams=[])] == []
        assert [fact.seq for fact in views.facts(kinds=["load.finished", "note.made"], first=5)] == [5, 6]
        assert [fact.seq for fact in views.facts(first=2, last=3)] == [2, 3]


@pytest.mark.parametrize(("url", "says"), [("mysql://u:secret@h/d", "postgresql://USER"), ("sqlite://", "sqlite:///")])
def test_a_url_that_does_not_work_says_which_do(url: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


def test_a_reader_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="muster load DIR"):
        open_store(f"sqlite:///{tmp_path}/none.db", must_exist=True)
    with pytest.raises(Invalid, match="folder"):
        open_store(f"sqlite:///{tmp_path}/none/none.db")
    assert list(tmp_path.iterdir()) == []
