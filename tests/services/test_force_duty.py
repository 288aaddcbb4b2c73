"""The duty state of the whole force is, of every member, what the rules say of that member alone."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from muster.domain.duty import HOURS_KINDS, Chart, Signing, Squad, SquadPlace, TimeRecord, Tour, Waiver
from muster.domain.force import Force, Unit
from muster.domain.force_duty import DutyState, duty_state
from muster.domain.members import Absence, Attachment, Member
from muster.domain.presence import DutyFile
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.ports import Views
from muster.scenarios.city import city
from muster.services.duty_ground import Ground, ground_of
from muster.services.force_duty import by_unit, force_duty, in_units
from muster.services.snapshots import snapshot
from muster.store.store import SqlStore

NIGHT = datetime(2020, 10, 7, 7, tzinfo=UTC)
MORNING = datetime(2020, 10, 7, 14, tzinfo=UTC)
CLOCKS_GO_BACK = datetime(2020, 11, 1, 6, 30, tzinfo=UTC)
INSTANTS = (NIGHT, MORNING, CLOCKS_GO_BACK)
LONG = timedelta(days=40)


class Lives:
    """What happens to some members, by chance: everything that may bear on their duty, long before and around."""

    def __init__(self, members: list[str], squads: list[Squad], chance: random.Random) -> None:
        self.members, self.chance = members, chance
        self.squads, self.units = [s.squad for s in squads], sorted({s.unit for s in squads})

    def rows(self) -> list[Row]:
        """All of it, one row of each key."""
        kinds = (self.signings, self.records, self.absences, self.attachments, self.waivers, self.places, self.leavers)
        return list({(row.NOUN, row.key): row for kind in kinds for row in kind()}.values())

    def some(self, share: int) -> list[str]:
        return self.chance.sample(self.members, len(self.members) // share)

    def moment(self) -> datetime:
        return NIGHT - timedelta(minutes=self.chance.randrange(-600, 45 * 24 * 60))

    def span(self, longest_hours: int) -> tuple[datetime, datetime]:
        since = self.moment()
        return since, since + timedelta(minutes=self.chance.randrange(1, longest_hours * 60))

    def signings(self) -> Iterator[Row]:
        for m in self.some(4):
            for at in [self.moment() for _ in range(self.chance.randrange(1, 6))]:
                kind = self.chance.choice(["on", "off", "held-over"])
                unit = None if kind == "off" else self.chance.choice(self.units)
                yield Signing(member=m, at=at, kind=kind, unit=unit)

    def records(self) -> Iterator[Row]:
        for m in self.some(6):
            since, until = self.span(14)
            yield TimeRecord(member=m, since=since, until=until, kind=self.chance.choice(HOURS_KINDS))

    def absences(self) -> Iterator[Row]:
        for m in self.some(2):
            since, until = self.span(24 * 9)
            kind = self.chance.choice(["leave", "sick", "court", "training"])
            yield Absence(member=m, kind=kind, since=since, until=self.chance.choice([until, until, None]))

    def attachments(self) -> Iterator[Row]:
        for m in self.some(20):
            since, until = self.span(24 * 9)
            unit, squad = self.chance.choice(self.units), self.chance.choice([None, *self.squads])
            yield Attachment(member=m, unit=unit, since=since, until=until, squad=squad)

    def waivers(self) -> Iterator[Row]:
        for m in self.some(10):
            since, until = self.span(60)
            rule = self.chance.choice(["week-caution", "rest-unfit", "unfit"])
            yield Waiver(member=m, rule=rule, since=since, until=until, signed_by=m, rest_owed_hours=30)

    def places(self) -> Iterator[Row]:
        for m in self.some(20):
            yield SquadPlace(member=m, squad=self.chance.choice(self.squads), since=self.moment(), until=None)

    def leavers(self) -> Iterator[Row]:
        for m in self.some(20):
            leaves, gone = self.span(24 * 30)
            how = {"kind": "retirement", "state": self.chance.choice(["filed", "withdrawn"])}
            yield Separation(separation=f"S-{m}", member=m, filed=leaves, effective=gone, leave_from=leaves, **how)


@pytest.fixture
def record(temporary_store: SqlStore) -> SqlStore:
    """Some of a city's members, of whom many have done something; one is in no squad."""
    rows = [r for r in city(1_700, 1) if isinstance(r, Force | Unit | Tour | Chart | Squad | Member | SquadPlace)]
    members = {r.member for r in rows if isinstance(r, Member) and r.member.endswith(("1", "2", "3"))}
    rows = [r for r in rows if not isinstance(r, Member | SquadPlace) or r.member in members]
    squads = [r for r in rows if isinstance(r, Squad)]
    happened = Lives(sorted(members), squads, random.Random(4)).rows()
    with temporary_store.writing() as writing:
        writing.append([entered(row, None, NIGHT) for row in [*rows, Member(member="X", name="X"), *happened]])
    return temporary_store


def one_by_one(views: Views, at: datetime) -> dict[str, DutyState]:
    """The specification: of each member what the rules say of them alone."""
    members = [m.member for m in views.rows(Member)]
    s = snapshot(views, (), at=at, members=members, back=LONG)
    return {m: duty_state(s.files.get(m) or DutyFile(m), s.schedule, s.profile, at) for m in members}


def test_the_state_of_the_force_is_that_of_every_member_alone(record: SqlStore) -> None:
    with record.reading() as views:
        for at in INSTANTS:
            found, wanted = force_duty(views, at).members, one_by_one(views, at)
            wide = ground_of(views, at - timedelta(hours=60), at + timedelta(hours=30))
            assert force_duty(views, at, None, wide).members == found
            assert wide.of(at) == ground_of(views, at, at).of(at)
            assert serving(wide, at) == serving(ground_of(views, at, at), at)
            assert list(found) == sorted(wanted)
            assert {m: s for m, s in found.items() if s != wanted[m]} == {}


def serving(ground: Ground, at: datetime) -> set[tuple[str, str]]:
    """Who is in which squad in the time that is looked at."""
    settled = {(squad, member) for squad, (_, members) in ground.settled.items() for member in members}
    return settled | {place[:2] for place in ground.places_at(at)}


def test_a_city_that_lives_has_members_in_every_state_and_of_every_level(record: SqlStore) -> None:
    with record.reading() as views:
        states = [s for at in INSTANTS for s in force_duty(views, at).members.values()]
    assert {s.state for s in states} == {"on-duty", "absent", "off", "separated"}
    assert {s.level for s in states} == {"fit", "caution", "unfit"}


def test_every_member_counts_in_one_unit_and_a_unit_has_those_below_it(record: SqlStore) -> None:
    with record.reading() as views:
        found = force_duty(views, MORNING)
        patrol = in_units(views, found, "PATROL")
    assert sum(u.on_duty + u.absent + u.off + u.separated for u in by_unit(found)) == len(found.members)
    assert sum(u.fit + u.caution + u.unfit for u in by_unit(found)) == len(found.members)
    assert set(patrol.members) < set(found.members)
    assert {u.unit for u in by_unit(patrol)} < {u.unit for u in by_unit(found)}


def test_the_worn_come_worst_first(record: SqlStore) -> None:
    with record.reading() as views:
        found = force_duty(views, NIGHT)
    levels = [state.level for _, state in found.worn()]
    assert levels == sorted(levels, reverse=True)
    assert len(levels) == sum(s.level != "fit" for s in found.members.values())
