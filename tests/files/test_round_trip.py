"""Writing and reading again gives the same rows; writing those again gives the same bytes."""

import string
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.areas import Area
from muster.domain.errors import Invalid, Refused
from muster.domain.force import Force, Unit
from muster.domain.nouns import FORCE_ROWS
from muster.domain.record import canonical
from muster.domain.schema import Column, Row, columns_of
from muster.files import read, write
from muster.files.cells import UNSEEN
from tests.files.folders import folder

ZONES = ("America/New_York", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
LETTERS = string.ascii_letters + string.digits
NAMES = st.builds(str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + "._-", max_size=5))
TEXTS = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
    .filter(lambda text: not UNSEEN.search(text))
    .map(lambda text: text.strip(" \t"))
    .filter(bool)
) | st.sampled_from(['say "no", or ,', "=1+1", "'", '"', "Łódź 警察", "#", "1e5", "0012"])
AUTUMN = datetime(2020, 11, 1, 3, tzinfo=UTC)
INSTANTS = (
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
    | st.integers(0, 400).map(lambda minutes: AUTUMN + timedelta(minutes=minutes))
    | st.dates(date(2015, 1, 1), date(2030, 1, 1)).map(
        lambda day: datetime.combine(day, time(), ZoneInfo("America/New_York")).astimezone(UTC)
    )
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ref": NAMES,
    "text": TEXTS,
    "flag": st.booleans(),
    "instant": INSTANTS,
    "date": st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    "local_time": st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    "texts": st.lists(NAMES, min_size=1, max_size=4).map(tuple),
}
RING = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)).map(list), min_size=3, max_size=5).map(
    lambda ring: [*ring, ring[0]]
)
GEOMETRIES = RING.map(lambda ring: canonical({"type": "Polygon", "coordinates": [ring]}))


def values(row: type[Row], column: Column) -> st.SearchStrategy[Any]:
    """Values that a column may have."""
    if row is Area and column.name == "geometry":
        return GEOMETRIES
    if row is Force and column.name == "zone":
        return st.sampled_from(ZONES)
    if row is Force and column.name == "country":
        return st.just("US")
    if row is Force and column.name == "subdivision":
        return st.none() | st.just("NY")
    if column.sealed and column.required:
        return TEXTS | st.just("")  # erased
    if column.kind == "choice":
        return st.sampled_from(column.choices)
    if column.kind == "whole":
        assert column.least is not None
        return st.integers(column.least, column.most)
    return VALUES[column.kind]


def rows(row: type[Row]) -> st.SearchStrategy[Row]:
    """Rows of a noun; columns with a default may keep it."""
    columns = columns_of(row)
    wanted = {c.name: values(row, c) for c in columns if c.required}
    return st.fixed_dictionaries(wanted, optional={c.name: values(row, c) for c in columns if not c.required}).map(
        lambda given_: row(**given_)
    )


def lists(row: type[Row]) -> st.SearchStrategy[list[Row]]:
    return st.lists(
        rows(row), min_size=row in (Force, Unit), max_size=1 if row is Force else 3, unique_by=lambda r: r.key
    )


FORCES = st.fixed_dictionaries({row.NOUN: lists(row) for row in FORCE_ROWS})


def in_order(of_noun: dict[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Rows as reading a canonical directory gives them."""
    return {noun: sorted(some, key=lambda row: row.key) for noun, some in of_noun.items() if some}


def bytes_in(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir()}


@settings(max_examples=60)
@given(FORCES)
def test_rows_come_back_as_they_were_and_bytes_stay_the_same(force: dict[str, Sequence[Row]]) -> None:
    with TemporaryDirectory() as temporary:
        one, two = Path(temporary, "one"), Path(temporary, "two")
        write(force, one)
        directory = read(one)
        assert [str(fault) for fault in directory.faults if not fault.warning] == []
        assert directory.rows() == in_order(force)
        write(directory.rows(), two)
        assert bytes_in(one) == bytes_in(two)


def test_the_example_in_canonical_form_is_the_same_force(tmp_path: Path) -> None:
    before = read(folder(tmp_path / "example")).rows()
    write(before, tmp_path / "canonical")
    assert read(tmp_path / "canonical").rows() == in_order({noun: some for noun, some in before.items()})
    absences = (tmp_path / "canonical" / "absences.csv").read_text()
    assert absences == "member,kind,since,until,reason,request\n1002,leave,2020-10-31,2020-11-01T01:30-05:00,,\n"


def test_writing_refuses_a_folder_of_something_else(tmp_path: Path) -> None:
    force = read(folder(tmp_path / "example")).rows()
    (tmp_path / "thesis.txt").write_text("not a force")
    with pytest.raises(Refused, match="is not a force directory; name an empty one"):
        write(force, tmp_path)
    with pytest.raises(Refused, match="must be a directory, it is a file"):
        write(force, tmp_path / "thesis.txt")
    assert bytes_in(tmp_path / "example").keys() == set(bytes_in(folder(tmp_path / "again")))


def test_writing_over_a_force_directory_takes_out_tables_that_are_empty_now(tmp_path: Path) -> None:
    path = folder(tmp_path, {"notes.md": "mine"})
    force = read(path).rows()
    del force["absence"]
    write(force, path)
    assert not (path / "absences.csv").exists()
    assert (path / "notes.md").read_text() == "mine"
    assert not [file for file in path.iterdir() if file.name.startswith(".")]


def test_writing_that_fails_leaves_the_directory_as_it_was(tmp_path: Path) -> None:
    path = folder(tmp_path)
    force = read(path).rows()
    before = bytes_in(path)
    (path / "units.csv").unlink()
    (path / "units.csv").mkdir()  # nothing can take the name of a folder
    with pytest.raises(OSError, match=r"units\.csv"):
        write(force, path)
    (path / "units.csv").rmdir()
    assert all(
        content == before[name] for name, content in bytes_in(path).items() if name in ("members.csv", "tours.csv")
    )
    assert not [file for file in path.iterdir() if file.name.startswith(".")]


def test_a_directory_is_of_one_force(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="exactly one force, got 0"):
        write({}, tmp_path)
