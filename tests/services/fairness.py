"""Whether call-ins were given fairly, told from facts alone: no list, view or rule of Muster is asked.

``unfair`` returns what is wrong, a line each; nothing: every award follows from what the record says. Who stands where
by the contract is worked out again from first days, time records and answers. Which hours rules barred somebody is not:
of those who were left out of a round, only what absences and answers tell.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from muster.domain.record import Recorded

COMES = ("accepted", "ordered")
NEVER = datetime.min.replace(tzinfo=UTC)
OVERTIME = ("call-in", "hold-over", "detail")


@dataclass(frozen=True)
class Said:
    """A fact, read."""

    seq: int
    kind: str
    key: tuple[str, ...]
    at: datetime
    recorded: datetime
    body: Mapping[str, Any]

    def instant(self, name: str) -> datetime:
        return datetime.fromisoformat(self.body[name])


@dataclass
class History:
    """What was said up to a point of the record."""

    joined: dict[str, str] = field(default_factory=dict)
    rules: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    call_ins: dict[str, Said] = field(default_factory=dict)
    answers: list[Said] = field(default_factory=list)
    worked: list[Said] = field(default_factory=list)
    absences: list[Said] = field(default_factory=list)
    rounds: dict[tuple[str, str], Said] = field(default_factory=dict)
    offers: dict[tuple[str, str], dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))
    replies: dict[tuple[str, str], dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))
    ends: dict[tuple[str, str], dict[str, Said]] = field(default_factory=lambda: defaultdict(dict))
    closed: set[tuple[str, str]] = field(default_factory=set)

    def take(self, said: Said) -> None:
        """Add a fact."""
        noun, _, verb = said.kind.partition(".")
        if noun == "member":
            self.joined[said.body["member"]] = said.body.get("joined", "9999-12-31")
        elif noun == "call_in_rule":
            self.rules[said.body["contract"], said.body["rule"]] = said.body.get("words", [])
        elif noun == "call_in":
            self.call_ins[said.body["call_in"]] = said
        elif noun == "call_in_answer":
            self.answers.append(said)
        elif noun == "time_record":
            self.worked.append(said)
        elif noun == "absence":
            self.absences.append(said)
        elif said.kind == "offering.made":
            self.rounds[said.key[0], said.key[1]] = said
        elif said.kind == "offering.closed":
            self.closed.add((said.key[0], said.key[1]))
        elif noun == "offer":
            where, member = (said.key[0], said.key[1]), said.key[2]
            {"made": self.offers, "answered": self.replies}.get(verb, self.ends)[where][member] = said

    def last(self, call_in: str, member: str) -> str | None:
        """What was said last of a member in a call-in."""
        mine = [a for a in self.answers if (a.body["call_in"], a.body["member"]) == (call_in, member)]
        return mine[-1].body["what"] if mine else None

    def coming(self, call_in: str) -> set[str]:
        """Who is to come."""
        asked = {a.body["member"] for a in self.answers if a.body["call_in"] == call_in}
        return {m for m in asked if self.last(call_in, m) in COMES}

    def missing(self, call_in: str) -> int:
        """How many are still needed."""
        needed: int = self.call_ins[call_in].body["needed"]
        return max(needed - len(self.coming(call_in)), 0)

    def rank(self, call_in: str, member: str, at: datetime) -> tuple[Any, ...]:
        """Where the contract puts a member, of two the smaller first. What was said under another contract drops
        nobody."""
        contract = self.call_ins[call_in].body["contract"]
        first = self.rules[contract, "offers"][0]
        seniority = (self.joined[member], len(member), member)
        if first == "rotating":
            drops = self.rules[contract, "drops"]
            under = {name for name, c in self.call_ins.items() if c.body["contract"] == contract}
            answers = (a for a in self.answers if a.body["call_in"] in under and a.body["what"] in drops)
            mine = (a for a in answers if a.body["member"] == member)
            return max((a.instant("at") for a in mine), default=NEVER), *seniority
        return (self._overtime(call_in, member, at) if first == "equalisation" else 0), *seniority

    def _overtime(self, call_in: str, member: str, at: datetime) -> float:
        """Hours of this year, and those promised. Nobody here works across a new year."""
        mine = [w for w in self.worked if w.body["member"] == member and w.body["kind"] in OVERTIME]
        year = [w for w in mine if w.instant("since").year == self.call_ins[call_in].instant("since").year]
        hours = sum(((w.instant("until") - w.instant("since")) for w in year), timedelta())
        for name, other in self.call_ins.items():
            if name != call_in and other.instant("until") > at and member in self.coming(name):
                hours += other.instant("until") - other.instant("since")
        return hours.total_seconds()

    def is_absent(self, call_in: str, member: str) -> bool:
        """Whether the record says that the member is away in any part of the need."""
        need = self.call_ins[call_in]
        mine = [a for a in self.absences if a.body["member"] == member]
        return any(
            a.instant("since") < need.instant("until")
            and ("until" not in a.body or a.instant("until") > need.instant("since"))
            for a in mine
        )


def read(facts: Iterable[Recorded]) -> list[Said]:
    """Facts as they are looked at here."""
    return [
        Said(
            f.seq,
            f.kind,
            tuple(f.stream.split("/")[1:]),
            datetime.fromisoformat(f.effective_at),
            datetime.fromisoformat(f.recorded_at),
            json.loads(f.body),
        )
        for f in facts
    ]


def unfair(facts: Sequence[Said], *, ranked: bool = True) -> list[str]:
    """Everything that does not follow from the facts. ``ranked`` False: somebody else looks at the contract's order, as
    where signings and charts decide it, which are not read here."""
    history, found = History(), list[str]()
    for place, said in enumerate(facts):
        if said.kind == "offering.made":
            found += _round_begun(history, said, _same(facts, place, "offer.made"), ranked)
        if said.kind == "call_in_answer.entered" and said.body["what"] == "accepted":
            found += _given(history, said)
        if said.kind in ("offering.closed", "offering.waited"):
            found += _left(history, said)
        if said.kind.startswith("offer.") and said.kind not in ("offer.made", "offer.answered"):
            where, member = (said.key[0], said.key[1]), said.key[2]
            found += [f"{said.seq}: {member} is told twice"] if member in history.ends[where] else []
        history.take(said)
    found += [f"{where}: never decided" for where in history.rounds.keys() - history.closed]
    return [*found, *_untold(history, facts)]


def _same(facts: Sequence[Said], place: int, kind: str) -> list[Said]:
    """The facts of a kind that follow at once."""
    found = []
    for said in facts[place + 1 :]:
        if said.kind != kind:
            break
        found.append(said)
    return found


def _round_begun(history: History, begun: Said, offers: Sequence[Said], ranked: bool) -> Iterator[str]:
    """Whether those asked stand in the contract's order, all at once, by one list; and nobody before them who could
    have been asked, as far as these facts tell."""
    name, at = begun.key[0], begun.at
    if not offers:
        yield f"{begun.seq}: offered to nobody"
    asked = [o.key[2] for o in sorted(offers, key=lambda o: o.body["place"])]
    ranks = [history.rank(name, member, at) for member in asked] if ranked else []
    if ranks != sorted(ranks):
        yield f"{begun.seq}: asked in the order {asked}, which is not the contract's"
    if {(o.body["digest"], o.recorded) for o in offers} != {(begun.body["digest"], begun.recorded)}:
        yield f"{begun.seq}: not one list, or not at once"
    if history.missing(name) == 0:
        yield f"{begun.seq}: nobody was needed"
    for member in asked:
        if history.last(name, member) is not None or history.is_absent(name, member):
            yield f"{begun.seq}: {member} was asked, who had answered or is away"


def _given(history: History, given: Said) -> Iterator[str]:
    """Whether an acceptance that a round brought about is that of the first willing, at the time it could be."""
    name, member, at = given.body["call_in"], given.body["member"], given.instant("at")
    where = next((w for w in history.rounds if w[0] == name and w not in history.closed), None)
    if where is None or not str(given.body.get("why", "")).startswith("willing"):
        return  # noted by hand
    offers, replies, ends = history.offers[where], history.replies[where], history.ends[where]
    deadline = history.rounds[where].instant("deadline")
    if history.missing(name) == 0:
        yield f"{given.seq}: {member} comes, and nobody was needed"
    if (
        member not in replies
        or replies[member].body["answer"] != "willing"
        or replies[member].instant("at") >= deadline
    ):
        yield f"{given.seq}: {member} did not say in time that they are willing"
    if history.is_absent(name, member):
        yield f"{given.seq}: {member} is away"
    ahead = [m for m, o in offers.items() if o.body["place"] < offers[member].body["place"]] if member in offers else []
    for other in ahead:
        reply = replies.get(other)
        if other in ends:
            continue
        if reply is None and (at < deadline and history.last(name, other) is None):
            yield f"{given.seq}: {member} has it before {other} had answered"
        if reply is not None and reply.body["answer"] == "willing" and history.last(name, other) not in COMES:
            yield f"{given.seq}: {member} has it before {other}, who was willing"


def _left(history: History, looked: Said) -> Iterator[str]:
    """Whether somebody willing was left without what was theirs, or the round was ended too soon."""
    where = (looked.key[0], looked.key[1])
    name, deadline = where[0], history.rounds[where].instant("deadline")
    missing = history.missing(name)
    offers, replies, ends = history.offers[where], history.replies[where], history.ends[where]
    waits = [m for m in offers if m not in replies and m not in ends and history.last(name, m) is None]
    if looked.kind == "offering.closed":
        if missing and waits and looked.at < deadline:
            yield f"{looked.seq}: over before {waits} had answered"
        yield from (
            f"{looked.seq}: {m} was never told" for m in offers if m not in ends and _answer(replies, m) != "refused"
        )
    for member, end in ends.items():
        why = end.body.get("why", "")
        over = looked.at >= history.call_ins[name].instant("until")
        if end.kind == "offer.passed" and missing and not over and not why.startswith("passed over"):
            yield f"{looked.seq}: {member} was willing and needed, and does not have it: {why}"
        if end.kind == "offer.passed" and "absent" in why:
            yield f"{looked.seq}: everybody may read why {member} is away"


def _answer(replies: Mapping[str, Said], member: str) -> str | None:
    return replies[member].body["answer"] if member in replies else None


def _untold(history: History, facts: Sequence[Said]) -> Iterator[str]:
    """Those whose offer ended with something to tell, and no contact tells them."""
    told = {(s.key[0], s.key[2], s.key[3]) for s in facts if s.kind == "contact.queued" and s.key[1] == "outcome"}
    for (name, number), ends in history.ends.items():
        for member, end in ends.items():
            if end.kind in ("offer.awarded", "offer.passed") and (name, number, member) not in told:
                yield f"{end.seq}: nothing tells {member} what came of it"
