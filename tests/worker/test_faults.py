"""What fails around a worker: a gateway that hangs, a mail server that is away, a clock that jumps, a watcher gone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from muster.bootstrap import SteadyClock, links_of, open_store, verify_views
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.notify.gateways import read_gateways
from muster.ports import Clock
from muster.services.record import verify
from muster.store.store import SqlStore
from muster.worker.loop import Told, Worker
from tests.ground import local
from tests.sinks import Post, SmtpSink, WebhookSink
from tests.support import SettableClock
from tests.waiting import LONGEST_SECONDS, wait_until
from tests.worker.town import CAPTAIN, Town


class Hanging:
    """A telephone gateway that answers nobody until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, post: Post) -> int:
        """Its answer, at last."""
        if post.path.startswith("/voice"):
            self.let_go.wait()
        return 200


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """It is let go in the end."""
    gateway = Hanging()
    yield gateway
    gateway.let_go.set()


@pytest.fixture
def hung(temporary_store: SqlStore, clock: SettableClock, tmp_path: Path, hanging: Hanging) -> Iterator[Town]:
    """A town whose telephone gateway hangs."""
    with SmtpSink() as mail, WebhookSink(hanging) as hook:
        yield Town(temporary_store, clock, tmp_path / "gateways.toml", mail, hook)
        hanging.let_go.set()


@contextmanager
def working(
    town: Town, url: str, clock: Clock | None = None, tell: Callable[[Told], None] | None = None
) -> Iterator[None]:
    """A worker at work in a thread, on the same record, by a clock of its own. It waits long for a gateway."""
    stopped = threading.Event()
    clock = clock or town.clock
    with (
        closing(open_store(url, clock)) as store,
        read_gateways(town.gateways).notifier(longest=LONGEST_SECONDS) as notifier,
    ):
        works = Worker(store, notifier, links_of(store, town.gateways), clock, tell or town.told.append)
        thread = threading.Thread(target=works.run, args=(stopped,))
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()
    with town.store.reading() as views:
        assert verify(views).whole
    assert verify_views(town.store) == []


def contact(town: Town, member: str, channel: str) -> Contact:
    """The member's contact of the first tasking by that channel."""
    with town.store.reading() as views:
        found = views.rows(Contact, subject="T1", purpose="decide", member=member, channel=channel)
    return found[0]


def step(town: Town, name: str = "T1") -> int:
    """The last step of a tasking."""
    with town.store.reading() as views:
        found = views.row(Escalation, name)
    return found.step if found else 0


def came(town: Town, path: str) -> list[Post]:
    """What was posted there."""
    return [post for post in town.hook.received if post.path.startswith(path)]


def test_a_gateway_that_does_not_answer_is_left_for_the_next_channel_long_before_the_window_ends(hung: Town) -> None:
    hung.receive()
    urls, soon = hung.gateways.read_text(), hung.hook.url("&rto=0.05", path="/voice")
    hung.gateways.write_text(urls.replace(hung.hook.url(path="/voice"), soon))  # others have all the time they need
    with read_gateways(hung.gateways).notifier() as notifier:
        works = Worker(hung.store, notifier, links_of(hung.store, hung.gateways), hung.clock, hung.told.append)
        for moment in ("03:00:00", "03:00:05", "03:00:20"):
            hung.clock.at = local(f"2020-10-07T{moment}")
            works.catch_up()
        voice, text = contact(hung, CAPTAIN, "telephone"), contact(hung, CAPTAIN, "sms")
        assert (voice.state, voice.tries) == ("failed", 3)
        assert text.state == "sent"
        hung.clock.at = local("2020-10-07T03:05")
        works.catch_up()
        works.close()
    assert step(hung) == 2
    first, *again = [_marked(post) for post in came(hung, "/voice") if CAPTAIN in _of(post)]
    assert not first
    assert again
    assert all(again)  # it may have carried each of those before


def _of(post: Post) -> str:
    return str(post.json["reference"])


def _marked(post: Post) -> bool:
    return str(post.json["message"]).startswith("(repeat) ")


