"""What people call positions, units and members in a story: offices, never persons."""

import re
from datetime import datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid
from muster.domain.force import Position, Title, Unit
from muster.domain.instants import instant_of
from muster.domain.members import Appointment, Member
from muster.domain.presence import holds
from muster.domain.schema import Row
from muster.ports import Views

R = TypeVar("R", bound=Row)
REF: Final = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?"
WHEN: Final = re.compile(r"(?:\b[A-Z][a-z]+day )?\b(\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?:[+-]\d\d:\d\d)?)?)(?![\d:])")
NAMED: Final = re.compile(rf"(?:\b(?:member|position|unit) )?(?<![\w.-])({REF})(?: \(({REF})\))?")


class Names:
    """The names of one state of the record, as far as it was known at ``known`` (None: all of it)."""

    def __init__(self, views: Views, zone: ZoneInfo, known: datetime | None = None) -> None:
        self.views = views
        self.zone = zone
        self.known = known
        self.units = {u.unit: u for u in views.rows(Unit)}
        self.titles = {t.title: t for t in views.rows(Title)}
        self._rows: dict[tuple[type[Row], str], Row | None] = {}
        self._alone: dict[str, bool] = {}

    def unit(self, name: str) -> str:
        """A unit in a sentence, with its article: ``the 66th Precinct``, but ``Engine 4``."""
        called = self.plain_unit(name)
        return called if called == name or not self._takes_article(name) else f"the {called}"

    def plain_unit(self, name: str) -> str:
        """A unit as people call it."""
        return self.units[name].name if name in self.units else name

    def _takes_article(self, name: str) -> bool:
        unit = self.units[name]
        return not unit.civil and not unit.name.split()[-1].isdigit()

    def office(self, name: str) -> str:
        """A position as people call it: its title, with the unit where the title alone does not tell."""
        post = self._row(Position, name)
        if post is None:
            return self.plain_unit(name)
        if post.title not in self._alone:
            alike = {t.title for t in self.titles.values() if t.name == self.titles[post.title].name}
            self._alone[post.title] = len(self.views.rows(Position, title=alike)) == 1
        title = self.titles[post.title].name
        return title if self._alone[post.title] else f"{title} of {self.unit(post.unit)}"

    def position(self, name: str) -> str:
        """A position in a sentence, with its article."""
        return f"the {self.office(name)}" if self._row(Position, name) is not None else self.unit(name)

    def held(self, position: str, member: str | None) -> str:
        """A position in a sentence, with the member who holds it."""
        return f"{self.position(position)} ({member})" if member else self.position(position)

    def giver(self, name: str) -> str:
        """Who gives something, in a sentence: a unit or a position."""
        return self.unit(name) if name in self.units else self.position(name)

    def member(self, name: str, at: datetime) -> str:
        """A member in a sentence, by the office they hold at the instant: substantive before acting."""
        post = self._post_of(name, at)
        return f"member {name}" if post is None else self.held(post, name)

    def _post_of(self, member: str, at: datetime) -> str | None:
        held = [a for a in self.views.rows(Appointment, member=member, known_at=self.known) if holds(a, at)]
        posts = [(a, self._row(Position, a.position)) for a in held]
        ranked = sorted(
            ((a.kind == "acting", p.order, a.position) for a, p in posts if p and self.titles[p.title].kind != "line")
        )
        return ranked[0][2] if ranked else None

    def clock(self, at: datetime) -> str:
        """An instant as people read it."""
        return f"{at.astimezone(self.zone):%a %d %b %H%M}"

    def words(self, said: str, at: datetime) -> str:
        """A sentence that Muster made for those who know the references, in names: ``relieve the Chief of Patrol
        (M00004)``. Whoever is named by member is called by the office they hold at ``at``."""
        return NAMED.sub(lambda found: self._named(found, at), WHEN.sub(self._when, said))

    def _when(self, found: re.Match[str]) -> str:
        said = found[1].replace(" ", "T")
        try:
            moment = instant_of(said if ":" in said or "T" not in said else f"{said[:-2]}:{said[-2:]}", self.zone)
        except Invalid:
            return found[0]
        return f"{moment.astimezone(self.zone):%a %d %b %Y}" if "T" not in said else self.clock(moment)

    def _named(self, found: re.Match[str], at: datetime) -> str:
        first, second = found[1], found[2]
        if first.isalpha() and first.islower():
            return found[0]
        post = None if second is None else self._row(Position, second)
        is_member = self._row(Member, first) is not None
        if is_member and post is not None:
            return self.held(post.position, first)
        behind = "" if second is None else f" ({self._one(second, at) or second})"
        return (self._one(first, at) or found[0].partition(" (")[0]) + behind

    def _one(self, name: str, at: datetime) -> str | None:
        """What a reference is called; None when it is none."""
        if self._row(Member, name) is not None:
            return self.member(name, at)
        if self._row(Position, name) is not None:
            return self.position(name)
        return self.unit(name) if name in self.units else None

    def _row(self, row: type[R], name: str) -> R | None:
        if (row, name) not in self._rows:
            self._rows[row, name] = self.views.row(row, name)
        found = self._rows[row, name]
        return found if isinstance(found, row) else None


def sentence(said: str) -> str:
    """The same, with a capital at each beginning."""
    return said[:1].upper() + said[1:].replace(". the ", ". The ")


def listed(parts: list[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "nobody"
