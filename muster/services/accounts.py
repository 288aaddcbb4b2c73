"""Accounts: loading what was claimed, and holding every claim against the record. Nothing is resolved by it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from muster.domain.accounts import Account, Claim, by_subject, differ
from muster.domain.claims import OfCalls, OfMember, Proposition, Strength
from muster.domain.errors import Invalid, Unknown
from muster.domain.force import Position
from muster.domain.members import Appointment, Member
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.taskings import Call
from muster.domain.verdicts import Evidence, Finding, Ruling, judge
from muster.domain.verdicts.evidence import Person, by_position
from muster.ports import Record, Views
from muster.services.snapshots import snapshot

SCENARIO: Final = "scenario.begun"
"""The kind of fact that makes a record a simulated one."""
FEW: Final = 20
"""So many facts are named one by one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. ``kept``: claims of these accounts that the file no longer has, by key; they stay."""

    entered: int
    changed: int
    unchanged: int
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict, the sequence numbers of the facts that gave it, and a sentence that says why."""

    claim: Claim
    account: Account
    member: str | None
    verdict: Ruling
    facts: Sequence[int]
    why: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Claims that stand side by side, and whether they differ."""

    subject: str
    differ: bool
    claims: Sequence[Judged]


@dataclass(frozen=True, slots=True)
class Disputes:
    """Every subject; those in which accounts differ first. ``simulated``: the record comes from a scenario."""

    simulated: bool
    known_at: datetime
    subjects: Sequence[Subject]


def load(record: Record, accounts: Sequence[Account], claims: Sequence[Claim]) -> Loaded:
    """Record the accounts and claims that are new or changed, all or none. What is no longer given stays.

    Raises ``Invalid`` with every claim whose parameters do not fit or that names an account which there is not.
    """
    _must_fit(record, accounts, claims)
    there = {row.stream: row for noun in (Account, Claim) for row in record.rows(noun)}
    given: list[Row] = sorted([*accounts, *claims], key=lambda row: (row.NOUN, row.key))
    new = [row for row in given if there.get(row.stream) != row]
    record.append([entered(row, there.get(row.stream), record.now) for row in new])
    first = sum(row.stream not in there for row in new)
    mine, streams = {a.account for a in accounts}, {row.stream for row in given}
    kept = [row.key for row in there.values() if isinstance(row, Claim) and row.account in mine]
    kept = [key for key in kept if f"{Claim.NOUN}/{key}" not in streams]
    return Loaded(first, len(new) - first, len(given) - len(new), sorted(kept))


def _must_fit(record: Record, accounts: Sequence[Account], claims: Sequence[Claim]) -> None:
    known = {a.account for a in (*accounts, *record.rows(Account))}
    said = [f"claim {c.key}: {m.parameter} {m.must}" for c in claims for m in c.misfits()]
    for c in claims:
        for name in ("account", "via"):
            of = getattr(c, name)
            if of is not None and of not in known:
                said.append(f"claim {c.key}: {name} {of} must be an account that is given or in the record")
    times = Counter(row.stream for row in (*accounts, *claims))
    said += [f"{stream}: must be given once" for stream, count in times.items() if count > 1]
    if said:
        raise Invalid("; ".join(sorted(said)))


def accounts(views: Views) -> list[tuple[Account, int]]:
    """Every account with the number of its claims, in order of their days; undated ones last."""
    claims = views.rows(Claim)
    return [(a, sum(c.account == a.account for c in claims)) for a in sorted(views.rows(Account), key=_by_day)]


def _by_day(account: Account) -> tuple[bool, str, str]:
    return account.dated is None, str(account.dated), account.account


def disputes(views: Views, about: str | None = None, known_at: datetime | None = None) -> Disputes:
    """Every claim beside those on the same subject, with its verdict from what the record believed at ``known_at``
    (None: now). ``about``: only subjects that mention this text, or in which a claim is about this member or position.
    Claims are always those believed now. Raises ``Unknown`` when nothing is about it."""
    claims = views.rows(Claim)
    evidence = evidence_for(views, claims, known_at)
    found = {claim.key: judge(claim, evidence) for claim in claims}
    groups = {s: cs for s, cs in by_subject(claims).items() if about is None or _is_about(about, s, cs, found)}
    if about is not None and not groups:
        there = ", ".join(by_subject(claims)) or "none: no account is in the record"
        raise Unknown(
            f"no claim is about {about!r}; name a member, a position or part of a subject. There are: {there}"
        )
    simulated = next(iter(views.facts(kinds=[SCENARIO])), None) is not None
    court = _Court(views, {a.account: a for a in views.rows(Account)}, evidence.known, simulated)
    subjects = [Subject(subject, differ(group), court.judged(group, found)) for subject, group in groups.items()]
    return Disputes(simulated, evidence.known, subjects)


def _is_about(about: str, subject: str, claims: Iterable[Claim], found: dict[str, Finding]) -> bool:
    named = {name for c in claims for name in (c.member, c.holder, c.position, c.unit, found[c.key].member)}
    return about in named or about.casefold() in subject.casefold()


class _Court:
    """Puts findings into words and names the facts behind their rows."""

    def __init__(self, views: Views, accounts: dict[str, Account], known: datetime, simulated: bool) -> None:
        self._views = views
        self._accounts = accounts
        self._known = known
        self._where = "In the simulated record" if simulated else "In the record"
        self._facts: dict[str, int | None] = {}
        self._of_nouns: dict[type[Row], dict[str, int]] = {}

    def judged(self, claims: Iterable[Claim], found: dict[str, Finding]) -> list[Judged]:
        return [
            self._judged(c, found[c.key])
            for c in sorted(claims, key=lambda c: (_by_day(self._accounts[c.account]), c.key))
        ]

    def _judged(self, claim: Claim, finding: Finding) -> Judged:
        facts = self._counted(finding) if finding.counted else [self._fact(row) for row in finding.rows]
        numbers = sorted({seq for seq in facts if seq is not None})
        why = f"{self._where} {finding.why}."
        return Judged(claim, self._accounts[claim.account], finding.member, finding.ruling, numbers, why)

    def _fact(self, row: Row) -> int | None:
        """The fact by which the row was believed at that instant."""
        if row.stream not in self._facts:
            versions = self._views.history(type(row), row.key)
            then = [v.seq for v in versions if v.known_from <= self._known]
            self._facts[row.stream] = then[-1] if then else None
        return self._facts[row.stream]

    def _counted(self, finding: Finding) -> list[int | None]:
        """The facts behind rows that were counted: each of a few, else the first and the last."""
        if len(finding.rows) <= FEW:
            return [self._fact(row) for row in finding.rows]
        believed = self._of_noun(type(finding.rows[0]))
        facts = [believed[row.key] for row in finding.rows]
        return [min(facts), max(facts)]

    def _of_noun(self, noun: type[Row]) -> dict[str, int]:
        """The fact by which each row of a noun was believed at that instant, by key; read once for all claims."""
        if noun not in self._of_nouns:
            self._of_nouns[noun] = dict(self._views.columns(noun, "key", "fact", known_at=self._known))
        return self._of_nouns[noun]


def evidence_for(views: Views, claims: Sequence[Claim], known_at: datetime | None = None) -> Evidence:
    """The rows that bear on these claims, as believed at ``known_at`` (None: now)."""
    said = [c.proposition() for c in claims]
    evidence = _with_posts(views, claims, said, known_at)
    members = {c.member for c in claims if c.member}
    for p in said:
        person = evidence.person(p) if isinstance(p, OfMember) and p.holder else None
        members |= {person.member} if isinstance(person, Person) else set()
    everyone = views.rows(Member, known_at=known_at) if _asks_strength(said) else []
    separations = views.rows(Separation, known_at=known_at)
    return replace(
        evidence,
        snapshot=snapshot(views, [], members=members, known_at=known_at),
        members={m.member: m for m in everyone or views.rows(Member, known_at=known_at, member=members)},
        separations=separations,
        calls=views.rows(Call, known_at=known_at, member=members),
        everyone=everyone,
    )


def _with_posts(
    views: Views, claims: Sequence[Claim], said: Sequence[Proposition], known_at: datetime | None
) -> Evidence:
    """The positions that are named, by themselves or as callers, and who held them."""
    known = views.now if known_at is None else known_at
    now = snapshot(views, [], known_at=known_at)
    if any(isinstance(p, Strength) and p.unit for p in said):
        posts, held = views.rows(Position, known_at=known_at), views.rows(Appointment, known_at=known_at)
        return Evidence(known, now, by_position(held), positions=posts)
    callers = {p.caller for p in said if isinstance(p, OfCalls) and p.caller}
    named = {name for c in claims for name in (c.position, c.holder) if name} | callers
    own = views.rows(Position, known_at=known_at, position=named)
    of_callers = views.rows(Position, known_at=known_at, unit=callers)
    posts = [*{p.position: p for p in (*own, *of_callers)}.values()]
    held = views.rows(Appointment, known_at=known_at, position=named | {p.position for p in posts})
    return Evidence(known, now, by_position(held), positions=posts)


def _asks_strength(said: Iterable[Proposition]) -> bool:
    return any(isinstance(p, Strength) for p in said)
