"""Requests as somebody meets them: their own, those that they decide, and one of them with what it would bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.duty import Tour
from muster.domain.errors import NotEntitled, Refused
from muster.domain.requests import Request
from muster.ports import Views
from muster.services.entitled import serves_in
from muster.services.gate import Viewer
from muster.services.request_history import Listed, RequestPage, request_page, requests_at
from muster.services.request_rights import deciders
from muster.services.units import members_of


@dataclass(frozen=True, slots=True)
class RequestsSeen:
    """What somebody has asked for or is asked to consent to, the newest first; and what waits for their decision.
    ``others``: who serves in their units beside them, by name; ``tours``: that there are."""

    mine: Sequence[Listed]
    to_decide: Sequence[Listed]
    others: Mapping[str, str]
    tours: Sequence[str]


def requests_seen(views: Views, viewer: Viewer, at: datetime, known_at: datetime | None = None) -> RequestsSeen:
    """The requests of somebody, and those that they may decide by a position that they hold."""
    found = requests_at(views, at, known_at, viewer=viewer.member, asks_at=views.now)
    mine = [x for x in found if viewer.member in x.request.parties]
    held = {o.position.position for o in viewer.offices}
    may = [x for x in found if x.request.state == "open" and x not in mine and x.request.unit in viewer.sees]
    decides = [x for x in may if held.intersection(_deciders(views, x.request, at))]
    units = [] if viewer.member is None else sorted(serves_in(views, viewer.member, at))
    others = {m: says for unit in units for m, says in members_of(views, unit, at).items() if m != viewer.member}
    return RequestsSeen(mine[::-1], decides, others, sorted(t.tour for t in views.rows(Tour)))


def _deciders(views: Views, request: Request, at: datetime) -> list[str]:
    try:
        return [p.position for p in deciders(views, request, at)]
    except Refused:
        return []


def request_seen(
    views: Views, name: str, viewer: Viewer, at: datetime, known_at: datetime | None = None
) -> RequestPage:
    """A request as somebody may read it. Raises ``NotEntitled``, also where there is none: that is not told either."""
    request = views.row(Request, name, known_at=known_at)
    if request is None or not (viewer.member in request.parties or request.unit in viewer.sees):
        raise NotEntitled(
            f"request {name[:64]!r} is for its parties, and those who serve in their unit or hold a position there or "
            f"above it: they can show it to you, and whoever commands the unit can appoint you"
        )
    return request_page(views, name, at, known_at, viewer.member, asks_at=views.now)
