"""What facts name by its hash, held to them: whether what is kept beside them is what it was."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from muster.domain.chain import Damage
from muster.domain.published import AMENDED, CHANGED, MISSING, PUBLISHED, amended_digest, hash_of

Said = tuple[int, str, str, Mapping[str, Any]]
"""Of a fact: its number, stream, kind and body."""
TextOf = Callable[[str], str | None]
"""The text that is kept under a hash; None where there is none."""


def is_kept(kind: str) -> bool:
    """Whether facts of this kind name something that is kept beside them, or rest on it."""
    return kind in (PUBLISHED, AMENDED)


def damaged_contents(facts: Iterable[Said], text_of: TextOf) -> Iterator[Damage]:
    """Every fact whose roster is gone or is not what it names; ``facts``: those about rosters, in order."""
    digests: dict[str, str] = {}
    for seq, stream, kind, body in facts:
        if kind == PUBLISHED:
            digests[stream] = body["digest"]
            said = text_of(body["content"])
            if said is None or hash_of(said) != body["content"] or body["digest"] != body["content"]:
                yield Damage(seq, "content", f"fact {seq}: {MISSING if said is None else CHANGED}")
        else:
            if amended_digest(digests.get(stream, ""), body) != body["digest"]:
                yield Damage(seq, "content", f"fact {seq}: it does not give the hash of the roster that it amends")
            digests[stream] = body["digest"]
