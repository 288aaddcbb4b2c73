"""Reading scenarios: every fault at once, before anything is played, and never a traceback."""

import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.errors import FaultyDirectory, Invalid, MusterError
from muster.domain.members import Absence
from muster.domain.schema import Row
from muster.scenarios.changes import changed
from muster.scenarios.reading import open_scenario, parse
from muster.scenarios.reference import EXAMPLE
from muster.scenarios.scenario import Change, Scenario, shipped
from tests.support import holder

HEAD = """
name = "n"
title = "t"
zone = "America/New_York"
begin = "2020-10-07T20:00"
[force]
kind = "small"
"""


def faults(text: str) -> list[str]:
    """What opening this text says."""
    with pytest.raises(FaultyDirectory) as said:
        parse(tomllib.loads(text), Path("night.toml"))
    return [str(fault).removeprefix("night.toml: ") for fault in said.value.faults]


def step(*lines: str) -> str:
    """A scenario of one step."""
    return "\n".join((HEAD, "[[step]]", *lines))


def test_the_shipped_scenarios_have_no_fault() -> None:
    assert shipped() == ["antilia-2021", "october-2020"]
    assert [open_scenario(name).name for name in shipped()] == shipped()


def test_all_faults_are_said_at_once() -> None:
    text = (
        HEAD.replace("America/New_York", "New York").replace('title = "t"', "").replace("small", "smal")
        + """
[[step]]
at = "2020-10-08T10:00"
do = "sing-on"
[[step]]
at = "2020-10-08T09:00"
do = "sign-off"
whom = "X"
[[row]]
noun = "absense"
[[fork]]
at = "2020-10-08T11:00"
until = "2020-10-08T10:00"
title = "?"
"""
    )
    found = faults(text)
    wanted = (
        "zone 'New York' must be", "title must be", "force kind 'smal' must be", "step 1 do 'sing-on' must be",
        "step 2 (sign-off) whom 'X' must be", "step 2 (sign-off) who must be", "step 2 at", "row 1 noun 'absense' must",
        "fork 1 version '0' must be", "fork 1 until",
    )  # fmt: skip
    assert [want for want in wanted if not any(said.startswith(want) for said in found)] == []
    assert len(found) == len(wanted)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (['do = "sign-off"', 'who = "A"'], "step 1 at must be a local date and time like 2020-10-07T18:00"),
        (['at = "tomorrow"', 'do = "verify"'], "step 1 at 'tomorrow' 'tomorrow' must be a date"),
        (['at = "2020-10-07T19:00"', 'do = "verify"'], "must not be before the beginning"),
        (['at = "2021-03-14T02:30"', 'do = "verify"'], "does not exist in America/New_York"),
        (['at = "2020-11-01T01:30"', 'do = "verify"'], "happens twice in America/New_York"),
        (['at = "2020-10-08"', 'do = "sing-on"'], "did you mean 'sign-on'?"),
        (['at = "2020-10-08"'], "step 1 do must be given as text"),
        (['at = "2020-10-08"', 'do = "sign-on"'], "step 1 (sign-on) who must be given: the position whose holder"),
        (['at = "2020-10-08"', 'do = "sign-on"', 'who = "A"'], "step 1 (sign-on) unit must be given: the unit"),
        (['at = "2020-10-08"', 'do = "verify"', 'unti = "A"'], "step 1 (verify) unti 'A' must be a word of this step"),
        (['at = "2020-10-08"', 'do = "sign-off"', "who = 4"], "step 1 (sign-off) who '4' must be a name"),
        (['at = "2020-10-08"', 'do = "rest"', 'who = "A"', 'until = "x"'], "step 1 (rest) until 'x'"),
        (['at = "2020-10-08"', 'do = "absent"', 'who = "A"', 'kind = "lost"'], "must be one of leave, sick, training"),
        (['at = "2020-10-08"', 'do = "call"', 'to = "A"', 'from = "B"', "answered = 1"], "must be true or false"),
        (['at = "2020-10-08"', 'do = "return"', 'order = "A"', 'result = "r"', 'missing = "B"'], "must be names in a"),
        (
            ['at = "2020-10-08"', 'do = "route"', 'matter = "m"', 'place = "P"', "people = -1"],
            "must be a whole number from 0 to",
        ),
        (['at = "2020-10-08"', 'do = "route"', 'matter = "m"', 'place = "P"', 'from = "X"'], "must come with to"),
        (['at = "2020-10-08"', 'do = "verify"', "expect = { hole = true }"], "expect hole 'True' must be one of whole"),
        (['at = "2020-10-08"', 'do = "verify"', 'expect = "whole"'], "expect 'whole' must be a table"),
        (['at = "2020-10-08"', 'do = "withdraw"', 'who = "A"', "expect = { refused = 1 }"], "must be words of the ref"),
        (['at = "2020-10-08"', 'do = "accounts"', 'file = "no.toml"'], "must be a file beside the scenario"),
    ],
)
def test_a_step_at_fault_is_named_with_what_it_must_be(lines: list[str], said: str) -> None:
    found = faults(step(*lines))
    assert any(said in fault for fault in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[row]]\nnoun = "absense"', "row 1 noun 'absense' must be one of force, rank"),
        ('[[row]]\nnoun = "tasking"', "row 1 noun 'tasking' must be one of force, rank"),
        ('[[row]]\nnoun = "absence"\nmember = "@X"\nkind = "leave"', "row 1 since must be given"),
        (
            '[[row]]\nnoun = "absence"\nmember = "@X"\nkind = "lost"\nsince = "2020"',
            "row 1 since '2020' must be a date",
        ),
        ('[[without]]\nnoun = "absence"\nmembr = "X"', "did you mean 'member'?"),
        ('[[without]]\nnoun = "absence"', "without 1 without must say of which rows"),
        ('[[without]]\nmember = "X"', "without 1 noun must be given as text"),
        ('[[stop]]\nat = "x"', "stop"),
        ('step = "x"', "step"),
        ('[[fork]]\nat = "2020-10-08"\nuntil = "2020-10-09"\ntitle = "?"', "fork 1 version '0' must be given at least"),
    ],
)
def test_rows_forks_and_unknown_keys_are_checked_too(text: str, said: str) -> None:
    document = HEAD.replace("[force]", f"{text}\n[force]") if text.startswith("step") else f"{HEAD}\n{text}"
    found = faults(document)
    assert any(said in fault for fault in found), found


