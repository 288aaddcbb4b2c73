"""What the commands say to a script that watches over reach: their exit code."""

from pathlib import Path

import pytest

from tests.shell import run


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small force in a record, and a gateways file; the folder."""
    monkeypatch.setenv("MUSTER_DB", f"sqlite:///{tmp_path}/muster.db")
    monkeypatch.setenv("MUSTER_GATEWAYS", f"{tmp_path}/gateways.toml")
    (tmp_path / "gateways.toml").write_text('link = "https://muster.example.org"\n[channels]\ntelephone = "console"\n')
    for command in (f"muster new {tmp_path}/force", f"muster load {tmp_path}/force"):
        assert run(command)[0] == 0
    return tmp_path


@pytest.mark.parametrize("command", ["muster reach check", "muster audit --once"])
def test_all_is_well_until_a_step_is_overdue(watched: Path, command: str) -> None:
    assert run(command)[0] == 0
    received = run("muster tasking receive --matter noise --place PCT-047 --what noise --at 2020-10-07T03:00")
    assert received[0] == 0, received
    status, said = run(command)
    assert (status, "overdue" in said) == (1, True)


def test_the_auditor_says_so_when_the_record_cannot_be_read(watched: Path) -> None:
    (watched / "muster.db").write_bytes(b"no database" * 1000)
    status, said = run("muster audit --once")
    assert (status, "cannot be read" in said) == (1, True)
