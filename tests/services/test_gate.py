"""What the gate keeps of somebody's rights is what it would find anew: after every fact, and at every instant."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from muster.domain.duty import Squad, SquadPlace
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment, Attachment
from muster.domain.schema import Row
from muster.domain.users import User
from muster.ports import Views
from muster.services.duty import keep
from muster.services.gate import BEARING, Gate, viewer_of
from muster.services.users import begin_session, end_session
from muster.store.store import SqlStore
from tests.ground import InRecord, local, retirement
from tests.services.small import BOROUGH, CO, OFFICER, PCT, TEN, XO, does
from tests.support import SettableClock

TICK, START = timedelta(microseconds=1), local(TEN)
HOURS = [START + timedelta(hours=h) for h in range(-3, 4)]
WHO = (BOROUGH, CO, XO, OFFICER)


def signed_in(force: InRecord, member: str) -> str:
    """The word of a member who becomes a user."""
    force.act(lambda record: keep(record, User(user=member, member=member, since=record.now)))
    return does(force, lambda record: begin_session(record, member, record.now))


def some_row(force: InRecord, chance: Random) -> Row:
    """A row that bears, or might bear, on somebody's rights."""
    member, since = chance.choice(WHO), chance.choice(HOURS)
    until = chance.choice([None, since + timedelta(hours=chance.randint(1, 3))])
    with force.store.reading() as views:
        post, title = chance.choice(views.rows(Position)), chance.choice(views.rows(Title))
        unit, squad = chance.choice(views.rows(Unit)), chance.choice(views.rows(Squad))
        held = chance.choice(views.rows(Appointment, member=member) or views.rows(Appointment))
    rows: list[Row] = [
        Appointment(position=post.position, member=member, kind="acting", since=since, until=until, instrument="order"),
        replace(held, until=max(held.since, since) + timedelta(hours=1)),
        Attachment(member=member, unit=unit.unit, since=since, until=until),
        SquadPlace(member=member, squad=squad.squad, since=since, until=until),
        replace(post, until=START + timedelta(hours=1)),
        replace(title, kind="command" if title.kind == "tour" else "tour") if title.kind != "civil" else title,
        replace(unit, parent=PCT) if unit.unit not in (PCT, "CITY") and chance.random() < 0.3 else unit,
        replace(squad, unit=PCT),
    ]
    return chance.choice(rows)


@pytest.mark.parametrize("seed", range(4))
def test_rights_that_are_kept_are_those_that_are_found_anew(
    small: InRecord, temporary_store: SqlStore, clock: SettableClock, seed: int
) -> None:
    chance, kept = Random(seed), Gate(temporary_store, clock, b"key")
    clock.at = START - timedelta(hours=5)
    words, seen = [signed_in(small, member) for member in WHO], set[object]()
    for _ in range(15):
        row = some_row(small, chance)
        small.act(lambda record, row=row: keep(record, row))  # type: ignore[misc]
        for at in chance.sample([h + tick for h in HOURS for tick in (-TICK, timedelta(), TICK)], 6):
            clock.at = at
            for word in words:
                found = kept.viewer(word)
                assert found == Gate(temporary_store, clock, b"key").viewer(word)
                assert found is not None
                seen.add((found.member, found.commands, found.sees))
    assert len(seen) > len(words)


def test_rights_end_at_the_instant_of_terminal_leave_and_of_the_appointments_end(
    small: InRecord, temporary_store: SqlStore, clock: SettableClock
) -> None:
    gate = Gate(temporary_store, clock, b"key")
    clock.at = START
    words = {member: signed_in(small, member) for member in (CO, XO)}
    small.act(lambda record: keep(record, retirement(CO, TEN, "2020-10-07T11:00")))
    with temporary_store.reading() as views:
        (held,) = views.rows(Appointment, member=XO, at=START)
    small.act(lambda record: keep(record, replace(held, until=local("2020-10-07T11:00"))))
    for word in words.values():
        for after, offices in ((-TICK, 1), (timedelta(), 0), (-TICK, 1)):
            clock.at = local("2020-10-07T11:00") + after
            found = gate.viewer(word)
            assert found is not None
            assert len(found.offices) == offices


def test_whoever_signs_out_or_is_a_user_no_more_is_nobody_at_once_and_their_other_device_keeps_its_own_mark(
    small: InRecord, temporary_store: SqlStore, clock: SettableClock
) -> None:
    gate = Gate(temporary_store, clock, b"key")
    first = signed_in(small, CO)
    second = does(small, lambda record: begin_session(record, CO, record.now))
    one, other = gate.viewer(first), gate.viewer(second)
    assert one is not None
    assert other is not None
    assert gate.is_ours(first, one.mark)
    assert gate.is_ours(second, other.mark)
    assert not gate.is_ours(first, other.mark)
    small.act(lambda record: end_session(record, first, record.now))
    assert gate.viewer(first) is None
    assert gate.viewer(second) == other
    small.act(lambda record: keep(record, User(user=CO, member=CO, since=clock.at, until=clock.at)))
    assert gate.viewer(second) is None


class Noted:
    """A state of the record that notes of which nouns somebody asks it."""

    def __init__(self, views: Views, nouns: set[str]) -> None:
        self._views, self._nouns = views, nouns

    def row(self, row: type[Row], key: str) -> Row | None:
        self._nouns.add(row.NOUN)
        return self._views.row(row, key)

    def rows(self, row: type[Row], **asked: object) -> list[Row]:
        self._nouns.add(row.NOUN)
        return self._views.rows(row, **asked)  # type: ignore[arg-type]


def test_whatever_rights_are_found_from_bears_on_them(small: InRecord, clock: SettableClock) -> None:
    nouns = {User.NOUN}
    for member in WHO:
        with small.store.reading() as views:
            user = User(user=member, member=member, since=clock.at)
            viewer_of(Noted(views, nouns), user, "", clock.at)  # type: ignore[arg-type]
    assert nouns == BEARING
