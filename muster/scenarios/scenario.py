"""A scenario: a force, a clock, commands at times, questions and expectations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid

SUFFIX = ".scenario.toml"
OURS = "+"
"""Marks what the accounts do not state."""


@dataclass(frozen=True, slots=True)
class Step:
    """An act or question at an instant. ``given`` holds its words; ``source`` names the accounts that state it."""

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
    """What is played. ``force`` is ``city``, ``small``, or a directory, relative to ``folder``. ``next_commands`` are
    worth trying on the record it leaves."""

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
    next_commands: tuple[str, ...] = ()
    folder: Path = Path()

    def resized(self, members: int) -> "Scenario":
        """The scenario on a generated force of another size. Raises ``Invalid`` where the force has its own size."""
        if self.force != "city":
            raise Invalid(f"scenario {self.name}: members {members} must not be given, its force is not generated")
        return replace(self, members=members)

    def change(self, *more: Change) -> "Scenario":
        """The scenario on a force that is changed further."""
        return replace(self, changes=(*self.changes, *more))


def shipped() -> list[str]:
    """The names of the scenarios that come with Muster."""
    return sorted(p.name.removesuffix(SUFFIX) for p in data().glob(f"*{SUFFIX}"))


def data() -> Path:
    """Where they are."""
    return Path(__file__).parent / "data"


def timeline(steps: Sequence[Step], more: Sequence[Step], after: datetime, until: datetime) -> list[Step]:
    """The steps of both lists from ``after`` (excluded) to ``until``, in order of time."""
    return sorted((s for s in (*steps, *more) if after < s.at <= until), key=lambda s: s.at)
