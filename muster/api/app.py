"""The API: what the page behind a link does, with the token of the link; and what an account does, with its token."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from muster.api.acting import acting
from muster.api.appointing import appointing
from muster.api.behind import account_router
from muster.api.call_ins import call_ins
from muster.api.duty import duty
from muster.api.ledgers import ledgers
from muster.api.models import ContactState, Given, Taken, state_of
from muster.api.reading import reading
from muster.api.rosters import rosters
from muster.api.shape import NotTaken, one_shape, problems
from muster.services.answers import Answer
from muster.services.clerk import Clerk
from muster.services.desk import Desk
from muster.services.door import Door

PREFIX: Final = "/api/v1"
MEANS: Final = {
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
ABOUT: Final = "Answers of people who were contacted; and, with the token of a user, what the console shows and does."

bearer = HTTPBearer(bearerFormat="the token of a link: its last part", auto_error=False, scheme_name="link")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def api_app(door: Door, clerk: Clerk, desk: Desk, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the API. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(
        title="Muster",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": PREFIX}],
    )
    _by_link(app, door)
    account = account_router(clerk)
    reading(account, clerk, desk)
    acting(account, clerk)
    for add in (rosters, duty, appointing, call_ins, ledgers):
        add(account, clerk)
    app.include_router(account)
    one_shape(app, complain)
    return app


def _by_link(app: FastAPI, door: Door) -> None:
    @app.get("/contact", operation_id="show", responses=problems(MEANS, 400, 409, 422))
    def show(request: Request, bearer: Bearer) -> ContactState:
        """What the contact is about, whose it is now, and what can be answered. Nothing is changed by looking."""
        return state_of(door.show(_token(bearer), _address(request)))

    @app.post("/contact/answer", operation_id="answer", responses=problems(MEANS))
    def answer(request: Request, bearer: Bearer, given: Given) -> Taken:
        """Take an answer. What is refused is recorded."""
        done = door.answer(_token(bearer), Answer(given.word, given.reason, given.to, given.once), _address(request))
        if done.answered.refusal is not None:
            raise NotTaken(done.answered.refusal, done.answered.says)
        return Taken(says=done.answered.says, contact=state_of(done.page) if done.page else None)


def _token(bearer: HTTPAuthorizationCredentials | None) -> str:
    if bearer is None:
        raise HTTPException(401, "send the token of a link: Authorization: Bearer TOKEN")
    return bearer.credentials


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
