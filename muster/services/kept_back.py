"""What is kept back of facts that somebody may read: why a member is away, what a tasking says of hours and papers."""

from collections.abc import Sequence
from typing import Final

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.members import Member
from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.fact_rights import AWAY, Belongs, may_read_closely
from muster.services.gate import Viewer
from muster.services.readable import who_of
from muster.services.tasking_board import as_read

OF_TASKINGS: Final = (Tasking.NOUN, Escalation.NOUN, Contact.NOUN)
"""Nouns of which a fact tells what a tasking is about, with which its name begins."""
NOT_AVAILABLE: Final = "member.not-available"
"""The kind of every fact about an absence or rest, to whoever may not read which it is."""


def may_find(viewer: Viewer, fact: Recorded, belongs: Belongs, about: str | None) -> bool:
    """Whether somebody who may read a fact may find it by what they ask about. By why somebody is away, whoever may not
    read that finds nothing: whom ``about=sick`` leads to is sick."""
    if about is None or belongs.noun not in AWAY or may_read_closely(viewer, belongs):
        return True
    return about == fact.stream.split("/")[1]


def as_told(fact: Recorded, belongs: Belongs) -> tuple[str, str]:
    """The thing and the kind of a fact of which something is kept back: the name of an absence says of what sort it is,
    and its noun tells absence from rest."""
    noun, name = fact.stream.split("/")[:2]
    return (f"{Member.NOUN}/{name}", NOT_AVAILABLE) if belongs.noun in AWAY else (f"{noun}/{name}", fact.kind)


def kept_back(views: Views, viewer: Viewer, facts: Sequence[Recorded]) -> set[int]:
    """Those of the facts, by number, that tell of a tasking what the viewer may not read: the hours of whoever is to be
    relieved, why somebody leaves."""
    of = {f.seq: f.stream.split("/")[1] for f in facts if f.stream.partition("/")[0] in OF_TASKINGS}
    found = views.rows(Tasking, key=set(of.values())) if of else ()
    kept = {t.tasking for t in found if as_read(t, who_of(viewer)) != t}
    return {seq for seq, name in of.items() if name in kept}
