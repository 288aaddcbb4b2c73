"""The one shape of every refusal, whatever refused it, and what each status means."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from muster.api.forms import REF
from muster.api.models import Code, Problem
from muster.domain.errors import Invalid, MusterError, NotEntitled, Refused, Unknown
from muster.services.answers import Altered, LinkOver, Refusal
from muster.services.clerk import KeyUsed, NoSuchToken
from muster.services.door import STATUS, NoSuchContact, TooMany, Unavailable

RAISED: Final[dict[type[MusterError], tuple[int, Code]]] = {
    Altered: (403, "altered"),
    NoSuchContact: (404, "no-such-contact"),
    LinkOver: (410, "link-over"),
    TooMany: (429, "too-many"),
    NoSuchToken: (401, "no-token"),
    KeyUsed: (409, "key-used"),
    NotEntitled: (403, "not-entitled"),
    Refused: (409, "not-now"),
    Unknown: (404, "unknown"),
    Invalid: (422, "invalid"),
}
HTTP: Final[dict[int, Code]] = {401: "no-token", 404: "not-found", 405: "method", 413: "too-long"}
MUST: Final = {
    "missing": "must be given",
    "extra_forbidden": "is no field of this",
    "dict_type": "must be a JSON object",
    "tuple_type": "must be a list",
    "model_attributes_type": "must be a JSON object, sent with Content-Type: application/json",
}
"""What is to be said of a field that there is not, or should not be."""
MUST_BE_NAME: Final = "must be a name: 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first"
SHOULD: Final = re.compile(r"(Input|String|Dictionary|Tuple|List) should")
"""How the framework begins what it says of a value."""
SHOWN: Final = 40
"""So many characters of a value are repeated to who sent it."""
SAYS: Final = {
    400: "the body must be JSON, in UTF-8",
    404: "nothing is here: openapi.json, beside the routes, describes what there is",
    405: "the method must be one that the header Allow names",
}
"""What is to be said where the framework refuses in its own words."""
BUSY: Final = "Muster cannot reach its record at this moment. If you were doing something, send the same in a minute."


class NotTaken(Exception):
    """An answer that was not taken, on its way to the one who gave it."""

    def __init__(self, code: Refusal, says: str) -> None:
        super().__init__(says)
        self.status, self.code = STATUS[code], code


def problem(status: int, code: Code, says: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal, in the one shape that all have."""
    return JSONResponse(Problem(status=status, code=code, error=says).model_dump(), status, headers)


def problems(means: Mapping[int, str], *but: int) -> dict[int | str, dict[str, Any]]:
    """How a description tells of refusals: what each status means, but for some that cannot come."""
    return {status: {"model": Problem, "description": says} for status, says in means.items() if status not in but}


def one_shape(app: FastAPI, complain: Callable[[str], None]) -> None:
    """Give every refusal of the application that shape. ``complain`` is told what whoever runs Muster has to mend."""

    @app.exception_handler(NotTaken)
    async def not_taken(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, NotTaken)  # what it is registered for
        return problem(said.status, said.code, str(said))

    @app.exception_handler(MusterError)
    async def muster_error(_: Request, said: Exception) -> JSONResponse:
        kind = next((kind for kind in type(said).__mro__ if kind in RAISED), None)
        if kind is None or isinstance(said, Unavailable):
            complain(str(said))
            return problem(503, "unavailable", BUSY, {"Retry-After": "30"})
        status, code = RAISED[kind]
        return problem(status, code, str(said), _headers(status))

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, RequestValidationError)
        if any(e["type"] == "json_invalid" for e in said.errors()):
            return problem(400, "malformed", "body: must be JSON, in UTF-8")
        return problem(422, "malformed", "; ".join(_wrong(e) for e in said.errors()))

    @app.exception_handler(HTTPException)
    async def http(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, HTTPException)
        code = HTTP.get(said.status_code, "malformed")
        says = SAYS.get(said.status_code, str(said.detail))
        return problem(said.status_code, code, says, said.headers or _headers(said.status_code))

    @app.exception_handler(Exception)
    async def fault(_: Request, said: Exception) -> JSONResponse:
        return problem(500, "unavailable", "Something is wrong in Muster, and whoever runs it was told.")


def _wrong(error: Mapping[str, Any]) -> str:
    """What is wrong with a field: its name, its value, and what it must be."""
    field = ".".join(str(part) for part in error["loc"][1:]) or "body"
    must = SHOULD.sub("must", str(error["msg"]).removeprefix("Value error, ")).replace(" after validation", "")
    if error.get("ctx", {}).get("pattern") == REF:
        must = MUST_BE_NAME
    must = MUST.get(error["type"], f"{must[:1].lower()}{must[1:]}")
    value = error["input"]
    plain = error["type"] not in MUST and isinstance(value, str | int | float)
    return f"{field}{f' {ascii(value)[:SHOWN]}' if plain else ''} {must}"


def _headers(status: int) -> dict[str, str] | None:
    return {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}}.get(status)
