"""Corrections: a row that a command entered wrongly is taken back by a new fact; then the right one is entered."""

from datetime import datetime

from muster.domain.errors import Invalid, Unknown
from muster.domain.nouns import ROWS
from muster.domain.record import Fact
from muster.domain.valid import valid_text
from muster.ports import Record
from muster.services.duty import known_member

CORRECTABLE = ("signing", "reachability", "waiver", "command_event", "absence", "call", "attachment")


def take_back(record: Record, stream: str, by: str, why: str, at: datetime) -> Fact:
    """Take back what was entered as ``stream``, like ``signing/M0005/2020-10-07T06:00:00Z/on``. From now on it is
    not believed; what was believed until now stays in the record, and acts done under it stand."""
    noun, _, key = stream.partition("/")
    if noun not in CORRECTABLE:
        raise Invalid(f"{stream!r}: the noun must be one of {', '.join(CORRECTABLE)}; others have commands of their own")
    known_member(record, by)
    valid_text(f"taking back {stream}", "why", why)
    if record.row(ROWS[noun], key) is None:
        raise Unknown(f"{stream} is not believed now; 'muster record timeline --about MEMBER' shows streams")
    fact = Fact(stream, f"{noun}.removed", at, {"by": by, "why": why})
    record.append([fact])
    return fact
