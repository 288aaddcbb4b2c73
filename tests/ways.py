"""What tests of ways out of a shortage share: two precincts, drawn; and a count of their own of who is there."""

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from muster.bootstrap import open_store
from muster.domain.authority import Delegation
from muster.domain.cover import Cover
from muster.domain.duty import Squad, Tour
from muster.domain.force import Force, Unit
from muster.domain.members import Absence, Appointment, Member
from muster.domain.planning import crossed
from muster.domain.presence import status_at
from muster.domain.schedule import turn_on
from muster.domain.schema import Row
from muster.domain.snapshot import Snapshot
from muster.domain.ways_out import Post, WaysOut
from muster.ports import Views
from muster.services.load import load
from muster.services.publishing import publish
from muster.services.roll_ground import Asked, counts_of
from muster.services.snapshots import snapshot
from muster.services.ways_out import Question, ways_out
from tests.ground import NEW_YORK, SMALL, directory_from, local
from tests.publishing import MONDAY, as_charted
from tests.shell import run
from tests.support import SettableClock

HERE, THERE = "PCT-047", "PCT-052"
AT = "2020-10-17T12:00"
NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
BACK = timedelta(days=45)
TOURS = (NIGHT, DAY, EVENING)


def _renamed(value: Any, members: Collection[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(v, members) for v in value)
    if not isinstance(value, str):
        return value
    return f"N{value[1:]}" if value in members else value.replace(HERE, THERE)


def two_precincts() -> list[Row]:
    """The small force with a second precinct like the first, under the same borough; its members are N instead of M."""
    posts = {a.position: a for a in SMALL if isinstance(a, Appointment) and a.position.startswith(HERE)}
    names = {a.member for a in SMALL if isinstance(a, Appointment) and a.position in posts}
    copied = []
    for row in SMALL:
        if isinstance(row, Force | Delegation) or (isinstance(row, Absence) and row.member in names):
            continue
        values = {f.name: _renamed(getattr(row, f.name), names) for f in fields(row)}
        made = type(row)(**values)
        if made != row and not (isinstance(row, Unit) and row.unit != HERE):
            copied.append(made)
    return [*SMALL, *copied]


@dataclass(frozen=True)
class Drawn:
    """A record of a drawn force, with a shortage in it: of ``who`` on ``tour`` of ``day`` in the precinct."""

    path: Path
    day: date
    tour: str
    missing: int

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def post(self, unit: str = HERE) -> Post:
        return Post(unit, self.day, self.tour, "officers")


def drawn(seed: int, folder: Path, missing: int = 1) -> Drawn:
    """Two precincts with squads that are off on days of their own, some away, a cover that is short of officers by so
    many on one tour, and both rosters published from 19 October on. Every third force has stricter rules."""
    rng = Random(seed)
    day = MONDAY + timedelta(days=rng.choice([1, 2, 4, 5, 8, 12, 13]))  # 12: the night that is an hour longer
    tour = rng.choice(TOURS)
    rows = [_shaken(row, rng) for row in two_precincts()]
    if seed % 3 == 0:
        rows = [replace(r, profile="connecticut-contract") if isinstance(r, Force) else r for r in rows]
    path = folder / f"drawn-{seed}.db"
    clock = SettableClock(local("2020-10-01"))
    with closing(open_store(f"sqlite:///{path}", clock)) as store:
        with store.writing() as record:
            load(record, directory_from([*rows, *_away(rows, day, rng)]))
            for unit in (HERE, THERE):
                publish(record, as_charted(record, unit), f"{unit}-CO", local("2020-10-12T09:00"))
        with store.reading() as views:
            have = Count(views, day).there(Post(HERE, day, tour, "officers"))
        wanted = [_short(r, tour, have + missing) for r in rows if isinstance(r, Cover)]
        with store.writing() as record:
            kept = [r for r in rows if not isinstance(r, Cover)]
            load(record, directory_from([*kept, *wanted, *_away(rows, day, Random(0), never=True)]))
    return Drawn(path, day, tour, missing)


def _shaken(row: Row, rng: Random) -> Row:
    if isinstance(row, Squad) and row.unit in (HERE, THERE) and row.chart == "5-2-5-3":
        return replace(row, offset=rng.randrange(15))
    return row


def _away(rows: Iterable[Row], day: date, rng: Random, *, never: bool = False) -> list[Row]:
    """Leaves and sickness around the day, of some of the officers."""
    officers = [a.member for a in rows if isinstance(a, Appointment) and a.position in (f"{HERE}-PO", f"{THERE}-PO")]
    found: list[Row] = []
    for member in officers if not never else []:
        if rng.random() < 0.4:
            first = max(day - timedelta(days=rng.randrange(4)), date(2020, 10, 18))
            kind = rng.choice(["leave", "leave", "leave", "training", "sick", "court"])
            until = first + timedelta(days=1 + rng.randrange(4) + (day - first).days)
            found.append(Absence(member=member, kind=kind, since=local(str(first)), until=local(str(until))))
    return found


def _short(row: Cover, tour: str, wanted: int) -> Cover:
    if row.unit == HERE and row.tour == tour and row.who == "officers":
        return replace(row, minimum=wanted, target=max(wanted, row.target))
    return row


class Count:
    """Who is there, counted without anything that the ways out are made with: the status of everybody at instants."""

    def __init__(self, views: Views, day: date) -> None:
        self.views, self._at = views, local(str(day)) + timedelta(days=1)
        self.members = [m.member for m in views.rows(Member)]
        self.state: Snapshot = snapshot(views, None, at=self._at, members=self.members, back=BACK)
        self.tours = {t.tour: t for t in views.rows(Tour)}
        self.counted: dict[Post, list[str]] = {}

    def read_anew(self, views: Views, *members: str) -> "Count":
        """The same with what is known of these members by now; nobody else has changed."""
        made = copy(self)
        made.views, made.counted = views, {}
        new = snapshot(views, [], at=self._at, members=members, back=BACK)
        made.state = replace(self.state, files={**self.state.files, **new.files})
        return made

    def there(self, post: Post, minutes: int = 5) -> int:
        """How many of those who count for a cover are there at least, looked at every so many minutes of its tour."""
        turn = turn_on(self.tours[post.tour], post.day, NEW_YORK)
        able = self.able(post)
        least, at = len(able), turn.start
        while at < turn.end:
            least = min(least, sum(self.is_there(m, post, at) for m in able))
            at += timedelta(minutes=minutes)
        return least

    def able(self, post: Post) -> list[str]:
        """Who counts for a cover, and serves in the unit or is lent to it."""
        if post not in self.counted:
            turn = turn_on(self.tours[post.tour], post.day, NEW_YORK)
            held = self.views.rows(Appointment, at=turn.start)
            names = {a.member for a in held if a.position.startswith(f"{post.unit}-")}
            names |= {f.member for f in self.state.files.values() if any(a.unit == post.unit for a in f.attachments)}
            counts = counts_of(self.views, Asked(post.unit, turn, turn.start), sorted(names))
            self.counted[post] = sorted(m for m in names if post.who in counts[m])
        return self.counted[post]

    def touched(self, member: str) -> list[tuple[Post, int]]:
        """Every cover of both precincts on the days around that a member is there for, with its minimum."""
        found = []
        for on in (self._at.date() + timedelta(days=n) for n in range(-8, 8)):
            for c in self.views.rows(Cover, unit=[HERE, THERE]):
                post = Post(c.unit, on, c.tour, c.who)
                begun = turn_on(self.tours[c.tour], on, NEW_YORK).start + timedelta(hours=2)
                if c.holds_on(on) and self.is_there(member, post, begun) and member in self.able(post):
                    found.append((post, c.minimum))
        return found

    def is_there(self, member: str, post: Post, at: datetime) -> bool:
        """On duty in the unit: on this tour, signed on or held over for it, or on the tour before or after it of
        somebody who is signed on or held over in it."""
        file = self.state.files[member]
        status = status_at(file, self.state.schedule, at)
        if status.state != "on-duty" or status.unit != post.unit or status.stretch is None:
            return False
        turn = status.stretch.turn
        if turn is not None and (turn.tour, turn.day) == (post.tour, post.day):
            return True
        tour = turn_on(self.tours[post.tour], post.day, NEW_YORK)
        return any(tour.start <= s.at < tour.end and s.kind != "off" for s in file.signings)

    def on_duty(self, member: str, post: Post) -> bool:
        """Whether a member is on duty in the unit two hours after a tour began, for whatever reason."""
        at = turn_on(self.tours[post.tour], post.day, NEW_YORK).start + timedelta(hours=2)
        status = status_at(self.state.files[member], self.state.schedule, at)
        return (status.state, status.unit) == ("on-duty", post.unit)

    def broken(self, member: str, start: datetime, end: datetime) -> set[str]:
        """The hard rules that a member crosses between two instants, without a waiver."""
        file = self.state.files[member]
        found = crossed(file, self.state.schedule, self.state.profile, start, end)
        return {b.rule for b in found if b.level == "unfit"}


@contextmanager
def reading(url: str) -> Any:
    """Views of a record."""
    with closing(open_store(url)) as store, store.reading() as views:
        yield views


def asked(force: Drawn, absent: Sequence[str] = (), viewer: str | None = None, url: str | None = None) -> WaysOut:
    """The ways out of its shortage, asked on 17 October."""
    with reading(url or force.url) as views:
        return ways_out(views, Question(HERE, force.day, force.tour, "officers", absent, local(AT)), viewer)


def done(force: Drawn, commands: Sequence[str], name: str = "done") -> str:
    """The URL of a copy of the record in which these commands were run as they are typed."""
    copy = force.path.with_name(f"{force.path.stem}-{name}.db")
    shutil.copy(force.path, copy)
    before = os.environ.get("MUSTER_DB")
    os.environ["MUSTER_DB"] = f"sqlite:///{copy}"
    try:
        for command in commands:
            status, said = run(command)
            assert status == 0, f"{command}\n{said}"
    finally:
        if before is None:
            del os.environ["MUSTER_DB"]
        else:
            os.environ["MUSTER_DB"] = before
    return f"sqlite:///{copy}"
