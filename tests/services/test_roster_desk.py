"""The roster's grids and entries that are kept: they say what is found anew, whatever was recorded between."""

from datetime import timedelta
from functools import partial

import pytest

from muster.domain.duty import TimeRecord
from muster.domain.members import Absence
from muster.domain.record import entered
from muster.domain.users import User
from muster.services.desk import Desk
from muster.services.gate import Gate, Viewer
from muster.services.roster_desk import RosterDesk
from muster.services.roster_grid import grid_of
from muster.services.users import add_user, begin_session
from tests.ground import InRecord, local
from tests.publishing import MONDAY, amended, by_charts, day
from tests.services.small import CO, OFFICER, PCT, does, sees


@pytest.fixture
def small(small: InRecord) -> InRecord:
    """The small force with the roster by its charts, and a user for its commanding officer."""
    small.once(by_charts)
    user = User(user="co", member=CO, since=small.clock.at)
    small.act(partial(add_user, user=user, by=None, at=small.clock.at))
    return small


def desk(force: InRecord) -> RosterDesk:
    return RosterDesk(force.store, force.clock, Desk(force.store, force.clock))


def signed_in(force: InRecord) -> Viewer:
    """The commanding officer, who has signed in: a fact of its own, which bears on no roster."""
    word = does(force, lambda record: begin_session(record, "co", record.now))
    found = Gate(force.store, force.clock, b"key").viewer(word)
    assert found is not None
    return found


def sick(force: InRecord) -> None:
    """Record that the officer is sick on the fifth and the sixth day."""
    row = Absence(member=OFFICER, kind="sick", since=local(f"{day(4)}T00:00"), until=local(f"{day(6)}T00:00"))
    does(force, lambda record: record.append([entered(row, None, record.now)]))


def overworked(force: InRecord) -> None:
    """Record 20 hours of the officer that began on the third day, and that others of their squad did not work."""
    since = local(f"{day(2)}T06:00")
    row = TimeRecord(member=OFFICER, since=since, kind="tour", until=since + timedelta(hours=20), unit=PCT, source="x")
    does(force, lambda record: record.append([entered(row, None, record.now)]))


def test_a_grid_that_is_kept_says_what_one_found_anew_does(small: InRecord) -> None:
    kept, grids = desk(small), []
    for act in (signed_in, lambda f: amended(f, OFFICER, day(2), "off"), sick, overworked, signed_in):
        act(small)
        for _ in range(2):
            grid = kept.grid(signed_in(small), PCT, MONDAY, None)
            assert grid == sees(small, lambda views: grid_of(views, PCT, MONDAY, small.clock()))
        grids.append(grid)
    assert grids[0] != grids[1] != grids[2] != grids[3] == grids[4]
    assert grids[0].breaches == 0 < grids[3].breaches
    assert all(one is other for one, other in zip(grids[3].lines, grids[4].lines, strict=True)), "found twice"


def test_an_entry_that_is_kept_says_what_one_found_anew_does(small: InRecord) -> None:
    kept, cells = desk(small), []
    for act in (signed_in, lambda f: amended(f, OFFICER, day(2), "off"), sick, signed_in):
        act(small)
        for asked in (day(3), day(4)):
            viewer = signed_in(small)
            cell = kept.cell(viewer, PCT, OFFICER, asked, None)
            assert cell == desk(small).cell(viewer, PCT, OFFICER, asked, None)
            cells.append(cell)
    assert len({repr(cell) for cell in cells}) == 6


@pytest.mark.parametrize("grid_first", [True, False])
def test_an_entry_says_of_its_member_what_the_grid_says(small: InRecord, grid_first: bool) -> None:
    overworked(small)
    kept, viewer = desk(small), signed_in(small)
    whole = kept.grid(viewer, PCT, MONDAY, None) if grid_first else None
    cell = kept.cell(viewer, PCT, OFFICER, day(3), None)
    whole = whole or kept.grid(viewer, PCT, MONDAY, None)
    (mine,), (same,) = ([x for x in grid.lines if x.member == OFFICER] for grid in (whole, cell.grid))
    assert mine == same
    assert any(c.broken for c in mine.cells)
    assert (cell.grid.marks, cell.grid.dates, cell.grid.cover) == (whole.marks, whole.dates, whole.cover)
