"""An offer reaches people through real servers, one channel after the other, and so does what came of it."""

import pytest

from muster.domain.calling_offers import Offering
from muster.domain.contact import Contact
from muster.services.audit import audit
from tests.ground import local
from tests.services.offered import BOSS, NOON, PHONES, SIX, need, offer, say, states
from tests.worker.town import Town


@pytest.fixture
def noon(night: Town) -> Town:
    """The same force at noon, with a mail address for each police officer; two are needed for the night."""
    night.force.rows += PHONES
    night.force.load()
    night.clock.at = NOON
    need(night.force)
    return night


def heard(town: Town, member: str) -> list[tuple[str, str]]:
    """What a member was sent: by which way, and its first line."""
    posts = [(p.path, str(p.json["message"])) for p in town.hook.received]
    posts = [(way, text) for way, text in posts if f":{member}:" in text]  # in the link, which is theirs alone
    mails = [("mail", m.text) for m in town.mail.received if f"{member.lower()}@example.org" in m.to]
    return [(way.partition("?")[0], text.partition("\n")[0]) for way, text in posts + mails]


def contacts(town: Town, member: str, purpose: str) -> list[Contact]:
    with town.store.reading() as views:
        return views.rows(Contact, member=member, purpose=purpose)


def test_all_are_asked_at_once_then_by_mail_until_they_answer(noon: Town) -> None:
    asked = [o.member for o in offer(noon.force, 50).offers]
    noon.work_until("2020-10-07T12:01")
    now = [m for m in asked if contacts(noon, m, "offer")[1].state == "sent"]
    assert len(now) > 1
    says = "Offer to work: Wed 07 Oct 2315 to 0750; 47th Precinct; answer by 1800"
    assert {tuple(heard(noon, m)) for m in now} == {(("/voice", says),)}
    say(noon.force, now[0], "received")
    noon.work_until("2020-10-07T15:30")
    assert heard(noon, now[0]) == [("/voice", says)]
    assert heard(noon, now[1]) == [("/voice", says), ("mail", says)]
    noon.work_until("2020-10-07T17:00")
    assert all(heard(noon, m) for m in asked)  # those at rest were asked when it had ended


def test_what_came_of_it_is_told_and_nobody_is_asked_any_more(noon: Town) -> None:
    first, second, third, fourth = (o.member for o in offer(noon.force, 4).offers)
    for member in (fourth, second):
        say(noon.force, member, "willing")
    noon.work_until("2020-10-07T18:10")
    assert states(noon.force)[first] == "not-reached"
    head = "Call-in: Wed 07 Oct 2315 to 0750"
    for member in (second, fourth):
        assert [text for _, text in heard(noon, member)][-2:] == [f"{head}; you are to come; 47th Precinct"] * 2
    assert not any("Call-in" in text for _, text in heard(noon, third))  # whoever gave no answer is told nothing
    told = [text for _, text in heard(noon, BOSS)]
    assert told == [f"{head}; {second}, {fourth} to come; 47th Precinct"]
    sent = {c.state for m in (first, third) for c in contacts(noon, m, "offer")}
    assert sent <= {"sent", "spared"}


def test_a_round_that_no_worker_decides_is_an_alarm(noon: Town) -> None:
    offer(noon.force, 2)
    noon.clock.at = local("2020-10-07T18:05")
    with noon.store.reading() as views:
        found = [(f.what, f.about) for f in audit(views, views.now)]
    assert ("offers-overdue", "C1") in found
    noon.work()
    with noon.store.reading() as views:
        assert "offers-overdue" not in [f.what for f in audit(views, views.now)]
        assert [o.due_at for o in views.rows(Offering)] == [None]


def test_two_workers_decide_a_round_once(noon: Town) -> None:
    asked = [o.member for o in offer(noon.force, 3).offers]
    say(noon.force, asked[1], "willing")
    noon.clock.at = SIX
    assert [due.key for due in noon.claimed(Offering.NOUN)] == ["C1/1"]
    noon.work()  # somebody else has it claimed
    assert states(noon.force)[asked[1]] == "willing"
