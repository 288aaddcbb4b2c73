"""What was sent with a form and not taken: the form comes back with it, and says at the field what is wrong there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from muster.domain.errors import MusterError, Refused

SHOWN: Final = 40
"""So many letters of what was typed are repeated at least, by what finds a fault in it."""
MIDNIGHT: Final = "T00:00"


@dataclass(frozen=True)
class Returned:
    """What was typed into which fields, and why it was not taken; empty: nothing was sent, or nothing is wrong."""

    typed: Mapping[str, str] = field(default_factory=dict)
    said: MusterError | str = ""

    @property
    def says(self) -> str:
        """Why it was not taken."""
        return str(self.said)

    @property
    def status(self) -> int:
        """Of the answer that brings the form back."""
        return 409 if isinstance(self.said, Refused) else 422

    def of(self, act: str) -> "Returned":
        """What was sent with the form of this act, on a page that has several."""
        return self if self.typed.get("act") == act else NOTHING

    def get(self, name: str, default: str = "") -> str:
        """What the field is to have: what was typed in it, else what it has at first."""
        return self.typed.get(name, default)

    @cached_property
    def wrong(self) -> list[str]:
        """The fields in which something is wrong, in their order: a fault names the field and what was typed in it, or
        that alone."""
        says, typed = self.says, {name: value.strip() for name, value in self.typed.items()}
        named = [name for name, value in typed.items() if says and _named(name, value).search(says)]
        return named or [name for name, value in typed.items() if value and repr(value[:SHOWN]) in says]


NOTHING: Final = Returned()


def _named(name: str, value: str) -> re.Pattern[str]:
    """How a fault begins that is about this field: ``until 2020-10-07T10:00``, ``unit 'PCT-000'``, ``reason must``."""
    shown = "|".join(re.escape(each) for each in dict.fromkeys(_written(value)))
    return re.compile(
        rf"(?<![\w-]){re.escape(name)}(?: day)?:? (?:local time )?(?:['\"]?(?:{shown})|must )", re.IGNORECASE
    )


def _written(value: str) -> Iterator[str]:
    """As what was typed may be written: an instant at midnight is a date, and what steers is spelled out."""
    yield value[:SHOWN] or "''"
    yield repr(value[:SHOWN])[1:-1] or "''"
    if value.endswith(MIDNIGHT):
        yield value.removesuffix(MIDNIGHT)
