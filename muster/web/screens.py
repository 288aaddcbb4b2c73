"""The screens of the console as HTML: whatever somebody typed is escaped, everywhere."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.domain.candidates import Capacity
from muster.domain.force import Unit
from muster.domain.instants import local_text, span_text
from muster.domain.now import WORST_FIRST, Count, Now, State, UnitNow
from muster.domain.users import LEAST_LETTERS
from muster.domain.watch import Watch
from muster.services.desk import UnitSeen
from muster.services.gate import Viewer
from muster.web.map import Map

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

SCREENS: Final = (("now", "Now"),)
STATIC: Final = ("console.css", "console.js", "htmx.min.js", "hx-sse.min.js")
Offices = Sequence[tuple[str, str]]
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
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache
def asset(name: str) -> tuple[bytes, str]:
    """A file that screens need, and the hash that stands in its address: it is kept by browsers for good."""
    content = (files("muster.web") / "static" / name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the address before all screens, and the instant to which they wound the clock; None: now."""

    base: str
    at: datetime | None
    zone: ZoneInfo

    def here(self, path: str, **more: str) -> str:
        """The address of a screen at the same instant."""
        told = {} if self.at is None else {"at": local_text(self.at, self.zone)}
        query = urlencode({**told, **more})
        return self.base + path + (f"?{query}" if query else "")


def now_screen(now: Now, city: Map, place: Place, viewer: Viewer) -> str:
    """The first screen."""
    more = {"map": city, "grouped": list(_grouped(now)), "states": WORST_FIRST, "fitness_of": fitness_of(now, viewer)}
    return _shown("now", place, now.at, viewer=viewer, now=now, **more)


def fitness_of(now: Now, viewer: Viewer) -> frozenset[str]:
    """The units of which the viewer may read how fit whoever has the watch is: their own fitness, and that of members
    whose unit they command, itself or from above."""
    held = {u.unit.unit: u.watch.in_command for u in now.units}
    return frozenset(unit for unit, h in held.items() if h is not None and viewer.may_read(h.member, h.unit))


def unit_screen(seen: UnitSeen, place: Place, viewer: Viewer) -> str:
    """A unit: its watch and why, its positions, its taskings, its numbers."""
    below: dict[str | None, list[Unit]] = {}
    for unit in seen.units:
        below.setdefault(unit.parent, []).append(unit)
    states = {u.unit.unit: u.state for u in seen.now.units}
    return _shown("unit", place, seen.now.at, viewer=viewer, seen=seen, below=below, state_of=states)


def sign_in(place: Place, to: str, demo: bool, *, offices: Offices = (), said: str = "", name: str = "") -> str:
    """Where to sign in; ``to``: where to go then; ``said``: why it did not work."""
    return _bare("sign_in", place, to=to, demo=demo, offices=offices, said=said, name=name)


def password(place: Place, user: str, *, said: str = "") -> str:
    """Where a user chooses a password; ``said``: what was wrong with the last one."""
    return _bare("password", place, user=user, said=said, least=LEAST_LETTERS)


def refused(place: Place, says: str) -> str:
    """A page that only says why there is nothing to see or do."""
    return _bare("refused", place, says=says[:1].upper() + says[1:])


def _bare(screen: str, place: Place, **more: Any) -> str:
    return _templates.get_template(f"console/{screen}.html").render(static=partial(_static, place), **more)


def _static(place: Place, name: str) -> str:
    return f"{place.base}static/{asset(name)[1]}/{name}"


def now_changes(before: Now, after: Now, place: Place, fitness_of: Set[str]) -> str:
    """What changed between two answers, as parts that a browser puts in their places; empty: nothing. ``fitness_of``:
    the units of which the fitness is told."""
    row: Any = _templates.get_template("console/now_row.html").make_module(
        _words("now", place, after.at, states=WORST_FIRST, fitness_of=fitness_of)
    )
    then = {u.unit.unit: u for u in before.units}
    parts = []
    for unit in after.units:
        old = then.get(unit.unit.unit)
        if old is not None and old != unit:
            parts.append(_part(f"row-{unit.unit.unit}", row.unit(unit)))
            parts.append(_part(f"why-row-{unit.unit.unit}", row.why(unit)))
    if parts or before.says != after.says:
        parts += [_part("answer", row.answer(after)), _part("tally", row.tally(after))]
    return "".join(parts)


def _part(target: str, html: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="outerHTML">{html}</hx-partial>'


def _shown(screen: str, place: Place, at: datetime, **more: Any) -> str:
    return _templates.get_template(f"console/{screen}.html").render(**_words(screen, place, at, **more))


def _words(screen: str, place: Place, at: datetime, **more: Any) -> dict[str, Any]:
    """What every template may say."""
    zone = place.zone
    return {
        "screen": screen,
        "screens": SCREENS,
        "at": at.astimezone(zone),
        "wound": place.at is not None,
        "zone": zone.key,
        "here": place.here,
        "live": lambda path: place.base + path,
        "static": partial(_static, place),
        "local": lambda when: when.astimezone(zone),
        "mark": _mark,
        "css": _CSS.__getitem__,
        "letter": lambda capacity: _CAPACITIES[capacity][0],
        "capacity": lambda capacity: _CAPACITIES[capacity][1],
        "span": span_text,
        "day": lambda when: f"{when:%a} {when.day} {when:%b %Y}",
        "hour": lambda when: f"{when:%H:%M}",
        "offset": lambda when: f"UTC{when:%z}"[:-2],
        "field": lambda when: f"{when:%Y-%m-%dT%H:%M}",
        "bar": _bar,
        "told": _told,
        "short": _short,
        "sentence": _sentence,
        "units_by": lambda now: {u.unit.unit: u for u in now.units},
        **more,
    }


def _mark(name: str) -> Markup:
    return Markup('<svg class="g" aria-hidden="true"><use href="#g-{}"/></svg>').format(name)


def _bar(count: Count) -> str:
    """How long the bar of a count is: the minimum stands at 36.8 of 46."""
    share = 1.0 if count.minimum == 0 else count.have / count.minimum
    return f"{min(46.0, 36.8 * share):.1f}"


def _told(u: UnitNow) -> str:
    """A unit in a sentence, for the map."""
    watch = u.watch.in_command
    who = f"{u.office} {watch.member}, {_CAPACITIES[watch.capacity][1]}" if watch else "Nobody"
    return " ".join([f"{who}.", *(f.says for f in u.findings)])


def _sentence(watch: Watch, office: str | None) -> str:
    """Who has the watch, as it could be read out."""
    if watch.in_command is None:
        return "nobody can take the watch."
    held = watch.in_command
    relief = ", and relief is overdue" if watch.relief_overdue_since else ", and is owed relief"
    owed = relief if watch.relief_owed_since or watch.relief_overdue_since else ""
    return f"{office or held.position}, {_CAPACITIES[held.capacity][1]}, is in command{owed}."


def _short(unit: Unit) -> str:
    """What stands on the map: the number in the name of a unit, else its first word."""
    digits = "".join(c for c in unit.name if c.isdigit())
    return digits or unit.name.split()[0]


def _grouped(now: Now) -> Iterator[tuple[str, list[UnitNow]]]:
    """The units that are well, by the unit above them; the highest first."""
    names = {u.unit.unit: u.unit.name for u in now.units}

    def above(u: UnitNow) -> str:
        return u.unit.parent if u.unit.parent in names else ""

    for parent, units in groupby(sorted(now.of("well"), key=lambda u: (above(u), u.unit.unit)), key=above):
        yield names.get(parent, "At the top"), list(units)
