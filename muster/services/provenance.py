"""Which facts a load made, and what it said of a row: only so can be told what commands have changed since."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from muster.domain.record import Recorded
from muster.domain.schema import Row
from muster.ports import Views
from muster.services.sealing import opened

LOADED: Final = "directory.loaded"
"""The fact at the end of each load: from which fact to which the load goes."""

STATED: Final = "scenario.stated"
"""The fact after what an account states, in a record that comes from a scenario: which facts, and which accounts."""


def loaded_rows(views: Views, row: type[Row], keys: Sequence[str]) -> dict[str, Row | None]:
    """What the latest load that spoke of each key said, with sealed texts opened: the row, or None where it took it
    out. Keys of which no load ever spoke are missing."""
    spans = [(body["first"], body["last"]) for body in _bodies(views.facts(kinds=[LOADED]))]
    if not spans or not keys:
        return {}
    said: dict[str, Row | None] = {}
    for fact in views.facts(streams=[f"{row.NOUN}/{key}" for key in keys]):
        if any(first <= fact.seq <= last for first, last in spans):
            said[fact.stream.partition("/")[2]] = row.after(None, fact.kind.partition(".")[2], json.loads(fact.body))
    there = {key: r for key, r in said.items() if r is not None}
    return said | dict(zip(there, opened(views, row, [*there.values()]), strict=True))


def _bodies(facts: Iterable[Recorded]) -> Iterator[dict[str, int]]:
    return (json.loads(fact.body) for fact in facts)
