"""Time records in the record: all or nothing, each once, taken back by whoever may, and counted by the rules."""

from datetime import timedelta
from pathlib import Path

import pytest

from muster.domain.duty import TimeRecord
from muster.domain.errors import FaultyDirectory, Invalid, Refused, Unknown
from muster.files.time_records import read_time_records
from muster.services import time_records
from muster.services.correcting import take_back
from muster.services.time_records import LONGEST, Imported
from tests.ground import NEW_YORK, InRecord, local
from tests.services.small import BOROUGH, CO, DAY_DESK, OFFICER, PCT, XO, does, facts, sees

CLERK = "M0012"
NOW = "2020-10-15T10:00"
HEADER = "member,since,kind,until,unit,paid,source"
LINES = (
    f"{CO},2020-10-07T17:00,court,2020-10-07T20:30,,,",
    f"{OFFICER},2020-10-10T18:00,extra-duty,2020-10-11T02:00,{PCT},yes,Detail 12",
)


@pytest.fixture
def force(small: InRecord) -> InRecord:
    small.clock.at = local(NOW)
    return small


def imported(force: InRecord, folder: Path, *lines: str, name: str = "hours.csv") -> Imported:
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    directory = read_time_records(path, NEW_YORK)
    return does(force, lambda record: time_records.import_records(record, directory, CLERK))


def counts(done: Imported) -> tuple[int, int, int]:
    return done.entered, done.changed, done.unchanged


def believed(force: InRecord) -> list[TimeRecord]:
    return sees(force, lambda views: views.rows(TimeRecord))


def court(since: str, until: str, member: str = CO, **more: str) -> TimeRecord:
    return TimeRecord(member=member, since=local(since), kind="court", until=local(until), **more)


def added(force: InRecord, row: TimeRecord, by: str = CLERK) -> TimeRecord:
    return does(force, lambda record: time_records.add(record, row, by))


def taken_back(force: InRecord, row: TimeRecord, by: str) -> None:
    force.act(lambda record: take_back(record, row.stream, by, "wrong", local(NOW)))


def refused(force: InRecord, folder: Path, *lines: str) -> list[str]:
    """What is wrong with a file, each without the name of the file; nothing of it was recorded."""
    before = facts(force)
    with pytest.raises(FaultyDirectory) as said:
        imported(force, folder, *lines)
    assert facts(force) == before
    return [str(fault).removeprefix("hours.csv:") for fault in said.value.faults]


def test_rows_are_entered_once_with_the_file_and_line_where_they_name_no_source(
    force: InRecord, tmp_path: Path
) -> None:
    assert counts(imported(force, tmp_path, *LINES)) == (2, 0, 0)
    assert [(row.member, row.source) for row in believed(force)] == [(CO, "hours.csv, line 2"), (OFFICER, "Detail 12")]
    before = facts(force)
    assert counts(imported(force, tmp_path, *LINES)) == (0, 0, 2)
    assert counts(imported(force, tmp_path, *reversed(LINES), name="again.csv")) == (0, 0, 2)
    assert facts(force) == before


def test_a_row_that_says_something_new_is_a_new_belief_and_the_old_one_stays_known(
    force: InRecord, tmp_path: Path
) -> None:
    imported(force, tmp_path, *LINES)
    then = force.clock.at
    force.clock.move(hours=1)
    longer = LINES[0].replace("20:30", "21:00")
    assert counts(imported(force, tmp_path, longer, LINES[1])) == (0, 1, 1)
    assert [row.until for row in believed(force)][:1] == [local("2020-10-07T21:00")]
    old = sees(force, lambda views: views.rows(TimeRecord, known_at=then))
    assert [row.until for row in old][:1] == [local("2020-10-07T20:30")]


def test_all_faults_are_named_at_once_with_their_lines_and_nothing_is_recorded(force: InRecord, tmp_path: Path) -> None:
    said = refused(
        force,
        tmp_path,
        *LINES,
        "M0O33,2020-10-07T08:00,court,2020-10-07T08:00,PCT-O47,,",
        f"{CO},2020-10-01T08:00,court,2020-10-02T20:01,CITY-HALL,,",
        f"{CO},2020-10-07T20:29,training,2020-10-07T22:00,,,",
        f"{CO},2020-10-07T17:00,court,2020-10-07T18:00,,,",
        f"{XO},2020-10-16T08:00,court,2020-10-16T10:01,,,",
        f"{XO},2020-11-01T01:30,court,2020-11-01T03:00,,,",
    )
    assert [line.split(", which")[0].split(";")[0] for line in said] == [
        "4: member 'M0O33' must be a member of the force",
        "4: unit 'PCT-O47' must be a unit of the force",
        "4: until '2020-10-07T08:00' must be after since, 2020-10-07T08:00",
        "5: unit 'CITY-HALL' must be a unit with tours",
        "5: until '2020-10-02T20:01' must be at most 36 h after since: make several records of it",
        f"6: training of {CO} from 2020-10-07T20:29 to 2020-10-07T22:00 must not overlap court of {CO} from "
        "2020-10-07T17:00 to 2020-10-07T20:30, hours.csv:2",
        "7: must be given once: hours.csv:2 has the same member, since and kind",
        "8: until '2020-10-16T10:01' must be past, or no more than a day ahead: a time record says what was",
        "9: since '2020-11-01T01:30' must say which of two is meant, the clock shows it twice in America/New_York: "
        "write 2020-11-01T01:30-04:00 or 2020-11-01T01:30-05:00",
    ]


