"""What a scenario can do and ask. Each act is one service, called with words that name offices, not people."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from muster.domain.appointing import Order
from muster.domain.candidates import holders
from muster.domain.errors import FaultyDirectory, Invalid, Refused
from muster.domain.force import Unit
from muster.domain.instants import instant_of
from muster.domain.members import Absence, Appointment
from muster.domain.presence import holds
from muster.domain.routing import Asked
from muster.domain.succession import propose
from muster.domain.taskings import Tasking
from muster.files.accounts import read_accounts
from muster.ports import Record, Views
from muster.scenarios.scenario import Scenario
from muster.services import accounts, appointments, calls, command, duty, separations, taskings
from muster.services.routing import position_of
from muster.services.snapshots import snapshot
from muster.services.watch import watches_at

Given = Mapping[str, Any]
Act = Callable[[Record, Given, datetime, Scenario], object]


def holder(views: Views, position: str, at: datetime) -> str:
    """The member who holds a position at an instant, the one on duty first. Raises ``Refused`` for a vacancy."""
    post = position_of(views, position, at)
    watches = watches_at(views, [post.unit], at)
    held = [a.member for a in holders(watches.moment, post.position)]
    if not held:
        raise Refused(f"{post.position} is vacant: nobody holds it")
    return next((m for m in held if watches.moment.status(m).state == "on-duty"), held[0])


def who(views: Views, given: Given, at: datetime, name: str = "who") -> str:
    """The member whom a step means by the position they hold."""
    if name not in given:
        raise Invalid(f"scenario step: {name} must name a position")
    return holder(views, str(given[name]), at)


def when(given: Given, name: str, scenario: Scenario) -> datetime | None:
    """An instant among the words of a step; None when it is not there."""
    return instant_of(given[name], scenario.zone) if name in given else None


def _sign_on(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.sign_on(record, who(record, given, at), given["unit"], at, given.get("why"))


def _sign_off(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.sign_off(record, who(record, given, at), at)


def _hold_over(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.hold_over(record, who(record, given, at), at, given.get("why"))


def _rest(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    return duty.rest(record, member, at, required(given, "until", scenario), member)


def _unreachable(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    return duty.unreachable(record, member, at, when(given, "until", scenario), member)


def _absent(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    row = Absence(member=member, kind=given["kind"], since=at, until=when(given, "until", scenario))
    return duty.absent(record, row)


def _assume(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return command.assume(record, given["unit"], who(record, given, at), at)


def _hand_over(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return command.hand_over(record, given["unit"], who(record, given, at), who(record, given, at, "to"), at)


def _call(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return calls.call(
        record, given["to"], given["from"], at, answered=given.get("answered", False), about=given.get("about")
    )


def asked(given: Given, at: datetime, scenario: Scenario) -> Asked:
    """The matter that a step names, with its size and deadline."""
    sizes = {name: given.get(name) for name in ("people", "hours", "members")}
    return Asked(given["matter"], given["place"], at, when(given, "by", scenario), **sizes)


def _receive(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    directive = None
    if "from" in given and "to" in given:
        directive = taskings.Directive(given["from"], given["to"], given.get("reason"))
    kind = given.get("kind", "incident")
    return taskings.receive(record, asked(given, at, scenario), given["what"], kind, directive, given["tasking"])


def _accept(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    position = given.get("position") or taskings.tasking_named(record, given["tasking"]).owner
    return taskings.accept(record, given["tasking"], holder(record, position, at), at, position)


def _refuse(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return taskings.refuse(record, given["tasking"], who(record, given, at), given["reason"], at)


def _close(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    owner = taskings.tasking_named(record, given["tasking"]).owner
    return taskings.close(record, given["tasking"], holder(record, owner, at), given["result"], at)


def _order(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    exempt = given.get("exempt", [])
    units = [u.unit for u in record.rows(Unit, level=given["levels"]) if holds(u, at) and u.unit not in exempt]
    deadline = when(given, "by", scenario)
    return taskings.order(
        record, taskings.Order(given["order"], given["what"], given["from"], units, deadline, exempt), at
    )


def _return(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    """Every command of an order but those named returns what it was asked for."""
    missing = given.get("missing", [])
    mine = [t for t in record.rows(Tasking, order=given["order"]) if t.is_open and t.place not in missing]
    facts = []
    for t in mine:
        member = holder(record, t.owner, at)
        facts += t.accept(t.owner, member, at)
        facts += replace(t, accepted_by=member).close(given["result"], member, at)
    return record.append(facts)


def _file(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    by = who(record, given, at, "by") if "by" in given else member
    return separations.file(record, member, given["kind"], required(given, "effective", scenario), by, at)


def _reconsider(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return separations.reconsider(record, who(record, given, at), who(record, given, at, "by"), at)


def _accept_papers(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    dates = when(given, "effective", scenario), when(given, "leave_from", scenario)
    return separations.accept(record, who(record, given, at), who(record, given, at, "by"), at, *dates)


def _withdraw(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    member = who(record, given, at)
    return separations.withdraw(record, member, member, at)


def _appoint(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    return _appointed(record, given, at, scenario, who(record, given, at))


def _appoint_proposed(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    """Somebody entitled appoints whom the succession proposes; Muster proposes and never appoints."""
    post = position_of(record, given["position"], at)
    proposal = propose(snapshot(record, [post.unit]), post, at)
    if proposal.member is None:
        raise Refused(f"nobody can be appointed to act in {post.position}: {proposal.words()}")
    return _appointed(record, given, at, scenario, proposal.member)


def _appointed(record: Record, given: Given, at: datetime, scenario: Scenario, member: str) -> object:
    row = Appointment(
        position=given["position"],
        member=member,
        kind=given.get("kind", "acting"),
        since=at,
        until=when(given, "until", scenario),
        instrument=given.get("instrument"),
    )
    order = Order(
        row,
        who(record, given, at, "by"),
        given.get("rank"),
        given.get("squad"),
        leave_old=given.get("leave_old", False),
    )
    return appointments.appoint(record, order)


def _accounts(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    found = read_accounts(scenario.folder / given["file"], scenario.zone)
    if found.faults:
        raise FaultyDirectory(found.faults)
    return accounts.load(record, found.accounts, found.claims)


def required(given: Given, name: str, scenario: Scenario) -> datetime:
    """An instant that the step must give."""
    found = when(given, name, scenario)
    if found is None:
        raise Invalid(f"scenario step: {name} must be given, like 2020-10-09T07:00")
    return found


ACTS: Final[dict[str, Act]] = {
    "sign-on": _sign_on,
    "sign-off": _sign_off,
    "hold-over": _hold_over,
    "rest": _rest,
    "unreachable": _unreachable,
    "absent": _absent,
    "assume": _assume,
    "hand-over": _hand_over,
    "call": _call,
    "receive": _receive,
    "accept": _accept,
    "refuse": _refuse,
    "close": _close,
    "order": _order,
    "return": _return,
    "file": _file,
    "ask-to-reconsider": _reconsider,
    "accept-papers": _accept_papers,
    "withdraw": _withdraw,
    "appoint": _appoint,
    "appoint-proposed": _appoint_proposed,
    "accounts": _accounts,
}
