"""Rosters as files: each whole or not there at all, whenever the writing stops."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from muster.domain.errors import Invalid, Refused
from muster.domain.limits import Breach
from muster.domain.rosters import Crossing, Shortage, UnitRoster
from muster.files.whole import write_whole

SUFFIX: Final = ".roster.json"


def write_roster(folder: Path, roster: UnitRoster) -> Path:
    """Write ``UNIT.roster.json`` in place of an older one, at once, in a folder that is made where there is none.
    Raises ``Refused`` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as said:
        raise Refused(f"{folder}: cannot be made ({said.strerror}); name another place") from said
    return write_whole(folder / f"{roster.unit}{SUFFIX}", json.dumps(asdict(roster), default=_text, indent=1) + "\n")


def rosters_in(folder: Path) -> dict[str, UnitRoster]:
    """The rosters of a folder by unit; none where there is no folder. Raises ``Invalid`` for a file that is none."""
    found = (read_roster(path) for path in sorted(folder.glob(f"*{SUFFIX}")))
    return {roster.unit: roster for roster in found}


def read_roster(path: Path) -> UnitRoster:
    """The roster of a file that ``write_roster`` wrote. Raises ``Invalid`` for another file."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _sound(told)
        return UnitRoster(
            **{
                **told,
                "first": date.fromisoformat(told["first"]),
                "lines": {member: tuple(line) for member, line in told["lines"].items()},
                "crossings": _crossings(told["crossings"]),
                "shortages": [Shortage(**{**s, "day": date.fromisoformat(s["day"])}) for s in told["shortages"]],
            }
        )
    except FileNotFoundError as said:
        raise Invalid(f"{path}: there is no such file") from said
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as said:
        raise Invalid(f"{path}: must be a roster that 'muster roster city' wrote ({said})") from said


def _sound(told: dict[str, Any]) -> None:
    """Raises ``ValueError`` for what has the right words and impossible values."""
    first, days = date.fromisoformat(told["first"]), told["days"]
    if not isinstance(days, int) or not 1 <= days <= (date.max - first).days:
        raise ValueError(f"days {days!r} must be a whole number of days that there are")
    for member, line in told["lines"].items():
        if len(line) != days or not all(isinstance(entry, str) for entry in line):
            raise ValueError(f"the line of {member} must have {days} entries of text")
    if not all(isinstance(points, int) for points in told["penalty"].values()):
        raise ValueError("the penalty must be whole points")
    if not all(isinstance(told[name], int | float) for name in ("bound", "seconds")):
        raise ValueError("bound and seconds must be numbers")


def _crossings(told: Iterable[Any]) -> list[Crossing]:
    def breach(said: dict[str, Any]) -> Breach:
        return Breach(**{**said, "since": datetime.fromisoformat(said["since"])})

    return [Crossing(each["member"], breach(each["breach"])) for each in told]


def _text(value: object) -> str:
    assert isinstance(value, date | datetime), value
    return value.isoformat()
