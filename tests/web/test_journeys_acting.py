"""Journeys in which something is decided and done: docs/journeys.md."""

import pytest

from tests.ground import InRecord
from tests.journeys import Journey
from tests.publishing import by_charts, day
from tests.services.reached import WHAT, deciding, receive, step
from tests.services.small import OFFICER, PCT

TITLE = WHAT[:1].upper() + WHAT[1:]


@pytest.fixture
def roster(force: InRecord) -> None:
    """The roster by the charts is published."""
    by_charts(force)


def test_2_a_desk_officer_receives_a_report_and_sees_where_it_belongs_before_sending_it(journey: Journey) -> None:
    journey.sign_in("PCT-047-DESK")
    journey.press("Taskings")
    journey.press("Receive a tasking")
    journey.reads("What was reported, where, and by when?")
    journey.write("What must be decided or done", "a block party with 40 people")
    journey.choose("Matter", "block-party")
    journey.choose("Where", PCT)
    journey.press("See where it belongs", "button")
    journey.reads("It belongs to 47th Precinct")
    journey.sees("Nothing is sent yet")
    journey.press("Send", "button")
    journey.reads("A block party with 40 people, 47th Precinct")


def test_3_whoever_is_asked_accepts_with_one_press(journey: Journey, force: InRecord) -> None:
    receive(force)
    step(force)
    position = deciding(force)[0].position
    assert position is not None
    journey.sign_in(position)
    journey.press("Taskings")
    journey.press(TITLE)
    journey.reads("nobody has accepted it")
    journey.press("Accept", "button")
    journey.reads("has it")


def test_4_a_chief_sends_it_elsewhere_and_sees_first_who_is_passed_over_and_told(
    journey: Journey, force: InRecord
) -> None:
    receive(force)
    journey.sign_in("CHIEF-OF-PATROL")
    journey.press("Taskings")
    journey.press(TITLE)
    journey.reads("nobody has accepted it")
    journey.press("Send elsewhere…")
    journey.reads("Send elsewhere")
    journey.write("To whom", "CHIEF-OF-PATROL")
    journey.press("See what it would do", "button")
    journey.sees("Competent below: 47th Precinct")
    journey.write("Why there, and not where it belongs", "the Mayor asks for it")
    journey.press("See what it would do", "button")
    journey.press("Send", "button")
    journey.sees("Sent it to CHIEF-OF-PATROL")
    journey.sees("Told: PBBX-CO")
    journey.looks()


@pytest.mark.usefixtures("roster")
def test_6_a_planner_asks_why_an_entry_is_as_it_is_and_changes_it(journey: Journey) -> None:
    journey.sign_in("PCT-047-CO")
    journey.page.goto(f"{journey.base}/roster/{PCT}?from={day(0)}")
    journey.reads("47th Precinct")
    journey.choose("Member", OFFICER)
    journey.write("Day", str(day(3)))
    journey.press("Why", "button")
    journey.reads(OFFICER)
    free = journey.page.locator("input[name=tour]:not([aria-disabled])").first.get_attribute("value")
    assert free is not None
    journey.mark(free)
    journey.write("Reason, sealed for those entitled", "a trial")
    journey.press("Save as PCT-047-CO", "button")
    journey.sees("signed PCT-047-CO")
    journey.looks()


@pytest.mark.usefixtures("roster")
def test_7_an_officer_asks_for_leave_and_the_commander_sees_its_effect_and_grants_it(journey: Journey) -> None:
    journey.sign_in("PCT-047-DESK")
    journey.press("Rosters")
    journey.press("Requests")
    journey.reads("of your own")
    journey.write("First day", str(day(3)))
    journey.write("Last day, included", str(day(4)))
    journey.press("Ask for leave", "button")
    journey.sees("If it is granted")
    journey.press("Sign out", "button")
    journey.reads("Sign in to Muster")
    journey.sign_in("PCT-047-CO")
    journey.press("Rosters")
    journey.press("Requests")
    journey.reads("1 request waits for your decision")
    journey.press("R1")
    journey.sees("If it is granted")
    journey.write("Reason, sealed for those entitled", "enough are there")
    journey.press("Grant it", "button")
    journey.reads("granted")
