"""Reaching people in a replay: a worker that catches up with the scenario's clock, local servers to which it really
sends, and the messages that lie there until somebody answers."""

import re
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muster.bootstrap import links_of, notifier_of
from muster.ports import Clock
from muster.scenarios.receivers import Received, Receivers
from muster.store.store import SqlStore
from muster.worker.loop import Told, Worker

LINK: Final = "https://muster.example.org"
"""Where links lead; nobody opens them over a network."""
TOKEN: Final = re.compile(re.escape(LINK) + r"/c/(\S+)")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that arrived, and the contact to which the link in its text leads."""

    contact: str
    message: Received


@dataclass(frozen=True, slots=True)
class Round:
    """What came of catching up: what arrived, the contacts that the record says were sent, and trouble; ``heard_of``:
    what earlier messages were about."""

    arrived: Sequence[Arrival]
    sent: Sequence[str]
    troubles: Sequence[str]
    heard_of: Collection[str]

    @property
    def missing(self) -> list[str]:
        """Contacts that were sent and did not arrive."""
        return sorted((Counter(self.sent) - Counter(a.contact for a in self.arrived)).elements())

    @property
    def strange(self) -> list[str]:
        """Contacts that arrived and were not sent."""
        return sorted((Counter(a.contact for a in self.arrived) - Counter(self.sent)).elements())


class Reaching:
    """Reaches the people of one record. ``inbox``: the contacts whose messages arrived, the earlier first, those of
    the record of which this one is a copy too; ``arrived``: what arrived here."""

    def __init__(self, store: SqlStore, clock: Clock, inbox: Iterable[str]) -> None:
        self.inbox = dict.fromkeys(inbox)
        self.arrived: list[Arrival] = []
        self._heard: list[Told] = []
        with ExitStack() as stack:
            receivers = stack.enter_context(Receivers())
            with tempfile.TemporaryDirectory(prefix="muster-gateways-") as folder:
                gateways = Path(folder) / "gateways.toml"
                gateways.write_text(_toml(receivers), encoding="utf-8")
                notifier = stack.enter_context(notifier_of(gateways))
                self._links = links_of(store, gateways)
            worker = Worker(store, notifier, self._links, clock, self._heard.append, chores=())
            self._worker = worker.one_by_one()
            stack.callback(worker.close)
            self._receivers = receivers
            self._closing = stack.pop_all()

    def close(self) -> None:
        """End the worker and the servers."""
        self._closing.close()

    def catch_up(self) -> Round:
        """Do all that is due at the instant of the clock."""
        self._heard.clear()
        self._worker.catch_up()
        heard_of = {contact.partition("/")[0] for contact in self.inbox}
        arrived = [self._opened(message) for message in self._receivers.received[len(self.arrived) :]]
        self.arrived += arrived
        self.inbox |= dict.fromkeys(a.contact for a in arrived)
        outcomes = [told.outcome for told in self._heard if told.outcome]
        sent = [o.outgoing.contact.key for o in outcomes if o.delivery and o.delivery.state == "sent"]
        return Round(arrived, sent, [told.trouble for told in self._heard if told.trouble], heard_of)

    def _opened(self, message: Received) -> Arrival:
        """The message with the contact to which its link leads; raises ``Refused`` for a link that came mutilated."""
        return Arrival(self._links.contact("".join(TOKEN.findall(message.text)[:1])), message)


def _toml(receivers: Receivers) -> str:
    """A gateways file that leads to these servers."""
    channels = "".join(f'"{channel}" = "{url}"\n' for channel, url in receivers.gateways.items())
    return f'link = "{LINK}"\n[channels]\n{channels}'
