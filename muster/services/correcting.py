"""Corrections: a row that a command entered wrongly is taken back by a new fact; then the right one is entered."""

import json
from datetime import datetime

from muster.domain.calling_in import CallInAnswer, DoNotCall
from muster.domain.command import CommandEvent
from muster.domain.duty import Reachability, Signing, TimeRecord, Waiver
from muster.domain.errors import Invalid, Unknown
from muster.domain.nouns import ROWS
from muster.domain.record import Fact
from muster.domain.schema import Row
from muster.domain.taskings import Call
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services.duty import known_member
from muster.services.offices import must_stand_over

CORRECTABLE = (
    "signing", "reachability", "waiver", "command_event", "absence", "call", "attachment", "time_record",
    "call_in_answer", "do_not_call",
)  # fmt: skip


def take_back(record: Record, stream: str, by: str, why: str, at: datetime) -> Fact:
    """Take back what was entered as ``stream``, like ``signing/M0005/2020-10-07T06:00:00Z/on``. From now on it is
    not believed; what was believed until now stays in the record, and acts done under it stand.

    Raises ``Refused`` unless ``by`` is the one who said it, or stands over the member whom it is about."""
    noun, _, key = stream.partition("/")
    if noun not in CORRECTABLE:
        nouns = ", ".join(CORRECTABLE)
        raise Invalid(f"{stream!r}: the noun must be one of {nouns}; others are undone in ways of their own")
    known_member(record, by)
    valid_text(f"taking back {stream}", "why", why)
    row = record.row(ROWS[noun], key)
    if row is None:
        raise Unknown(f"{stream} is not believed now: the timeline of its member shows what is")
    must_be_let(record, row, by, at)
    fact = Fact(stream, f"{noun}.removed", at, {"by": by, "why": why})
    record.append([fact])
    return fact


def must_be_let(views: Views, row: Row, by: str, at: datetime) -> None:
    """Raise ``Refused`` unless ``by`` is the one who said what the row says, or stands over the member whom it is
    about."""
    if by != _sayer(views, row):
        must_stand_over(views, by, str(getattr(row, "member", "")), at)


def _sayer(views: Views, row: Row) -> str | None:
    """Who said what the row says: whoever stated, signed or entered it, or the member themselves of what only they can
    say."""
    if isinstance(row, Reachability | DoNotCall):
        return row.stated_by
    if isinstance(row, CallInAnswer):
        return row.by
    if isinstance(row, Waiver):
        return row.signed_by
    if isinstance(row, TimeRecord):  # who entered it stands beside the row, in the fact
        *_, last = views.facts(streams=[row.stream])
        by: str | None = json.loads(last.body).get("by")
        return by
    return row.member if isinstance(row, Signing | CommandEvent | Call) else None
