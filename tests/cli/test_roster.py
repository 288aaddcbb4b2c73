"""muster roster solve and check, as a planner meets them: what is told of a wrong file, and of what cannot be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli, main
from muster.domain.errors import Invalid
from muster.roster.curtois import FaultyInstance

TEXT = """\
SECTION_HORIZON
7
SECTION_SHIFTS
D,480,
N,600,D
SECTION_STAFF
A,D=7,2400,960,5,2,2,1
B,D=7,2400,2000,5,2,2,1
SECTION_DAYS_OFF
B,0,1,2,3,4
SECTION_COVER
0,D,1,100,1
1,N,1,100,1
2,N,1,100,1
5,D,3,100,1
"""
WARNINGS = ["days 1-2, N: nobody may work it, 1 is needed", "day 5, D: only 2 may work it, 3 are needed"]
CLASH = "has no possible line; there would be one without the days off, or without the least minutes (2000)"
MUST = 'must be JSON with assignments: member to a list with one entry a day, the id of a tour or ""'
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of ``muster roster`` in a folder of its own, in which ``week.txt`` is the problem."""
    monkeypatch.chdir(tmp_path)
    Path("week.txt").write_text(TEXT, encoding="utf-8")
    return lambda *arguments: CliRunner().invoke(cli, ["roster", *arguments])


def solved(run: Run, *more: str) -> dict[str, Any]:
    result = run("solve", "week.txt", "--effort", "200", "--json", *more)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def checked(run: Run, assignments: object, *more: str) -> Result:
    Path("roster.json").write_text(json.dumps({"assignments": assignments}), encoding="utf-8")
    return run("check", "week.txt", "roster.json", *more)


def refused(result: Result) -> str:
    assert isinstance(result.exception, Invalid | FaultyInstance), result.output
    return str(result.exception)


def test_json_tells_who_has_no_line_what_cannot_be_covered_and_the_roster_of_the_rest(run: Run) -> None:
    value = solved(run)
    assert value["unsolved"] == {"B": CLASH}
    assert value["warnings"] == WARNINGS
    assert [b["member"] for b in value["breaches"]] == ["B"]
    assert value["assignments"]["B"] == [""] * 7
    assert value["assignments"]["A"][0] == value["assignments"]["A"][5] == "D"
    assert value["objective"] == value["bound"] == 400


def test_text_tells_the_same(run: Run) -> None:
    lines = run("solve", "week.txt", "--effort", "200").stdout.splitlines()
    assert [line.removeprefix("warning: ") for line in lines if line.startswith("warning: ")] == WARNINGS
    assert f"B {CLASH}" in lines
    assert lines[-2:] == ["1 breach:", "B: works 0 minutes, at least 2000"]


def test_a_problem_with_faults_is_refused_with_file_and_line(run: Run) -> None:
    faulty = TEXT.replace("7\n", "-7\n", 1).replace("0,D,1,100,1", "0,D,1,1e9,1").replace("A,D=7,2400", "A,D=7,2400.0")
    Path("week.txt").write_text(faulty, encoding="utf-8")
    assert refused(run("solve", "week.txt")).splitlines() == [
        "3 faults:",
        "week.txt:2: days '-7' must be a whole number from 1 to 511",
        "week.txt:7: most minutes '2400.0' must be a whole number from 0 to 1000000000",
        "week.txt:12: weight under '1e9' must be a whole number from 0 to 1000000000",
    ]


@pytest.mark.parametrize("content", [TEXT.encode("utf-16"), b"\xff\xfe\x00", b"SECTION_HORIZON\n\xe9\n"])
def test_a_problem_that_is_no_text_is_refused(run: Run, content: bytes) -> None:
    Path("week.txt").write_bytes(content)
    assert refused(run("solve", "week.txt")) == "week.txt: must be text in UTF-8"


@pytest.mark.parametrize("option", ["--seconds", "--effort"])
@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1", "soon"])
@pytest.mark.parametrize("command", [("solve", "week.txt"), ("city", "--from", "2020-10-19")])
def test_a_budget_that_never_ends_or_is_none_is_refused(
    run: Run, command: tuple[str, ...], option: str, value: str
) -> None:
    result = run(*command, option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}'" in result.stderr


