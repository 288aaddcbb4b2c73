"""Separations: how members leave, from filing to effect.

Retirement and resignation are filed by the member and can be withdrawn; dismissal is decided and death recorded, and
neither can. Papers need nobody's consent to take effect: accepting them fixes the dates.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from muster.domain.errors import Check, Refused, require
from muster.domain.instants import local_text, on_clock
from muster.domain.record import Fact
from muster.domain.schema import Row, choice, from_body, instant, read, ref, text, to_body, written

FILED_BY_THE_MEMBER = ("retirement", "resignation")
KINDS = (*FILED_BY_THE_MEMBER, "dismissal", "death")
IsBusinessDay = Callable[[date], bool]
LONGEST_SEARCH = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation(Row):
    """A member leaves. From ``leave_from`` (terminal leave) the position can be filled; until ``effective`` the
    member is still in the force. Its facts are events."""

    NOUN: ClassVar[str] = "separation"

    separation: str = ref("short name of the separation", key=True)
    member: str = ref("who leaves", to="member")
    kind: str = choice("how", *KINDS)
    state: str = choice("how far it has come", "filed", "accepted", "withdrawn", "superseded")
    filed: datetime = instant("when the papers were put in, or the decision was made")
    effective: datetime = instant("first instant at which the member is no longer in the force")
    leave_from: datetime | None = instant("first instant of terminal leave; None: works to the end", default=None)
    why: str | None = text("in words, for those entitled", default=None, sealed=True)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The separation once this event followed; asking to reconsider changes nothing."""
        if verb == "removed":
            return None
        if before is None or verb in ("entered", "changed"):
            return from_body(cls, body)
        changes: dict[str, Any] = {}
        if verb == "accepted":
            changes = {"state": "accepted", "leave_from": None}
        if verb in ("withdrawn", "superseded"):
            changes = {"state": verb}
        changes |= {c: read("instant", body[c]) for c in ("effective", "leave_from") if c in body}
        return replace(before, **changes, **{c: body[c] for c in ("kind",) if c in body})

    def stands(self) -> bool:
        """Whether it will take effect or has."""
        return self.state not in ("withdrawn", "superseded")

    @property
    def vacates_from(self) -> datetime:
        """From when the member's positions can be filled: terminal leave, or the effect itself."""
        return self.leave_from or self.effective

    def phase(self, at: datetime) -> str:
        """How far it is at an instant: its state, then ``terminal-leave``, then ``in-effect``."""
        if not self.stands():
            return self.state
        if self.effective <= at:
            return "in-effect"
        return "terminal-leave" if self.leave_from is not None and self.leave_from <= at else self.state

    def event(self, verb: str, at: datetime, by: str, **body: Any) -> Fact:
        """A fact about this separation, with who brought it about."""
        said = {k: written(v) if isinstance(v, datetime) else v for k, v in body.items() if v is not None}
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, {"by": by, **said})

    def accept(self, by: str, at: datetime, effective: datetime | None, leave_from: datetime | None) -> list[Fact]:
        """The facts that fix when it takes effect (None: as filed) and when terminal leave begins (None: no leave).
        They may be fixed anew until it has taken effect; none when they are so already."""
        effective = effective or self.effective
        self._must_stand(at, "accepted")
        ordered = leave_from is None or self.filed <= leave_from <= effective
        require(
            f"separation {self.separation}",
            Check("effective", effective, effective >= self.filed, f"must not be before it was filed, {self.filed}"),
            Check("leave_from", leave_from, ordered, f"must lie between {self.filed} and {effective}"),
        )
        if (self.state, self.effective, self.leave_from) == ("accepted", effective, leave_from):
            return []
        return [self.event("accepted", at, by, effective=effective, leave_from=leave_from)]

    def withdraw(self, by: str, at: datetime, chance: "LastChance") -> list[Fact]:
        """The facts by which the member takes it back; none when that was done. Raises ``Refused`` after the last
        day, and for what cannot be withdrawn."""
        if self.state == "withdrawn":
            return []
        if self.kind not in FILED_BY_THE_MEMBER:
            raise Refused(f"separation {self.separation}: a {self.kind} cannot be withdrawn; record a correction of it")
        if by != self.member:
            raise Refused(f"separation {self.separation}: only {self.member}, who filed it, can withdraw it, not {by}")
        if at >= chance.until:
            raise Refused(
                f"separation {self.separation} can no longer be withdrawn: it takes effect on {chance.effective_on}, "
                f"and the last day to withdraw was {chance.day:%A} {chance.day}"
            )
        self._must_stand(at, "withdrawn")
        return [self.event("withdrawn", at, by)]

    def correct(self, kind: str, by: str, why: str, at: datetime) -> list[Fact]:
        """The facts that correct the kind; the wrong one stays in the record. None when it is so already."""
        allowed = KINDS[:-1]
        require(
            f"separation {self.separation}",
            Check("kind", kind, kind in allowed, f"must be one of {', '.join(allowed)}; file a death as such"),
            Check("why", repr(why), bool(why.strip()), "must be given"),
        )
        if self.kind == "death" or not self.stands():
            raise Refused(f"separation {self.separation}: it is a {self.kind}, {self.state}; its kind cannot change")
        return [] if kind == self.kind else [self.event("corrected", at, by, kind=kind, was=self.kind, reason=why)]

    def _must_stand(self, at: datetime, verb: str) -> None:
        phase = self.phase(at)
        if phase in ("withdrawn", "superseded", "in-effect"):
            raise Refused(f"separation {self.separation} is {phase} and can no longer be {verb}")


