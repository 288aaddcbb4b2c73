"""Acts about taskings and orders."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from muster.domain.force import Unit
from muster.domain.presence import holds
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.scenarios.finding import asked, holder, when, who
from muster.scenarios.scenario import Scenario
from muster.scenarios.words import (
    GIVER,
    MATTER,
    ORDER,
    REASON,
    RECEIVER,
    RESULT,
    TASKING,
    WHO,
    Act,
    Given,
    Word,
    act,
    choice,
)
from muster.services import orders, taskings
from muster.services.reach import append

TO: Final = Word("to", "name", "the position to which it goes")


@act(
    "A tasking is received where it belongs; with from and to, a directive.",
    replace(TASKING, says="a name for it"),
    Word("what", "text", "what must be decided or done"),
    *MATTER,
    choice("kind", "what sort; left out: incident", Tasking, "kind", "gap", "directive", "relief", "order").maybe(),
    GIVER,
    RECEIVER,
    REASON.maybe("why it is sent past the chain"),
)
def receive(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    directive = None
    if "from" in given:
        directive = taskings.Directive(given["from"], given["to"], given.get("reason"))
    kind = given.get("kind", "incident")
    return taskings.receive(record, asked(given, at, scenario), given["what"], kind, directive, given["tasking"])


@act("It is accepted.", TASKING, Word("position", "name", "by the holder of this; left out: the owner", required=False))
def accept(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    position = given.get("position") or taskings.tasking_named(record, given["tasking"]).owner
    return taskings.accept(record, given["tasking"], holder(record, position, at), at, position)


@act("It is refused; the owner keeps it.", TASKING, WHO, REASON)
def refuse(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return taskings.refuse(record, given["tasking"], who(record, given, at), given["reason"], at)


@act("It is offered to one more position.", TASKING, TO)
def offer(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    owner = taskings.tasking_named(record, given["tasking"]).owner
    return taskings.offer(record, given["tasking"], given["to"], holder(record, owner, at), at)


@act("The owner hands it down; it moves when that position accepts.", TASKING, TO)
def delegate(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    owner = taskings.tasking_named(record, given["tasking"]).owner
    return taskings.delegate(record, given["tasking"], holder(record, owner, at), given["to"], at)


@act("A superior takes it over; the owner is told.", TASKING, WHO)
def take_over(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return taskings.take_over(record, given["tasking"], who(record, given, at), given["who"], at)


@act(
    "It is sent elsewhere by directive; the owner keeps it until that position accepts.",
    TASKING,
    Word("from", "name", "the unit or position that directs it"),
    TO,
    REASON.maybe("why it is sent past the chain"),
)
def send(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    directive = taskings.Directive(given["from"], given["to"], given.get("reason"))
    return taskings.send(record, given["tasking"], directive, at)


@act("The owner closes it.", TASKING, RESULT)
def close(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    owner = taskings.tasking_named(record, given["tasking"]).owner
    return taskings.close(record, given["tasking"], holder(record, owner, at), given["result"], at)


@act(
    "One order to every unit of some levels: a tasking for the head of each.",
    replace(ORDER, says="a name for it"),
    Word("from", "name", "the position that gives it"),
    Word("what", "text", "what is ordered"),
    Word("levels", "names", "the levels of the units"),
    Word("exempt", "names", "units that are exempt by name", required=False),
    Word("by", "instant", "when returns are due", required=False),
)
def order(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    exempt = given.get("exempt", [])
    below = record.rows(Unit, level=given["levels"])
    units = [u.unit for u in below if holds(u, at) and u.unit not in exempt]
    deadline = when(given, "by", scenario)
    meant = orders.Order(given["order"], given["what"], given["from"], units, deadline, exempt)
    return orders.give(record, meant, at)


@act(
    "Every unit of an order returns what it was asked for.",
    ORDER,
    RESULT,
    Word("missing", "names", "units that do not", required=False),
)
def return_(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    missing = given.get("missing", [])
    mine = [t for t in record.rows(Tasking, order=given["order"]) if t.is_open and t.place not in missing]
    facts = []
    for t in mine:
        member = holder(record, t.owner, at)
        facts += t.accept(t.owner, member, at) if t.accepted_by is None else []
        facts += t.close(given["result"], member, at)
    return append(record, facts)


TASKING_ACTS: Final[dict[str, Act]] = {
    "receive": receive,
    "accept": accept,
    "refuse": refuse,
    "offer": offer,
    "delegate": delegate,
    "take-over": take_over,
    "send": send,
    "close": close,
    "order": order,
    "return": return_,
}
