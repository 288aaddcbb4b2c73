"""Who a program is, before anything that it sends is looked at: whoever has no token learns nothing else."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from muster.services.clerk import Clerk
from muster.services.tokens import Bearer

MEANS: Final = {
    400: "the body is no JSON in UTF-8",
    401: "there is no token, or one that leads to nobody: unknown, ended, of a user that ended",
    403: "it is not for this user, as things stand, or not for this token",
    404: "the record has no such thing, or none that this user may read",
    409: "it cannot be done as things stand, or the key stands for another act",
    410: "what you were asked is over: it was answered, or its time has passed",
    413: "the request is too long",
    422: "something is not of its form",
    429: "too many broken tokens from one network",
    500: "a fault in Muster",
    503: "the record cannot be reached; the same sent again does no harm",
}
scheme = HTTPBearer(bearerFormat="muster_...", auto_error=False, scheme_name="token")


def account_router(clerk: Clerk) -> APIRouter:
    """A router on which every route asks first who comes."""

    class Behind(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def known_first(request: Request) -> Response:
                address = request.client.host if request.client else ""
                request.state.bearer = await run_sync(clerk.bearer, secret_of(request), address)
                return await handle(request)

            return known_first

    return APIRouter(route_class=Behind, dependencies=[Depends(scheme)])


def secret_of(request: Request) -> str:
    """The token that a program sent; empty: none."""
    kind, said = get_authorization_scheme_param(request.headers.get("Authorization"))
    return said.strip() if kind.lower() == "bearer" else ""


def bearer_of(request: Request) -> Bearer:
    """Who was found to come."""
    found: Bearer = request.state.bearer
    return found