def test_steps_of_a_version_stand_inside_the_fork_and_in_order() -> None:
    versions = "".join(
        f'[[fork.version]]\ntitle = "v"\n[[fork.version.step]]\nat = "{at}"\ndo = "verify"\n'
        for at in ("2020-10-08T10:00", "2020-10-08T12:00", "2020-10-08T14:00")
    )
    fork = f'[[fork]]\nat = "2020-10-08T11:00"\nuntil = "2020-10-08T13:00"\ntitle = "?"\n{versions}'
    found = faults(f"{HEAD}\n{fork}")
    assert len(found) == 2
    assert "fork 1 version 1 step 1 at" in found[0]
    assert "must not be before the beginning" in found[0]
    assert "fork 1 version 3 step 1 at" in found[1]
    assert "not after it ends" in found[1]


@pytest.mark.parametrize("text", ["name = ", "\x00", '[force]\nkind = "a"\n[force]'])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=r"scenario bad\.toml"):
        open_scenario(str(file))


def test_a_scenario_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(
        Invalid, match="must be a file or one of antilia-2021, october-2020; did you mean 'october-2020'"
    ):
        open_scenario("october-2021")


def test_a_name_cannot_lead_out_of_the_shipped_scenarios() -> None:
    with pytest.raises(Invalid, match="must be a file or one of"):
        open_scenario("../data/october-2020")


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.booleans(), st.lists(st.integers(), max_size=2))


@settings(max_examples=200)
@given(data=st.data())
def test_any_part_of_a_scenario_may_be_anything_and_still_be_refused_in_words(
    data: st.DataObject,
) -> None:
    document = tomllib.loads(EXAMPLE)
    spot, key = data.draw(st.sampled_from(_spots(document)))
    spot[key] = data.draw(JUNK)
    with suppress(MusterError):
        assert isinstance(parse(document, Path("night.toml")), Scenario)


def _spots(value: object) -> list[tuple[dict[str, object], str]]:
    """Every place of a document that holds something."""
    found: list[tuple[dict[str, object], str]] = []
    if isinstance(value, dict):
        found += [(value, key) for key in value]
        for part in value.values():
            found += _spots(part)
    elif isinstance(value, list):
        for part in value:
            found += _spots(part)
    return found


def test_an_office_in_a_row_means_whoever_holds_it_when_the_scenario_begins() -> None:
    made = open_scenario("october-2020")
    since = [made.begin - timedelta(days=days) for days in (900, 600, 300)]
    rows: list[Row] = [
        holder("XO", "FORMER", since[0], since[1]),
        holder("XO", "HOLDER", since[1]),
        replace(holder("XO", "ACTING", since[2]), kind="acting"),
        holder("XO", "LATER", made.begin + timedelta(days=9)),
    ]
    away = Change("absence", add={"member": "@XO", "kind": "leave", "since": "2020-10-20"})
    *_, absence = changed(rows, replace(made, changes=(away,)))
    assert isinstance(absence, Absence)
    assert absence.member == "HOLDER"


def test_a_generated_force_has_the_size_that_is_asked_and_others_have_their_own() -> None:
    resize: Callable[[int], Scenario] = open_scenario("antilia-2021").resized
    with pytest.raises(Invalid, match="its force is not generated"):
        resize(100)
    assert open_scenario("october-2020").resized(100).members == 100
