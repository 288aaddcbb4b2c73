"""What members have in common may be shared: the state of each is still that of the member alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.alike import Alike
from muster.domain.duty import SquadPlace, Waiver
from muster.domain.force_duty import duty_state
from muster.domain.ledger import ledger_of
from muster.domain.presence import MOMENT, DutyFile, planned_turns
from muster.domain.profiles import RULES, SHIPPED, Limit, Profile
from muster.domain.schedule import Schedule
from muster.domain.spans import joined
from muster.domain.worked import hours_since, said_in, worked
from tests.ground import NEW_YORK
from tests.properties.duties import BEGINS, DAYS, UNITS, begins, files, instants, schedules
from tests.properties.naive_ledger import CELL

Case = tuple[Schedule, Profile, datetime, list[DutyFile]]
LONG_AGO: Final = timedelta(days=400)


@st.composite
def profiles(draw: Any) -> Profile:
    """A shipped one, or any rules with numbers that are crossed about as often as not."""
    if draw(st.booleans()):
        return draw(st.sampled_from(list(SHIPPED.values())))  # type: ignore[no-any-return]
    chosen = draw(st.sets(st.sampled_from(sorted(RULES)), max_size=8)) | {"break-length", "protected-rest"}
    most = {"tours": 5, "hours": 50}
    limits = {
        rule: Limit(
            draw(st.integers(0 if rule == "break-length" else 1, 9 if rule == "break-length" else most[RULES[rule]])),
            "a source",
            draw(st.integers(1, 3)) if rule.startswith("average") else None,
        )
        for rule in sorted(chosen)
    }
    return Profile("drawn", limits)


@st.composite
def waivers(draw: Any, begin: datetime) -> list[Waiver]:
    """At most one, of any rule."""
    since, length = draw(instants(begin)), draw(st.integers(1, 48)) * CELL
    rule = draw(st.sampled_from(sorted(RULES)))
    made = Waiver(member="M", rule=rule, since=since, until=since + length, signed_by="S", rest_owed_hours=20)
    return [made] if draw(st.booleans()) else []


@st.composite
def cases(draw: Any, plain: bool) -> Case:
    """Some members at one instant; plain ones have one place for long, and at most absences."""
    begin = draw(begins)
    found: list[DutyFile] = draw(st.lists(files(begin), min_size=1, max_size=4))
    if plain:
        place = SquadPlace(member="M", squad=UNITS[0], since=begin - LONG_AGO)
        found = [DutyFile("M", places=[place], absences=f.absences) for f in found]
    else:
        found = [replace(f, waivers=draw(waivers(begin))) for f in found]
    return draw(schedules()), draw(profiles()), draw(instants(begin, DAYS + 1)), found


@settings(max_examples=150)
@given(case=cases(plain=False))
def test_every_state_is_that_of_the_member_alone(case: Case) -> None:
    schedule, profile, at, members = case
    alike = Alike(schedule, profile, at)
    for file in members:
        assert alike.state(file) == duty_state(file, schedule, profile, at)


@settings(max_examples=150)
@given(case=cases(plain=True))
def test_who_has_a_place_and_absences_has_the_state_of_the_member_alone(case: Case) -> None:
    schedule, profile, at, members = case
    alike = Alike(schedule, profile, at)
    for file in members:
        place = file.places[0]
        common = alike.common(place.squad)
        assert (common is None) is (not profile.break_length)
        if common is not None:
            assert common.holds(place.since, place.until)
            expected = duty_state(file, schedule, profile, at)
            assert (alike.away(place.squad, file.absences) if file.absences else common.state) == expected


@settings(max_examples=200)
@given(case=cases(plain=False))
def test_the_time_that_counts_is_that_of_the_ledger(case: Case) -> None:
    schedule, _, at, members = case
    start = at - timedelta(days=5)
    for file in members:
        ledger = ledger_of(file, schedule, start, at)
        turns = [p[0] for p in planned_turns(file, schedule, start, at + MOMENT)]
        spans = worked(said_in(file, at), turns, start, at)
        assert spans == joined(ledger.spans, MOMENT)
        starts = at - timedelta(days=1), at - timedelta(days=3)
        assert hours_since(spans, *starts) == [ledger.counted(each, at) for each in starts]


@settings(max_examples=100)
@given(case=cases(plain=True), began=st.integers(0, 30 * 24), ends=st.booleans())
def test_a_place_that_began_or_ended_lately_is_shared_only_where_that_changes_nothing(
    case: Case, began: int, ends: bool
) -> None:
    schedule, profile, at, members = case
    turn = at - timedelta(hours=began)
    since, until = (at - LONG_AGO, turn) if ends else (turn, None)
    file = replace(members[0], places=[SquadPlace(member="M", squad=UNITS[0], since=since, until=until)])
    alike = Alike(schedule, profile, at)
    common = alike.common(UNITS[0])
    if common is not None and common.holds(since, until):
        assert alike.away(UNITS[0], file.absences) == duty_state(file, schedule, profile, at)


def test_a_squad_that_is_not_known_is_nobodys() -> None:
    alike = Alike(Schedule(NEW_YORK, {}, {}, {}), SHIPPED["muster-advisory"], BEGINS[0])
    assert alike.common("NOWHERE") is None
