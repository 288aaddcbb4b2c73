"""The reference values, read."""

import csv
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from muster.fitness.arrays import seconds

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "fitness"
SERIES = {"S1_day_week": "fips_S1_day_week", "S2_rotating_8h": "fips_S2_rotating_8h", "S4_36h_duty": "fips_S4_36h_duty"}
NAMES = {"alertness": "tpm_alertness_s_c_u", "lapses": "uni_fatigue_lapses"}
PREFIXES = {"tpm": "tpm_", "ump": "uni_"}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a reference file."""
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clock(said: str) -> int:
    """A time of the tables, whose clock has no zone, in seconds."""
    return seconds(datetime.fromisoformat(said).replace(tzinfo=UTC))


def sleeps() -> dict[str, list[tuple[int, int]]]:
    """The sleeps of each schedule."""
    found = defaultdict(list)
    for row in rows("schedules"):
        if row["kind"] == "sleep":
            found[row["schedule"]].append((clock(row["start"]), clock(row["end"])))
    return found


def column(model: str, name: str) -> str:
    """What a column of ours is called in the reference."""
    return NAMES.get(name, PREFIXES[model] + name)
