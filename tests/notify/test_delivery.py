"""What really arrives, and what a gateway's answer means. The servers are real."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest

from muster.ports import Delivery
from tests.notify.doubles import MAIL, NUMBER, gateways, message
from tests.sinks import HOST, Post, SmtpSink, WebhookSink

PATIENCE = 0.3  # seconds that a test waits for a gateway that never answers


@pytest.fixture
def refused_port() -> Iterator[int]:
    """A port on which nobody listens, and nobody else will."""
    with closing(socket.socket()) as taken:
        taken.bind((HOST, 0))
        yield int(taken.getsockname()[1])


def test_a_mail_arrives_as_plain_text_with_its_reference(tmp_path: Path) -> None:
    with SmtpSink() as sink, gateways(tmp_path, e_mail=sink.url()).notifier() as notifier:
        assert notifier.send(message("e-mail")) == Delivery("sent", "the gateway took it")
        (mail,) = sink.received
    assert mail.to == (MAIL,)
    assert mail.sender == "muster@example.org"
    assert mail.message.get_content_type() == "text/plain"
    assert mail.text == message("e-mail").text
    headers = {name: str(mail.message[name]) for name in ("Subject", "To", "X-Muster-Contact", "References")}
    assert headers == {
        "Subject": "Decide: block party",
        "To": MAIL,
        "X-Muster-Contact": "T-1/decide/1/M0005/e-mail",
        "References": "<T-1/decide/1/M0005/e-mail@muster.invalid>",
    }


def test_a_webhook_is_posted_the_text_the_address_and_the_reference(tmp_path: Path) -> None:
    with WebhookSink() as sink, gateways(tmp_path, sms=sink.url()).notifier() as notifier:
        assert notifier.send(message()).state == "sent"
        (post,) = sink.received
    assert post.path == "/hook"
    assert post.headers["X-Muster-Contact"] == "T-1/decide/1/M0005/sms"
    named = ("to", "reference", "title", "message")
    assert {name: post.json[name] for name in named} == {
        "to": NUMBER,
        "reference": "T-1/decide/1/M0005/sms",
        "title": "Decide: block party",
        "message": message().text,
    }


def test_a_repeat_says_so_and_has_the_same_reference(tmp_path: Path) -> None:
    with (
        SmtpSink() as mails,
        WebhookSink() as posts,
        gateways(tmp_path, e_mail=mails.url(), sms=posts.url()).notifier() as notifier,
    ):
        for channel in ("e-mail", "sms"):
            for repeat in (False, True):
                assert notifier.send(message(channel, repeat=repeat)).state == "sent"
    first, second = mails.received
    assert first.message["X-Muster-Contact"] == second.message["X-Muster-Contact"]
    assert second.message["Subject"] == "(repeat) Decide: block party"
    assert second.text == "(repeat) " + first.text
    once, again = posts.received
    assert once.json["reference"] == again.json["reference"]
    assert again.json["message"] == "(repeat) " + once.json["message"]


def test_connections_are_kept_from_message_to_message(tmp_path: Path) -> None:
    with SmtpSink() as mails, WebhookSink() as posts:
        with gateways(tmp_path, e_mail=mails.url(), sms=posts.url()).notifier() as notifier:
            for step in range(5):
                assert notifier.send(message("e-mail", step=step)).state == "sent"
                assert notifier.send(message("sms", step=step)).state == "sent"
        assert (mails.connections, posts.connections) == (1, 1)
        assert (len(mails.received), len(posts.received)) == (5, 5)


def test_the_console_prints_one_line_for_each_message(tmp_path: Path) -> None:
    stream = StringIO()
    with gateways(tmp_path, sms="console").notifier(stream) as notifier:
        assert notifier.send(message(address="+1 555 0100")).state == "sent"
        assert notifier.send(message(address="+1\x1b[2J\n555", repeat=True)).state == "sent"
    text = "Decide: block party; now https://muster.example.org/c/x.y"
    assert stream.getvalue() == f"→ sms +1 555 0100: {text}\n→ sms +1 [2J 555: (repeat) {text}\n"


def test_a_console_that_is_closed_is_tried_again(tmp_path: Path) -> None:
    stream = StringIO()
    stream.close()
    with gateways(tmp_path, sms="console").notifier(stream) as notifier:
        assert notifier.send(message()).state == "try-again"


def test_a_channel_without_a_gateway_is_impossible(tmp_path: Path) -> None:
    with gateways(tmp_path, sms="console").notifier(StringIO()) as notifier:
        delivery = notifier.send(message("e-mail"))
    assert delivery == Delivery("impossible", "there is no gateway for e-mail: the gateways file names none")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "sent"),
        (204, "sent"),
        (302, "impossible"),
        (400, "impossible"),
        (401, "impossible"),
        (404, "impossible"),
        (408, "try-again"),
        (425, "try-again"),
        (429, "try-again"),
        (500, "try-again"),
        (503, "try-again"),
    ],
)
def test_what_a_webhook_answers_tells_whether_to_try_again(tmp_path: Path, status: int, state: str) -> None:
    with WebhookSink(lambda _: status) as sink, gateways(tmp_path, sms=sink.url()).notifier() as notifier:
        delivery = notifier.send(message())
    assert delivery.state == state
    assert state == "sent" or str(status) in delivery.says


def test_a_redirection_is_not_followed_to_where_the_message_would_be_lost(tmp_path: Path) -> None:
    def moved(post: Post) -> int:
        return 301 if post.path == "/hook" else 200

    with WebhookSink(moved) as sink, gateways(tmp_path, sms=sink.url("&redirect=yes")).notifier() as notifier:
        assert "another address" in notifier.send(message()).says
        assert [post.path for post in sink.received] == ["/hook"]


@pytest.mark.parametrize(
    ("reply", "delivery"),
    [
        ("450 mailbox busy", Delivery("try-again", "the mail server answered 450")),
        ("421 going down", Delivery("try-again", "the mail server answered 421")),
        ("550 no such user", Delivery("impossible", "the mail server answered 550")),
        ("553 not allowed", Delivery("impossible", "the mail server answered 553")),
    ],
)
def test_what_a_mail_server_replies_tells_whether_to_try_again(tmp_path: Path, reply: str, delivery: Delivery) -> None:
    with (
        SmtpSink(lambda address: reply if address.startswith("bad") else None) as sink,
        gateways(tmp_path, e_mail=sink.url()).notifier() as notifier,
    ):
        assert notifier.send(message("e-mail", address="bad@example.org")) == delivery
        assert notifier.send(message("e-mail", address="good@example.org")).state == "sent"


@pytest.mark.parametrize("channel", ["sms", "e-mail"])
def test_a_gateway_that_refuses_the_connection_is_tried_again(tmp_path: Path, channel: str, refused_port: int) -> None:
    urls = {
        "sms": f"json://{HOST}:{refused_port}/?:to={{address}}",
        "e_mail": f"mailto://{HOST}:{refused_port}?smtp={HOST}&from=a@example.org&to={{address}}",
    }
    with gateways(tmp_path, **urls).notifier() as notifier:
        assert notifier.send(message(channel)) == Delivery("try-again", "there is no connection to the gateway")


def test_a_gateway_that_does_not_answer_in_time_is_tried_again(tmp_path: Path) -> None:
    answers = threading.Event()

    def late(post: Post) -> int:
        answers.wait()
        return 200

    with WebhookSink(late) as sink, gateways(tmp_path, sms=sink.url()).notifier(longest=PATIENCE) as notifier:
        assert notifier.send(message()) == Delivery("try-again", "the gateway did not answer in time")
        answers.set()


def test_the_time_outs_of_a_url_are_kept(tmp_path: Path) -> None:
    answers = threading.Event()

    def late(post: Post) -> int:
        answers.wait()
        return 200

    with WebhookSink(late) as sink, gateways(tmp_path, sms=sink.url(f"&rto={PATIENCE}")).notifier() as notifier:
        assert notifier.send(message()) == Delivery("try-again", "the gateway did not answer in time")
        answers.set()


def test_a_mail_server_that_says_nothing_is_tried_again(tmp_path: Path) -> None:
    with closing(socket.create_server((HOST, 0))) as mute:
        url = f"mailto://{HOST}:{mute.getsockname()[1]}?smtp={HOST}&from=a@example.org&to={{address}}&cto={PATIENCE}"
        with gateways(tmp_path, e_mail=url).notifier() as notifier:
            assert notifier.send(message("e-mail")) == Delivery("try-again", "the gateway did not answer in time")


def test_a_mail_server_that_dies_and_comes_back_between_messages_is_not_noticed(tmp_path: Path) -> None:
    with SmtpSink() as first:
        notifier = gateways(tmp_path, e_mail=first.url()).notifier()
        assert notifier.send(message("e-mail")).state == "sent"
        port = first.port
    with notifier:
        with SmtpSink(port=port) as second:
            assert notifier.send(message("e-mail")).state == "sent"
            assert len(second.received) == 1
        assert notifier.send(message("e-mail")) == Delivery("try-again", "there is no connection to the gateway")


def test_a_webhook_that_dies_and_comes_back_between_messages_is_not_noticed(tmp_path: Path) -> None:
    with WebhookSink() as first:
        notifier = gateways(tmp_path, sms=first.url()).notifier()
        assert notifier.send(message()).state == "sent"
        port = first.port
    with notifier:
        with WebhookSink(port=port) as second:
            assert notifier.send(message()).state == "sent"
            assert len(second.received) == 1
        assert notifier.send(message()) == Delivery("try-again", "there is no connection to the gateway")


def test_twenty_threads_send_at_once_and_each_message_arrives_once(tmp_path: Path) -> None:
    sent = [message(channel, step=step) for step in range(100) for channel in ("e-mail", "sms")]
    with (
        SmtpSink() as mails,
        WebhookSink() as posts,
        gateways(tmp_path, e_mail=mails.url(), sms=posts.url()).notifier() as notifier,
        ThreadPoolExecutor(20) as pool,
    ):
        assert {delivery.state for delivery in pool.map(notifier.send, sent)} == {"sent"}
    got = [m.message["X-Muster-Contact"] for m in mails.received] + [p.json["reference"] for p in posts.received]
    assert sorted(got) == sorted(m.reference for m in sent)
