"""Contacts that are due, for the tests of the due table; and what a process does that sends them until it is killed."""

import sys
from datetime import datetime, timedelta

from muster.bootstrap import open_store
from muster.domain.contact import Contact
from muster.domain.record import Fact
from muster.store.store import SqlStore
from tests.support import NOON

LEASE = timedelta(seconds=60)


def contact(step: int, due_at: datetime | None, subject: str = "T1") -> Contact:
    """One contact of a tasking."""
    return Contact(
        subject=subject,
        step=step,
        member="REYES",
        channel="sms",
        purpose="decide",
        says="on duty",
        queued_at=NOON,
        due_at=due_at,
        expires_at=NOON + timedelta(days=1),
    )


def queue(store: SqlStore, *contacts: Contact) -> None:
    """Append the facts that queue these contacts, in one transaction."""
    with store.writing() as record:
        record.append([each.queued() for each in contacts])


def say(store: SqlStore, *facts: Fact) -> None:
    """Append facts in one transaction."""
    with store.writing() as record:
        record.append(facts)


def send_all(url: str, now: datetime) -> None:
    """Claim what is due, a few at a time, "send" each by printing its key and how often it was claimed, and record it.

    Between the print and the commit is the window in which a kill makes one be sent twice.
    """
    store = open_store(url, lambda: now)
    while claimed := store.claim("contact", now, now + LEASE, 5):
        for due in claimed:
            sys.stdout.write(f"{due.key} {due.tries}\n")
            sys.stdout.flush()
        with store.writing() as record:
            rows = [record.row(Contact, due.key) for due in claimed]
            record.append([row.sent(now) for row in rows if row])
    store.close()
