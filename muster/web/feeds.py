"""The address to which calendar programs subscribe: it is asked again and again, and mostly nothing is new."""

from datetime import UTC
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from muster.documents.calendars import calendar
from muster.services.door import Door, NoSuchFeed
from muster.services.feed_links import PATH

KIND: Final = "text/calendar; charset=utf-8"


def feed_route(app: FastAPI, door: Door) -> None:
    """Add the address to an application."""

    @app.api_route(f"{PATH}{{token}}.ics", methods=["GET", "HEAD"])
    async def feed(token: str, request: Request) -> Response:
        address = request.client.host if request.client else ""
        text, headers = await run_sync(_written, door, token, address)
        if _is_known(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(text, media_type=KIND, headers=headers)

    @app.exception_handler(NoSuchFeed)
    async def nowhere(_: Request, said: Exception) -> Response:
        return PlainTextResponse(f"{said}\n", 404)


def _written(door: Door, token: str, address: str) -> tuple[str, dict[str, str]]:
    """The calendar and what is told of it. The hash of its text alone says whether it is new: two changes may be of one
    second, and what is long over is left out one day."""
    found = door.feed(token, address)
    text = calendar(found)
    headers = {"ETag": f'"{sha256(text.encode()).hexdigest()}"', "Cache-Control": "private, no-cache"}
    last = max((tour.said_at for tour in found.tours), default=None)
    if last is not None:
        headers["Last-Modified"] = format_datetime(last.astimezone(UTC), usegmt=True)
    return text, headers


def _is_known(said: str, tag: str) -> bool:
    """Whether somebody who named these tags has this text: RFC 9110, 13.1.2, where weak tags count too."""
    tags = [each.strip().removeprefix("W/") for each in said.split(",")]
    return tag in tags or "*" in tags
