"""A running ``muster serve`` of a benchmark: what it answers, what it costs, and many who listen to it."""

import contextlib
import html
import http.client
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

LONGEST_S = 60
EVENT = re.compile(rb"^id: (\d+)-", re.MULTILINE)


class Serving:
    """The console of a record, as a demo, in a process of its own; somebody is signed in as the first of the offices,
    others as the others."""

    def __init__(self, database: str, offices: Sequence[str]) -> None:
        words = [sys.executable, "-m", "muster", "serve", "--demo", "--port", "0", "--db", database]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        found = re.search(r"http://\S+?(?=;)", self.process.stdout.readline())
        if found is None:
            raise SystemExit("the server did not begin")
        self.host = urlsplit(found[0]).netloc
        self._cookies = [""]
        self._cookies = [self._signed_in(office) for office in offices]

    def _signed_in(self, office: str) -> str:
        self._cookies[0] = ""
        _, page, headers = self.ask("GET", "/")
        self._cookies[0] = headers["set-cookie"].partition(";")[0]
        mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
        if mark is None:
            raise SystemExit("nobody can sign in")
        headers = self.ask("POST", "/pose", urlencode({"mark": mark[1], "position": office, "to": "/now"}))[2]
        return headers["set-cookie"].partition(";")[0]

    def ask(
        self, method: str, path: str, body: str | None = None, *, cookie: str | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """The status, the text and the headers that are answered; ``cookie``: to whom, if not to the first."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=LONGEST_S)) as connection:
            connection.request(method, path, body, {"Cookie": cookie or self._cookies[0], **kind})
            said = connection.getresponse()
            text = said.read().decode()
            return said.status, text, {name.lower(): value for name, value in said.getheaders()}

    def spent_ms(self, path: str) -> float:
        """Processor time that the server needs for a page, in milliseconds. Ends the benchmark where it is refused."""
        before = self.processor_s()
        status, text, _ = self.ask("GET", path)
        if status not in (200, 409):  # 409: a page that says why nothing can be done at a past instant
            raise SystemExit(f"{path}: answered {status}: {text[-400:]}")
        return (self.processor_s() - before) * 1000

    def processor_s(self) -> float:
        """Processor time of the server since it began, all threads, in seconds."""
        return time.clock_gettime((~self.process.pid << 3) | 2)  # clock_getcpuclockid(3): threads that ended count too

    def listen(self, page: str, number: int) -> socket.socket:
        """A connection on which the server goes on telling one of those who are signed in what changes on a page that
        they opened."""
        cookie = self._cookies[number % len(self._cookies)]
        found = re.search('hx-sse:connect="([^"]+)"', self.ask("GET", page, cookie=cookie)[1])
        if found is None:
            raise SystemExit(f"{page}: it is not kept up to date")
        path = html.unescape(found[1])
        host, port = self.host.rsplit(":", 1)
        made = socket.create_connection((host, int(port)), LONGEST_S)
        made.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {cookie}\r\n\r\n".encode())
        return made

    def stop(self) -> float:
        """Seconds from being told to end to its end."""
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(LONGEST_S)
        return time.perf_counter() - began

    def close(self) -> None:
        """End it, if it has not."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Heard:
    """When each of many streams told of a change that is waited for. A thread reads them all until ``close``."""

    def __init__(self, streams: Sequence[socket.socket]) -> None:
        self._selector = selectors.DefaultSelector()
        self.open = len(streams)
        for stream in streams:
            self._selector.register(stream, selectors.EVENT_READ)
        self.times: dict[socket.socket, float] = {}
        self._first = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def waits_for(self, seq: int) -> None:
        """From now on an event counts that tells of this fact or a later one: each minute has events too."""
        self._first = seq
        self.times.clear()

    def _read(self) -> None:
        while not self._stopped.is_set():
            for key, _ in self._selector.select(0.05):
                assert isinstance(key.fileobj, socket.socket)
                told = key.fileobj.recv(2**20)
                if any(int(seq) >= self._first for seq in EVENT.findall(told)):
                    self.times.setdefault(key.fileobj, time.perf_counter())
                elif not told:
                    self._selector.unregister(key.fileobj)
                    self.open -= 1

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()


@contextmanager
def hearing(server: Serving, page: str, count: int) -> Iterator[Heard]:
    """So many open screens of a page, of which the streams are read until the block ends."""
    streams = [server.listen(page, number) for number in range(count)]
    heard = Heard(streams)
    try:
        yield heard
    finally:
        heard.close()
        for stream in streams:
            stream.close()
