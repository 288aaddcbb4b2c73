"""A member's tours as a calendar has them: what published rosters gave, with what was moved and taken out since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.published import OFF, PUBLISHED, WITHDRAWN, Content, entry_of
from muster.domain.schedule import Turn, turn_on

Said = tuple[datetime, str, Mapping[str, Any]]
"""Of a fact about a roster: when it was recorded, its kind and its body."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One tour of a day in a member's calendar. ``sequence``: the version that gave or changed it less one, so that a
    later word goes before an earlier one; ``said_at``: when it was recorded."""

    unit: str
    member: str
    turn: Turn
    sequence: int
    said_at: datetime
    cancelled: bool = False

    @property
    def name(self) -> str:
        """The same for every version of this day, and for no other day, member or unit."""
        return f"{self.unit}/{self.member}/{self.turn.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Feed:
    """All tours since an instant that a member was ever given by published rosters, in order, and the zone of the
    force."""

    force: str
    member: str
    since: datetime
    zone: ZoneInfo
    tours: tuple[Dated, ...]


def dated(
    member: str,
    unit: str,
    said: Iterable[Said],
    contents: Mapping[str, Content],
    tours: Mapping[str, Tour],
    zone: ZoneInfo,
) -> list[Dated]:
    """The tours of a member by the facts about rosters of a unit, in order; ``contents``: the lines published, by hash.
    A tour that was taken out is cancelled as it was last; one that the force no longer has gives none."""
    found: dict[date, Dated] = {}
    for at, kind, body in said:
        for day, entry, sequence in _entries(member, kind, body, contents):
            if entry in tours:
                found[day] = Dated(unit, member, turn_on(tours[entry], day, zone), sequence, at)
            elif day in found:
                found[day] = Dated(unit, member, found[day].turn, sequence, at, cancelled=True)
    return [found[day] for day in sorted(found)]


def _entries(
    member: str, kind: str, body: Mapping[str, Any], contents: Mapping[str, Content]
) -> Iterator[tuple[date, str, int]]:
    """What a fact says of the member's days: the day, the entry and its sequence."""
    sequence = body["version"] - 1
    if kind in (PUBLISHED, WITHDRAWN):
        content = contents[body["content"]]
        begin = body["from_day"] if kind == WITHDRAWN else body["first"]
        for place, entry in enumerate(content.lines.get(member, ())):
            day = content.first + timedelta(days=place)
            if day >= date.fromisoformat(begin):
                yield day, entry if kind == PUBLISHED else OFF, sequence
    elif body["member"] == member:
        yield date.fromisoformat(body["day"]), entry_of(body["tour"]), sequence
