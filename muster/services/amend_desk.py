"""Entries of published rosters that are to be others, brought in a file: looked at first, and then signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from muster.domain.errors import Invalid, Refused
from muster.domain.published import Published, said_of
from muster.domain.valid import valid_text
from muster.ports import Clock, Record, Store, Views
from muster.services import runs
from muster.services.acts import must_hold
from muster.services.amending import Amendment, Amendments, EntriesRefused, Judged, Wrong, amend_all, judged
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.publishers import must_serve, signers_of
from muster.services.runs import Runs

KIND: Final = "amend"
TO_COME: Final = "as signed"
"""Stands for a reason that is given when they are signed."""
_FOREIGN: Final = "unit {!r} must be one that you command"
Lines = Sequence[tuple[int | None, Amendment]]
"""Entries that are wanted, each with its line."""


class Change(NamedTuple):
    """An entry that is to be another, with what it was; ``stands``: it is as wanted already."""

    wanted: Amendment
    was: str
    stands: bool


@dataclass(slots=True, kw_only=True)
class File(runs.Run):
    """The entries of a file as they were looked at. ``changes``: of those that rosters have; ``wrong``: what is in the
    way, with the line where it is of one; ``read``: the rosters as they were then."""

    lines: Lines
    changes: Sequence[Change]
    wrong: Sequence[str]
    read: Sequence[Published]

    @property
    def bare(self) -> int:
        """How many lines say no reason."""
        return sum(not each.reason for _, each in self.lines)


class AmendDesk:
    """Files of those who command units: of each user one for each unit. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, running: Runs) -> None:
        self._store, self._clock, self._runs = store, clock, running

    def file(self, viewer: Viewer, unit: str) -> File | None:
        """What somebody has brought for a unit; None: nothing. Raises ``NotEntitled``."""
        if unit not in viewer.commands:
            with self._store.reading() as views:
                raise not_entitled(views, f"amending the roster of {unit} from a file", unit, commands=True)
        found = self._runs.get((KIND, viewer.user, unit))
        return found if isinstance(found, File) else None

    def bring(self, viewer: Viewer, unit: str, lines: Lines, unread: Sequence[str]) -> None:
        """Look at the entries of a file, each with its line. ``unread``: what is wrong with its other lines. Raises
        ``Invalid`` with all that is wrong with lines where something is, and what would be in the way of the others."""
        self.file(viewer, unit)
        said = [*unread, *(f"line {n}: {_FOREIGN.format(e.unit)}" for n, e in lines if e.unit not in viewer.commands)]
        mine = [(n, e) for n, e in lines if e.unit in viewer.commands]
        with self._store.reading() as views:
            found = self._judged(views, viewer, unit, [e for _, e in mine])
        wrong = _with_lines(found.wrong, mine)
        if said:
            raise Invalid("\n".join([*said, *wrong]))
        changes = [Change(e.wanted, said_of(e.was), e.stands) for e in found.entries]
        rosters = {e.roster.key: e.roster for e in found.entries}
        budget, stopped = self._runs.budget()
        made = File(
            unit=unit, budget=budget, stopped=stopped, lines=mine, changes=changes, wrong=wrong,
            read=[*rosters.values()],
        )  # fmt: skip
        self._runs.keep((KIND, viewer.user, unit), made)

    def _judged(self, views: Views, viewer: Viewer, unit: str, wanted: Sequence[Amendment]) -> Judged:
        """What would come of it, signed by the viewer where they may, for a reason that they have yet to give."""
        mine = {o.position.position for o in viewer.offices}
        signers = [p for p, _ in signers_of(views, unit, 0, self._clock())]
        by = next((p for p in signers if p in mine), signers[0] if signers else "")
        return judged(views, [_because(e, TO_COME) for e in wanted], by, self._clock())

    def drop(self, viewer: Viewer, unit: str) -> None:
        """Forget the file."""
        self.file(viewer, unit)
        self._runs.drop((KIND, viewer.user, unit))

    def sign(self, record: Record, viewer: Viewer, unit: str, by: str, reason: str) -> Amendments:
        """Amend the rosters as the file says, all entries or none; safe to repeat. ``reason``: of lines without one.
        Raises ``Refused`` with all that is in the way, and ``Invalid`` for a reason that is none."""
        file = self.file(viewer, unit)
        if file is None:
            raise Refused(
                f"no file of entries for {unit} is kept any more: it was signed or thrown away, or the server was "
                f"restarted; bring it again"
            )
        if file.bare:  # told once, not of each line
            valid_text(f"amending the roster of {unit}", "reason", reason)
        must_hold(viewer, by)
        must_serve(record, by, viewer.member, self._clock())
        lines = [(n, _because(e, reason)) for n, e in file.lines]
        try:
            return amend_all(record, [e for _, e in lines], by, self._clock(), file.read)
        except EntriesRefused as said:
            raise Refused("\n".join(_with_lines(said.wrong, lines))) from None


def _because(wanted: Amendment, reason: str) -> Amendment:
    return replace(wanted, reason=wanted.reason or reason)


def _with_lines(wrong: Sequence[Wrong], lines: Lines) -> list[str]:
    """What is in the way in words, with the line of the file that it is about."""
    return [w.says if w.entry is None else f"line {lines[w.entry][0]}: {w.says}" for w in wrong]
