"""A precinct of 290 lives 28 days, with other chances for each seed, and is held to its facts: what there was, whether
anything was wrong, and which acts took longest. ``python -m benchmarks.simulated_period --seeds 3,4``."""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from benchmarks._table import Measured, print_table, report
from muster.bootstrap import open_store
from muster.ports import Record
from muster.roster.prepare import prepare
from tests.services.fairness import Said
from tests.simulated.checks import (
    call_faults,
    evidence_of,
    hours,
    ledger_faults,
    roster_faults,
    rule_faults,
    unity_faults,
)
from tests.simulated.life import Life
from tests.simulated.period import Setting, lived
from tests.support import SettableClock

T = TypeVar("T")
SLOWEST: Final = 8
SPENT: Final[dict[str, list[float]]] = defaultdict(list)
"""Seconds of processor time of each act, by the function that does it."""


class Timed(Life):
    """A life in which acts are timed."""

    def act(self, doing: Callable[[Record], T]) -> T:
        """Do it, and note how long it took."""
        begun = time.process_time()
        try:
            return super().act(doing)
        finally:
            SPENT[_name(doing)].append(time.process_time() - begun)


def _name(doing: object) -> str:
    named = getattr(doing, "func", doing)
    return str(getattr(named, "__qualname__", named)).replace(".<locals>.<lambda>", "")


def main(words: Sequence[str]) -> int:
    """0 where nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="3,4", help="chances, one period for each")
    parser.add_argument("--strength", type=int, default=290, help="members of the precinct")
    parser.add_argument("--city", type=int, default=22_000, help="members of the city that it is cut out of")
    parser.add_argument("--weeks", type=int, default=4, help="weeks of the period")
    parser.add_argument("--contract", default="equalisation", help="a shipped contract")
    said = parser.parse_args(words)
    prepare()
    how = Setting(strength=said.strength, city_of=said.city, weeks=said.weeks, contract=said.contract)
    runs = [_run(replace(how, seed=int(seed))) for seed in said.seeds.split(",")]
    print_table([("seed", "members", "tours", "facts", "call-ins", "offers", "hours", "acts", "lived s", "checked s"),
                 *(cells for cells, _ in runs)])  # fmt: skip
    slowest = sorted(SPENT.items(), key=lambda each: -max(each[1]))[:SLOWEST]
    print_table([("act", "times", "most ms", "mean ms"), *(_act(name, spent) for name, spent in slowest)])
    faults = [fault for _, found in runs for fault in found]
    print("\n".join(faults[:30]))
    return report("simulated periods", [Measured("faults", len(faults), 0, "")])


def _run(how: Setting) -> tuple[tuple[str, ...], list[str]]:
    """A line of the table, and what was wrong."""
    clock, begun = SettableClock(), time.process_time()
    acts = sum(map(len, SPENT.values()))
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_store(f"sqlite:///{Path(folder, 'muster.db')}", clock)) as store,
    ):
        life = lived(store, clock, how, Timed)
        done = time.process_time()
        evidence = life.see(evidence_of)
        really = hours(evidence)
        found = life.see(lambda views: list(ledger_faults(views, really)))
        found += rule_faults(evidence, really) + roster_faults(evidence, really)
        found += call_faults(evidence) + unity_faults(evidence, life.told)
        ended = time.process_time()
    numbers = _numbers(evidence.facts)
    worked = sum(int(np.count_nonzero(minutes)) for minutes in really.values()) // 60
    acted = sum(map(len, SPENT.values())) - acts
    cells = (how.seed, life.place.strength, *numbers, worked, acted, round(done - begun), round(ended - done))
    return tuple(map(str, cells)), [f"seed {how.seed}: {fault}" for fault in found]


def _numbers(facts: Sequence[Said]) -> tuple[int, int, int, int]:
    """Tours, facts, call-ins and offers."""
    kinds = [s.kind for s in facts]
    tours = len({s.key for s in facts if s.kind == "roll_call.taken"})
    return tours, len(facts), kinds.count("call_in.entered"), kinds.count("offer.made")


def _act(name: str, spent: Sequence[float]) -> tuple[str, ...]:
    return name, str(len(spent)), f"{1000 * max(spent):.0f}", f"{1000 * sum(spent) / len(spent):.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
