"""What tests of closed ledgers share: closing the small precinct's, and histories by chance."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from muster.domain.duty import TimeRecord
from muster.domain.errors import MusterError
from muster.domain.members import Absence, Attachment
from muster.domain.presence import signed_stretches
from muster.domain.record import entered
from muster.ports import Record
from muster.services import closings, duty, time_records
from muster.services.amending import Amendment, amend
from muster.services.correcting import take_back
from muster.services.publishing import publish
from muster.services.snapshots import snapshot
from muster.services.withdrawing import withdraw
from tests.ground import InRecord, local
from tests.publishing import as_charted, with_entries
from tests.services.small import BOROUGH, CHIEF, CO, PCT, XO, does, sees

FIRST, UNTIL = date(2020, 10, 19), date(2020, 11, 16)
AFTER = "2020-11-17T09:00"
CO_POST = "PCT-047-CO"
SOME = (CO, XO, "M0023", "M0024", "M0027", "M0033", "M0034", "M0040")
"""Of the precinct: both commanders, desk officers, and police officers of three squads."""


def closed(
    force: InRecord, unit: str = PCT, by: str = CO_POST, at: str = AFTER, first: date = FIRST, until: date = UNTIL
) -> closings.Done:
    """Close the ledger, in a transaction of its own, at that time."""
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: closings.close(record, unit, first, until, by, local(at)))


def page(force: InRecord, unit: str = PCT, at: str = AFTER, known_at: datetime | None = None) -> closings.Closed:
    """What was certified, and what was learned since."""
    return sees(force, lambda views: closings.closed(views, unit, local(at), known_at))


def court(member: str, since: str, until: str, kind: str = "court", paid: str | None = None) -> TimeRecord:
    """A time record."""
    return TimeRecord(member=member, since=local(since), kind=kind, until=local(until), paid=paid)


def kept(force: InRecord, row: TimeRecord, by: str = CO) -> None:
    """Enter a time record."""
    force.act(lambda record: time_records.add(record, row, by))


def taken_back(force: InRecord, stream: str, by: str = CHIEF) -> None:
    """Take a row back, as somebody over the member."""
    force.act(lambda record: take_back(record, stream, by, "it was not so", force.clock.at))


class Chance:
    """Acts by chance about some members, as long as the period lasts. What is refused is not done."""

    def __init__(self, force: InRecord, seed: int) -> None:
        self.force, self.dice = force, Random(seed)
        self.streams: list[str] = []

    def live(self, acts: int) -> int:
        """Do so many acts; returns how many were not refused."""
        return sum(self._done(self.dice.choice(ACTS)) for _ in range(acts))

    def _done(self, act: "Act") -> bool:
        try:
            self.force.act(lambda record: act(self, record))
        except MusterError:
            return False
        return True

    def at(self) -> datetime:
        """An instant of the period or shortly around it, often in the night in which the clocks change."""
        if self.dice.random() < 0.2:
            return local("2020-11-01") + timedelta(minutes=self.dice.randrange(0, 600, 5))
        return local("2020-10-18") + timedelta(minutes=self.dice.randrange(0, 30 * 1440, 5))

    def length(self) -> timedelta:
        """Half an hour to half a day."""
        return timedelta(minutes=self.dice.randrange(30, 720, 5))

    def member(self) -> str:
        """One of the members."""
        return self.dice.choice(SOME)

    def end_all(self) -> None:
        """Everybody who is on duty by what they signed signs off."""
        state = sees(self.force, lambda views: snapshot(views, [], at=local("2020-11-16"), members=SOME))
        for member, file in state.files.items():
            for s in signed_stretches(file.signings):
                if s.end is None:
                    off = s.start + self.length()
                    self.force.act(lambda record, m=member, at=off: duty.sign_off(record, m, at))  # type: ignore[misc]


def _sign_on(chance: Chance, record: Record) -> None:
    member, at = chance.member(), chance.at()
    unit = chance.dice.choice((PCT, PCT, "PBBX"))
    made = duty.sign_on(record, member, unit, at)
    if made is not None:
        chance.streams.append(made.stream)
        if chance.dice.random() < 0.8:
            chance.streams.append(duty.sign_off(record, member, at + chance.length()).stream)


def _sign_off(chance: Chance, record: Record) -> None:
    chance.streams.append(duty.sign_off(record, chance.member(), chance.at()).stream)


def _hold_over(chance: Chance, record: Record) -> None:
    member, at = chance.member(), chance.at()
    chance.streams.append(duty.hold_over(record, member, at).stream)
    if chance.dice.random() < 0.8:
        chance.streams.append(duty.sign_off(record, member, at + chance.length()).stream)


def _keep_time(chance: Chance, record: Record) -> None:
    since = chance.at()
    kind = chance.dice.choice(("court", "court", "training", "tour", "extra-duty", "detail", "travel"))
    paid = chance.dice.choice((None, None, "yes", "no"))
    row = TimeRecord(member=chance.member(), since=since, kind=kind, until=since + chance.length(), paid=paid)
    chance.streams.append(time_records.add(record, row, CO).stream)


def _absent(chance: Chance, record: Record) -> None:
    since = chance.at()
    kind = chance.dice.choice(("sick", "leave", "court", "training"))
    until = since + chance.length() * chance.dice.choice((1, 6))
    row = Absence(member=chance.member(), kind=kind, since=since, until=until)
    chance.streams.append(duty.absent(record, row).stream)


def _attached(chance: Chance, record: Record) -> None:
    since = chance.at()
    row = Attachment(member=chance.member(), unit="PBBX", since=since, until=since + 6 * chance.length())
    record.append([entered(row, record.row(Attachment, row.key), since)])
    chance.streams.append(row.stream)


def _amended(chance: Chance, record: Record) -> None:
    day = FIRST + timedelta(days=chance.dice.randrange(28))
    tour = chance.dice.choice(("off", "2315x0750", "0705x1540", "1500x2335"))
    wanted = Amendment(PCT, chance.member(), day, tour, "as it happened")
    amend(record, wanted, CO_POST, local("2020-10-12T09:00"))


def _withdrawn(chance: Chance, record: Record) -> None:
    day = FIRST + timedelta(days=chance.dice.randrange(28))
    withdraw(record, PCT, day, CO_POST, "as it happened", local("2020-10-12T09:00"))


def _replaced(chance: Chance, record: Record) -> None:
    """A roster in place of what is published of some weeks, by the charts but for one who has other days off."""
    weeks = chance.dice.randrange(1, 5)
    roster = as_charted(record, PCT, UNTIL - timedelta(weeks=weeks), weeks)
    member = chance.dice.choice([m for m in SOME if m in roster.lines])
    roster = with_entries(roster, member, {day: "" for day in roster.dates if chance.dice.random() < 0.5})
    publish(record, roster, CO_POST, local("2020-10-12T09:00"), in_place="as it happened")


def _taken_back(chance: Chance, record: Record) -> None:
    stream = chance.dice.choice([*chance.streams, "signing/M0005/2020-10-19T00:00:00Z/on"])
    member = stream.split("/")[1]
    take_back(record, stream, BOROUGH if member in (CO, XO) else CO, "it was not so", local(AFTER))


Act = Callable[[Chance, Record], None]
ACTS: tuple[Act, ...] = (
    _sign_on, _sign_on, _sign_off, _hold_over, _keep_time, _keep_time, _absent, _attached, _amended, _taken_back,
    _taken_back, _withdrawn, _replaced,
)  # fmt: skip
