"""The timeline of an event, a day or a thing: what was recorded, told in sentences, as far as somebody may read it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.errors import NotEntitled, Unknown
from muster.domain.instants import on_clock
from muster.domain.nouns import ROWS
from muster.domain.record import Recorded
from muster.domain.schema import columns_of
from muster.domain.wording import few
from muster.ports import Views
from muster.services.accounts import SCENARIO
from muster.services.desk import known_by
from muster.services.entitled import top_of
from muster.services.fact_rights import AWAY, Belongs, belongings, may_export, may_read, may_read_closely
from muster.services.gate import Viewer
from muster.services.kept_back import as_told, kept_back, may_find
from muster.services.provenance import STATED
from muster.services.telling.names import Names
from muster.services.telling.story import UNTOLD, Story

MOST: Final = 3000
"""So many facts are looked at where nothing is asked about, the newest."""
PAGE: Final = 50
FEW: Final = 4
"""So many things are named one by one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a timeline is asked for. ``about``: a unit, position, member, tasking or other thing; ``day``: recorded on
    it; ``every``: also how messages came to be sent; ``page``: 1 has the newest; ``at``: as known then."""

    about: str | None = None
    day: date | None = None
    every: bool = False
    page: int = 1
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, in a sentence, with the facts that it stands on, when it was recorded, and the accounts that state
    it; none: no account does."""

    at: datetime
    recorded_at: datetime
    says: str
    kind: str
    facts: tuple[int, ...]
    accounts: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether it was recorded later than it took effect, by a minute or more."""
        return self.recorded_at - self.at >= timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of what was found, oldest first. ``simulated``: the record comes from a scenario; ``left_out``: facts
    about messages on their way; ``only_newest``: no more than the newest facts were looked at."""

    asked: Asked
    entries: Sequence[Entry]
    found: int
    left_out: int
    only_newest: bool
    simulated: bool
    head: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.found // PAGE))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a fact says. ``text`` None: it is kept apart, and not for whoever asks, or erased."""

    name: str
    says: str
    text: str | None


@dataclass(frozen=True, slots=True)
class FactSeen:
    """A fact as somebody may read it. ``thing``, ``kind``: what it is about, as far as they may; ``hash``, and
    ``follows``, that of the fact before: None for whoever may not read the whole record, as what a fact says can be
    guessed and tried out on them; ``before``, ``after``: its neighbours about the same thing."""

    fact: Recorded
    thing: str
    kind: str
    hash: str | None
    follows: str | None
    at: datetime
    recorded_at: datetime
    says: str
    parts: Sequence[Part]
    accounts: tuple[str, ...]
    simulated: bool
    before: int | None = None
    after: int | None = None


def timeline(views: Views, zone: ZoneInfo, asked: Asked, viewer: Viewer) -> Timeline:
    """What the record has, as far as the viewer may read it. Raises ``NotEntitled``, in the same words whether there is
    nothing or nothing for them, where something is asked about."""
    last = views.head()[0] if asked.at is None else known_by(views, asked.at)
    facts, only_newest = _wanted(views, zone, asked, last)
    told = [f for f in facts if asked.every or f.kind not in UNTOLD]
    found = zip(told, belongings(views, told), strict=True)
    seen = [(f, b) for f, b in found if may_read(viewer, b) and may_find(viewer, f, b, asked.about)]
    if not seen and asked.about is not None:
        if not facts and may_export(views, viewer):  # who may know that there is nothing
            raise Unknown(f"the record has nothing about {asked.about}")
        raise not_shown(views, f"what the record may have about {asked.about}")
    stated = accounts_of(views, last)
    end = len(seen) - (asked.page - 1) * PAGE
    shown = seen[max(0, end - PAGE) : max(0, end)]
    entries = list(_entries(views, zone, shown, viewer, stated or {}, every=asked.every))
    return Timeline(asked, entries, len(seen), len(facts) - len(told), only_newest, stated is not None, last)


