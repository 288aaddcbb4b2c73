"""What offices, units and members are called, as everybody reads it."""

from collections.abc import Collection
from datetime import datetime

from muster.domain.force import Position, Title, Unit
from muster.domain.members import Member
from muster.ports import Views


class Names:
    """The names as known at an instant (None: as believed now). Each is looked up once."""

    def __init__(self, views: Views, known_at: datetime | None = None) -> None:
        self._views, self._known = views, known_at
        self._titles = {t.title: t.name for t in views.rows(Title, known_at=known_at)}
        self._units = {u.unit: u for u in views.rows(Unit, known_at=known_at)}
        self._posts: dict[str, Position | None] = {}

    def read(self, positions: Collection[str]) -> None:
        """Read these positions in one go."""
        self._posts |= dict.fromkeys(positions)
        rows = self._views.rows(Position, known_at=self._known, position=set(positions))
        self._posts |= {p.position: p for p in rows}

    def post(self, position: str) -> Position | None:
        """The position; None where the record does not have it."""
        if position not in self._posts:
            self.read([position])
        return self._posts[position]

    def unit(self, unit: str) -> str:
        """What a unit is called."""
        return self._units[unit].name if unit in self._units else unit

    def unit_of(self, name: str) -> str | None:
        """The unit of a position, or the unit of that name; None: it is neither."""
        post = self.post(name)
        return post.unit if post is not None else name if name in self._units else None

    def is_civil(self, unit: str) -> bool:
        """Whether a unit is civil authority, or there is none of that name."""
        return unit not in self._units or self._units[unit].civil

    def office(self, name: str) -> str:
        """A position or unit in words; its short name where the record does not have it."""
        post = self.post(name)
        return self.unit(name) if post is None else f"{self.title(post)}, {self.unit(post.unit)}"

    def title(self, position: Position) -> str:
        """What a position is called within its unit."""
        return self._titles.get(position.title, position.title)

    def member(self, name: str) -> str:
        """A member, by the name on lists and the short one."""
        member = self._views.row(Member, name)
        return f"{member.name} ({name})" if member else name

    def giver(self, name: str) -> str:
        """Whoever gave an order: an office, a unit or a member."""
        return self.member(name) if self._views.row(Member, name) else self.office(name)
