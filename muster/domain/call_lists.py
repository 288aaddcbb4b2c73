"""The call list of a unit: whom to call, in which order, and under which number, when nothing but paper works."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.schedule import Turn


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a place in the succession and who holds it; ``member`` None: vacant. ``tours``: those of
    the next 24 hours, by the schedule. ``remark`` touches neither health nor rest."""

    unit: str
    position: str
    title: str
    member: str | None
    name: str
    acting: bool
    telephones: tuple[str, ...]
    tours: tuple[Turn, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class DueSpell:
    """From when to when who is due, by the schedule; ``member`` None: nobody."""

    start: datetime
    end: datetime
    member: str | None
    name: str
    position: str
    capacity: str
    telephones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallList:
    """The call list of a unit as of fact ``fact`` of the record, whose hash is ``head``.

    ``above``: whoever heads a unit above, and the tour positions of the highest one (duty chief).
    """

    unit: str
    name: str
    at: datetime
    printed_at: datetime
    zone: str
    fact: int
    head: str
    succession: tuple[Entry, ...]
    due: tuple[DueSpell, ...]
    covering: tuple[Entry, ...]
    above: tuple[Entry, ...]
