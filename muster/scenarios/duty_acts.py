"""Acts of duty, command and calls."""

from datetime import datetime
from typing import Final

from muster.domain.duty import Waiver
from muster.domain.members import Absence
from muster.ports import Record
from muster.scenarios.finding import instant, when, who
from muster.scenarios.scenario import Scenario
from muster.scenarios.words import BY, UNIT, UNTIL, WHO, Act, Given, Word, act, choice
from muster.services import calls, channel_tests, command, duty

WHY: Final = Word("why", "text", "in words", required=False)


@act("The holder of a position signs on in a unit.", WHO, UNIT, WHY)
def sign_on(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.sign_on(record, who(record, given, at), given["unit"], at, given.get("why"))


@act("The holder signs off.", WHO)
def sign_off(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.sign_off(record, who(record, given, at), at)


@act("The holder stays past the end of the tour.", WHO, WHY)
def hold_over(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return duty.hold_over(record, who(record, given, at), at, given.get("why"))


@act("The holder is to be left to rest, as they state.", WHO, UNTIL)
def rest(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    return duty.rest(record, member, at, instant(given, "until", scenario), member)


@act("The holder cannot be reached, as they state.", WHO, UNTIL.maybe("until when; left out: until further notice"))
def unreachable(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    return duty.unreachable(record, member, at, when(given, "until", scenario), member)


@act(
    "The holder is away.",
    WHO,
    choice("kind", "what sort of absence", Absence, "kind", "terminal-leave"),
    UNTIL.maybe("first instant back; left out: not known"),
)
def absent(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    row = Absence(member=member, kind=given["kind"], since=at, until=when(given, "until", scenario))
    return duty.absent(record, row)


@act(
    "An hours rule is waived for the holder, signed, with rest owed for it.",
    WHO,
    BY,
    Word("rule", "name", "the rule, as hours.csv names it"),
    UNTIL,
    Word("rest", "whole number", "hours of rest owed for it"),
)
def waive(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    row = Waiver(
        member=who(record, given, at),
        rule=given["rule"],
        since=at,
        until=instant(given, "until", scenario),
        signed_by=who(record, given, at, "by"),
        rest_owed_hours=given["rest"],
    )
    return duty.waive(record, row)


@act("The holder assumes command of a unit.", WHO, UNIT)
def assume(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return command.assume(record, given["unit"], who(record, given, at), at)


@act(
    "The holder hands over command of a unit.",
    WHO,
    UNIT,
    Word("to", "name", "the position whose holder has it from then"),
)
def hand_over(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return command.hand_over(record, given["unit"], who(record, given, at), who(record, given, at, "to"), at)


@act(
    "Somebody calls the holder of a position. Unanswered, the next in line has it at once: a tasking to call back.",
    Word("to", "name", "the position that is called"),
    Word("from", "name", "who calls: a position or unit"),
    Word("answered", "true or false", "whether the holder answers; left out: no", required=False),
    Word("about", "text", "what it is about", required=False),
    Word("tasking", "name", "a name for the tasking to call back; left out: the next", required=False),
)
def call(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    answered, more = given.get("answered", False), {"about": given.get("about"), "name": given.get("tasking")}
    return calls.call(record, given["to"], given["from"], at, answered=answered, **more)


@act(
    "Every channel of those who hold the command and tour positions of a unit is tested: now, or at their next duty.",
    UNIT,
    Word("by", "name", "the position whose holder asks for it"),
)
def channel_test(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return channel_tests.queue_tests(record, [], given["unit"], who(record, given, at, "by"), at)


DUTY_ACTS: Final[dict[str, Act]] = {
    "sign-on": sign_on,
    "sign-off": sign_off,
    "hold-over": hold_over,
    "rest": rest,
    "unreachable": unreachable,
    "absent": absent,
    "waive": waive,
    "assume": assume,
    "hand-over": hand_over,
    "call": call,
    "test-channels": channel_test,
}
