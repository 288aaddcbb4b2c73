"""A day too late in ``--at`` must not keep a tasking from everybody until then."""

from pathlib import Path

import pytest

from tests.shell import run

NIGHT = "--at 2020-10-07T03:00"
TO_COME = "--at 2199-10-07T03:05"
DESK = "M0023"


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which T1 was received at night and the desk officer was asked."""
    monkeypatch.setenv("MUSTER_DB", f"sqlite:///{tmp_path}/muster.db")
    for command in (
        f"muster new {tmp_path}/force",
        f"muster load {tmp_path}/force",
        f"muster tasking receive --matter noise --place PCT-047 --what noise --name T1 {NIGHT}",
    ):
        assert run(command)[0] == 0
    return tmp_path


@pytest.mark.parametrize("act", ["accept T1", "refuse T1 --reason busy", "close T1 --result done"])
def test_what_happens_to_a_tasking_is_not_still_to_come(received: Path, act: str) -> None:
    status, said = run(f"muster tasking {act} --by {DESK} {TO_COME}")
    assert (status, "is still to come" in said) == (1, True)
    assert run(f"muster tasking accept T1 --by {DESK} --position PCT-047-DESK {NIGHT}")[0] == 0


def test_nor_is_an_answer(received: Path) -> None:
    (received / "gateways.toml").write_text('link = "https://muster.example.org"\n[channels]\ntelephone = "console"\n')
    told = run(f"muster worker --once --gateways {received}/gateways.toml")[1]
    asked = next(line for line in told.splitlines() if line.startswith("T1 step 1: asked"))
    member = asked.split()[4]
    status, said = run(f"muster answer T1 accepted --by {member} {TO_COME}")
    assert (status, "at must not be after now" in said or "expired" in said) == (1, True)
    assert run(f"muster answer T1 accepted --by {member}")[0] == 0
