"""Some columns of rows say what the rows say, in both databases."""

import gc
from datetime import timedelta

import pytest

from muster.domain.duty import SquadPlace
from muster.domain.errors import Invalid
from muster.domain.record import entered, removed
from muster.store.lines import Shape
from muster.store.store import SqlStore
from tests.support import NOON, SettableClock

DAY = timedelta(days=1)
PLACES = [
    SquadPlace(member=f"M{number}", squad="S", since=NOON + number * DAY, until=NOON + 9 * DAY if number % 2 else None)
    for number in range(6)
]


def test_columns_are_those_of_the_rows_asked_for_in_their_order(
    temporary_store: SqlStore, clock: SettableClock
) -> None:
    with temporary_store.writing() as record:
        record.append([entered(place, None, NOON) for place in PLACES])
    known = clock.at
    clock.move(hours=1)
    with temporary_store.writing() as record:
        record.append([removed(PLACES[0], NOON)])
    with temporary_store.reading() as views:
        for at in (None, NOON + 10 * DAY, (NOON, NOON + 2 * DAY)):
            for then in (None, known):
                rows = views.rows(SquadPlace, at=at, known_at=then)
                found = views.columns(SquadPlace, "until", "member", "since", at=at, known_at=then)
                assert found == [(row.until, row.member, row.since) for row in rows]
        assert len(views.columns(SquadPlace, "member", known_at=known)) == len(PLACES)
        assert views.columns(SquadPlace, "key", "squad")[0] == (PLACES[1].key, "S")


def test_a_column_that_a_noun_does_not_have_is_refused(temporary_store: SqlStore) -> None:
    with temporary_store.reading() as views, pytest.raises(Invalid, match="squad_place: has no column rank"):
        views.columns(SquadPlace, "member", "rank")


@pytest.mark.parametrize("collects", [True, False])
def test_the_garbage_collector_is_left_as_it_was_also_when_reading_fails(
    temporary_store: SqlStore, collects: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def broken(line: tuple[str]) -> SquadPlace:
        seen.append(gc.isenabled())
        raise ValueError(line)

    with temporary_store.writing() as record:
        record.append([entered(place, None, NOON) for place in PLACES])
    before = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        with temporary_store.reading() as views:
            assert len(views.rows(SquadPlace)) == len(PLACES)
            assert gc.isenabled() is collects
            shape = Shape(SquadPlace, temporary_store.engine.dialect)
            monkeypatch.setattr(shape, "_row_of", broken)
            with pytest.raises(ValueError, match="x"):
                shape.rows([("x",)])
        assert seen == [False]
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()
