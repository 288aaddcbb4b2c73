"""Who states a line of the story."""

from tests.scenarios.plays import Story


def test_an_account_states_what_was_done_and_never_what_muster_did_about_it(october: Story) -> None:
    about = ("Told ", "A bypass", "The tasking to relieve", "The office of ")
    lines = [line for line in october.lines if line.kind == "fact" and line.text.startswith(about)]
    assert len(lines) > 3
    assert {line.source for line in lines} == {"+"}
