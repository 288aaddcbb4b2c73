"""What is looked at for the ways out of a shortage: the units, who is to be on each tour, and what each cover has."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from muster.domain.calling_in import CallIn, CallInAnswer, asked_in
from muster.domain.cover import OFFICERS, SUPERVISORS, Cover
from muster.domain.duty import HoursRule
from muster.domain.force import Position, Unit
from muster.domain.instants import on_clock
from muster.domain.members import Absence, Career, Member
from muster.domain.presence import MOMENT, DutyFile, planned_turns, scheduled_stretches, signed_stretches
from muster.domain.profiles import profile_named
from muster.domain.published import DutyLine, Published
from muster.domain.schedule import Turn, turn_on
from muster.domain.snapshot import path_up
from muster.domain.spans import Span, joined
from muster.domain.ways_out import Post, least
from muster.ports import Views
from muster.services.offices import force_of, kinds_of
from muster.services.publishers import holder_of, signer_of
from muster.services.roster_ground import Ground, ground_of
from muster.services.roster_parts import Part, parts_of

AHEAD: Final = timedelta(days=9)
"""So long after a tour its hours still count in a week; rules that look further back are looked at for longer."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A tour of a unit on a day, the instant at which it is asked, and who is supposed to be absent beside what the
    record knows. ``said``: the instant was given, and does not follow the clock."""

    unit: str
    turn: Turn
    at: datetime
    said: bool
    absent: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a call-in asks, for a cover: of one rank, with a qualification, or everybody; by which contract."""

    rank: str | None
    qualification: str | None
    contract: str


