"""What appending a fact costs, with the view and the timer that follow it: one in a transaction, or forty, or four
hundred. Processor time of this process, the wait for the disk left out."""

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._table import Measured, percentile, report
from muster.bootstrap import open_store
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.taskings import Tasking
from tests.store.timers import contact
from tests.support import NOON, SettableClock

AT_MOST_US = {1: None, 40: 120, 400: None}
"""Microseconds a fact, by how many facts there are in a transaction."""
FACTS = {1: 1000, 40: 4000, 400: 8000}
EVENTS = ("tasking received", "tasking offered", "tasking accepted", "contact queued", "contact sent")


def main() -> int:
    """0 when every target is met."""
    rows = []
    for count, most in AT_MOST_US.items():
        spent = appended(count)
        each = f"{count} in a transaction" if count > 1 else "alone"
        rows += [Measured(f"{event}, {each}", us, most, "us") for event, us in zip(EVENTS, spent, strict=True)]
    return report("Appending facts on SQLite: processor time of a fact, half of them at most", rows)


def appended(count: int) -> list[float]:
    """Microseconds for a fact of each of ``EVENTS``, in transactions of so many: that of the middle transaction."""
    clock = SettableClock()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder)}/muster.db", clock)
        found = []
        for event in EVENTS:
            spent = []
            for first in range(0, FACTS[count], count):
                facts = facts_of(event, range(first, first + count), clock.move(seconds=1))
                with store.writing() as record:
                    began = time.process_time()
                    record.append(facts)
                    spent.append((time.process_time() - began) * 1e6 / count)
            found.append(percentile(spent, 50))
        store.close()
    return found


def facts_of(event: str, numbers: Sequence[int], at: datetime) -> list[Fact]:
    """One such fact about each of these taskings or contacts."""
    noun, _, verb = event.partition(" ")
    if noun == "contact":
        contacts = [contact(number, NOON) for number in numbers]
        return [each.queued() if verb == "queued" else each.sent(at) for each in contacts]
    taskings = [tasking(number) for number in numbers]
    if verb == "received":
        return [Fact(each.stream, "tasking.received", at, to_body(each)) for each in taskings]
    if verb == "offered":
        return [each.event("offered", at, to="PBMS.CO", by="REYES") for each in taskings]
    return [each.event("accepted", at, position="PBMS.CO", member="REYES") for each in taskings]


def tasking(number: int) -> Tasking:
    """A tasking as a desk receives them all day."""
    return Tasking(
        tasking=f"T{number}",
        kind="incident",
        what="crowd at 5th and Main, about 40 people",
        matter="protest",
        place="PCT-066",
        competent_unit="PCT-066",
        people=40,
        received_at=datetime(2020, 10, 1, tzinfo=UTC) + timedelta(seconds=number),
        owner="PCT-066.DESK",
    )


if __name__ == "__main__":
    sys.exit(main())
