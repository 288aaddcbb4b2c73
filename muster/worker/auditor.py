"""The auditor: apart from the worker, it looks whether what should have happened has, and raises the alarm if not."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from muster.domain.errors import MusterError
from muster.ports import Clock, Delivery, Message, Notifier, Store
from muster.services.audit import Found, audit

REPEAT: Final = timedelta(minutes=15)
"""How soon an alarm that nobody has ended is raised again."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One look: ``found`` empty and ``trouble`` None: all is well, and the ``beat`` says so. ``alarms``: those sent."""

    at: datetime
    found: Sequence[Found]
    trouble: str | None
    alarms: Sequence[Delivery]
    beat: str | None


@dataclass(slots=True)
class Auditor:
    """Looks at a store that it opens anew each time, as that may be what is wrong. ``alarms``: the address on each
    channel that is called; ``beat``: sends the sign of life, returns how that went."""

    open_store: Callable[[], Store]
    notifier: Notifier
    alarms: Mapping[str, str]
    beat: Callable[[], str] | None
    clock: Clock
    _raised: dict[str, datetime] = field(default_factory=dict)

    def run(self, stopped: Event, every: timedelta, tell: Callable[[Audited], None]) -> None:
        """Look every so often until stopped."""
        while not stopped.is_set():
            tell(self.look())
            stopped.wait(every.total_seconds())

    def look(self) -> Audited:
        """Look once; alarm for what is wrong, at first and then every quarter of an hour; else send the sign of life,
        which somebody outside misses when this process is gone too."""
        at = self.clock()
        found: list[Found] = []
        trouble = None
        try:
            with closing(self.open_store()) as store, store.reading() as views:
                found = audit(views, at)
        except MusterError as said:
            trouble = str(said)
        wrong = {f"{f.what}/{f.about}": f"{f.about}: {f.says}" for f in found}
        if trouble is not None:
            wrong["record"] = f"the record cannot be read: {trouble}"
        self._raised = {name: when for name, when in self._raised.items() if name in wrong}
        new = {name: says for name, says in wrong.items() if at - self._raised.get(name, at - REPEAT) >= REPEAT}
        sent = self._alarm(new, at) if new else []
        beat = self.beat() if self.beat is not None and not wrong else None
        return Audited(at, found, trouble, sent, beat)

    def _alarm(self, new: Mapping[str, str], at: datetime) -> list[Delivery]:
        """One message a channel for all that is new; what reached nobody is tried again at the next look."""
        first, more = next(iter(new.values())), len(new) - 1
        text = f"MUSTER ALARM: {first}" + (f"; and {more} more, see 'muster reach check'" if more else "")
        reference = f"alarm/{at:%Y%m%dT%H%M%S}"
        sent = [
            self.notifier.send(Message(reference, channel, address, "MUSTER ALARM", text))
            for channel, address in self.alarms.items()
        ]
        if any(delivery.state == "sent" for delivery in sent):
            self._raised |= dict.fromkeys(new, at)
        return sent
