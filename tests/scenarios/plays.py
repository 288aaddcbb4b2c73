"""Scenarios that are played once for all tests and all test processes, and what their stories say."""

import fcntl
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from muster.bootstrap import open_store
from muster.ports import Views
from muster.scenarios.lines import Line
from muster.scenarios.player import Player
from muster.scenarios.scenario import Fork, Scenario, Step


@dataclass(frozen=True, slots=True)
class Story:
    """The lines of a play, and the folder that holds its records."""

    scenario: Scenario
    folder: Path
    lines: tuple[Line, ...]

    def texts(self, since: str = "", until: str = "", kind: str | None = None) -> list[str]:
        """Texts with their details, of a local time span and one kind; all of them where none is given."""
        zone = self.scenario.zone
        first = datetime.fromisoformat(since).replace(tzinfo=zone) if since else self.scenario.begin
        last = datetime.fromisoformat(until).replace(tzinfo=zone) if until else self.lines[-1].at
        of_kind = (line for line in self.lines if kind is None or line.kind == kind)
        return [" | ".join((line.text, *line.details)) for line in of_kind if first <= line.at <= last]

    def at(self, local: str, kind: str | None = None) -> list[str]:
        """Texts of one instant."""
        return self.texts(local, local, kind)

    def versions(self) -> list[list[Line]]:
        """The lines of each version of the first fork."""
        found: list[list[Line]] = []
        for line in self.lines:
            if line.kind == "join":
                break
            if line.kind == "version":
                found.append([])
            elif found:
                found[-1].append(line)
        return found

    def by_record(self) -> Iterator[tuple[Path, list[Line]]]:
        """The records that the story tells of, each with its lines: the main one, and one for each version."""
        databases = sorted(self.folder.glob("version-*.db"))
        inside = [line for version in self.versions() for line in version]
        yield self.folder / "record.db", [line for line in self.lines if all(line is not other for other in inside)]
        yield from zip(databases, self.versions(), strict=True)


def played(root: Path, name: str, make: Callable[[], Scenario]) -> Story:
    """The story of a scenario, played by whichever process comes first."""
    folder, kept = root / f"play-{name}", root / f"play-{name}.pickle"
    with (root / f"play-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            folder.mkdir()
            scenario = make()
            with closing(Player(scenario, folder / "record.db")) as player:
                lines = tuple(replace(line, value=None) for line in player.play())
            kept.write_bytes(pickle.dumps(Story(scenario, folder, lines)))
    story = pickle.loads(kept.read_bytes())
    assert isinstance(story, Story)
    return story


@contextmanager
def views_of(database: Path) -> Iterator[Views]:
    """The record in a file, to read from."""
    with closing(open_store(f"sqlite:///{database}", must_exist=True)) as store, store.reading() as views:
        yield views


def cut(scenario: Scenario, until: str, without: Sequence[str] = ()) -> Scenario:
    """The scenario up to a local time, without some acts and questions."""
    last = datetime.fromisoformat(until).replace(tzinfo=scenario.zone)
    steps = tuple(s for s in scenario.steps if s.at <= last and s.do not in without)
    forks = tuple(_cut(fork, last, without) for fork in scenario.forks if fork.at < last)
    return replace(scenario, steps=steps, forks=forks)


def _cut(fork: Fork, last: datetime, without: Sequence[str]) -> Fork:
    def kept(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(s for s in steps if s.at <= last and s.do not in without)

    versions = tuple(replace(v, steps=kept(v.steps)) for v in fork.versions)
    return replace(fork, until=min(fork.until, last), versions=versions)
