"""Published rosters: what stands in the fact, what stands beside it under its hash, and the line of each member."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final, Self

from muster.domain.record import canonical
from muster.domain.schema import Row, changed, column, flag, from_body, instant, maybe_ref, ref, text, whole, written

OFF: Final = ""
"""The entry of a day off in a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Row):
    """A roster that a person published for a unit, and what was amended last. Its lines stand beside the facts, under
    the hash ``content``; ``digest`` is the hash of this version. One that was withdrawn from a day on has the days
    before it; without any it is gone."""

    NOUN: ClassVar[str] = "roster"

    unit: str = ref("the unit", to="unit", key=True)
    first: date = column("date", "its first day", key=True)
    days: int = whole("how many days", least=1, most=371)
    since: datetime = instant("local midnight before the first day")
    until: datetime = instant("local midnight after the last day")
    version: int = whole(
        "1 when published, or one more than that in place of which it was; one more with each change", least=1,
        most=1_000_000,
    )  # fmt: skip
    content: str = text("SHA-256 of the lines that were published, as they are kept beside the facts")
    digest: str = text("SHA-256 of this version: of the lines, then over it and each change")
    by: str = ref("the position that published or changed it", to="position")
    signer: str = ref("the member who held it then", to="member")
    waived: tuple[str, ...] = column(
        "texts", "waivers without which its lines would cross a hard rule: member/rule/since", default=()
    )
    member: str | None = maybe_ref("whose line was amended last", to="member")
    day: date | None = column("date", "the day of which", default=None)
    was: str | None = text("the tour before; 'off' for a day off", default=None)
    tour: str | None = text("the tour since; 'off' for a day off", default=None)
    reason: str | None = text("why", default=None, sealed=True)
    request: str | None = maybe_ref("the request by which it was amended; None: by none", to="request")

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """What was published stays; an amendment says only what it changes, and a withdrawal from when."""
        if verb == "withdrawn":
            return None if before is None else before.withdrawn(body)
        if before is None or verb != "amended":
            return from_body(cls, body)
        waived = (*before.waived, *(w for w in body.get("waived", ()) if w not in before.waived))
        said = {"request": None, **body, "day": date.fromisoformat(body["day"]), "waived": waived}
        return changed(before, **said)

    def withdrawn(self, body: Mapping[str, Any]) -> Self | None:
        """What a fact that withdrew it left: the days before; None where there are none."""
        days = (date.fromisoformat(body["from_day"]) - self.first).days
        said = {name: body[name] for name in ("version", "digest", "by", "signer", "reason")}
        until = datetime.fromisoformat(body["until"])
        gone = dict.fromkeys(("member", "day", "was", "tour", "request"))
        return changed(self, **said, **gone, days=days, until=until) if days else None

    def withdrawal(self, from_day: date, until: datetime, by: str, signer: str, reason: str) -> dict[str, Any]:
        """The body of the fact that withdraws it from a day on; ``until``: the local midnight before that day. What is
        left has the hash of a version of its own."""
        body = {
            "from_day": max(from_day, self.first).isoformat(), "until": written(max(until, self.since)),
            "content": self.content, "version": self.version + 1, "by": by, "signer": signer, "reason": reason,
        }  # fmt: skip
        return {**body, "digest": changed_digest(self.digest, body)}

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.days - 1)

    def meets(self, first: date, last: date) -> bool:
        """Whether it has days in common with another period."""
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine(Row):
    """A member's line in a published roster: one entry a day from ``first`` on, a tour or empty for a day off. Nobody
    records it by itself: it follows from the roster's facts and what is kept beside them. A line that was withdrawn
    has the days before, if only none."""

    NOUN: ClassVar[str] = "duty_line"

    member: str = ref("the member", to="member", key=True)
    unit: str = ref("the unit whose roster it is", to="unit", key=True)
    first: date = column("date", "first day of the roster", key=True)
    since: datetime = instant("local midnight before the first day")
    until: datetime = instant("local midnight after the last day")
    version: int = whole("version of the roster that gave the line", least=1, most=1_000_000)
    guest: bool = flag("rostered because attached to the unit: it holds only while they are", default=False)
    tours: tuple[str, ...] = column("texts", "the tour of each day; empty for a day off")

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The line, or the one before as it was amended or withdrawn."""
        if verb == "withdrawn":
            return None if before is None else before.withdrawn(body)
        if before is None or verb != "amended":
            return from_body(cls, body)
        return before.amended(body)

    @property
    def stream(self) -> str:
        """The stream of the roster's facts."""
        return f"{Published.NOUN}/{self.unit}/{self.first.isoformat()}"

    def entry(self, day: date) -> str | None:
        """The tour of a day, ``OFF`` for a day off; None for a day that is not the roster's."""
        place = (day - self.first).days
        return self.tours[place] if 0 <= place < len(self.tours) else None

    def changed_days(self, other: Self) -> list[date]:
        """The days on which another version of the line has another tour."""
        both = zip(self.tours, other.tours, strict=True)
        return [self.first + timedelta(days=place) for place, (was, now) in enumerate(both) if was != now]

    def amended(self, body: Mapping[str, Any]) -> Self:
        """The line with the entry that a fact amended."""
        return self.with_entry(date.fromisoformat(body["day"]), entry_of(body["tour"]), body["version"])

    def withdrawn(self, body: Mapping[str, Any]) -> Self:
        """The line up to the day from which a fact withdrew it."""
        days = (date.fromisoformat(body["from_day"]) - self.first).days
        return changed(
            self, tours=self.tours[:days], until=datetime.fromisoformat(body["until"]), version=body["version"]
        )

    def with_entry(self, day: date, tour: str, version: int) -> Self:
        """The line with another entry on a day of it."""
        place = (day - self.first).days
        return changed(self, tours=(*self.tours[:place], tour, *self.tours[place + 1 :]), version=version)


