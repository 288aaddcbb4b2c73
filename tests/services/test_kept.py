"""A snapshot that is kept answers as one that is read anew does, whatever was recorded in between."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muster.domain.contact import Doubt
from muster.domain.duty import Signing
from muster.domain.force import Unit
from muster.domain.members import Appointment, Attachment, ContactPoint
from muster.domain.published import DutyLine, Published
from muster.domain.record import entered, removed
from muster.domain.schema import Row
from muster.domain.snapshot import Snapshot
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services import erasing
from muster.services.duty_ground import NOUNS, ground_of
from muster.services.kept import OF_ALL, OF_MEMBERS, Kept
from muster.services.reach import Channels
from muster.services.snapshots import snapshot
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock, holder

CO, XO, DESK, CAPTAIN = "M0005", "M0006", "M0023", "M0016"
AT = "2020-10-07T03:00"


@pytest.fixture
def ground(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force at 0300 of a Wednesday."""
    clock.at = local(AT)
    return InRecord(temporary_store, clock)


def told(state: Snapshot, at: Any) -> list[Any]:
    """All that decides who is asked: the watch of every unit, and what everybody with a position is doing."""
    watches = Watches(state, at)
    members = sorted({a.member for held in state.appointments.values() for a in held})
    found = [watches.watch(unit) for unit in state.units if not state.units[unit].civil]
    return [*found, *((m, watches.moment.status(m), watches.moment.fitness(m)) for m in members)]


def sign_on(record: Record) -> None:
    record.append([entered(Signing(member=CO, at=record.now, kind="on", unit="PCT-047"), None, record.now)])


def sign_on_an_officer(record: Record) -> None:
    record.append([entered(Signing(member="M0030", at=record.now, kind="on", unit="PCT-047"), None, record.now)])


def attach(record: Record) -> None:
    away = Attachment(member=DESK, unit="PBBX", since=record.now, until=None)
    record.append([entered(away, None, record.now)])


def appoint(record: Record) -> None:
    record.append([entered(holder("PCT-047-DESK", "M0030", record.now), None, record.now)])


def take_out_an_appointment(record: Record) -> None:
    held = record.rows(Appointment, member=DESK)
    record.append([removed(held[0], record.now)])


def doubt_a_channel(record: Record) -> None:
    record.append([entered(Doubt(member=CO, channel="telephone", since=record.now, why="it failed"), None, record.now)])


def take_out_a_channel(record: Record) -> None:
    record.append([removed(point, record.now) for point in record.rows(ContactPoint, member=CO)])


def add_a_channel(record: Record) -> None:
    point = ContactPoint(member=CO, channel="chat", address=record.seal(["somewhere"])["somewhere"])
    record.append([entered(point, None, record.now)])


def take_out_a_signing(record: Record) -> None:
    row = Signing(member=DESK, at=record.now, kind="off")
    record.append([entered(row, None, record.now), removed(row, record.now)])


def new_unit(record: Record) -> None:
    record.append([entered(Unit(unit="PCT-099", name="99th", level="precinct", parent="PBBX"), None, record.now)])


def erase(record: Record) -> None:
    erasing.erase(record, "contact_point/M0004/telephone", "M0001", "the law")