def _wanted(views: Views, zone: ZoneInfo, asked: Asked, last: int) -> tuple[list[Recorded], bool]:
    """The facts asked for: those about a thing by when they took effect, others as they were recorded; and whether only
    the newest of them were looked at."""
    first = 1
    if asked.day is not None:
        begin, end = (on_clock(asked.day + timedelta(days=n), time(), zone) for n in (0, 1))
        tick = timedelta(microseconds=1)
        first, last = known_by(views, begin - tick) + 1, min(last, known_by(views, end - tick))
    if asked.about is not None:
        found = [*views.facts(about=asked.about, first=first, last=last)] if last >= first else []
        return sorted(found, key=lambda f: (f.effective_at, f.seq)), False
    start = max(first, last - MOST + 1)
    return ([*views.facts(first=start, last=last)] if last >= start else []), start > first


def accounts_of(views: Views, last: int) -> dict[int, tuple[str, ...]] | None:
    """Which accounts state what a fact says, by its number, as told up to fact ``last``; None: the record does not come
    from a scenario."""
    begun = next(iter(views.facts(first=1, last=1)), None)
    if begun is None or begun.kind != SCENARIO:
        return None
    found = [f for f in views.facts(streams=[begun.stream], last=last) if f.kind == STATED]
    bodies = [json.loads(f.body) for f in found]
    return {seq: tuple(body["accounts"]) for body in bodies for seq in body["facts"]}


def _entries(
    views: Views,
    zone: ZoneInfo,
    seen: Sequence[tuple[Recorded, Belongs]],
    viewer: Viewer,
    stated: Mapping[int, tuple[str, ...]],
    *,
    every: bool,
) -> Iterator[Entry]:
    by_seq, kept = {f.seq: (f, b) for f, b in seen}, kept_back(views, viewer, [f for f, _ in seen])
    for at, says, numbers in _told(views, zone, [f for f, _ in seen], every=every):
        fact, belongs = by_seq[numbers[0]]
        kind = fact.kind
        if belongs.noun in AWAY and not may_read_closely(viewer, belongs):
            says, kind = _away(views, zone, fact), as_told(fact, belongs)[1]
        elif not kept.isdisjoint(numbers):
            says = plainly([fact])
        known = datetime.fromisoformat(fact.recorded_at)
        accounts = tuple(dict.fromkeys(a for n in numbers for a in stated.get(n, ())))
        yield Entry(at, known, says, kind, tuple(numbers), accounts)


def _told(
    views: Views, zone: ZoneInfo, facts: Sequence[Recorded], *, every: bool
) -> Iterator[tuple[datetime, str, list[int]]]:
    """The facts in sentences; ``every``: those too that a story passes over. Those of which nobody wrote a sentence are
    named plainly, many of one kind and one transaction together."""
    story = Story(views, zone)
    for (plain, *_), group in groupby(facts, key=lambda f: _together(story, f, every=every)):
        several = list(group)
        if plain:
            yield datetime.fromisoformat(several[0].effective_at), plainly(several), [f.seq for f in several]
        else:
            yield from _all_told(story, several, every=every)


def _all_told(story: Story, facts: Sequence[Recorded], *, every: bool) -> Iterator[tuple[datetime, str, list[int]]]:
    """The facts in the words of a story; ``every``: and plainly those that it leaves to another fact to tell."""
    said = list(story.tell(facts))
    yield from said
    if every:
        told = {seq for _, _, numbers in said for seq in numbers}
        left = [fact for fact in facts if fact.seq not in told]
        yield from ((datetime.fromisoformat(fact.effective_at), plainly([fact]), [fact.seq]) for fact in left)


def _together(story: Story, fact: Recorded, *, every: bool) -> tuple[bool, str, str]:
    """Whether a fact is named plainly, and what those have in common that are named together."""
    if (every and fact.kind in UNTOLD) or not story.knows(fact.kind):
        alone = fact.stream if ROWS.get(fact.stream.partition("/")[0]) in AWAY else ""
        return True, f"{fact.kind} {alone}", fact.recorded_at
    return False, "", ""


