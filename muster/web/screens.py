"""The first screen, the screen of a unit, and the pages around signing in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, Final, NamedTuple

from muster.domain.force import Unit
from muster.domain.message import about
from muster.domain.now import WORST_FIRST, Count, Now, UnitNow
from muster.domain.users import LEAST_LETTERS
from muster.domain.watch import Watch
from muster.services.desk import UnitSeen
from muster.services.gate import Viewer
from muster.services.seats import Seat
from muster.web import command_screens
from muster.web.map import Map
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place, bare, capacity_word, shown, template_of, words

Offices = Sequence[tuple[str, str]]


def now_screen(now: Now, city: Map, place: Place, viewer: Viewer) -> str:
    """The first screen."""
    more = {"map": city, "grouped": list(_grouped(now)), "states": WORST_FIRST, "told": Readable(now).by(viewer)}
    return shown("now", "now", place, now.at, viewer=viewer, now=now, **more, **_WORDS)


class Told(NamedTuple):
    """What one viewer may read beyond what everybody may. ``fitness``: the units of which they are told how fit whoever
    has the watch is, which is their own and that of members whose unit they command, itself or from above; ``about``:
    those of which they are told what a finding is about."""

    fitness: frozenset[str]
    about: frozenset[str]

    @property
    def mark(self) -> str:
        """By which it is known from what another one may read, in the name of what a browser was shown."""
        return sha256(repr([sorted(units) for units in self]).encode()).hexdigest()[:12]


class Readable:
    """What there is to read in an answer beyond what everybody may: looked up once for all its readers."""

    def __init__(self, now: Now) -> None:
        held = ((u.unit.unit, u.watch.in_command) for u in now.units)
        self._held = [(unit, h.member, h.unit) for unit, h in held if h is not None]
        self._about = frozenset(u.unit.unit for u in now.units if any(f.about for f in u.findings))

    def by(self, viewer: Viewer) -> Told:
        """What the viewer may read of it."""
        fitness = frozenset(unit for unit, member, of in self._held if viewer.may_read(member, of))
        return Told(fitness, viewer.sees & self._about)


def unit_screen(
    seen: UnitSeen, seats: Sequence[Seat], place: Place, viewer: Viewer, members: Mapping[str, str] | None
) -> str:
    """A unit: its watch and why, its positions, its taskings, its numbers. ``members``: who serves there, for those who
    run its duty now; None: the viewer does not."""
    states = {u.unit.unit: u.state for u in seen.now.units}
    path = f"unit/{seen.page.unit.unit}"
    more = {"below": command_screens.below(seen.units), "state_of": states, "seats": seats, "area": "command"}
    said = command_screens.words(place.zone)
    return shown("unit", path, place, seen.now.at, viewer=viewer, seen=seen, members=members, **more, **_WORDS, **said)


def sign_in(place: Place, to: str, mark: str, *, offices: Offices, said: str, name: str) -> str:
    """Where to sign in; ``to``: where to go then; ``mark``: of its forms; ``offices``: as which a demo signs one in;
    ``said``: why it did not work."""
    return bare("sign_in", place, to=to, mark=mark, offices=offices, said=said, name=name)


def password(place: Place, user: str, mark: str, *, said: str = "") -> str:
    """Where a user chooses a password; ``mark``: of its form; ``said``: what was wrong with the last one."""
    return bare("password", place, user=user, mark=mark, said=said, least=LEAST_LETTERS)


def refused(place: Place, says: str, path: str = "", asked: Returned = NOTHING) -> str:
    """A page that only says why there is nothing to see or do. ``asked``: of the screen at ``path``; an instant that is
    none can be mended there."""
    return bare("refused", place, says=says[:1].upper() + says[1:], path=path, asked=asked)


class Drawn:
    """The parts of the first screen that change, of one answer. Each is made once for all who may read the same of
    it. Threads may share it."""

    def __init__(self, now: Now, place: Place) -> None:
        self._units = {u.unit.unit: u for u in now.units}
        self.readable = Readable(now)
        said = words("now", place, now.at, states=WORST_FIRST, **_WORDS)
        made: Any = template_of("now_row").make_module(said)
        self._made = made
        self._more: dict[str, str] = {}
        self._least: dict[str, str] = {}
        for name, unit in self._units.items():
            self._least[f"row-{name}"] = made.unit(unit, False)
            self._least[f"why-row-{name}"] = made.why(unit, False)
        self._least |= {"answer": made.answer(now), "tally": made.tally(now)}

    def parts(self, told: Told) -> Mapping[str, str]:
        """The HTML of each part by its id, as somebody may read it who is told this."""
        found = self._least.copy()
        for made, before, units in ((self._made.unit, "row-", told.fitness), (self._made.why, "why-row-", told.about)):
            for unit in units:
                found[before + unit] = self._told(before + unit, made, self._units[unit])
        return found

    def _told(self, name: str, made: Callable[[UnitNow, bool], str], unit: UnitNow) -> str:
        """A part with what not everybody may read."""
        found = self._more.get(name)
        if found is None:
            found = self._more[name] = made(unit, True)
        return found


def now_changes(before: Mapping[str, str] | None, after: Mapping[str, str]) -> str:
    """What changed between the parts that somebody was shown and those that there are, for a browser to put in their
    places; empty: nothing. ``before``: None where it is not known, and everything is told. For a unit that is new the
    browser has no place."""
    if before is None:
        return "".join(part(name, html) for name, html in after.items())
    return "".join(part(name, html) for name, html in after.items() if before.get(name, html) != html)


def part(target: str, html: str, swap: str = "outerHTML") -> str:
    """A part of a screen as a browser puts it into the place of the element with that id."""
    return f'<hx-partial hx-target="#{target}" hx-swap="{swap}">{html}</hx-partial>'


def _bar(count: Count) -> str:
    """How long the bar of a count is: the minimum stands at 36.8 of 46."""
    share = 1.0 if count.minimum == 0 else count.have / count.minimum
    return f"{min(46.0, 36.8 * share):.1f}"


def _heard(u: UnitNow) -> str:
    """A unit in a sentence, for the map."""
    watch = u.watch.in_command
    who = f"{u.office} {watch.member}, {capacity_word(watch.capacity)}" if watch else "Nobody"
    return " ".join([f"{who}.", *(f.says for f in u.findings)])


def _sentence(watch: Watch, office: str | None) -> str:
    """Who has the watch, as it could be read out."""
    if watch.in_command is None:
        return "nobody can take the watch."
    held = watch.in_command
    relief = ", and relief is overdue" if watch.relief_overdue_since else ", and is owed relief"
    owed = relief if watch.relief_owed_since or watch.relief_overdue_since else ""
    return f"{office or held.position}, {capacity_word(held.capacity)}, is in command{owed}."


def _short(unit: Unit) -> str:
    """What stands on the map: the number that a unit has in its name, else in its short name, else its first word."""
    digits = ("".join(c for c in name if c.isdigit()).lstrip("0") for name in (unit.name, unit.unit))
    return next(filter(None, digits), unit.name.split()[0])


def _grouped(now: Now) -> Iterator[tuple[str, list[UnitNow]]]:
    """The units that are well, by the unit above them; the highest first."""
    names = {u.unit.unit: u.unit.name for u in now.units}

    def above(u: UnitNow) -> str:
        return u.unit.parent if u.unit.parent in names else ""

    for parent, units in groupby(sorted(now.of("well"), key=lambda u: (above(u), u.unit.unit)), key=above):
        yield names.get(parent, "At the top"), list(units)


_WORDS: Final[dict[str, Any]] = {
    "bar": _bar,
    "about": about,
    "heard": _heard,
    "short": _short,
    "sentence": _sentence,
    "units_by": lambda now: {u.unit.unit: u for u in now.units},
}
"""What the templates of these screens say beside what every template may."""
