"""Links: whoever has one can answer one contact, and nobody can make one."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.errors import Invalid, Refused
from muster.notify.links import SIGNATURE_BYTES, SignedLinks

KEY = bytes(range(32))
CONTACT = "T-20201008-001/decide/3/M00191/sms"
LINKS = SignedLinks("https://muster.example.org/", KEY)
TOKEN = LINKS.url(CONTACT).rpartition("/")[2]

REFS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


def test_a_link_leads_to_the_page_of_its_contact_and_is_short() -> None:
    url = LINKS.url(CONTACT)
    assert url == f"https://muster.example.org/c/T-20201008-001:decide:3:M00191:sms.{TOKEN.rpartition('.')[2]}"
    assert len(TOKEN) == len(CONTACT) + 1 + SIGNATURE_BYTES * 4 // 3
    assert LINKS.contact(TOKEN) == CONTACT


@given(st.lists(REFS, min_size=1, max_size=6))
def test_every_key_of_a_contact_comes_back_from_its_link_as_one_part_of_a_path(parts: list[str]) -> None:
    contact = "/".join(parts)
    path = urlsplit(LINKS.url(contact)).path
    assert path.startswith("/c/")
    assert "/" not in path.removeprefix("/c/")
    assert LINKS.contact(path.removeprefix("/c/")) == contact


@pytest.mark.parametrize("tail", [".", ",", ")", '"', " ", "\n", ">."])
def test_what_a_program_adds_to_the_end_of_a_link_does_no_harm(tail: str) -> None:
    assert LINKS.contact(TOKEN + tail) == CONTACT


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "x",
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN[1:],
        TOKEN.replace("M00191", "M00192"),
        TOKEN.replace("decide", "notice"),
        TOKEN.replace(":", "/"),
        TOKEN.replace(".", "..", 1),
        TOKEN.replace(".", ".!"),
        TOKEN + "=",
        TOKEN.lower(),
        "é" + TOKEN,
        TOKEN.replace("T", "\ud800", 1),
        "%2e" + TOKEN,
        "x" * 100_000,
    ],
)
def test_an_altered_link_is_refused_with_what_to_do(token: str) -> None:
    with pytest.raises(Refused, match="altered: open it from the message itself"):
        LINKS.contact(token)


@given(st.integers(min_value=0, max_value=len(TOKEN) - 1), st.characters())
def test_no_single_character_can_be_changed(place: int, other: str) -> None:
    altered = TOKEN[:place] + other + TOKEN[place + 1 :]
    if altered != TOKEN:
        with pytest.raises(Refused):
            LINKS.contact(altered)


def test_another_key_makes_other_links() -> None:
    other = SignedLinks("https://muster.example.org", b"x" * 32)
    assert other.url(CONTACT) != LINKS.url(CONTACT)
    with pytest.raises(Refused):
        other.contact(TOKEN)


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(Invalid, match="at least 32 bytes, has 31"):
        SignedLinks("https://muster.example.org", b"x" * 31)
