"""A line of a story."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from muster.scenarios.scenario import OURS

Kind = Literal["fact", "answer", "arrived", "refused", "fork", "version", "join", "unexpected"]


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, what was answered or what arrived, with the facts it stands on and who states it (``+``: ours).

    ``details`` stand under the text. ``value`` is the whole answer to a question, for machines. ``drawing``: the name
    of a file beside the record and the SVG that it holds; None for none.
    """

    at: datetime
    kind: Kind
    text: str
    source: str = OURS
    facts: tuple[int, ...] = ()
    details: tuple[str, ...] = ()
    value: Any = field(default=None, compare=False, repr=False)
    drawing: tuple[str, str] | None = field(default=None, compare=False, repr=False)
