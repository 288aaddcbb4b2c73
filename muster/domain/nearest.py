"""The nearest known word to one that is not known, for messages."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LENGTH_APART = 3
MOST_CANDIDATES = 2_000


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one; None when none is near.

    Only words that begin or end alike are compared: comparing all 22,000 members for every unknown one takes seconds.
    """
    low = word.lower()
    alike = [
        k
        for k in known
        if abs(len(k) - len(word)) <= MOST_LENGTH_APART
        and (k[:2].lower() == low[:2] or k[-2:].lower() == low[-2:] or k.lower() == low)
    ]
    by_folded = {k.lower(): k for k in alike[:MOST_CANDIDATES]}
    found = get_close_matches(low, by_folded, n=1)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'PCT-066'?``, or nothing when no known word is near."""
    found = nearest(word, known)
    return f"; did you mean {found!r}?" if found else ""
