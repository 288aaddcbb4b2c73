"""The page behind a link: what it shows to whom, and what its buttons do."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from muster.domain.contact import Contact
from muster.domain.force import Unit
from muster.domain.members import ContactPoint, Member
from muster.domain.record import removed
from muster.services import taskings
from muster.services.channel_tests import queue_tests
from muster.services.taskings import Directive
from tests.doors import House, ask
from tests.ground import InRecord, changed, local
from tests.services.reached import asked, at_three, contact, deciding, desk_and_captain, receive, say, step, tasking
from tests.services.small import CHIEF, CO, NIGHT_DESK, TEN, does, facts, sees

MOST_BYTES = 10_000
HOSTILE = "<script>alert(1)</script>&\"' <img src=x>"


def text_of(html: str) -> str:
    """What a page says, without its markup and style."""
    body = html.partition("<body>")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def buttons(html: str) -> list[str]:
    """The words that the page's forms answer with."""
    return re.findall(r'name="word" value="([\w-]+)"', html)


def test_the_page_says_what_where_who_by_when_whose_and_why(house: House, force: InRecord) -> None:
    at_three(force)
    receive(force, directive=Directive("CITY-HALL", "PCT-047-CO", "the mayor was called"))
    step(force)
    step(force)
    desk = next(c for c in deciding(force) if c.member == NIGHT_DESK)
    said = house.open(desk)
    assert said.status == 200
    for part in (
        "You are asked to decide",
        "What shots at White Plains Road",
        "Where 47th Precinct",
        "From City Hall",
        "By when now",
        "Owner Desk Officer, 47th Precinct: Member 0023 (M0023), Member 0025 (M0025) , not yet accepted",
        "Why you on duty (as Desk Officer, 47th Precinct )",
        "0300 It was received",
        "Times in America/New_York",
    ):
        assert part in text_of(said.text), part


def test_times_are_told_by_the_clocks_of_the_force(house: House, force: InRecord) -> None:
    at_three(force)
    receive(force, by=local("2020-10-07T03:30"))
    step(force)
    page = house.open(deciding(force)[0]).text
    assert "By when Wed 07 Oct 2020 0330 EDT" in text_of(page)
    assert '<time datetime="2020-10-07T07:00:00+00:00">0300</time>' in page


