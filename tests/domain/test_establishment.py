"""Establishment, strength and available are three numbers; nobody is counted twice."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from muster.domain.establishment import Roll, strength
from muster.domain.force import Position
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.separation import Separation

AT = datetime(2020, 10, 7, 14, tzinfo=UTC)
BEFORE, AFTER = AT - timedelta(days=30), AT + timedelta(days=30)


def line(unit: str, places: int) -> Position:
    return Position(position=f"{unit}-PO", unit=unit, title="police-officer", order=9, places=places)


def held(member: str, unit: str) -> Appointment:
    return Appointment(position=f"{unit}-PO", member=member, kind="substantive", since=BEFORE)


def roll(**rows: Sequence[object]) -> Roll:
    named = {"positions": [line("A", 5), line("B", 2)], **rows}
    return Roll(**{name: named.get(name, []) for name in Roll.__dataclass_fields__})  # type: ignore[arg-type]


def test_places_members_and_those_available_are_told_apart() -> None:
    people = [held(m, "A") for m in ("M1", "M2", "M3", "M4")]
    sick = [Absence(member="M1", kind="sick", since=BEFORE, until=AFTER)]
    detail = [Attachment(member="M2", unit="B", since=BEFORE, until=AFTER)]
    found = strength(roll(appointments=people, absences=sick, attachments=detail), ["A"], AT)
    assert (found.establishment, found.strength, found.available, found.vacant) == (5, 4, 2, 1)
    assert (found.absent, found.attached_out, found.attached_in) == (1, 1, 0)


def test_a_detail_counts_as_available_where_it_serves() -> None:
    rows = roll(appointments=[held("M2", "A")], attachments=[Attachment(member="M2", unit="B", since=BEFORE)])
    there = strength(rows, ["B"], AT)
    assert (there.strength, there.attached_in, there.available) == (0, 1, 1)
    both = strength(rows, ["A", "B"], AT)
    assert (both.strength, both.attached_in, both.attached_out, both.available) == (1, 0, 0, 1)


def test_terminal_leave_is_strength_but_not_available_and_the_effect_ends_both() -> None:
    leaving = Separation(
        separation="S1",
        member="M1",
        kind="retirement",
        state="accepted",
        filed=BEFORE,
        leave_from=AT - timedelta(days=1),
        effective=AFTER,
    )
    rows = roll(appointments=[held("M1", "A")], separations=[leaving])
    assert (strength(rows, ["A"], AT).strength, strength(rows, ["A"], AT).available) == (1, 0)
    assert strength(rows, ["A"], AFTER).strength == 0


@given(st.lists(st.tuples(st.sampled_from("AB"), st.booleans(), st.sampled_from(["", "A", "B", "C"])), max_size=7))
def test_available_is_never_more_than_those_there(people: list[tuple[str, bool, str]]) -> None:
    names = [f"M{i}" for i in range(len(people))]
    rows = roll(
        appointments=[held(m, unit) for m, (unit, _, _) in zip(names, people, strict=True)],
        absences=[
            Absence(member=m, kind="leave", since=BEFORE) for m, (_, away, _) in zip(names, people, strict=True) if away
        ],
        attachments=[
            Attachment(member=m, unit=to, since=BEFORE) for m, (_, _, to) in zip(names, people, strict=True) if to
        ],
    )
    found = strength(rows, ["A"], AT)
    # Counted member by member, straight from the words: who serves in A and is not away.
    serving = [to or unit for unit, _, to in people]
    assert found.available == sum(s == "A" and not away for s, (_, away, _) in zip(serving, people, strict=True))
    assert found.strength == sum(unit == "A" for unit, _, _ in people)