def filed(papers: Separation, by: str, others: Sequence[Separation], zone: ZoneInfo) -> list[Fact]:
    """The facts that put papers into the record; none when the same stand there already.

    ``others``: what the record has of the member. A decision or a death supersedes what has not taken effect yet.
    """
    own = papers.kind in FILED_BY_THE_MEMBER
    require(
        f"{papers.kind} of {papers.member}",
        Check("kind", papers.kind, papers.kind in KINDS, f"must be one of {', '.join(KINDS)}"),
        Check("by", by, not own or by == papers.member, f"must be {papers.member}, whose own act it is"),
        Check("by", by, papers.kind != "dismissal" or by != papers.member, "must be somebody else than the member"),
        Check("effective", papers.effective, papers.effective >= papers.filed, f"must not be before {papers.filed}"),
        Check("effective", papers.effective, papers.kind != "death" or papers.effective == papers.filed,
              f"must be {papers.filed}: a death takes effect at once"),
    )  # fmt: skip
    standing = [s for s in others if s.stands()]
    if any(_same(papers, s) for s in standing):
        return []
    for s in standing:
        when = local_text(s.effective, zone)
        if s.effective <= papers.filed:
            raise Refused(f"member {papers.member} has left the force: {s.kind} {s.separation} took effect {when}")
        if own or s.kind == papers.kind:
            raise Refused(
                f"member {papers.member} has filed already: {s.kind} {s.separation}, effective {when}. "
                "Withdraw that one first, fix its dates by accepting it, or correct its kind"
            )
    verb = {"dismissal": "decided", "death": "recorded"}.get(papers.kind, "filed")
    first = Fact(papers.stream, f"{papers.NOUN}.{verb}", papers.filed, {**to_body(papers), "by": by})
    return [*(s.event("superseded", papers.filed, by, by_separation=papers.separation) for s in standing), first]


def _same(papers: Separation, other: Separation) -> bool:
    mine = (papers.member, papers.kind, papers.filed, papers.effective)
    return mine == (other.member, other.kind, other.filed, other.effective)


@dataclass(frozen=True, slots=True)
class LastChance:
    """The last local day on which a separation can be withdrawn, and the first instant at which it cannot."""

    day: date
    until: datetime
    effective_on: date


def last_chance(effective: datetime, business_days: int, zone: ZoneInfo, is_business_day: IsBusinessDay) -> LastChance:
    """Until when a separation that takes effect at that instant can be withdrawn.

    "Until one business day before it takes effect" we read as: the whole of the last business day before the local
    day of the effect is the last chance. An effect on a Tuesday after a public holiday leaves until Friday midnight.
    With 0 business days it is the effect itself. Raises ``Refused`` where the calendar has no business days.
    """
    effective_on = effective.astimezone(zone).date()
    if business_days == 0:
        return LastChance((effective - timedelta(microseconds=1)).astimezone(zone).date(), effective, effective_on)
    for number, day in enumerate(_business_days_before(effective_on, is_business_day), start=1):
        if number == business_days:
            return LastChance(day, on_clock(day + timedelta(days=1), time(), zone), effective_on)
    raise Refused(f"the calendar has no {business_days} business days before {effective_on}; see force.toml")


def _business_days_before(day: date, is_business_day: IsBusinessDay) -> Iterator[date]:
    back = timedelta(days=1)
    while back <= LONGEST_SEARCH:
        if is_business_day(day - back):
            yield day - back
        back += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """Two counts of one period by kind, never to be added or compared: papers filed or decided in it, of which some
    were withdrawn since; and separations that took effect in it, which may have been filed long before."""

    since: datetime
    until: datetime
    filed: Mapping[str, int]
    withdrawn_since: Mapping[str, int]
    took_effect: Mapping[str, int]


def counted(separations: Sequence[Separation], since: datetime, until: datetime, at: datetime) -> Counts:
    """Both counts from ``since`` to ``until`` (excluded). What lies after ``at`` has not happened yet."""
    require("count of separations", Check("until", until, until > since, f"must be after {since}"))
    papers = [s for s in separations if since <= s.filed < until and s.filed <= at]
    effects = [s for s in separations if s.stands() and since <= s.effective < until and s.effective <= at]
    withdrawn = [s for s in papers if s.state == "withdrawn"]
    return Counts(since, until, _by_kind(papers), _by_kind(withdrawn), _by_kind(effects))


def _by_kind(separations: Sequence[Separation]) -> dict[str, int]:
    kinds = sorted(s.kind for s in separations)
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
