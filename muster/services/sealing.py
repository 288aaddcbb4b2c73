"""Sealed columns: rows in the record hold tokens, rows of a directory the texts themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.domain.schema import Column, Row, columns_of
from muster.ports import Record, Views


def opened(views: Views, row: type[Row], rows: Sequence[Row]) -> list[Row]:
    """The rows with their texts in place of tokens; an erased text is empty."""
    columns = _sealed_columns(row)
    tokens = {token for r in rows for c in columns if (token := getattr(r, c.name))}
    if not tokens:
        return [*rows]
    texts = views.unseal(tokens)
    empty = {c.name: "" if c.required else None for c in columns}
    return [
        replace(r, **{name: texts.get(getattr(r, name) or "", nothing) for name, nothing in empty.items()})
        for r in rows
    ]


def sealed(record: Record, rows: Sequence[tuple[Row, Row | None]]) -> list[Row]:
    """The rows with tokens in place of texts. Each comes with itself as it was in the record before, or None; a text
    that has not changed keeps its token."""
    texts = record.unseal({token for _, before in rows if before for _, token in _cells(before) if token})
    tokens: dict[tuple[int, str], str] = {}
    new: list[tuple[int, str, str]] = []
    for number, (row, before) in enumerate(rows):
        there = dict(_cells(before)) if before else {}
        for name, text in _cells(row):
            token = there.get(name)
            if token and texts.get(token, "") == (text or ""):
                tokens[number, name] = token
            elif text:
                new.append((number, name, text))
    for (number, name, _), token in zip(new, _tokens(record, [text for *_, text in new]), strict=True):
        tokens[number, name] = token
    return [_with(row, number, tokens) for number, (row, _) in enumerate(rows)]


def _tokens(record: Record, texts: Sequence[str]) -> list[str]:
    """A token for each text. Equal texts get different ones, so that erasing one member's leaves the other's."""
    turns: list[dict[str, str]] = []
    seen: Counter[str] = Counter()
    places = []
    for text in texts:
        places.append(seen[text])
        seen[text] += 1
    for turn in range(max(seen.values(), default=0)):
        turns.append(dict(record.seal([text for text, times in seen.items() if times > turn])))
    return [turns[place][text] for place, text in zip(places, texts, strict=True)]


def _with(row: Row, number: int, tokens: Mapping[tuple[int, str], str]) -> Row:
    changed = {name: tokens[number, name] for name, _ in _cells(row) if (number, name) in tokens}
    return replace(row, **changed) if changed else row


def _cells(row: Row) -> list[tuple[str, str | None]]:
    """The sealed columns of a row with their values."""
    return [(c.name, getattr(row, c.name)) for c in _sealed_columns(type(row))]


_sealed: dict[type[Row], tuple[Column, ...]] = {}


def _sealed_columns(row: type[Row]) -> tuple[Column, ...]:
    if row not in _sealed:
        _sealed[row] = tuple(c for c in columns_of(row) if c.sealed)
    return _sealed[row]