def test_what_was_solved_is_checked_with_the_same_penalty(run: Run) -> None:
    value = solved(run)
    result = checked(run, value["assignments"], "--json")
    told = json.loads(result.stdout)
    assert (told["objective"], told["violations"], told["breaches"]) == (400, 1, value["breaches"])
    assert result.exit_code == 1


def test_all_that_is_wrong_with_a_roster_is_told_at_once(run: Run) -> None:
    result = checked(run, {"A": ["D", "D"], "Z": [], "B": ["D", "X", "", "", "", "", "Y"]})
    assert result.stdout.splitlines() == [
        "penalty 600, 2 members without a sound line counted as off",
        "4 breaches:",
        "Z: is no member of this unit",
        "A: has 2 entries, needs one for each of 7 days",
        "B day 1: no tour 'X'; there are D, N",
        "B day 6: no tour 'Y'; there are D, N",
    ]
    nobody = checked(run, {}).stdout.splitlines()
    assert nobody[1:] == ["2 breaches:", "A: has no line", "B: has no line"]


def test_more_breaches_than_are_shown_are_counted_and_json_has_all(run: Run) -> None:
    lines = {f"Z{i}": ["D"] for i in range(30)}
    assert checked(run, lines).stdout.splitlines()[-1] == "and 12 more; --json has all"
    assert len(json.loads(checked(run, lines, "--json").stdout)["breaches"]) == 32


def test_a_check_ends_with_1_when_a_rule_is_broken_and_with_0_when_none_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("week.txt").write_text(TEXT.replace("B,0,1,2,3,4", "B,0"), encoding="utf-8")
    for assignments, code in ((solved(run)["assignments"], 0), ({}, 1)):
        assert checked(run, assignments).exit_code == code
        monkeypatch.setattr("sys.argv", ["muster", "roster", "check", "week.txt", "roster.json"])
        if code:
            with pytest.raises(SystemExit) as ended:
                main()
            assert ended.value.code == code
        else:
            main()


def test_a_roster_file_whose_lines_are_none_is_refused_with_all_of_them(run: Run) -> None:
    said = refused(checked(run, {"A": ["D", 5, None], "B": 3, "C": {"a": 1}}))
    assert said.splitlines() == [
        f"roster.json: {MUST}",
        "A day 1: 5 must be text",
        "A day 2: null must be text",
        "B: 3 must be a list",
        'C: {"a": 1} must be a list',
    ]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"3", b'{"assignments": []}', b"{", b"\x8e\x00", b"[" * 100_000, TEXT.encode()]
)
def test_a_file_that_is_no_roster_is_refused(run: Run, content: bytes) -> None:
    Path("roster.json").write_bytes(content)
    assert refused(run("check", "week.txt", "roster.json")).startswith(f"roster.json: {MUST}")


def test_a_member_who_stands_twice_in_a_roster_is_refused(run: Run) -> None:
    Path("roster.json").write_text('{"assignments": {"A": [], "B": [], "A": ["D"]}}', encoding="utf-8")
    assert refused(run("check", "week.txt", "roster.json")) == "roster.json: 'A' must stand once"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_roster_is_read_however_a_shell_wrote_it(run: Run, encoding: str) -> None:
    text = json.dumps(solved(run), indent=2).replace("\n", "\r\n")
    Path("roster.json").write_bytes(text.encode(encoding))
    assert run("check", "week.txt", "roster.json").stdout.splitlines()[0] == "penalty 400"


@pytest.mark.parametrize(
    "words",
    [
        ("city", "--from"),
        ("city", "--to"),
        ("amend", "PCT-047", "--day"),
        ("replan", "week.json", "--from"),
        ("replan", "week.json", "--to"),
        ("why-short", "week.json", "--day"),
        ("why-short", "week.json", "--from"),
        ("why-short", "week.json", "--to"),
    ],
)
@pytest.mark.parametrize("said", ["21.10.2020", "2020-02-30"])
def test_what_is_no_day_is_refused_with_what_it_must_be(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(cli, ["roster", *words, said])
    assert result.exit_code == 2
    assert f"'{words[-1]}': '{said}' must be a day that there is, like 2020-10-07." in result.stderr
