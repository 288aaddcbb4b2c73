"""Words that must fit: how wide they are, and where their lines end."""

from textwrap import wrap
from typing import Final

CHARACTER: Final = 6.7
"""The mean width of a character of 12 px, generously, whatever font there is."""


def wrapped(says: str, width: float, character: float = CHARACTER) -> list[str]:
    """The words in as many lines as they need in so much room; at least one, if an empty one."""
    return wrap(says, int(width / character)) or [""]
