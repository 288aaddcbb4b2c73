"""The story says what the facts hold: no more, and nothing of theirs in silence."""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from muster.domain.nouns import EVENT_ROWS
from muster.domain.record import Fact, Recorded
from muster.domain.requests import Request
from muster.scenarios.lines import Line
from muster.services.requests import file_leave, withdraw
from muster.services.telling.people_story import LOADED_WORDS
from muster.services.telling.story import OF_AN_ORDER, TELLERS, TOGETHER, UNTOLD
from muster.services.telling.story import Story as Teller
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.scenarios.plays import Story, views_of
from tests.services.small import OFFICER
from tests.support import NOON, SettableClock


@pytest.fixture(params=["october", "antilia"])
def story(request: pytest.FixtureRequest) -> Story:
    """Both shipped scenarios."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Story)
    return found


TOLD_BY_ANOTHER = {"command_event.entered", "tasking.offered", "escalation.turned"}
"""Of these some are not told: a hand-over says who assumes command, a step or a hand-on to whom it is offered."""


def of_an_order(fact: Recorded) -> bool:
    """Whether a fact is about one of the many taskings of an order, or about how that is brought to people."""
    return fact.stream.partition("/")[2].startswith(("MEMO-1025.", "AIR-CHECK."))


def facts_lines(lines: list[Line]) -> Iterator[Line]:
    """The lines that tell facts."""
    return (line for line in lines if line.kind == "fact")


def test_every_line_about_facts_names_facts_that_the_record_has(story: Story) -> None:
    for database, lines in story.by_record():
        with views_of(database) as views:
            newest = views.head()[0]
        for line in lines:
            assert all(0 < seq <= newest for seq in line.facts), line.text
            assert line.facts or line.kind != "fact", line.text


def test_another_storyteller_tells_each_sentence_again_from_its_facts(story: Story) -> None:
    for database, lines in story.by_record():
        with views_of(database) as views:
            teller = Teller(views, story.scenario.zone)
            for line in facts_lines(lines):
                facts = [fact for seq in line.facts for fact in views.facts(first=seq, last=seq)]
                assert [*teller.tell(facts)] == [(line.at, line.text, [*line.facts])]


def test_no_fact_after_the_load_is_passed_over_but_those_that_another_tells(story: Story) -> None:
    for database, lines in story.by_record():
        told = {seq for line in facts_lines(lines) for seq in line.facts}
        elsewhere = {(line.at, line.text) for line in facts_lines([*story.lines])}
        with views_of(database) as views:
            loaded = next(fact.seq for fact in views.facts(kinds=["directory.loaded"]))
            since = [fact for fact in views.facts(first=loaded + 1) if fact.seq not in told]
            # What a version has in common with the main line, or comes before the fork, is told there.
            again = [*Teller(views, story.scenario.zone).tell(since)]
        told |= {seq for at, text, stands_on in again if (at, text) in elsewhere for seq in stands_on}
        silent = {f.kind for f in since if f.seq not in told and (f.kind not in OF_AN_ORDER or not of_an_order(f))}
        assert silent <= {*UNTOLD, *TOLD_BY_ANOTHER}, lines[0].text


def test_of_the_taskings_of_an_order_only_the_order_and_the_returns_are_told(story: Story) -> None:
    with views_of(story.folder / "record.db") as views:
        parts = [
            f
            for name in ("MEMO-1025", "AIR-CHECK")
            for f in views.facts(streams=["tasking/"])
            if f"/{name}." in f.stream
        ]
    assert {"tasking.received", "tasking.accepted", "tasking.closed"} <= {fact.kind for fact in parts}
    assert {fact.kind for fact in parts} <= set(OF_AN_ORDER)


def test_what_is_passed_over_is_a_small_known_set() -> None:
    assert set(UNTOLD) == {
        "scenario.begun",
        "scenario.stated",
        "career.changed",
        "squad_place.changed",
        "squad_place.entered",
        "escalation.answered",
        "escalation.ended",
        "contact.queued",
        "contact.hastened",
        "contact.spared",
        "offer.made",
        "offer.awarded",
        "offer.not-reached",
        "offer.refused",
        "offering.hastened",
        "offering.waited",
    }
    assert not set(UNTOLD) & {*TELLERS, *TOGETHER}


def test_every_noun_that_commands_make_has_its_sentences() -> None:
    told = {kind.partition(".")[0] for kind in (*TELLERS, *TOGETHER)}
    assert {row.NOUN for row in EVENT_ROWS} <= told


def test_a_kind_of_fact_that_the_story_does_not_know_is_named_as_such(temporary_store: SqlStore) -> None:
    with temporary_store.writing() as record:
        facts = record.append([Fact("comet/1", "comet.seen", NOON, {})])
        assert [*Teller(record, ZoneInfo("UTC")).tell(facts)] == [(NOON, "Recorded: comet.seen (comet/1).", [1])]


def test_no_sentence_shows_a_reference_in_place_of_an_office(story: Story) -> None:
    bare = ("CHIEF-OF-PATROL", "PATROL-XO", "-WATCH", "HARBOUR-BC", "CITY-HALL", "PCT-0")
    shown = [line.text for line in facts_lines([*story.lines]) if any(ref in line.text for ref in bare)]
    assert shown == []


def test_sentences_begin_with_a_capital_and_end_with_a_full_stop(story: Story) -> None:
    for line in facts_lines([*story.lines]):
        assert line.text[0].isupper() or line.text[0].isdigit(), line.text
        assert line.text.endswith((".", ".”")), line.text


def test_the_load_is_told_in_what_people_count() -> None:
    assert [*LOADED_WORDS.values()] == ["members", "units", "positions", "squads", "absences"]


def test_a_period_is_told_in_sentences(temporary_store: SqlStore, clock: SettableClock) -> None:
    force = InRecord(temporary_store, clock)
    clock.at = local("2020-10-05T12:00")
    day = date(2020, 10, 24)
    force.act(lambda record: file_leave(record, OFFICER, day, day, record.now, "a wedding"))
    with temporary_store.reading() as views:
        (request,) = views.rows(Request)
    force.act(lambda record: withdraw(record, request.request, OFFICER, record.now))
    with temporary_store.reading() as views:
        facts = list(views.facts(streams=[request.stream]))
        said = [text for _, text, _ in Teller(views, ZoneInfo("America/New_York")).tell(facts)]
    assert [text.partition(" asks ")[2] for text in said[:1]] == [
        f"for leave on 2020-10-24: request {request.request}."
    ]
    assert said[1] == f"Request {request.request} is withdrawn."
