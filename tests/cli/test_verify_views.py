"""Whoever changes a view beside the facts is found, and the record is not called whole then."""

import sqlite3

from click.testing import CliRunner

from muster.cli import cli


def test_a_view_that_says_other_than_the_facts_is_named_and_the_record_not_called_whole(db: str) -> None:
    with sqlite3.connect(db.removeprefix("sqlite:///")) as raw:
        raw.execute(
            "UPDATE view_appointment SET member = 'M0006' WHERE position = 'PCT-047-CO' AND kind = 'substantive'"
        )
    raw.close()
    found = CliRunner().invoke(cli, ["record", "verify", "--views", "--db", db])
    assert found.exit_code == 1
    assert "appointment" in found.output
    assert "the record is whole" not in found.output
