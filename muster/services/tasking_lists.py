"""What can be chosen of when a tasking is received."""

from collections.abc import Mapping, Sequence
from typing import Final

from muster.domain.authority import Authority, Matter
from muster.domain.force import Position, Title, Unit
from muster.domain.presence import holds
from muster.ports import Views

KINDS: Final = (
    ("incident", "incident"),
    ("planned", "planned event"),
    ("request", "request"),
    ("gap", "gap in coverage"),
)


def lists_of(views: Views, unit: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Matters that somebody decides, units that exist now and are no civil authority, and sorts, each with its name;
    ``whom``: who may give a directive or get one, positions in command, and units, for who heads them. ``unit``: which
    of the units comes first, as it is the likeliest."""
    at = views.now
    decided = {a.matter for a in views.rows(Authority, at=at)}
    matters = [(m.matter, m.name) for m in views.rows(Matter) if m.matter in decided]
    there = sorted((u.unit, u.name) for u in views.rows(Unit) if holds(u, at))
    units = [(u.unit, u.name) for u in views.rows(Unit) if not u.civil and holds(u, at)]
    titles = {t.title: t.name for t in views.rows(Title) if t.kind in ("command", "civil")}
    posts = sorted((p.position, f"{titles[p.title]}, {p.unit}") for p in views.rows(Position, at=at, title={*titles}))
    return {
        "matter": sorted(matters, key=lambda m: m[1]),
        "place": sorted(units, key=lambda u: (u[0] != unit, u[0])),
        "kind": KINDS,
        "whom": posts + there,
    }
