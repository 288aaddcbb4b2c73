"""Timelines against the real record: every fact once, in order of effect, and to whom it belongs."""

import json
from datetime import date
from functools import partial

import pytest

from muster.domain.errors import NotEntitled
from muster.domain.force import Rank
from muster.domain.members import Attachment
from muster.domain.separation import Separation
from muster.domain.users import User
from muster.services import duty
from muster.services.attachments import attach
from muster.services.correcting import take_back
from muster.services.gate import Gate, Viewer
from muster.services.telling.story import UNTOLD
from muster.services.timeline import PAGE, Asked, Timeline, fact_seen, timeline
from muster.services.users import add_user, begin_session
from muster.store.store import SqlStore
from tests.ground import NEW_YORK, InRecord, local
from tests.neighbours import neighbour
from tests.services.small import BOROUGH, CO, NIGHT_CAPTAIN, OFFICER, PC, PCT, XO, does, sees
from tests.support import SettableClock


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, in a record of its own."""
    return InRecord(temporary_store, clock)


def viewer(force: InRecord, member: str) -> Viewer:
    """Somebody who is signed in."""
    add = User(user=f"user-{member}", member=member, since=force.clock())
    does(force, lambda record: add_user(record, add, None, record.now))
    word = does(force, lambda record: begin_session(record, add.user, record.now))
    found = Gate(force.store, force.clock, b"key").viewer(word)
    assert found is not None
    return found


def told(force: InRecord, asked: Asked, who: Viewer) -> Timeline:
    """A timeline as somebody may read it."""
    return sees(force, lambda views: timeline(views, NEW_YORK, asked, who))


def reads(force: InRecord, who: Viewer, seq: int) -> bool:
    """Whether somebody may read a fact."""
    try:
        sees(force, lambda views: fact_seen(views, NEW_YORK, seq, who))
    except NotEntitled:
        return False
    return True


def newest(force: InRecord, noun: str) -> int:
    """The number of the newest fact about a noun."""
    return max(fact.seq for fact in sees(force, lambda views: [*views.facts(streams=[f"{noun}/"])]))


@pytest.mark.parametrize("about", [None, PCT])
def test_all_pages_together_have_every_fact_once(force: InRecord, about: str | None) -> None:
    force.sign_on(CO, PCT, "2020-10-07T09:00")
    chief = viewer(force, PC)
    first = told(force, Asked(about, every=True), chief)
    assert first.pages == -(-first.found // PAGE)
    pages = [told(force, Asked(about, every=True, page=n), chief) for n in range(first.pages, 0, -1)]
    found = [seq for page in pages for entry in page.entries for seq in entry.facts]
    there = sees(force, lambda views: [f.seq for f in views.facts(about=about)])
    assert sorted(found) == [seq for seq in there if reads(force, chief, seq)]
    assert len(found) > (300 if about is None else 10)
    times = [entry.at for page in pages for entry in page.entries]
    assert about is None or times == sorted(times)
    beyond = told(force, Asked(about, page=first.pages + 5), chief)
    assert list(beyond.entries) == []


def test_what_was_said_late_stands_where_it_took_effect_and_says_so(force: InRecord) -> None:
    force.sign_on(CO, PCT, "2020-10-07T09:00")
    force.act(lambda record: duty.sign_on(record, XO, PCT, local("2020-10-07T08:00")), "2020-10-07T11:00")
    chief = viewer(force, PC)
    found = told(force, Asked(PCT), chief)
    signed = [(entry.at, entry.late) for entry in found.entries if entry.kind == "signing.entered"]
    assert signed == [(local("2020-10-07T08:00"), True), (local("2020-10-07T09:00"), False)]


def test_a_day_is_that_of_the_force_and_of_when_it_was_recorded(force: InRecord) -> None:
    hours = ("2020-10-31T23:59", "2020-11-01T00:00", "2020-11-01T23:59", "2020-11-02T00:00")
    for member, hour in zip((CO, XO, OFFICER, "M0034"), hours, strict=True):
        force.sign_on(member, PCT, hour)
    chief = viewer(force, PC)
    found = told(force, Asked(day=date(2020, 11, 1)), chief)
    assert [e.at for e in found.entries if e.kind == "signing.entered"] == [
        local("2020-11-01T00:00"),
        local("2020-11-01T23:59"),
    ]


def test_what_is_personal_is_for_the_member_and_who_commands_them(force: InRecord) -> None:
    force.retire(CO, "2020-10-07T10:00", "2020-11-07T11:00")
    seq = newest(force, Separation.NOUN)
    assert [m for m in (CO, BOROUGH, PC, XO, OFFICER) if reads(force, viewer(force, m), seq)] == [CO, BOROUGH, PC, XO]


def test_what_belongs_to_no_unit_is_for_those_who_hold_an_office(force: InRecord) -> None:
    seq = newest(force, Rank.NOUN)
    assert [m for m in (CO, XO, "M0027", OFFICER) if reads(force, viewer(force, m), seq)] == [CO, XO]


def test_a_text_that_is_kept_apart_is_not_opened_to_colleagues(force: InRecord) -> None:
    why = "asked for by name"
    given = Attachment(member=OFFICER, unit="PBBX", since=local("2020-10-07T06:00"), reason=why)
    force.act(lambda record: attach(record, given, "PBBX-CO", record.now), "2020-10-07T05:00")
    seq, texts = newest(force, Attachment.NOUN), dict[str, set[str | None]]()
    for member in (BOROUGH, NIGHT_CAPTAIN):
        who = viewer(force, member)
        seen = sees(force, partial(fact_seen, zone=NEW_YORK, seq=seq, viewer=who))
        texts[member] = {part.text for part in seen.parts if part.name == "reason"}
    assert texts == {BOROUGH: {why}, NIGHT_CAPTAIN: {None}}


def test_what_was_taken_back_belongs_where_it_did(force: InRecord) -> None:
    force.sign_on(XO, PCT, "2020-10-07T09:00")
    stream = sees(force, lambda views: [*views.facts(streams=["signing/"])][-1].stream)
    does(force, lambda record: take_back(record, stream, XO, "it was later", record.now))
    seq = newest(force, "signing")
    assert json.loads(sees(force, lambda views: next(views.facts(first=seq, last=seq)).body)).keys() == {"by", "why"}
    assert reads(force, viewer(force, OFFICER), seq)
    assert not reads(force, viewer(force, neighbour(force)), seq)


def test_how_messages_came_to_be_sent_is_left_out_and_counted(force: InRecord) -> None:
    chief = viewer(force, PC)
    shown, every = told(force, Asked(), chief), told(force, Asked(every=True), chief)
    assert every.left_out == 0
    untold = sees(force, lambda views: sum(f.kind in UNTOLD for f in views.facts()))
    assert shown.left_out == untold
