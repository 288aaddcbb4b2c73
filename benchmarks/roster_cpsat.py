"""Muster's rosters beside plain CP-SAT's: the same problems, seconds and processors, one after the other in one run.

``... roster_cpsat --seconds 60 --workers 2 --city c1,c20,c49,c66,c77 --public 2,5,8 --python FILE``. CP-SAT runs in
a process and an environment of its own; ``--python`` names one that has ortools 9.15, without it ``uv`` makes one.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks._rosters import city_text, public_text, read, solved
from benchmarks._table import machine, print_table
from muster.roster.checker import check
from muster.roster.prepare import prepare
from muster.roster.problem import Instance

ROOT: Final = Path(__file__).parents[1]
ORTOOLS: Final = "ortools==9.15.6755"
UNITS: Final = "c1,c20,c49,c65,c77"
NUMBERS: Final = "2,5,8"
HEADINGS: Final = ("problem", "members", "Muster", "bound", "s", "CP-SAT", "bound", "s", "Muster is never worse")


@dataclass(frozen=True, slots=True)
class Plain:
    """What CP-SAT found; ``penalty`` by Muster's checker, None where it found no roster."""

    penalty: int | None
    breaches: int
    bound: float
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """0 when nothing breaks a rule and CP-SAT's roster is nowhere better."""
    asked = _arguments(arguments)
    prepare(print)
    texts = {name: city_text(name) for name in asked.city.split(",") if name}
    texts |= {f"Instance{number}": public_text(int(number)) for number in asked.public.split(",") if number}
    rows, missed = [], False
    for name, text in texts.items():
        instance = read(name, text)
        ours = solved(name, instance, asked.seconds, workers=asked.workers)
        plain = _plain(instance, text, asked)
        met = not ours.breaches and (plain.penalty is None or ours.penalty <= plain.penalty)
        missed = missed or not met
        theirs = "none" if plain.penalty is None else str(plain.penalty)
        if plain.breaches:
            theirs += f", {plain.breaches} breaches"
        rows.append(
            (
                name, str(ours.members), str(ours.penalty), f"{ours.bound:.0f}", f"{ours.seconds:.1f}",
                theirs, f"{plain.bound:.0f}", f"{plain.seconds:.1f}", "met" if met else "MISSED",
            )
        )  # fmt: skip
        print(f"{name}: {ours.penalty} / {ours.bound:.0f}; CP-SAT {theirs} / {plain.bound:.0f}", flush=True)
    print(f"\nMuster beside plain CP-SAT, {asked.workers} workers, {asked.seconds:.0f} s each\n")
    print_table([HEADINGS, *rows])
    print(f"\n{machine()}")
    return int(missed)


def _plain(instance: Instance, text: str, asked: argparse.Namespace) -> Plain:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.txt"
        file.write_text(text, encoding="utf-8")
        what = ["-m", "benchmarks._cpsat", str(file), str(asked.seconds), str(asked.workers), "0"]
        said = subprocess.run([*_python(asked.python), *what], cwd=ROOT, check=True, capture_output=True, text=True)
    told: Mapping[str, Any] = json.loads(said.stdout)
    if not told["assignments"]:
        return Plain(None, 0, told["bound"], told["seconds"])
    checked = check(instance, {ref: tuple(line) for ref, line in told["assignments"].items()})
    return Plain(checked.penalty.total, len(checked.breaches), told["bound"], told["seconds"])


def _python(named: str | None) -> list[str]:
    """The words that start a Python which has OR-Tools and not this project's environment."""
    if named:
        return [named]
    uv = ROOT / ".venv-uv" / "bin" / "uv"
    program = str(uv) if uv.exists() else shutil.which("uv")
    if not program:
        raise SystemExit("uv is not there: name a Python that has ortools with --python")
    return [program, "run", "--isolated", "--no-project", "--with", ORTOOLS, "python"]


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roster_cpsat", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--city", default=UNITS)
    parser.add_argument("--public", default=NUMBERS)
    parser.add_argument("--python")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
