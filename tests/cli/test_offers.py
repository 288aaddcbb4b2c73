"""Offers from the command line: what is printed, what JSON holds, and what is refused in words that help."""

import json
from pathlib import Path

import pytest

from tests.shell import run

NEED = "--rank PO --from 2030-01-12T23:15 --until 2030-01-13T07:50 --by M0027"
LAST = "2030-01-12T18:00"


@pytest.fixture
def need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small force, in which a police officer is needed for a night."""
    monkeypatch.setenv("MUSTER_DB", f"sqlite:///{tmp_path}/muster.db")
    for command in (f"new {tmp_path}/force", f"load {tmp_path}/force", f"call-in open PCT-047 --name C1 {NEED}"):
        assert run(f"muster {command}")[0] == 0
    return tmp_path


def said(command: str) -> str:
    """What a command prints; fails where it is refused."""
    status, printed = run(f"muster {command}")
    assert status == 0, printed
    return printed


def test_an_offer_is_made_shown_and_told_in_json(need: Path) -> None:
    made = json.loads(said(f"call-in offer C1 --to 2 --deadline {LAST} --by M0027 --json"))
    assert [(o["member"], o["place"], o["state"]) for o in made["offers"]] == [
        ("M0033", 1, "open"),
        ("M0034", 2, "open"),
    ]
    assert {o["digest"] for o in made["offers"]} == {made["offering"]["digest"]}
    assert "Noted: you are willing" in said("answer C1 willing --by M0034")
    shown = json.loads(said("call-in show C1 --json"))
    assert [o["state"] for o in shown["offers"][0]["offers"]] == ["open", "willing"]
    why = json.loads(said("call-in why M0034 --json"))
    assert (why["offered"]["mine"]["state"], why["offered"]["proved"], why["answer"]) == ("willing", True, None)


def test_while_a_round_runs_the_list_says_who_is_asked_and_not_that_they_are_to_be(need: Path) -> None:
    before = said("call-in show C1")
    assert "still needed; next: M0033, to be asked" in before
    said(f"call-in offer C1 --to 2 --deadline {LAST} --by M0027")
    said("answer C1 refused --by M0033")
    asked = said("call-in show C1").partition("  asked, in this order:")[2].partition("  ordered,")[0]
    listed = {line.split()[1]: line for line in asked.splitlines() if line}
    assert listed["M0034"].endswith(": offered: no answer yet")
    assert listed["M0033"].endswith(": refused")
    assert listed["M0035"].endswith(": to be asked")
    assert "1 still needed; offered to 2, and the round runs" in said("call-in show C1")


def test_before_the_offer_there_was_none_to_show(need: Path) -> None:
    said(f"call-in offer C1 --to 2 --deadline {LAST} --by M0027")
    assert "offers, round 1, by M0027" in said("call-in show C1")
    opened = json.loads(said("call-in show C1 --json"))["call_in"]["at"]
    assert "offers, round 1" not in said(f"call-in show C1 --at {opened}")


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (f"call-in offer C9 --to 2 --deadline {LAST} --by M0027", "call-in 'C9' is not in the record"),
        (f"call-in offer C1 --to 0 --deadline {LAST} --by M0027", "to 0 must be from 1 to 200"),
        (f"call-in offer C1 --to 2 --deadline {LAST} --by M0041", "holds no command or tour position"),
        (f"call-in offer C1 --to 2 --deadline {LAST} --by 'M1;--'", "member 'M1;--' is not in the record"),
        ("call-in offer C1 --to 2 --deadline soon --by M0027", "--deadline"),
        ("call-in offer C1 --to 2 --deadline 2020-01-12T18:00 --by M0027", "must be still to come"),
        ("call-in offer C1 --to 2 --deadline 2030-01-13T07:50 --by M0027", "must be before the call-in is over"),
        ("answer C1 willing --by M0034", "M0034 was not contacted about 'C1': the list of it shows who was"),
    ],
)
def test_what_cannot_be_offered_or_answered_is_refused_in_words(need: Path, command: str, says: str) -> None:
    status, printed = run(f"muster {command}")
    assert status != 0
    assert says in printed
