"""A door with a real HTTP server before it, on loopback, and somebody who knocks."""

import http.client
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from muster.cli.listening import Server, listen, url_of
from muster.cli.serving import Guarded, joined
from muster.domain.contact import Contact
from muster.notify.links import SignedLinks
from muster.ports import Clock
from muster.services.desk import Desk
from muster.services.door import Door
from muster.services.gate import Gate
from muster.store.store import SqlStore
from muster.web.asking import Console
from tests.ground import NEW_YORK

LOCAL: Final = "http://localhost"


@dataclass(frozen=True)
class Said:
    """A response: its status, its headers by lower-case name, its text."""

    status: int
    headers: Mapping[str, str]
    text: str


def ask(url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Said:
    """What a server answers; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    with closing(connection):
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        text = response.read().decode("utf-8")
        return Said(response.status, {name.lower(): value for name, value in response.getheaders()}, text)


def post(url: str, headers: Mapping[str, str] | None = None, /, **fields: str) -> Said:
    """What a server answers to a form."""
    kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    return ask(url, "POST", urlencode(fields).encode(), kind)


def enters(base: str, path: str, /, **fields: str) -> Said:
    """What whoever has no session is answered to a form of a page at the door, opened before in their browser."""
    page = ask(base + (path if path.startswith("/password/") else "/"))
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    assert mark is not None, page
    return post(base + path, {"Cookie": page.headers["set-cookie"].partition(";")[0]}, mark=mark[1], **fields)


@dataclass
class House:
    """A store whose door is served. ``complaints``: what whoever runs it was told."""

    store: SqlStore
    links: SignedLinks
    app: Guarded
    complaints: list[str] = field(default_factory=list)
    base: str = ""

    def token(self, contact: Contact) -> str:
        """The token of a contact's link."""
        return self.links.url(contact.key).rpartition("/")[2]

    def page(self, contact: Contact | str) -> str:
        """Where the page of a contact, or of a token, is."""
        token = contact if isinstance(contact, str) else self.token(contact)
        return f"{self.base}/c/{quote(token, safe=':.')}"

    def open(self, contact: Contact | str) -> Said:
        """Somebody opens a link."""
        return ask(self.page(contact))

    def answer(self, contact: Contact | str, word: str, **more: str) -> Said:
        """Somebody presses a button of a page."""
        return post(self.page(contact), word=word, **more)


def house_of(store: SqlStore, clock: Clock, *, demo: bool = False, base: str = LOCAL) -> House:
    """A store with its door, which nobody serves yet; ``base``: the address that the console says is its own."""
    links = SignedLinks(LOCAL, store.signing_key())
    complaints: list[str] = []
    console = console_of(store, clock, demo=demo, base=base)
    return House(store, links, joined(Door(store, links, clock), console, complaints.append), complaints)


def console_of(store: SqlStore, clock: Clock, *, demo: bool = False, base: str = LOCAL) -> Console:
    """What the screens of a store are made from."""
    gate = Gate(store, clock, store.signing_key(), demo=demo)
    return Console(store, clock, Desk(store, clock), gate, NEW_YORK, base)


@contextmanager
def served(house: House, port: int = 0) -> Iterator[House]:
    """The same with a server on a port, 0: of its own, until the block ends."""
    server = Server(house.app, ending=house.app.end_streams)
    with closing(listen("127.0.0.1", port)) as listener:
        house.base = url_of(listener)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield house
        finally:
            server.should_exit = True
            thread.join()


def swapped(token: str) -> str:
    """The token with another last character, whatever the true one is."""
    return token[:-1] + ("A" if token[-1] != "A" else "B")
