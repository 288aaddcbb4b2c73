"""What the commands of duty refuse."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import cli
from muster.domain.errors import Invalid


@pytest.mark.parametrize("rule", ["protected-rest", "break-length"])
def test_a_rule_that_no_waiver_lifts_cannot_be_waived(rule: str, tmp_path: Path) -> None:
    runner, db = CliRunner(), f"sqlite:///{tmp_path}/muster.db"
    for command in (["new", f"{tmp_path}/force"], ["load", f"{tmp_path}/force", "--db", db]):
        assert runner.invoke(cli, command).exit_code == 0
    words = ["waive", "M0005", "--rule", rule, "--until", "2020-10-08", "--rest-owed", "24", "--by", "M0003"]
    said = runner.invoke(cli, [*words, "--at", "2020-10-07", "--db", db]).exception
    assert isinstance(said, Invalid)
    assert f"rule {rule} must be one of relief-owed, relief-overdue, unfit" in str(said)
