"""What messages say, and that they go into one text message where they can."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.contact import Contact, Purpose
from muster.domain.gsm import SHORT, WIDE, cut, plain, size
from muster.domain.message import message_of, message_of_test
from muster.domain.taskings import Tasking

NEW_YORK = ZoneInfo("America/New_York")
LINK = "https://muster.example.org/c/T-20201008-001:decide:3:M00191:sms.TRBx77TY42vxwhi5"
NIGHT = datetime(2020, 10, 9, 3, 0, tzinfo=UTC)  # 2300 of the 8th in New York
PARTY = Tasking(
    tasking="T-20201008-001",
    kind="incident",
    what="block party, 300 people",
    place="PCT-047",
    competent_unit="PCT-047",
    received_at=NIGHT,
    giver="CITY-HALL",
    owner="PCT-047-DESK",
    reason="has slept badly for weeks",
)


def contact(purpose: Purpose = "decide", channel: str = "sms", says: str = "on duty") -> Contact:
    """A contact about the party."""
    return Contact(
        subject=PARTY.tasking,
        purpose=purpose,
        step=3,
        member="M00191",
        channel=channel,
        says=says,
        queued_at=NIGHT,
        expires_at=NIGHT,
    )


def text_of(tasking: Tasking, purpose: Purpose = "decide", now: datetime = NIGHT, place: str = "47th Precinct") -> str:
    return message_of(contact(purpose), tasking, place=place, zone=NEW_YORK, now=now, link=LINK)[1]


def test_a_decision_says_what_where_who_ordered_it_by_when_and_the_link() -> None:
    tasking = replace(PARTY, deadline=datetime(2020, 10, 9, 3, 45, tzinfo=UTC))
    title, text = message_of(contact(), tasking, place="47th Precinct", zone=NEW_YORK, now=NIGHT, link=LINK)
    assert title == "Decide: block party, 300 people, 47th Precinct"
    assert text == f"Decide: block party, 300 people; 47th Precinct; from CITY-HALL; by 2345\n{LINK}"
    assert size(text)[0] <= SHORT[0]


def test_a_notice_says_what_there_is_to_know_and_that_it_needs_no_answer() -> None:
    told = contact("notice", "e-mail", "CITY-HALL passed over you")
    text = message_of(told, PARTY, place="47th Precinct", zone=NEW_YORK, now=NIGHT, link=LINK)[1]
    assert text.startswith(
        "Notice, needs no answer: block party, 300 people; 47th Precinct; from CITY-HALL; CITY-HALL passed over you\n"
    )


def test_a_test_says_that_nothing_happened_and_fits_one_text_message() -> None:
    title, text = message_of_test(LINK)
    assert title == "Test of this channel"
    assert "nothing happened" in text
    assert text.endswith(f"\n{LINK}")
    assert size(text)[0] <= SHORT[0]


def test_what_nobody_gave_names_nobody_and_what_has_no_deadline_is_for_now() -> None:
    assert text_of(replace(PARTY, giver=None)) == f"Decide: block party, 300 people; 47th Precinct; now\n{LINK}"


@pytest.mark.parametrize(
    ("deadline", "now", "said"),
    [
        (datetime(2020, 10, 9, 3, 45, tzinfo=UTC), NIGHT, "by 2345"),
        (datetime(2020, 10, 9, 4, 0, tzinfo=UTC), NIGHT, "by Fri 09 Oct 0000"),
        (datetime(2020, 10, 9, 2, 30, tzinfo=UTC), NIGHT, "was due 2230"),
        (NIGHT, NIGHT, "was due 2300"),
        (datetime(2021, 1, 1, 5, 0, tzinfo=UTC), NIGHT, "by Fri 01 Jan 2021 0000 EST"),
        # On 1 November 2020 the clock shows 0130 twice, and 0300 an hour later than it seems.
        (datetime(2020, 11, 1, 5, 30, tzinfo=UTC), datetime(2020, 11, 1, 5, 0, tzinfo=UTC), "by 0130 EDT"),
        (datetime(2020, 11, 1, 6, 30, tzinfo=UTC), datetime(2020, 11, 1, 5, 0, tzinfo=UTC), "by 0130 EST"),
        (datetime(2020, 11, 1, 8, 0, tzinfo=UTC), datetime(2020, 11, 1, 5, 0, tzinfo=UTC), "by 0300 EST"),
        (datetime(2020, 11, 1, 8, 0, tzinfo=UTC), datetime(2020, 11, 1, 7, 0, tzinfo=UTC), "by 0300"),
        # On 8 March it skips from 0200 to 0300.
        (datetime(2020, 3, 8, 7, 30, tzinfo=UTC), datetime(2020, 3, 8, 6, 30, tzinfo=UTC), "by 0330 EDT"),
    ],
)
def test_the_time_is_local_with_its_zone_only_where_it_matters(deadline: datetime, now: datetime, said: str) -> None:
    first_line = text_of(replace(PARTY, deadline=deadline), now=now).partition("\n")[0]
    assert first_line.endswith(f"; {said}")


def test_a_zone_without_letters_is_told_by_its_distance_from_utc() -> None:
    kathmandu, apia = ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")
    before = datetime(1985, 12, 31, 18, 0, tzinfo=UTC)  # Nepal went from +0530 to +0545 at the turn of the year
    later = replace(PARTY, deadline=datetime(1986, 1, 1, 12, 0, tzinfo=UTC))
    assert "UTC+0545\n" in message_of(contact(), later, place="x", zone=kathmandu, now=before, link=LINK)[1]
    before = datetime(2011, 12, 30, 9, 0, tzinfo=UTC)  # Samoa went from -1000 to +1400
    past = replace(PARTY, deadline=before)
    after = datetime(2011, 12, 31, 12, 0, tzinfo=UTC)
    assert "UTC-1000\n" in message_of(contact(), past, place="x", zone=apia, now=after, link=LINK)[1]


def test_no_reason_stands_in_a_message_and_of_a_relief_or_a_gap_only_that_it_is_one() -> None:
    assert "slept" not in text_of(PARTY)
    relief = replace(PARTY, kind="relief", what="relieve M00004 (CHIEF-OF-PATROL), on duty 36 h")
    gap = replace(PARTY, kind="gap", what="CHIEF-OF-PATROL falls vacant 2020-11-13 (M00004, dismissal)")
    for purpose in ("decide", "notice"):
        assert "36 h" not in "".join(
            message_of(contact(purpose), relief, place="p", zone=NEW_YORK, now=NIGHT, link=LINK)
        )
        assert "dismissal" not in "".join(
            message_of(contact(purpose), gap, place="p", zone=NEW_YORK, now=NIGHT, link=LINK)
        )
    assert text_of(relief).startswith("Decide: relief of somebody on duty; 47th Precinct;")


def test_what_is_long_is_cut_to_fit_one_text_message_and_the_link_is_whole() -> None:
    text = text_of(replace(PARTY, what="block party, " * 12 + "and so on"))
    assert SHORT[0] - 3 <= size(text)[0] <= SHORT[0]
    assert text.startswith("Decide: block party, block party, ")
    assert "...; 47th Precinct; from CITY-HALL; now\n" in text
    assert text.endswith(f"\n{LINK}")


def test_at_the_limit_nothing_is_cut_and_one_letter_more_is() -> None:
    empty = replace(PARTY, what="x")
    room = SHORT[0] - size(text_of(empty))[0] + 1
    assert "x" * room + ";" in text_of(replace(PARTY, what="x" * room))
    assert "x" * (room - 3) + "...;" in text_of(replace(PARTY, what="x" * (room + 1)))


def test_what_would_be_cut_too_short_to_be_understood_takes_two_messages() -> None:
    place = "Executive Office of the Patrol Services Bureau"
    text = text_of(replace(PARTY, what="crowd at the gates of the town hall", giver="POLICE-COMMISSIONER"), place=place)
    assert SHORT[0] < size(text)[0] <= SHORT[1]
    assert "crowd at the gates of the town hall; Executive Office of the Patrol Services Bureau;" in text


def test_a_mail_is_not_cut() -> None:
    what = "x" * 2000
    text = message_of(
        contact(channel="e-mail"), replace(PARTY, what=what), place="p", zone=NEW_YORK, now=NIGHT, link=LINK
    )[1]
    assert what in text


def test_letters_beyond_gsm_7_stay_and_what_they_need_is_counted() -> None:
    text = text_of(replace(PARTY, what="протест в Казани, " * 30))
    assert "Decide: протест в Казани" in text
    assert size(text)[0] <= WIDE[0]
    assert text.endswith(f"\n{LINK}")


def test_the_signs_of_typesetting_do_not_make_a_message_dear() -> None:
    text = text_of(replace(PARTY, what="\u201cChief\u2019s\u201d call \u2013 now\u2026"))
    assert '"Chief\'s" call - now' in text
    assert size(text)[1] == SHORT


def test_control_characters_and_marks_that_turn_the_reading_are_gone() -> None:
    text = text_of(replace(PARTY, what="fire\r\nBcc: x\x00\x1b[31m \u202egnp.exe\u2066 \u200fحريق\ud800"))
    assert text.partition("\n")[0] == "Decide: fire Bcc: x [31m gnp.exe حريق; 47th Precinct; from CITY-HALL; now"


@pytest.mark.parametrize(("text", "takes"), [("a", 1), ("€", 2), ("[x]~^|\\{}", 17), ("é", 1), ("ç", 1), ("😀", 2)])
def test_size_counts_what_a_telephone_counts(text: str, takes: int) -> None:
    assert size(text)[0] == takes


def test_a_c_with_a_cedilla_is_only_in_gsm_7_as_a_capital() -> None:
    assert size("Ç")[1] == SHORT
    assert size("ç")[1] == WIDE


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=80), st.sampled_from(["decide", "notice"]))
def test_whatever_is_written_the_link_is_the_whole_last_line_and_the_size_is_kept(
    what: str, place: str, purpose: Purpose
) -> None:
    title, text = message_of(
        contact(purpose), replace(PARTY, what=what), place=place, zone=NEW_YORK, now=NIGHT, link=LINK
    )
    first, _, last = text.partition("\n")
    assert last == LINK
    assert first.isprintable()
    assert title.isprintable()
    assert len(title) <= 78
    needed, room = size(text)
    assert needed <= room[1]


@given(st.text(max_size=200), st.integers(min_value=3, max_value=50))
def test_cut_is_never_longer_than_asked_and_plain_is_one_printable_line(text: str, length: int) -> None:
    assert len(cut(text, length)) <= length
    assert plain(text).isprintable()
