"""Over random signings, absences and attachments: everybody on the schedule of a tour stands in exactly one state, the
one that a plain reading of the record gives, and a roll call brings about what it says and nothing twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.duty import Signing, Squad, SquadPlace
from muster.domain.errors import Invalid
from muster.domain.members import Absence, Attachment
from muster.domain.presence import MOMENT, DutyFile, status_at
from muster.domain.roll_calls import HERE, Line, Roll, RollCall, lines_of
from muster.domain.roll_taking import Answers, Said, call_of, changes, taken
from muster.domain.schedule import Turn, turn_on
from muster.domain.schema import Row, from_body
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from tests.ground import NEW_YORK, SMALL, snapshot_from

PCT = "PCT-047"
NIGHT = "2315x0750"
MEMBERS = ("M0023", "M0024", "M0025", "M0032", "M0033", "M0034", "M0035", "M0041", "M0042")
NIGHTS = (date(2020, 10, 6), date(2020, 10, 7), date(2020, 10, 31), date(2020, 3, 7))
STATES = {
    "expected", "present", "late", "absent", "elsewhere", "held-over", "not-seen", "no-show", "signed-off"
}  # fmt: skip
AWAY = ("absent", "elsewhere")


@dataclass(frozen=True)
class Night:
    """A tour, what happened around it, and an instant to look from."""

    turn: Turn
    rows: tuple[Row, ...]
    at: datetime
    call: RollCall | None = None

    @property
    def snapshot(self) -> Snapshot:
        return snapshot_from([*SMALL, *self.rows])

    @property
    def roll(self) -> Roll:
        return Roll(PCT, self.turn, self.at, self.snapshot.schedule, self.call)

    @property
    def files(self) -> dict[str, DutyFile]:
        files = self.snapshot.files
        return {m: files[m] for m in MEMBERS}

    @property
    def lines(self) -> list[Line]:
        return lines_of(self.roll, self.files.values())


@st.composite
def nights(draw: Any) -> Night:
    tours = {t.tour: t for t in snapshot_from(SMALL).schedule.tours.values()}
    turn = turn_on(tours[NIGHT], draw(st.sampled_from(NIGHTS)), NEW_YORK)

    def instant(before: int = 9, after: int = 12) -> datetime:
        return turn.start + timedelta(minutes=draw(st.integers(-before * 12, after * 12)) * 5)

    rows: dict[tuple[type[Row], str], Row] = {}
    for _ in range(draw(st.integers(0, 6))):
        member, since = draw(st.sampled_from(MEMBERS)), instant()
        kind = draw(st.sampled_from(("on", "on", "off", "held-over", "absence", "attachment", "separation")))
        until = since + timedelta(minutes=5 * draw(st.integers(1, 200)))
        row: Row
        if kind == "absence":
            row = Absence(member=member, kind="sick", since=since, until=draw(st.sampled_from((None, until))))
        elif kind == "attachment":
            to, squad = draw(st.sampled_from((("PBBX", None), (PCT, None), (PCT, "PCT-047-1A"))))
            row = Attachment(member=member, unit=to, since=since, until=until, squad=squad)
        elif kind == "separation":
            state = draw(st.sampled_from(("filed", "accepted", "withdrawn")))
            row = Separation(
                separation=f"SEP-{member}", member=member, kind="death", state=state, filed=since, effective=until
            )
        else:
            unit = None if kind == "off" else draw(st.sampled_from((PCT, PCT, "PBBX")))
            row = Signing(member=member, at=since, kind=kind, unit=unit)
        rows[type(row), row.key] = row
    return Night(turn, tuple(rows.values()), instant(2, 11))


def on_schedule(night: Night, member: str) -> tuple[bool, bool]:
    """Whether the charts give the member this tour in the unit; and whether they would, were they attached nowhere."""
    schedule, start = night.snapshot.schedule, night.turn.start

    def gives(name: str | None) -> bool:
        squad: Squad | None = schedule.squads.get(name or "")
        return squad is not None and squad.unit == PCT and schedule.turn(squad, night.turn.day) == night.turn

    def hold(row: Any) -> bool:
        return bool(row.since <= start and (row.until is None or start < row.until))

    rows = [*SMALL, *night.rows]
    places = [r.squad for r in rows if isinstance(r, SquadPlace) and r.member == member and hold(r)]
    attached = [r for r in rows if isinstance(r, Attachment) and r.member == member and hold(r)]
    home = any(map(gives, places))
    return any(gives(a.squad) for a in attached) or (home and not attached), home


def plainly(night: Night, member: str) -> str | None:
    """The state of a member as the record reads, without the code under test; None: not on the roll."""
    start, look = night.turn.start, min(night.at, night.turn.end - MOMENT)
    here, home = on_schedule(night, member)
    file = night.files[member]
    leaves = [s.effective for s in file.separations if s.state != "withdrawn"]
    if leaves and leaves[0] <= start:
        return None
    signed = [s for s in file.signings if s.at <= look]
    last = signed[-1] if signed else None
    on = last is not None and last.kind != "off"
    touched = on_here_between(file.signings, min(start, look), look)
    if not (here or home):
        if last is None or not on or last.unit != PCT or own_tour(night, file, look):
            return None
        return "held-over" if last.kind == "held-over" or min(touched) < start else "present"
    if on and last is not None and last.unit != PCT:
        return "elsewhere"
    if touched:
        return "signed-off" if not on else "late" if min(touched) > start else "present"
    if (leaves and leaves[0] <= look) or any(
        a.since <= look and (a.until is None or look < a.until) for a in file.absences
    ):
        return "absent"
    if not here:
        return "elsewhere"
    if any(s.kind == "off" and s.at >= start for s in signed):
        return "signed-off"
    return "expected" if night.at < start else "not-seen"


def on_here_between(signings: Sequence[Signing], start: datetime, end: datetime) -> list[datetime]:
    """When each stretch of signed duty here began that has an instant in the time."""
    found = []
    for s, after in zip(signings, [*signings[1:], None], strict=False):
        ends = after.at if after is not None else end + MOMENT
        if s.kind != "off" and s.unit == PCT and s.at <= end and ends > start and ends > s.at:
            found.append(s.at)
    return found


def own_tour(night: Night, file: DutyFile, look: datetime) -> bool:
    """Whether the charts have the member on another tour of the unit at the instant, by what they give alone."""
    bare = DutyFile(file.member, file.places, file.attachments)
    now = status_at(bare, night.snapshot.schedule, look)
    return now.state == "on-duty" and now.unit == PCT


@settings(max_examples=200)
@given(nights())
def test_everybody_on_the_schedule_stands_in_exactly_one_state_and_no_other_reading_gives_another(night: Night) -> None:
    lines = night.lines
    names = [line.member for line in lines]
    assert len(names) == len(set(names))
    assert {line.member: line.state for line in lines} == {
        m: state for m in MEMBERS if (state := plainly(night, m)) is not None
    }
    assert {line.state for line in lines} <= STATES
    for line in lines:
        assert line.says
        assert "sick" not in line.public
        assert "death" not in line.public


def after(night: Night, answers: Answers) -> Night:
    """The night once these answers are recorded."""
    rows = {row.stream: row for row in night.rows}
    for file in night.files.values():
        for fact in changes(night.roll, file, answers, "M0023", night.at):
            if fact.kind == "signing.removed":
                del rows[fact.stream]
            else:
                assert fact.stream not in rows
                rows[fact.stream] = from_body(Signing, fact.body)
    return Night(night.turn, tuple(rows.values()), night.at, call_of(night.roll, answers, "M0023", None))


def drawn(draw: Any, night: Night) -> Said:
    due = [line.member for line in night.lines if line.planned]
    names = draw(st.permutations(due)) if due else []
    cut = sorted(draw(st.integers(0, len(names))) for _ in range(3))
    minutes = max(1, (min(night.at, night.turn.end) - night.turn.start) // timedelta(minutes=1))
    late = {m: night.turn.start + timedelta(minutes=draw(st.integers(1, minutes))) for m in names[cut[1] : cut[2]]}
    return Said(frozenset(names[: cut[0]]), draw(st.booleans()), frozenset(names[cut[0] : cut[1]]), late)


def states(lines: Iterable[Line]) -> dict[str, str]:
    return {line.member: line.state for line in lines}


@settings(max_examples=200)
@given(st.data())
def test_a_roll_call_brings_about_what_it_says_and_nothing_twice(data: st.DataObject) -> None:
    night = data.draw(nights())
    for _ in range(3):
        if not night.turn.start < night.at < night.turn.end:
            return
        said = drawn(data.draw, night)
        try:
            answers = taken(night.roll, night.lines, night.files, said)
        except Invalid:
            return
        then = after(night, answers)
        found, before = states(then.lines), states(night.lines)
        assert not set(answers.present) & set(answers.missing)
        assert not set(answers.late) & {*answers.present, *answers.missing}
        for member in said.present:
            assert found[member] in (*HERE, "elsewhere", "signed-off")
        for member in said.missing:  # who came in spite of an absence or an attachment is back where they were
            assert found[member] == "no-show" or (member not in answers.missing and found[member] in AWAY)
            now = status_at(then.files[member], then.roll.schedule, then.roll.look)
            assert now.state != "on-duty" or now.unit != PCT or found[member] in AWAY
        for member, state in before.items():
            if member not in said.named and state in (*HERE, "absent", "elsewhere", "signed-off"):
                assert found[member] == state
        assert "not-seen" not in {s for m, s in found.items() if night.call is None or m in said.named}
        assert after(then, taken(then.roll, then.lines, then.files, said)).rows == then.rows
        night = then
        if data.draw(st.booleans()):  # somebody signs on themselves, and the roll is called again
            kind = data.draw(st.sampled_from(("on", "held-over")))
            on = Signing(member=data.draw(st.sampled_from(MEMBERS)), at=night.at, kind=kind, unit=PCT)
            if on.key not in {row.key for row in night.rows if isinstance(row, Signing)}:
                night = replace(night, rows=(*night.rows, on), at=night.at + timedelta(minutes=5))
