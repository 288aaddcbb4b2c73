"""Loading a force directory: what changed and nothing else, all or nothing, commands not undone in silence."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from muster.domain.directory import Directory
from muster.domain.errors import FaultyDirectory, Refused
from muster.domain.force import Force, Unit
from muster.domain.members import Absence, Appointment, ContactPoint, Member
from muster.domain.record import entered, removed
from muster.files import read, write
from muster.services.load import Loaded, export, load
from muster.services.provenance import LOADED
from muster.store.store import SqlStore
from tests.files.folders import folder, other
from tests.support import SettableClock

CAPTAIN = "1002/telephone"
DESK = "PIER-1-DESK/1003/substantive/2020-02-03T05:00:00Z"


def example(path: Path, changed: dict[str, str] | None = None) -> Directory:
    """The worked example as it is read, with other content for some files."""
    return read(folder(path, changed))


def loaded(store: SqlStore, directory: Directory, *, remove: bool = False) -> Loaded:
    with store.writing() as record:
        return load(record, directory, remove=remove)


def head(store: SqlStore) -> int:
    with store.reading() as views:
        return views.head()[0]


def test_the_first_load_enters_every_row_with_a_fact_that_says_so(temporary_store: SqlStore, tmp_path: Path) -> None:
    directory = example(tmp_path)
    done = loaded(temporary_store, directory)
    assert done.entered["member"] == 3
    assert sum(done.entered.values()) == sum(map(len, directory.rows().values()))
    with temporary_store.reading() as views:
        (last,) = views.facts(kinds=[LOADED])
        assert json.loads(last.body)["last"] == sum(done.entered.values())
        assert last.stream == "directory/HARBOR"


def test_the_second_load_of_the_same_appends_nothing(temporary_store: SqlStore, tmp_path: Path) -> None:
    directory = example(tmp_path)
    loaded(temporary_store, directory)
    before = head(temporary_store)
    again = loaded(temporary_store, directory)
    assert (again.entered, again.changed, again.removed, again.kept, again.missing) == ({}, {}, {}, [], [])
    assert head(temporary_store) == before


def test_a_load_records_only_what_changed(temporary_store: SqlStore, tmp_path: Path, clock: SettableClock) -> None:
    loaded(temporary_store, example(tmp_path))
    clock.move(days=1)
    changed = other("members.csv", "Captain Example", "Captain Sample")
    done = loaded(temporary_store, example(tmp_path, changed))
    assert (done.entered, done.changed) == ({}, {"member": 1})
    with temporary_store.reading() as views:
        assert [v.row.name for v in views.history(Member, "1002") if v.row] == ["Captain Example", "Captain Sample"]


def test_nothing_is_loaded_when_anything_is_wrong(temporary_store: SqlStore, tmp_path: Path) -> None:
    with pytest.raises(FaultyDirectory) as said:
        loaded(temporary_store, example(tmp_path, other("tours.csv", "0750", "2750")))
    assert [fault.line for fault in said.value.faults if not fault.warning] == [3]
    assert head(temporary_store) == 0


def test_another_force_is_refused(temporary_store: SqlStore, tmp_path: Path) -> None:
    loaded(temporary_store, example(tmp_path))
    with pytest.raises(Refused, match="the record is of force HARBOR, the directory of AIRPORT"):
        loaded(temporary_store, example(tmp_path, other("force.toml", "HARBOR", "AIRPORT")))


def test_an_unchanged_telephone_keeps_its_token_and_a_new_one_is_sealed(
    temporary_store: SqlStore, tmp_path: Path
) -> None:
    loaded(temporary_store, example(tmp_path))
    with temporary_store.reading() as views:
        before = views.row(ContactPoint, CAPTAIN)
    assert before is not None
    assert before.address.startswith("sealed:")
    assert "555 0102" not in before.address
    loaded(temporary_store, example(tmp_path, other("contact-points.csv", "1002,telephone,1", "1002,telephone,2")))
    with temporary_store.reading() as views:
        assert views.row(ContactPoint, CAPTAIN) == replace(before, order=2)
    loaded(temporary_store, example(tmp_path, other("contact-points.csv", "555 0102", "555 0199")))
    with temporary_store.reading() as views:
        after = views.row(ContactPoint, CAPTAIN)
        assert after is not None
        assert views.unseal([before.address, after.address]) == {
            before.address: "+1 212 555 0102",
            after.address: "+1 212 555 0199",
        }


def test_erasing_one_of_two_equal_numbers_leaves_the_other(temporary_store: SqlStore, tmp_path: Path) -> None:
    loaded(temporary_store, example(tmp_path, other("contact-points.csv", "0103", "0102")))
    with temporary_store.writing() as record:
        officer = record.row(ContactPoint, "1003/telephone")
        assert officer is not None
        assert record.erase([officer.address]) == 1
    with temporary_store.reading() as views:
        numbers = {row.key: row.address for row in export(views)["contact_point"] if isinstance(row, ContactPoint)}
    assert numbers[CAPTAIN] == "+1 212 555 0102"
    assert numbers["1003/telephone"] == ""


def test_an_export_is_the_directory_again_and_loads_without_a_change(temporary_store: SqlStore, tmp_path: Path) -> None:
    loaded(temporary_store, example(tmp_path / "in"))
    with temporary_store.reading() as views:
        rows = export(views)
    assert rows == {noun: sorted(some, key=lambda r: r.key) for noun, some in read(tmp_path / "in").rows().items()}
    write(rows, tmp_path / "out")
    before = head(temporary_store)
    loaded(temporary_store, read(tmp_path / "out"))
    assert head(temporary_store) == before


def test_an_export_after_erasing_loads_without_a_change(temporary_store: SqlStore, tmp_path: Path) -> None:
    sick = {"absences.csv": "member,kind,since,until,reason\n1003,sick,2020-09-01,2020-09-03,A cold\n"}
    points = other("contact-points.csv", "555 0103\n", "555 0103\n1003,sms,2,+1 212 555 0104\n")
    loaded(temporary_store, example(tmp_path / "in", sick | points))
    with temporary_store.writing() as record:
        sealed = [record.rows(Absence)[0].reason, record.rows(ContactPoint, channel="sms")[0].address]
        assert record.erase([token for token in sealed if token]) == 2
    with temporary_store.reading() as views:
        write(export(views), tmp_path / "out")
    before = head(temporary_store)
    done = loaded(temporary_store, read(tmp_path / "out"))
    assert any("it was erased, or never given" in str(warning) for warning in done.warnings)
    assert head(temporary_store) == before


def test_an_export_as_known_once_says_what_was_believed_then(
    temporary_store: SqlStore, tmp_path: Path, clock: SettableClock
) -> None:
    loaded(temporary_store, example(tmp_path))
    then = clock.at
    clock.move(days=1)
    loaded(temporary_store, example(tmp_path, other("units.csv", "Harbor Police", "Port Police")))
    with temporary_store.reading() as views:
        before, now = export(views, known_at=then)["unit"], export(views)["unit"]
    assert next(row.name for row in before if isinstance(row, Unit)) == "Harbor Police"
    assert next(row.name for row in now if isinstance(row, Unit)) == "Port Police"


def test_what_a_command_changed_since_is_kept_and_named(
    temporary_store: SqlStore, tmp_path: Path, clock: SettableClock
) -> None:
    directory = example(tmp_path)
    loaded(temporary_store, directory)
    with temporary_store.writing() as record:
        row = record.row(Appointment, DESK)
        assert row is not None
        ended = replace(row, until=clock.at)
        record.append([entered(ended, row, clock.at)])
    before = head(temporary_store)
    assert loaded(temporary_store, directory).kept == [f"appointment/{DESK}"]
    assert head(temporary_store) == before
    with temporary_store.reading() as views:
        assert views.row(Appointment, DESK) == ended


def test_what_the_directory_says_anew_goes_before_what_a_command_did(
    temporary_store: SqlStore, tmp_path: Path, clock: SettableClock
) -> None:
    loaded(temporary_store, example(tmp_path))
    with temporary_store.writing() as record:
        row = record.row(Appointment, DESK)
        assert row is not None
        record.append([entered(replace(row, until=clock.at), row, clock.at)])
    done = loaded(temporary_store, example(tmp_path, other("appointments.csv", "2020-02-03,,", "2020-02-03,,Order 7")))
    assert (done.changed, done.kept) == ({"appointment": 1}, [])


def test_what_a_command_removed_since_stays_removed(
    temporary_store: SqlStore, tmp_path: Path, clock: SettableClock
) -> None:
    directory = example(tmp_path)
    loaded(temporary_store, directory)
    with temporary_store.writing() as record:
        (absence,) = record.rows(Absence)
        record.append([removed(absence, clock.at)])
    assert loaded(temporary_store, directory).kept == [absence.stream]


def test_rows_that_commands_made_stay_even_with_remove(
    temporary_store: SqlStore, tmp_path: Path, clock: SettableClock
) -> None:
    directory = example(tmp_path)
    loaded(temporary_store, directory)
    absence = Absence(member="1001", kind="court", since=clock.at, until=clock.at + timedelta(hours=4))
    with temporary_store.writing() as record:
        record.append([entered(absence, None, clock.at)])
    assert loaded(temporary_store, directory, remove=True).kept == [absence.stream]


def test_rows_the_directory_no_longer_has_go_only_when_told(temporary_store: SqlStore, tmp_path: Path) -> None:
    loaded(temporary_store, example(tmp_path))
    without = read(folder(tmp_path / "without", {"absences.csv": None}))
    before = head(temporary_store)
    kept = loaded(temporary_store, without)
    assert len(kept.missing) == 1
    assert head(temporary_store) == before
    assert loaded(temporary_store, without, remove=True).removed == {"absence": 1}
    with temporary_store.reading() as views:
        assert views.rows(Absence) == []


def test_rows_that_stay_must_fit_the_directory(temporary_store: SqlStore, tmp_path: Path, clock: SettableClock) -> None:
    loaded(temporary_store, example(tmp_path))
    acting = Appointment(
        position="PIER-1-CO", member="1003", kind="acting", since=clock.at, until=None, instrument="Order 8"
    )
    with temporary_store.writing() as record:
        record.append([entered(acting, None, clock.at)])
    shorter = {
        "members.csv": "member,name\n1001,Chief\n1002,Captain\n",
        "appointments.csv": "position,member,kind,since\nHP-CHIEF,1001,substantive,2018-03-01\n",
        "squad-places.csv": "member,squad,since\n1001,HP-OFFICE,2018-03-01\n",
        "contact-points.csv": "member,channel,address\n1001,telephone,1\n1002,telephone,2\n",
    }
    with pytest.raises(FaultyDirectory) as said:
        loaded(temporary_store, example(tmp_path, shorter), remove=True)
    assert any(f"{fault}".startswith("(the record): member '1003' must be a member") for fault in said.value.faults)
    with temporary_store.reading() as views:
        assert len(views.rows(Member)) == 3
        assert len(views.rows(Force)) == 1
