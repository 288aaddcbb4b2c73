"""Habits: those who are asked about an order answer some time after the message arrived, one day or another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from muster.scenarios.scenario import Step


@dataclass(frozen=True, slots=True)
class Habits:
    """``kept``: acts that say who answers an order, and after how many minutes; ``due``: when somebody does next."""

    kept: Sequence[Step] = ()
    due: Sequence[Step] = ()

    def begun(self, step: Step) -> "Habits":
        """With one more, for what has arrived by then too."""
        return Habits((*self.kept, step), _in_order([*self.due, _later(step, step.at)]))

    def arrived(self, contacts: Iterable[str], at: datetime) -> "Habits":
        """When messages about taskings have arrived."""
        subjects = {contact.partition("/")[0] for contact in contacts}
        concerned = [s for s in self.kept if any(name.startswith(f"{s.given['order']}.") for name in subjects)]
        return replace(self, due=_in_order([*self.due, *(_later(step, at) for step in concerned)]))

    def next(self) -> datetime | None:
        """The next instant at which somebody answers; None: nobody is going to."""
        return self.due[0].at if self.due else None

    def done(self, step: Step) -> "Habits":
        """Without what was done."""
        return replace(self, due=[s for s in self.due if s != step])


def _later(step: Step, at: datetime) -> Step:
    return replace(step, at=at + timedelta(minutes=step.given["after"]))


def _in_order(due: Iterable[Step]) -> list[Step]:
    """Each once, in order of time."""
    return [step for step, _ in groupby(sorted(due, key=lambda s: (s.at, s.given["order"])))]
