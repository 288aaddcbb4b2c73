"""What time brings about by itself. A worker looks after it every minute or hour; a replay goes to the instants."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.ports import Record, Views
from muster.services.channel_tests import scheduled_tests
from muster.services.handing_over import next_new_holder, tell_new_holders
from muster.services.offices import force_of
from muster.services.tick import next_crossing, tick
from muster.services.unheld import next_unheld, seek_for_unheld

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BroughtAbout:
    """Something that time brings about. ``next``: the first instant after the one, and not after the other, at which
    there is something to do, as far as is known at the first; None: there is none. ``stays``: only acts of people on
    duty change that, so it need not be looked for again while nobody does anything."""

    next: Callable[[Views, datetime, datetime], datetime | None]
    do: Callable[[Record, datetime], object]
    stays: bool = False


def next_test(views: Views, after: datetime, until: datetime) -> datetime | None:
    """The next full hour, where the force wants channels tested by themselves."""
    coming = after.replace(minute=0, second=0, microsecond=0) + HOUR
    return coming if force_of(views).test_days and coming <= until else None


BY_TIME: Final = (
    BroughtAbout(next_crossing, tick, stays=True),
    BroughtAbout(next_unheld, seek_for_unheld),
    BroughtAbout(next_new_holder, tell_new_holders),
    BroughtAbout(next_test, scheduled_tests),
)
