"""Erasing what law requires to be erased: the texts behind sealed columns, of every version; the chain stays whole."""

import json
from typing import Final

from muster.domain.errors import Check, Invalid, Refused, Unknown, require
from muster.domain.members import Absence, Attachment, ContactPoint
from muster.domain.nouns import ROWS
from muster.domain.published import Published
from muster.domain.record import Fact
from muster.domain.requests import Request
from muster.domain.schema import columns_of
from muster.domain.separation import Separation
from muster.domain.users import User
from muster.ports import Record
from muster.services.offices import must_command, must_stand_over

HELD: Final = Absence | Attachment | ContactPoint | Request | Separation
"""Nouns with sealed texts whose row names the member of whom they are: who erases one must stand over them."""


def erase(record: Record, stream: str, by: str, why: str) -> int:
    """Erase every sealed text that was ever recorded of a row, named by its stream like ``contact_point/M0005/sms``;
    returns how many texts are gone. That it was erased, by whom and why, is a fact; what it said is nowhere any more.

    Raises ``Refused`` unless ``by`` is in command over the member, or an office of civil authority above them; of a
    roster also over its unit: a withdrawal names no member.
    """
    noun, _, key = stream.partition("/")
    if noun not in ROWS:
        raise Invalid(f"{stream!r} must be a noun and a key, like contact_point/M0005/telephone")
    if noun == User.NOUN:
        raise Refused(f"{stream}: a password is erased when another is chosen, and when the user is ended")
    sealed = [c.name for c in columns_of(ROWS[noun]) if c.sealed]
    require(
        f"erasing {stream}",
        Check("noun", noun, bool(sealed), "has no column that is sealed, so nothing of it can be erased"),
        Check("why", repr(why), bool(why.strip()), "must say by what law or order"),
    )
    versions = record.history(ROWS[noun], key)
    if not versions:
        raise Unknown(f"{stream} is not in the record: the timeline of its member shows what is")
    members = {v.row.member for v in versions if isinstance(v.row, HELD)}
    # of facts, too: what several facts of one instant said one after the other was believed at none
    bodies = [json.loads(fact.body) for fact in record.facts(streams=[stream])]
    if noun == Published.NOUN:
        members |= {body["member"] for body in bodies if "member" in body}
        must_command(record, by, key.partition("/")[0], record.now)
    for member in sorted(members):
        must_stand_over(record, by, member, record.now)
    tokens = {getattr(v.row, name) for v in versions if v.row is not None for name in sealed}
    tokens |= {body[name] for body in bodies for name in sealed if name in body}
    gone = record.erase({token for token in tokens if token})
    if gone:
        record.append([Fact(f"erasure/{stream}", "erasure.done", record.now, {"by": by, "why": why, "texts": gone})])
    return gone
