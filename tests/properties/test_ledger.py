"""The duty ledger: every hour once, whatever the order of entry and the zone, beside one written a second time."""

from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.bootstrap import open_store
from muster.domain.duty import HOURS_KINDS
from muster.domain.force import Force, Unit
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.members import Member
from muster.domain.presence import DutyFile
from muster.domain.record import entered
from muster.domain.schedule import Schedule
from muster.domain.schema import Row, columns_of
from muster.domain.spans import NO_TIME, Span
from muster.services.ledger import duty_of
from tests import servers
from tests.properties.duties import DAYS, OFFSETS, UNITS, ZONES, begins, files, instants, schedules
from tests.properties.naive_ledger import CELL, cells, naive_ledger
from tests.support import SettableClock

R = TypeVar("R", bound=Row)
Duty = tuple[DutyFile, Schedule, datetime, datetime]


@st.composite
def duties(draw: Any) -> Duty:
    """A member's file, the schedule, and from when to when the ledger is asked for."""
    begin = draw(begins)
    start, until = sorted((draw(instants(begin)), draw(instants(begin, DAYS + 1))))
    return draw(files(begin)), draw(schedules()), start, until


def sums(ledger: Ledger, start: datetime, end: datetime) -> list[timedelta]:
    """All that is ever added up of it."""
    of_kind = [ledger.counted(start, end, kind) for kind in HOURS_KINDS]
    return [ledger.counted(start, end), ledger.paid(start, end), ledger.rested(start, end), *of_kind]


@settings(max_examples=150)
@given(duty=duties())
def test_every_hour_stands_in_the_ledger_once_as_what_it_was(duty: Duty) -> None:
    file, schedule, start, until = duty
    ledger = ledger_of(file, schedule, start, until)
    for before, after in pairwise(ledger.entries):
        assert before.end <= after.start, f"{before}\n{after}"
    expected = naive_ledger(file, schedule, start, until)
    for cell in cells(start, until):
        found = {(e.kind, e.paid) for e in ledger.entries if e.start <= cell < e.end}
        assert found <= expected.get(cell, set()), cell
        assert bool(found) is (cell in expected), cell
    assert ledger.counted(start, until) == len(expected) * CELL


@settings(max_examples=100)
@given(duty=duties(), part=st.floats(0, 1))
def test_at_an_earlier_instant_as_much_counts_as_in_a_ledger_up_to_it(duty: Duty, part: float) -> None:
    file, schedule, start, until = duty
    at = start + (until - start) * part

    def counted(ledger: Ledger) -> tuple[list[Span], bool]:
        spans = [(a, b) for a, b in ledger.spans if a < b and start < b]
        return spans, any(b == at for _, b in ledger.spans)

    earlier = ledger_of(file, schedule, start, until).at(at, at - start)
    assert counted(earlier) == counted(ledger_of(file, schedule, start, at))


@settings(max_examples=150)
@given(duty=duties(), data=st.data())
def test_no_sum_depends_on_the_order_of_the_rows(duty: Duty, data: st.DataObject) -> None:
    file, schedule, start, until = duty
    other = replace(
        file,
        places=data.draw(st.permutations(file.places)),
        attachments=data.draw(st.permutations(file.attachments)),
        absences=data.draw(st.permutations(file.absences)),
        records=data.draw(st.permutations(file.records)),
    )
    assert ledger_of(other, schedule, start, until) == ledger_of(file, schedule, start, until)


@settings(max_examples=150)
@given(duty=duties(), data=st.data())
def test_no_sum_depends_on_the_zone_in_which_instants_are_written(duty: Duty, data: st.DataObject) -> None:
    file, schedule, start, until = duty
    offsets, zone = st.sampled_from(OFFSETS), data.draw(st.sampled_from(ZONES))
    parts: Any = {
        name: [written_in(row, data.draw(offsets)) for row in getattr(file, name)]
        for name in ("places", "attachments", "absences", "signings", "records", "separations")
    }
    ledger = ledger_of(replace(file, **parts), schedule, start.astimezone(zone), until.astimezone(zone))
    expected = ledger_of(file, schedule, start, until)
    assert sums(ledger, start.astimezone(zone), until.astimezone(zone)) == sums(expected, start, until)
    assert [e.length for e in ledger.entries] == [e.length for e in expected.entries]