def test_times_of_another_day_are_told_with_it(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    force.clock.at = local("2020-10-08T00:10")
    assert ">Wed 07 Oct 0300</time>" in house.open(first).text


def test_what_happened_is_told_in_its_order(house: House, force: InRecord) -> None:
    desk, _ = desk_and_captain(force)
    house.answer(desk, "accepted")
    said = re.findall(r"<li>.*?<bdi>(.*?)</bdi>", house.open(desk).text)
    steps = {c.step for c in deciding(force)}
    assert [s.split(" ")[-1] for s in said] == ["received", "told", *["asked"] * len(steps), "it"]
    assert said[-1] == "Member 0023 (M0023) accepted it"


def test_the_page_is_small_and_has_no_script(house: House, force: InRecord) -> None:
    first, *_ = asked(force, steps=9)
    said = house.open(first)
    assert len(said.text.encode()) < MOST_BYTES
    assert not re.search(r"<script|javascript:|\son\w+=|https?://", said.text)


def test_the_style_is_the_one_that_the_policy_lets_in(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    said = house.open(first)
    style = re.search(r"<style>(.*?)</style>", said.text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in said.headers["content-security-policy"]


def test_opening_a_link_changes_nothing(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    before = facts(force)
    for token in (house.token(first), house.token(first) + "x", "T1:decide:9:M0023:sms.AAAA", "%00", "x" * 9000):
        house.open(token)
    force.clock.at = first.expires_at
    house.open(first)
    assert facts(force) == before


def test_a_program_that_looks_ahead_gets_no_body_and_changes_nothing(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    before = facts(force)
    said = ask(house.page(first), "HEAD")
    assert (said.status, said.text) == (200, "")
    assert facts(force) == before


def test_accepting_leads_to_a_page_that_says_so(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    said = house.answer(first, "accepted", once="w1")
    assert (said.status, said.headers["location"]) == (303, f"./{house.token(first)}")
    assert tasking(force).accepted_by == NIGHT_DESK
    after = house.open(first).text
    assert "You have it." in text_of(after)
    assert "you accepted it" in text_of(after)
    assert buttons(after) == []


def test_a_double_tap_is_one_answer(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    once = re.findall(r'name="once" value="(\w+)"', house.open(first).text)
    assert len(set(once)) == 1
    house.answer(first, "accepted", once=once[0])
    before = facts(force)
    assert house.answer(first, "accepted", once=once[0]).status == 303
    assert facts(force) == before


def test_each_page_has_a_word_of_its_own(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    found = {re.findall(r'name="once" value="(\w+)"', house.open(first).text)[0] for _ in range(3)}
    assert len(found) == 3


def test_having_read_it_is_no_acceptance_and_leaves_the_other_buttons(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    assert buttons(house.open(first).text) == ["accepted", "received", "refused", "handed", "not-me"]
    assert house.answer(first, "received").status == 303
    after = house.open(first).text
    assert "You have said that you read it, 0300. It still needs somebody to accept it." in text_of(after)
    assert buttons(after) == ["accepted", "refused", "handed", "not-me"]
    assert tasking(force).accepted_by is None


def test_the_page_of_another_channel_says_by_which_it_was_answered(house: House, force: InRecord) -> None:
    sms, phone = asked(force)
    house.answer(sms, "refused", reason="no car")
    after = house.open(phone).text
    assert "You have answered by sms, 0300: you refused it" in text_of(after)
    assert buttons(after) == []


def test_a_refusal_without_a_reason_shows_the_form_again(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    said = house.answer(first, "refused", reason="")
    assert said.status == 422
    assert "reason" in text_of(said.text)
    assert "<details open><summary>Refuse" in said.text
    assert contact(force, first.key).answer is None


def test_what_was_typed_is_kept_and_can_do_nothing(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    said = house.answer(first, "not-me", to=HOSTILE)
    assert said.status == 422
    assert HOSTILE not in said.text
    assert f'value="{HOSTILE}"' in unescape(said.text)
    assert "<script" not in said.text


def test_names_with_markup_are_shown_as_they_are_written(house: House, force: InRecord) -> None:
    hebrew = "\u05d0\u05d1\u05d2"
    force.rows = changed(force.rows, Unit, lambda u: u.unit == "PCT-047", name=HOSTILE)
    force.rows = changed(force.rows, Member, lambda m: m.member == NIGHT_DESK, name=hebrew)
    force.load()
    first, *_ = asked(force)
    page = house.open(first).text
    assert "<script" not in page
    assert HOSTILE in text_of(page)
    assert f"{hebrew} (M0023)" in page
    assert all("<bdi>" in line for line in page.splitlines() if hebrew in line)


def test_why_somebody_else_refused_is_not_shown(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "refused", "I have a fever")
    step(force)
    page = house.open(deciding(force)[-1]).text
    assert "Member 0023 (M0023) refused it" in text_of(page)
    assert "fever" not in page


def test_it_can_be_handed_to_those_below_who_can_be_asked_now(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    page = house.open(first).text
    assert re.findall(r'<option value="([^"]+)">([^<]+)<', page) == [
        ("PCT-047-SUP", "Patrol Supervisor: Member 0032 (M0032)")
    ]
    assert house.answer(first, "handed", to="PCT-047-SUP").status == 303
    assert "you handed it on" in text_of(house.open(first).text)
    assert tasking(force).offered_to == ("PCT-047-SUP",)


def test_a_commander_hands_it_to_any_of_the_unit_and_nobody_who_is_off(house: House, force: InRecord) -> None:
    force.clock.at = local(TEN)
    receive(force)
    step(force)
    commander = deciding(force)[0]
    assert commander.member == CO
    page = house.open(commander).text
    assert re.findall(r'<option value="([^"]+)">([^<]+)<', page) == [
        ("PCT-047-XO", "Executive Officer: Member 0006 (M0006)"),
        ("PCT-047-DESK", "Desk Officer: Member 0027 (M0027)"),
    ]


def test_nobody_is_offered_whom_no_channel_reaches(house: House, force: InRecord) -> None:
    number = sees(force, lambda v: v.rows(ContactPoint, member="M0032"))[0]
    does(force, lambda r: r.append([removed(number, r.now)]))
    first, *_ = asked(force)
    page = house.open(first).text
    assert "handed" not in buttons(page)
    assert "<option" not in page


def test_nobody_is_offered_to_hand_it_to_those_above(house: House, force: InRecord) -> None:
    force.clock.at = local(TEN)
    receive(force)
    while True:
        step(force)
        last = deciding(force)[-1]
        if last.position == "PCT-047-DESK":
            break
    page = house.open(last).text
    assert "accepted" in buttons(page)
    assert not {"PCT-047-CO", "PCT-047-XO"} & set(re.findall(r'<option value="([^"]+)"', page))


def test_taking_over_is_offered_only_where_it_is_allowed(house: House, force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    assert "taken-over" not in buttons(house.open(captain).text)
    house.answer(desk, "accepted")
    page = house.open(captain).text
    assert buttons(page) == ["taken-over"]
    assert "Desk Officer, 47th Precinct: Member 0023 (M0023) has it. You need do nothing more." in text_of(page)
    assert house.answer(captain, "taken-over").status == 303
    assert "You have it." in text_of(house.open(captain).text)
    assert buttons(house.open(desk).text) == []
    assert "has it. You need do nothing more." in text_of(house.open(desk).text)


def test_who_lost_the_race_is_told_who_has_it(house: House, force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    house.answer(captain, "accepted")
    assert buttons(house.open(desk).text) == []
    said = house.answer(desk, "accepted")
    assert said.status == 409
    assert f"{captain.member} ({captain.position}) has it already; you need do nothing more." in text_of(said.text)


def test_a_notice_needs_no_answer(house: House, force: InRecord) -> None:
    at_three(force)
    receive(force)
    notice = sees(force, lambda v: v.rows(Contact, subject="T1", purpose="notice"))[0]
    assert notice.member == CO
    page = house.open(notice).text
    assert "A notice: it needs no answer" in text_of(page)
    assert buttons(page) == ["received"]
    assert house.answer(notice, "accepted").status == 409
    assert house.answer(notice, "received").status == 303


def test_a_test_of_a_channel_has_one_button(house: House, force: InRecord) -> None:
    at_three(force)
    tested = does(force, lambda r: queue_tests(r, [NIGHT_DESK], None, CHIEF, r.now))[0]
    page = house.open(tested).text
    assert "A test of this channel" in text_of(page)
    assert buttons(page) == ["received"]
    house.answer(tested, "received")
    after = house.open(tested).text
    assert "Thank you: this channel works." in text_of(after)
    assert buttons(after) == []


def test_what_was_closed_has_no_buttons(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    does(force, lambda r: taskings.close(r, "T1", NIGHT_DESK, "nobody there", r.now))
    page = house.open(first).text
    assert "It is closed: nobody there" in text_of(page)
    assert buttons(page) == []
    assert house.answer(first, "accepted").status == 409


@pytest.mark.parametrize("word", ["", "own", "accepted\x00"])
def test_a_form_must_answer_something(house: House, force: InRecord, word: str) -> None:
    first, *_ = asked(force)
    before = facts(force)
    assert house.answer(first, word).status == 422
    assert facts(force) == before