@dataclass
class Grounds:
    """The record as it is looked at for one question. ``ground`` is that of the unit and its neighbours."""

    views: Views
    ask: Ask
    ground: Ground
    _spans: dict[tuple[str, str, date], dict[str, list[Span]]] = field(default_factory=dict)
    _parts: dict[str, dict[str, Part]] = field(default_factory=dict)
    _posts: dict[str, list[str]] = field(default_factory=dict)
    _holders: dict[tuple[str, datetime], str | None] = field(default_factory=dict)
    _whom: dict[str, Whom] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """Until when what follows from a duty is looked at."""
        return self.ask.turn.end + max(AHEAD, self.ground.profile.back)

    def parts(self, unit: str) -> dict[str, Part]:
        """Everybody who is rostered in a unit, by member."""
        if unit not in self._parts:
            self._parts[unit] = {p.member: p for p in parts_of(self.ground, unit)}
        return self._parts[unit]

    def file(self, member: str) -> DutyFile:
        """The member's duty file, with the absence that is supposed."""
        return self.ground.files.get(member) or DutyFile(member)

    def turn(self, tour: str, day: date) -> Turn:
        """The turn of a tour on a day."""
        return turn_on(self.ground.schedule.tours[tour], day, self.ground.period.zone)

    def covers(self, unit: str, tour: str, day: date) -> list[Cover]:
        """What the unit's cover asks for of a tour of a day."""
        return [c for c in self.ground.cover.get(unit, ()) if c.tour == tour and c.holds_on(day)]

    def posts_of(self, member: str, unit: str, tour: str, day: date) -> list[Post]:
        """The covers of the unit for which the member counts on a tour of a day, and that ask for somebody."""
        part, turn = self.parts(unit).get(member), self.turn(tour, day)
        covers = [c for c in self.covers(unit, tour, day) if c.minimum and part and part.counts_as(c.who, turn)]
        return [Post(unit, day, tour, c.who) for c in covers]

    def planned(self, member: str) -> list[tuple[Turn, str]]:
        """The turns around the tour that the schedule gives the member, each with its unit."""
        turn = self.ask.turn
        around = turn.start - timedelta(days=2), turn.end + timedelta(days=2)
        return [(t, squad.unit) for t, squad, _ in planned_turns(self.file(member), self.ground.schedule, *around)]

    def on_tour(self, unit: str, tour: str, day: date) -> dict[str, list[Span]]:
        """Who is to be on a tour of a day, with the parts of it for which they are."""
        key = unit, tour, day
        if key not in self._spans:
            turn = self.turn(tour, day)
            found = {m: list(self._served(m, unit, turn)) for m in self.parts(unit)}
            self._spans[key] = {m: spans for m, spans in found.items() if spans}
        return self._spans[key]

    def counts(self, post: Post) -> list[tuple[Span, int]]:
        """How many who count for a cover are to be on its tour, from instant to instant."""
        turn, parts = self.turn(post.tour, post.day), self.parts(post.unit)
        there = self.on_tour(post.unit, post.tour, post.day)
        spans = [span for m, of in there.items() if parts[m].counts_as(post.who, turn) for span in of]
        changes = [change for a, b in spans for change in ((a, 1), (b, -1))]
        return list(least(changes, turn.start, turn.end))

    def has(self, post: Post) -> tuple[int, int]:
        """How many a cover has at least at any time, and how many it needs."""
        (cover,) = (c for c in self.covers(post.unit, post.tour, post.day) if c.who == post.who)
        return min(n for _, n in self.counts(post)), cover.minimum

    def _served(self, member: str, unit: str, turn: Turn) -> Iterator[Span]:
        """The parts of a turn for which a member is to be there: on the schedule, signed on or held over for it, or to
        come to it. Whoever stays from the tour before, or comes before the tour after, is there for both."""
        file, schedule = self.file(member), self.ground.schedule
        own = [s for s in scheduled_stretches(file, schedule, turn.start, turn.end) if s.unit == unit and s.turn]
        mine = [(s.start, s.end or turn.end) for s in own if s.turn and (s.turn.tour, s.turn.day) == _name(turn)]
        others = [(s.start, s.end or turn.end) for s in own if s.turn and (s.turn.tour, s.turn.day) != _name(turn)]
        extra = [(s.start, s.end or turn.end) for s in signed_stretches(file.signings) if s.unit == unit]
        extra += self._to_come.get(unit, {}).get(member, [])
        for start, end in extra:
            if max(start, turn.start) < min(end, turn.end) and not any(a <= start and end <= b for a, b in others):
                mine.append((start, end))
                mine += [(a, b) for a, b in others if a <= start <= b or a <= end <= b]
        for start, end in joined(sorted(mine), MOMENT):
            if max(start, turn.start) < min(end, turn.end) and not self._away(member, turn):
                yield max(start, turn.start), min(end, turn.end)

    def _away(self, member: str, turn: Turn) -> bool:
        return member in self.ask.absent and turn.start < self.ask.turn.end and turn.end > self.ask.turn.start

    @cached_property
    def _to_come(self) -> dict[str, dict[str, list[Span]]]:
        """The hours for which members are to come by call-ins, by unit."""
        around = self.ask.turn.start - timedelta(days=2), self.ask.turn.end + timedelta(days=2)
        call_ins = self.views.rows(CallIn, at=around)
        answers = self.views.rows(CallInAnswer, call_in={c.call_in for c in call_ins}) if call_ins else []
        found: dict[str, dict[str, list[Span]]] = {}
        for asked in asked_in(call_ins, answers, self.ask.at).values():
            for member in asked.coming:
                spans = found.setdefault(asked.call_in.unit, {}).setdefault(member, [])
                spans.append((asked.call_in.since, asked.call_in.until))
        return found

    def whom(self, who: str) -> Whom:
        """Whom a call-in of the unit asks for a cover: who is qualified; or of the one rank that all have who count."""
        if who not in self._whom:
            named = who in (OFFICERS, SUPERVISORS) or self.views.row(Position, who) is not None
            rank = self._one_rank(who) if named else None
            self._whom[who] = Whom(rank, None if named else who, force_of(self.views).contract)
        return self._whom[who]

    def _one_rank(self, who: str) -> str | None:
        names = [m for m, part in self.parts(self.ask.unit).items() if part.counts_as(who, self.ask.turn)]
        careers = sorted(self.views.rows(Career, at=self.ask.turn.start, member=names), key=lambda c: c.since)
        ranks = {c.member: c.rank for c in careers}
        return next(iter(ranks.values())) if len(set(ranks.values())) == 1 and len(ranks) == len(names) else None

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of members of these units."""
        return {m.member: m.name for m in self.views.rows(Member, key=list(self.ground.files))}

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """All units, by name."""
        return {u.unit: u for u in self.views.rows(Unit)}

    @cached_property
    def roster(self) -> Published | None:
        """The published roster of the unit that has the day; None: its charts say who is on which tour."""
        found = [p for p in self.views.rows(Published, unit=self.ask.unit) if p.first <= self.ask.turn.day <= p.last]
        return found[0] if found else None

    def line(self, member: str) -> DutyLine | None:
        """The member's line in that roster."""
        of = (self.roster.unit, self.roster.first) if self.roster else None
        return next((x for x in self.file(member).lines if (x.unit, x.first) == of), None)

    @cached_property
    def signer(self) -> tuple[str, str] | None:
        """The lowest command position that may amend the roster of the unit, with who holds it; None: nobody may."""
        return next(self._signers(path_up(self.units, self.ask.unit)), None)

    def _signers(self, units: Sequence[Unit]) -> Iterator[tuple[str, str]]:
        for position in self.commands(units):
            signer, wrong = signer_of(self.views, position, self.ask.unit, len(self.parts(self.ask.unit)), self.ask.at)
            if not wrong:
                yield position, signer

    def commands(self, units: Sequence[Unit]) -> Iterator[str]:
        """The command positions of these units, unit by unit, in their order."""
        for unit in units:
            yield from () if unit.civil else self._commands(unit.unit)

    def _commands(self, unit: str) -> list[str]:
        if unit not in self._posts:
            rows = self.views.rows(Position, at=self.ask.at, unit=unit)
            kinds = kinds_of(self.views, {p.title for p in rows})
            ordered = sorted(rows, key=lambda p: p.order)
            self._posts[unit] = [p.position for p in ordered if kinds[p.title] == "command"]
        return self._posts[unit]

    def holder(self, position: str, at: datetime) -> str | None:
        """Who holds a position at an instant; None: nobody."""
        if (position, at) not in self._holders:
            self._holders[position, at] = holder_of(self.views, position, at)
        return self._holders[position, at]


def _name(turn: Turn) -> tuple[str, date]:
    return turn.tour, turn.day


def grounds(views: Views, ask: Ask, units: Sequence[str]) -> Grounds:
    """What is looked at of these units, from the day of the tour until nothing follows from it any more."""
    first, profile = ask.turn.day, profile_named(force_of(views).profile, views.rows(HoursRule))
    ground = ground_of(views, units, first, first + max(AHEAD, profile.back) + timedelta(days=1))
    return Grounds(views, ask, replace(ground, files=_supposed(ground, ask)))


def _supposed(ground: Ground, ask: Ask) -> dict[str, DutyFile]:
    """The files, with whoever is supposed to be absent away for the days of the tour."""
    files = dict(ground.files)
    last = ask.turn.end.astimezone(ground.period.zone).date() + timedelta(days=1)
    since, until = (on_clock(day, time(), ground.period.zone) for day in (ask.turn.day, last))
    for member in ask.absent:
        away = Absence(member=member, kind="sick", since=since, until=until)
        file = files.get(member) or DutyFile(member)
        files[member] = replace(file, absences=(*file.absences, away))
    return files
