"""The auditor: it alarms for what is overdue though no worker runs, and gives a sign of life only when all is well."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from muster.bootstrap import alarms_of, heartbeat_of, notifier_of, open_store
from muster.domain.contact import Contact
from muster.domain.errors import Refused
from muster.ports import Store
from muster.services.answers import Answer, answer
from muster.worker.auditor import Audited, Auditor
from tests.worker.town import Town

ALARM = "+1 212 555 0199"


@contextmanager
def auditor(town: Town, url: str, reads: bool = True) -> Iterator[Auditor]:
    """An auditor of the town's record, with a gateways file that names whom to call."""
    wanted = f'[alarms]\nsms = "{ALARM}"\n'
    beat = f'heartbeat = "{town.hook.url(path="/beat").replace("json://", "http://").partition("?")[0]}"\n'
    town.gateways.write_text(beat + town.gateways.read_text() + wanted)

    def opened() -> Store:
        if not reads:
            raise Refused("there is no room left")
        return open_store(url, town.clock)

    with notifier_of(town.gateways) as notifier:
        yield Auditor(opened, notifier, alarms_of(town.gateways), heartbeat_of(town.gateways), town.clock)


def came(town: Town) -> list[str]:
    """Which ways requests came by since the last look at them."""
    paths = [post.path.partition("?")[0] for post in town.hook.received]
    town.hook.received.clear()
    return paths


def test_all_is_well_is_said_to_somebody_outside_and_no_alarm_is_raised(night: Town, url: str) -> None:
    with auditor(night, url) as audits:
        seen = audits.look()
    assert (list(seen.found), seen.trouble, list(seen.alarms), seen.beat) == ([], None, [], "sent")
    assert came(night) == ["/beat"]


def test_a_step_that_nobody_takes_is_an_alarm_and_there_is_no_sign_of_life(night: Town, url: str) -> None:
    night.receive()
    with auditor(night, url) as audits:
        night.clock.move(seconds=80)
        assert audits.look().beat == "sent"  # a worker that was killed has until then
        came(night)
        night.clock.move(seconds=20)
        seen = audits.look()
    assert {f.what for f in seen.found} == {"step-overdue", "contact-overdue"}
    assert seen.beat is None
    assert came(night) == ["/sms"]


def test_an_alarm_is_repeated_every_quarter_of_an_hour_and_at_once_for_what_is_new(night: Town, url: str) -> None:
    night.receive()
    with auditor(night, url) as audits:
        night.clock.move(minutes=2)
        assert len(audits.look().alarms) == 1
        night.clock.move(minutes=1)
        assert list(audits.look().alarms) == []
        night.receive(name="T2")
        night.clock.move(minutes=2)
        assert len(audits.look().alarms) == 1
        night.clock.move(minutes=15)
        assert len(audits.look().alarms) == 1


def test_an_alarm_that_reached_nobody_is_raised_again_at_the_next_look(night: Town, url: str) -> None:
    night.receive()
    with auditor(night, url) as audits:
        night.clock.move(minutes=2)
        night.hook.__exit__(None, None, None)
        assert [d.state for d in audits.look().alarms] == ["try-again"]
        assert [d.state for d in audits.look().alarms] == ["try-again"]


def test_a_record_that_cannot_be_read_is_an_alarm(night: Town, url: str) -> None:
    with auditor(night, url, reads=False) as audits:
        seen: Audited = audits.look()
    assert seen.trouble == "there is no room left"
    assert seen.beat is None
    assert came(night) == ["/sms"]


def test_what_nobody_has_accepted_is_an_alarm_though_the_worker_works_until_somebody_has(night: Town, url: str) -> None:
    night.receive()
    night.work_until("2020-10-07T03:16")
    with auditor(night, url) as audits:
        assert [f.what for f in audits.look().found] == ["unaccepted"]
        with night.store.writing() as record:
            first = record.rows(Contact, purpose="decide")[0]
            answer(record, first.key, Answer("accepted"), record.now)
        night.work()
        assert list(audits.look().found) == []


def test_a_store_from_before_escalations_is_taken_up_by_the_next_worker(night: Town) -> None:
    from muster.domain.taskings import Tasking
    from muster.services.audit import audit

    old = Tasking(
        tasking="OLD", kind="incident", what="from before", place="PCT-047", competent_unit="PCT-047",
        received_at=night.clock.at, owner="PCT-047-DESK",
    )  # fmt: skip
    with night.store.writing() as record:
        record.append([old.received()])
        assert [f.what for f in audit(record, night.clock.at)] == ["nobody-sought"]
    night.work()
    with night.store.reading() as views:
        assert audit(views, night.clock.at + timedelta(seconds=1)) == []
        assert {c.member for c in views.rows(Contact, subject="OLD")} == {"M0023"}
