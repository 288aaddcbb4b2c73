"""What facts name by its hash, held to them: whether what is kept beside them is what it was."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from muster.domain.chain import Damage
from muster.domain.published import AMENDED, CHANGED, MISSING, PUBLISHED, Content, entry_of, hash_of

Said = tuple[int, str, str, Mapping[str, Any]]
"""Of a fact: its number, stream, kind and body."""


def is_kept(kind: str) -> bool:
    """Whether facts of this kind name something that is kept beside them."""
    return kind in (PUBLISHED, AMENDED)


def damaged_contents(facts: Iterable[Said], texts: Mapping[str, str]) -> Iterator[Damage]:
    """Every fact whose roster is gone or is not what it names; ``facts``: those about rosters, in order."""
    now: dict[str, Content | None] = {}
    for seq, stream, kind, body in facts:
        if kind == PUBLISHED:
            now[stream] = _published(body, texts)
            if now[stream] is None:
                yield Damage(seq, "content", f"fact {seq}: {CHANGED if body['content'] in texts else MISSING}")
        elif (before := now.get(stream)) is not None:
            after = before.amended(body["member"], date.fromisoformat(body["day"]), entry_of(body["tour"]))
            now[stream] = after
            if hash_of(after.text) != body["digest"]:
                yield Damage(seq, "content", f"fact {seq}: the amended roster does not give the hash that it names")


def _published(body: Mapping[str, Any], texts: Mapping[str, str]) -> Content | None:
    said = texts.get(body["content"])
    if said is None or hash_of(said) != body["content"] or body["digest"] != body["content"]:
        return None
    try:
        return Content.read(said)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
