"""A tasking finds a person, through real servers: who is asked by which channel when, and what if nobody answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muster.domain.contact import Contact, Doubt
from muster.domain.duty import Reachability
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import channel_tests, taskings
from muster.services.answers import Answer, Answered, answer
from muster.services.audit import audit
from muster.services.contact_log import contact_log
from tests.ground import local
from tests.sinks import SmtpSink
from tests.worker.town import CAPTAIN, CHIEF, CO, DESK, Town


def decides(night: Town, member: str | None = None) -> list[Contact]:
    """The contacts that ask for a decision, by channel, then step."""
    with night.store.reading() as views:
        found = views.rows(Contact, purpose="decide")
    return sorted((c for c in found if member in (None, c.member)), key=lambda c: (c.step, c.due_at or c.queued_at))


def answered(night: Town, contact: Contact, given: Answer) -> Answered:
    with night.store.writing() as record:
        return answer(record, contact.key, given, record.now)


def tasking(night: Town) -> Tasking:
    with night.store.reading() as views:
        found = views.row(Tasking, "T1")
    assert found is not None
    return found


def heard(night: Town) -> list[tuple[str, str]]:
    """What arrived: by which way, and whom it was for."""
    posts = [(post.path.partition("?")[0], str(post.json["message"])) for post in night.hook.received]
    return [*posts, *(("mail", mail.text) for mail in night.mail.received)]


def test_the_first_is_asked_by_telephone_at_once_then_by_text_then_by_mail_and_then_the_next_is(night: Town) -> None:
    night.receive()
    night.work()
    assert [path for path, _ in heard(night)].count("/voice") == 2  # the captain decides; the commander is told
    night.work_until("2020-10-07T03:02")
    assert {path for path, _ in heard(night)} == {"/voice", "/sms"}
    night.work_until("2020-10-07T03:04:59")
    assert {to for mail in night.mail.received for to in mail.to} == {"m0016@example.org", "m0005@example.org"}
    assert {c.member for c in decides(night)} == {CAPTAIN}
    night.work_until("2020-10-07T03:05")
    assert {c.member for c in decides(night)} == {CAPTAIN, DESK}


def test_what_is_sent_says_what_and_where_and_leads_to_a_link_of_its_own(night: Town) -> None:
    night.receive()
    night.work()
    texts = [text for _, text in heard(night)]
    assert texts
    assert all("a crowd gathers; 47th Precinct" in text for text in texts), texts
    assert len({text.rpartition("\n")[2] for text in texts}) == len(texts)


def test_whoever_accepts_has_it_and_nobody_else_is_asked_any_more(night: Town) -> None:
    night.receive()
    night.work()
    done = answered(night, decides(night)[0], Answer("accepted"))
    assert done.ok
    assert (tasking(night).owner, tasking(night).accepted_by) == ("PBBX-DUTY-CAPTAIN", CAPTAIN)
    night.work_until("2020-10-07T06:00")
    assert {c.member for c in decides(night)} == {CAPTAIN}
    assert {c.state for c in decides(night)} == {"sent", "spared"}


def test_the_former_owner_is_told_who_has_it(night: Town) -> None:
    night.receive()
    night.work()
    answered(night, decides(night)[0], Answer("accepted"))
    night.work()
    told = [text for _, text in heard(night) if f"{CAPTAIN} (PBBX-DUTY-CAPTAIN) has it" in text]
    assert len(told) >= 1
    assert all("needs no answer" in text for text in told)


def test_a_refusal_brings_the_next_at_once(night: Town) -> None:
    night.receive()
    night.work()
    answered(night, decides(night)[0], Answer("refused", reason="at another scene"))
    night.work()
    assert [c.member for c in decides(night) if c.step == 2] == [DESK] * 3


def test_a_channel_that_nothing_carries_brings_the_next_channel_at_once_and_is_in_doubt(night: Town) -> None:
    night.gateways.write_text(
        f'link = "https://muster.example.org"\n[channels]\nsms = "{night.hook.url(path="/sms")}"\n'
    )
    night.receive()
    night.work()
    assert [path for path, _ in heard(night)].count("/sms") == 2
    with night.store.reading() as views:
        assert {(d.member, d.channel) for d in views.rows(Doubt)} == {(CAPTAIN, "telephone"), (CO, "telephone")}


def test_a_doubtful_channel_is_tried_last_until_the_member_is_reached_by_it(night: Town) -> None:
    test_a_channel_that_nothing_carries_brings_the_next_channel_at_once_and_is_in_doubt(night)
    night.receive(name="T2")
    night.work()
    second = sorted((c for c in decides(night) if c.subject == "T2"), key=lambda c: c.key)
    with night.store.reading() as views:
        queued = {c.channel: c for c in views.rows(Contact, subject="T2", member=CAPTAIN)}
    assert len(second) == 3
    assert queued["telephone"].due_at == local("2020-10-07T03:03:20")  # the last of three in five minutes
    with night.store.writing() as record:
        answer(record, queued["telephone"].key, Answer("received"), record.now)
        assert (CAPTAIN, "telephone") not in {(d.member, d.channel) for d in record.rows(Doubt)}


def test_no_channel_at_all_brings_the_next_step_at_once(night: Town) -> None:
    night.gateways.write_text('link = "https://muster.example.org"\n[channels]\nchat = "console"\n')
    night.receive()
    night.work()
    assert {c.member for c in decides(night)} == {CAPTAIN, DESK, CHIEF}
    with night.store.reading() as views:
        escalation = views.row(Escalation, "T1")
        assert escalation is not None
        assert escalation.round == 2
        assert [f.what for f in audit(views, night.clock.at)] == ["unaccepted"]


def test_the_first_round_spares_whoever_is_off_duty_and_the_second_wakes_the_commander(night: Town) -> None:
    night.receive()
    night.work_until("2020-10-07T03:19")
    assert {c.member for c in decides(night)} == {CAPTAIN, DESK, CHIEF}
    with night.store.reading() as views:
        assert [f.what for f in audit(views, night.clock.at)] == ["unaccepted"]
    night.work_until("2020-10-07T03:40")
    assert CO in {c.member for c in decides(night)}
    assert {c.step for c in decides(night, CAPTAIN)} == {1, 4}


def test_a_dead_mail_server_is_tried_again_and_then_the_member_is_not_waited_for(night: Town) -> None:
    with SmtpSink() as gone:
        dead = gone.url()
    night.gateways.write_text(night.gateways.read_text().replace(night.mail.url(), dead))
    night.receive()
    night.work_until("2020-10-07T03:04:59")
    mail = next(c for c in decides(night, CAPTAIN) if c.channel == "e-mail")
    assert (mail.state, mail.tries) == ("failed", 3)
    assert mail.note is not None


def test_a_worker_that_died_with_a_claim_loses_nothing_and_what_it_may_have_sent_is_marked(night: Town) -> None:
    night.receive()
    died = [*night.claimed("escalation"), *night.claimed("contact")]
    assert {due.noun for due in died} == {"escalation", "contact"}
    night.work()
    assert heard(night) == []  # somebody else holds them
    night.clock.at = night.clock.at.replace(year=2031)
    night.work()
    assert [text for _, text in heard(night) if text.startswith("(repeat)")]


def test_an_answer_given_twice_is_refused_and_on_record_but_not_one_that_the_line_repeated(night: Town) -> None:
    night.receive()
    night.work()
    first = decides(night)[0]
    assert answered(night, first, Answer("accepted", once="a1")).ok
    assert answered(night, first, Answer("accepted", once="a1")).ok
    again = answered(night, first, Answer("refused", reason="on second thoughts", once="a2"))
    assert not again.ok
    assert "used already" in again.says
    with night.store.reading() as views:
        assert [f.kind for f in views.facts(streams=[first.stream], kinds=["contact.link-refused"])]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda night: setattr(night.clock, "at", night.clock.at + timedelta(hours=25)), "expired"),
        (lambda night: _end_appointment(night), "does not hold PBBX-DUTY-CAPTAIN any more"),
    ],
    ids=["expired", "appointment over"],
)
def test_a_link_ends_with_its_time_and_with_the_appointment(
    night: Town, change: Callable[[Town], None], says: str
) -> None:
    night.receive()
    night.work()
    first = decides(night)[0]
    change(night)
    refused = answered(night, first, Answer("accepted"))
    assert not refused.ok
    assert says in refused.says
    assert tasking(night).accepted_by is None


def _end_appointment(night: Town) -> None:
    from muster.services import appointments

    def relieve(record: Record) -> None:
        appointments.relieve(record, CAPTAIN, "PBBX-DUTY-CAPTAIN", "M0004", record.now)

    night.force.act(relieve)


def test_the_log_tells_the_whole_of_it_in_order_and_nothing_about_rest(night: Town) -> None:
    night.receive()
    night.work_until("2020-10-07T03:40")
    with night.store.reading() as views:
        log = contact_log(views, "T1")
    assert [e.at for e in log.entries] == sorted(e.at for e in log.entries)
    says = "\n".join(e.says for e in log.entries)
    assert "step 1: M0016 (PBBX-DUTY-CAPTAIN) is asked" in says
    assert "ALARM" in says
    assert "in protected rest" not in says


def test_a_communication_test_that_nobody_confirms_leaves_the_channel_in_doubt(night: Town) -> None:
    with night.store.writing() as record:
        queued = channel_tests.queue_tests(record, [DESK], None, CO, record.now)
    night.work()
    confirmed = next(c for c in queued if c.channel == "sms")
    assert answered(night, confirmed, Answer("received")).ok
    night.work_until("2020-10-08T03:01")
    with night.store.reading() as views:
        assert {(d.member, d.channel) for d in views.rows(Doubt)} == {(DESK, "telephone"), (DESK, "e-mail")}
        assert all(c.due_at is None for c in views.rows(Contact, purpose="test"))


def test_whoever_is_woken_is_owed_rest_and_nobody_else_is(night: Town) -> None:
    night.receive()
    night.work_until("2020-10-07T03:19")
    with night.store.reading() as views:
        assert views.rows(Reachability, kind="owed") == []  # those asked so far are on duty
    night.work_until("2020-10-07T04:20")
    with night.store.reading() as views:
        owed = {r.member: r for r in views.rows(Reachability, kind="owed")}
    assert set(owed) == {"M0001", "M0002", "M0003", "M0004", CO, "M0006"}
    assert all(r.until is not None and r.until - r.since == timedelta(hours=8) for r in owed.values())
    assert all(r.tasking == "T1" for r in owed.values())


def test_whoever_is_told_twice_of_what_happened_at_once_gets_one_notice(night: Town) -> None:
    night.receive("shots-fired")  # the desk officer owns it
    night.work()
    with night.store.writing() as record:
        before = {c.key for c in record.rows(Contact)}
        taskings.take_over(record, "T1", CAPTAIN, "PBBX-DUTY-CAPTAIN", record.now)
        new = [c for c in record.rows(Contact, purpose="notice") if c.key not in before]
    notices = {(c.member, c.step) for c in new}  # a notice may go by several channels
    assert len(notices) == len({member for member, _ in notices})
    assert DESK in {c.member for c in new}  # who has it, and that it was taken over, is one thing to know
