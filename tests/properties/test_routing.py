"""Properties 3 and 8 of the design, for routing, over random forces and histories."""

from datetime import timedelta

from hypothesis.stateful import invariant

from muster.domain.authority import Authority, Delegation
from muster.domain.bypass import head_of
from muster.domain.competence import Asked
from muster.domain.errors import Refused
from muster.domain.force import Position, Unit
from muster.domain.routing import Route, route
from tests.properties.forces import MATTER
from tests.properties.histories import MODERATE, History, one
from tests.properties.naive import Naive
from tests.properties.naive_routing import commander_of, competent, decides

SIZES = (None, 0, 5, 50, 500)
WITHIN = (None, 0, 60, 480, 1440, 4320, 43_200)
"""Minutes until a matter must be decided."""


class LowestCompetentLevel(History):
    """A tasking goes to the lowest unit whose place and authority cover it, and to whoever may decide it in time."""

    @invariant()
    def every_matter_goes_where_it_belongs(self) -> None:
        self.steps += 1
        for number, unit in enumerate(self.units()):
            people, hours = SIZES[(self.steps + number) % 5], SIZES[(self.steps // 5 + number) % 5]
            minutes = WITHIN[(self.steps + number * 3) % 7]
            by = None if minutes is None else self.at + timedelta(minutes=minutes)
            self.a_matter_comes_up(Asked(MATTER, unit, self.at, by, people=people, hours=hours))

    def a_matter_comes_up(self, asked: Asked) -> None:
        naive = Naive(self.rows, self.at)
        unit, _ = competent(naive, asked)
        found = self.routed(asked)
        if found is None:
            assert commander_of(naive, unit, self.at) is None
            return
        assert found.competent_unit == unit
        member, position, waits, late = decides(naive, asked)
        told = found.decides
        assert (told.member, told.position, told.waits, told.late) == (member, position, waits, late)
        self.owner_is_due_or_commander(naive, found)
        self.it_explains_itself(found)

    def routed(self, asked: Asked, directive: tuple[str, Position] | None = None) -> Route | None:
        """The route; None where it is refused because no position of the unit can own the tasking."""
        try:
            return route(self.watches(), self.of(Authority), self.of(Delegation), asked, directive)
        except Refused as refused:
            if "no command position" not in str(refused):
                raise
            return None

    def owner_is_due_or_commander(self, naive: Naive, found: Route) -> None:
        """Owned at first by the position due in the competent unit; what waits for the commander by the commander's."""
        due = naive.due(found.competent_unit, self.at)
        if found.decides.waits or found.decides.position == commander_of(naive, found.competent_unit, self.at):
            assert found.owner == found.decides.position
        elif due is not None:
            assert found.owner == due[1]

    def it_explains_itself(self, found: Route) -> None:
        """Every answer carries a why that names the unit and who decides, and every one passed over a reason."""
        assert found.competent_unit in " ".join(found.why)
        assert (found.decides.member or "NOBODY") in " ".join(found.why)
        assert all(p.reason and p.public for p in found.decides.passed)
        assert len(set(found.decides.passed)) == len(found.decides.passed)

    @invariant()
    def every_directive_shows_whom_it_passes_over(self) -> None:
        for number in range(4):
            pick = self.steps * 5 + number
            self.a_directive_is_given(pick, pick * 3 + number, pick + number)

    def a_directive_is_given(self, giver: int, receiver: int, where: int) -> None:
        watches, place = self.watches(), self.unit(where)
        from_unit = one(giver, self.of(Unit))
        to = one(receiver, [p for p in self.of(Position) if p.title != "mayor"])
        if from_unit is None or to is None:
            return
        found = self.routed(Asked(MATTER, place, self.at), (from_unit.unit, to))
        if found is None:
            return
        up, down = self.up(to.unit), self.up(found.competent_unit)
        above = set(up[1 : up.index(from_unit.unit)]) if from_unit.unit in up[1:] else set()
        head = head_of(watches, to.unit)
        if from_unit.unit in up[1:] and head is not None and head.position != to.position:
            above.add(to.unit)
        below = set(down[: down.index(to.unit)]) if to.unit in down else set()
        assert {level.unit for level in found.skipped_above} == above
        assert {level.unit for level in found.competent_below} == below
        assert {level.unit for level in found.told} == above | below
        assert not above & below
        if self.direct_superior(from_unit.unit, to):
            assert not found.skipped_above

    def up(self, unit: str) -> list[str]:
        return [u.unit for u in self.watches().snapshot.path_up(unit)]

    def direct_superior(self, giver: str, to: Position) -> bool:
        head = head_of(self.watches(), to.unit)
        heads = head is None or head.position == to.position
        return giver == to.unit or (heads and self.up(to.unit)[1:2] == [giver])


LowestCompetentLevel.TestCase.settings = MODERATE
TestLowestCompetentLevel = LowestCompetentLevel.TestCase
