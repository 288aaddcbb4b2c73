"""How lists and lines are told: so many of something, the first of many, and nothing that steers a terminal."""

from collections.abc import Sequence


def few(names: Sequence[str], most: int) -> str:
    """The first names, at most so many, and how many more there are; empty for none."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def count_of(number: int, noun: str, ending: str = "s") -> str:
    """So many of something, as it is said: ``ending`` makes the noun more than one."""
    return f"{number} {noun}{ending if number != 1 else ''}"


def safe(line: str) -> str:
    """A line that cannot steer a terminal: control characters are shown, not sent."""
    return "".join(c if c.isprintable() or c in "\t" else ascii(c)[1:-1] for c in line)
