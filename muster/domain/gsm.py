"""The letters of a text message, and how many it takes: 160 of them go into one."""

import unicodedata
from typing import Final

SHORT: Final = (160, 306)
"""Letters of GSM-7 in one message and in two that belong together: 140 octets of 7 bits each, of which a part of two
gives six octets away (3GPP TS 23.040, 9.2.3.24)."""
WIDE: Final = (201, 335)
"""UTF-16 units in three and in five messages of 67, for text with other letters: one has no room beside a link."""

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED: Final = frozenset("^{}\\[~]|€\f")
"""Both of 3GPP TS 23.038, 6.2.1; one of these takes two places."""
_PLAIN: Final = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "…": "..."}  # noqa: RUF001 - what is typed
)
_UNSEEN: Final = ("Cf", "Cs", "Co", "Cn")


def plain(text: str) -> str:
    """Text on one line: without control characters, invisible marks and what changes the direction of reading, with
    the signs of typesetting as a telephone has them."""
    seen = (c if c.isprintable() else "" if unicodedata.category(c) in _UNSEEN else " " for c in text)
    return " ".join("".join(seen).translate(_PLAIN).split())


def size(text: str) -> tuple[int, tuple[int, int]]:
    """How much room a text takes, and how much there is: at best, and at most."""
    if all(c in _BASIC or c in _ESCAPED for c in text):
        return len(text) + sum(c in _ESCAPED for c in text), SHORT
    return len(text.encode("utf-16-le")) // 2, WIDE


def cut(text: str, length: int) -> str:
    """The text in at most so many characters; what is left out shows as dots."""
    return text if len(text) <= length else text[: max(0, length - 3)].rstrip(" .,;:-") + "..."
