"""The commands for positions, separations, delegations and paper, as somebody types them through October 2020."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from muster.cli.appointments import appoint, position, relieve
from muster.cli.delegations import delegate
from muster.cli.printed import print_
from muster.cli.separations import separation
from muster.domain.errors import Invalid
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.support import SettableClock

Type = Callable[..., str]


@pytest.fixture
def typed(temporary_store: SqlStore, clock: SettableClock, url: str) -> Type:
    """Runs a command on the small force; what it printed comes back."""
    InRecord(temporary_store, clock)

    def run(command: click.Command, said: str, *more: str) -> str:
        arguments = [*said.split(), *more, "--db", url]
        return CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False).output

    return run


def test_the_story_of_a_vacancy_as_typed(typed: Type) -> None:
    filing = typed(separation, "file M0005 --kind retirement --effective 2020-11-12 --at 2020-10-13T11:00")
    assert "can be withdrawn through Tuesday 2020-11-10" in filing
    assert "the succession proposes M0006 (PCT-047-XO) to act" in filing
    typed(separation, "reconsider M0005 --by M0001 --at 2020-10-13T15:00 --says stay")
    typed(separation, "accept M0005 --by M0004 --at 2020-10-15")
    leave = typed(separation, "leave M0005 --from 2020-10-30 --by M0004 --at 2020-10-20")
    assert "terminal leave from 2020-10-30" in leave
    appointing = "M0006 PCT-047-CO --acting --by M0004 --at 2020-10-30"
    told = typed(appoint, appointing, "--instrument", "Order 7")
    assert told.startswith("M0006 acts in PCT-047-CO from 2020-10-30")
    assert "holds PCT-047-CO already" in typed(appoint, appointing, "--instrument", "Order 7")
    page = typed(position, "PCT-047-CO --at 2020-11-01")
    assert "acting             M0006, acting since 2020-10-30; Order 7" in page
    assert "on terminal leave  M0005, substantive since 2020-01-01; retirement filed 2020-10-13T11:00" in page
    shown = typed(separation, "show M0005 --at 2020-11-01")
    assert shown.startswith("terminal-leave on 2020-11-01")
    assert "separation.reconsideration-asked" in shown
    assert "M0006 no longer holds" in typed(relieve, "M0006 PCT-047-CO --by M0004 --at 2020-11-12")
    assert "recorded already" in typed(relieve, "M0006 PCT-047-CO --by M0004 --at 2020-11-12")
    assert "vacant; nobody acts" in typed(position, "PCT-047-CO --at 2020-11-12")


def test_every_answer_comes_as_json_too(typed: Type) -> None:
    def told(command: click.Command, said: str, *more: str) -> dict[str, Any]:
        found = json.loads(typed(command, said, *more, "--json"))
        assert isinstance(found, dict)
        return found

    filed = told(separation, "file M0005 --kind retirement --effective 2020-11-12 --at 2020-10-13")
    assert filed["separation"]["state"] == "filed"
    assert filed["taskings"][0]["owner"] == "PBBX-CO"
    assert told(separation, "show M0005 --at 2020-10-20")["phase"] == "filed"
    assert told(separation, "count --from 2020-10-01 --to 2020-11-01")["filed"] == {"retirement": 1}
    why = ("--why", "wrong form")
    assert told(separation, "correct M0005 --kind resignation --by M0004 --at 2020-10-20", *why)["changed"]
    assert told(separation, "withdraw M0005 --by M0005 --at 2020-11-10")["separation"]["state"] == "withdrawn"
    acting = ("--instrument", "Order 7", "--until", "2020-11-02")
    made = told(appoint, "M0006 PCT-047-CO --acting --by MAYOR --at 2020-10-30", *acting)
    assert made["appointment"]["kind"] == "acting"
    assert told(position, "PCT-047-CO --at 2020-11-01")["acting"][0]["member"] == "M0006"
    assert told(relieve, "M0006 PCT-047-CO --by M0004 --at 2020-11-01")["changed"]
    limits = "--people 400 --members 40 --until 2020-11-04 --at 2020-10-08 --instrument Order"
    delegation = told(delegate, f"protest --from-unit PBBX --to-unit PCT-047 --by M0004 {limits}")["delegation"]
    assert told(delegate, f"{delegation} --revoke --by M0004 --at 2020-10-09")["revoked"][0]["max_people"] == 400
    assert told(print_, "call-list PCT-047 --at 2020-10-08")["unit"] == "PCT-047"


def test_a_kind_of_appointment_must_be_said(typed: Type) -> None:
    with pytest.raises(click.UsageError):
        typed(appoint, "M0006 PCT-047-CO --by M0004")


@pytest.mark.parametrize(
    ("said", "missing"),
    [("file M0005 --kind retirement", "--effective"), ("file M0005 --kind death", "--by")],
)
def test_what_a_filing_lacks_is_named(typed: Type, said: str, missing: str) -> None:
    with pytest.raises(click.UsageError, match=missing):
        typed(separation, said)


def test_what_a_delegation_lacks_is_named(typed: Type) -> None:
    with pytest.raises(Invalid, match="--to-unit, --until, --instrument must be given"):
        typed(delegate, "protest --from-unit PBBX --by M0004")


def test_the_call_list_goes_to_a_file(typed: Type, tmp_path: Path) -> None:
    to = tmp_path / "list.txt"
    assert f"2 pages in {to}" in typed(print_, "call-list PCT-047 --at 2020-10-07T18:00", "--to", str(to))
    assert to.read_text(encoding="utf-8").startswith("CALL LIST  PCT-047  47th Precinct")


@pytest.mark.parametrize("command", [appoint, relieve, position, delegate, *separation.commands.values()])
def test_every_command_shows_an_example(command: click.Command) -> None:
    assert "  Example:\n    muster " in CliRunner().invoke(command, ["--help"]).output