def written_in(row: R, zone: timezone) -> R:
    """The row with its instants as they are written there."""
    names = [c.name for c in columns_of(type(row)) if c.kind == "instant" and getattr(row, c.name) is not None]
    return replace(row, **{name: getattr(row, name).astimezone(zone) for name in names})


@settings(max_examples=100)
@given(duty=duties(), zone=st.sampled_from(ZONES))
def test_no_sum_of_duty_that_instants_tell_depends_on_the_zone_of_the_force(duty: Duty, zone: ZoneInfo) -> None:
    file, schedule, start, until = duty
    file = replace(file, places=(), attachments=())
    other = Schedule(zone, schedule.charts, schedule.squads, schedule.tours)
    assert ledger_of(file, other, start, until) == ledger_of(file, schedule, start, until)


@settings(max_examples=100)
@given(duty=duties(), data=st.data())
def test_what_is_counted_and_what_is_rested_are_all_the_time(duty: Duty, data: st.DataObject) -> None:
    file, schedule, start, until = duty
    ledger = ledger_of(file, schedule, start, until)
    a, b = sorted(data.draw(st.tuples(*2 * [st.datetimes(start.replace(tzinfo=None), until.replace(tzinfo=None))])))
    a, b = a.replace(tzinfo=start.tzinfo), b.replace(tzinfo=start.tzinfo)
    counted, paid, rested, *of_kind = sums(ledger, a, b)
    assert counted + rested == b - a
    assert sum(of_kind, NO_TIME) == counted
    assert NO_TIME <= paid <= counted


@settings(max_examples=100)
@given(duty=duties(), data=st.data())
def test_a_supposed_duty_takes_only_the_time_that_is_free(duty: Duty, data: st.DataObject) -> None:
    file, schedule, start, until = duty
    ledger = ledger_of(file, schedule, start, until)
    a, b = sorted((data.draw(instants(start, DAYS)), data.draw(instants(start, DAYS))))
    more = ledger.supposing(a, b, "call-in", "HERE", "supposed")
    assert all(x.end <= y.start for x, y in pairwise(more.entries))
    assert more.rested(a, b) == NO_TIME
    low, high = min(a, start), max(b, until)
    assert more.counted(low, high) == ledger.counted(low, high) + ledger.rested(a, b)


FORCE: Final[tuple[Row, ...]] = (
    Force(force="F", name="F", zone="America/New_York", levels=("force",), profile="muster-advisory", country="US"),
    *(Unit(unit=unit, name=unit, level="force") for unit in UNITS),
    Member(member="M", name="M", joined=date(2010, 1, 4)),
)


@settings(max_examples=25)
@given(duty=duties(), data=st.data())
def test_no_sum_depends_on_the_order_in_which_the_record_learnt_of_the_duty(duty: Duty, data: st.DataObject) -> None:
    file, schedule, start, until = duty
    names = ("places", "attachments", "absences", "signings", "records", "separations")
    of_duty: dict[str, Row] = {row.stream: row for name in names for row in getattr(file, name)}
    for rows in (schedule.charts, schedule.squads, schedule.tours):
        of_duty |= {row.stream: row for row in rows.values()}
    given_in = data.draw(st.permutations(sorted(of_duty)))
    clock = SettableClock(start)
    with servers.fresh_file() as url, closing(open_store(url, clock)) as store:
        for some in (FORCE, *([of_duty[name]] for name in given_in)):
            clock.move(seconds=1)
            with store.writing() as record:
                record.append([entered(row, None, record.now) for row in some])
        with store.reading() as views:
            state, found = duty_of(views, "M", until)
    assert ledger_of(found, state.schedule, start, until) == ledger_of(file, schedule, start, until)
