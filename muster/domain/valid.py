"""Whether a row that a command made is of its form: the same bounds that a force directory is held to."""

import re
from typing import Any

from muster.domain.errors import Check, require
from muster.domain.schema import Column, R, columns_of

REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LONGEST_TEXT = 2000
LONGEST_LIST = 1000


def valid(row: R) -> R:
    """The row itself; raises ``Invalid`` naming every column that is not of its form."""
    wrong = [c for c in columns_of(type(row)) if not _holds(c, getattr(row, c.name))]
    if wrong:  # worded only then: a worker makes thousands of rows a minute
        name = f"{row.NOUN.replace('_', ' ')} {row.key[:200]!r}"
        require(name, *(Check(c.name, repr(getattr(row, c.name))[:80], False, _must(c)) for c in wrong))
    return row


def valid_text(thing: str, field: str, value: str | None) -> str:
    """The text itself; raises ``Invalid`` for none, an empty one, or one that is not on one line."""
    holds = value is not None and bool(value.strip()) and len(value) <= LONGEST_TEXT and value.isprintable()
    must = f"must be given: 1 to {LONGEST_TEXT} characters on one line, without control characters"
    require(thing, Check(field, repr(value)[:80], holds, must))
    return value or ""


def _holds(c: Column, value: Any) -> bool:
    if value is None:
        return not c.required
    if c.kind == "ref":
        return REF.fullmatch(value) is not None
    if c.kind == "refs":
        return len(value) <= LONGEST_LIST and all(REF.fullmatch(v) for v in value)
    if c.kind == "choice":
        return value in c.choices
    if c.kind == "whole":
        return (c.least is None or value >= c.least) and (c.most is None or value <= c.most)
    if c.kind == "text":
        return 0 < len(value) <= LONGEST_TEXT and value.isprintable() and value == value.strip()
    if c.kind == "instant":
        return value.tzinfo is not None
    return True


def _must(c: Column) -> str:
    return {
        "ref": "must be 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first",
        "refs": f"must be at most {LONGEST_LIST} references",
        "choice": f"must be one of {', '.join(c.choices)}",
        "whole": f"must be from {c.least} to {c.most}",
        "text": f"must be 1 to {LONGEST_TEXT} characters on one line, without control characters",
        "instant": "must carry its offset",
    }.get(c.kind, "must be given")
