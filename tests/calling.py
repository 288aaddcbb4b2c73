"""Cases of call-ins made of rows alone: a need, a contract, members with hours that time records tell."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.calling_case import Case, Person
from muster.domain.calling_in import CallIn, CallInAnswer, DoNotCall, asked_in
from muster.domain.contracts import Contract, Term
from muster.domain.duty import TimeRecord
from muster.domain.members import Member
from muster.domain.presence import DutyFile
from muster.domain.profiles import ADVISORY, Profile
from muster.domain.schedule import Schedule
from tests.ground import local

NEW_YORK = ZoneInfo("America/New_York")
ASKED = "2020-10-14T12:00"
SINCE, UNTIL = "2020-10-14T16:00", "2020-10-15T00:00"
EMPTY = Schedule(NEW_YORK, {}, {}, {})
LAX = Profile("lax", {rule: ADVISORY.limits[rule] for rule in ("break-length", "protected-rest")})
"""A profile without any rule under which somebody is unfit."""


def contract(**said: int | str) -> Contract:
    """A contract of these rules; without any it asks nobody and orders nobody."""
    terms = {"offers": Term(None, ("none",), "test"), "orders": Term(None, ("none",), "test")}
    for rule, value in said.items():
        number = value if isinstance(value, int) else None
        terms[rule.replace("_", "-")] = Term(number, tuple(value.split()) if isinstance(value, str) else (), "test")
    return Contract("test", terms)


def need(name: str = "NOW", since: str = SINCE, until: str = UNTIL, **more: Any) -> CallIn:
    """A call-in of the unit U, opened before anything happens."""
    values: dict[str, Any] = {
        "unit": "U",
        "kind": "call-in",
        "contract": "test",
        "opened_by": "BOSS",
        "at": local("2020-01-01"),
    } | more
    return CallIn(call_in=name, since=local(since), until=local(until), **values)


def said(member: str, what: str, at: str | datetime, call_in: str = "NOW") -> CallInAnswer:
    """An answer."""
    when = local(at) if isinstance(at, str) else at
    return CallInAnswer(call_in=call_in, member=member, at=when, what=what, by="BOSS", digest="x")


def case(
    rules: Contract,
    call_in: CallIn | None = None,
    answers: Iterable[CallInAnswer] = (),
    others: Iterable[CallIn] = (),
    **more: Any,
) -> Case:
    """A case of a need, asked at noon before it."""
    wanted, at = call_in or need(), more.pop("at", local(ASKED))
    values: dict[str, Any] = {"schedule": EMPTY, "profile": LAX} | more
    return Case(wanted, rules, at=at, past=asked_in([wanted, *others], answers, at), **values)


def worked(member: str, since: str | datetime, hours: float, kind: str = "tour") -> TimeRecord:
    """Hours of duty, as a time record has them."""
    start = local(since) if isinstance(since, str) else since
    return TimeRecord(member=member, since=start, until=start + timedelta(hours=hours), kind=kind)


def person(name: str, joined: str | None = "2010-01-04", records: Sequence[TimeRecord] = (), **file: Any) -> Person:
    """A member with these hours."""
    first = date.fromisoformat(joined) if joined else None
    return Person(Member(member=name, name=name, joined=first), DutyFile(name, records=tuple(records), **file))


def unwanted(member: str, since: str, until: str | None = None) -> DoNotCall:
    """A member who does not want to be asked."""
    return DoNotCall(member=member, since=local(since), until=local(until) if until else None, stated_by=member)
