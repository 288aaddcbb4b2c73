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
from muster.files.once import once
from muster.files.whole import write_whole

SUFFIX: Final = ".roster.json"
MOST: Final = 10**15
"""No number of a roster is larger: larger ones are not told apart."""


def write_roster(folder: Path, roster: UnitRoster) -> Path:
    """Write ``UNIT.roster.json`` in place of an older one, at once, in a folder that is made where there is none.
    Raises ``Refused`` where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as said:
        raise Refused(f"{folder}: cannot be made ({said.strerror}); name another place") from said
    return write_roster_as(folder / f"{roster.unit}{SUFFIX}", roster)


def write_roster_as(path: Path, roster: UnitRoster) -> Path:
    """Write a roster to a file of that name, at once. Raises ``Refused`` where that cannot be."""
    return write_whole(path, json.dumps(asdict(roster), default=_text, indent=1) + "\n")


def rosters_in(folder: Path) -> dict[str, UnitRoster]:
    """The rosters of a folder by unit; none where there is no folder. Raises ``Invalid`` for a file that is none."""
    found = (read_roster(path) for path in sorted(folder.glob(f"*{SUFFIX}")))
    return {roster.unit: roster for roster in found}


def read_roster(path: Path) -> UnitRoster:
    """The roster of a file that ``write_roster`` wrote. Raises ``Invalid`` for another file."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
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
    except KeyError as said:
        raise Invalid(f"{path}: must be a roster that 'muster roster city' wrote (it has no {said})") from said
    except (ValueError, TypeError, AttributeError, RecursionError) as said:
        raise Invalid(f"{path}: must be a roster that 'muster roster city' wrote ({said})") from said


def _sound(told: Any) -> None:
    """Raises ``ValueError`` for what has the right words and impossible values."""
    if not isinstance(told, dict):
        raise ValueError("it is no JSON object")
    first, days = date.fromisoformat(told["first"]), told["days"]
    if not _whole(days) or not 1 <= days <= (date.max - first).days:
        raise ValueError(f"days {days!r} must be a whole number of days that there are")
    for member, line in told["lines"].items():
        if not _texts(line) or not _texts([member]) or len(line) != days:
            raise ValueError(f"the line of {member} must have {days} entries of text")
    fits = {
        "unit": _texts([told["unit"]]),
        "problem": _texts([told["problem"]]),
        "penalty": all(_whole(points) for points in told["penalty"].values()),
        "bound": _number(told["bound"]),
        "seconds": _number(told["seconds"]),
        "settled": isinstance(told["settled"], bool),
        "faults": _texts(told["faults"]),
        "notes": _texts(told["notes"]),
        "unsolved": _texts([*told["unsolved"], *told["unsolved"].values()]),
        "shortages": all(_texts([s["tour"], s["who"]]) for s in told["shortages"])
        and all(_whole(s[name]) for s in told["shortages"] for name in ("have", "minimum", "target")),
        "crossings": all(_texts([c["member"], *c["breach"].values()]) for c in told["crossings"]),
    }
    wrong = [name for name, fit in fits.items() if not fit]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} must be as it was written")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST


def _number(value: object) -> bool:
    return _whole(value) or (isinstance(value, float) and abs(value) <= MOST)


def _texts(values: object) -> bool:
    """Whether they are texts. Raises ``UnicodeEncodeError`` for one with half a character in it."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return False
    "".join(values).encode()
    return True


def _crossings(told: Iterable[Any]) -> list[Crossing]:
    def breach(said: dict[str, Any]) -> Breach:
        return Breach(**{**said, "since": datetime.fromisoformat(said["since"])})

    return [Crossing(each["member"], breach(each["breach"])) for each in told]


def _text(value: object) -> str:
    assert isinstance(value, date | datetime), value
    return value.isoformat()
