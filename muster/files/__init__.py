"""The force directory: reading it with all its faults, writing it in its one canonical form."""

from muster.files.reader import read
from muster.files.writer import write

__all__ = ["read", "write"]
