"""What other processes do in the tests of crashes and of two writers."""

import sys

from muster.bootstrap import open_store
from tests.support import members


def append(url: str, prefix: str, transactions: int, count: int) -> None:
    """Append so many transactions of so many facts, and say ``ready`` before the first."""
    store = open_store(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for number in range(transactions):
        with store.writing() as record:
            record.append(members(count, f"{prefix}{number}-"))
            record.seal([f"{prefix}{number}"])
    store.close()
