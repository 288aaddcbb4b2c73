"""What happened around an instant: the same as picking it out of all that ever happened."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from muster.domain.duty import Signing
from muster.domain.errors import Invalid
from muster.domain.members import Member
from muster.domain.record import entered, removed
from muster.store.store import SqlStore
from tests.support import NOON, SettableClock

MEMBERS = ("A", "B", "C")
FIRST, LAST = NOON + timedelta(hours=20), NOON + timedelta(hours=30)


def signing(member: str, at: datetime, kind: str = "on") -> Signing:
    return Signing(member=member, at=at, kind=kind, unit=None if kind == "off" else "U")


def around(rows: Iterable[Signing], of: Iterable[str]) -> list[Signing]:
    """The specification: by member, all between the bounds, and before them all since the last sign-off."""
    found: list[Signing] = []
    for member in of:
        mine = [row for row in rows if row.member == member]
        before = max((row.at for row in mine if row.at < FIRST and row.kind == "off"), default=NOON)
        found += [row for row in mine if before <= row.at <= LAST]
    return sorted(found, key=lambda row: row.key)


def test_events_are_those_between_and_those_that_go_on_from_before(
    temporary_store: SqlStore, clock: SettableClock
) -> None:
    chance = random.Random(1)
    hours = [NOON + timedelta(hours=chance.randrange(40)) for _ in range(60)]
    signed = [signing(chance.choice(MEMBERS), at, chance.choice(["on", "on", "off"])) for at in hours]
    rows = list({s.key: s for s in signed}.values())
    with temporary_store.writing() as record:
        record.append([entered(row, None, NOON) for row in rows])
    known = clock.at
    clock.move(hours=1)
    with temporary_store.writing() as record:
        record.append([removed(row, NOON) for row in rows[::2]])
    with temporary_store.reading() as views:
        for of in ([], ["A"], ["A", "A", "C"], [*MEMBERS, "NOBODY"]):
            assert views.events(Signing, of, "off", (FIRST, LAST), known_at=known) == around(rows, set(of))
            assert views.events(Signing, of, "off", (FIRST, LAST)) == around(rows[1::2], set(of))


def test_both_of_two_that_happened_last_at_one_instant_are_there(temporary_store: SqlStore) -> None:
    at = NOON - timedelta(days=400)
    rows = [signing("A", at, "off"), signing("A", at, "on")]
    with temporary_store.writing() as record:
        record.append([entered(row, None, NOON) for row in [*rows, signing("A", at - timedelta(days=1))]])
    with temporary_store.reading() as views:
        assert views.events(Signing, ["A"], "off", (FIRST, LAST)) == rows


def test_a_noun_whose_rows_do_not_happen_is_refused(temporary_store: SqlStore) -> None:
    with temporary_store.reading() as views, pytest.raises(Invalid, match="member: has no columns at and kind"):
        views.events(Member, ["A"], "off", (FIRST, LAST))
