"""Separations: how members leave, from filing to effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muster.domain.schema import Row, choice, instant, ref, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation(Row):
    """A member leaves. From ``leave_from`` (terminal leave) the position can be filled; until ``effective`` the
    member is still in the force."""

    NOUN: ClassVar[str] = "separation"

    separation: str = ref("short name of the separation", key=True)
    member: str = ref("who leaves", to="member")
    kind: str = choice("how", "retirement", "resignation", "dismissal", "death")
    state: str = choice("how far it has come", "filed", "accepted", "withdrawn")
    filed: datetime = instant("when the papers were put in, or the decision was made")
    effective: datetime = instant("first instant at which the member is no longer in the force")
    leave_from: datetime | None = instant("first instant of terminal leave; None: works to the end", default=None)
    why: str | None = text("in words, for those entitled", default=None, sealed=True)

    def stands(self) -> bool:
        """Whether it will take effect or has."""
        return self.state != "withdrawn"
