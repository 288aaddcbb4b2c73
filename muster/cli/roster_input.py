"""What ``muster roster`` is given: amounts of time and work, days, and rosters as JSON."""

import json
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muster.domain.errors import Invalid, Refused
from muster.files.once import Twice, once

if TYPE_CHECKING:
    from muster.roster.result import Roster

MUST = 'must be JSON with assignments: member to a list with one entry a day, the id of a tour or ""'


class Amount(click.FloatRange):
    """A number in a range; ``nan`` and ``inf`` are none, though they compare as if they were."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not isfinite(found):
            self.fail(f"{value!r} must be a number that ends.", param, ctx)
        return found


class Day(click.DateTime):
    """A day like 2020-10-07, as its midnight."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} must be a day that there is, like 2020-10-07.", param, ctx)


def members_in(said: Sequence[str]) -> list[str]:
    """The members that ``--absent`` names, in lists with commas, each once. Raises ``Invalid`` for a word that names
    nobody; a comma too many is none."""
    for word in said:
        if not word.replace(",", "").strip():
            raise Invalid(f"--absent {word!r} must name members, as M04521,M04530")
    return list(dict.fromkeys(name.strip() for word in said for name in word.split(",") if name.strip()))


def one_limit(effort: float | None, seconds: float | None) -> None:
    """Raise ``Refused`` where both limits of a search were said: with a clock it is not equal everywhere."""
    if effort is not None and seconds is not None:
        raise Refused("--effort stops after so much work, --seconds by the clock: say one of the two")


def read_assignments(file: Path) -> "Roster":
    """The roster in a file as ``muster roster solve --json`` writes it. Raises ``Invalid`` with every line that is
    none."""
    try:
        told: Any = json.loads(file.read_bytes(), object_pairs_hook=once)
    except Twice as said:
        raise Invalid(f"{file}: {said}") from said
    except (ValueError, RecursionError) as said:
        raise Invalid(f"{file}: {MUST} ({said})") from said
    lines = told.get("assignments", told) if isinstance(told, dict) else None
    if not isinstance(lines, dict):
        raise Invalid(f"{file}: {MUST}")
    faults = [fault for ref, line in lines.items() for fault in _faults(ref, line)]
    if faults:
        raise Invalid(f"{file}: {MUST}\n" + "\n".join(faults))
    return {ref: tuple(line) for ref, line in lines.items()}


def _faults(ref: str, line: Any) -> Iterator[str]:
    if not isinstance(line, list):
        yield f"{ref}: {json.dumps(line)[:40]} must be a list"
        return
    for day, entry in enumerate(line):
        if not isinstance(entry, str):
            yield f"{ref} day {day}: {json.dumps(entry)[:40]} must be text"
