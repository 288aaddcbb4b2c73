"""The call list of a unit: whom to call, in which order, and under which number, when nothing but paper works."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from muster.domain.call_lists import CallList, DueSpell, Entry
from muster.domain.candidates import holders, positions_of
from muster.domain.errors import Refused
from muster.domain.force import Position, Unit
from muster.domain.instants import local_text
from muster.domain.members import Appointment, ContactPoint, Member
from muster.domain.moment import Moment
from muster.domain.outlook import Spell, outlook, tours_of
from muster.domain.presence import absence_at
from muster.domain.record import instant_text
from muster.ports import Views
from muster.services.snapshots import snapshot

AHEAD = timedelta(hours=24)
ERASED = "erased"
NO_TELEPHONE = "no telephone"


def call_list(views: Views, unit: str, at: datetime) -> CallList:
    """The call list of a unit from an instant on; numbers erased by law say ``erased``. Raises ``Unknown``, and
    ``Refused`` for civil authority, which has no watch to call."""
    here = snapshot(views, [unit])
    if here.unit(unit).civil:
        raise Refused(f"unit {unit}: civil authority never takes command; print the list of a unit below it")
    moment = Moment(here, at)
    path = [u for u in here.path_up(unit) if not u.civil]
    spells = outlook(here, unit, at, at + AHEAD)
    lines = _Lines(views, moment, [s.holder.member for s in spells if s.holder])
    fact, head = views.head()
    return CallList(
        unit=unit,
        name=here.unit(unit).name,
        at=at,
        printed_at=views.now,
        zone=here.schedule.zone.key,
        fact=fact,
        head=head,
        succession=tuple(lines.entries(positions_of(moment, unit))),
        due=tuple(lines.due(spell) for spell in spells),
        covering=tuple(lines.entries(here.covering.get(unit, ()), on_tour=True)),
        above=tuple(_above(lines, path[1:])),
    )


def _above(lines: "_Lines", units: Sequence[Unit]) -> Iterable[Entry]:
    """The head of each unit above; of the highest one also who is on tour: its duty chief."""
    moment = lines.moment
    titles = moment.snapshot.titles
    for unit in units:
        positions = positions_of(moment, unit.unit)
        yield from lines.entries([p for p in positions if titles[p.title].kind == "command"][:1])
        if unit is units[-1]:
            yield from lines.entries([p for p in positions if titles[p.title].kind == "tour"], on_tour=True)


class _Lines:
    """Makes lines: names and numbers are read once for everybody who may stand on the list."""

    def __init__(self, views: Views, moment: Moment, also: Sequence[str]) -> None:
        self.moment = moment
        members = {a.member for held in moment.snapshot.appointments.values() for a in held} | set(also)
        self.names = {m.member: m.name for m in views.rows(Member, member=members)}
        self._telephones = _telephones(views, members)

    def telephones(self, member: str) -> tuple[str, ...]:
        """The member's numbers in the order in which they are tried."""
        return self._telephones.get(member, (NO_TELEPHONE,))

    def due(self, spell: Spell) -> DueSpell:
        """A line about who is due."""
        h = spell.holder
        if h is None:
            return DueSpell(spell.start, spell.end, None, "NOBODY", "", "", ())
        name = self.names.get(h.member, "")
        return DueSpell(spell.start, spell.end, h.member, name, h.position, h.capacity, self.telephones(h.member))

    def entries(self, positions: Sequence[Position], *, on_tour: bool = False) -> Iterable[Entry]:
        """A line for each holder of each position, in order; ``on_tour``: only who has a tour in the next 24 hours."""
        for position in sorted(positions, key=lambda p: (p.order, p.position)):
            found = [self._entry(position, a) for a in holders(self.moment, position.position)]
            if on_tour:
                found = [e for e in found if e.tours]
            yield from sorted(found, key=_order) if found else [self._entry(position, None)]

    def _entry(self, position: Position, a: Appointment | None) -> Entry:
        at, title = self.moment.at, self.moment.snapshot.titles[position.title].name
        if a is None:
            return Entry(position.unit, position.position, title, None, "nobody", False, (), (), "")
        tours = tuple(tours_of(self.moment.snapshot, a, at, at + AHEAD))
        name, numbers = self.names.get(a.member, ""), self.telephones(a.member)
        acting, remark = a.kind == "acting", self._remark(position, a)
        return Entry(position.unit, position.position, title, a.member, name, acting, numbers, tours, remark)

    def _remark(self, position: Position, a: Appointment) -> str:
        moment, zone = self.moment, self.moment.snapshot.schedule.zone
        said = []
        if not position.takes_watch:
            said.append("does not take the watch")
        away = absence_at(moment.file(a.member), moment.at)
        if away is not None:
            said.append("not available" + (f" until {local_text(away.until, zone)}" if away.until else ""))
        if moment.status(a.member).state == "separated":
            said.append("has left the force")
        for hours in moment.snapshot.on_call.get(position.position, ()):
            said.append(f"on call {hours.start:%H%M}-{hours.end:%H%M} {' '.join(hours.days)}")
        return "; ".join(said)


def _order(entry: Entry) -> tuple[bool, bool, str, str]:
    """Acting holders first, then those whose tour begins first."""
    begins = instant_text(entry.tours[0].start) if entry.tours else ""
    return not entry.acting, not begins, begins, entry.member or ""


def _telephones(views: Views, members: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    points = views.rows(ContactPoint, member=set(members), channel="telephone")
    texts = views.unseal({p.address for p in points})
    numbers: dict[str, tuple[str, ...]] = {}
    for p in sorted(points, key=lambda p: (p.order, p.key)):
        numbers[p.member] = (*numbers.get(p.member, ()), texts.get(p.address, ERASED))
    return numbers
