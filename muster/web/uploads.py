"""What a form brings, with a file or without one (RFC 7578), read without trusting it."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

from fastapi import Request

from muster.domain.directions import as_typed
from muster.domain.errors import Invalid
from muster.web.app import MOST_FIELDS, form_of

NOT_READ: Final = "this form brings no file that can be read: open the page again, and choose one"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed, and the file: its name, and its bytes; both are empty where there is none."""

    typed: Mapping[str, str]
    name: str = ""
    content: bytes = b""


async def sent_of(request: Request) -> Sent:
    """What a form brings. One that is made to bring a file has one, which is not empty. Raises ``Invalid``."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return Sent(await form_of(request))
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + await request.body())
    typed: dict[str, str] = {}
    file = name = None
    for part in list(form.iter_parts())[: MOST_FIELDS + 1]:
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise Invalid(NOT_READ)
        if part.get_filename() is not None:
            name, file = part.get_filename(), content
        else:
            typed[str(part.get_param("name", "", "content-disposition"))] = as_typed(content.decode("utf-8", "replace"))
    if file is None or not name:
        raise Invalid(NOT_READ)
    if not file:
        raise Invalid(f"{name[:40]!r} must not be empty: choose a file that has something in it")
    return Sent(typed, name, file)
