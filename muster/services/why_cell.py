"""Why an entry of a roster is as it is, who could have it instead, and what another would do. Nothing is changed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Final

from muster.domain.calling_case import most_within
from muster.domain.errors import Unknown
from muster.domain.ledger import ledger_of
from muster.domain.limits import DAY, WEEK
from muster.domain.planned_lines import crossings
from muster.domain.published import OFF
from muster.domain.schedule import Turn
from muster.domain.spans import Span
from muster.roster.checker import line_breaches, more_of, total_of
from muster.roster.result import Line
from muster.services.amending_rules import AFTER
from muster.services.cell_answers import NO_MORE, ON, Around, Asked, Change, Other, Served, WhyCell
from muster.services.cell_sources import Source, caution_says

FEW: Final = 5
"""So many who could have a tour instead are told, unless all are asked for."""
AT_ONCE: Final = 8
"""Members held to the rules together at first, then twice as many, until few are found."""
MONTH: Final = timedelta(days=28)


def why_cell(source: Source, asked: Asked) -> WhyCell:
    """Why an entry is as it is. Raises ``Unknown`` for a member without a line, or a day that is none of the roster."""
    return _cell(source, asked).told()


def _cell(source: Source, asked: Asked) -> "_Cell":
    roster = source.roster
    if asked.member not in roster.lines:
        raise Unknown(f"member {asked.member!r} has no line in the roster of {roster.unit} from {roster.first}")
    if asked.day not in roster.dates:
        raise Unknown(
            f"day {asked.day} must be one of the roster of {roster.unit}, {roster.first} to {roster.dates[-1]}"
        )
    return _Cell(source, asked)


def why_and_what_if(source: Source, asked: Asked, tours: Iterable[str]) -> tuple[WhyCell, tuple[Change, ...]]:
    """Why an entry is as it is, and what each of these others would do, but the one that it has. Raises as
    ``why_cell``."""
    cell = _cell(source, asked)
    return cell.told(), tuple(cell.change(tour) for tour in tours if tour != cell.tour)


class _Cell:
    """An entry that is looked at."""

    def __init__(self, source: Source, asked: Asked) -> None:
        self.source, self.asked = source, asked
        self.case, self.lines = source.case, source.roster.lines
        self.place = (asked.day - source.roster.first).days
        self.tour = self.lines[asked.member][self.place]

    def told(self) -> WhyCell:
        """The answer."""
        asked, turn = self.asked, self._turn(self.tour)
        others, cannot, unasked = self._others() if turn is not None else ([], {}, [])
        chart = self.source.chart(asked.member)
        return WhyCell(
            unit=self.case.unit,
            member=asked.member,
            day=asked.day,
            tour=self.tour,
            origin=self.source.origin(asked.member, asked.day),
            amended=self.source.amended(asked.member, asked.day),
            chart=None if chart is None else chart.get(self.place, OFF),
            covers=tuple(self._served(self.tour, OFF)),
            around=self._around(asked.member, self.lines[asked.member], self._need(self.tour, OFF)),
            others=tuple(others),
            cannot=cannot,
            unasked=tuple(unasked),
            change=None if asked.to is None else self.change(asked.to),
        )

    def _turn(self, tour: str) -> Turn | None:
        return None if tour == OFF else self.source.turn(tour, self.asked.day)

    def _need(self, *tours: str) -> Span:
        """The time of the first of these tours that is one; of the whole day where none is."""
        turn = next((turn for tour in tours if (turn := self._turn(tour)) is not None), None)
        if turn is not None:
            return turn.start, turn.end
        return self.source.midnight(self.asked.day), self.source.midnight(self.asked.day + DAY)

    def _line(self, member: str, tour: str) -> Line:
        """The member's line with another entry on the day."""
        line = self.lines[member]
        return (*line[: self.place], tour, *line[self.place + 1 :])

    def _served(self, tour: str, to: str) -> Iterator[Served]:
        """The covers of both tours for which the member counts, with how many they have and would have."""
        for c in self.case.cover:
            who = self.case.counted.get((self.place, c.tour, c.who), frozenset())
            if c.tour in (tour, to) and c.holds_on(self.asked.day) and self.asked.member in who:
                have = sum(self.lines[m][self.place] == c.tour for m in who if m in self.lines)
                would = have + (c.tour == to) - (c.tour == tour)
                yield Served(c.tour, c.who, have, would, c.minimum, c.target)

    def _around(self, member: str, line: Line, need: Span) -> Around:
        file, zone = self.source.file(member, line), self.case.schedule.zone
        spans = ledger_of(file, self.case.schedule, need[0] - MONTH - DAY, need[1] + MONTH).spans
        ends, starts = [b for _, b in spans if b <= need[0]], [a for a, _ in spans if a >= need[1]]
        works = self._turn(line[self.place]) is not None
        said = crossings(file, self.case.schedule, self.case.profile, need[0], need[1] + AFTER)
        return Around(
            most_within(spans, WEEK, need) if spans else timedelta(),
            most_within(spans, MONTH, need) if spans else timedelta(),
            need[0] - max(ends) if ends and works else None,
            min(starts) - need[1] if starts and works else None,
            tuple(caution_says(b, zone) for b in said),
        )

    def _more(self, changes: Mapping[str, Line]) -> int | None:
        """How many points more the roster would have with these lines, as the problem's checker counts them; None where
        the problem does not know a tour of theirs."""
        known = {tour.ref for tour in self.case.instance.tours} | {OFF}
        if any(entry not in known for line in changes.values() for entry in line):
            return None
        return more_of(self.case.instance, self.lines, changes)

    @cached_property
    def begun(self) -> str | None:
        """Why nobody can have the tour any more; None: they can."""
        return self.source.begun(self.tour, self.asked.day)

    @cached_property
    def now(self) -> int:
        """The points of the roster as it is."""
        return total_of(self.case.instance, self.lines)

    def _others(self) -> tuple[list[Other], dict[str, list[str]], list[str]]:
        """Who could have the tour instead, why not others, and who was not held to the rules."""
        cannot: dict[str, list[str]] = {}
        open_: list[str] = []
        for member in sorted(self.lines.keys() - {self.asked.member}):
            why = self._why_not(member)
            if why is None:
                open_.append(member)
            else:
                cannot.setdefault(why, []).append(member)
        open_.sort(key=self._closeness)
        found: list[Other] = []
        together = AT_ONCE
        while open_ and (self.asked.everybody or len(found) < FEW):
            some, open_, together = open_[:together], open_[together:], 2 * together
            for member, held in self.source.held(dict.fromkeys(some, self.tour), self.asked.day).items():
                if held.wrong:
                    cannot.setdefault(held.wrong[0].removeprefix(f"{member} "), []).append(member)
                else:
                    found.append(self._other(member, held.cautions))
        found.sort(
            key=lambda o: (
                not o.counts,
                len(o.cautions),
                o.penalty is None,
                o.penalty or 0,
                o.in_week or timedelta(),
                o.member,
            )
        )
        return found, cannot, open_

    def _why_not(self, member: str) -> str | None:
        """Why somebody cannot have the tour, as far as no rule has to be asked; None: nothing is known."""
        entry = self.lines[member][self.place]
        if entry != OFF:
            return f"{ON}{entry} that day"
        if self.begun is not None:
            return self.begun
        for c in self._served(self.tour, OFF):
            if c.short and member not in self.case.counted[self.place, c.tour, c.who]:
                return f"{NO_MORE}{c.who}, of whom there would be {c.would} of {c.minimum}"
        return None

    def _counts(self, member: str) -> bool:
        """Whether somebody counts for every cover that the entry serves."""
        return all(member in self.case.counted[self.place, c.tour, c.who] for c in self._served(self.tour, OFF))

    def _closeness(self, member: str) -> tuple[bool, int, str]:
        """Who is asked first: who counts for the same covers, then whose line would break the fewest of the rules that
        plans are made by."""
        of = next((m for m in self.case.instance.members if m.ref == member), None)
        known = {tour.ref for tour in self.case.instance.tours} | {OFF}
        line = self._line(member, self.tour)
        sound = of is not None and known.issuperset(line)
        broken = len(line_breaches(self.case.instance, of, line)) if of and sound else len(line)
        return not self._counts(member), broken, member

    def _other(self, member: str, cautions: tuple[str, ...]) -> Other:
        line = self._line(member, self.tour)
        around = self._around(member, line, self._need(self.tour))
        more = self._more({member: line, self.asked.member: self._line(self.asked.member, OFF)})
        return Other(member, self._counts(member), cautions, around.in_week, around.in_month, more)

    def change(self, to: str) -> Change:
        """What another entry would do."""
        member = self.asked.member
        before, after = self.lines[member], self._line(member, to)
        held = self.source.held({member: to}, self.asked.day)[member]
        more = self._more({member: after})
        exists = to == OFF or self.source.knows(to)
        return Change(
            to=to,
            covers=tuple(self._served(self.tour, to)) if to != self.tour else (),
            wrong=held.wrong,
            waive=held.waive,
            cautions=held.cautions,
            around=self._around(member, after if exists else before, self._need(to if exists else OFF, self.tour)),
            off_chart=(self._off_chart(before), self._off_chart(after)),
            penalty=None if more is None else (self.now, self.now + more),
            signers=self.source.signers,
        )

    def _off_chart(self, line: Line) -> int:
        """Days of the member's line that are not as the chart has them."""
        chart = self.source.chart(self.asked.member)
        return 0 if chart is None else sum(entry != chart.get(day, OFF) for day, entry in enumerate(line))