def test_while_a_gateway_hangs_other_channels_send_and_steps_are_taken(hung: Town, hanging: Hanging, url: str) -> None:
    hung.receive()
    with working(hung, url):
        wait_until(lambda: came(hung, "/voice"))
        hung.clock.at = local("2020-10-07T03:02")
        wait_until(lambda: contact(hung, CAPTAIN, "sms").state == "sent")
        hung.clock.at = local("2020-10-07T03:05")
        wait_until(lambda: step(hung) == 2)
        assert contact(hung, CAPTAIN, "telephone").waits
        hanging.let_go.set()
        wait_until(lambda: contact(hung, CAPTAIN, "telephone").state == "sent")
    assert [_of(post) for post in came(hung, "/voice")].count(contact(hung, CAPTAIN, "telephone").key) == 1


def test_a_clock_that_jumps_ahead_sends_nothing_twice_that_is_being_sent(
    hung: Town, hanging: Hanging, url: str
) -> None:
    wall = SettableClock(hung.clock.at)
    hung.receive()
    with working(hung, url, SteadyClock(wall)):
        wait_until(lambda: came(hung, "/voice"))
        wall.move(hours=2)
        wait_until(lambda: step(hung) == 2)
        wait_until(lambda: contact(hung, CAPTAIN, "sms").state == "sent")  # it has looked what is due since
        wall.move(hours=-2)
        hanging.let_go.set()
        wait_until(lambda: contact(hung, CAPTAIN, "telephone").state == "sent")
    posts = [_of(post) for post in came(hung, "/voice")]
    assert sorted(posts) == sorted(set(posts))


def test_a_clock_that_jumps_ahead_and_back_takes_every_step_once_and_in_order(night: Town, url: str) -> None:
    wall, passed = SettableClock(night.clock.at), [0.0]
    night.receive()
    with working(night, url, SteadyClock(wall, lambda: passed[0])):
        wait_until(lambda: step(night) == 1)
        wall.move(hours=2)
        wait_until(lambda: step(night) == 2)
        wall.move(hours=-2)
        passed[0] += 301  # seconds that really pass, whatever the clock of the machine shows
        wait_until(lambda: step(night) == 3)
    with night.store.reading() as views:
        steps = list(views.facts(kinds=["escalation.stepped"]))
        times = [f.recorded_at for f in views.facts()]
    assert len(steps) == 3
    assert times == sorted(times)


def test_a_mail_server_that_was_away_for_a_moment_gets_the_mail(
    temporary_store: SqlStore, clock: SettableClock, tmp_path: Path
) -> None:
    with WebhookSink() as hook:
        with SmtpSink() as mail:
            night = Town(temporary_store, clock, tmp_path / "gateways.toml", mail, hook)
        night.receive()
        night.work_until("2020-10-07T03:03:20")
        away = contact(night, CAPTAIN, "e-mail")
        assert (away.state, away.tries) == ("waiting", 1)
        with SmtpSink(port=mail.port) as back:
            night.work_until("2020-10-07T03:03:25")
            assert [mail.to for mail in back.received].count((f"{CAPTAIN.lower()}@example.org",)) == 1
        assert contact(night, CAPTAIN, "e-mail").state == "sent"


def test_a_worker_goes_on_when_nobody_can_be_told_what_it_does(night: Town, url: str) -> None:
    def full(_: Told) -> None:
        raise OSError("no space left on device")

    night.receive()
    with working(night, url, tell=full):
        wait_until(lambda: step(night) == 1)
        wait_until(lambda: contact(night, CAPTAIN, "telephone").state == "sent")


def test_a_fault_in_what_one_gateway_does_is_a_failed_try_and_no_more(night: Town) -> None:
    class Faulty:
        def send(self, message: object) -> None:
            raise ZeroDivisionError

    night.receive()
    links = links_of(night.store, night.gateways)
    works = Worker(night.store, Faulty(), links, night.clock, night.told.append)  # type: ignore[arg-type]
    works.until_idle()
    assert contact(night, CAPTAIN, "telephone").note == "ZeroDivisionError"
    night.work_until("2020-10-07T03:00:05")
    assert contact(night, CAPTAIN, "telephone").state == "sent"
