"""Who states a line of the story."""

import json

from muster.services.provenance import STATED
from muster.services.timeline import accounts_of
from tests.scenarios.plays import Story, views_of


def test_an_account_states_what_was_done_and_never_what_muster_did_about_it(october: Story) -> None:
    about = ("Told ", "A bypass", "The tasking to relieve", "The office of ")
    lines = [line for line in october.lines if line.kind == "fact" and line.text.startswith(about)]
    assert len(lines) > 3
    assert {line.source for line in lines} == {"+"}


def test_the_record_has_of_each_fact_the_accounts_that_state_it(october: Story) -> None:
    for database, lines in october.by_record():
        told = {(line.source, line.facts) for line in lines if line.kind == "fact" and line.source != "+"}
        with views_of(database) as views:
            bodies = [json.loads(fact.body) for fact in views.facts(kinds=[STATED])]
            stated = accounts_of(views, views.head()[0])
        there = {(" ".join(body["accounts"]), tuple(body["facts"])) for body in bodies}
        assert told <= there, lines[0].text
        assert stated == {seq: tuple(source.split()) for source, facts in there for seq in facts}
        if database.name == "record.db":
            assert len(there) > 5
            assert {source for source, _ in told} == {source for source, _ in there}
