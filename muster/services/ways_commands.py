"""The commands that carry out ways out of a shortage, as somebody types them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from shlex import join

from muster.domain.calling_in import CallIn
from muster.domain.instants import local_text
from muster.domain.ways_out import Kind, Post, Way
from muster.domain.wording import few
from muster.services.call_ins import next_name
from muster.services.ways_calling import Need, call_in_of
from muster.services.ways_ground import Grounds
from muster.services.ways_lent import over_both

MOST_NAMED = 5
"""So many who are passed over are named in the reason."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Makes the commands for one question; ``post``: the cover that is short."""

    grounds: Grounds
    post: Post

    def commands(self, ways: Sequence[Way]) -> tuple[str, ...]:
        """The commands for these ways together, in the order in which they are run. Who is called for the same hours is
        called by one call-in, in the order of its list."""
        groups: dict[tuple[bool, datetime, datetime], list[Way]] = {}
        said: list[str] = []
        for way in ways:
            said += [*self._waive(way)] if way.waived else []
            if way.kind in ("call-in", "order", "hold-over", "early"):
                need = self._need(way)
                groups.setdefault((need.kind == "hold-over", need.since, need.until), []).append(way)
            else:
                said += {"move": self._amend, "leave": self._leave, "loan": self._loan}[way.kind](way)
        names = _names(self.grounds, self.post.unit)
        for group, name in zip(groups.values(), names, strict=False):
            said += self._called(sorted(group, key=lambda way: way.cost.place), name)
        return tuple(said)

    def why_short(self) -> str | None:
        """The command that asks which rules and absences leave the tour short in every roster; None where no published
        roster has any of its days left."""
        roster, zone = self.grounds.roster, self.grounds.ground.period.zone
        first = max(self.post.day, self.grounds.ask.at.astimezone(zone).date())
        if roster is None or first > roster.last:
            return None
        absent = ",".join(sorted(m for m in self.grounds.ask.absent if self.grounds.line(m) is not None))
        last = max(first, self.grounds.ask.turn.end.astimezone(zone).date())
        supposed = ["--absent", absent, "--to", str(last)] if absent else []
        of = ["--day", str(self.post.day), "--tour", self.post.tour, "--who", self.post.who, "--from", str(first)]
        return _typed("roster", "why-short", self.post.unit, *of, *supposed, *self._now)

    def _need(self, way: Way) -> Need:
        if way.kind == "early":
            return Need("early", way.duty[0], way.duty[0] + way.overtime)
        kind: Kind = "hold-over" if way.kind == "hold-over" else "call-in"
        return Need(kind, way.duty[0], way.duty[0] + way.overtime)

    def _clock(self, at: datetime) -> str:
        return local_text(at, self.grounds.ground.period.zone)

    @property
    def _now(self) -> list[str]:
        return ["--at", self._clock(self.grounds.ask.at)] if self.grounds.ask.said else []

    @property
    def _why(self) -> str:
        return f"{self.post.tour} of {self.post.day} is short of {self.post.who}"

    @property
    def _by(self) -> tuple[str, str]:
        return self.grounds.signer or ("NOBODY", "NOBODY")

    def _waive(self, way: Way) -> Iterator[str]:
        w = way.waived
        assert w is not None
        yield _typed("waive", way.member, "--rule", w.rule, "--at", self._clock(w.since), "--until",
                     self._clock(w.until), "--rest-owed", str(w.rest_owed_hours), "--by", w.signer)  # fmt: skip

    def _amend(self, way: Way) -> Iterator[str]:
        yield _typed("roster", "amend", self.post.unit, "--member", way.member, "--day", str(self.post.day),
                     "--tour", self.post.tour, "--reason", self._why, "--by", self._by[0], *self._now)  # fmt: skip

    def _leave(self, way: Way) -> Iterator[str]:
        assert way.leave is not None
        away, since, until = way.leave
        yield _typed("record", "take-back", f"absence/{away}", "--by", self._by[1], "--why",
                     f"moved by {way.days_moved} days: {self._why}")  # fmt: skip
        kind = away.split("/")[1]
        yield _typed("absent", way.member, "--kind", kind, "--at", self._clock(since), "--until", self._clock(until))
        if way.entry is not None:
            yield from self._amend(way)

    def _loan(self, way: Way) -> Iterator[str]:
        by = over_both(self.grounds, way.of) or "NOBODY"
        yield _typed("attach", way.member, "--unit", self.post.unit, "--from", self._clock(way.covers[0]), "--until",
                     self._clock(way.covers[1]), "--tour", self.post.tour, "--reason", self._why, "--by", by,
                     *self._now)  # fmt: skip

    def _called(self, ways: Sequence[Way], name: str) -> Iterator[str]:
        need = self._need(ways[0])
        yield self._open(call_in_of(self.grounds, self.post, need, name), len(ways))
        answered: set[str] = set()
        for way in ways:
            why = self._passed(way, answered)
            said = ["order", name, way.member] if way.kind == "order" else ["answer", name, way.member, "--accepted"]
            more = ["--why", why] if why else []
            yield _typed("call-in", *said, "--by", self._by[1], *more, *self._now)
            answered.add(way.member)
        for way in ways:
            begin = ["hold-over", way.member] if way.kind == "hold-over" else ["sign-on", way.member, self.post.unit]
            yield _typed(*begin, "--at", self._clock(way.duty[0]))
            yield _typed("sign-off", way.member, "--at", self._clock(way.duty[1]))

    def _open(self, c: CallIn, needed: int) -> str:
        kind = ["--kind", c.kind] if c.kind == "hold-over" else []
        whom = [*(["--rank", c.rank] if c.rank else []), *(["--qualification", c.qualification] if c.qualification
                                                           else [])]  # fmt: skip
        return _typed("call-in", "open", c.unit, "--name", c.call_in, *kind, "--from", self._clock(c.since), "--until",
                      self._clock(c.until), "--needed", str(needed), *whom, "--why", self._why, "--by", self._by[1],
                      *self._now)  # fmt: skip

    def _passed(self, way: Way, answered: set[str]) -> str:
        """Why the member comes before those who are ahead, or past a clause; empty where neither is so."""
        ahead = [m for m in way.ahead if m not in answered]
        said = [f"passes {few(ahead, MOST_NAMED)}"] if ahead else []
        said += [f"past the contract: {way.past}"] if way.past else []
        said += ["ordered: nobody is asked first"] if way.kind == "order" else []
        return "; ".join([*said, self._why] if said else [])


def _typed(*words: str) -> str:
    return join(["muster", *words])


def _names(grounds: Grounds, unit: str) -> Iterator[str]:
    """Names for call-ins that are not in the record yet."""
    first = next_name(grounds.views, unit)
    number = int(first.rpartition("-C")[2])
    yield from (f"{unit}-C{n}" for n in count(number))
