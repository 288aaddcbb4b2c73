"""The record that most tests of commands begin with."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import cli


@pytest.fixture(scope="module")
def muster(tmp_path_factory: pytest.TempPathFactory) -> CliRunner:
    """A runner of commands on the small force, one for all tests of a module."""
    return _loaded(tmp_path_factory.mktemp("small-force"))


@pytest.fixture
def db(tmp_path: Path) -> str:
    """The record of a small force, one for each test."""
    return str(_loaded(tmp_path).env["MUSTER_DB"])


def _loaded(folder: Path) -> CliRunner:
    """A runner of commands on the small force, whose record is ``muster.db`` in the folder."""
    runner = CliRunner(env={"MUSTER_DB": f"sqlite:///{folder}/muster.db"})
    for arguments in (["new", f"{folder}/force"], ["load", f"{folder}/force"]):
        result = runner.invoke(cli, arguments)
        assert result.exit_code == 0, result.output
    return runner
