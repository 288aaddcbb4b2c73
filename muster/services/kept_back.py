"""What is kept back of facts that somebody may read: why a member is away, what a tasking says of hours and papers."""

from collections.abc import Sequence
from typing import Final

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.fact_rights import AWAY, Belongs, may_read_closely
from muster.services.gate import Viewer
from muster.services.readable import who_of
from muster.services.tasking_board import as_read

OF_TASKINGS: Final = (Tasking.NOUN, Escalation.NOUN, Contact.NOUN)
"""Nouns of which a fact tells what a tasking is about, with which its name begins."""


def may_find(viewer: Viewer, fact: Recorded, belongs: Belongs, about: str | None) -> bool:
    """Whether somebody who may read a fact may find it by what they ask about. By why somebody is away, whoever may not
    read that finds nothing: whom ``about=sick`` leads to is sick."""
    if about is None or belongs.noun not in AWAY or may_read_closely(viewer, belongs):
        return True
    thing = thing_of(fact)
    return about in {thing, *thing.split("/")}


def thing_of(fact: Recorded) -> str:
    """The noun and the member: what stands behind them in the name of an absence says of what sort it is."""
    return "/".join(fact.stream.split("/")[:2])


def kept_back(views: Views, viewer: Viewer, facts: Sequence[Recorded]) -> set[int]:
    """Those of the facts, by number, that tell of a tasking what the viewer may not read: the hours of whoever is to be
    relieved, why somebody leaves."""
    of = {f.seq: f.stream.split("/")[1] for f in facts if f.stream.partition("/")[0] in OF_TASKINGS}
    found = views.rows(Tasking, key=set(of.values())) if of else ()
    kept = {t.tasking for t in found if as_read(t, who_of(viewer)) != t}
    return {seq for seq, name in of.items() if name in kept}
