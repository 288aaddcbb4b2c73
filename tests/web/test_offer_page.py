"""The page of an offer: what it says, its two buttons, and what it says when it was given to somebody."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from muster.domain.contact import Contact
from muster.store.store import SqlStore
from tests.doors import House, ask, post
from tests.ground import InRecord
from tests.services.offered import BOSS, NOON, ROWS, SIX, an_offer, asking, at_six, coming, decide, offered, say
from tests.services.small import facts, sees
from tests.support import SettableClock
from tests.web.test_page import buttons, text_of


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force with addresses for its police officers."""
    return InRecord(temporary_store, clock, ROWS)


def told(force: InRecord, member: str, purpose: str = "outcome") -> list[Contact]:
    return sees(force, lambda views: views.rows(Contact, member=member, purpose=purpose))


def test_it_says_what_where_when_by_when_and_at_which_place(house: House, force: InRecord) -> None:
    first, second, *_ = offered(force, 4, why="Reyes has influenza")
    page = house.open(asking(force, second)).text
    for part in (
        "You are offered work",
        "Where 47th Precinct",
        "From Wed 07 Oct 2020 2315 EDT",
        "Until Thu 08 Oct 2020 0750 EDT",
        "Answer by Wed 07 Oct 2020 1800 EDT: it is the same whether you are the first to answer or the last",
        "Place 2 on the list, by the order of your contract",
    ):
        assert part in text_of(page), part
    assert buttons(page) == ["willing", "refused", "received"]
    assert "influenza" not in page
    assert first not in page


def test_a_press_of_a_button_is_an_answer_and_looking_is_none(house: House, force: InRecord) -> None:
    first, second, *_ = offered(force, 4)
    before = facts(force)
    house.open(asking(force, first))
    assert facts(force) == before
    assert house.answer(asking(force, first), "refused").status == 303
    assert an_offer(force, first).state == "refused"
    assert "You have answered, 1200: you do not want to." in text_of(house.open(asking(force, first)).text)
    assert house.answer(asking(force, second), "willing").status == 303
    page = house.open(asking(force, second)).text
    assert "The order of the list decides, not who was first. You are told what comes of it." in text_of(page)
    assert buttons(page) == []


@pytest.mark.parametrize(("word", "says"), [("willing", "you are willing"), ("refused", "you do not want to")])
def test_by_the_link_of_another_channel_it_stands_by_which_one_was_answered(
    house: House, force: InRecord, word: str, says: str
) -> None:
    first, *_ = offered(force, 2)
    assert house.answer(asking(force, first), word).status == 303
    mail = next(c for c in told(force, first, "offer") if c.channel == "e-mail")
    assert f"You have answered by {asking(force, first).channel}, 1200: {says}." in text_of(house.open(mail).text)
    again = house.answer(mail, "willing")
    assert again.status == 410
    assert "Whatever comes after that is noted by whoever runs the call-in." in text_of(again.text)


def test_what_is_not_an_answer_to_an_offer_is_refused(house: House, force: InRecord) -> None:
    first, *_ = offered(force, 2)
    said = house.answer(asking(force, first), "accepted")
    assert said.status == 409
    assert "This is an offer: it is answered willing or refused, and not accepted." in text_of(said.text)


def test_whoever_gets_it_and_whoever_does_not_read_so_and_why(house: House, force: InRecord) -> None:
    first, second, third, _ = offered(force, 4)
    for member in (third, second, first):
        say(force, member, "willing")
    decide(force)
    assert "It is yours: you are to come." in text_of(house.open(asking(force, first)).text)
    assert "It is yours: you are to come." in text_of(house.open(told(force, first)[0]).text)
    why = f"It is not yours: as many as are needed come, by the order of the list: {first}, {second}."
    assert why in text_of(house.open(told(force, third)[0]).text)
    boss = house.open(told(force, BOSS, "returns")[0]).text
    assert f"{first}, {second} to come; not needed: {third}." in text_of(boss)
    assert buttons(boss) == ["received"]


def test_after_the_deadline_the_link_is_over(house: House, force: InRecord) -> None:
    first, *_ = offered(force, 2)
    force.clock.at = SIX + timedelta(seconds=1)
    assert house.answer(asking(force, first), "willing").status == 410
    at_six(force)
    assert house.open(asking(force, first)).status == 410
    assert an_offer(force, first).state == "not-reached"


def test_the_api_has_the_same(house: House, force: InRecord) -> None:
    first, *_ = offered(force, 2)
    headers = {"Authorization": f"Bearer {house.token(asking(force, first))}", "Content-Type": "application/json"}
    state = json.loads(ask(f"{house.base}/api/v1/contact", headers=headers).text)
    assert state["words"] == ["willing", "refused", "received"]
    assert (state["about"], state["offer"]["place"], state["offer"]["state"]) == (None, 1, "open")
    body = json.dumps({"word": "willing", "once": "x"}).encode()
    for _ in range(2):
        said = ask(f"{house.base}/api/v1/contact/answer", "POST", body, headers)
        assert said.status == 200
    assert json.loads(said.text)["contact"]["offer"]["state"] == "willing"
    assert an_offer(force, first).answered_at == NOON
    assert post(house.page(asking(force, first)), word="refused").status == 410


def test_all_press_at_the_same_instant_while_two_workers_look_and_the_list_decides(
    house: House, force: InRecord
) -> None:
    asked = offered(force, 6)
    together = threading.Barrier(len(asked) + 2)

    def press(member: str) -> int:
        together.wait()
        return house.answer(asking(force, member), "willing").status

    def look(_: int) -> None:
        together.wait()
        for _ in range(10):
            decide(force)

    with ThreadPoolExecutor(len(asked) + 2) as pool:
        looking = [pool.submit(look, number) for number in range(2)]
        said = list(pool.map(press, reversed(asked)))
        for each in looking:
            each.result()
    decide(force)
    assert coming(force) == asked[:2]
    assert set(said) <= {303, 409}  # who is told that it needs no answer any more is not among the first
    given = sees(force, lambda v: [f.stream for f in v.facts(kinds=["offer.awarded"])])
    assert given == [f"offer/C1/1/{member}" for member in asked[:2]]
