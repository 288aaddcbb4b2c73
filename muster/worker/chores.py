"""Chores: what a worker looks after now and then, each in a transaction of its own. Repeating one does nothing more, so
any number of workers may have the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from muster.domain.errors import MusterError
from muster.ports import Clock, Record, Store
from muster.services.channel_tests import scheduled_tests
from muster.services.handing_over import tell_new_holders
from muster.services.reach import adopt
from muster.services.tick import tick
from muster.services.unheld import seek_for_unheld

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every so often."""

    name: str
    every: timedelta
    do: Callable[[Record, datetime], object]


CHORES = (
    Chore("seek somebody for taskings of an older version", timedelta(hours=1), lambda record, _: adopt(record)),
    Chore("limits crossed on duty", MINUTE, tick),
    Chore("new holders of positions with open taskings", MINUTE, tell_new_holders),
    Chore("taskings of positions that nobody holds any more", MINUTE, seek_for_unheld),
    Chore("communication tests", timedelta(hours=1), scheduled_tests),
)


@dataclass(slots=True)
class Chores:
    """The chores of one worker. ``trouble``: told what one of them could not do; the others are done all the same."""

    store: Store
    clock: Clock
    trouble: Callable[[str], None]
    chores: Sequence[Chore] = CHORES
    _done: dict[str, datetime] = field(default_factory=dict)

    def do_due(self) -> None:
        """Do those that are due: at the first time all."""
        now = self.clock()
        for chore in self.chores:
            if chore.name not in self._done or now - self._done[chore.name] >= chore.every:
                self._done[chore.name] = now
                try:
                    with self.store.writing() as record:
                        chore.do(record, record.now)
                except MusterError as said:
                    self.trouble(f"{chore.name}: {said}")
