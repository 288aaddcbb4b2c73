"""What messages about call-ins say: when, where and by when, in one text message, and never what for."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from muster.domain.calling_in import CallIn
from muster.domain.contact import Contact, Purpose
from muster.domain.gsm import SHORT, size
from muster.domain.message import message_of_call_in
from tests.calling import NEW_YORK
from tests.ground import local

NOON = local("2020-10-07T12:00")
LINK = "https://muster.example.org/c/PCT-047-C1:offer:1:M00191:sms.TRBx77TY42vxwhi5"
NEED = CallIn(
    call_in="PCT-047-C1", unit="PCT-047", kind="call-in", since=local("2020-10-07T23:15"),
    until=local("2020-10-08T07:50"), contract="equalisation", opened_by="M0027", at=NOON, why="Reyes has influenza",
)  # fmt: skip


def told(need: CallIn, purpose: Purpose = "offer", now: datetime = NOON, **more: str) -> tuple[str, str]:
    contact = Contact(
        subject=need.call_in,
        purpose=purpose,
        step=1,
        member="M00191",
        channel=more.get("channel", "sms"),
        says=more.get("says", "place 2 on the list"),
        queued_at=now,
        expires_at=need.since - timedelta(hours=5, minutes=15),
    )
    place = more.get("place", "47th Precinct")
    return message_of_call_in(contact, need, place=place, zone=NEW_YORK, now=now, link=LINK)


def test_an_offer_says_when_where_and_until_when_it_is_answered_in_one_text_message() -> None:
    title, text = told(NEED)
    assert title == "Offer to work: Wed 07 Oct 2315 to 0750, 47th Precinct"
    assert text == f"Offer to work: Wed 07 Oct 2315 to 0750; 47th Precinct; answer by 1800\n{LINK}"
    assert size(text)[0] <= SHORT[0]
    assert told(replace(NEED, kind="hold-over"))[1].startswith("Offer to stay on duty: Wed 07 Oct 2315 to 0750;")


def test_what_it_is_for_is_never_said() -> None:
    for purpose in ("offer", "outcome", "returns"):
        assert "influenza" not in "".join(told(NEED, purpose))


def test_a_long_place_is_cut_and_the_times_and_the_link_never_are() -> None:
    _, text = told(NEED, place="Patrol Borough Manhattan North Anti-Crime Task Force and Community Affairs")
    assert size(text)[0] <= SHORT[0]
    assert text.startswith("Offer to work: Wed 07 Oct 2315 to 0750; Patrol Borough")
    assert text.endswith(f"...; answer by 1800\n{LINK}")


def test_what_came_of_it_is_said_first_and_cut_last() -> None:
    says = "it is not yours: as many as are needed come, by the order of the list: " + ", ".join(
        f"M{n:05}" for n in range(30)
    )
    _, text = told(NEED, "outcome", says=says)
    assert "; it is not yours: as many" in text
    assert size(text)[0] <= SHORT[1]
    assert text.endswith(f"47th Precinct\n{LINK}")
    assert says in told(NEED, "outcome", says=says, channel="e-mail")[1]


@pytest.mark.parametrize(
    ("since", "hours", "now", "said"),
    [
        ("2020-11-01T00:30", 1.0, "2020-10-31T12:00", "Sun 01 Nov 0030 to 0130 EDT;"),
        ("2020-10-31T23:15", 9.5833, "2020-10-31T12:00", "Sat 31 Oct 2315 to 0750 EST;"),
        ("2021-01-01T06:00", 24.0, "2020-12-31T12:00", "Fri 01 Jan 2021 0600 to 0600;"),
    ],
)
def test_times_say_their_zone_and_year_where_it_matters(since: str, hours: float, now: str, said: str) -> None:
    start = local(since)
    end = start + timedelta(minutes=round(hours * 60))
    assert f": {said}" in told(replace(NEED, since=start, until=end), now=local(now))[1]