CHANGES = (
    sign_on,
    sign_on_an_officer,
    attach,
    appoint,
    take_out_an_appointment,
    take_out_a_signing,
    new_unit,
    erase,
    doubt_a_channel,
    take_out_a_channel,
    add_a_channel,
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_recorded_between_two_questions_is_seen_by_the_second(
    ground: InRecord, change: Callable[[Record], None]
) -> None:
    kept = Kept()
    with ground.store.reading() as views:
        kept.snapshot(views)
        before = [kept.channels(views)(member) for member in (CO, XO, DESK, CAPTAIN, "M0004")]
    assert all(before)
    ground.clock.move(minutes=1)
    ground.act(change)
    ground.clock.move(minutes=1)
    with ground.store.reading() as views:
        assert told(kept.snapshot(views), views.now) == told(snapshot(views, at=views.now), views.now)
        for member in (CO, XO, DESK, CAPTAIN, "M0004"):
            assert kept.channels(views)(member) == Channels(views)(member)


def test_a_signing_moves_the_watch_that_is_asked_of_what_was_kept(ground: InRecord) -> None:
    kept = Kept()
    with ground.store.reading() as views:
        assert Watches(kept.snapshot(views), views.now).due("PCT-047").holder.member == DESK  # type: ignore[union-attr]
    ground.act(sign_on)
    with ground.store.reading() as views:
        assert Watches(kept.snapshot(views), views.now).due("PCT-047").holder.member == CO  # type: ignore[union-attr]


def test_nothing_is_read_twice_while_nothing_changes_and_all_of_it_after_an_hour(ground: InRecord) -> None:
    kept = Kept()
    with ground.store.reading() as views:
        first = kept.snapshot(views)
    ground.clock.move(minutes=59)
    with ground.store.reading() as views:
        assert kept.snapshot(views).files is first.files
    ground.clock.move(minutes=1)
    with ground.store.reading() as views:
        assert kept.snapshot(views).files is not first.files


def test_what_was_worked_out_for_one_instant_is_not_kept_for_the_next(ground: InRecord) -> None:
    kept = Kept()
    with ground.store.reading() as views:
        first = kept.snapshot(views)
        told(first, views.now)
        assert kept.snapshot(views).schedule is not first.schedule


def test_what_a_transaction_appended_and_gave_up_is_not_kept(ground: InRecord) -> None:
    kept = Kept()

    def give_up(record: Record) -> None:
        kept.snapshot(record)
        sign_on(record)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ground.act(give_up)
    ground.clock.move(hours=5)
    ground.act(lambda record: record.append([entered(holder("PCT-047-SUP", "M0030", record.now), None, record.now)]))
    with ground.store.reading() as views:
        assert told(kept.snapshot(views), views.now) == told(snapshot(views, at=views.now), views.now)


def test_every_noun_that_a_snapshot_reads_is_looked_for_among_new_facts(ground: InRecord) -> None:
    with ground.store.reading() as views:
        seen = Seen(views)
        snapshot(seen, at=views.now)
    assert seen.nouns == {*OF_ALL, *OF_MEMBERS}


def test_every_noun_that_bears_on_duty_is_looked_for_among_new_facts(ground: InRecord) -> None:
    with ground.store.reading() as views:
        seen = Seen(views)
        ground_of(seen, views.now, views.now)
    assert {noun.NOUN for noun in seen.nouns} - {DutyLine.NOUN} <= NOUNS
    assert Published.NOUN in NOUNS, "duty lines follow from the facts of rosters"


class Seen:
    """Views that note which nouns are asked for."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self.nouns = set[type[Row]]()

    def rows(self, row: type[Row], **more: Any) -> list[Any]:
        """As the views answer it."""
        self.nouns.add(row)
        return self._views.rows(row, **more)

    def events(self, row: type[Row], *of: Any, **more: Any) -> list[Any]:
        """As the views answer it."""
        self.nouns.add(row)
        return self._views.events(row, *of, **more)

    def columns(self, row: type[Row], *names: str, **more: Any) -> list[Any]:
        """As the views answer it."""
        self.nouns.add(row)
        return self._views.columns(row, *names, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._views, name)


def test_a_clock_that_was_put_back_is_no_reason_for_an_old_answer(ground: InRecord) -> None:
    kept = Kept()
    with ground.store.reading() as views:
        kept.snapshot(views)
    ground.clock.move(hours=-2)
    with ground.store.reading() as views:
        assert told(kept.snapshot(views), views.now) == told(snapshot(views, at=views.now), views.now)
    assert ground.clock.at == local(AT) - timedelta(hours=2)
