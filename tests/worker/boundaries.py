"""One script of three taskings, played again for each boundary at which a worker can be killed: after the kill another
one goes on, and in the end all is as if nobody had been killed, but for what came twice."""

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from muster.bootstrap import open_store
from tests import forking
from tests.worker import ledger, lives, script
from tests.worker.lives import BOUNDARIES, Doom, Where
from tests.worker.sinking import arrivals, gateways, sink

Steps = dict[str, list[tuple[str, ...]]]


@dataclass(slots=True)
class Result:
    """What many kills left."""

    kills: int = 0
    at: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    twice: int = 0
    wrong: list[str] = field(default_factory=list)

    def __add__(self, other: "Result") -> "Result":
        """Of both."""
        sums = (self.kills + other.kills, self.at + other.at, self.messages + other.messages, self.twice + other.twice)
        return Result(*sums, self.wrong + other.wrong)

    def says(self) -> str:
        """It in words."""
        where = ", ".join(f"{count} {name}" for name, count in sorted(self.at.items()))
        return f"{self.kills} kills ({where}): {self.messages} messages, of which {self.twice} came twice"


class Stage:
    """Where the script is played, again and again."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._looking = Lock()  # building a schema to compare with is for one thread at a time
        script.begin(f"sqlite:///{folder / 'begin.db'}")
        self.counts, self.steps = self._undisturbed()

    def _undisturbed(self) -> tuple[dict[str, int], Steps]:
        """How many boundaries there are, and what becomes of the taskings when nobody is killed."""
        counts = lives.shared_dict()
        result = Result()
        steps = self._played("undisturbed", None, result, counts)
        if result.wrong:
            raise SystemExit(f"wrong before anybody was killed: {result.wrong}")
        return dict(counts), steps

    def play(self, doom: Doom) -> Result:
        """Play it once, with a kill; returns what came of it."""
        result = Result()
        run = f"{doom.where} {doom.number}".replace(" ", "-")
        steps = self._played(run, doom, result)
        if steps != self.steps:
            result.wrong.append(f"OTHER {run}: {_first_difference(self.steps, steps)}")
        return result

    def _played(self, run: str, doom: Doom | None, result: Result, counts: object = None) -> Steps:
        database, log = self._folder / f"{run}.db", self._folder / "arrivals"
        shutil.copyfile(self._folder / "begin.db", database)
        ways = gateways(self._folder / f"{run}.toml", self._port, run)
        kills = self._folder / f"{run}.kills"
        for fate in (doom and replace(doom, note=kills), None):
            ended = self._folder / f"{run}.ended"
            life = forking.begin(lives.scripted, f"sqlite:///{database}", ways, ended, fate, counts)
            life.join()
            if ended.exists():
                break
        else:
            result.wrong.append(f"DIED {run}: {life.exitcode}")
        killed = [replace(kill, who="") for kill in lives.kills_in(kills)]  # all send under one name: one at a time
        if doom is not None:
            result.kills += len(killed)
            result.at[doom.where] += len(killed)
        came = arrivals(log, run)
        result.messages += len(came)
        result.twice += ledger.duplicates(came)
        with self._looking:
            store = open_store(f"sqlite:///{database}")
            result.wrong += [f"{line} ({run})" for line in ledger.wrong(store, came, killed, script.END)]
            with store.reading() as views:
                steps = ledger.steps(views)
            store.close()
        for file in self._folder.glob(f"{run}.*"):
            file.unlink()
        return steps


def _first_difference(one: Steps, other: Steps) -> str:
    for name, those in one.items():
        for place, (a, b) in enumerate(zip(those, other[name], strict=False)):
            if a != b:
                return f"{name} {place}: {a} became {b}"
        if len(those) != len(other[name]):
            return f"{name}: {len(those)} became {len(other[name])}"
    return ""


def kill_at_each(folder: Path, every: int = 1, wheres: Sequence[Where] = BOUNDARIES) -> Result:
    """Kill at each of the boundaries, or at each so-manieth of them."""
    with sink(folder / "arrivals") as port:
        stage = Stage(folder, port)
        dooms = [Doom(where, number) for where in wheres for number in range(1, stage.counts[where] + 1, every)]
        with ThreadPoolExecutor(os.cpu_count()) as several:
            return sum(several.map(stage.play, dooms), Result())