def plainly(facts: Sequence[Recorded]) -> str:
    """Facts of one kind of which nobody wrote a sentence: ``Squad place entered: M0042/PCT-047-A.``"""
    noun, _, verb = facts[0].kind.partition(".")
    things = [fact.stream.partition("/")[2] for fact in facts]
    return f"{noun.replace('_', ' ').capitalize()} {verb.replace('-', ' ')}: {few(things, FEW)}."


def _away(views: Views, zone: ZoneInfo, fact: Recorded) -> str:
    """What everybody who sees the unit may read of an absence, or of rest."""
    body, names = json.loads(fact.body), Names(views, zone, datetime.fromisoformat(fact.recorded_at))
    member = names.member(body.get("member") or fact.stream.split("/")[1], datetime.fromisoformat(fact.effective_at))
    until = f" until {names.clock(datetime.fromisoformat(body['until']))}" if "until" in body else ""
    said = f"{member} is not available{until}." if "since" in body else f"What was recorded of {member} is changed."
    return said[:1].upper() + said[1:]


def fact_seen(views: Views, zone: ZoneInfo, seq: int, viewer: Viewer, at: datetime | None = None) -> FactSeen:
    """One fact. Raises ``Unknown`` for one that there was not yet, ``NotEntitled`` for one that is not for them."""
    last = views.head()[0] if at is None else known_by(views, at)
    fact = next(iter(views.facts(first=seq, last=seq)), None) if 1 <= seq <= last else None
    if fact is None:
        raise Unknown(f"Fact {seq}: the record has none; its newest is {last}")
    (belongs,) = belongings(views, [fact])
    if not may_read(viewer, belongs):
        raise not_shown(views, f"fact {seq}")
    closely = may_read_closely(viewer, belongs)
    stated = accounts_of(views, last)
    told = [e.says for e in _entries(views, zone, [(fact, belongs)], viewer, {}, every=True)]
    alike = [f.seq for f in views.facts(streams=[fact.stream], last=last)]
    place = alike.index(seq)
    hidden = (belongs.noun in AWAY and not closely) or bool(kept_back(views, viewer, [fact]))
    thing, kind = as_told(fact, belongs) if hidden else (fact.stream, fact.kind)
    whole = may_export(views, viewer)
    return FactSeen(
        fact,
        thing,
        kind,
        fact.hash if whole else None,
        fact.previous if whole else None,
        datetime.fromisoformat(fact.effective_at),
        datetime.fromisoformat(fact.recorded_at),
        told[0] if told else plainly([fact]),
        () if hidden else list(_parts(views, fact, belongs, closely=closely)),
        (stated or {}).get(seq, ()),
        stated is not None,
        alike[place - 1] if place else None,
        alike[place + 1] if place + 1 < len(alike) else None,
    )


def _parts(views: Views, fact: Recorded, belongs: Belongs, *, closely: bool) -> Iterator[Part]:
    body: dict[str, Any] = json.loads(fact.body)
    columns = {} if belongs.noun is None else {c.name: c for c in columns_of(belongs.noun)}
    sealed = {name for name in body if name in columns and columns[name].sealed}
    texts = views.unseal([body[name] for name in sealed]) if sealed and closely else {}
    for name, value in body.items():
        says = columns[name].says if name in columns else ""
        text = texts.get(value) if name in sealed else _text(value)
        yield Part(name.replace("_", " "), says, text)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_text(each) for each in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(each)}" for name, each in value.items())
    return str(value)


def not_shown(views: Views, what: str) -> NotEntitled:
    """The refusal to show something of the record, which names who can and tells nothing of it."""
    return NotEntitled(
        f"{what} is not for you to read: it is for those who serve where it belongs, or hold a position there or above "
        f"it; {top_of(views)} can show it to you, or appoint you"
    )
