"""A scenario: a force, a clock, commands at times, questions and expectations, read from one TOML file."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.errors import Fault, FaultyDirectory, Invalid
from muster.domain.instants import instant_of

SUFFIX = ".scenario.toml"
OURS = "+"
"""Marks what the accounts do not state."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command or question at an instant. ``given`` holds its words; ``source`` names the accounts that state it."""

    at: datetime
    do: str
    given: Mapping[str, Any]
    source: str = OURS


@dataclass(frozen=True, slots=True)
class Version:
    """One of several versions of what happened."""

    title: str
    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """A dispute: each version is played on a record of its own, from ``at`` to ``until``; none is chosen."""

    at: datetime
    until: datetime
    title: str
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the force before it is loaded: a row to add (or to put in place of one), or rows to take out."""

    noun: str
    add: Mapping[str, str] | None = None
    without: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played. ``force`` is ``city``, ``small``, the name of another shipped force, or a directory."""

    name: str
    title: str
    summary: str
    force: str
    members: int
    seed: int
    zone: ZoneInfo
    begin: datetime
    steps: tuple[Step, ...]
    forks: tuple[Fork, ...] = ()
    changes: tuple[Change, ...] = ()
    folder: Path = Path()

    def resized(self, members: int) -> "Scenario":
        """The scenario on a generated force of another size."""
        return replace(self, members=members)

    def change(self, *more: Change) -> "Scenario":
        """The scenario on a force that is changed further."""
        return replace(self, changes=(*self.changes, *more))


def shipped() -> list[str]:
    """The names of the scenarios that come with Muster."""
    return sorted(p.name.removesuffix(SUFFIX) for p in _data().glob(f"*{SUFFIX}"))


def _data() -> Path:
    return Path(__file__).parent / "data"


def open_scenario(name: str) -> Scenario:
    """A shipped scenario by name, or one from a file. Raises ``Invalid`` when there is none, ``FaultyDirectory`` with
    every fault of the file."""
    path = _data() / f"{name}{SUFFIX}"
    if not path.exists():
        path = Path(name)
    if not path.is_file():
        raise Invalid(f"scenario {name!r}: must be a file or one of {', '.join(shipped())}")
    try:
        return parse(tomllib.loads(path.read_text("utf-8")), path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as said:
        raise Invalid(f"scenario {path.name}: {said}") from None


class _Reader:
    """Reads the tables of a scenario and collects what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.zone = ZoneInfo("UTC")

    def fault(self, column: str, value: object, must: str) -> None:
        self.faults.append(Fault(self.path.name, None, column, None if value is None else str(value), must))

    def text(self, table: Mapping[str, Any], name: str, default: str | None = None) -> str:
        value = table.get(name, default)
        if not isinstance(value, str):
            self.fault(name, value, "must be given as text")
            return ""
        return value

    def instant(self, table: Mapping[str, Any], name: str, where: str) -> datetime:
        value = table.get(name)
        try:
            if not isinstance(value, str):
                raise Invalid("must be text like 2020-10-07T18:00")
            return instant_of(value, self.zone)
        except Invalid as said:
            self.fault(f"{where} {name}", value, str(said))
            return datetime.max.replace(tzinfo=self.zone)

    def tables(self, table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fault(name, value, f"must be tables, each headed [[{name}]]")
            return []
        return value

    def steps(self, table: Mapping[str, Any], where: str) -> tuple[Step, ...]:
        found: list[Step] = []
        for number, given in enumerate(self.tables(table, "step"), start=1):
            here = f"{where}step {number}"
            rest = {k: v for k, v in given.items() if k not in ("at", "do", "source")}
            step = Step(self.instant(given, "at", here), self.text(given, "do"), rest, self.text(given, "source", OURS))
            if found and step.at < found[-1].at:
                self.fault(f"{here} at", given.get("at"), "must not be before the step above it")
            found.append(step)
        return tuple(found)

    def forks(self, table: Mapping[str, Any]) -> Iterator[Fork]:
        for number, given in enumerate(self.tables(table, "fork"), start=1):
            here = f"fork {number}"
            versions = tuple(
                Version(self.text(v, "title"), self.text(v, "source", OURS), self.steps(v, f"{here} version "))
                for v in self.tables(given, "version")
            )
            at, until = self.instant(given, "at", here), self.instant(given, "until", here)
            if until <= at:
                self.fault(f"{here} until", given.get("until"), "must be after at")
            yield Fork(at, until, self.text(given, "title"), versions)

    def changes(self, table: Mapping[str, Any]) -> Iterator[Change]:
        """Rows are taken out before others are put in."""
        for given in self.tables(table, "without"):
            rest = {k: str(v) for k, v in given.items() if k != "noun"}
            yield Change(self.text(given, "noun"), without=rest)
        for given in self.tables(table, "row"):
            rest = {k: str(v) for k, v in given.items() if k != "noun"}
            yield Change(self.text(given, "noun"), add=rest)


def parse(table: Mapping[str, Any], path: Path) -> Scenario:
    """The scenario that a TOML document describes. Raises ``FaultyDirectory`` with every fault."""
    reader = _Reader(path)
    try:
        reader.zone = ZoneInfo(reader.text(table, "zone"))
    except (KeyError, ValueError, OSError):
        reader.fault("zone", table.get("zone"), "must be an IANA time zone like America/New_York")
    force = table.get("force", {})
    made = Scenario(
        name=reader.text(table, "name"),
        title=reader.text(table, "title"),
        summary=reader.text(table, "summary", ""),
        force=reader.text(force, "kind"),
        members=force.get("members", 22_000),
        seed=force.get("seed", 1),
        zone=reader.zone,
        begin=reader.instant(table, "begin", ""),
        steps=reader.steps(table, ""),
        forks=tuple(reader.forks(table)),
        changes=tuple(reader.changes(table)),
        folder=path.parent,
    )
    if reader.faults:
        raise FaultyDirectory(reader.faults)
    return made


def timeline(steps: Sequence[Step], more: Sequence[Step], after: datetime, until: datetime) -> list[Step]:
    """The steps of both lists from ``after`` (excluded) to ``until``, in order of time."""
    return sorted((s for s in (*steps, *more) if after < s.at <= until), key=lambda s: s.at)
