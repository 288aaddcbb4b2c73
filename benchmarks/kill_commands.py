"""Kill ``muster load`` and a command at a hundred random instants: each time all of it is there, or nothing."""

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from tests.killing import facts_left, kill_after, kill_writing, seconds_of

LOADS, COMMANDS = 60, 60  # a third of each while the transaction is being written
WRITING_SECONDS = 0.05
SCHEMA_BYTES = 2**20  # the log of a load begins with the schema, a transaction of its own
MEMBERS = "1700"
ORDER = ("order", "give", "X", "--what", "be ready", "--from", "CHIEF-OF-DEPARTMENT", "--level", "precinct")


def kill_loads(folder: Path, moments: random.Random) -> Counter[str]:
    """Kill loads of a city into new databases."""
    force = str(folder / "force")
    seconds_of(["city", force, "--members", MEMBERS], folder / "none.db")
    lasts = seconds_of(["load", force], folder / "loaded.db")
    whole, left = facts_left(folder / "loaded.db"), Counter[str]()
    for number in range(LOADS):
        database = folder / f"load-{number}.db"
        if number % 3:
            kill_after(["load", force], database, moments.uniform(0.2, 1.05) * lasts)
        else:
            kill_writing(["load", force], database, moments.uniform(0, WRITING_SECONDS), SCHEMA_BYTES)
        left[_said(facts_left(database), 0, whole)] += 1
        database.unlink(missing_ok=True)
    return left


def kill_commands(folder: Path, moments: random.Random) -> Counter[str]:
    """Kill an order to every precinct: 78 facts in one transaction."""
    seconds_of(["backup", str(folder / "copy.db")], folder / "loaded.db")
    shutil.copyfile(folder / "copy.db", folder / "first.db")
    before, lasts = facts_left(folder / "copy.db"), seconds_of(ORDER, folder / "first.db")
    done, left = facts_left(folder / "first.db"), Counter[str]()
    for number in range(COMMANDS):
        database = folder / f"command-{number}.db"
        shutil.copyfile(folder / "copy.db", database)
        if number % 3:
            kill_after(ORDER, database, moments.uniform(0.5, 1.05) * lasts)
        else:
            kill_writing(ORDER, database, moments.uniform(0, WRITING_SECONDS))
        left[_said(facts_left(database), before, done)] += 1
        database.unlink(missing_ok=True)
    return left


def _said(facts: int, before: int, done: int) -> str:
    if facts not in (before, done):
        raise SystemExit(f"a kill left {facts} facts: neither the {before} before nor the {done} after")
    return "nothing" if facts == before else "all"


def main() -> None:
    """Kill, look, and count."""
    with tempfile.TemporaryDirectory() as folder:
        loads = kill_loads(Path(folder), random.Random(1))
        print(f"{LOADS} kills of a load left {dict(loads)}; the chain and the views were whole")
        commands = kill_commands(Path(folder), random.Random(2))
        print(f"{COMMANDS} kills of a command left {dict(commands)}; the chain and the views were whole")


if __name__ == "__main__":
    main()
