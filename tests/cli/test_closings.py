"""``muster ledger`` as a program calls it and as somebody mistypes it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.shell import run

PERIOD = "--from 2020-10-19 --until 2020-11-16"
CLOSE = f"ledger close PCT-047 {PERIOD} --by PCT-047-CO --at 2020-11-17T09:00"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with the small force."""
    folder = tmp_path_factory.mktemp("closings")
    assert run(f"muster new {folder}/force")[0] == 0
    assert run(f"muster load {folder}/force --db sqlite:///{folder}/muster.db")[0] == 0
    return folder


@pytest.fixture
def desk(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where somebody stands with a record of their own."""
    shutil.copyfile(loaded / "muster.db", tmp_path / "muster.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUSTER_DB", "sqlite:///muster.db")
    return tmp_path


def told(command: str) -> str:
    """What a command prints; it must not fail."""
    status, printed = run(f"muster {command}")
    assert status == 0, printed
    return printed


def test_json_has_every_entry_and_adjustment_that_the_text_tells(desk: Path) -> None:
    seen = json.loads(told(f"ledger show PCT-047 {PERIOD} --json"))
    done = json.loads(told(f"{CLOSE} --json"))
    assert (done["version"], done["again"], done["members"]) == (1, False, len(seen["accounts"]))
    assert json.loads(told(f"{CLOSE} --json"))["again"] is True
    told("hours add M0033 --kind court --from 2020-10-23T18:00 --until 2020-10-23T20:30 --by M0006")
    found = json.loads(told("ledger show PCT-047 --closed --at 2020-11-18 --json"))
    (adjustment,) = found["adjustments"]
    assert adjustment["by"] == "M0006"
    assert adjustment["difference"]["now"] == ["court", None, True]
    assert found["accounts"] == seen["accounts"]
    assert json.loads(told("ledger export PCT-047 hours.csv --at 2020-11-18 --json"))["adjustments"] == 1
    lines = (desk / "hours.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) - 1 == sum(len(a["entries"]) for a in seen["accounts"].values())
    assert found["fact"] == seen_fact(told("record timeline --about PCT-047 --json"))


def seen_fact(timeline: str) -> int:
    """The number of the one fact that closed a ledger."""
    (number,) = [fact["seq"] for fact in json.loads(timeline) if fact["kind"] == "closing.closed"]
    return int(number)


WRONG: Sequence[tuple[str, str]] = [
    ("ledger show PCT-047", "either --from DAY and --until DAY, or --closed"),
    (f"ledger show PCT-047 --closed {PERIOD}", "either --from DAY and --until DAY, or --closed"),
    ("ledger show PCT-047 --from 2020-10-19", "either --from DAY and --until DAY, or --closed"),
    ("ledger show PCT-047 --from 0001-01-01 --until 0001-01-02", "first day 0001-01-01 must be from 1900"),
    ("ledger show PCT-047 --from 2020-10-19 --until 9999-12-31", "until 9999-12-31 must be after the first day"),
    ("ledger show PCT-047 --from yesterday --until 2020-10-19", "must be a day that there is"),
    (f"ledger show PCT-099 {PERIOD}", "unit 'PCT-099' is not in the record"),
    (f"ledger show PCT-047 {PERIOD} --as M0033", "M0033 may not read the ledger of PCT-047"),
    (f"ledger close PCT-047 {PERIOD} --by NOBODY", "position NOBODY is not in the record"),
    (f"ledger close CITY-HALL {PERIOD} --by PCT-047-CO", "nobody is at home in the unit"),
    ("ledger export PCT-047 hours.csv", "no ledger was closed by then"),
    ("hours move M0033 --kind nap --from 2020-10-19 --to 2020-10-20 --why x --by M0033", "kind"),
    ("hours cancel M0033 --from 2020-10-19 --why x --by M0033", "was never entered"),
]


@pytest.mark.parametrize(("command", "says"), WRONG, ids=[command for command, _ in WRONG])
def test_what_is_asked_wrongly_is_told_and_nothing_is_recorded(command: str, says: str, desk: Path) -> None:
    before = told("record head")[:40]
    status, printed = run(f"muster {command}")
    assert status != 0
    assert says in printed
    assert told("record head")[:40] == before
