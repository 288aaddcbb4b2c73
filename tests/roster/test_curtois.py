"""The text format of the public instances: what is wrong is named with its line, and how it was typed is no matter."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from muster.domain.errors import Invalid
from muster.roster.curtois import SECTIONS, SHOWN, FaultyInstance, read_curtois
from muster.roster.problem import MOST_DAYS, MOST_NUMBER, MOST_PENALTY, OFF, Cover, Instance, Member, Request, Tour
from tests.roster.curtois_text import curtois_text
from tests.roster.drawing import drawn_instance

TEXT = """\
SECTION_HORIZON
# All instances start on a Monday
14

SECTION_SHIFTS
# ShiftID, Length in mins, Shifts which cannot follow this shift
E,480,
L,500,E|N
N,600,E|L

SECTION_STAFF
A,E=14|L=14|N=0,4320,3360,5,2,2,1
B,E=14|L=3,4320,3360,5,0,0,2

SECTION_DAYS_OFF
A,0
B,5,6

SECTION_SHIFT_ON_REQUESTS
A,2,E,2

SECTION_SHIFT_OFF_REQUESTS
B,3,L,1

SECTION_COVER
0,E,2,100,1
13,N,1,100,1

SECTION_WEEKLY_MAX
2400
"""
READ = Instance(
    days=14,
    tours=(Tour("E", 480), Tour("L", 500, frozenset("EN")), Tour("N", 600, frozenset("EL"))),
    members=(
        Member("A", {"E": 14, "L": 14, "N": 0}, 3360, 4320, 5, 2, 2, 1, 2400, frozenset({0})),
        Member("B", {"E": 14, "L": 3}, 3360, 4320, 5, 1, 1, 2, 2400, frozenset({5, 6})),
    ),
    cover=(Cover(0, "E", 2, 100, 1), Cover(13, "N", 1, 100, 1)),
    requests=(Request("A", 2, "E", 2, True), Request("B", 3, "L", 1, False)),
)
WHOLE = f"must be a whole number from 0 to {MOST_NUMBER}"


def test_every_part_of_a_text_is_read() -> None:
    assert read_curtois(TEXT) == READ


def blocks(text: str) -> list[str]:
    return text.strip().split("\n\n")


SAME: dict[str, Callable[[str], str]] = {
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "line ends of old": lambda text: text.replace("\n", "\r"),
    "a byte order mark": lambda text: "\ufeff" + text,
    "spaces at the ends": lambda text: text.replace("\n", "  \t\n"),
    "spaces around values": lambda text: text.replace(",", " , ").replace("|", " | ").replace("=", " = "),
    "zeros before numbers": lambda text: text.replace(",480,", ",0000000000480,"),
    "bars too many": lambda text: text.replace("E|N", "|E||N|"),
    "sections the other way round": lambda text: "\n\n".join(reversed(blocks(text))),
    "no line end at the end": str.strip,
    "comments and empty lines": lambda text: text.replace("\n", "\n\n# more\n"),
    "a name of a section with spaces": lambda text: text.replace("SECTION_STAFF", "  SECTION_STAFF  "),
}


@pytest.mark.parametrize("typed", SAME.values(), ids=SAME)
def test_how_a_text_was_typed_is_no_matter(typed: Callable[[str], str]) -> None:
    assert typed(TEXT) != TEXT
    assert read_curtois(typed(TEXT)) == READ


FAULTS = {
    ("14\n", "0\n"): f"3: days '0' must be a whole number from 1 to {MOST_DAYS}",
    ("14\n\n", "-14\n\n"): f"3: days '-14' must be a whole number from 1 to {MOST_DAYS}",
    ("14\n\n", "512\n\n"): f"3: days '512' must be a whole number from 1 to {MOST_DAYS}",
    ("14\n\n", "14\n15\n"): "4: text '15' must not follow: the section has one number",
    ("E,480,", "E,480"): "7: must have 3 values separated by commas, has 2",
    ("E,480,", "E,8h,"): f"7: minutes '8h' {WHOLE}",
    ("E,480,", "E,-480,"): f"7: minutes '-480' {WHOLE}",
    ("L,500,E|N", "L,500,E|X"): "8: may not follow 'X' must be one of E, L, N",
    ("N,600,E|L", "E,600,"): "9: shift 'E' must be given, and stand once",
    ("E,480,", "E,480,\n,480,"): "8: shift '' must be given, and stand once",
    ("E,480,", "E,480,\nE=1,480,"): "8: shift 'E=1' must be without | and =, which stand between shifts",
    ("B,E=14|L=3,", "A,E=14|L=3,"): "13: employee 'A' must be given, and stand once",
    ("B,E=14|L=3,", ",E=14|L=3,"): "13: employee '' must be given, and stand once",
    ("A,E=14|L=14|N=0,", "A,E=14|L=14|X=0,"): "12: shift 'X' must be one of E, L, N",
    ("A,E=14|L=14|N=0,", "A,E=14|L14|N=0,"): "12: most shifts 'L14' must be SHIFT=DAYS",
    ("A,E=14|L=14|N=0,", "A,E=14|L=x|N=0,"): f"12: most shifts 'x' {WHOLE}",
    ("A,E=14|L=14|N=0,", "A,E=14|L=14|E=0,"): "12: shift 'E' must stand once in the line",
    ("4320,3360,5,2,2,1", "4320,3360,5,2,2"): "12: must have 8 values separated by commas, has 7",
    ("4320,3360,5,2,2,1", "4320,4321,5,2,2,1"): "12: least minutes '4321' must be at most 4320, the most minutes",
    ("4320,3360,5,2,2,1", "4320,3360.5,5,2,2,1"): f"12: least minutes '3360.5' {WHOLE}",
    ("4320,3360,5,2,2,1", f"{MOST_NUMBER + 1},3360,5,2,2,1"): f"12: most minutes '{MOST_NUMBER + 1}' {WHOLE}",
    ("4320,3360,5,2,2,1", "4320,3360,-5,2,2,1"): f"12: most in a row '-5' {WHOLE}",
    ("4320,3360,5,2,2,1", "4320,3360,5,-2,2,1"): f"12: least in a row '-2' {WHOLE}",
    ("4320,3360,5,2,2,1", "4320,3360,5,2,\u0662,1"): f"12: least off in a row '\u0662' {WHOLE}",
    ("4320,3360,5,2,2,1", "4320,3360,5,2,2,"): f"12: most weekends '' {WHOLE}",
    ("A,0\n", "C,0\n"): "16: employee 'C' must be one of A, B",
    ("A,0\n", "A,14\n"): "16: day '14' must be a whole number from 0 to 13",
    ("A,0\n", "A,\n"): "16: day '' must be a whole number from 0 to 13",
    ("A,2,E,2", "A,2,E,2,5"): "20: must have 4 values separated by commas, has 5",
    ("A,2,E,2", "C,2,E,2"): "20: employee 'C' must be one of A, B",
    ("A,2,E,2", "A,-1,E,2"): "20: day '-1' must be a whole number from 0 to 13",
    ("A,2,E,2", "A,2,X,2"): "20: shift 'X' must be one of E, L, N",
    ("B,3,L,1", "B,3,L,1.5"): f"23: weight '1.5' {WHOLE}",
    ("B,3,L,1", "B,3,L,-1"): f"23: weight '-1' {WHOLE}",
    ("0,E,2,100,1", "0,E,2,100"): "26: must have 5 values separated by commas, has 4",
    ("0,E,2,100,1", "14,E,2,100,1"): "26: day '14' must be a whole number from 0 to 13",
    ("0,E,2,100,1", "0,,2,100,1"): "26: shift '' must be one of E, L, N",
    ("0,E,2,100,1", "0,E,-2,100,1"): f"26: required '-2' {WHOLE}",
    ("0,E,2,100,1", f"0,E,2,{'9' * 5000},1"): f"26: weight under '{'9' * 40}' {WHOLE}",
    ("0,E,2,100,1", "0,E,2,100,nan"): f"26: weight over 'nan' {WHOLE}",
    ("2400\n", "0\n"): f"30: minutes '0' must be a whole number from 1 to {MOST_NUMBER}",
    ("SECTION_HORIZON\n", "SECTION_HORIZONS\n"): (
        f"1: section 'SECTION_HORIZONS' must be one of {', '.join(SECTIONS)}\n"
        "roster.txt: must have a SECTION_HORIZON with at least one line"
    ),
    ("SECTION_DAYS_OFF", "SECTION_STAFF"): "15: section 'SECTION_STAFF' must stand once",
    ("SECTION_HORIZON\n", "section_horizon\nSECTION_HORIZON\n"): (
        "1: text 'section_horizon' must come after the name of a section"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), FAULTS.items(), ids=range(len(FAULTS)))
def test_a_fault_is_named_with_its_line_and_what_it_must_be(change: tuple[str, str], says: str) -> None:
    faulty = TEXT.replace(*change, 1)
    assert faulty != TEXT
    with pytest.raises(FaultyInstance) as refused:
        read_curtois(faulty, "roster.txt")
    told = str(refused.value).splitlines()[1:]
    assert {line if line.startswith("roster.txt") else f"roster.txt:{line}" for line in says.splitlines()} <= set(told)


@pytest.mark.parametrize("section", ["SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER"])
def test_a_section_that_is_needed_must_be_there(section: str) -> None:
    without = "\n\n".join(block for block in blocks(TEXT) if not block.startswith(section + "\n"))
    with pytest.raises(FaultyInstance, match=f"roster.txt: must have a {section} with at least one line"):
        read_curtois(without, "roster.txt")


def test_the_other_sections_may_be_missing() -> None:
    needed = [
        b for b in blocks(TEXT) if b.split("\n")[0].removeprefix("SECTION_") in ("HORIZON", "SHIFTS", "STAFF", "COVER")
    ]
    plain = tuple(replace(m, days_off=frozenset(), most_week_minutes=None) for m in READ.members)
    assert read_curtois("\n".join(needed)) == replace(READ, members=plain, requests=())


def test_all_faults_are_told_at_once_in_the_order_of_the_lines() -> None:
    faulty = TEXT.replace("E,480,", "E,x,").replace("A,0", "C,99").replace("13,N", "14,N").replace("2400", "-1")
    with pytest.raises(FaultyInstance) as refused:
        read_curtois(faulty, "roster.txt")
    assert [(fault.line, fault.column) for fault in refused.value.faults] == [
        (7, "minutes"), (16, "employee"), (16, "day"), (27, "day"), (30, "minutes"),
    ]  # fmt: skip
    assert str(refused.value).splitlines()[0] == "5 faults:"


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", "# nothing\n"])
def test_an_empty_file_lacks_all_that_is_needed_and_nothing_more(text: str) -> None:
    with pytest.raises(FaultyInstance, match=r"^4 faults:\n") as refused:
        read_curtois(text)
    assert all("with at least one line" in fault.must for fault in refused.value.faults)


def test_a_file_of_another_kind_is_told_of_in_a_hundred_lines() -> None:
    with pytest.raises(FaultyInstance) as refused:
        read_curtois("a line\n" * 5000)
    assert len(refused.value.faults) == 5004
    assert str(refused.value).splitlines()[-1] == f"and {5004 - SHOWN} more"
    assert len(str(refused.value).splitlines()) == SHOWN + 2


@pytest.mark.parametrize(
    ("line", "heavy", "number"),
    [
        ("0,E,2,100,1", "0,E,2,500000000,1", 26),
        ("0,E,2,100,1", f"0,E,0,0,{MOST_PENALTY}", 26),
        ("A,2,E,2", f"A,2,E,{MOST_PENALTY}", 20),
        ("B,3,L,1", f"B,3,L,{MOST_PENALTY}", 23),
    ],
)
def test_weights_too_heavy_for_exact_sums_are_refused_at_the_heaviest(line: str, heavy: str, number: int) -> None:
    with pytest.raises(FaultyInstance) as refused:
        read_curtois(TEXT.replace(line, heavy), "roster.txt")
    said = str(refused.value)
    assert said.startswith(f"1 fault:\nroster.txt:{number}: line '{heavy}' is the heaviest: all weights come to ")
    assert f"must come to at most {MOST_PENALTY} together" in said


def test_what_is_written_is_read_as_it_was() -> None:
    assert read_curtois(curtois_text(READ)) == READ
    for seed in range(20):
        instance = writable(drawn_instance(seed, members=3))
        assert read_curtois(curtois_text(instance)) == instance


def writable(drawn: Instance) -> Instance:
    """The drawn problem without what the format has no words for."""
    members = tuple(
        Member(
            m.ref, m.most_days, m.least_minutes, m.most_minutes, m.most_run_days, m.least_run_days, m.least_off_days,
            m.most_weekends, 2000, m.days_off,
        )
        for m in drawn.members
    )  # fmt: skip
    requests = sorted((r for r in drawn.requests if r.tour != OFF), key=lambda r: not r.wanted)
    tours = tuple(replace(tour, minutes_on={}) for tour in drawn.tours)
    cover = tuple(replace(c, qualified=None) for c in drawn.cover)
    return Instance(drawn.days, tours, members, cover, tuple(requests))  # no weights of successions


def test_what_the_format_has_no_words_for_is_not_written() -> None:
    one, two = READ.members
    for instance, says in (
        (replace(READ, members=()), "members and cover are missing must be there"),
        (replace(READ, cover=()), "members and cover are missing must be there"),
        (replace(READ, members=(one, replace(two, ref="B,C"))), "names ['B,C'] must be words without , | = #"),
        (replace(READ, tours=(*READ.tours, Tour("#1", 480))), "names ['#1'] must be words"),
        (replace(READ, members=(one, replace(two, ref=" B"))), "names [' B'] must be words"),
        (replace(READ, members=(one, replace(two, ref="B\n"))), "names ['B\\n'] must be words"),
        (replace(READ, members=(one, replace(two, ref="SECTION_COVER"))), "names ['SECTION_COVER'] must be words"),
        (replace(READ, first_weekday=2), "day 0 2 must be a Monday (0)"),
        (replace(READ, members=(one, replace(two, most_week_minutes=None))), "weekly limits ['2400', 'None'] must be"),
        (replace(READ, members=(one, replace(two, fixed={0: "E"}))), "cells and costs of members are present"),
        (replace(READ, tours=(Tour("E", 480, minutes_on={3: 9}), *READ.tours[1:])), "cells and costs of members"),
        (replace(READ, cover=(Cover(0, "E", 1, 1, 1, frozenset("A")),)), "qualified cover is present"),
        (replace(READ, succession_weights={("E", "L"): 3}), "weights of successions are present must be none"),
        (replace(READ, requests=(Request("A", 0, OFF, 1, True),)), "requests for a day off are present"),
    ):
        with pytest.raises(Invalid) as refused:
            curtois_text(instance)
        assert says in str(refused.value)


def test_the_instances_that_come_with_the_project_are_read() -> None:
    files = sorted((Path(__file__).parents[2] / "benchmarks/data/rosters").rglob("*.txt"))
    assert files
    for file in files:
        assert read_curtois(file.read_text(encoding="utf-8"), file.name).cover
