"""What facts name by its hash and is too large to stand in them: kept once, looked up, and unfolded into views."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Dialect, insert, select

from muster.domain.errors import Invalid
from muster.domain.keeping import content_of
from muster.domain.published import DutyLine, Published, hash_of
from muster.domain.record import Recorded
from muster.domain.schema import from_body, to_body
from muster.store.filters import Filters
from muster.store.statements import Statement, compiled, many, one_of
from muster.store.tables import content

Taken = tuple[Recorded, str, str, Mapping[str, Any]]
"""A fact with the key, the verb and the body that a view takes."""
NOUN: Final = Published.NOUN
"""Its facts name a text by its hash."""
LINES: Final = DutyLine.NOUN
"""Its rows are unfolded from those texts."""
NUL: Final = "\0"


def keep(said: str, filters: Filters, to: Connection) -> str:
    """Keep a text, once; returns its hash. Raises Invalid for what is no text."""
    try:
        name = hash_of(said.encode().decode())
    except UnicodeEncodeError:
        raise Invalid(f"Text {said[:80]!r}: must be Unicode text without lone surrogates") from None
    if NUL in said:
        raise Invalid(f"Text {said[:80]!r}: must have no NUL character")
    if name not in kept_texts([name], filters, to):
        asked = filters.once("keep", lambda: compiled(insert(content), to.dialect))
        asked.run_many(to, [(name, said)], ("hash", "text"))
    return name


def kept_texts(hashes: Collection[str], filters: Filters, connection: Connection) -> dict[str, str]:
    """The texts under these hashes; those that are not there are missing."""
    dialect = connection.dialect
    asked = filters.once("contents", lambda: _named(dialect))
    return dict(asked.run(connection, {"hashes": many(list(hashes), dialect)}))


def _named(dialect: Dialect) -> Statement:
    wanted = select(content.c.hash, content.c.text).where(one_of(content.c.hash, "hashes", dialect))
    return compiled(wanted, dialect)


def lines_taken(taken: Iterable[Taken], filters: Filters, connection: Connection) -> Iterator[Taken]:
    """What facts about rosters say of the line of each member. Raises Tampered where a roster is not what it was."""
    for said, key, verb, body in taken:
        if verb == "amended":
            yield said, f"{body['member']}/{key}", verb, body
            continue
        published = content_of(said.seq, body, lambda name: kept_texts([name], filters, connection).get(name))
        if verb == "withdrawn":
            yield from ((said, f"{member}/{key}", verb, body) for member in published.lines)
        else:
            for line in published.duty_lines(from_body(Published, body)):
                yield said, line.key, verb, to_body(line)
