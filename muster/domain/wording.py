"""What is told of many: how many, or the first of them and how many more there are."""

from collections.abc import Sequence


def few(names: Sequence[str], most: int) -> str:
    """The first names, at most so many, and how many more there are; empty for none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def count_of(number: int, noun: str, ending: str = "s") -> str:
    """So many of something, as it is said: ``ending`` makes the noun more than one."""
    return f"{number} {noun}{ending if number != 1 else ''}"
