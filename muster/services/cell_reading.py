"""What is told of an entry of a roster, as a member may read it: hours, limits and absences are not for everybody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from muster.services.cell_answers import NO_MORE, ON, Around, Change, Other, WhyCell
from muster.services.entitled import Reader
from muster.services.ways_inside import NOT_AVAILABLE

NOT_TOLD: Final = Around(None, None, None, None, ())


def as_read(found: WhyCell, reader: Reader) -> WhyCell:
    """All of it for whoever commands the unit. Everybody else reads their own hours and limits, who has which tour, and
    what the cover asks for; of others, that they are not available."""
    if reader.commands(found.unit):
        return found
    cannot: dict[str, Sequence[str]] = {}
    for why, members in found.cannot.items():
        said = why if why.startswith((ON, NO_MORE)) else NOT_AVAILABLE
        cannot[said] = sorted([*cannot.get(said, ()), *members])
    others = [
        o if o.member == reader.member else replace(o, cautions=(), in_week=None, in_month=None) for o in found.others
    ]
    others.sort(key=_order)
    found = replace(found, others=tuple(others), cannot=cannot)
    if reader.member == found.member:
        return found
    change = None if found.change is None else change_as_read(found.change, found.unit, found.member, reader)
    return replace(found, around=NOT_TOLD, change=change)


def change_as_read(change: Change, unit: str, member: str, reader: Reader) -> Change:
    """What another entry of a member would do, as ``as_read`` tells it."""
    if reader.commands(unit) or reader.member == member:
        return change
    return replace(change, wrong=(NOT_AVAILABLE,) if change.wrong else (), waive=(), cautions=(), around=NOT_TOLD)


def _order(other: Other) -> tuple[bool, bool, int, str]:
    """Who counts and what the roster would cost, and nothing of hours."""
    return not other.counts, other.penalty is None, other.penalty or 0, other.member
