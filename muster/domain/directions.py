"""Letters that are written from right to left, among those that are not."""

import re
from typing import Final

FROM: Final = "\u2066"
TO: Final = "\u2069"
"""LEFT-TO-RIGHT ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Standard Annex 9): typed by nobody, they are refused."""
LEFTWARDS: Final = re.compile(
    "[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def set_apart(value: object) -> object:
    """What is shown, set apart from what stands beside it where it has letters written from right to left: they
    would put neighbours in another order. All else stays what it is; so does markup, whose parts were set apart."""
    if value.__class__ is not str or value.isascii() or not LEFTWARDS.search(value):
        return value
    return f"{FROM}{value}{TO}"


def as_typed(said: str) -> str:
    """A text that was shown and comes back, as whoever typed it did."""
    return said.replace(FROM, "").replace(TO, "")
