"""The chain checked: every place where the record is not what was written, named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from muster.domain.errors import Invalid
from muster.domain.record import GENESIS, Recorded, digest_of, link

MOST_COMPARED: Final = 100
"""So many damaged facts are compared with each other to find what was moved; each pair costs two hashes."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged place: ``seq`` is the fact it shows at; None: it shows nowhere but in the head."""

    seq: int | None
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the chain found. ``since_head``: facts recorded after the head asked about; None: none was."""

    facts: int
    head: tuple[int, str]
    damage: tuple[Damage, ...]
    since_head: int | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damage

    def says(self) -> Iterator[str]:
        """The findings in words, one a line."""
        seq, found = self.head
        yield f"{self.facts} facts, head {seq}:{found}"
        if self.since_head is not None:
            yield f"the head asked about is part of the chain; {self.since_head} facts came since"
        yield from (damage.says for damage in self.damage)
        yield "the record is whole" if self.whole else f"the record is damaged in {len(self.damage)} places"


@dataclass(frozen=True, slots=True)
class Head:
    """A head kept outside: the hash, and the sequence when it is known, which tells a cut tail from a new chain."""

    seq: int | None
    hash: str

    @classmethod
    def read(cls, said: str) -> "Head":
        """From ``HASH`` or ``SEQ:HASH``, as ``Verification.says`` prints it. Raises Invalid for anything else."""
        seq, _, found = said.strip().lower().rpartition(":")
        if len(found) != len(GENESIS) or set(found) - set("0123456789abcdef") or (seq and not seq.isdecimal()):
            raise Invalid(
                f"Head {said!r}: must be 64 hexadecimal digits, or SEQ:HASH as a check of the record shows it"
            )
        return cls(int(seq) if seq else None, found)

    def missing(self, last: int) -> Damage:
        """What it means that no fact of a chain that ends at ``last`` has this hash."""
        if self.seq is None:
            why = "the tail was cut or the chain was computed anew"
        elif self.seq > last:
            why = f"the tail was cut: facts {last + 1} to {self.seq} are missing"
        else:
            why = f"fact {self.seq} has another hash: the chain was computed anew"
        return Damage(None, "head", f"head {self.hash}: no fact has this hash; {why}")


@dataclass(slots=True)
class _Walk:
    """The state between two facts."""

    seq: int = 0
    hash: str = GENESIS
    damage: list[Damage] = field(default_factory=list)
    changed: list[Recorded] = field(default_factory=list)

    def differs(self, said: Recorded) -> None:
        """Note how a fact that does not simply follow is damaged, and go on from what it claims."""
        if said.seq != self.seq + 1:
            gap = (
                f"fact {self.seq + 1} is" if said.seq == self.seq + 2 else f"facts {self.seq + 1} to {said.seq - 1} are"
            )
            self._note(said.seq, "gap", f"{gap} missing after fact {self.seq}")
        elif said.previous != self.hash:
            self._note(said.seq, "link", f"fact {said.seq}: the hash it follows is not the hash of fact {self.seq}")
        if _hash_of(said) != said.hash:
            self._note(said.seq, "text", f"fact {said.seq}: its text does not give its hash")
            self.changed.append(said)

    def _note(self, seq: int, kind: str, says: str) -> None:
        self.damage.append(Damage(seq, kind, says))


def verify_chain(facts: Iterable[Recorded], head: str | None = None) -> Verification:
    """Check all facts of a record, oldest first. Raises Invalid for a ``head`` that is none."""
    wanted = Head.read(head) if head is not None else None
    wanted_hash, found_at = (wanted.hash, 0 if wanted.hash == GENESIS else None) if wanted else (None, None)
    walk, count = _Walk(), 0
    for said in facts:
        count += 1
        if said.seq != walk.seq + 1 or said.previous != walk.hash or _hash_of(said) != said.hash:
            walk.differs(said)
        walk.seq, walk.hash = said.seq, said.hash
        if walk.hash == wanted_hash:
            found_at = count
    damage = [*walk.damage, *_moved(walk.changed)]
    if wanted and found_at is None:
        damage.append(wanted.missing(walk.seq))
    return Verification(count, (walk.seq, walk.hash), tuple(damage), None if found_at is None else count - found_at)


def _hash_of(said: Recorded) -> str | None:
    """The hash that what the fact says gives; None where damage left something that cannot be hashed."""
    try:
        return link(said.previous, said.seq, _digest_of(said))
    except (TypeError, UnicodeEncodeError):
        return None


def _digest_of(said: Recorded) -> str:
    return digest_of(said.stream, said.version, said.recorded_at, said.effective_at, said.kind, said.body)


def _moved(changed: list[Recorded]) -> Iterator[Damage]:
    """Which of the changed facts are other facts, whole or only their text, put in another place."""
    for here in changed[:MOST_COMPARED]:
        for other in changed[:MOST_COMPARED]:
            if other is not here and _was(here, other):
                says = f"fact {other.seq} stands in the place of fact {here.seq}: rows were swapped or moved"
                yield Damage(here.seq, "moved", says)


def _was(here: Recorded, other: Recorded) -> bool:
    """Whether what stands at ``here`` was recorded at ``other``."""
    try:
        digest = _digest_of(here)
        return (
            link(here.previous, other.seq, digest) == here.hash or link(other.previous, other.seq, digest) == other.hash
        )
    except (TypeError, UnicodeEncodeError):
        return False
