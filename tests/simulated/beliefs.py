"""What a record says, read from its facts alone: no table, service or rule of Muster is asked. Time is in whole minutes
since ``ORIGIN``, so that hours that come twice, or not at all, on the clocks of a night are hours like any others."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.services.fairness import Said

ORIGIN: Final = datetime(2020, 10, 1, tzinfo=UTC)
MINUTES: Final = 80 * 24 * 60
DAYS: Final = 75
MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
EVENTS: Final = ("roll_call", "roster", "offering", "offer", "contact", "tasking", "escalation")
"""Nouns whose facts are not rows."""
Body = Mapping[str, Any]


def minute(at: datetime) -> int:
    """An instant as a minute, cut to the time that is looked at. Raises ``AssertionError`` for one between minutes."""
    whole, rest = divmod(at - ORIGIN, MINUTE)
    assert not rest, f"{at} lies between two minutes"
    return min(max(whole, 0), MINUTES)


def said_minute(body: Body, name: str, default: int = MINUTES) -> int:
    """The instant that a row says."""
    return minute(datetime.fromisoformat(body[name])) if name in body else default


def span_of(body: Body) -> tuple[int, int]:
    """From when to when a row holds."""
    return said_minute(body, "since", 0), said_minute(body, "until")


@dataclass(frozen=True)
class Turn:
    """A tour that somebody has, from its first minute to the one at which it is over."""

    start: int
    end: int
    tour: str
    day: date
    unit: str


class Beliefs:
    """What the record said up to a point: rows by noun, a roster's entries by member and day, calls of the roll."""

    def __init__(self, contents: Mapping[str, str]) -> None:
        self._contents = contents
        self.rows: dict[str, dict[tuple[str, ...], Body]] = defaultdict(dict)
        self.of_member: dict[str, dict[str, dict[tuple[str, ...], Body]]] = defaultdict(lambda: defaultdict(dict))
        self.rosters: dict[tuple[str, ...], Body] = {}
        self.entries: dict[str, dict[date, str]] = defaultdict(dict)
        self.unit_of_line: dict[str, str] = {}
        self.roll_calls: dict[tuple[str, ...], Body] = {}
        self.version: Counter[str] = Counter()
        self._turns: dict[tuple[str, int], list[Turn]] = {}

    def take(self, said: Said) -> None:
        """Believe one fact more."""
        noun, _, verb = said.kind.partition(".")
        if noun == "roster":
            self._roster(said, verb)
        elif noun == "roll_call":
            self.roll_calls[said.key] = said.body
        elif noun not in EVENTS:
            self._row(noun, verb, said)

    def _row(self, noun: str, verb: str, said: Said) -> None:
        before = self.rows[noun].pop(said.key, None)
        if before is not None and "member" in before:
            del self.of_member[before["member"]][noun][said.key]
        body = before if verb == "removed" else {**said.body, "seq": said.seq}
        if body is not None and "member" in body:
            self.version[body["member"]] += 1
        if body is not None and verb != "removed":
            self.rows[noun][said.key] = body
            if "member" in body:
                self.of_member[body["member"]][noun][said.key] = body

    def _roster(self, said: Said, verb: str) -> None:
        if verb == "published":
            text = self._contents[said.body["content"]]
            assert hashlib.sha256(text.encode()).hexdigest() == said.body["content"], f"{said.seq}: not what was signed"
            first = date.fromisoformat(said.body["first"])
            self.rosters[said.key] = said.body
            for member, line in json.loads(text)["lines"].items():
                self.unit_of_line[member] = said.body["unit"]
                self.entries[member] |= {first + n * ONE_DAY: tour for n, tour in enumerate(line)}
                self.version[member] += 1
        else:
            tour = said.body["tour"]
            self.entries[said.body["member"]][date.fromisoformat(said.body["day"])] = "" if tour == "off" else tour
            self.version[said.body["member"]] += 1

    @property
    def zone(self) -> ZoneInfo:
        """The force's zone."""
        (force,) = self.rows["force"].values()
        return ZoneInfo(force["zone"])

    def mine(self, member: str, noun: str) -> list[Body]:
        """The rows of a noun about a member."""
        return [*self.of_member[member][noun].values()]

    def clock(self, day: date, hhmm: str) -> int:
        """The minute at which clocks first show a time of a day."""
        here = datetime(day.year, day.month, day.day, int(hhmm[:2]), int(hhmm[2:]), tzinfo=self.zone)
        return minute(here.astimezone(UTC))

    def on_tour(self, name: str, day: date) -> tuple[int, int]:
        """From when to when a tour of a day goes."""
        tour = self.rows["tour"][name,]
        return self.clock(day, tour["start"]), self.clock(day + tour["days"] * ONE_DAY, tour["end"])

    def turns(self, member: str) -> list[Turn]:
        """Every tour that rosters, and charts where there is none, give a member in the time looked at."""
        asked = member, self.version[member]
        if asked not in self._turns:
            self._turns[asked] = sorted(self._found(member), key=lambda t: (t.start, t.end))
        return self._turns[asked]

    def _found(self, member: str) -> Iterator[Turn]:
        places, lent = self.mine(member, "squad_place"), self.mine(member, "attachment")
        entries, unit = self.entries.get(member, {}), self.unit_of_line.get(member, "")
        for n in range(1, DAYS):
            day = ORIGIN.date() + n * ONE_DAY
            midnight = self.clock(day, "0000")
            away = [a for a in lent if span_of(a)[0] <= midnight < span_of(a)[1]]
            if day in entries and all(a["unit"] == unit for a in away):
                if entries[day]:
                    yield Turn(*self.on_tour(entries[day], day), entries[day], day, unit)
                continue
            for place in away or places:
                yield from self._by_chart(place, day)

    def _by_chart(self, place: Body, day: date) -> Iterator[Turn]:
        squad = self.rows["squad"].get((place.get("squad", ""),))
        if squad is None:
            return
        chart = self.rows["chart"][squad["chart"],]
        days = (day - date.fromisoformat(chart["anchor"])).days - squad.get("offset", 0)
        word = chart["cycle"][days % len(chart["cycle"])]
        name = squad.get("tour") if word == "W" else word
        if name is not None and word != "o":
            start, end = self.on_tour(name, day)
            if span_of(place)[0] <= start < span_of(place)[1]:
                yield Turn(start, end, name, day, squad["unit"])
