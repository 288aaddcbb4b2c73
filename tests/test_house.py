"""The house keeps its own rules: sizes, dependencies, and a launcher that needs nothing but Python."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = {"muster": 300, "tests": 400}
MOST_LINES_OF_A_FUNCTION = 60
SAYS_COMMANDS = "ways_commands.py"
"""Writes the commands that bring a way out about, for those who type them: the pages have buttons for it."""


def launcher(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """What ``run`` says under a Python without site-packages, environment or user settings."""
    command = [sys.executable, "-I", "-S", str(ROOT / "run"), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=30, check=False)


def requirements() -> Iterator[str]:
    """The name of every distribution that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["project"]["dependencies"],
        project["build-system"]["requires"],
        *project["project"].get("optional-dependencies", {}).values(),
        *project["dependency-groups"].values(),
    ]
    for requirement in (each for group in groups for each in group):
        name = re.match(r"[\w.-]+", requirement)
        assert name, f"pyproject.toml: requirement {requirement!r} must start with a name"
        yield name[0]


@pytest.mark.parametrize(("folder", "most"), MOST_LINES.items())
def test_no_file_is_too_long(folder: str, most: int) -> None:
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in (ROOT / folder).rglob("*.py")}
    assert lines, f"no source files found in {folder}"
    too_long = {str(file.relative_to(ROOT)): count for file, count in lines.items() if count > most}
    assert not too_long, f"over {most} lines, split by noun: {too_long}"


@pytest.mark.parametrize("folder", MOST_LINES)
def test_no_function_is_too_long(folder: str) -> None:
    lines = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert lines, f"no functions found in {folder}"
    too_long = {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION}
    assert not too_long, f"over {MOST_LINES_OF_A_FUNCTION} lines, part them: {too_long}"


def test_no_refusal_names_a_command() -> None:
    """What services and domain say is read on pages, too, by people who never see a command line."""
    command = re.compile(r"['`](muster|roster|record|user|call-in|reach) [a-z]|(^|[ (])--[a-z]")
    files = [f for layer in ("services", "domain") for f in (ROOT / "muster" / layer).rglob("*.py")]
    said = {(f.name, text) for f in files if f.name != SAYS_COMMANDS for text in texts_of(f) if command.search(text)}
    assert not said, f"say what to do in words that are true on a page, too: {sorted(said)}"


def texts_of(file: Path) -> Iterator[str]:
    """Every text in a file but its docstrings, which stand by themselves."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_every_dependency_is_explained() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
    missing = [name for name in requirements() if not any(line.startswith(f"| {name} |") for line in explained)]
    assert not missing, f"docs/dependencies.md: a row is missing for {', '.join(missing)}"


def test_the_lock_file_names_no_registry_but_pypi() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    sources = {tuple(package["source"].items()) for package in lock["package"]}
    assert sources == {(("registry", "https://pypi.org/simple"),), (("editable", "."),)}


def test_the_launcher_helps_with_nothing_but_python(tmp_path: Path) -> None:
    said = launcher("--help", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "./run demo" in said.stdout
    assert said.stderr == ""


def test_the_launcher_names_its_commands_when_it_does_not_know_one(tmp_path: Path) -> None:
    said = launcher("dmeo", cwd=tmp_path)
    assert said.returncode == 2
    assert "no command 'dmeo'; it must be one of demo, muster, test, check, bench" in said.stderr


def test_the_launcher_names_a_benchmark_it_does_not_know(tmp_path: Path) -> None:
    said = launcher("bench", "no-such-benchmark", cwd=tmp_path)
    assert said.returncode == 2
    assert "no benchmark no-such-benchmark; there are: " in said.stderr
