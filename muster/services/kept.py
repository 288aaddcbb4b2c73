"""The whole force kept as a snapshot: what is asked again and again is read once, and then only what changed."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from muster.domain.command import CommandEvent
from muster.domain.contact import Doubt
from muster.domain.duty import (
    Chart,
    HoursRule,
    OnCall,
    Reachability,
    Signing,
    Squad,
    SquadPlace,
    TimeRecord,
    Tour,
    Waiver,
)
from muster.domain.force import Covering, Force, Position, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.presence import DutyFile
from muster.domain.published import DutyLine, Published
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from muster.ports import Views
from muster.services.reach import Channels
from muster.services.snapshots import snapshot

OLDEST: Final = timedelta(hours=1)
"""A snapshot is of an instant; it looks so far around it that an hour makes no difference."""

MOST_FACTS: Final = 5000
"""Where more were appended, the whole is read anew rather than each of them looked at."""

OF_MEMBERS: Final[tuple[type[Row], ...]] = (Signing, Absence, TimeRecord, Reachability, Waiver, ContactPoint)
"""Nouns of which a fact changes what is known of the member with whom its key begins, and nothing else."""

OF_ALL: Final[tuple[type[Row], ...]] = (
    Force, Unit, Title, Chart, Tour, HoursRule, Covering, Position, Appointment, OnCall, CommandEvent, Squad,
    SquadPlace, Attachment, Separation, DutyLine,
)  # fmt: skip
"""The others that a snapshot is made of."""

_MEMBERS: Final = {noun.NOUN for noun in OF_MEMBERS} | {Doubt.NOUN}
_ALL: Final = {noun.NOUN for noun in OF_ALL} | {Published.NOUN, "erasure"}


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
        self._ways: dict[str, list[str]] = {}

    def snapshot(self, views: Views) -> Snapshot:
        """What decides the watch of all units now, as the views have it. What is worked out of it for an instant is not
        kept: there is no end of instants."""
        seq, _ = views.head()
        before = self._read
        changed = None
        if before is not None and timedelta(0) <= views.now - before.at < OLDEST:
            changed = _changed(views, before.seq, seq)
        if before is None or changed is None:
            self._read, self._ways = _read(views, seq), {}
        else:
            self._read = replace(before, seq=seq, state=_renewed(views, before, changed & before.members))
            for member in changed:
                self._ways.pop(member, None)
        state = self._read.state
        return replace(state, schedule=replace(state.schedule))

    def channels(self, views: Views) -> Channels:
        """On which channels members can be reached, as these views have it, of which the snapshot was asked."""
        return Channels(views, self._ways)


def _read(views: Views, seq: int) -> _Read:
    state = snapshot(views, at=views.now)
    members = frozenset(a.member for held in state.appointments.values() for a in held)
    return _Read(state, views.now, seq, members)


def _changed(views: Views, before: int, now: int) -> set[str] | None:
    """The members of whom anything was recorded between; None where something else changed as well."""
    if not 0 <= now - before <= MOST_FACTS:
        return None
    changed = set[str]()
    for said in views.facts(first=before + 1) if now > before else ():
        noun, key = said.stream.split("/")[:2]
        if noun in _ALL:
            return None
        if noun in _MEMBERS:
            changed.add(key)
    return changed


def _renewed(views: Views, before: _Read, members: Collection[str]) -> Snapshot:
    """The snapshot with what is known of these members read anew."""
    if not members:
        return before.state
    files = snapshot(views, (), at=before.at, members=members).files
    gone = {m: DutyFile(m) for m in members}
    return replace(before.state, files={**before.state.files, **gone, **files})
