"""Journeys through what anybody in the force may see: docs/journeys.md."""

from tests.journeys import Journey
from tests.services.small import PCT


def test_1_a_desk_sergeant_asks_who_has_it_and_who_would_have_had_it_at_night(journey: Journey) -> None:
    journey.sign_in("PCT-047-XO")
    journey.press("47th Precinct")
    journey.reads("47th Precinct: Commanding Officer, substantive, is in command")
    journey.write("Who would have had it at", "2020-10-07T03:00")
    journey.press("Answer", "button")
    journey.reads("Desk Officer, on this tour, is in command")
    journey.sees("passed over")
    assert journey.page.url.endswith(f"/unit/{PCT}?at=2020-10-07T03%3A00")


def test_5_a_duty_chief_winds_the_clock_back_and_steps_on(journey: Journey) -> None:
    journey.sign_in("PCT-047-XO")
    if journey.page.get_by_role("link", name="Wind").is_visible():  # a telephone has no room for it before that
        journey.press("Wind")
    journey.write("Wind the clock to", "2020-10-07T03:00")
    journey.press("Go", "button")
    journey.sees("As it was, and as it was known then")
    journey.reads("units have a watch")
    journey.press("Step back")
    journey.reads("units have a watch")
    journey.press("go to now")
    journey.reads("units have a watch")
    assert "at=" not in journey.page.url


def test_8_an_officer_looks_when_they_are_next_on_duty_and_who_looked_at_their_page(journey: Journey) -> None:
    journey.sign_in("PCT-047-XO")
    journey.press("Me")
    journey.reads("You are ")
    journey.press("All that is known of my duty")
    journey.reads("Executive Officer")
    journey.sees("The same as a table")


def test_9_a_desk_officer_calls_the_roll(journey: Journey) -> None:
    journey.sign_in("PCT-047-CO")
    journey.press("Rosters")
    journey.reads("has a roster that you may read")
    journey.press("Roll call of 47th Precinct")
    journey.reads("no roll called")
    journey.mark("there")
    journey.press("Take the roll call", "button")
    journey.sees("Taken by M0006 (PCT-047-CO)")
    journey.looks()


def test_10_a_reviewer_reads_the_timeline_and_the_disputes_and_checks_the_chain(journey: Journey) -> None:
    journey.sign_in("POLICE-COMMISSIONER")
    journey.press("Record")
    journey.reads("facts")
    journey.write("About", PCT)
    journey.press("Show", "button")
    journey.reads(f"{PCT}: ")
    journey.press("Disputes")
    journey.reads("No account is in the record")
    journey.press("Check and export")
    journey.reads("each tied to all before it")
    journey.press("Check the chain", "button")
    journey.reads("The record is whole")
    with journey.page.expect_download() as taken:
        journey.press("Download", "button")
    assert taken.value.failure() is None
