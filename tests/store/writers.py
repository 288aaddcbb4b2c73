"""What other processes do in the tests of crashes and of two writers: ``python -m tests.store.writers URL ...``."""

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


if __name__ == "__main__":
    append(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
