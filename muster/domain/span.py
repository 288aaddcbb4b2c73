"""Span of control: how many members answer to one supervisor, at most, each number with its source."""

from dataclasses import dataclass
from typing import Final

from muster.domain.force import Force


@dataclass(frozen=True, slots=True)
class SpanLimit:
    """At most so many members to a supervisor, with the source that sets it."""

    most: int
    source: str


PATROL: Final = SpanLimit(
    10,
    "consent decree of the Chicago Police Department (2019): one sergeant to ten officers, the same on each tour",
)


def span_of(force: Force) -> SpanLimit:
    """The limit on a tour of this force: its own, or that of patrol."""
    if force.span_of_control is None:
        return PATROL
    return SpanLimit(force.span_of_control, force.span_source or "the force's own, in force.toml")
