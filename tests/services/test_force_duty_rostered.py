"""With published rosters too the state of the force is, of every member, what the rules say of that member alone."""

import random
from datetime import date, datetime, timedelta

import pytest

from muster.domain.duty import Squad, SquadPlace
from muster.domain.force_duty import DutyState, duty_state
from muster.domain.members import Absence, Attachment, Member
from muster.domain.presence import DutyFile
from muster.domain.published import PUBLISHED, Content, DutyLine, Published
from muster.domain.record import Fact, entered
from muster.domain.schema import Row, to_body
from muster.ports import Record, Views
from muster.services.duty_ground import ground_of
from muster.services.force_duty import force_duty
from muster.services.roster_ground import period_of
from muster.services.snapshots import snapshot
from tests.ground import NEW_YORK, InRecord, local
from tests.publishing import DAY, EVENING, MONDAY, NIGHT
from tests.services.small import PCT

ENTRIES = ["", "", NIGHT, NIGHT, DAY, EVENING]
LINES = 4
"""So few lines for so many members that several have the same."""
INSTANTS = ("2020-10-19T12:00", "2020-10-20T03:00", "2020-10-26T00:00", "2020-11-01T01:30-05:00", "2020-11-16T01:00")


def publish_by_chance(record: Record, chance: random.Random) -> None:
    """Rosters of two units over two and of one over two more weeks, as nobody would plan them: past every check."""
    members = [m.member for m in record.rows(Member)]
    for unit, first in ((PCT, MONDAY), ("PBBX", MONDAY), (PCT, MONDAY + timedelta(days=14))):
        pool = [tuple(chance.choice(ENTRIES) for _ in range(14)) for _ in range(LINES)]
        lines = {m: chance.choice(pool) for m in chance.sample(members, 30)}
        put(record, unit, first, Content(unit, first, lines, chance.sample(sorted(lines), 5)))


def put(record: Record, unit: str, first: date, content: Content) -> None:
    period, name = period_of(NEW_YORK, first, first + timedelta(days=13)), record.keep(content.text)
    roster = Published(
        unit=unit, first=first, days=14, since=period.start, until=period.end, version=1, content=name, digest=name,
        by="PCT-047-CO", signer="M0005",
    )  # fmt: skip
    record.append([Fact(roster.stream, PUBLISHED, record.now, to_body(roster))])


def live(record: Record, chance: random.Random) -> None:
    """Absences, attachments and moves to other squads, by chance."""
    members, squads = [m.member for m in record.rows(Member)], [s.squad for s in record.rows(Squad)]
    rows: list[Row] = []
    for member in chance.sample(members, 24):
        since = local("2020-10-12") + timedelta(hours=chance.randrange(24 * 28))
        until = since + timedelta(hours=chance.randrange(1, 200))
        rows += chance.choice(
            [
                [Absence(member=member, kind=chance.choice(["leave", "court"]), since=since, until=until)],
                [Attachment(member=member, unit=chance.choice([PCT, "PBBX"]), since=since, until=until)],
                [SquadPlace(member=member, squad=chance.choice(squads), since=since)],
            ]
        )
    record.append([entered(row, None, record.now) for row in rows])


def one_by_one(views: Views, at: datetime) -> dict[str, DutyState]:
    """The specification: of each member what the rules say of them alone."""
    members = [m.member for m in views.rows(Member)]
    s = snapshot(views, (), at=at, members=members, back=timedelta(days=40))
    return {m: duty_state(s.files.get(m) or DutyFile(m), s.schedule, s.profile, at) for m in members}


@pytest.mark.parametrize("seed", range(6))
def test_the_state_of_the_force_is_that_of_every_member_alone(small: InRecord, seed: int) -> None:
    chance = random.Random(seed)
    small.act(lambda record: publish_by_chance(record, chance))
    small.act(lambda record: live(record, chance))
    with small.store.reading() as views:
        assert len(views.rows(DutyLine)) == 90
        for at in map(local, INSTANTS):
            assert dict(force_duty(views, at).members) == one_by_one(views, at)
            wide = ground_of(views, at - timedelta(hours=60), at + timedelta(hours=30))
            assert force_duty(views, at, None, wide) == force_duty(views, at)
            assert wide.of(at) == ground_of(views, at, at).of(at)
