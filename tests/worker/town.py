"""The small force with several channels each, a gateways file that leads to two small servers, and a worker on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from muster.bootstrap import links_of, notifier_of
from muster.domain.competence import Asked
from muster.domain.members import ContactPoint
from muster.ports import Due
from muster.services import taskings
from muster.store.store import SqlStore
from muster.worker.loop import Told, Worker
from tests.ground import SMALL, InRecord, local
from tests.sinks import SmtpSink, WebhookSink
from tests.support import SettableClock

THREE = "2020-10-07T03:00"
"""0300 of a Wednesday: the desk officer M0023, the duty captain M0016 and the duty chief M0007 are on duty."""
DESK, CAPTAIN, CHIEF, CO = "M0023", "M0016", "M0007", "M0005"
MORE = tuple(
    ContactPoint(member=member, channel=channel, order=order, address=address)
    for member in (DESK, CAPTAIN, CHIEF, CO)
    for channel, order, address in (
        ("sms", 2, f"+1-646-555-{member[1:]}"),
        ("e-mail", 3, f"{member.lower()}@example.org"),
    )
)


class Town:
    """A force in a record, with the world outside it."""

    def __init__(
        self, store: SqlStore, clock: SettableClock, gateways: Path, mail: SmtpSink, hook: WebhookSink
    ) -> None:
        clock.at = local(THREE)
        self.store, self.clock, self.gateways, self.mail, self.hook = store, clock, gateways, mail, hook
        self.force = InRecord(store, clock, [*SMALL, *MORE])
        self.told: list[Told] = []
        gateways.write_text(
            'link = "https://muster.example.org"\n[channels]\n'
            f'"e-mail" = "{mail.url()}"\n'
            f'sms = "{hook.url(path="/sms")}"\n'
            f'telephone = "{hook.url(path="/voice")}"\n'
        )

    def receive(self, matter: str = "protest", name: str | None = None, people: int = 100) -> str:
        """The name of a tasking that is received now."""
        asked = Asked(matter, "PCT-047", self.clock.at, None, people)
        with self.store.writing() as record:
            return taskings.receive(record, asked, "a crowd gathers", "incident", name=name).tasking.tasking

    def work(self) -> None:
        """Do what is due now."""
        with notifier_of(self.gateways) as notifier:
            links = links_of(self.store, self.gateways)
            Worker(self.store, notifier, links, self.clock, self.told.append).until_idle()

    def work_until(self, said: str) -> None:
        """Go from due instant to due instant, and do what is due, up to a local time."""
        end = local(said)
        self.work()
        while (due := self.store.next_due()) is not None and due <= end:
            self.clock.at = max(self.clock.at, due)
            self.work()
        self.clock.at = end

    def claimed(self, noun: str) -> list[Due]:
        """What a worker that dies at once would have claimed."""
        now = self.clock.at
        return self.store.claim(noun, now, local(THREE).replace(year=2030), 100)


@contextmanager
def town(store: SqlStore, clock: SettableClock, folder: Path) -> Iterator[Town]:
    """A town whose servers run."""
    with SmtpSink() as mail, WebhookSink() as hook:
        yield Town(store, clock, folder / "gateways.toml", mail, hook)
