"""Delegating authority: downwards, by a commander, never more than the unit has, always with an end."""

from dataclasses import replace
from datetime import datetime

import pytest

from muster.domain.authority import Authority, Delegation, Matter
from muster.domain.competence import Asked
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.record import entered
from muster.services import delegations
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock

PC, PATROL, BOROUGH, CO, DESK = "M0001", "M0003", "M0004", "M0005", "M0023"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    return InRecord(temporary_store, clock)


def wanted(
    from_unit: str = "PBBX", to_unit: str = "PCT-047", people: int | None = 400, until: str = "2020-11-04"
) -> Delegation:
    return Delegation(
        delegation="",
        from_unit=from_unit,
        to_unit=to_unit,
        matter="protest",
        max_people=people,
        max_members=40,
        since=local("2020-10-08"),
        until=local(until),
        instrument="Order 9",
    )


def delegated(force: InRecord, delegation: Delegation, by: str = BOROUGH) -> Delegation:
    done: list[Delegation] = []
    force.act(lambda record: done.append(delegations.delegate(record, delegation, by)))
    return done[0]


def revoked(force: InRecord, name: str, by: str = BOROUGH, at: str = "2020-10-20") -> list[str]:
    done: list[Delegation] = []
    force.act(lambda record: done.extend(delegations.revoke(record, name, by, local(at))))
    return [d.delegation for d in done]


def competent(force: InRecord, at: str, people: int = 400) -> str:
    asked = Asked("protest", "PCT-047", local(at), people=people, members=30)
    return force.route(asked).competent_unit


def until_of(force: InRecord, name: str) -> datetime:
    with force.store.reading() as views:
        found = views.row(Delegation, name)
    assert found is not None
    return found.until


def test_a_delegated_matter_is_decided_below_until_it_ends(force: InRecord) -> None:
    assert competent(force, "2020-10-09T10:00") == "PBBX"
    assert delegated(force, wanted()).delegation == "D-protest-PCT-047-20201008"
    assert competent(force, "2020-10-07T10:00") == "PBBX"
    assert competent(force, "2020-10-09T10:00") == "PCT-047"
    assert competent(force, "2020-10-09T10:00", people=401) == "PBBX"
    assert competent(force, "2020-11-04T00:00") == "PBBX"


def test_delegating_the_same_twice_records_it_once(force: InRecord) -> None:
    first = delegated(force, wanted())
    with force.store.reading() as views:
        before = views.head()
    assert delegated(force, wanted()) == first
    with force.store.reading() as views:
        assert views.head() == before
    assert delegated(force, wanted(people=300)).delegation == f"{first.delegation}-2"


@pytest.mark.parametrize(
    ("delegation", "by", "kind", "said"),
    [
        (wanted(people=None), BOROUGH, Refused, "people without limit, at most 2000 \\(authority of a borough\\)"),
        (wanted(people=2001), BOROUGH, Refused, "people 2001, at most 2000"),
        (wanted(), DESK, Refused, "M0023 holds no command position of PBBX"),
        (wanted(), PATROL, Refused, "M0003 holds no command position of PBBX"),
        (wanted("PCT-047", "PBBX"), CO, Invalid, "to_unit PBBX must stand below PCT-047"),
        (wanted("PBBX", "PBBX"), BOROUGH, Invalid, "must stand below PBBX"),
        (wanted(until="2020-10-08"), BOROUGH, Invalid, "until .* must be after"),
        (replace(wanted(), instrument=" "), BOROUGH, Invalid, "must name the order"),
        (replace(wanted(), matter="parade"), BOROUGH, Unknown, "matter 'parade' is not in the record"),
        (wanted(to_unit="PCT-999"), BOROUGH, Unknown, "unit 'PCT-999' is not in the record"),
    ],
)
def test_only_a_commander_delegates_downwards_what_the_unit_has(
    force: InRecord, delegation: Delegation, by: str, kind: type[MusterError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        delegated(force, delegation, by)


def test_the_head_of_the_force_has_no_limit(force: InRecord) -> None:
    assert delegated(force, wanted("PD", "PBBX", people=None), PC).max_people is None


def test_what_levels_below_decide_the_unit_has_without_limit(force: InRecord) -> None:
    calls = replace(wanted(people=None), matter="mobilization-4", max_members=None)
    assert delegated(force, calls).max_members is None


def test_nobody_delegates_what_only_levels_above_decide(force: InRecord) -> None:
    rows = [Authority(matter="curfew", level="bureau"), Matter(matter="curfew", name="Curfew")]
    force.act(lambda record: record.append([entered(row, None, record.now) for row in rows]))
    with pytest.raises(Refused, match="unit PBBX has no authority over curfew from 2020-10-08 to 2020-11-04"):
        delegated(force, replace(wanted(), matter="curfew"))


def test_authority_that_ends_sooner_is_not_delegated_beyond_its_end(force: InRecord) -> None:
    rows = [
        Authority(matter="curfew", level="borough", until=local("2020-10-20")),
        Matter(matter="curfew", name="Curfew"),
    ]
    force.act(lambda record: record.append([entered(row, None, record.now) for row in rows]))
    with pytest.raises(Refused, match="has no authority over curfew"):
        delegated(force, replace(wanted(), matter="curfew"))
    sooner = replace(wanted(), matter="curfew", until=local("2020-10-20"))
    assert delegated(force, sooner).until == local("2020-10-20")


def test_what_was_delegated_is_delegated_on_within_its_limits_and_its_time(force: InRecord) -> None:
    delegated(force, wanted("PATROL", "PBBX", people=10_000, until="2020-11-01"), PATROL)
    with pytest.raises(Refused, match="cannot delegate more than it has: people 5000, at most 2000"):
        delegated(force, wanted(people=5_000, until="2020-11-02"))
    assert delegated(force, wanted(people=5_000, until="2020-11-01")).max_people == 5_000


def test_revoking_ends_what_rested_on_it_and_nothing_else(force: InRecord) -> None:
    above = delegated(force, wanted("PATROL", "PBBX", people=10_000), PATROL).delegation
    resting = delegated(force, wanted(people=5_000)).delegation
    own = delegated(force, wanted(people=400)).delegation
    assert revoked(force, above, PATROL) == [above, resting]
    assert until_of(force, resting) == local("2020-10-20")
    assert until_of(force, own) == local("2020-11-04")
    assert revoked(force, above, PATROL) == []


def test_a_delegation_is_revoked_by_the_unit_that_gave_it_or_one_above(force: InRecord) -> None:
    name = delegated(force, wanted()).delegation
    with pytest.raises(Refused, match="M0005 holds no command position of PBBX"):
        revoked(force, name, CO)
    assert revoked(force, name, PC) == [name]


def test_a_delegation_revoked_before_it_begins_never_was(force: InRecord) -> None:
    name = delegated(force, wanted()).delegation
    assert revoked(force, name, at="2020-10-07") == [name]
    with force.store.reading() as views:
        assert views.row(Delegation, name) is None
    with pytest.raises(Unknown, match=f"delegation '{name}' is not in the record"):
        revoked(force, name)
