"""Accounts and their claims in a TOML file: read with all its faults, each with its entry and field."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.accounts import Account, Claim
from muster.domain.claims import PARAMETERS, PROPOSITIONS, Misfit, allowed, misfits
from muster.domain.errors import Fault, Invalid
from muster.domain.nearest import did_you_mean
from muster.domain.schema import Column, Row, columns_of, written
from muster.files.cells import parser
from muster.files.found import Found, printable, shown
from muster.files.sources import bytes_of, text_of

MOST_BYTES: Final = 1024 * 1024  # a long file has fifty kilobytes; the parser is slow on what is made to be slow
AT_LINE: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
ACCOUNTS, CLAIMS = "account", "claim"
DAY_OF_ACCOUNT: Final = "as_of"
"""The parameter that a claim takes from the day of its account."""


@dataclass(slots=True)
class Reading:
    """What a file of accounts says, and what is wrong with it."""

    file: str
    accounts: list[Account] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, entry: str, name: str | None, value: Any, must: str, line: int | None = None) -> None:
        """Note what is wrong with a field of an entry, or with the entry where ``name`` is None."""
        place = f"{entry}: {name}" if entry and name else entry or name
        said = None if value is None else shown(value if isinstance(value, str) else _said(value))
        self.faults.append(Fault(self.file, line, place, said, must))


def read_accounts(path: Path, zone: ZoneInfo, known: Collection[str] = ()) -> Reading:
    """The accounts in a file; local times are read in ``zone``. ``known``: accounts that are in the record already and
    may be named with ``via``."""
    found = Found()
    content = bytes_of(path, found)
    if content is None and not found.faults:
        found.fault(path.name, None, "must be a file that is there")
    if content is None:
        return Reading(printable(path.name), faults=found.faults)
    return accounts_in(content, path.name, zone, known)


def accounts_in(content: bytes, file: str, zone: ZoneInfo, known: Collection[str] = ()) -> Reading:
    """The accounts in the content of a file of that name."""
    reading = Reading(printable(file))
    said = _parsed(content, reading)
    if said is not None:
        _Reader(reading, zone).read(said, known)
    return reading


def _parsed(content: bytes, reading: Reading) -> dict[str, Any] | None:
    if len(content) > MOST_BYTES:
        reading.fault("", None, None, f"must have at most 1 MB, has {len(content) / MOST_BYTES:.1f}")
        return None
    found = Found()
    text = text_of(content, reading.file, found)
    if text is None:
        reading.faults += found.faults
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        reading.fault("", None, None, "must not nest so deeply")
    except ValueError as said:
        place = AT_LINE.fullmatch(str(said))
        line = int(place[2]) if place and place[2] else None
        reading.fault("", None, None, f"must be TOML: {shown(ascii(place[1] if place else str(said))[1:-1])}", line)
    return None


class _Reader:
    """Reads entry by entry; an entry with a fault makes no row, but later ones are read all the same."""

    def __init__(self, reading: Reading, zone: ZoneInfo) -> None:
        self._reading = reading
        self._zone = zone
        self._names: set[str] = set()
        self._day_is_wrong = False  # of the account that is being read

    def read(self, said: dict[str, Any], known: Collection[str]) -> None:
        for name, value in said.items():
            if name != ACCOUNTS:
                self._reading.fault("", None, name, f"must be [[{ACCOUNTS}]]{did_you_mean(name, (ACCOUNTS,))}")
            elif not _are_tables(value):
                self._reading.fault("", name, value, f"must be tables, each begun with [[{ACCOUNTS}]]")
        tables: Any = said.get(ACCOUNTS)
        if not said:
            self._reading.fault("", None, None, f"must have at least one [[{ACCOUNTS}]]")
        if _are_tables(tables):
            # Names of accounts first: a claim may repeat one that stands further down.
            there = {*known, *(t["account"] for t in tables if isinstance(t.get("account"), str))}
            for number, table in enumerate(tables, start=1):
                self._account(number, table, there)

    def _account(self, number: int, table: dict[str, Any], there: Collection[str]) -> None:
        name = table.get("account")
        entry = f"account {_name(name, number)}"
        values = self._values(Account, {k: v for k, v in table.items() if k != CLAIMS}, entry)
        self._once(entry, "account", name)
        self._day_is_wrong = "dated" in table and "dated" not in values
        if _is_whole(Account, values):
            self._reading.accounts.append(Account(**values))
        claims = table.get(CLAIMS, [])
        if not _are_tables(claims):
            self._reading.fault(entry, CLAIMS, claims, f"must be tables, each begun with [[{ACCOUNTS}.{CLAIMS}]]")
            return
        for place, claim in enumerate(claims, start=1):
            self._claim(f"{entry}, claim {_name(claim.get('claim'), place)}", claim, values, there)

    def _claim(self, entry: str, table: dict[str, Any], account: dict[str, Any], there: Collection[str]) -> None:
        values = self._values(Claim, table, entry, given={"account"})
        self._once(f"{entry} of {account.get('account')}", "claim", table.get("claim"), entry)
        says = values.get("says")
        if says is not None and DAY_OF_ACCOUNT in allowed(PROPOSITIONS[says]):
            values.setdefault(DAY_OF_ACCOUNT, account.get("dated"))
        wrong = self._misfits(says, values, table) if says is not None else []
        for misfit in wrong:
            value = None if misfit.value is None else table.get(misfit.parameter, misfit.value)
            self._reading.fault(entry, misfit.parameter, value, misfit.must)
        via = values.get("via")
        if via is not None and via not in there:
            must = f"must be an account of this file or of the record{did_you_mean(via, there)}"
            self._reading.fault(entry, "via", via, must)
            return
        values["account"] = account.get("account")
        if not wrong and _is_whole(Claim, values):
            self._reading.claims.append(Claim(**values))

    def _misfits(self, says: str, values: dict[str, Any], table: dict[str, Any]) -> list[Misfit]:
        """What is wrong with the parameters, without those of which a fault has been noted already."""
        spoiled = {name for name in PARAMETERS if name in table and values.get(name) is None}
        if "holder" in spoiled:
            spoiled.add("member")
        if self._day_is_wrong:
            spoiled.add(DAY_OF_ACCOUNT)
        return [m for m in misfits(says, values) if m.parameter not in spoiled]

    def _values(self, row: type[Row], table: dict[str, Any], entry: str, given: Collection[str] = ()) -> dict[str, Any]:
        """The values of the columns that are there and right, by name; faults for the rest."""
        columns = {c.name: c for c in columns_of(row) if c.name not in given}
        for name in table:
            if name not in columns:
                must = f"must be one of {', '.join(columns)}{did_you_mean(name, columns)}"
                self._reading.fault(entry, None, name, must)
        values = {}
        for name, column in columns.items():
            value = self._value(column, table.get(name), entry)
            if value is not None:
                values[name] = value
        return values

    def _value(self, column: Column, value: Any, entry: str) -> Any:
        if value is None:
            if column.required:
                self._reading.fault(entry, column.name, None, f"must be given: {column.says}")
            return None
        try:
            return _of_kind(column, value, self._zone)
        except Invalid as said:
            self._reading.fault(entry, column.name, value, str(said))
            return None

    def _once(self, what: str, name: str, value: Any, entry: str | None = None) -> None:
        """Note when an entry of this name was there already; ``value`` is its name."""
        if isinstance(value, str):
            if what in self._names:
                self._reading.fault(entry or what, name, value, "must be there once; another entry has the same name")
            self._names.add(what)


def _of_kind(column: Column, value: Any, zone: ZoneInfo) -> Any:
    """A value of the file as the column's type. Raises ``Invalid``."""
    parse = parser(column, zone)
    if column.kind == "whole":
        if type(value) is not int:
            raise Invalid(f"must be a whole number from {column.least} to {column.most}")
        return parse(str(value) if abs(value) <= (column.most or 0) else "-")
    if column.kind in ("date", "instant") and isinstance(value, datetime | date):
        return parse(value.isoformat())
    if type(value) is not str:
        raise Invalid("must be a date like 2020-10-07" if column.kind == "date" else 'must be text, like "..."')
    if not value.strip():
        raise Invalid("must not be empty")
    return parse(value.strip())


def _is_whole(row: type[Row], values: dict[str, Any]) -> bool:
    return all(values.get(c.name) is not None for c in columns_of(row) if c.required)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _name(value: Any, number: int) -> str:
    """How an entry is called in faults: by its name, or by its place where it has none."""
    good = isinstance(value, str) and value and value.isprintable()
    return shown(value) if good else f"number {number}"


def _said(value: Any) -> str:
    """A value of the file as text; what nests or is long is only named."""
    if isinstance(value, dict | list):
        return "(a table)" if isinstance(value, dict) else "(a list)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 256 else "(a very large number)"
    return written(value) if isinstance(value, datetime | date | time) else repr(value)
