"""Where members are at home: the unit that answers for their hours, wherever they serve."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from muster.domain.duty import SquadPlace
from muster.domain.members import Appointment, Attachment
from muster.domain.presence import holds
from muster.domain.spans import Span

Row = Appointment | SquadPlace | Attachment


def homes_of(
    rows: Iterable[Row], unit_of: Mapping[str, str], start: datetime, end: datetime
) -> dict[str, list[tuple[Span, str]]]:
    """The units in which members are at home between two instants, by member, in order of time: one at every instant at
    most. It is that of the substantive appointment, else of an acting one, else of the squad, else the unit to which
    they are attached; of several of a sort the last begun. ``unit_of``: the unit of each position and squad, by
    ``position/NAME`` and ``squad/NAME``."""
    by_member: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_member[row.member].append(row)
    return {member: _homes(held, unit_of, start, end) for member, held in by_member.items()}


def _homes(held: Sequence[Row], unit_of: Mapping[str, str], start: datetime, end: datetime) -> list[tuple[Span, str]]:
    times = {t for row in held for t in (row.since, row.until) if t is not None and start < t < end}
    homes: list[tuple[Span, str]] = []
    for a, b in pairwise(sorted({start, end, *times})):
        row = max((r for r in held if holds(r, a)), key=_weight, default=None)
        unit = None if row is None else _unit(row, unit_of)
        if unit is not None and homes and homes[-1][0][1] == a and homes[-1][1] == unit:
            homes[-1] = ((homes[-1][0][0], b), unit)
        elif unit is not None:
            homes.append(((a, b), unit))
    return homes


def _weight(row: Row) -> tuple[int, datetime, str]:
    if isinstance(row, Appointment):
        return 3 if row.kind == "substantive" else 2, row.since, row.key
    return (1 if isinstance(row, SquadPlace) else 0), row.since, row.key


def _unit(row: Row, unit_of: Mapping[str, str]) -> str | None:
    if isinstance(row, Attachment):
        return row.unit
    return unit_of.get(f"position/{row.position}" if isinstance(row, Appointment) else f"squad/{row.squad}")
