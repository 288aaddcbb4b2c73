"""The record that most tests of commands begin with."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import cli


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small force in ``force``, and its record in ``muster.db``, to be copied."""
    folder = tmp_path_factory.mktemp("loaded")
    for arguments in (["new", f"{folder}/force"], ["load", f"{folder}/force"]):
        result = _runner(folder).invoke(cli, arguments)
        assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def muster(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> CliRunner:
    """A runner of commands on the small force, one for all tests of a module."""
    return _runner(shutil.copytree(loaded, tmp_path_factory.mktemp("small-force"), dirs_exist_ok=True))


@pytest.fixture
def db(loaded: Path, tmp_path: Path) -> str:
    """The record of a small force, one for each test."""
    shutil.copytree(loaded, tmp_path, dirs_exist_ok=True)
    return str(_runner(tmp_path).env["MUSTER_DB"])


def _runner(folder: Path) -> CliRunner:
    """A runner of commands, whose record is ``muster.db`` in the folder."""
    return CliRunner(env={"MUSTER_DB": f"sqlite:///{folder}/muster.db"})
