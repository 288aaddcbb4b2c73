"""Command assumed and handed over: facts that people make, never software."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muster.domain.schema import Row, choice, instant, maybe_ref, ref


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEvent(Row):
    """A member assumed command of a unit in a position that entitles them, or handed it over."""

    NOUN: ClassVar[str] = "command_event"

    unit: str = ref("the unit", to="unit", key=True)
    at: datetime = instant("when", key=True)
    kind: str = choice("what happened", "assumed", "handed-over", key=True)
    member: str = ref("who assumed it, or who handed it over", to="member")
    position: str = ref("the position in which they did", to="position")
    to: str | None = maybe_ref("handed over: the member who has it now", to="member")
