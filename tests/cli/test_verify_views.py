"""Whoever changes a view beside the facts is found, and the record is not called whole then."""

import sqlite3
from pathlib import Path

from click.testing import CliRunner

from muster.cli import cli


def test_a_view_that_says_other_than_the_facts_is_named_and_the_record_not_called_whole(tmp_path: Path) -> None:
    runner = CliRunner(env={"MUSTER_DB": f"sqlite:///{tmp_path}/muster.db"})
    assert runner.invoke(cli, ["new", f"{tmp_path}/force"]).exit_code == 0
    assert runner.invoke(cli, ["load", f"{tmp_path}/force"]).exit_code == 0
    with sqlite3.connect(tmp_path / "muster.db") as raw:
        raw.execute(
            "UPDATE view_appointment SET member = 'M0006' WHERE position = 'PCT-047-CO' AND kind = 'substantive'"
        )
    raw.close()
    found = runner.invoke(cli, ["record", "verify", "--views"])
    assert found.exit_code == 1
    assert "appointment" in found.output
    assert "the record is whole" not in found.output
