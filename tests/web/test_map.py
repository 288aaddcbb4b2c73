"""The map behind the screens, from the ground that the record has."""

import json

from muster.domain.areas import Area
from muster.services.desk import Desk
from muster.web.map import map_of
from tests.ground import InRecord
from tests.services.small import CO, PCT
from tests.support import SettableClock


def test_the_map_is_drawn_anew_only_where_the_ground_changes(force: InRecord, clock: SettableClock) -> None:
    desk, square = Desk(force.store, clock), [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]
    force.rows.append(Area(unit=PCT, geometry=json.dumps({"type": "Polygon", "coordinates": square})))
    force.load()
    first = map_of(desk.areas())
    assert desk.areas() is desk.areas()
    force.sign_on(CO, PCT, "2020-10-01T12:30")
    assert map_of(desk.areas()) is first
    square[0][2] = [2, 2]
    force.rows[-1] = Area(unit=PCT, geometry=json.dumps({"type": "Polygon", "coordinates": square}))
    force.load()
    assert map_of(desk.areas()) != first
