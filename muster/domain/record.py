"""The record: facts, their canonical text, and the chain that ties each to all before it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from muster.domain.errors import Invalid
from muster.domain.schema import Row, to_body

GENESIS = "0" * 64
_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, as a decision returns it: ``kind`` is ``<noun>.<verb in the past tense>``."""

    stream: str
    kind: str
    effective_at: datetime
    body: Mapping[str, Any]


class Recorded(NamedTuple):
    """A fact as it stands in the record. Instants are text, just as they were hashed; ``body`` is canonical JSON."""

    seq: int
    stream: str
    version: int
    recorded_at: str
    effective_at: str
    kind: str
    body: str
    previous: str
    hash: str


def canonical(body: Mapping[str, Any]) -> str:
    """The one text of a body: JSON with sorted keys, no spaces, UTF-8 letters as they are."""
    return _encoder.encode(body)


def digest_of(stream: str, version: int, recorded_at: str, effective_at: str, kind: str, body: str) -> str:
    """SHA-256 over what a fact says. Fields are told apart by their lengths, so none can run into the next."""
    told_apart = (
        f"{len(stream)}:{stream}{len(str(version))}:{version}{len(recorded_at)}:{recorded_at}"
        f"{len(effective_at)}:{effective_at}{len(kind)}:{kind}{len(body)}:{body}"
    )  # written out, because a loop doubles the time to verify a record
    return hashlib.sha256(told_apart.encode()).hexdigest()


def link(previous: str, seq: int, digest: str) -> str:
    """The hash of fact ``seq``: over the hash before it and the digest of what it says.

    Chaining digests, not texts, lets a stretch be proved to belong to a head without showing the facts around it.
    """
    return hashlib.sha256(f"{previous}{seq}:{digest}".encode()).hexdigest()


def entered(row: Row, before: Row | None, at: datetime) -> Fact:
    """The fact that a row of the force was entered, or changed from ``before``. Effective when the row begins."""
    since = getattr(row, "since", None) or getattr(row, "at", None) or at
    return Fact(row.stream, f"{row.NOUN}.{'changed' if before else 'entered'}", since, to_body(row))


def removed(row: Row, at: datetime) -> Fact:
    """The fact that a row was taken out of the force directory: it no longer holds at all."""
    return Fact(row.stream, f"{row.NOUN}.removed", at, {})


@lru_cache(maxsize=65_536)
def instant_text(at: datetime) -> str:
    """An aware instant in UTC with microseconds, of one width, so that text order is time order. May raise Invalid."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise Invalid(f"Instant {at.isoformat()}: must say its time zone")
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:-6] + "Z"
