"""What is known of a roster when one of its entries is looked at: as a unit has published it, or as a file has it."""

import json
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, Self
from zoneinfo import ZoneInfo

from muster.domain.instants import local_text, on_clock
from muster.domain.limits import Breach
from muster.domain.planned_lines import new_of, with_line
from muster.domain.presence import DutyFile
from muster.domain.published import OFF, PUBLISHED, said_of
from muster.domain.rosters import Crossing, UnitRoster
from muster.domain.schedule import Turn, turn_on
from muster.domain.schema import changed
from muster.ports import Views
from muster.roster.result import Line
from muster.services.amending import Amendment, begun, judged
from muster.services.found_once import Once, anew
from muster.services.offices import force_of
from muster.services.published import Amended, published
from muster.services.published_plans import plan_of
from muster.services.publishers import signers_of
from muster.services.publishing import hard_says
from muster.services.replan_ask import unpublished
from muster.services.roster_ground import covered_units, ground_of
from muster.services.roster_members import chart_of, turns_of
from muster.services.roster_parts import gaps_of, meets
from muster.services.rosters import cases_of, crossed_by

NOBODY: Final = "nobody holds a position that may sign it at that time: appoint somebody"


@dataclass(frozen=True, slots=True)
class Held:
    """What another entry of a member would do: what is in the way, and what they would newly cross besides. ``waive``:
    the rules whose waiver would let it be, where nothing else is in the way."""

    wrong: tuple[str, ...]
    cautions: tuple[str, ...]
    waive: tuple[str, ...] = ()


class Source:
    """A roster in a file: held to the record as if it were to be published. ``signers``: the positions that may sign a
    change now, with who holds them, the nearest first."""

    def __init__(self, views: Views, roster: UnitRoster, once: Once = anew) -> None:
        covered_units(views, [roster.unit])
        self.roster = roster
        self.ground = ground_of(views, [roster.unit], roster.first, roster.dates[-1])
        self.bare = unpublished(self.ground, roster)
        (self.case,) = cases_of(self.bare, [roster.unit], once=once)
        self.signers: tuple[tuple[str, str], ...] = ()

    def chart(self, member: str) -> Mapping[int, str] | None:
        """The tours that the member's charts give, by day of the roster; None where no chart says anything."""
        turns = chart_of(self.bare, self.bare.files.get(member, DutyFile(member)), self.roster.unit)
        return {day: turn.tour for day, turn in turns.items()} if turns else None

    def knows(self, tour: str) -> bool:
        """Whether the force has such a tour."""
        return tour in self.ground.schedule.tours

    def turn(self, tour: str, day: date) -> Turn | None:
        """The tour of a day; None for a tour that the force does not have."""
        return turn_on(self.ground.schedule.tours[tour], day, self.ground.period.zone) if self.knows(tour) else None

    def midnight(self, day: date) -> datetime:
        """The beginning of a day."""
        return on_clock(day, time(), self.ground.period.zone)

    def file(self, member: str, line: Line) -> DutyFile:
        """What bears on the member's duty, with this line as it would be worked."""
        turns = [turn for day, tour in zip(self.roster.dates, line, strict=True) if (turn := self.turn(tour, day))]
        return with_line(self.case.files.get(member, DutyFile(member)), self.roster.unit, turns, self.case.period.start)

    def origin(self, member: str, day: date) -> str:
        """What put the entry there, in words."""
        return "as the chart has it" if self._as_charted(member, day) else "the plan has it so, and no chart"

    def amended(self, _member: str, _day: date) -> tuple[Amended, ...]:
        """What was amended of the entry, in order."""
        return ()

    def begun(self, _tour: str, _day: date) -> str | None:
        """That a tour has begun, and why nobody is given it any more; None: a plan may have anything."""
        return None

    def held(self, entries: Mapping[str, str], day: date) -> dict[str, Held]:
        """What it would do if each of these members had another entry on the day."""
        return {member: self._held(member, tour, day) for member, tour in entries.items()}

    def _as_charted(self, member: str, day: date) -> bool:
        chart, place = self.chart(member), (day - self.roster.first).days
        return chart is not None and chart.get(place, OFF) == self.roster.lines[member][place]

    def _held(self, member: str, tour: str, day: date) -> Held:
        turn, file = self.turn(tour, day), self.case.files.get(member)
        if tour != OFF and turn is None:
            return Held((f"tour {tour!r} is not in the record",), ())
        if file is None:
            return Held((f"{member} is not of the unit then",), ())
        if turn is not None and meets(list(gaps_of(file, self.roster.unit)), turn.start, turn.end):
            return Held((f"{member} is absent, leaving or attached elsewhere on {day}",), ())
        line, place = self.roster.lines[member], (day - self.roster.first).days
        after = (*line[:place], tour, *line[place + 1 :])
        turns = turns_of(self.ground, {each for each in (*line, tour) if self.knows(each)})
        case = replace(self.case, turns={**self.case.turns, **turns})
        before, now = ([c.breach for c in crossed_by(case, {member: each})] for each in (line, after))
        new, zone = new_of(before, now), self.ground.period.zone
        hard = [b for b in new if b.level == "unfit"]
        says = tuple(hard_says(Crossing(member, b), zone) for b in hard)
        return Held(says, tuple(caution_says(b, zone) for b in new if b.level != "unfit"), rules_of(hard))


