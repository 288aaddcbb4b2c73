"""What is told of many: the first of them, and how many more there are."""

from collections.abc import Sequence


def few(names: Sequence[str], most: int) -> str:
    """The first names, at most so many, and how many more there are; empty for none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
