"""What people call positions, units and members in a story: offices, never persons."""

from datetime import datetime

from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment
from muster.domain.presence import holds
from muster.ports import Views


class Names:
    """The names of one state of the record."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.units = {u.unit: u for u in views.rows(Unit)}
        self.titles = {t.title: t for t in views.rows(Title)}
        self._positions: dict[str, Position | None] = {}

    def unit(self, name: str) -> str:
        """A unit as people call it."""
        return self.units[name].name if name in self.units else name

    def position(self, name: str) -> str:
        """A position as people call it: its title, with the unit where the title alone does not tell."""
        if name not in self._positions:
            self._positions[name] = self.views.row(Position, name)
        post = self._positions[name]
        if post is None:
            return self.unit(name)
        title = self.titles[post.title].name
        only_one = len(self.views.rows(Position, title=post.title)) == 1
        return title if only_one else f"{title} of the {self.unit(post.unit)}"

    def giver(self, name: str) -> str:
        """Who gives something: a unit or a position."""
        return self.units[name].name if name in self.units else self.position(name)

    def member(self, name: str, at: datetime) -> str:
        """A member by the office they hold at the instant: substantive before acting; the reference where none."""
        held = [a for a in self.views.rows(Appointment, member=name) if holds(a, at)]
        posts = [(a, self.views.row(Position, a.position)) for a in held]
        ranked = sorted(
            ((a.kind == "acting", p.order, a.position) for a, p in posts if p and self.titles[p.title].kind != "line")
        )
        return f"{self.position(ranked[0][2])} ({name})" if ranked else f"member {name}"
