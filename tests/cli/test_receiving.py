"""What the command says that receives a tasking: whoever gives it may read all of that."""

import json

import pytest
from click.testing import CliRunner

from muster.cli import cli

RECEIVE = ("tasking", "receive", "--matter", "shots-fired", "--place", "PCT-047", "--what", "shots")
AT = "2020-10-07T03:00"


@pytest.fixture
def db(db: str) -> str:
    """A record in which the desk officer of the night is sick, and the captain was told to rest, both until 0600."""
    until = ("--until", "2020-10-07T06:00", "--at", AT)
    for command in (
        ("absent", "M0023", "--kind", "sick", *until, "--db", db),
        ("rest", "M0016", "--by", "M0016", *until, "--db", db),
    ):
        assert CliRunner().invoke(cli, command).exit_code == 0
    return db


def test_nothing_of_health_or_rest_is_told_and_no_form_of_words_gives_it_away(db: str) -> None:
    said = CliRunner().invoke(cli, [*RECEIVE, "--at", AT, "--db", db]).output
    assert "PCT-047-DESK M0023: not available until 0600" in said
    assert "PBBX-DUTY-CAPTAIN M0016: not available until 0600" in said
    assert "sick" not in said
    assert "rest" not in said


def test_nor_to_a_program(db: str) -> None:
    said = json.loads(CliRunner().invoke(cli, [*RECEIVE, "--at", AT, "--db", db, "--json"]).output)
    passed = {p["member"]: (p["why"], p["reason"]) for p in said["route"]["decides"]["passed"]}
    assert passed["M0023"] == passed["M0016"] == ("off", "not available until 0600")
