"""The whole force kept as a snapshot: what is asked again and again is read once, and then only what changed."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from muster.domain.command import CommandEvent
from muster.domain.duty import Chart, HoursRule, OnCall, Reachability, Signing, Squad, SquadPlace, Tour, Waiver
from muster.domain.force import Covering, Force, Position, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from muster.ports import Views
from muster.services.snapshots import snapshot

OLDEST: Final = timedelta(hours=1)
"""A snapshot is of an instant; it looks so far around it that an hour makes no difference."""

MOST_FACTS: Final = 5000
"""Where more were appended, the whole is read anew rather than each of them looked at."""

OF_MEMBERS: Final[tuple[type[Row], ...]] = (Signing, Absence, Reachability, Waiver, ContactPoint)
"""Nouns of which a fact changes what is known of its member, and nothing else."""

OF_ALL: Final[tuple[type[Row], ...]] = (
    Force, Unit, Title, Chart, Tour, HoursRule, Covering, Position, Appointment, OnCall, CommandEvent, Squad,
    SquadPlace, Attachment, Separation,
)  # fmt: skip
"""The others that a snapshot is made of."""

_MEMBERS: Final = {noun.NOUN for noun in OF_MEMBERS}
_ALL: Final = {noun.NOUN for noun in OF_ALL} | {"erasure"}


@dataclass(frozen=True, slots=True)
class _Read:
    """A snapshot, with the instant and the sequence number of the newest fact at which it was read, and the members of
    whom it tells anything."""

    state: Snapshot
    at: datetime
    seq: int
    members: frozenset[str]


class Kept:
    """The whole force at present, for one thread. It answers as ``snapshot`` of the same views does."""

    def __init__(self) -> None:
        self._read: _Read | None = None

    def snapshot(self, views: Views) -> Snapshot:
        """What decides the watch of all units now, as the views have it. What is worked out of it for an instant is not
        kept: there is no end of instants."""
        seq, _ = views.head()
        before = self._read
        if before is not None and timedelta(0) <= views.now - before.at < OLDEST:
            self._read = _brought_up(views, before, seq)
        else:
            self._read = None
        if self._read is None:
            self._read = _read(views, seq)
        state = self._read.state
        return replace(state, schedule=replace(state.schedule))


def _read(views: Views, seq: int) -> _Read:
    state = snapshot(views, at=views.now)
    members = frozenset(a.member for held in state.appointments.values() for a in held)
    return _Read(state, views.now, seq, members)


def _brought_up(views: Views, before: _Read, seq: int) -> _Read | None:
    """The snapshot with what was recorded since; None where that changed more than what is known of members."""
    if not 0 <= seq - before.seq <= MOST_FACTS:
        return None
    changed = set[str]()
    for said in views.facts(first=before.seq + 1) if seq > before.seq else ():
        noun = said.kind.partition(".")[0]
        member = str(json.loads(said.body).get("member", "")) if noun in _MEMBERS else ""
        if noun in _ALL or (noun in _MEMBERS and not member):  # a fact that a row was taken out does not say whose
            return None
        changed.add(member)
    changed &= before.members
    return replace(before, seq=seq, state=_renewed(views, before, changed) if changed else before.state)


def _renewed(views: Views, before: _Read, members: Collection[str]) -> Snapshot:
    """The snapshot with what is known of these members read anew."""
    files = snapshot(views, (), at=before.at, members=members).files
    return replace(before.state, files={**before.state.files, **files})
