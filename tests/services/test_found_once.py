"""What is kept of members is what is found of them anew, whatever is known of them and of others."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.domain.published import OFF
from muster.ports import Views
from muster.services import found_once
from muster.services.desk import Kept
from muster.services.found_once import Once, anew
from muster.services.offices import unit_named
from muster.services.roster_grid import Gridded
from muster.services.roster_ground import Ground, ground_of
from muster.services.rosters import cases_of, crossed_by
from tests.ground import InRecord
from tests.properties.duties import BEGINS, UNITS, files
from tests.publishing import MONDAY, by_charts, day
from tests.services.small import OFFICER, PCT

BEGIN: Final = BEGINS[0]
"""The clocks go back in these days, which are of the roster."""
KINDS: Final = ("absences", "records", "signings", "separations", "attachments", "places")
MIDDLE: Final = "M0030"
"""Whose names come before have one duty and lines of a roster, and the others another and none."""


def drawn(ground: Ground, data: st.DataObject) -> Iterator[Ground]:
    """The ground with random duty of its members, several of whom have the same; then with one kind of it after the
    other as others have it; then with squads of another pattern."""
    one, other = data.draw(st.lists(files(BEGIN), min_size=2, max_size=2))
    there = {(s.chart, s.tour, s.offset): s for s in ground.schedule.squads.values()}
    patterns = data.draw(st.permutations([*there.values()]))
    mixed = [replace(one, **{kind: getattr(other, kind)}) for kind in KINDS]
    for file, pattern in (*((each, patterns[0]) for each in (one, *mixed)), (one, patterns[1])):
        told = {
            m: replace(file, member=m, lines=x.lines) if m < MIDDLE else replace(other, member=m)
            for m, x in ground.files.items()
        }
        squads = {squad: replace(pattern, squad=squad, unit=PCT) for squad in UNITS}
        schedule = replace(ground.schedule, squads={**ground.schedule.squads, **squads})
        yield replace(ground, files=told, schedule=schedule)


def found(views: Views, ground: Ground, only: str | None, once: Once) -> tuple[Any, ...]:
    """The problem, as planned and as it is in the middle of the period; what lines cross; and the grid."""
    (case,), (running,) = (cases_of(ground, [PCT], at, once=once) for at in (None, BEGIN))
    tour = sorted(case.turns)[0]
    lines = {m: tuple(tour if n % 3 else OFF for n in range(ground.period.days)) for m in case.files}
    gridded = Gridded(views, ground, unit_named(views, PCT), BEGIN, (), once, only)
    return case, running, crossed_by(case, lines, once), gridded.grid()


@given(data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_is_what_is_found_anew(small: InRecord, data: st.DataObject) -> None:
    small.once(by_charts)
    kept = Kept[Any](found_once.MOST)
    with small.store.reading() as views:
        ground = ground_of(views, [PCT], MONDAY, day(27))
        for each in drawn(ground, data):
            assert found(views, each, None, kept.once) == found(views, each, None, anew)
        assert found(views, each, OFFICER, kept.once) == found(views, each, OFFICER, anew)