def test_the_limits_on_one_record_are_exact(force: InRecord) -> None:
    since = local("2020-10-01T08:00")
    longest = TimeRecord(member=CO, since=since, kind="court", until=since + LONGEST)
    added(force, longest)
    with pytest.raises(Invalid, match="at most 36 h"):
        added(force, TimeRecord(member=XO, since=since, kind="court", until=since + LONGEST + timedelta(seconds=1)))
    now = force.clock.at
    added(force, TimeRecord(member=XO, since=now, kind="detail", until=now + timedelta(days=1)))
    with pytest.raises(Invalid, match="no more than a day ahead"):
        added(force, TimeRecord(member=DAY_DESK, since=now, kind="detail", until=now + timedelta(days=1, seconds=1)))


def test_what_overlaps_the_record_names_its_stream_and_what_touches_it_does_not(
    force: InRecord, tmp_path: Path
) -> None:
    there = added(force, court("2020-10-07T17:00", "2020-10-07T20:30"))
    (said,) = refused(force, tmp_path, f"{CO},2020-10-07T16:00,training,2020-10-07T17:01,,,")
    assert said.endswith(f"which the record has as {there.stream}")
    (said,) = refused(force, tmp_path, f"{CO},2020-10-06T18:00,training,2020-10-07T23:00,,,")
    assert said.endswith(f"which the record has as {there.stream}")
    done = imported(
        force,
        tmp_path,
        f"{CO},2020-10-07T16:00,training,2020-10-07T17:00,,,",
        f"{CO},2020-10-07T20:30,travel,2020-10-07T21:00,,,",
        f"{XO},2020-10-07T16:00,training,2020-10-07T21:00,,,",
    )
    assert counts(done) == (3, 0, 0)


def test_a_row_may_be_moved_within_its_own_file_onto_time_that_another_row_frees(
    force: InRecord, tmp_path: Path
) -> None:
    imported(force, tmp_path, f"{CO},2020-10-07T09:00,court,2020-10-07T12:00,,,")
    moved = f"{CO},2020-10-07T09:00,court,2020-10-07T10:00,,,", f"{CO},2020-10-07T10:00,travel,2020-10-07T11:00,,,"
    assert counts(imported(force, tmp_path, *moved)) == (1, 1, 0)


def test_what_was_taken_back_does_not_come_in_again_with_the_same_file_unless_it_says_something_new(
    force: InRecord, tmp_path: Path
) -> None:
    imported(force, tmp_path, *LINES)
    wrong = believed(force)[0]
    force.clock.move(hours=1)
    taken_back(force, wrong, CLERK)
    done = imported(force, tmp_path, *LINES)
    assert (counts(done), list(done.kept_out)) == ((0, 0, 1), [wrong.stream])
    done = imported(force, tmp_path, LINES[0].replace("20:30", "20:00"), LINES[1])
    assert (counts(done), list(done.kept_out)) == ((1, 0, 1), [])


def test_whoever_entered_it_or_stands_over_the_member_takes_it_back_and_nobody_else(force: InRecord) -> None:
    for by in (CLERK, BOROUGH):
        row = added(force, court("2020-10-07T17:00", "2020-10-07T20:30"))
        for stranger in (CO, OFFICER):
            with pytest.raises(Refused, match="does not stand over"):
                taken_back(force, row, stranger)
        taken_back(force, row, by)
        assert believed(force) == []
        force.clock.move(minutes=1)


def test_whoever_changed_a_row_last_is_the_one_who_entered_it(force: InRecord) -> None:
    added(force, court("2020-10-07T17:00", "2020-10-07T20:30"), by=CO)
    force.clock.move(minutes=1)
    row = added(force, court("2020-10-07T17:00", "2020-10-07T19:30"), by=CLERK)
    with pytest.raises(Refused, match="does not stand over"):
        taken_back(force, row, CO)
    taken_back(force, row, CLERK)


def test_somebody_unknown_enters_nothing(force: InRecord) -> None:
    with pytest.raises(Unknown, match="GHOST"):
        added(force, court("2020-10-07T17:00", "2020-10-07T20:30"), by="GHOST")
    with pytest.raises(Invalid, match="must be one of tour, hold-over"):
        added(force, TimeRecord(member=CO, since=local(NOW), kind="lunch", until=local(NOW)))
