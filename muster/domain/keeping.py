"""What facts name by its hash, held to them: whether what is kept beside them is what it was."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from muster.domain.chain import Damage
from muster.domain.closings import CLOSED
from muster.domain.errors import Tampered
from muster.domain.published import AMENDED, PUBLISHED, Content, amended_digest, hash_of

NAMING: Final = {PUBLISHED: "the roster it published", CLOSED: "the certified ledger"}
"""The kinds of facts that name, as ``content``, the hash of a text that is kept beside them; and what the text has."""
KEPT: Final = (*NAMING, AMENDED)
"""The kinds of facts that name something that is kept beside them, or rest on it."""
Said = tuple[int, str, str, Mapping[str, Any]]
"""Of a fact: its number, stream, kind and body."""
TextOf = Callable[[str], str | None]
"""The text that is kept under a hash; None where there is none."""


def content_of(seq: int, body: Mapping[str, Any], text_of: TextOf) -> Content:
    """The lines that a fact with this number and body published. Raises ``Tampered`` where they are gone or are not
    what they were."""
    return Content.read(text_named(seq, PUBLISHED, body, text_of))


def text_named(seq: int, kind: str, body: Mapping[str, Any], text_of: TextOf) -> str:
    """The text that a fact names by its hash. Raises ``Tampered`` where it is gone or is not what it was."""
    said = text_of(body["content"])
    wrong = _wrong(kind, body["content"], said)
    if said is None or wrong is not None:
        raise Tampered(f"Fact {seq}: {wrong}; restore a backup")
    return said


def damaged_contents(facts: Iterable[Said], text_of: TextOf) -> Iterator[Damage]:
    """Every fact whose roster is gone or is not what it names; ``facts``: those about rosters, in order."""
    digests: dict[str, str] = {}
    for seq, stream, kind, body in facts:
        if kind in NAMING:
            digests[stream] = body.get("digest", body["content"])
            wrong = _wrong(kind, body["content"], text_of(body["content"]))
            if wrong is None and digests[stream] != body["content"]:
                wrong = f"{NAMING[kind]} is not what it was"
            if wrong is not None:
                yield Damage(seq, "content", f"fact {seq}: {wrong}")
        else:
            if amended_digest(digests.get(stream, ""), body) != body["digest"]:
                yield Damage(seq, "content", f"fact {seq}: it does not give the hash of the roster that it amends")
            digests[stream] = body["digest"]


def _wrong(kind: str, name: str, said: str | None) -> str | None:
    """What is wrong with the text that is kept under a name; None: nothing."""
    if said is None:
        return f"{NAMING[kind]} is missing"
    return None if hash_of(said) == name else f"{NAMING[kind]} is not what it was"
