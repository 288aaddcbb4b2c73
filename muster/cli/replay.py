"""``muster replay``: a scenario played on a record of its own and told as a story."""

import json
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import json_option, plain, safe
from muster.domain.errors import Refused
from muster.scenarios.lines import Line
from muster.scenarios.reading import open_scenario
from muster.scenarios.scenario import OURS, Scenario, shipped

if TYPE_CHECKING:
    from socket import socket

HOST: Final = "127.0.0.1"
PORT: Final = 8047
"""Where the console of the demo is, unless something else is there."""


@click.command()
@click.argument("scenario")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep the record in this new folder.")
@click.option("--members", type=click.IntRange(1), help="Size of a generated force, instead of the scenario's.")
@click.option("--demo", is_flag=True, help="End with the console running at the scenario, until Ctrl-C.")
@click.option("--print", "only_print", is_flag=True, help="With --demo: end with the next commands to try instead.")
@click.option("--port", type=click.IntRange(0, 65535), help=f"Of the console; 0: any. Default {PORT}, or any if taken.")
@json_option
def replay(
    scenario: str,
    keep: Path | None,
    members: int | None,
    demo: bool,
    only_print: bool,
    port: int | None,
    as_json: bool,
) -> None:
    """Play SCENARIO (a name or a file) and tell what Muster did and why, from the facts it recorded.

    With --demo the console then runs on that record, for a browser on this machine; its clock goes on from the end of
    the scenario. Nothing is opened by itself. Where the output goes to a file or a pipe, it ends as with --print:
    nobody would be there to stop it. Without --keep the record goes when the command ends.

    \b
    Example:
      muster replay october-2020
      muster replay october-2020 --demo
      muster replay october-2020 --keep october && MUSTER_DB=sqlite:///october/record.db muster tasking list
    """
    opened = open_scenario(scenario)
    if members is not None:
        opened = opened.resized(members)
    serves = demo and not (only_print or as_json) and sys.stdout.isatty()
    with _listener(port) if serves else nullcontext() as listener, folder(keep) as place:
        missed = _play(opened, place, as_json=as_json)
        if listener is not None and not missed:
            _serve(listener, opened, place, keep)
    if missed:
        raise Refused(f"scenario {opened.name}: {missed} expectations are not met; each is marked in the story")
    if demo and not (serves or as_json):
        _next_commands(opened, keep)


def _play(scenario: Scenario, place: Path, *, as_json: bool) -> int:
    """Play and tell it; returns how many expectations were not met."""
    from muster.scenarios.player import Player

    teller = _Collector() if as_json else _Teller(scenario)
    with closing(Player(scenario, place / "record.db")) as player:
        missed = 0
        for line in player.play():
            missed += line.kind == "unexpected"
            teller.tell(line)
    if isinstance(teller, _Collector):
        click.echo(json.dumps({"scenario": scenario.name, "lines": teller.lines}, indent=1, ensure_ascii=False))
    return missed


def _listener(port: int | None) -> "AbstractContextManager[socket]":
    """Where the console will listen, taken before the play: a port that is taken is said at once. Raises ``Refused``
    for one that was asked for."""
    from muster.cli.listening import listen

    if port is not None:
        return closing(listen(HOST, port))
    try:
        return closing(listen(HOST, PORT))
    except Refused:
        return closing(listen(HOST, 0))


def _serve(listener: "socket", scenario: Scenario, place: Path, keep: Path | None) -> None:
    """Serve the console on the record that was played, until stopped."""
    from muster.cli.serve import serve_on

    def told(said: dict[str, str]) -> None:
        _next_commands(scenario, keep or place)
        click.echo(f"\nThe console, at the end of the scenario: {click.style(said['listening'], bold=True)}")
        click.echo(f"It runs until Ctrl-C. The record is then {f'in {keep}' if keep else 'gone'}.")

    def leaving() -> None:
        if keep is None:
            shutil.rmtree(place, ignore_errors=True)

    serve_on(listener, f"sqlite:///{place}/record.db", None, told, demo=True, leaving=leaving)
    click.echo()


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """A new folder for a record: one to keep, or one that goes when the story is told. A play that does not come to
    its end leaves neither. Raises ``Refused`` when the folder to keep cannot be made."""
    place = Path(tempfile.mkdtemp(prefix="muster-")) if keep is None else _new(keep)
    finished = False
    try:
        yield place
        finished = True
    finally:
        if keep is None or not finished:
            shutil.rmtree(place)


