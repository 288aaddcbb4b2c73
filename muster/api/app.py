"""The API: what the page behind a link does, for programs. The token of the link is the bearer token."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from muster.api.models import Code, ContactState, Given, Problem, Taken, state_of
from muster.domain.errors import MusterError
from muster.services.answers import Altered, Answer, LinkOver, Refusal
from muster.services.door import Door, NoSuchContact, TooMany, Unavailable

PREFIX = "/api/v1"
STATUS: dict[Refusal, int] = {
    "altered": 403,
    "link-over": 410,
    "taken": 409,
    "not-available": 409,
    "not-now": 409,
    "invalid": 422,
    "unknown": 422,
}
RAISED: dict[type[MusterError], tuple[int, Code]] = {
    Altered: (403, "altered"),
    NoSuchContact: (404, "no-such-contact"),
    LinkOver: (410, "link-over"),
    TooMany: (429, "too-many"),
}
HTTP: dict[int, Code] = {401: "no-token", 404: "not-found", 405: "method", 413: "too-long"}
MEANS = {
    400: "the body is no JSON in UTF-8",
    401: "there is no token",
    403: "the token is not whole, or was altered",
    404: "the record has no such contact",
    409: "it cannot be done as things stand: somebody else has it, or the hours rules forbid it",
    410: "the link is over: it was used, it expired, or the appointment ended",
    413: "the request is too long",
    422: "the answer is not of its form",
    429: "too many broken tokens from one network",
    500: "a fault in Muster",
    503: "the record cannot be reached; answering again does no harm",
}
BUSY = "Muster cannot reach its record at this moment. If you were answering, send the same again in a minute."

bearer = HTTPBearer(bearerFormat="the token of a link: its last part", auto_error=False, scheme_name="link")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


class Refused(Exception):
    """An answer that was not taken, on its way to the one who gave it."""

    def __init__(self, status: int, code: Code, says: str) -> None:
        super().__init__(says)
        self.status, self.code = status, code


def api_app(door: Door, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the API. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(
        title="Muster",
        version="1",
        description="Answers of people who were contacted.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
    )

    @app.get("/contact", operation_id="show", responses=_problems(401, 403, 404, 410, 413, 429, 500, 503))
    def show(request: Request, bearer: Bearer) -> ContactState:
        """What the contact is about, whose it is now, and what can be answered. Nothing is changed by looking."""
        return state_of(door.show(_token(bearer), _address(request)))

    @app.post("/contact/answer", operation_id="answer", responses=_problems(*MEANS))
    def answer(request: Request, bearer: Bearer, given: Given) -> Taken:
        """Take an answer. What is refused is recorded."""
        done = door.answer(_token(bearer), Answer(given.word, given.reason, given.to, given.once), _address(request))
        if done.answered.refusal is not None:
            raise Refused(STATUS[done.answered.refusal], done.answered.refusal, done.answered.says)
        return Taken(says=done.answered.says, contact=state_of(done.page) if done.page else None)

    _one_shape(app, complain)
    return app


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "description": MEANS[status]} for status in statuses}


def _token(bearer: HTTPAuthorizationCredentials | None) -> str:
    if bearer is None:
        raise HTTPException(401, "send the token of a link: Authorization: Bearer TOKEN")
    return bearer.credentials


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def problem(status: int, code: Code, says: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal, in the one shape that all have."""
    return JSONResponse(Problem(status=status, code=code, error=says).model_dump(), status, headers)


def _one_shape(app: FastAPI, complain: Callable[[str], None]) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, Refused)  # what it is registered for
        return problem(said.status, said.code, str(said))

    @app.exception_handler(MusterError)
    async def muster_error(_: Request, said: Exception) -> JSONResponse:
        for kind, (status, code) in RAISED.items():
            if isinstance(said, kind):
                return problem(status, code, str(said), {"Retry-After": "60"} if status == 429 else None)
        complain(str(said))
        assert isinstance(said, Unavailable)  # the door raises nothing else
        return problem(503, "unavailable", BUSY, {"Retry-After": "30"})

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, RequestValidationError)
        found = [f"{'.'.join(str(part) for part in e['loc'][1:]) or 'body'}: {e['msg']}" for e in said.errors()]
        return problem(422, "malformed", "; ".join(found))

    @app.exception_handler(HTTPException)
    async def http(_: Request, said: Exception) -> JSONResponse:
        assert isinstance(said, HTTPException)
        headers = {"WWW-Authenticate": "Bearer"} if said.status_code == 401 else said.headers
        return problem(said.status_code, HTTP.get(said.status_code, "malformed"), str(said.detail), headers)

    @app.exception_handler(Exception)
    async def fault(_: Request, said: Exception) -> JSONResponse:
        return problem(500, "unavailable", "Something is wrong in Muster, and whoever runs it was told.")
