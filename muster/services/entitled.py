"""Who may read what touches health or rest: the member, and whoever holds a command of their unit or above it."""

from collections.abc import Sequence
from datetime import datetime

from muster.domain.errors import Unknown
from muster.domain.force import Unit
from muster.domain.members import Member
from muster.domain.offices import Office
from muster.domain.snapshot import path_up
from muster.ports import Views
from muster.services.offices import offices_of


class Reader:
    """A member who asks at an instant. The right belongs to the position: it ends with the appointment, and with the
    terminal leave of whoever holds it. Raises ``Unknown`` for somebody whom the record does not have."""

    def __init__(self, views: Views, member: str, at: datetime) -> None:
        if views.row(Member, member) is None:
            raise Unknown(f"member {member!r} is not in the record; see members.csv of the force directory")
        self.member = member
        self.offices: Sequence[Office] = offices_of(views, member, at)
        self._commanded = {o.position.unit for o in self.offices if o.kind == "command"}
        self._units = {u.unit: u for u in views.rows(Unit)} if self._commanded else {}

    def may_read(self, member: str, unit: str | None) -> bool:
        """Whether they may read of this member, who serves in the unit; None: in no unit."""
        return member == self.member or self.commands(unit)

    def commands(self, unit: str | None) -> bool:
        """Whether they hold a command position in the unit or above it."""
        if unit not in self._units:
            return False
        return any(above.unit in self._commanded for above in path_up(self._units, unit))

    def commanded(self) -> frozenset[str]:
        """All units in which, or above which, they hold a command position."""
        return frozenset(unit for unit in self._units if self.commands(unit))
