"""Everything that a lived period is held to, from the facts of its record; and its ledger, held to the same facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from muster.domain.ledger import Entry, ledger_of
from muster.domain.presence import DutyFile
from muster.ports import Views
from muster.services.snapshots import snapshot
from tests.accounting import faults
from tests.services.fairness import Said, read, unfair
from tests.simulated.beliefs import ORIGIN, Beliefs, minute
from tests.simulated.called import misgiven
from tests.simulated.calls import Calls
from tests.simulated.explained import contradicted, unexplained
from tests.simulated.life import Told
from tests.simulated.limits import unwaived
from tests.simulated.unity import divided
from tests.simulated.worked import KINDS, Minutes, runs, worked

BACK = timedelta(days=38)
"""From the end so far: the period, and a few days before it."""


@dataclass(frozen=True)
class Evidence:
    """The facts of a record, with the texts that they name."""

    facts: Sequence[Said]
    contents: Mapping[str, str]

    def believed(self) -> Beliefs:
        """What the record says in the end."""
        beliefs = Beliefs(self.contents)
        for said in self.facts:
            beliefs.take(said)
        return beliefs

    def calls(self) -> Calls:
        """The call-ins, and what was said in them."""
        calls = Calls({}, {})
        for said in self.facts:
            calls.take(said)
        return calls

    def published(self) -> dict[str, dict[date, str]]:
        """The entries of rosters as they were signed."""
        beliefs = Beliefs(self.contents)
        for said in self.facts:
            if said.kind == "roster.published":
                beliefs.take(said)
        return {member: dict(entries) for member, entries in beliefs.entries.items()}


def evidence_of(views: Views) -> Evidence:
    """What a record has."""
    facts = read(views.facts())
    return Evidence(facts, views.contents({f.body["content"] for f in facts if f.kind == "roster.published"}))


def hours(evidence: Evidence) -> dict[str, Minutes]:
    """What every member worked."""
    beliefs = evidence.believed()
    return {member: worked(beliefs, member) for (member,) in beliefs.rows["member"]}


def ledger_faults(views: Views, really: Mapping[str, Minutes]) -> Iterator[str]:
    """Where the ledger of a member has a minute twice, or otherwise than the facts; and what is wrong with closings."""
    at = views.now
    first = max(at - BACK, ORIGIN + timedelta(days=3))
    state = snapshot(views, [], at=at, members=really, back=at - first)
    for member, minutes in really.items():
        file = state.files.get(member) or DutyFile(member)
        entries = ledger_of(file, state.schedule, first, at).entries
        yield from _held(member, entries, minutes, minute(first), minute(at))
    yield from faults(views)


def _held(member: str, entries: Sequence[Entry], minutes: Minutes, first: int, last: int) -> Iterator[str]:
    said = np.zeros_like(minutes)
    for e in entries:
        a, b = minute(e.start), minute(e.end)
        if said[a:b].any():
            yield f"{member}: {e.kind} from {e.start} stands twice in the ledger"
        said[a:b] = KINDS.index(e.kind)
    for a, b in runs(said[first:last] != minutes[first:last]):
        there, here = KINDS[said[first + a]], KINDS[minutes[first + a]]
        at = ORIGIN + timedelta(minutes=first + a)
        yield f"{member}: {b - a} min from {at} are {there} in the ledger, {here} by the facts"


def rule_faults(evidence: Evidence, really: Mapping[str, Minutes]) -> list[str]:
    """Rules that were broken without a waiver, and rest that was owed and not had, to the end of the rosters that are
    published: no roster holds the charts after it to what it gave."""
    beliefs = evidence.believed()
    last = max(day for entries in beliefs.entries.values() for day in entries)
    end = beliefs.clock(last + timedelta(days=1), "0000")
    known = {member: np.where(np.arange(len(minutes)) < end, minutes, 0) for member, minutes in really.items()}
    return [said for member, minutes in known.items() for said in unwaived(beliefs, member, minutes)]


def call_faults(evidence: Evidence) -> list[str]:
    """Call-ins that did not go by the contract."""
    return [*misgiven(evidence.facts, Beliefs(evidence.contents)), *unfair(evidence.facts, ranked=False)]


def unity_faults(evidence: Evidence, told: Sequence[Told]) -> list[str]:
    """Members in two units, units without a watch, watches that are not whose they are."""
    return list(divided(evidence.facts, Beliefs(evidence.contents), told))


def roster_faults(evidence: Evidence, really: Mapping[str, Minutes]) -> list[str]:
    """Differences between what was published and what was worked that no fact explains, or that one denies."""
    beliefs, calls = evidence.believed(), evidence.calls()
    found = list(unexplained(beliefs, calls, evidence.published(), really))
    return [*found, *contradicted(beliefs, calls, really)]
