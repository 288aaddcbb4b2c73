"""The documents are true: their commands run and print what is shown, and what they name is there."""

import os
import re
import shutil
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click
import pytest

from muster.cli import cli, reference
from muster.domain.nouns import ROWS
from muster.domain.profiles import REST_OWED, RULES, SHIPPED, WAIVABLE
from muster.scenarios.reading import open_scenario
from tests import servers
from tests.shell import Shown, files_in, matches, run, shown_in

ROOT = Path(__file__).resolve().parents[1]
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))
STORY = ROOT / "docs" / "guide" / "a-night-reconstructed.md"
SERVER = "postgresql://muster@db.example.org/muster"
"""What pages name as the URL of an empty database of a server."""
PAGES = [ROOT / "README.md", *(p for p in sorted((ROOT / "docs").glob("*.md")) if p.name != "cli.md"), *GUIDE]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small force, loaded."""
    folder = tmp_path_factory.mktemp("small")
    assert run(f"muster new {folder}/force")[0] == 0
    assert run(f"muster load {folder}/force --db sqlite:///{folder}/muster.db")[0] == 0
    return folder


@pytest.fixture
def desk(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader stands: a folder with the small force and its record, and nothing set that a page does not set."""
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("MUSTER_DB", "sqlite:///muster.db")
    return tmp_path


def told(shown: Shown) -> str:
    """What a command prints; fails where that is not what the page shows."""
    status, printed = run(shown.command)
    assert (status != 0) is shown.refused, f"line {shown.line}: {shown.command}\nstatus {status}\n{printed}"
    if any(shown.expected):
        expected = tuple(line for line in shown.expected if line)
        lines = "\n".join(line for line in printed.splitlines() if line)
        assert matches(expected, lines), f"line {shown.line}: {shown.command}\nprints\n{printed}"
    return printed


@pytest.mark.parametrize("page", [ROOT / "README.md", *(p for p in GUIDE if p != STORY)], ids=lambda p: p.stem)
def test_the_commands_of_a_page_print_what_it_shows(page: Path, desk: Path) -> None:
    if page.name == "README.md":  # it begins with nothing, and makes its own force
        (desk / "muster.db").unlink()
    for name, text in files_in(page).items():
        (desk / name).write_text(text, encoding="utf-8")
    with servers.bare_database() if SERVER in page.read_text("utf-8") else nullcontext(SERVER) as url:
        for shown in shown_in(page):
            told(replace(shown, command=shown.command.replace(SERVER, url)))


def test_the_night_can_be_reconstructed_as_shown_and_the_readme_quotes_its_story(desk: Path) -> None:
    printed = [told(shown) for shown in shown_in(STORY)]
    story = next(text for text in printed if text.startswith("October 2020"))
    quoted = re.search(r"<!-- story -->\n```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert quoted, f"{desk}: README.md must quote the story between <!-- story --> and the end of its block"
    text, at = " ".join(story.split()), 0
    for part in " ".join(quoted[1].split()).split("..."):
        at = text.find(part.strip(), at)
        assert at >= 0, f"README.md: the story does not say, or not there: {part}"


def test_the_page_of_commands_is_the_one_the_program_writes() -> None:
    said = "run `python -m muster.cli.reference > docs/cli.md`"
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == reference.page(), said


COMMANDS = dict(reference.commands(cli, click.Context(cli, info_name="muster")))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_answers_in_json(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert "Example:" in command.help
    assert isinstance(command, click.Group) or re.search(rf"^ +{name}( |$)", command.help, re.MULTILINE)
    options = [opt for parameter in command.params for opt in parameter.opts]
    assert isinstance(command, click.Group) or "--json" in options


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_command_that_a_page_names_is_there(page: Path) -> None:
    for words in re.findall(r"`(?:\./run )?(muster [a-z][\w -]*)", page.read_text(encoding="utf-8")):
        first, *rest = words.split()
        name = f"{first} {rest[0]}"
        assert name in COMMANDS, f"{page.name}: `{words}`"
        if isinstance(COMMANDS[name], click.Group) and len(rest) > 1:
            assert f"{name} {rest[1]}" in COMMANDS, f"{page.name}: `{words}`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_file_that_a_page_links_to_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("noun", ROWS)
def test_the_glossary_has_every_noun(noun: str) -> None:
    row = ROWS[noun]
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    where = row.__module__.removeprefix("muster.").replace(".", "/")
    assert f"`{row.__name__}` in {where}" in text
    assert row.FILE is None or f"`{row.FILE}`" in text


def test_the_page_on_hours_has_every_limit_with_its_source() -> None:
    text = (ROOT / "docs" / "hours.md").read_text(encoding="utf-8")
    for name, profile in SHIPPED.items():
        section = text.split(f"### `{name}`\n")[1].split("\n### ")[0].split("\n## ")[0]
        limits = [(rule, profile.limits[rule]) for rule in RULES if rule in profile.limits]
        over = {rule: f" over {limit.weeks} weeks" if limit.weeks else "" for rule, limit in limits}
        rows = [f"| `{rule}` | {limit.number:g}{over[rule]} | {limit.source} |" for rule, limit in limits]
        assert [line for line in section.splitlines() if line.startswith("| `")] == rows


def test_the_page_on_hours_tells_every_rule_and_which_can_be_waived() -> None:
    text = (ROOT / "docs" / "hours.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| (yes|no)\b[^|]* \|$", text, re.MULTILINE)
    assert rows == [(rule, "yes" if rule in WAIVABLE else "no") for rule in (*RULES, REST_OWED)]


def test_the_page_on_the_scenario_has_every_step_with_its_source() -> None:
    text = (ROOT / "docs" / "scenario-october-2020.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{4}-\d\d-\d\d \d{4}\S*) \| `([\w-]+)` \| ([PMC+ ]+) \|", text, re.MULTILINE)
    scenario = open_scenario("october-2020")
    steps = [*scenario.steps, *(s for f in scenario.forks for v in f.versions for s in v.steps)]
    played = {(f"{s.at.astimezone(scenario.zone):%Y-%m-%d %H%M}", s.do, s.source) for s in steps}
    assert {(at[:15], do, source.strip()) for at, do, source in rows} == played