def _new(keep: Path) -> Path:
    try:
        keep.mkdir(parents=True)
    except FileExistsError:
        raise Refused(f"--keep {keep}: is there already; name a new folder") from None
    except OSError as said:
        raise Refused(f"--keep {keep}: cannot be made: {said.strerror}; name another folder") from None
    return keep


class _Collector:
    """Collects a story for machines."""

    def __init__(self) -> None:
        self.lines: list[Any] = []

    def tell(self, line: Line) -> None:
        self.lines.append(plain(line))


class _Teller:
    """Prints a story with times, a heading for each day, and who states each line."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.zone: ZoneInfo = scenario.zone
        self.day = ""
        self.indent = ""
        self.clock = ""
        self.width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 110))
        self._out(click.style(safe(scenario.title), bold=True))
        for line in textwrap.wrap(safe(scenario.summary), self.width):
            self._out(line)
        self._out(f"In the margin: the accounts that state it; {OURS} marks what they do not state.")

    def tell(self, line: Line) -> None:
        if line.kind in ("fork", "version", "join"):
            self._branch(line)
            return
        self._new_day(line.at)
        self._new_clock(line.at)
        mark = {"answer": "?", "arrived": "→", "refused": "✗", "unexpected": "!"}.get(line.kind, " ")
        text = line.text if line.kind != "unexpected" else f"EXPECTATION NOT MET: {line.text}"
        head = f"{self.indent}{line.at.astimezone(self.zone):%H%M} {mark} {line.source:<5} "
        shown = textwrap.wrap(safe(text), self.width - len(head)) or [""]
        self._out(click.style(head, dim=True) + shown[0])
        gap = " " * len(head)
        for more in shown[1:]:
            self._out(gap + more)
        for detail in line.details:
            for i, part in enumerate(textwrap.wrap(safe(detail), self.width - len(gap) - 4)):
                self._out(gap + ("  - " if i == 0 else "    ") + part)

    def _branch(self, line: Line) -> None:
        self.indent = "  │ " if line.kind == "version" else ""
        self.day = self.clock = ""
        first = "  ├ " if line.kind == "version" else ""
        title = f"{line.text} [{line.source}]" if first else line.text
        self._out("")
        for part in textwrap.wrap(safe(title), self.width, initial_indent=first, subsequent_indent=" " * len(first)):
            self._out(click.style(part, bold=True))

    def _new_day(self, at: datetime) -> None:
        day = f"{at.astimezone(self.zone):%A %d %B %Y}"
        if day != self.day:
            self.day = day
            self._out("")
            self._out(self.indent + click.style(day, underline=True))

    def _new_clock(self, at: datetime) -> None:
        """Say that the clocks have changed: the same time of day may come twice."""
        clock = f"{at.astimezone(self.zone):%Z}"
        if self.clock and clock != self.clock:
            self._out(
                self.indent + click.style(f"     The clocks have changed, from {self.clock} to {clock}.", dim=True)
            )
        self.clock = clock

    def _out(self, line: str) -> None:
        click.echo(line)


def _next_commands(scenario: Scenario, keep: Path | None) -> None:
    where = keep or Path(scenario.name)
    click.echo("\nNext, try:")
    if keep is None:
        click.echo(f"  ./run muster replay {scenario.name} --keep {where}     # the same, and keep the record")
    click.echo(f"  export MUSTER_DB=sqlite:///{where}/record.db")
    for command in scenario.next_commands:
        click.echo(f"  ./run muster {safe(command)}")
    click.echo(f"Other scenarios: {', '.join(name for name in shipped() if name != scenario.name)}")
