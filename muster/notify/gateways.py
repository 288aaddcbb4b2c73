"""The gateways file: where links lead, and through which gateway each channel sends."""

import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

from muster.domain.errors import Fault, Invalid
from muster.domain.members import CHANNELS
from muster.domain.nearest import did_you_mean
from muster.notify import console
from muster.notify.addresses import wrong_address
from muster.notify.sending import LONGEST, Sender, Sends

KEYS: Final = ("link", "channels", "alarms", "heartbeat")
MOST_BYTES: Final = 64 * 1024  # one has ten lines
_AT_LINE: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_TABLE: Final = re.compile(r"\s*\[\s*([\w-]+)\s*\]")
_WORD: Final = re.compile(r"[\w.-]{1,30}")


@dataclass(frozen=True, slots=True)
class Gateways:
    """``link``: where links lead, without a slash at its end. ``channels``: the URL of each, secrets and all.
    ``alarms``: the address on each channel to which the auditor turns; ``heartbeat``: where it sends its sign of life,
    None for nowhere."""

    link: str
    channels: Mapping[str, str] = field(repr=False)
    alarms: Mapping[str, str] = field(default_factory=dict)
    heartbeat: str | None = field(default=None, repr=False)

    def notifier(self, stream: TextIO | None = None, longest: float = LONGEST) -> Sender:
        """A Notifier that sends through them; close it when it is done. ``stream``: where the console prints (None:
        standard output). ``longest``: seconds until a gateway is no longer waited for."""
        found: dict[str, Sends] = {}
        closing: list[Callable[[], None]] = []
        for name, url in self.channels.items():
            if url == console.URL:
                found[name] = console.Console(stream or sys.stdout)
                continue
            from muster.notify.channel import Channel, close_connections  # apprise takes two seconds to import

            found[name] = Channel(name, url)
            closing = [close_connections]
        return Sender(found, longest, closing)


def read_gateways(path: Path, *, to_send: bool = True) -> Gateways:
    """What a gateways file says. Raises Invalid with all its faults, each with its line and without a secret.

    ``to_send`` False: whether apprise can use the URLs is not looked at, which takes it two seconds.
    """
    reader = _Reader(path, to_send)
    gateways = reader.read()
    if gateways is None or reader.faults:
        listed = "".join(f"\n  {fault}" for fault in reader.faults)
        raise Invalid(f"gateways file {path}: {len(reader.faults)} to mend, nothing can be sent:{listed}")
    return gateways


class _Reader:
    """Reads one file and collects what is wrong with it."""

    def __init__(self, path: Path, to_send: bool) -> None:
        self.faults: list[Fault] = []
        self._to_send = to_send
        self._path = path
        self._lines: list[str] = []

    def read(self) -> Gateways | None:
        """What the file says, as far as it has no fault; None when it cannot be read at all."""
        said = self._parsed()
        if said is None:
            return None
        for name in said:
            if name not in KEYS:
                self._fault(name, f"must be one of {', '.join(KEYS)}{did_you_mean(name, KEYS)}")
        link = self._link(said.get("link"))
        channels = said.get("channels")
        if not isinstance(channels, dict) or not channels:
            self._fault("channels", 'must be a table with a URL for each channel, like sms = "jsons://..."')
            channels = {}
        for name, url in channels.items():
            self._channel(name, url)
        alarms = self._alarms(said.get("alarms", {}), channels)
        return Gateways(link, channels, alarms, self._heartbeat(said.get("heartbeat")))

    def _alarms(self, said: Any, channels: Mapping[str, Any]) -> dict[str, str]:
        """Whom the auditor calls: an address on channels that have a gateway."""
        if not isinstance(said, dict):
            self._fault("alarms", 'must be a table with an address for a channel, like sms = "+1 212 555 0100"')
            return {}
        for name, address in said.items():
            if name not in channels:
                self._fault(name, "must be one of the channels of this file, to call somebody in an alarm", "alarms")
            elif not isinstance(address, str):
                self._fault(name, "must be the address of whoever is called in an alarm, in quotation marks", "alarms")
            elif (wrong := wrong_address(name, address)) is not None:
                self._fault(name, wrong.removeprefix("the address "), "alarms")
        return {name: str(address) for name, address in said.items()}

    def _heartbeat(self, said: Any) -> str | None:
        """Where the auditor says that all is well."""
        if said is None:
            return None
        if not isinstance(said, str) or not _is_address(said):
            self._fault("heartbeat", "must be a URL that somebody watches, like https://watch.example.org/ping/...")
            return None
        return str(said)

    def _parsed(self) -> dict[str, Any] | None:
        try:
            with self._path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as said:
            self._fault(None, f"must be a file that can be read: {said.strerror}")
            return None
        try:
            text = content.decode("utf-8-sig")
            self._lines = text.splitlines()
            if len(content) > MOST_BYTES:
                raise ValueError(f"must have at most {MOST_BYTES // 1024} KB")
            return tomllib.loads(text)
        except UnicodeDecodeError:
            self._fault(None, "must be UTF-8")
        except RecursionError:
            self._fault(None, "must not nest so deeply")
        except ValueError as said:
            self._fault_of_toml(str(said))
        return None

    def _fault_of_toml(self, said: str) -> None:
        place = _AT_LINE.fullmatch(said)
        line = int(place[2]) if place and place[2] else None
        # What tomllib quotes of the file is a key or a single character, but a key may be a URL written in its place.
        must = re.sub(r"'[^']{2,}'|\"[^\"]{2,}\"", "...", place[1] if place else said)
        self.faults.append(Fault(self._path.name, line, None, None, f"must be TOML: {ascii(must)[1:-1]}"))

    def _fault(self, name: str | None, must: str, table: str = "") -> None:
        shown = name if name is None or _WORD.fullmatch(name) else "this name"  # it may be a URL, with its password
        self.faults.append(Fault(self._path.name, self._line(name, table), shown, None, must))

    def _line(self, name: str | None, table: str) -> int | None:
        """The line on which a name is set, in a table or before the first."""
        if name is None:
            return None
        start = re.compile(rf"\s*[\[\"']*{re.escape(name)}[\"']?\s*[=.\]]")
        here = ""
        for number, line in enumerate(self._lines, start=1):
            header = _TABLE.match(line)
            here = header[1] if header else here
            if start.match(line) and (here == table or header):
                return number
        return None

    def _link(self, said: Any) -> str:
        if not isinstance(said, str):
            self._fault("link", 'must be set: where links lead, like link = "https://muster.example.org"')
            return ""
        if not _is_address(said) or any(sign in said for sign in "@?#"):
            self._fault("link", "must be the address at which people reach Muster, like https://muster.example.org")
        return said.rstrip("/")

    def _channel(self, name: str, url: Any) -> None:
        if name not in CHANNELS:
            near = did_you_mean(name, CHANNELS)
            self._fault(name, f"must be one of the channels {', '.join(CHANNELS)}{near}", "channels")
        elif not isinstance(url, str) or not url.isprintable():
            self._fault(name, 'must be a URL in quotation marks, like "jsons://...", or "console"', "channels")
        elif self._to_send and url != console.URL:
            from muster.notify.channel import Channel

            try:
                Channel(name, url)
            except Invalid as said:
                self._fault(name, str(said), "channels")


def _is_address(said: str) -> bool:
    """Whether a text is an address in the web, in one piece."""
    try:
        parts = urlsplit(said)
        good = parts.scheme in ("https", "http") and parts.port != 0
    except ValueError:
        return False
    return good and bool(parts.hostname) and said.isascii() and said.isprintable() and " " not in said
