"""The personal link of a contact: the contact's key and a signature, short enough for a text message."""

from hashlib import sha256
from typing import Final

from itsdangerous import BadSignature, HMACAlgorithm, Signer

from muster.domain.errors import Invalid, Refused

PAGE: Final = "/c/"
SIGNATURE_BYTES: Final = 12
"""Of the 32 of HMAC-SHA-256. A guess is one in 2**96, and can only be tried on the page itself; RFC 2104, 5, and NIST
SP 800-107, 5.3.4, allow shorter ones."""
LEAST_KEY_BYTES: Final = 32
_JOINS: Final = ":"  # instead of the slashes of a key: it keeps a token one part of a path, and is a letter of GSM-7
_TAIL: Final = ".,;:!?)>]\"' \t\r\n"  # what programs that show messages take for a part of a link


class _Short(HMACAlgorithm):
    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return super().get_signature(key, value)[:SIGNATURE_BYTES]


class SignedLinks:
    """Links below ``base``, signed with ``key``: whoever has no key can make none."""

    def __init__(self, base: str, key: bytes) -> None:
        if len(key) < LEAST_KEY_BYTES:
            raise Invalid(f"signing key: must have at least {LEAST_KEY_BYTES} bytes, has {len(key)}")
        self.base = base.rstrip("/")
        self._signer = Signer(key, salt=b"muster.contact", sep=".", algorithm=_Short(sha256))

    def url(self, contact: str) -> str:
        """The link for the contact with this key."""
        return f"{self.base}{PAGE}{self._token(contact)}"

    def contact(self, token: str) -> str:
        """The key of the contact that a token is for; Refused if it is not as it was signed."""
        said = token.strip().rstrip(_TAIL)
        try:
            contact = self._signer.unsign(said.encode("utf-8")).decode("utf-8").replace(_JOINS, "/")
        except (BadSignature, UnicodeError):
            contact = None
        if contact is None or self._token(contact) != said:  # two spellings of one signature are not two links
            raise Refused("this link is not whole, or was altered: open it from the message itself, or copy all of it")
        return contact

    def named(self, token: str) -> str:
        """The key that a token names, whoever wrote it: proof of nothing, only a place to note that it was tried."""
        return token.strip().rstrip(_TAIL).rpartition(".")[0].replace(_JOINS, "/")

    def _token(self, contact: str) -> str:
        return self._signer.sign(contact.replace("/", _JOINS)).decode("ascii")
