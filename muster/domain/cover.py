"""Cover: how many members a unit needs on a tour, of whom, and on which days of the week."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from muster.domain.schedule import WEEKDAYS
from muster.domain.schema import Row, column, ref, whole

OFFICERS: Final = "officers"
SUPERVISORS: Final = "supervisors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover(Row):
    """How many members a unit needs on a tour that starts on these days: at least, and to do its work well."""

    NOUN: ClassVar[str] = "cover"
    FILE: ClassVar[str] = "cover.csv"

    unit: str = ref("the unit", to="unit", key=True)
    tour: str = ref("the tour", to="tour", key=True)
    who: str = ref(
        "who counts: officers (of the establishment lines, no sergeants of squads); supervisors (sergeants of squads, "
        "holders of supervising tour positions); a tour position (its holders); or a qualification",
        key=True,
    )
    days: tuple[str, ...] = column(
        "texts",
        "days on which the tour starts: mon tue wed thu fri sat sun; each once for unit, tour and who",
        key=True,
    )
    minimum: int = whole("fewer than these is a shortage", least=0, most=10_000)
    target: int = whole("so many are wanted; not under the minimum", least=0, most=10_000)

    def holds_on(self, day: date) -> bool:
        """Whether it is for the tour that starts on that day."""
        return WEEKDAYS[day.weekday()] in self.days
