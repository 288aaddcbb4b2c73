"""``force.toml``: the one row of the force."""

import json
import re
import tomllib
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from muster.domain.directory import Placed
from muster.domain.errors import Invalid
from muster.domain.force import Force
from muster.domain.nearest import did_you_mean
from muster.domain.schema import Column, columns_of
from muster.files.calendars import unknown_calendar
from muster.files.cells import BLANKS, REF, is_formula, parser
from muster.files.found import Found
from muster.files.sources import text_of

FILE: Final = Force.FILE
MOST_BYTES: Final = 1024 * 1024  # a real one has twenty lines; the parser is slow on what is made to be slow
UTC_ZONE: Final = ZoneInfo("UTC")
MUST_BE: Final[dict[type, str]] = {
    int: "must be a whole number",
    date: "must be a date without quotation marks, like 2020-01-06",
    str: 'must be text in quotation marks, like "..."',
}
AT_LINE: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


def read_force(content: bytes, found: Found) -> ZoneInfo:
    """Add the force to ``found``; its zone, or UTC when that is not known."""
    text = text_of(content, FILE, found) if _is_small(content, found) else None
    said = None if text is None else _parsed(text, found)
    if text is None or said is None:
        found.unread.add(Force.NOUN)
        return UTC_ZONE
    return _Keys(text, said, found).read()


def write_force(force: Force) -> str:
    """The one text of ``force.toml`` for this force."""
    values = ((c.name, getattr(force, c.name)) for c in columns_of(Force))
    return "".join(f"{name} = {_toml(value)}\n" for name, value in values if value is not None)


def _toml(value: Any) -> str:
    """A value in TOML; what JSON writes for text, whole numbers and lists of them is TOML too."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def _is_small(content: bytes, found: Found) -> bool:
    if len(content) > MOST_BYTES:
        found.fault(FILE, None, f"must have at most 1 MB, has {len(content) / 1024 / 1024:.1f}")
    return len(content) <= MOST_BYTES


def _parsed(text: str, found: Found) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        found.fault(FILE, None, "must not nest so deeply")
    except ValueError as said:
        place = AT_LINE.fullmatch(str(said))
        line = int(place[2]) if place and place[2] else None
        found.fault(FILE, line, f"must be TOML: {ascii(place[1] if place else str(said))[1:-1]}")
    return None


class _Keys:
    """Reads the keys of the file, with the line on which each is set."""

    def __init__(self, text: str, said: dict[str, Any], found: Found) -> None:
        self._lines = text.splitlines()
        self._said = said
        self._found = found
        self._good = True

    def read(self) -> ZoneInfo:
        columns = {c.name: c for c in columns_of(Force)}
        for name in self._said:
            line = self._line(name)
            if line is not None:
                self._found.force_lines[name] = line
            if name not in columns:
                must = f"must be one of {', '.join(columns)}{did_you_mean(name, columns)}"
                self._found.fault(FILE, self._line(name), must, value=name)
        values = {name: self._value(column) for name, column in columns.items()}
        zone = self._zone(values["zone"])
        if self._good:
            force = Force(**{name: value for name, value in values.items() if value is not None})
            self._check_calendar(force)
            self._found.entries[Force.NOUN].append(Placed(force, FILE, self._line("force")))
        else:
            self._found.unread.add(Force.NOUN)
        return zone or UTC_ZONE

    def _line(self, name: str) -> int | None:
        start = re.compile(rf"\s*[\[\"']*{re.escape(name)}[\"']?\s*[=.\]]")
        return next((number for number, line in enumerate(self._lines, start=1) if start.match(line)), None)

    def _fault(self, name: str, must: str, value: Any = None) -> None:
        self._good = False
        self._found.fault(FILE, self._line(name), must, column=name, value=None if value is None else str(value))

    def _value(self, column: Column) -> Any:
        """The value of a key; None when it is not set or wrong."""
        value = self._said.get(column.name)
        if value is None:
            if column.required:
                self._fault(column.name, f"must be set: {column.says}")
            return None
        try:
            return _of_kind(column, value)
        except Invalid as said:
            self._fault(column.name, str(said), value)
            return None

    def _zone(self, name: str | None) -> ZoneInfo | None:
        if name is None:
            return None
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            must = f"must be an IANA time zone like America/New_York{did_you_mean(name, available_timezones())}"
            self._fault("zone", must, name)
            return None

    def _check_calendar(self, force: Force) -> None:
        wrong = unknown_calendar(force.country, force.subdivision)
        if wrong is not None:
            self._fault(wrong[0], wrong[1], getattr(force, wrong[0]))
        if is_formula(force.name):
            says = "begins like a formula: a spreadsheet may run it"
            self._found.warning(FILE, self._line("name"), says, column="name", value=force.name)


def _of_kind(column: Column, value: Any) -> Any:
    if column.kind == "texts":
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and REF.fullmatch(v) for v in value):
            raise Invalid(
                'must be a list of words of letters, digits, ".", "_" and "-", like ["department", "precinct"]'
            )
        return tuple(value)
    wanted: type = {"whole": int, "date": date}.get(column.kind, str)
    if type(value) is not wanted:
        raise Invalid(MUST_BE[wanted])
    said = str(value).strip(BLANKS)
    if not said:
        raise Invalid("must not be empty")
    return parser(column, UTC_ZONE)(said)
