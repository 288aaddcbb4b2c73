"""Addresses and texts that were written to do harm: they reach nobody else, and steer nothing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.notify.addresses import wrong_address
from muster.notify.channel import Channel
from muster.ports import Message
from tests.notify.doubles import MAIL, NUMBER, gateways, message
from tests.sinks import SmtpSink, WebhookSink

HEADERS = {
    "content-type", "mime-version", "content-transfer-encoding", "x-application", "x-muster-contact", "auto-submitted",
    "references", "subject", "from", "to", "message-id", "date",
}  # fmt: skip
TEXTS = [
    "x\r\nBcc: everybody@example.org",
    "x\r\n.\r\nMAIL FROM:<a@example.org>\r\n",
    "<script>alert(1)</script> <b>&amp;</b>",
    "%0d%0aBcc: %s {address} {{ 7*7 }} :smile: \\n\\t",
    "\x00\x1b[2J\u202eevil\u2066",
    "x" * 20_000,
    "\ud800 broken",
    '"; DROP TABLE fact; --',
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_mail_has_the_headers_it_should_and_the_text_as_it_is(tmp_path: Path, text: str) -> None:
    sent = Message("T-1/decide/1/M1/e-mail", "e-mail", MAIL, text, text)
    with SmtpSink() as sink, gateways(tmp_path, e_mail=sink.url()).notifier() as notifier:
        assert notifier.send(sent).state == "sent"
        (mail,) = sink.received
    assert mail.to == (MAIL,)
    assert {name.lower() for name in mail.message} == HEADERS
    assert mail.message.get_content_type() == "text/plain"
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    assert mail.text.split() == shown.split()


@pytest.mark.parametrize("text", TEXTS)
def test_a_webhook_is_posted_text_and_nothing_else(tmp_path: Path, text: str) -> None:
    sent = Message(f"{text}/sms", "sms", NUMBER, text, text)
    with WebhookSink() as sink, gateways(tmp_path, sms=sink.url()).notifier() as notifier:
        assert notifier.send(sent).state == "sent"
        (post,) = sink.received
    assert post.path == "/hook"
    assert set(post.json) == {"version", "title", "message", "attachments", "type", "to", "reference"}
    assert post.json["message"].split() == "".join(c if c.isprintable() or c == "\n" else " " for c in text).split()


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("e-mail", "a@example.org,b@example.org"),
        ("e-mail", "a@example.org b@example.org"),
        ("e-mail", "a@example.org&bcc=b@example.org&smtp=evil.example.org"),
        ("e-mail", "a%2Cb@example.org"),
        ("e-mail", "a@example.org\r\nBcc: b@example.org"),
        ("e-mail", "Boss <a@example.org>"),
        ("e-mail", '"a"@example.org'),
        ("e-mail", "a@[127.0.0.1]"),
        ("e-mail", "мэр@example.org"),
        ("e-mail", "x" * 300 + "@example.org"),
        ("e-mail", ""),
        ("e-mail", "+12125550105"),
        ("sms", "m@example.org"),
        ("sms", "+12125550105,+12125550106"),
        ("sms", "+1 212 555 0105 +1 212 555 0106"),
        ("sms", "+12125550105&:to=911"),
        ("sms", "+1212555%300105"),
        ("sms", "١٢٣٤٥٦٧"),
        ("telephone", "911; rm -rf"),
        ("telephone", "+" + "1" * 16),
        ("chat", "../../admin?x=1"),
        ("chat", ".."),
        ("chat", "a b"),
        ("chat", "a\u202eb"),
        ("chat", "%2e%2e"),
    ],
)
def test_an_address_that_is_none_is_impossible_and_nothing_is_sent(tmp_path: Path, channel: str, address: str) -> None:
    with SmtpSink() as mails, WebhookSink() as posts:
        in_path = f"json://127.0.0.1:{posts.port}/hook/{{address}}"
        urls = {"e_mail": mails.url(), "sms": posts.url(), "telephone": posts.url(), "chat": in_path}
        with gateways(tmp_path, **urls).notifier() as notifier:
            delivery = notifier.send(message(channel, address=address))
        assert delivery.state == "impossible"
        assert not address or address not in delivery.says
        assert not mails.received
        assert not posts.received


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("e-mail", "o'neil+desk/47@mail.pd.example.org"),
        ("sms", "+1 (212) 555-0105"),
        ("telephone", "+1-212-555-0105 x00123"),
        ("telephone", "911"),
        ("chat", "@desk.47"),
        ("chat", "дежурный"),
    ],
)
def test_an_odd_address_arrives_as_it_is_written(tmp_path: Path, channel: str, address: str) -> None:
    with SmtpSink() as mails, WebhookSink() as posts:
        urls = {"e_mail": mails.url(), "sms": posts.url(), "telephone": posts.url(), "chat": posts.url()}
        with gateways(tmp_path, **urls).notifier() as notifier:
            assert notifier.send(message(channel, address=address)).state == "sent"
        got = [mail.to[0] for mail in mails.received] + [post.json["to"] for post in posts.received]
    assert got == [address]


def test_an_address_in_a_path_stays_one_part_of_it(tmp_path: Path) -> None:
    with WebhookSink() as sink:
        url = f"json://127.0.0.1:{sink.port}/hook/{{address}}/now"
        with gateways(tmp_path, chat=url).notifier() as notifier:
            assert notifier.send(message("chat", address="@desk:47")).state == "sent"
        assert [post.path for post in sink.received] == ["/hook/@desk:47/now"]


def test_a_number_that_a_service_cannot_use_does_not_go_to_its_own_sender() -> None:
    """Twilio's plugin sends a message without a good number to the number it sends from, and calls that a success."""
    sid, token = "AC" + "a" * 32, "b" * 32
    twilio = Channel("sms", f"twilio://{sid}:{token}@+12125550100/{{address}}")
    delivery = twilio.send(message(address="12345"), "title", "text")
    assert delivery.state == "impossible"
    assert "12345" not in delivery.says


@given(st.sampled_from(["e-mail", "sms", "telephone", "chat"]), st.text(max_size=60))
def test_whatever_is_taken_for_an_address_is_one_and_has_no_escape(channel: str, address: str) -> None:
    if wrong_address(channel, address, in_path=True) is None:
        assert address.isprintable()
        assert not set(address) & set("%,;?#&\\\r\n")
        assert channel in ("sms", "telephone") or not set(address) & set(" ")
