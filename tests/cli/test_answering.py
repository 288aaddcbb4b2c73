"""``muster answer``: for somebody who was contacted and calls back."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.contact import Contact
from tests.ground import InRecord
from tests.services.reached import ROWS, asked
from tests.services.small import CO, NIGHT_DESK
from tests.shell import run
from tests.support import SettableClock

AT = "--at 2020-10-07T03:02"


@pytest.fixture
def called(database: Path, monkeypatch: pytest.MonkeyPatch) -> Contact:
    """The desk officer was asked at 0300, and calls back."""
    clock = SettableClock()
    monkeypatch.setenv("MUSTER_DB", f"sqlite:///{database}")
    with closing(open_store(f"sqlite:///{database}", clock)) as store:
        return asked(InRecord(store, clock, ROWS))[0]


def kinds(database: Path, stream: str) -> list[str]:
    """The kinds of the facts of a stream, in order."""
    with closing(open_store(f"sqlite:///{database}")) as store, store.reading() as views:
        return [f.kind for f in views.facts(streams=[stream])]


def test_the_desk_answers_for_somebody_who_calls_back(called: Contact, database: Path) -> None:
    assert run(f"muster answer T1 accepted --by {NIGHT_DESK} {AT}") == (0, "You have it, as PCT-047-DESK\n")
    assert "tasking.accepted" in kinds(database, "tasking/T1")


def test_whoever_acts_on_a_tasking_answers_the_contact_about_it(called: Contact, database: Path) -> None:
    assert run(f"muster tasking refuse T1 --reason 'no car' --by {NIGHT_DESK} {AT}")[0] == 0
    assert kinds(database, called.stream)[-1] == "contact.answered"


def test_a_contact_can_be_named_in_full(called: Contact, database: Path) -> None:
    status, said = run(f"muster answer {called.key} refused --reason 'no car' --by {NIGHT_DESK} {AT} --json")
    assert (status, json.loads(said)["ok"]) == (0, True)
    assert kinds(database, called.stream)[-1] == "contact.answered"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (f"T1 refused --by {NIGHT_DESK}", "reason '' must be given"),
        (f"T1 not-me --to NOBODY --by {NIGHT_DESK}", "'NOBODY' is neither a position nor a unit"),
        (f"T1 taken-over --by {NIGHT_DESK} --at 2020-10-08T04:00", "this link expired on Thu 08 Oct at 0300"),
        (f"T2 accepted --by {NIGHT_DESK}", f"{NIGHT_DESK} was not contacted about 'T2'"),
        (f"T1/decide/1/{NIGHT_DESK}/sms accepted --by {CO}", f"is with {NIGHT_DESK}, not {CO}"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(called: Contact, words: str, says: str) -> None:
    at = "" if "--at" in words else AT
    status, said = run(f"muster answer {words} {at}")
    assert status == 1
    assert said.startswith("muster: ")
    assert says in said


def test_a_refused_answer_is_recorded_and_told_to_programs(called: Contact, database: Path) -> None:
    status, said = run(f"muster answer T1 accepted --by {NIGHT_DESK} --at 2020-10-08T04:00 --json")
    assert (status, json.loads(said)["refusal"]) == (1, "link-over")
    assert "contact.link-refused" in kinds(database, "contact/T1/")
