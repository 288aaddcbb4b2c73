"""Which addresses a channel takes. What is not of this form could reach somebody else, or steer a gateway."""

import re
from typing import Final

LONGEST: Final = 254  # of an e-mail address: RFC 5321, 4.5.3.1.3 (a path of 256 octets, with its angle brackets)

_ATOM: Final = r"[A-Za-z0-9!#$&'*+/=?^_{|}~-]+"  # RFC 5322 without "%" and "`", which nobody's address needs
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_NUMBER: Final = re.compile(r"(\+?[0-9(][0-9 ().-]*)(?:\s*(?:x|ext\.?)\s*[0-9]{1,8})?")
_OTHER: Final = re.compile(r"[^\s%,;]+")
_STEERS: Final = re.compile(r"[/?#&\\]|^\.+$")  # where an address is part of a path, it must stay one part of it
_DIGITS: Final = re.compile(r"[^0-9]")

EXAMPLES: Final = {"e-mail": "anybody@muster.invalid", "sms": "+12125550105", "telephone": "+12125550105"}


def wrong_address(channel: str, address: str, *, in_path: bool = False) -> str | None:
    """Why a channel cannot take this address, without the address; None: it can. ``in_path``: the gateway is given it
    as a part of a path."""
    if not address or len(address) > LONGEST or not address.isprintable():
        return f"the address must have 1 to {LONGEST} characters, without control characters"
    if channel == "e-mail":
        return None if _EMAIL.fullmatch(address) else "the address must be one e-mail address, like name@example.org"
    if channel in ("sms", "telephone"):
        return None if _is_number(address) else "the address must be one telephone number, like +1 212 555 0105"
    if not _OTHER.fullmatch(address) or (in_path and _STEERS.search(address)):
        return "the address must be one name or number, without spaces, commas and percent signs"
    return None


def _is_number(address: str) -> bool:
    number = _NUMBER.fullmatch(address)
    return number is not None and 2 <= len(digits(number[1])) <= 15  # E.164 allows 15


def digits(text: str) -> str:
    """The digits in a text."""
    return _DIGITS.sub("", text)


def same_address(channel: str, address: str, text: str) -> bool:
    """Whether a text holds this address, however a gateway writes its numbers."""
    if channel in ("sms", "telephone"):
        number = _NUMBER.fullmatch(address)
        return number is not None and digits(number[1]) in digits(text)
    return address.casefold() in text.casefold()
