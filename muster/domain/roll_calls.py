"""Roll calls: everybody who is to be on a tour of a unit, or is there, in exactly one state, with why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, Final, Literal

from muster.domain.duty import Signing
from muster.domain.instants import clock_text, dated_text
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.presence import (
    MOMENT,
    DutyFile,
    Planned,
    Stretch,
    absence_at,
    holds,
    planned_turns,
    signed_stretches,
)
from muster.domain.schedule import Schedule, Turn
from muster.domain.schema import Row, column, instant, maybe_ref, ref

State = Literal[
    "expected", "present", "late", "absent", "elsewhere", "held-over", "not-seen", "no-show", "signed-off"
]  # fmt: skip
HERE: Final = ("present", "late", "held-over")
"""States of those who are there."""
TO_COME: Final = ("expected", "not-seen")
"""States of those of whom nobody has said yet that they are there, or not."""
SAYS: Final = "roll call "
"""How the reason of a signing begins that a roll call made."""
LEFT_THE_FORCE: Final = "no longer in the force"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollCall(Row):
    """What a roll call found: who of those expected was there, came late or did not come, and who else was there. Hours
    stand in signings alone; taken again, it says all that holds then."""

    NOUN: ClassVar[str] = "roll_call"

    unit: str = ref("the unit", to="unit", key=True)
    tour: str = ref("the tour", to="tour", key=True)
    day: date = column("date", "the day to which the tour belongs", key=True)
    at: datetime = instant("when it was taken last")
    by: str = ref("the member who took it", to="member")
    position: str | None = maybe_ref("in which position", to="position")
    present: tuple[str, ...] = column("refs", "members who were there when the tour began", default=())
    late: tuple[str, ...] = column("refs", "members who came later", default=())
    missing: tuple[str, ...] = column("refs", "members who did not come", default=())
    joined: tuple[str, ...] = column("refs", "members who were there and on no schedule of the tour", default=())
    sectors: tuple[str, ...] = column("texts", "who was sent to which sector: member/sector", default=())
    by_hand: tuple[str, ...] = column("refs", "members who were sent there by name", default=())
    led: tuple[str, ...] = column("texts", "who supervises which sector: member/sector", default=())

    @property
    def places(self) -> dict[str, str]:
        """The sector of each member who was sent to one."""
        return dict(_pair(said) for said in self.sectors)

    @property
    def leads(self) -> dict[str, tuple[str, ...]]:
        """Who supervises each sector, by name."""
        found: dict[str, tuple[str, ...]] = {}
        for member, sector in map(_pair, self.led):
            found[sector] = (*found.get(sector, ()), member)
        return found


def _pair(said: str) -> tuple[str, str]:
    member, _, sector = said.partition("/")
    return member, sector


@dataclass(frozen=True, slots=True)
class Line:
    """A member on the roll. ``says``: why, for those entitled; ``public``: as everybody may read it. ``planned``: the
    schedule has them on this tour. ``since``: on duty here from then on; ``squad`` None: in none of this unit."""

    member: str
    state: State
    squad: str | None
    planned: bool
    says: str
    public: str
    since: datetime | None = None

    @property
    def is_here(self) -> bool:
        """Whether the member is there."""
        return self.state in HERE

    @property
    def is_to_come(self) -> bool:
        """Whether nobody has said yet that the member is there, or not."""
        return self.state in TO_COME

    @property
    def is_due(self) -> bool:
        """Whether the member is to be there: on the schedule, and neither absent nor serving elsewhere."""
        return self.planned and self.state not in ("absent", "elsewhere")

    def for_everyone(self) -> "Line":
        """The same without what touches health or leave."""
        return replace(self, says=self.public)


@dataclass(frozen=True, slots=True)
class Roll:
    """A tour of a unit, looked at from an instant. ``call``: what a roll call found; None: none was taken."""

    unit: str
    turn: Turn
    at: datetime
    schedule: Schedule
    call: RollCall | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the tour has begun: before that nobody is missing, whatever was found later."""
        return self.at >= self.turn.start

    @property
    def begins(self) -> str:
        """When the tour begins, in words, with its day: who asks may have another day in mind."""
        return f"tour {self.turn.tour} begins {dated_text(self.turn.start, self.schedule.zone)}"

    @property
    def look(self) -> datetime:
        """The instant at which it is looked who is there: the one asked about, after the tour its last."""
        return min(self.at, self.turn.end - MOMENT)

    @property
    def says(self) -> str:
        """The roll call in words, which its signings give as their reason and by which they are known."""
        return f"{SAYS}{self.unit} {self.turn.tour} of {self.turn.day}"

    def clock(self, at: datetime | None) -> str:
        """An instant by the clock of the force; empty for None."""
        return "" if at is None else clock_text(at, self.schedule.zone, self.turn.day)


def lines_of(roll: Roll, files: Iterable[DutyFile]) -> list[Line]:
    """Everybody on the roll, each once, by squad and name. Whoever left the force before the tour is not on it."""
    found = (line_of(roll, file) for file in files)
    return sorted((f for f in found if f is not None), key=lambda f: (not f.planned, f.squad or "", f.member))


def line_of(roll: Roll, file: DutyFile) -> Line | None:
    """The line of one member; None for somebody who has nothing to do with the tour."""
    if any(s.stands() and s.effective <= roll.turn.start for s in file.separations):
        return None
    here = planned_here(roll, file)
    home = here or planned_here(roll, replace(file, attachments=()))
    if home is None:
        return _unplanned(roll, file)
    state, says, public, since = _planned(roll, file, attached=here is None)
    return Line(file.member, state, home[1].squad or None, True, says, public, since)


