"""The screens of the record: its timeline, a fact, disputes, and the check of the chain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muster.domain.accounts import Claim
from muster.services.accounts import Disputes
from muster.services.gate import Viewer
from muster.services.record_desk import Check
from muster.services.timeline import FactSeen, Timeline
from muster.web.returned import Returned
from muster.web.showing import Place, shown

MARKS: Final = {"received": "wait", "accepted": "ok", "closed": "ok", "answered": "ok", "alarmed": "wrong",
                "faulted": "wrong", "refused": "no", "sent": "told", "told": "told", "given": "told"}  # fmt: skip
"""The mark of a line, by the verb of its fact; others have none."""
RULINGS: Final = {"supported": "ok", "contradicted": "no", "not covered": "gap"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page of the check shows. ``facts``: how many there are; ``head``: the hash of the newest, None for
    whoever may not take the record away."""

    facts: int
    head: str | None
    check: Check | None
    sent: Returned


def timeline_screen(found: Timeline, place: Place, now: datetime, viewer: Viewer, sent: Returned) -> str:
    """What was recorded, a page of it, oldest first."""
    asked = found.asked
    kept = {
        "about": asked.about or "",
        "day": "" if asked.day is None else asked.day.isoformat(),
        "every": "yes" if asked.every else "",
    }
    kept = {name: value for name, value in kept.items() if value}
    more = {"found": found, "mark_of": _mark_of, "page": lambda n: place.here("record", **kept, page=str(n))}
    return _shown("record", "record", place, now, viewer, asked=asked, kept=kept, sent=sent, **more)


def fact_screen(seen: FactSeen, place: Place, now: datetime, viewer: Viewer) -> str:
    """One fact, as the viewer may read it."""
    return _shown("record_fact", f"record/fact/{seen.fact.seq}", place, now, viewer, seen=seen)


def disputes_screen(found: Disputes, place: Place, now: datetime, viewer: Viewer) -> str:
    """Claims of one subject side by side, with what the record supports."""
    more = {"found": found, "basis_of": _basis_of, "ruling_css": RULINGS.__getitem__}
    return _shown("record_disputes", "record/disputes", place, now, viewer, **more)


def check_screen(asking: Asking, place: Place, now: datetime, viewer: Viewer) -> str:
    """The check of the chain: asked for, under way, or what it found."""
    return _shown("record_check", "record/check", place, now, viewer, asking=asking, sent=asking.sent)


def _shown(template: str, path: str, place: Place, now: datetime, viewer: Viewer, **more: Any) -> str:
    return shown(template, path, place, place.at or now, viewer=viewer, **more)


def _mark_of(kind: str) -> str:
    noun, _, verb = kind.partition(".")
    return "caution" if noun == "crossing" else MARKS.get(verb, "well")


def _basis_of(claim: Claim) -> str:
    said = (claim.basis or "basis not stated").replace("-", " ")
    return f"{said}, after {claim.via}" if claim.via else said
