"""The record as people ask for it: verified, shown, and a stretch of it handed out with its proof."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, TextIO

from muster.domain.chain import Damage, Head, Verification, verify_chain
from muster.domain.errors import Invalid, Unknown
from muster.domain.keeping import KEPT, NAMING, TextOf, content_of, damaged_contents
from muster.domain.published import PUBLISHED, Content, hash_of
from muster.domain.record import GENESIS, Recorded, digest_of, link
from muster.ports import Views

FORMAT: Final = "muster record export 1"
OFTEN: Final = 100
"""After so many facts it is told how far a check came."""


def verify(views: Views, head: str | None = None, far: Callable[[int], None] = lambda _: None) -> Verification:
    """Check every fact of the record, and what is kept beside facts that name it by its hash; ``head`` (``HASH`` or
    ``SEQ:HASH``) was kept outside of it. ``far`` is told now and then to which fact it came."""
    named: list[Recorded] = []
    found = verify_chain(_noted(views.facts(), named, far), head)
    if found.damage or not named:
        return found
    facts = [(said.seq, said.stream, said.kind, json.loads(said.body)) for said in named]
    return replace(found, damage=tuple(damaged_contents(facts, _text_of(views))))


def _text_of(views: Views) -> TextOf:
    return lambda name: views.contents([name]).get(name)


def contents_of(views: Views, facts: Iterable[Recorded]) -> dict[str, Content]:
    """The lines that these facts published, by the hash under which they are kept. Raises ``Tampered`` where they are
    gone or are not what they were."""
    found: dict[str, Content] = {}
    for fact in facts:
        if fact.kind == PUBLISHED:
            body = json.loads(fact.body)
            found[body["content"]] = content_of(fact.seq, body, _text_of(views))
    return found


def _noted(facts: Iterable[Recorded], named: list[Recorded], far: Callable[[int], None]) -> Iterator[Recorded]:
    """The facts, with those noted that name something beside them."""
    for place, said in enumerate(facts, start=1):
        if place % OFTEN == 0:
            far(place)
        if said.kind in KEPT:
            named.append(said)
        yield said


def shown(fact: Recorded) -> dict[str, Any]:
    """A fact as plain data, with its body unpacked."""
    return {**fact._asdict(), "body": json.loads(fact.body)}


def show(views: Views, first: int, last: int | None = None) -> list[dict[str, Any]]:
    """Facts ``first`` to ``last`` (None: that one only) as plain data. Raises Unknown when there is none."""
    found = [shown(fact) for fact in views.facts(first=first, last=first if last is None else last)]
    if not found:
        raise Unknown(f"Fact {first}: the record has none; its newest is {views.head()[0]}")
    return found


def timeline(views: Views, about: str) -> list[dict[str, Any]]:
    """All facts about a thing, by when they took effect, then by when they were recorded."""
    found = [shown(fact) for fact in views.facts(about=about)]
    return sorted(found, key=lambda fact: (fact["effective_at"], fact["seq"]))


def export(
    views: Views, to: TextIO, *, first: int | None = None, last: int | None = None, about: str | None = None
) -> int:
    """Write a stretch with its proof as JSON lines; returns how many facts it shows. Raises Unknown for none.

    Facts that are not wanted, up to the head, appear as digests: enough to prove the chain, and nothing to read. What a
    fact names by its hash follows it.
    """
    wanted = {fact.seq for fact in views.facts(first=first, last=last, about=about)}
    if not wanted:
        raise Unknown("Export: no fact of the record is wanted; ask for another stretch or another thing")
    start = min(wanted)
    seq, head = views.head()
    rest = iter(views.facts(first=start))
    for place, fact in enumerate(rest):
        if place == 0:
            _write(to, {"format": FORMAT, "about": about, "previous": fact.previous, "head": f"{seq}:{head}"})
        _write(to, fact._asdict() if fact.seq in wanted else {"seq": fact.seq, "digest": _digest(fact)})
        if fact.seq in wanted and fact.kind in NAMING:
            for name, text in views.contents([json.loads(fact.body)["content"]]).items():
                _write(to, {"content": name, "text": text})
    return len(wanted)


def _write(to: TextIO, line: dict[str, Any]) -> None:
    to.write(json.dumps(line, ensure_ascii=False) + "\n")


def _digest(fact: Recorded) -> str:
    return digest_of(fact.stream, fact.version, fact.recorded_at, fact.effective_at, fact.kind, fact.body)


def verify_export(lines: Iterable[str], head: str | None = None) -> Verification:
    """Check a stretch without the record: that its facts belong to the head it names and, if given, to ``head``.

    ``facts`` counts those shown in full. Raises Invalid for what is no export at all.
    """
    rest = iter(lines)
    first = _header(next(rest, ""))
    claimed = Head.read(first["head"])
    chain = _Stretch(first["previous"], claimed)
    for number, line in enumerate(rest, start=2):
        chain.take(number, line)
    return chain.ended(Head.read(head) if head is not None else None)


def _header(line: str) -> dict[str, str]:
    try:
        said = json.loads(line)
        if said["format"] == FORMAT and len(said["previous"]) == len(GENESIS):
            return {"previous": str(said["previous"]), "head": str(said["head"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise Invalid(f"Export: its first line must be the header of a {FORMAT!r}; export it again")


class _Stretch:
    """The chain of an export, walked line by line."""

    def __init__(self, previous: str, claimed: Head) -> None:
        self._hash, self._claimed = previous, claimed
        self._seq: int | None = None
        self._shown = 0
        self._heads: dict[str, int] = {}
        self._damage: list[Damage] = []
        self._named: dict[str, int] = {}

    def take(self, number: int, line: str) -> None:
        """Follow one line."""
        try:
            said = json.loads(line)
            if said.keys() == {"content", "text"}:
                self._kept(number, said["content"], said["text"])
                return
            seq = said["seq"]
            # A line that has a digest and more could show one text and be proved by another.
            digest = said["digest"] if said.keys() == {"seq", "digest"} else _digest(Recorded(**said))
            chained = link(self._hash, seq, digest)
            names = str(json.loads(said["body"])["content"]) if said.get("kind") in NAMING else None
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._note(None, "line", f"line {number} is neither a fact nor a digest")
            return
        if self._seq is not None and seq != self._seq + 1:
            self._note(seq, "gap", f"line {number}: fact {seq} must not follow fact {self._seq}; lines are missing")
        if "hash" in said:
            self._shown += 1
            if names is not None:
                self._named[names] = seq
            if said["hash"] != chained or said["previous"] != self._hash:
                self._note(seq, "text", f"fact {seq}: its text does not give its hash")
                chained = str(said["hash"])
        self._seq, self._hash = seq, chained
        self._heads[chained] = seq

    def _kept(self, number: int, name: str, text: str) -> None:
        """A text that a fact before names by its hash."""
        seq = self._named.pop(name, None)
        if seq is None or hash_of(text) != name:
            self._note(seq, "content", f"line {number} is not what a fact before it names")

    def ended(self, wanted: Head | None) -> Verification:
        """What the whole comes to."""
        for seq in self._named.values():
            self._note(seq, "content", f"fact {seq}: what it names by its hash is missing")
        last = self._seq or 0
        if (last, self._hash) != (self._claimed.seq, self._claimed.hash):
            says = f"the facts do not lead to the head {self._claimed.seq}:{self._claimed.hash} that the export names"
            self._note(None, "head", says)
        since = None
        if wanted is not None and wanted.hash in self._heads:
            since = last - self._heads[wanted.hash]
        elif wanted is not None:
            self._note(None, "head", f"head {wanted.hash}: the exported facts do not lead to it")
        return Verification(self._shown, (last, self._hash), tuple(self._damage), since)

    def _note(self, seq: int | None, kind: str, says: str) -> None:
        self._damage.append(Damage(seq, kind, says))
