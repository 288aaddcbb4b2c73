"""JSON in which every name stands once in its object: which of two would count is anybody's guess."""

from collections.abc import Sequence
from typing import Any


class Twice(ValueError):
    """A name that stands twice in a JSON object."""


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs, for ``json.loads``. Raises ``Twice`` with every name that stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({repr(name) for name in names if names.count(name) > 1})
        raise Twice(f"{', '.join(twice)} must stand once")
    return found
