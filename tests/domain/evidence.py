"""A small record to hold claims against, and short ways to ask."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from muster.domain.accounts import Claim
from muster.domain.duty import Chart, Signing, Squad, SquadPlace, Tour
from muster.domain.force import Force, Position, Unit
from muster.domain.members import Appointment, Member
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import snapshot_of
from muster.domain.taskings import Call
from muster.domain.verdicts import Evidence, Finding, judge
from muster.domain.verdicts.evidence import by_position

DAY = date(2020, 10, 13)
CHIEF: dict[str, Any] = {"holder": "CHIEF", "as_of": DAY}


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2020, 10, day, hour, minute, tzinfo=UTC)


FORCE = Force(force="F", name="Force", zone="UTC", levels=("city", "bureau"), country="US")
BIRTH, JOINED = date(1977, 10, 14), date(1999, 7, 1)
APPOINTED = Appointment(position="CHIEF", member="A", kind="substantive", since=at(1))
RETIREMENT = Separation(
    separation="S1", member="A", kind="retirement", state="filed", filed=at(13, 10), effective=at(30)
)
MISSED = Call(member="A", at=at(9, 1), caller="MAYOR")
DUTY = [
    Signing(member="A", at=at(8, 6), kind="on", unit="PATROL"),
    Signing(member="A", at=at(8, 15), kind="held-over", unit="PATROL"),
    Signing(member="A", at=at(9, 18), kind="off"),
]
POSTS = [
    Position(position="CHIEF", unit="PATROL", title="chief", order=1),
    Position(position="MAYOR", unit="CITY-HALL", title="mayor", order=1, takes_watch=False),
]
UNITS = [
    Unit(unit="CITY-HALL", name="City Hall", level="city", civil=True),
    Unit(unit="PATROL", name="Patrol", level="bureau", parent="CITY-HALL"),
]
LATER = at(20)
HELD = [APPOINTED, RETIREMENT, MISSED, *DUTY]
SCHEDULED: list[Row] = [
    Tour(tour="D", start=time(8), end=time(16), days=0),
    Chart(chart="every-day", name="Every day", cycle=("W",), anchor=date(2020, 1, 1)),
    Squad(squad="OFFICE", unit="PATROL", chart="every-day", tour="D"),
    SquadPlace(member="A", squad="OFFICE", since=at(1)),
]


def evidence(rows: Sequence[Row] = HELD, *, known: datetime = LATER, born: date | None = None) -> Evidence:
    """A record that holds these rows, and a small force."""
    people = [Member(member=name, name=name, joined=JOINED, born=born) for name in "AB"]
    by_noun: dict[type[Row], list[Any]] = {Force: [FORCE], Unit: UNITS}
    for row in rows:
        by_noun.setdefault(type(row), []).append(row)
    return Evidence(
        known,
        snapshot_of(by_noun),
        by_position(by_noun.get(Appointment, [])),
        {m.member: m for m in people},
        by_noun.get(Separation, []),
        by_noun.get(Call, []),
        POSTS,
        people,
    )


def claim(says: str, **more: Any) -> Claim:
    person = {} if "member" in more or says in ("strength", "other") else CHIEF
    given: dict[str, Any] = {"words": "w", **person, **more}
    return Claim(account="P", claim="c", subject="s", says=says, **given)


def ruled(says: str, record: Evidence | None = None, **more: Any) -> Finding:
    asked = claim(says, **more)
    assert asked.misfits() == []
    return judge(asked, record or evidence())


def ruling(says: str, record: Evidence | None = None, **more: Any) -> str:
    return ruled(says, record, **more).ruling
