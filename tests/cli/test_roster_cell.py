"""muster roster why-cell: from a published roster and from a file, and what it offers is what amending takes."""

import shlex

from tests.cli.test_roster_publish import SIGNED, Planner, desk
from tests.publishing import BEFORE

__all__ = ["desk"]
CELL = ("M0024", "2020-10-19")
CHARTED = ("M0033", "2020-10-21")


def test_an_entry_of_a_file_and_of_what_is_published_is_told(desk: Planner) -> None:
    of_file = desk.told("roster", "why-cell", desk.file, *CELL)
    assert "  because  the plan has it so, and no chart\n  chart    off\n" in of_file
    desk.told("roster", "publish", desk.file, *SIGNED)
    shown = desk.told("roster", "why-cell", "PCT-047", *CHARTED, "--at", BEFORE)
    assert shown.splitlines()[:4] == [
        "M0033 on Wed 21 Oct 2020, PCT-047: 2315x0750",
        "  because  as the chart has it; published, signed PCT-047-CO (M0005)",
        "  chart    2315x0750",
        "  serves   2315x0750: 3 officers, at least 1, wanted 2; not short without them",
    ]
    told = desk.json("roster", "why-cell", "PCT-047", *CHARTED, "--at", BEFORE)
    assert [line.split()[1] for line in shown.splitlines() if " could have it: " in line] == [
        other["member"] for other in told["others"]
    ]
    assert told["change"] is None


def test_the_command_that_it_names_does_it(desk: Planner) -> None:
    desk.told("roster", "publish", desk.file, *SIGNED)
    shown = desk.told("roster", "why-cell", "PCT-047", *CHARTED, "--to", "off", "--at", BEFORE)
    assert "  cover    2315x0750: 3 > 2 officers, at least 1, wanted 2\n" in shown
    (named,) = [line.removeprefix("  amend    muster ") for line in shown.splitlines() if "amend  " in line]
    assert desk.told(*shlex.split(named), "--at", BEFORE).endswith(" M0033 on 2020-10-21 off\n")
    assert "  chart    2315x0750\n" in desk.told("roster", "why-cell", "PCT-047", *CHARTED, "--at", BEFORE)
    assert "  because  amended from 2315x0750 in version 2" in desk.told("roster", "why-cell", "PCT-047", *CHARTED)


def test_what_may_not_be_is_refused_in_the_words_of_amending(desk: Planner) -> None:
    desk.told("roster", "publish", desk.file, *SIGNED)
    entry = ("--to", "1500x2335", "--at", BEFORE)
    shown = desk.told("roster", "why-cell", "PCT-047", *CHARTED, *entry)
    (why,) = [line.removeprefix("  refused  ") for line in shown.splitlines() if line.startswith("  refused")]
    act = ("--member", CHARTED[0], "--day", CHARTED[1], "--tour", "1500x2335", "--reason", "a trial")
    assert why in desk.refused("roster", "amend", "PCT-047", *act, *SIGNED)
    assert "has no line in the roster" in desk.refused("roster", "why-cell", "PCT-047", "M0005", "2020-10-21")
    assert "unit 'PCT-O47' is not in the record" in desk.refused("roster", "why-cell", "PCT-O47", *CHARTED)


def test_asked_as_an_officer_it_tells_no_hours_of_others(desk: Planner) -> None:
    desk.told("roster", "publish", desk.file, *SIGNED)
    asked = ("roster", "why-cell", "PCT-047", *CHARTED, "--to", "off", "--at", BEFORE)
    assert " in 7 days" in desk.told(*asked)
    assert " in 7 days" in desk.told(*asked, "--as", "M0005")
    shown = desk.told(*asked, "--as", "M0019")
    assert " in 7 days" not in shown
    assert " could have it" in shown
    assert "member 'M9' is not in the record" in desk.refused(*asked, "--as", "M9")
