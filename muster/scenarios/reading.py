"""Reading a scenario from one TOML file, naming all its faults at once before anything is played."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Fault, FaultyDirectory, Invalid
from muster.domain.force import Force
from muster.domain.nearest import did_you_mean
from muster.scenarios import changes, words
from muster.scenarios.acts import ACTS, REFUSED
from muster.scenarios.answer_acts import ANSWERS
from muster.scenarios.questions import QUESTIONS
from muster.scenarios.scenario import OURS, SUFFIX, Change, Fork, Scenario, Step, Version, data, shipped
from muster.scenarios.words import instant_in

GENERATED: Final = ("city", "small")
TOP: Final = ("name", "title", "summary", "zone", "begin", "next", "force", "row", "without", "step", "fork")
LATEST: Final = datetime.max.replace(tzinfo=UTC)
"""Stands where no instant could be read; the fault is said."""
Table = Mapping[str, Any]


def open_scenario(name: str) -> Scenario:
    """A shipped scenario by name, or one from a file. Raises ``Invalid`` when there is none, ``FaultyDirectory`` with
    every fault of the file."""
    path = data() / f"{name}{SUFFIX}"
    if name not in shipped():
        path = Path(name)
    if not path.is_file():
        raise Invalid(
            f"scenario {name!r}: must be a file or one of {', '.join(shipped())}{did_you_mean(name, shipped())}"
        )
    try:
        return parse(tomllib.loads(path.read_text("utf-8")), path)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as said:
        raise Invalid(f"scenario {path.name}: {said}") from None


def parse(table: Table, path: Path) -> Scenario:
    """The scenario that a TOML document describes. Raises ``FaultyDirectory`` with every fault."""
    reader = _Reader(path)
    reader.known("", table, TOP)
    reader.read_zone(table)
    force = table.get("force", {})
    if not isinstance(force, dict):
        reader.fault("force", force, "must be a table headed [force]")
        force = {}
    reader.known("force ", force, ("kind", "members", "seed"))
    made = Scenario(
        name=reader.name(table, "name"),
        title=reader.text(table, "title"),
        summary=reader.text(table, "summary", ""),
        force=reader.force(force),
        members=reader.whole(force, "members", 22_000),
        seed=reader.whole(force, "seed", 1),
        zone=reader.zone,
        begin=reader.instant(table, "begin", ""),
        steps=reader.steps(table, ""),
        forks=tuple(reader.forks(table)),
        changes=tuple(reader.changes(table)),
        next_commands=tuple(reader.texts(table, "next")),
        folder=path.parent,
    )
    reader.check_order(made)
    if reader.faults:
        raise FaultyDirectory(reader.faults)
    return made


class _Reader:
    """Reads the tables of a scenario and collects what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.zone = ZoneInfo("UTC")

    def fault(self, column: str, value: object, must: str) -> None:
        said = None if value is None else str(value)[:200]
        self.faults.append(Fault(self.path.name, None, column, said, must))

    def known(self, where: str, table: Table, names: tuple[str, ...]) -> None:
        for name in (n for n in table if n not in names):
            self.fault(f"{where}{name}", table[name], f"must be one of {', '.join(names)}{did_you_mean(name, names)}")

    def read_zone(self, table: Table) -> None:
        try:
            self.zone = ZoneInfo(self.text(table, "zone"))
        except (KeyError, ValueError, OSError):
            self.fault("zone", table.get("zone"), "must be an IANA time zone like America/New_York")

    def text(self, table: Table, name: str, default: str | None = None, where: str = "") -> str:
        value = table.get(name, default)
        if not isinstance(value, str):
            self.fault(f"{where}{name}", value, "must be given as text")
            return ""
        return value

    def name(self, table: Table, name: str) -> str:
        value = self.text(table, name)
        if value and words.wrong(words.TASKING, value, self.zone):
            self.fault(name, value, "must be a name: letters, digits, '.', '_' and '-', at most 64")
        return value

    def texts(self, table: Table, name: str) -> list[str]:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fault(name, value, "must be texts in a list")
            return []
        return value

    def whole(self, table: Table, name: str, default: int) -> int:
        value = table.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.fault(f"force {name}", value, "must be a whole number")
            return default
        return value

    def force(self, table: Table) -> str:
        kind = self.text(table, "kind", where="force ")
        folder = self.path.parent / kind
        if kind and kind not in GENERATED and not (folder / Force.FILE).is_file():
            self.fault("force kind", kind, f"must be {', '.join(GENERATED)}, or a force directory beside the scenario")
        return kind

    def instant(self, table: Table, name: str, where: str) -> datetime:
        value = table.get(name)
        try:
            return instant_in(value, self.zone)
        except Invalid as said:
            self.fault(f"{where} {name}".strip(), value, str(said))
            return LATEST

    def tables(self, table: Table, name: str, where: str = "") -> list[Table]:
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fault(f"{where}{name}", value, f"must be tables, each headed [[{name}]]")
            return []
        return value

    def steps(self, table: Table, where: str) -> tuple[Step, ...]:
        return tuple(
            self.step(given, f"{where}step {number}")
            for number, given in enumerate(self.tables(table, "step", where), start=1)
        )

    def step(self, given: Table, here: str) -> Step:
        do = self.text(given, "do", where=f"{here} ")
        rest = {k: v for k, v in given.items() if k not in ("at", "do", "source")}
        self.words(do, rest, here)
        source = self.text(given, "source", OURS, f"{here} ")
        return Step(self.instant(given, "at", here), do, rest, source)

    def words(self, do: str, given: Table, here: str) -> None:
        known = [*ACTS, *ANSWERS, *QUESTIONS]
        if do not in known:
            if do:
                self.fault(f"{here} do", do, f"must be one of {', '.join(known)}{did_you_mean(do, known)}")
            return
        here = f"{here} ({do})"
        wanted = (ACTS.get(do) or ANSWERS.get(do) or QUESTIONS[do]).words
        for name, value, must in words.faults_of(wanted, given, self.zone):
            self.fault(f"{here} {name}", value, must)
        self.expected(given.get("expect", {}), QUESTIONS[do].expects if do in QUESTIONS else (REFUSED,), here)
        if do == "accounts" and isinstance(given.get("file"), str) and not (self.path.parent / given["file"]).is_file():
            self.fault(f"{here} file", given["file"], "must be a file beside the scenario")

    def expected(self, expect: object, names: tuple[str, ...], here: str) -> None:
        if not isinstance(expect, dict):
            self.fault(f"{here} expect", expect, 'must be a table, like { capacity = "acting" }')
            return
        for name in (n for n in expect if n not in names):
            must = f"must be one of {', '.join(names)}{did_you_mean(name, names)}"
            self.fault(f"{here} expect {name}", expect[name], must)
        if REFUSED in expect and not isinstance(expect[REFUSED], str):
            self.fault(f"{here} expect {REFUSED}", expect[REFUSED], "must be words of the refusal")

    def forks(self, table: Table) -> Iterator[Fork]:
        for number, given in enumerate(self.tables(table, "fork"), start=1):
            here = f"fork {number}"
            self.known(f"{here} ", given, ("at", "until", "title", "version"))
            versions = tuple(
                self.version(v, f"{here} version {n} ")
                for n, v in enumerate(self.tables(given, "version", f"{here} "), start=1)
            )
            if len(versions) < 2:
                self.fault(f"{here} version", len(versions), "must be given at least twice")
            at, until = self.instant(given, "at", here), self.instant(given, "until", here)
            yield Fork(at, until, self.text(given, "title", where=f"{here} "), versions)

    def version(self, given: Table, here: str) -> Version:
        self.known(here, given, ("title", "source", "step"))
        source = self.text(given, "source", OURS, here)
        return Version(self.text(given, "title", where=here), source, self.steps(given, here))

    def changes(self, table: Table) -> Iterator[Change]:
        """Rows are taken out before others are put in."""
        for heading in ("without", "row"):
            for number, given in enumerate(self.tables(table, heading), start=1):
                here = f"{heading} {number} "
                cells = {k: str(v) for k, v in given.items() if k != "noun"}
                noun = self.text(given, "noun", where=here)
                change = Change(noun, without=cells) if heading == "without" else Change(noun, add=cells)
                for name, value, must in changes.faults_of(change, self.zone) if noun else ():
                    self.fault(f"{here}{name}", value, must)
                yield change

    def check_order(self, made: Scenario) -> None:
        """Steps stand in order of time, those of a fork within it, and forks one after another."""
        self.in_order("", made.steps, made.begin, None)
        until = made.begin
        for number, fork in enumerate(made.forks, start=1):
            here = f"fork {number}"
            if fork.at < until:
                self.fault(
                    f"{here} at", self.said(fork.at), "must not be before the fork above it ends, or the beginning"
                )
            if fork.until <= fork.at:
                self.fault(f"{here} until", self.said(fork.until), "must be after at")
            for n, version in enumerate(fork.versions, start=1):
                self.in_order(f"{here} version {n} ", version.steps, fork.at, fork.until)
            until = fork.until

    def in_order(self, where: str, steps: tuple[Step, ...], begin: datetime, until: datetime | None) -> None:
        before = begin
        for number, step in enumerate(steps, start=1):
            if step.at == LATEST:
                continue
            here = f"{where}step {number} at"
            if step.at < before:
                first = "the beginning" if before == begin else "the step above it"
                self.fault(here, self.said(step.at), f"must not be before {first}")
            elif until is not None and not begin < step.at <= until:
                self.fault(here, self.said(step.at), "must be after the fork begins, and not after it ends")
            before = max(before, step.at)

    def said(self, at: datetime) -> str:
        return at.astimezone(self.zone).isoformat(timespec="minutes") if at < LATEST else "no instant"