def planned_here(roll: Roll, file: DutyFile) -> Planned | None:
    """What the schedule says of the member and this very tour of the unit; None: they are not on it."""
    turn = roll.turn
    turns = planned_turns(file, roll.schedule, turn.start, turn.start + MOMENT)
    mine = (p for p in turns if (p[0].tour, p[0].day, p[1].unit) == (turn.tour, turn.day, roll.unit))
    return next(mine, None)


Found = tuple[State, str, str, datetime | None]
"""State, why for those entitled and for everybody, and since when they are on duty here."""


def _planned(roll: Roll, file: DutyFile, *, attached: bool) -> Found:
    """Of somebody on the schedule, the first that applies: signed on, here or elsewhere; in court or training; absent;
    attached elsewhere; what the roll call or a signing off says; still to be seen."""
    signed = _signed(roll, file)
    mine, now = [s for s in signed if s.unit == roll.unit], _at(signed, roll.look)
    if now is not None and now.unit != roll.unit:
        return _open("elsewhere", f"{now.source} in {now.unit} {roll.clock(now.start)}")
    if mine:
        return _was_here(roll, mine, now)
    sent = next((r for r in file.records if r.kind in DUTY_ELSEWHERE and holds(r, roll.look)), None)
    if sent is not None:
        return _open("elsewhere", f"{sent.kind} until {roll.clock(sent.until)}")
    away = _away(roll, file)
    if away is not None:
        return away
    if attached:
        return _open("elsewhere", _attached(roll, file))
    if roll.call is not None and roll.has_begun and file.member in (*roll.call.missing, *roll.call.late):
        return _open("no-show", f"has not come by {roll.clock(min(roll.at, roll.call.at))}")
    off = [s.at for s in file.signings if s.kind == "off" and roll.turn.start <= s.at <= roll.look]
    if off:
        return _open("signed-off", f"signed off {roll.clock(off[0])}")
    return _open("not-seen", "has not signed on") if roll.has_begun else _open("expected", "on the schedule")


def _open(state: State, says: str, since: datetime | None = None) -> Found:
    """What everybody may read."""
    return state, says, says, since


def _was_here(roll: Roll, mine: Sequence[Stretch], now: Stretch | None) -> Found:
    begin = mine[0].start
    if now is None:
        end = max((s.end for s in mine if s.end is not None), default=None)
        return _open("signed-off", f"signed on {roll.clock(begin)}, signed off {roll.clock(end)}", begin)
    return _open("late" if begin > roll.turn.start else "present", f"{mine[0].source} {roll.clock(begin)}", begin)


def _away(roll: Roll, file: DutyFile) -> Found | None:
    """Absent, or gone from the force since the tour began; None: neither."""
    gone = next((s for s in file.separations if s.stands() and s.effective <= roll.look), None)
    if gone is not None:
        return "absent", f"{gone.kind} took effect {roll.clock(gone.effective)}", LEFT_THE_FORCE, None
    away = absence_at(file, roll.look)
    if away is None:
        return None
    until = f" until {roll.clock(away.until)}" if away.until else ""
    return "absent", f"{away.source}{until}", f"not available{until}", None


def _attached(roll: Roll, file: DutyFile) -> str:
    there = next(a for a in file.attachments if holds(a, roll.turn.start))
    return f"attached to {there.unit}" + (f" until {roll.clock(there.until)}" if there.until else "")


def _unplanned(roll: Roll, file: DutyFile) -> Line | None:
    """Somebody who is there all the same: held over from before the tour, or come to it. Whoever is on another tour of
    the unit, which overlaps with this one, is on the roll of that, unless they joined this one."""
    signed = _signed(roll, file)
    now = _at(signed, roll.look)
    joined = roll.call is not None and file.member in roll.call.joined
    if now is None or now.unit != roll.unit or (_on_another(roll, file, now) and not joined):
        return None
    begin = next(s.start for s in signed if s.unit == roll.unit)
    if not joined and (now.source == "held over" or begin < roll.turn.start):
        says = f"{now.source} {roll.clock(now.start)}, not signed off"
        return Line(file.member, "held-over", None, False, says, says, begin)
    says = f"signed on {roll.clock(begin)}, not on the schedule of this tour"
    return Line(file.member, "present", None, False, says, says, begin)


def _on_another(roll: Roll, file: DutyFile, now: Stretch) -> bool:
    """Whether the member is on another tour of the unit: by the schedule, or as the roll of that tour has it, which has
    begun since, of somebody who was called in to it."""
    why = now.row.why or "" if isinstance(now.row, Signing) else ""
    if now.start > roll.turn.start and why.startswith(SAYS) and why != roll.says:
        return True
    turns = planned_turns(file, roll.schedule, roll.look, roll.look + MOMENT)
    return any(p[1].unit == roll.unit and p[0].covers(roll.look) for p in turns)


def _signed(roll: Roll, file: DutyFile) -> list[Stretch]:
    """Signed duty that touches the tour up to the instant of the look, or covers that instant, in order."""
    return list(_touching(signed_stretches(file.signings), min(roll.turn.start, roll.look), roll.look))


def _touching(stretches: Iterable[Stretch], start: datetime, end: datetime) -> Iterator[Stretch]:
    for s in stretches:
        if s.start <= end and (s.end is None or s.end > start):
            yield s


def _at(stretches: Iterable[Stretch], at: datetime) -> Stretch | None:
    return next((s for s in stretches if s.covers(at)), None)
