"""Roll calls by command: how members, days and times are said, and what is refused."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from muster.cli import cli
from muster.domain.errors import Invalid, Refused

ASKED = ["PCT-047", "--tour", "2315x0750"]


def said(db: str, *words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--db", db])


def states(db: str, at: str) -> dict[str, tuple[str, str]]:
    found: Any = json.loads(said(db, "roll-call", "show", *ASKED, "--day", "2020-10-06", "--at", at, "--json").output)
    return {line["member"]: (line["state"], line["says"]) for line in found["lines"]}


def take(db: str, at: str, *words: str) -> Result:
    return said(db, "roll-call", "take", *ASKED, *words, "--by", "M0023", "--at", at)


def test_members_are_named_with_commas_or_one_by_one_and_times_by_the_clock_or_in_full(db: str) -> None:
    late = ("--late", "M0033@0010,M0034@23:20", "--late", "M0035@2020-10-07T00:20")
    assert take(db, "2020-10-07T00:30", "--all-present", "--except", "M0032, M0025", *late).exit_code == 0
    found = states(db, "2020-10-07T00:30")
    assert {m for m, (state, _) in found.items() if state == "no-show"} == {"M0032", "M0025"}
    assert {m: says for m, (state, says) in found.items() if state == "late"} == {
        "M0033": "signed on Wed 07 Oct 0010",
        "M0034": "signed on 2320",
        "M0035": "signed on Wed 07 Oct 0020",
    }


def test_what_is_not_said_or_no_time_is_named(db: str) -> None:
    nothing = take(db, "2020-10-06T23:20")
    assert nothing.exit_code == 2
    assert "say who is there" in nothing.output
    for words, says in (
        (["--late", "M0033"], "--late 'M0033' must be a member and a time, like M0033@0010"),
        (["--late", "M0033@2599"], "--late 'M0033@2599' must be a member and a time"),
        (["--late", "M0033@2020-10-36"], "--late M0033@2020-10-36 '2020-10-36' must be a date"),
        (["--assign", "M0033"], "--assign 'M0033' must be a member, once, and a sector, like M0033=A"),
        (["--assign", "=A"], "--assign '=A' must be a member, once, and a sector"),
        (["--assign", "M0033=A,M0033=B"], "--assign 'M0033=B' must be a member, once, and a sector"),
        (["--all-present", "--assign", "M0033=X"], "assign M0033=X must be a sector of this tour: A, B"),
        (["--all-present", "--day", "yesterday"], "--day 'yesterday' must be a date"),
    ):
        wrong = take(db, "2020-10-06T23:20", *words).exception
        assert isinstance(wrong, Invalid)
        assert says in str(wrong)


def test_the_hour_that_comes_twice_has_to_be_said_in_full(db: str) -> None:
    at = "2020-11-01T01:50-05:00"
    wrong = take(db, at, "--all-present", "--late", "M0024@0130").exception
    assert isinstance(wrong, Invalid)
    assert "happens twice in America/New_York" in str(wrong)
    assert take(db, at, "--all-present", "--late", "M0024@2020-11-01T01:30-05:00").exit_code == 0


def test_paper_leaves_out_why_somebody_is_absent_unless_asked_for_whoever_may_read_it(db: str, tmp_path: Path) -> None:
    said(db, "absent", "M0033", "--kind", "sick", "--at", "2020-10-05", "--until", "2020-10-09")
    page = tmp_path / "roll.html"
    for viewer, reads in (([], False), (["--as", "M0034"], False), (["--as", "M0005"], True)):
        words = ["print", "roll-call", *ASKED, "--day", "2020-10-06", *viewer, "--to", str(page)]
        made = said(db, *words, "--at", "2020-10-06T23:00")
        assert made.output == f"PCT-047 2315x0750 of 2020-10-06 in {page}\n"
        html = page.read_text(encoding="utf-8")
        assert ("sick" in html) is reads
        assert ("not available until Fri 09 Oct 0000" in html) is not reads


def test_whoever_nobody_dismissed_is_named_when_the_next_roll_is_called(db: str) -> None:
    assert "from before" not in take(db, "2020-10-06T23:20", "--all-present").output
    words = ["PCT-047", "--tour", "0705x1540", "--by", "M0027"]
    late = said(db, "roll-call", "take", *words, "--all-present", "--at", "2020-10-07T08:00").output
    assert "on duty still from before, until somebody dismisses or signs them off: M0023, M0025, M0032, M0033" in late
    night = ["roll-call", "dismiss", *ASKED, "--by", "M0023", "--at", "2020-10-07T08:05"]
    assert said(db, *night).output == "PCT-047 2315x0750 of 2020-10-06: 6 signed off, 0 held over\n"
    assert (
        "from before" not in said(db, "roll-call", "take", *words, "--all-present", "--at", "2020-10-07T08:10").output
    )


def test_who_may_not_call_the_roll_and_what_cannot_be_dismissed_yet_are_told_so(db: str) -> None:
    night = ["roll-call", "dismiss", *ASKED, "--day", "2020-10-06", "--by", "M0023"]
    for words, says in (
        (["roll-call", "take", *ASKED, "--all-present", "--by", "M0033", "--at", "2020-10-06T23:20"], "has to do it"),
        (
            [*night, "--at", "2020-10-06T23:15"],
            "tour 2315x0750 begins Tue 06 Oct 2020 2315 EDT: nobody is dismissed before",
        ),
    ):
        wrong = said(db, *words).exception
        assert isinstance(wrong, Refused)
        assert says in str(wrong)
        assert "call-in" not in str(wrong)


def test_sectors_are_shown_with_who_is_sent_there_and_the_next_call_says_who_keeps_theirs(db: str) -> None:
    assert take(db, "2020-10-06T23:20", "--all-present", "--assign", "M0033 = B").exit_code == 0
    shown = said(db, "roll-call", "show", *ASKED, "--at", "2020-10-06T23:20").output
    assert "  sector    A: M0034, M0035; takes 1 to 2; under M0032\n" in shown
    assert "  sector    B: M0033 (by hand); takes 1 to 2; under M0032\n" in shown
    again = take(db, "2020-10-06T23:30", "--except", "M0033").output
    assert "  sector A: M0034 (as before); takes 1 to 2; under M0032\n" in again
    assert "  sector B: M0035; takes 1 to 2; under M0032\n" in again


def test_who_is_to_stay_has_to_be_there(db: str) -> None:
    take(db, "2020-10-06T23:20", "--all-present", "--except", "M0033")
    wrong = said(
        db, "roll-call", "dismiss", *ASKED, "--stay", "M0033,M0042", "--by", "M0023", "--at", "2020-10-07T07:50"
    ).exception
    assert isinstance(wrong, Invalid)
    for member in ("M0033", "M0042"):
        assert f"stay {member} must be there, signed on for this tour" in str(wrong)
