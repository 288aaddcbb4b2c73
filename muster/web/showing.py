"""How a screen is made into HTML: whatever somebody typed is escaped, everywhere; what every template may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from muster.domain.candidates import Capacity
from muster.domain.directions import set_apart
from muster.domain.instants import local_text, span_text
from muster.domain.now import State
from muster.web.returned import NOTHING

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""What a browser lets a screen do: styles, scripts and streams of ours alone; nothing written into the page runs."""

AREAS: Final = (
    ("now", "Now"),
    ("taskings", "Taskings"),
    ("command", "Command"),
    ("roster", "Rosters"),
    ("record", "Record"),
    ("me", "Me"),
)
"""What the navigation leads to: the path of the first screen of each area, and its name."""
STATIC: Final = (
    "console.css",
    "console.js",
    "days.css",
    "grid.js",
    "htmx.js",
)
_TOGETHER: Final = {"htmx.js": ("htmx.min.js", "hx-sse.min.js")}
"""htmx looks at the page as soon as it has run: what extends it comes in one file with it. Where a second file came
late, a screen was never live."""
_CAPACITIES: Final[dict[Capacity, tuple[str, str]]] = {
    "substantive": ("S", "substantive"),
    "acting": ("A", "acting"),
    "succession": ("2", "by succession"),
    "tour": ("T", "on this tour"),
    "cover": ("C", "covers it"),
    "parent": ("P", "unit above"),
    "duty-chief": ("F", "duty chief"),
}
_CSS: Final[dict[State, str]] = {"wrong": "wrong", "caution": "caution", "waiting": "wait", "well": "well"}
_templates = Environment(
    loader=PackageLoader("muster.web"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=set_apart,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache
def asset(name: str) -> tuple[bytes, str]:
    """A file that screens need, and the hash that stands in its address: it is kept by browsers for good."""
    home = files("muster.documents") / "templates" if name == "days.css" else files("muster.web") / "static"
    content = b";\n".join((home / part).read_bytes() for part in _TOGETHER.get(name, (name,)))
    return content, sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the address before all screens, and the instant to which they wound the clock; None: now."""

    base: str
    at: datetime | None
    zone: ZoneInfo

    def here(self, path: str, /, **more: str) -> str:
        """The address of a screen at the same instant."""
        told = {} if self.at is None else {"at": local_text(self.at, self.zone)}
        query = urlencode({**told, **more})
        return self.base + path + (f"?{query}" if query else "")


def shown(template: str, path: str, place: Place, at: datetime, **more: Any) -> str:
    """A screen of somebody who is signed in. ``path``: its address without what stands before all screens; ``more``:
    what its template says, the ``viewer`` among it."""
    return template_of(template).render(**words(path, place, at, **more))


def bare(template: str, place: Place, **more: Any) -> str:
    """A page of nobody in particular: without navigation and clock."""
    return template_of(template).render(static=partial(_static, place), **more)


def template_of(name: str) -> Template:
    """A template of the console."""
    return _templates.get_template(f"console/{name}.html")


def words(
    path: str, place: Place, at: datetime, *, kept: Mapping[str, str] = MappingProxyType({}), **more: Any
) -> dict[str, Any]:
    """What every template may say. ``kept``: what else the address of the screen says; winding the clock keeps it."""
    zone = place.zone
    return {
        "path": path,
        "kept": kept,
        "asked_for": f"?{urlencode(kept)}" if kept else "",
        "area": path.partition("/")[0],
        "areas": AREAS,
        "at": at.astimezone(zone),
        "wound": place.at is not None,
        "zone": zone.key,
        "here": place.here,
        "live": lambda path: place.base + path,
        "static": partial(_static, place),
        "local": lambda when: when.astimezone(zone),
        "mark": _mark,
        "sent": NOTHING,
        "css": _CSS.__getitem__,
        "letter": lambda capacity: _CAPACITIES[capacity][0],
        "capacity": capacity_word,
        "span": span_text,
        "day": lambda when: f"{when:%a} {when.day} {when:%b %Y}",
        "hour": lambda when: f"{when:%H:%M}",
        "offset": lambda when: f"UTC{when:%z}"[:-2],
        "field": lambda when: f"{when:%Y-%m-%dT%H:%M}",
        **more,
    }


def capacity_word(capacity: Capacity) -> str:
    """In what capacity somebody has the watch, as it is read."""
    return _CAPACITIES[capacity][1]


def _static(place: Place, name: str) -> str:
    return f"{place.base}static/{asset(name)[1]}/{name}"


def _mark(name: str) -> Markup:
    return Markup('<svg class="g" aria-hidden="true"><use href="#g-{}"/></svg>').format(name)
