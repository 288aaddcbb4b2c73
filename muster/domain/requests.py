"""Requests: what a member asks for, leave or a swap of tours, which somebody else decides; or would rather have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final, Literal, Self

from muster.domain.errors import Refused
from muster.domain.published import entry_of, said_of
from muster.domain.record import Fact
from muster.domain.schedule import WEEKDAYS
from muster.domain.schema import Row, changed, choice, column, flag, from_body, instant, maybe_ref, ref, text, to_body

Verdict = Literal["granted", "declined"]
RUNS: Final = ("asked", "open")
"""States in which somebody still has to say something: the other member, then whoever decides."""
STATES: Final = {
    "consented": "open", "refused": "refused", "withdrawn": "withdrawn", "granted": "granted", "declined": "declined"
}  # fmt: skip
"""What each step makes of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Row):
    """What a member asks for, as it stands. Leave and swaps are decided; a preference stands until it is withdrawn, and
    whoever makes a roster gives it as far as cover and rules leave room. Its facts are events."""

    NOUN: ClassVar[str] = "request"

    request: str = ref("short name of the request", key=True)
    kind: str = choice("what is asked for", "leave", "swap", "preference")
    member: str = ref("the member who asks", to="member")
    unit: str = ref("the unit in whose roster they are", to="unit")
    filed_at: datetime = instant("when it was filed")
    first: date = column("date", "the first day that it is about; of a swap the day of the tour that is given")
    last: date = column("date", "the last day that it is about; of a swap the day of the tour that is taken in return")
    other: str | None = maybe_ref("of a swap: the member to whom the tour is given", to="member")
    returns: bool = flag("of a swap: whether a tour is taken in return", default=False)
    entries: tuple[str, ...] = column(
        "texts", "of a swap: the entries as they were when it was filed, member/day/tour", default=()
    )
    tour: str | None = text("of a preference: the tour, or 'off'", default=None)
    wanted: bool = flag("of a preference: whether it is wanted; else it is not", default=True)
    weekday: str | None = text("of a preference: on this day of the week alone, like 'wed'", default=None)
    reason: str | None = text("why, in words, for those entitled", default=None, sealed=True)
    state: str = choice(
        "how it stands", "asked", "open", "stands", *(s for s in STATES.values() if s != "open"), default="open"
    )
    by: str | None = maybe_ref("the position that decided it", to="position")
    decider: str | None = maybe_ref("the member who held that position then", to="member")
    why: str | None = text("why the last step was taken, in words, for those entitled", default=None, sealed=True)
    short: tuple[str, ...] = column(
        "texts", "tours that a grant left under their minimum, whoever decided knowing it", default=()
    )
    absence: str | None = text("of leave that was granted: the absence that records it", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The request once this event followed."""
        if before is None:
            return from_body(cls, body)
        said = {name: body.get(name) for name in ("by", "decider", "why", "absence")}
        return changed(before, **said, short=tuple(body.get("short", ())), state=STATES[verb])

    @property
    def parties(self) -> tuple[str, ...]:
        """Those whose lines it is about: none of them decides it."""
        return (self.member,) if self.other is None else (self.member, self.other)

    @property
    def runs(self) -> bool:
        """Whether somebody still has to say something to it."""
        return self.state in RUNS

    @property
    def days(self) -> Iterator[date]:
        """The days that it is about: every one from the first to the last, of a swap those of its tours, of a
        preference those that fall on its day of the week."""
        if self.kind == "swap":
            yield from sorted({self.first, self.last})
            return
        for n in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=n)
            if self.weekday in (None, WEEKDAYS[day.weekday()]):
                yield day

    @property
    def swapped(self) -> list["Entry"]:
        """The entries of a swap as they were when it was filed: of both members, by day."""
        return [entry_of_text(said) for said in self.entries]

    def asks_the_same(self, other: "Request") -> bool:
        """Whether another one asks for the same thing."""
        about = ("kind", "member", "unit", "first", "last", "other", "returns", "tour", "wanted", "weekday", "entries")
        return all(getattr(self, name) == getattr(other, name) for name in about)

    def event(self, verb: str, at: datetime, **body: Any) -> Fact:
        """A fact about this request; values that are None or empty are left out."""
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, {k: v for k, v in body.items() if v})

    def filed(self) -> Fact:
        """The fact that it was filed."""
        return Fact(self.stream, f"{self.NOUN}.filed", self.filed_at, to_body(self))

    def consent(self, member: str, at: datetime) -> list[Fact]:
        """The facts that follow when the other member of a swap consents; none when they have."""
        self._must_be_asked(member)
        if self.state == "open":
            return []
        self._must_be("consented to", "asked")
        return [self.event("consented", at, member=member)]

    def refuse(self, member: str, why: str | None, at: datetime) -> list[Fact]:
        """The facts that follow when the other member of a swap refuses; none when they have. ``why`` is a token."""
        self._must_be_asked(member)
        if self.state == "refused":
            return []
        self._must_be("refused", "asked")
        return [self.event("refused", at, member=member, why=why)]

    def withdraw(self, member: str, why: str | None, at: datetime) -> list[Fact]:
        """The facts that follow when a party withdraws; none when it was withdrawn. ``why`` is a token."""
        if member not in self.parties:
            parties = " and ".join(self.parties)
            raise Refused(f"request {self.request} is of {parties}: {member} cannot withdraw it")
        if self.state == "withdrawn":
            return []
        self._must_be("withdrawn", "asked", "open", "stands")
        return [self.event("withdrawn", at, member=member, why=why)]

    def is_decided(self, verb: str, by: str) -> bool:
        """Whether this position has decided it so already. Raises ``Refused`` where it cannot be decided any more, or
        not yet, with how it stands."""
        if self.state == verb and self.by == by:
            return True
        if self.state == "asked":
            raise Refused(f"request {self.request} waits for the consent of {self.other}: decide it when they have")
        self._must_be("decided", "open")
        return False

    def decided(self, verb: str, at: datetime, **body: Any) -> Fact:
        """The fact that it was decided: ``granted`` or ``declined``."""
        return self.event(verb, at, **body)

    def _must_be_asked(self, member: str) -> None:
        if self.other != member:
            whom = "nobody" if self.other is None else self.other
            raise Refused(f"request {self.request} asks {whom} for consent, not {member}")

    def _must_be(self, what: str, *states: str) -> None:
        if self.state not in states:
            by = f" by {self.decider} ({self.by})" if self.by else ""
            done = {"stands": "a preference, which nobody decides", "open": "open"}.get(self.state, self.state + by)
            taken_back = f"; who stands over {self.member} takes the leave back, absence/{self.absence}"
            more = taken_back if what == "withdrawn" and self.absence else ""
            raise Refused(f"request {self.request} is {done}: it cannot be {what} any more{more}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a line. ``tour`` empty: a day off."""

    member: str
    day: date
    tour: str

    @property
    def text(self) -> str:
        """The entry as it stands in the fact of a swap."""
        return f"{self.member}/{self.day.isoformat()}/{said_of(self.tour)}"


def entry_of_text(said: str) -> Entry:
    """The entry that such a text is about."""
    member, day, tour = said.split("/")
    return Entry(member, date.fromisoformat(day), entry_of(tour))


def exchanged(entries: Sequence[Entry]) -> list[Entry]:
    """The entries of two members with those of each day exchanged between them, in the same order."""
    tours = {(e.member, e.day): e.tour for e in entries}
    members = list(dict.fromkeys(e.member for e in entries))
    return [Entry(e.member, e.day, tours[next(m for m in members if m != e.member), e.day]) for e in entries]
