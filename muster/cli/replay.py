"""``muster replay``: a scenario played on a record of its own and told as a story."""

import shutil
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import json_option, plain, safe
from muster.domain.errors import Refused
from muster.scenarios.lines import Line
from muster.scenarios.scenario import OURS, Scenario, open_scenario, shipped


@click.command()
@click.argument("scenario")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep the record in this new folder.")
@click.option("--members", type=click.IntRange(1), help="Size of a generated force, instead of the scenario's.")
@click.option("--demo", is_flag=True, help="End with the next commands to try.")
@json_option
def replay(scenario: str, keep: Path | None, members: int | None, demo: bool, as_json: bool) -> None:
    """Play SCENARIO (a name or a file) and tell what Muster did and why, from the facts it recorded.

    \b
    Example:
      muster replay october-2020
      muster replay october-2020 --keep october && MUSTER_DB=sqlite:///october/record.db muster tasking list
    """
    from muster.scenarios.player import Player

    opened = open_scenario(scenario)
    if members is not None:
        opened = opened.resized(members)
    missed = 0
    with folder(keep) as place:
        teller = _Teller(opened)
        if not as_json:
            teller.heading()
        lines = Player(opened, place / "record.db").play()
        told = []
        for line in lines:
            missed += line.kind == "unexpected"
            if as_json:
                told.append(plain(line))
            else:
                teller.tell(line)
    if as_json:
        import json

        click.echo(json.dumps({"scenario": opened.name, "lines": told}, indent=1, ensure_ascii=False))
    elif demo:
        _next_commands(keep)
    if missed:
        raise Refused(f"scenario {opened.name}: {missed} expectations are not met; each is marked in the story")


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """A new folder that stays, or one that goes when the story is told."""
    if keep is not None:
        keep.mkdir(parents=True)
        yield keep
        return
    place = Path(tempfile.mkdtemp(prefix="muster-"))
    try:
        yield place
    finally:
        shutil.rmtree(place)


class _Teller:
    """Prints a story with times, a heading for each day, and who states each line."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.zone: ZoneInfo = scenario.zone
        self.day = ""
        self.indent = ""
        self.width = min(shutil.get_terminal_size((100, 24)).columns, 110)

    def heading(self) -> None:
        self._out(click.style(self.scenario.title, bold=True))
        for line in textwrap.wrap(self.scenario.summary, self.width):
            self._out(line)
        self._out(f"In the margin: the accounts that state it; {OURS} marks what they do not state.")

    def tell(self, line: Line) -> None:
        if line.kind in ("fork", "version", "join"):
            self._branch(line)
            return
        self._new_day(line.at)
        mark = {"answer": "?", "refused": "✗", "unexpected": "!"}.get(line.kind, " ")
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
        self.day = ""
        title = f"  ├ {line.text}  [{line.source}]" if line.kind == "version" else line.text
        self._out("")
        self._out(click.style(title, bold=True))

    def _new_day(self, at: datetime) -> None:
        day = f"{at.astimezone(self.zone):%A %d %B %Y}"
        if day != self.day:
            self.day = day
            self._out("")
            self._out(self.indent + click.style(day, underline=True))

    def _out(self, line: str) -> None:
        click.echo(line)


def _next_commands(keep: Path | None) -> None:
    where = keep or Path("october")
    click.echo("\nNext, try:")
    if keep is None:
        click.echo(f"  ./run muster replay october-2020 --keep {where}     # the same, and keep the record")
    click.echo(f"  export MUSTER_DB=sqlite:///{where}/record.db")
    for command in (
        "watch PCT-066 --at 2020-11-01T01:30-04:00",
        "watch PATROL --at 2020-10-08T01:00",
        "route --matter block-party --place PCT-047 --from CITY-HALL --to CHIEF-OF-PATROL --at 2020-10-08T23:00",
        "position CHIEF-OF-PATROL --at 2020-11-02T10:00",
        "accounts disputes",
        "record verify",
    ):
        click.echo(f"  ./run muster {command}")
    click.echo(f"Other scenarios: {', '.join(shipped())}")
