"""Checks across the rows of a force directory: each rule one function, all faults at once."""

from datetime import datetime
from itertools import chain
from typing import Final

from muster.domain.checks import authority, complete, contracts, cover, duty, keys, people, positions, sectors, units
from muster.domain.checks.indexed import Indexed, Rule
from muster.domain.directory import Directory
from muster.domain.errors import Fault

RULES: Final[tuple[Rule, ...]] = (
    *keys.RULES,
    *units.RULES,
    *positions.RULES,
    *duty.RULES,
    *contracts.RULES,
    *cover.RULES,
    *sectors.RULES,
    *authority.RULES,
    *people.RULES,
    *complete.RULES,
)


def check(directory: Directory, now: datetime) -> list[Fault]:
    """All faults of a force directory, those of reading it included, in the order of file and line.

    ``now`` tells whom it matters to reach: warnings about missing holders and contact points look from now on.
    """
    indexed = Indexed(directory, now)
    faults = chain(directory.faults, *(rule(indexed) for rule in RULES))
    return sorted(faults, key=lambda f: (f.file, f.line or 0))
