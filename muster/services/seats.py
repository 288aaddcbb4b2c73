"""The command and tour positions of units as they stand: holders, acting holders, who is away, what is vacant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.appointments import Standing, standing
from muster.domain.candidates import positions_of
from muster.domain.moment import Moment
from muster.domain.presence import holds
from muster.domain.snapshot import Snapshot
from muster.ports import Views
from muster.services.snapshots import snapshot


@dataclass(frozen=True, slots=True)
class Seat:
    """A position in the succession of its unit, first ``place`` 1, as it stands at an instant. ``kind`` of its title:
    command or tour."""

    place: int
    kind: str
    standing: Standing

    @property
    def holds_well(self) -> bool:
        """Whether it is held as it is meant to be: nobody acts, nobody is away or leaving, no place is vacant."""
        s = self.standing
        away = any(h.state == "away" for h in (*s.substantive, *s.acting))
        return not (s.vacant or s.acting or s.on_terminal_leave or away)


def seats_of(
    views: Views, units: Collection[str] | None, at: datetime, known_at: datetime | None = None
) -> Mapping[str, Sequence[Seat]]:
    """The seats of these units (None: of all) at an instant, by unit, in order of succession. Raises ``Unknown``."""
    return seats_in(snapshot(views, units, at=at, known_at=known_at), units, at)


def seats_in(state: Snapshot, units: Collection[str] | None, at: datetime) -> Mapping[str, Sequence[Seat]]:
    """The same of a snapshot in which these units are."""
    moment = Moment(state, at)
    wanted = [u for u in (state.units if units is None else units) if holds(state.unit(u), at)]
    return {
        unit: [
            Seat(n, state.titles[p.title].kind, standing(state, p, state.appointments.get(p.position, ()), at))
            for n, p in enumerate(positions_of(moment, unit), start=1)
        ]
        for unit in wanted
    }
