"""How single values go over the wire: each in one form alone, as the description says, and nothing near it."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from fastapi import Header, Path, Query
from pydantic import BeforeValidator, Field
from pydantic.json_schema import WithJsonSchema

from muster.domain.instants import YEARS
from muster.domain.valid import LONGEST_TEXT

REF: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MOST: Final = 200
"""So many things are on one page at most."""
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[0-9]{1,12}")


def _instant(said: object) -> datetime:
    if isinstance(said, str) and _INSTANT.fullmatch(said):
        found = datetime.fromisoformat(said)
        if found.year in YEARS:
            return found.astimezone(UTC)
    raise ValueError(f"must be an instant of {YEARS.start} to {YEARS.stop - 1} with its offset: 2020-10-07T22:00:00Z")


def _day(said: object) -> date:
    if isinstance(said, str) and _DAY.fullmatch(said):
        found = date.fromisoformat(said)
        if found.year in YEARS:
            return found
    raise ValueError(f"must be a day of {YEARS.start} to {YEARS.stop - 1}: 2020-10-07")


def _number(said: object) -> int:
    if isinstance(said, str) and _NUMBER.fullmatch(said):
        return int(said)
    if isinstance(said, int):  # what stands in the description
        return said
    raise ValueError("must be a whole number")


Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"}, mode="validation")
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"}, mode="validation")]
Ref = Annotated[str, Field(pattern=REF)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Flag = Annotated[bool, Field(strict=True)]

Name = Annotated[str, Path(pattern=REF)]
At = Annotated[Instant | None, Query(description="at this instant, a year ahead at most; left out: now")]
KnownAt = Annotated[Instant | None, Query(description="as the record believed then; left out: as it believes now")]
Limit = Annotated[
    int, Field(ge=1, le=MOST), BeforeValidator(_number), Query(description="so many things at most; left out: 50")
]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before; left out: the first page")]
SeqCursor = Annotated[
    Annotated[int, Field(ge=0), BeforeValidator(_number)] | None,
    Query(description="`next` of the page before; left out: the first page"),
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=REF,
        description="a word of yours for this act: the same sent again does no more, and is answered the same",
    ),
]


def whole(least: int, most: int) -> object:
    """A whole number between two bounds, both allowed."""
    return Field(strict=True, ge=least, le=most)
