"""The words of a step: what each act and question must and may be given, so that a file is checked before it plays."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid
from muster.domain.instants import instant_of
from muster.domain.nearest import did_you_mean
from muster.domain.schema import Row, columns_of
from muster.files.cells import MOST_TEXT, REF, UNSEEN
from muster.ports import Record
from muster.scenarios.scenario import Scenario

Given = Mapping[str, Any]
Run = Callable[[Record, Given, datetime, Scenario], object]
WordKind = Literal["name", "text", "instant", "whole number", "true or false", "names"]
NOT_WORDS: Final = ("at", "do", "source", "expect")
MOST: Final = 10_000_000
"""The largest whole number a step may give."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a step. ``needs`` names another word without which it means nothing."""

    name: str
    kind: WordKind
    says: str
    required: bool = True
    choices: tuple[str, ...] = ()
    needs: str | None = None

    def maybe(self, says: str | None = None, needs: str | None = None) -> "Word":
        """The same word where it may be left out."""
        return replace(self, required=False, says=says or self.says, needs=needs)


@dataclass(frozen=True, slots=True)
class Act:
    """What a scenario can do: one service, called with words that name offices, not people."""

    says: str
    words: tuple[Word, ...]
    run: Run


def act(says: str, *words: Word) -> Callable[[Run], Act]:
    """Makes an act of a function."""
    return lambda run: Act(says, words, run)


def choice(name: str, says: str, row: type[Row], column: str, *without: str) -> Word:
    """A word that is one of the choices of a column."""
    choices = next(c.choices for c in columns_of(row) if c.name == column)
    return Word(name, "name", says, choices=tuple(c for c in choices if c not in without))


def faults_of(words: tuple[Word, ...], given: Given, zone: ZoneInfo) -> Iterator[tuple[str, object, str]]:
    """What is wrong with the words of a step: the word, its value, what it must be."""
    known = {word.name: word for word in words}
    for name in (n for n in given if n not in known and n not in NOT_WORDS):
        among = ", ".join(known) or "none"
        yield name, given[name], f"must be a word of this step ({among}){did_you_mean(name, known)}"
    for word in words:
        if word.name not in given:
            if word.required:
                yield word.name, None, f"must be given: {word.says}"
            continue
        must = wrong(word, given[word.name], zone)
        if must is not None:
            yield word.name, given[word.name], must
        if word.needs is not None and word.needs not in given:
            yield word.name, given[word.name], f"must come with {word.needs}"


def wrong(word: Word, value: object, zone: ZoneInfo) -> str | None:
    """What the value of a word must be; None when it is."""
    if word.choices:
        return None if value in word.choices else f"must be one of {', '.join(word.choices)}"
    if word.kind == "instant":
        return _wrong_instant(value, zone)
    right = {
        "name": isinstance(value, str) and REF.fullmatch(value) is not None,
        "text": isinstance(value, str) and 0 < len(value.strip()) <= MOST_TEXT and not UNSEEN.search(value),
        "whole number": isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST,
        "true or false": isinstance(value, bool),
        "names": isinstance(value, list) and all(isinstance(v, str) and REF.fullmatch(v) for v in value),
    }[word.kind]
    return None if right else _MUST[word.kind]


def _wrong_instant(value: object, zone: ZoneInfo) -> str | None:
    try:
        instant_in(value, zone)
    except Invalid as said:
        return str(said)
    return None


def instant_in(value: object, zone: ZoneInfo) -> datetime:
    """An instant as a scenario writes it, in quotation marks or bare. Raises ``Invalid``."""
    if isinstance(value, datetime):
        value = value.isoformat()
    if not isinstance(value, str):
        raise Invalid("must be a local date and time like 2020-10-07T18:00")
    return instant_of(value, zone)


_MUST: Final[dict[str, str]] = {
    "name": "must be a name: letters, digits, '.', '_' and '-', at most 64",
    "text": f"must be text of one line, at most {MOST_TEXT} characters",
    "whole number": f"must be a whole number from 0 to {MOST}",
    "true or false": "must be true or false",
    "names": 'must be names in a list, like ["A", "B"]',
}

WHO: Final = Word("who", "name", "the position whose holder does it")
BY: Final = Word("by", "name", "the position whose holder decides it")
UNIT: Final = Word("unit", "name", "the unit")
POSITION: Final = Word("position", "name", "the position")
TASKING: Final = Word("tasking", "name", "the tasking")
ORDER: Final = Word("order", "name", "the order")
UNTIL: Final = Word("until", "instant", "until when")
REASON: Final = Word("reason", "text", "why")
RESULT: Final = Word("result", "text", "how it ended")
MATTER: Final = (
    Word("matter", "name", "the kind of business"),
    Word("place", "name", "the unit in which it is"),
    Word("people", "whole number", "people taking part", required=False),
    Word("hours", "whole number", "hours it lasts", required=False),
    Word("members", "whole number", "members needed", required=False),
    Word("by", "instant", "by when it must be decided; left out: now", required=False),
)
GIVER: Final = Word("from", "name", "the unit or position that directs it", required=False, needs="to")
RECEIVER: Final = Word("to", "name", "the position to which it is directed", required=False, needs="from")
