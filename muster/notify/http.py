"""HTTP for apprise's gateways: connections are kept, and what they answered is noted.

apprise calls ``requests.post`` and its like, which connect anew, and read all certificates anew, for every message.
``KEPT`` stands in their place: the same functions on sessions that are kept.
"""

from collections import deque
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from muster.notify import outcome
from muster.ports import Delivery

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
NO_PROXY: Final = {"http": None, "https": None}  # else a proxy of the environment would be asked for this machine
TIMEOUT: Final = (5.0, 9.0)  # to connect and to read, in seconds, where a gateway's URL has no cto and rto


class KeptRequests:
    """The module ``requests`` to a plugin of apprise; safe to use from several threads."""

    def __init__(self) -> None:
        self._idle: deque[requests.Session] = deque()  # each is used by one thread at a time

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        """The response, as ``requests.request`` gives it; raises what that raises."""
        session = self._take()
        more.setdefault("timeout", TIMEOUT)
        if urlsplit(url).hostname in LOOPBACK:
            more["proxies"] = NO_PROXY
        try:
            response = session.request(method, url, **more)
        except requests.RequestException as error:
            outcome.note(_of_error(error))
            session.close()
            raise
        outcome.note(outcome.of_status(response.status_code))
        self._idle.append(session)
        return response

    def get(self, url: str, **more: Any) -> requests.Response:
        """As ``requests.get``."""
        return self.request("GET", url, **more)

    def post(self, url: str, **more: Any) -> requests.Response:
        """As ``requests.post``."""
        return self.request("POST", url, **more)

    def put(self, url: str, **more: Any) -> requests.Response:
        """As ``requests.put``."""
        return self.request("PUT", url, **more)

    def patch(self, url: str, **more: Any) -> requests.Response:
        """As ``requests.patch``."""
        return self.request("PATCH", url, **more)

    def delete(self, url: str, **more: Any) -> requests.Response:
        """As ``requests.delete``."""
        return self.request("DELETE", url, **more)

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> requests.Session:
        try:
            return self._idle.pop()
        except IndexError:
            session = _Session()
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # one message tells nothing to the next
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=1))
            return session


class _Session(requests.Session):
    """A session that asks the environment (proxies, certificates) once for each gateway: for each message it would be
    a quarter of the work."""

    def __init__(self) -> None:
        super().__init__()
        self._settings: dict[tuple[str, ...], Any] = {}

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """As in ``requests``; the arguments are the same for all messages to one gateway."""
        parts = urlsplit(str(url))
        asked = (parts.scheme, parts.netloc, str(proxies), str(stream), str(verify), str(cert))
        if asked not in self._settings:
            self._settings[asked] = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return dict(self._settings[asked])


def _of_error(error: requests.RequestException) -> Delivery:
    if isinstance(error, requests.Timeout):
        return outcome.LATE
    if isinstance(error, requests.exceptions.SSLError):
        return Delivery("try-again", "the gateway's certificate is not to be trusted, or it does not speak TLS")
    if isinstance(error, ValueError):  # an address, header or name that cannot be sent
        return Delivery("impossible", f"the gateway cannot be given this message ({type(error).__name__})")
    return Delivery("try-again", "there is no connection to the gateway")


KEPT: Final = KeptRequests()
