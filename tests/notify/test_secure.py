"""Gateways that want TLS and a password, as most do."""

from pathlib import Path
from typing import Literal

import pytest

from muster.notify.channel import Channel
from muster.ports import Delivery
from tests.notify.doubles import gateways, message
from tests.sinks import HOST, SmtpSink, WebhookSink

PASSWORD = "s3cret%:@/word"
QUOTED = "s3cret%25%3A%40%2Fword"
Mode = Literal["starttls", "ssl"]
NOT_TRUSTED = Delivery("try-again", "the gateway's certificate is not to be trusted")


def url_of(sink: SmtpSink, mode: str, more: str = "&verify=no", password: str = QUOTED) -> str:
    where = f"desk:{password}@{HOST}:{sink.port}?smtp={HOST}&mode={mode}"
    return f"mailtos://{where}&from=muster@example.org&to={{address}}{more}"


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_mail_goes_through_tls_with_a_password_over_one_connection(tmp_path: Path, mode: Mode) -> None:
    password = PASSWORD if mode == "starttls" else None  # the server of the tests knows no password below TLS
    with SmtpSink(secure=mode, password=password) as sink:
        url = url_of(sink, mode) if password else url_of(sink, mode).replace(f":{QUOTED}", "")
        with gateways(tmp_path, e_mail=url).notifier() as notifier:
            for step in range(3):
                assert notifier.send(message("e-mail", step=step)).state == "sent"
        assert len(sink.received) == 3
        assert sink.connections == 1


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
def test_a_mail_server_with_a_certificate_that_nobody_trusts_is_told_nothing(tmp_path: Path, mode: Mode) -> None:
    with (
        SmtpSink(secure=mode) as sink,
        gateways(tmp_path, e_mail=url_of(sink, mode, more="")).notifier() as notifier,
    ):
        assert notifier.send(message("e-mail")) == NOT_TRUSTED
        assert not sink.received


def test_a_wrong_password_is_impossible_and_said_without_it(tmp_path: Path) -> None:
    with (
        SmtpSink(secure="starttls", password=PASSWORD) as sink,
        gateways(tmp_path, e_mail=url_of(sink, "starttls", password="wrong")).notifier() as notifier,
    ):
        assert notifier.send(message("e-mail")) == Delivery("impossible", "the mail server answered 535")


def test_a_server_without_the_tls_that_is_asked_for_is_not_sent_to_in_the_clear(tmp_path: Path) -> None:
    with (
        SmtpSink() as sink,
        gateways(tmp_path, e_mail=url_of(sink, "starttls").replace(f":{QUOTED}", "")).notifier() as notifier,
    ):
        assert notifier.send(message("e-mail")).state == "impossible"
        assert not sink.received


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")  # as the URL asks for
def test_a_webhook_with_tls_is_posted_to_over_one_connection_if_it_is_trusted(tmp_path: Path) -> None:
    with WebhookSink(secure=True) as sink:
        url = sink.url().replace("json://", "jsons://")
        with gateways(tmp_path, sms=url + "&verify=no").notifier() as notifier:
            assert [notifier.send(message(step=step)).state for step in range(3)] == ["sent"] * 3
        assert (len(sink.received), sink.connections) == (3, 1)
        with gateways(tmp_path, sms=url).notifier() as notifier:
            assert notifier.send(message()).says.startswith("the gateway's certificate is not to be trusted")
        assert len(sink.received) == 3


def test_nothing_is_logged_of_an_address_or_a_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with SmtpSink(lambda _: "550 no") as mails, WebhookSink(lambda _: 500) as posts:
        with gateways(tmp_path, e_mail=mails.url(), sms=posts.url()).notifier() as notifier:
            for channel in ("e-mail", "sms"):
                assert notifier.send(message(channel)).state != "sent"
        Channel("sms", f"twilio://{'AC' + 'a' * 32}:{'b' * 32}@+12125550100/{{address}}").send(
            message(address="123"), "title", "text"
        )
    assert capfd.readouterr() == ("", "")
