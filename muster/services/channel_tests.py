"""Communication tests: each channel of a member is sent a message to confirm; what is not confirmed is in doubt."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

from muster.domain.contact import Contact
from muster.domain.errors import Invalid
from muster.domain.escalating import LINK_LASTS
from muster.domain.presence import scheduled_stretches
from muster.domain.relief import posts
from muster.domain.watch import Watches
from muster.ports import Record
from muster.services.duty import known_member, known_unit
from muster.services.offices import force_of
from muster.services.reach import Channels
from muster.services.snapshots import snapshot

AHEAD: Final = timedelta(days=14)


def queue_tests(record: Record, members: Collection[str], unit: str | None, by: str, at: datetime) -> list[Contact]:
    """Queue a test of every channel of these members, and of the holders of the unit's command and tour positions: at
    once for those on duty, else at the start of their next duty. A channel is tested once a day. ``by``: who asks."""
    known_member(record, by)
    if not members and unit is None:
        raise Invalid("test: name a member or a unit whose channels are to be tested")
    for member in members:
        known_member(record, member)
    if unit is not None:
        known_unit(record, unit)
    watches = Watches(snapshot(record, [unit] if unit else [], at=at, members=members), at)
    of_unit = [member for member, (theirs, _) in posts(watches).items() if theirs == unit]
    return _queue(record, watches, dict.fromkeys((*members, *of_unit)), by)


def scheduled_tests(record: Record, at: datetime) -> list[Contact]:
    """Queue the tests that the force wants: of members on duty in command and tour positions, each channel that was not
    tested for the force's number of days. None where the force has set none."""
    days = force_of(record).test_days
    if not days:
        return []
    watches = Watches(snapshot(record, at=at), at)
    on_duty = [m for m in posts(watches) if watches.moment.status(m).state == "on-duty"]
    recent = {
        (c.member, c.channel)
        for c in record.rows(Contact, member=on_duty, purpose="test")
        if c.queued_at > at - timedelta(days=days)
    }
    return _queue(record, watches, on_duty, "the schedule", recent)


def _queue(
    record: Record, watches: Watches, members: Collection[str], by: str, without: Collection[tuple[str, str]] = ()
) -> list[Contact]:
    ways = Channels(record)
    ways.read(list(members))
    wanted = [c for m in members for c in _tests(watches, m, ways(m), by) if (c.member, c.channel) not in without]
    known = {c.key for c in record.rows(Contact, key=[c.key for c in wanted])}
    new = [c for c in wanted if c.key not in known]
    record.append(c.queued() for c in new)
    return new


def _tests(watches: Watches, member: str, channels: Collection[str], by: str) -> Iterator[Contact]:
    at = watches.moment.at
    due_at = _at_duty(watches, member)
    day = at.astimezone(watches.snapshot.schedule.zone).date()
    for channel in channels:
        yield Contact(
            subject=f"TEST-{day:%Y%m%d}",
            purpose="test",
            step=1,
            member=member,
            channel=channel,
            says=f"a test, asked by {by}",
            queued_at=at,
            due_at=due_at,
            expires_at=due_at + LINK_LASTS,
        )


def _at_duty(watches: Watches, member: str) -> datetime:
    """Now for somebody on duty, else the start of the next duty; now where none is planned."""
    at = watches.moment.at
    if watches.moment.status(member).state == "on-duty":
        return at
    planned = scheduled_stretches(watches.moment.file(member), watches.snapshot.schedule, at, at + AHEAD)
    return min((s.start for s in planned if s.start > at), default=at)