PUBLISHED: Final = f"{Published.NOUN}.published"
AMENDED: Final = f"{Published.NOUN}.amended"
WITHDRAWN: Final = f"{Published.NOUN}.withdrawn"
DAY_OFF: Final = "off"
"""How people, and facts, say a day off."""


def entry_of(said: str) -> str:
    """The entry for what people say: a tour, or off."""
    return OFF if said == DAY_OFF else said


def said_of(entry: str) -> str:
    """What people say for an entry."""
    return entry or DAY_OFF


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of a roster, as they are hashed and kept. ``guests``: those rostered because they are attached."""

    unit: str
    first: date
    lines: Mapping[str, Sequence[str]]
    guests: Collection[str] = ()

    @property
    def text(self) -> str:
        """The one text of these lines."""
        lines = {member: list(line) for member, line in self.lines.items()}
        return canonical(
            {"unit": self.unit, "first": self.first.isoformat(), "guests": sorted(self.guests), "lines": lines}
        )

    @classmethod
    def read(cls, said: str) -> "Content":
        """The lines of a text. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for what is none."""
        told = json.loads(said)
        lines = {member: tuple(line) for member, line in told["lines"].items()}
        return cls(told["unit"], date.fromisoformat(told["first"]), lines, frozenset(told["guests"]))

    def duty_lines(self, roster: Published) -> Iterator[DutyLine]:
        """The line of each member, for the roster whose lines these are."""
        for member, line in self.lines.items():
            yield DutyLine(
                member=member,
                unit=roster.unit,
                first=roster.first,
                since=roster.since,
                until=roster.until,
                version=roster.version,
                guest=member in self.guests,
                tours=tuple(line),
            )


def folded(said: Iterable[tuple[str, Mapping[str, Any]]], contents: Mapping[str, Content]) -> list[DutyLine]:
    """The lines that facts about one roster give, each with kind and body, in order; ``contents``: those that were
    published, by hash."""
    lines: dict[str, DutyLine] = {}
    for kind, body in said:
        if kind == PUBLISHED:
            roster = from_body(Published, body)
            lines |= {line.member: line for line in contents[roster.content].duty_lines(roster)}
        elif kind == AMENDED and body["member"] in lines:
            lines[body["member"]] = lines[body["member"]].amended(body)
        elif kind == WITHDRAWN:
            lines |= {m: lines[m].withdrawn(body) for m in contents[body["content"]].lines}
    return list(lines.values())


def changed_digest(before: str, body: Mapping[str, Any]) -> str:
    """The hash of a version: over that of the version before, and what the fact that changed it says of the entry, or
    of the day from which it was withdrawn."""
    names = ("from_day", "content", "version") if "from_day" in body else ("member", "day", "was", "tour", "version")
    return hash_of(canonical({"before": before, **{name: body[name] for name in names}}))


def hash_of(said: str) -> str:
    """The name under which a text is kept."""
    return sha256(said.encode(errors="surrogateescape")).hexdigest()