class PublishedSource(Source):
    """A roster that a unit has published, as it stands: what may be amended is what amending says. ``at``: when it
    would be amended. Raises ``Unknown`` where nothing is published for the day."""

    def __init__(
        self, views: Views, unit: str, day: date, at: datetime, viewer: str | None = None, once: Once = anew
    ) -> None:
        zone = ZoneInfo(force_of(views).zone)
        self.standing = published(views, unit, on_clock(day, time(), zone), viewer=viewer)
        super().__init__(views, plan_of(self.standing), once)
        self.ask(views, at)

    def ask(self, views: Views, at: datetime) -> None:
        """What it would be amended in, and when."""
        self.views, self.at = views, at
        self.signers = tuple(signers_of(views, self.roster.unit, len(self.roster.lines), at))

    def again(self, views: Views, at: datetime, viewer: str | None) -> Self:
        """The same of a later question, while nothing was recorded since: what took long to find is found."""
        asked = copy(self)
        asked.standing = published(views, self.roster.unit, self.ground.period.start, viewer=viewer)
        asked.ask(views, at)
        return asked

    def file(self, member: str, line: Line) -> DutyFile:
        """What bears on the member's duty, with this line published in place of the one that is."""
        file, of = self.ground.files.get(member, DutyFile(member)), self.roster
        lines = [changed(x, tours=line) if (x.unit, x.first) == (of.unit, of.first) else x for x in file.lines]
        return replace(file, lines=lines)

    def origin(self, member: str, day: date) -> str:
        """What put the entry there, in words."""
        amended = self.amended(member, day)
        if amended:
            last = amended[-1]
            return f"amended from {last.was} in version {last.version}, signed {last.by} ({last.signer})"
        *_, last_published = self.views.facts(streams=[self.standing.roster.stream], kinds=[PUBLISHED])
        signed = json.loads(last_published.body)
        return f"{super().origin(member, day)}; published, signed {signed['by']} ({signed['signer']})"

    def amended(self, member: str, day: date) -> tuple[Amended, ...]:
        """What was amended of the entry, in order."""
        return tuple(a for a in self.standing.amended if (a.member, a.day) == (member, day))

    def begun(self, tour: str, day: date) -> str | None:
        """That a tour has begun, and why nobody is given it any more; None: it has not."""
        turn = self.turn(tour, day)
        return None if turn is None else begun(turn, self.ground.period.zone, self.at)

    def held(self, entries: Mapping[str, str], day: date) -> dict[str, Held]:
        """What amending would do and what is in its way, of each entry by itself."""
        wanted = [Amendment(self.roster.unit, m, day, said_of(tour), "a trial") for m, tour in entries.items()]
        by, signer = self.signers[0] if self.signers else ("", "")
        found = judged(self.views, wanted, by, self.at, signer=signer)
        zone = self.ground.period.zone
        held: dict[str, Held] = {}
        for place, member in enumerate(entries):
            cautions = found.altered[member].cautions if member in found.altered else ()
            of_all = [w.says for w in found.wrong if w.entry is None] if self.signers else [NOBODY]
            own = [w for w in found.wrong if w.entry == place]
            breaches = [w.breach for w in own if w.breach is not None]
            waive = rules_of(breaches) if not of_all and len(breaches) == len(own) else ()
            says = (*of_all, *(w.says for w in own))
            held[member] = Held(says, tuple(caution_says(b, zone) for b in cautions), waive)
        return held


def rules_of(breaches: Iterable[Breach]) -> tuple[str, ...]:
    """The rules that are crossed, each once."""
    return tuple(dict.fromkeys(b.rule for b in breaches))


def caution_says(breach: Breach, zone: ZoneInfo) -> str:
    """A limit that is crossed, in words."""
    return f"{breach.rule} at {local_text(breach.since, zone)}: {breach.says}"
