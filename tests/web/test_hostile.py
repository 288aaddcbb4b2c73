"""Whatever comes over the wire, the server says no in its own words, keeps what it has, and goes on."""

import http.client
import socket
from contextlib import closing
from urllib.parse import urlsplit

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doors import House, ask
from tests.ground import InRecord
from tests.services.reached import asked
from tests.services.small import facts
from tests.web.test_refusals import is_safe

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
paths = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#?"), max_size=80)
words = st.sampled_from(["received", "accepted", "refused", "handed", "taken-over", "not-me", "own"])


@MANY
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"]),
    place=st.sampled_from(["/", "/c/", "/c/T1:decide:1:M0023:sms.", "/api/v1/", "/api/v1/contact/answer"]),
    path=paths,
    body=st.binary(max_size=200),
    token=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60),
)
def test_nonsense_is_refused_and_changes_nothing(
    house: House, force: InRecord, method: str, place: str, path: str, body: bytes, token: str
) -> None:
    before = facts(force)
    said = ask(f"{house.base}{place}{path}", method, body, {"Authorization": f"Bearer {token}"})
    assert 400 <= said.status < 500
    assert is_safe(said)
    assert facts(force) == before


@MANY
@given(word=words, reason=st.text(max_size=60), to=st.text(max_size=20), once=st.text(max_size=10))
def test_whatever_is_typed_the_page_can_be_shown(
    house: House, force: InRecord, word: str, reason: str, to: str, once: str
) -> None:
    name = f"T{facts(force)}"
    first, *_ = asked(force, name)
    said = house.answer(first, word, reason=reason, to=to, once=once)
    assert said.status in (303, 409, 422)
    again = house.open(first)
    assert again.status == 200
    for page in (said, again):
        assert "<script" not in page.text
        assert is_safe(page)


def test_a_request_that_breaks_off_keeps_nobody_waiting(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    parts = urlsplit(house.base)
    with closing(socket.create_connection((str(parts.hostname), parts.port or 0))) as other:
        page = urlsplit(house.page(first)).path
        other.sendall(f"POST {page} HTTP/1.1\r\nHost: x\r\nContent-Length: 13\r\n\r\nword=acc".encode())
        assert house.open(first).status == 200
    assert house.answer(first, "received").status == 303


def test_what_is_no_http_is_refused(house: House) -> None:
    parts = urlsplit(house.base)
    with closing(socket.create_connection((str(parts.hostname), parts.port or 0))) as other:
        other.sendall(b"\x16\x03\x01\x02\x00\x01\x00 not http\r\n\r\n")
        response = http.client.HTTPResponse(other)
        response.begin()
        assert response.status == 400
        response.close()
