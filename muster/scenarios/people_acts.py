"""Acts about papers, appointments, delegated authority and accounts."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from muster.domain.appointing import Order
from muster.domain.authority import Delegation
from muster.domain.errors import FaultyDirectory, Invalid, Refused
from muster.domain.members import Appointment
from muster.domain.separation import Separation
from muster.domain.succession import propose
from muster.files.accounts import read_accounts
from muster.ports import Record
from muster.scenarios.finding import instant, when, who
from muster.scenarios.scenario import Scenario
from muster.scenarios.words import BY, MATTER, POSITION, REASON, UNTIL, WHO, Act, Given, Word, act, choice
from muster.services import accounts, appointments, delegations, separations
from muster.services.offices import unit_named
from muster.services.routing import position_of
from muster.services.snapshots import snapshot

EFFECTIVE: Final = Word("effective", "instant", "when it takes effect")
INSTRUMENT: Final = Word("instrument", "text", "the order that makes it")
APPOINTED: Final = (
    BY,
    choice("kind", "left out: acting", Appointment, "kind").maybe(),
    UNTIL.maybe("until when; left out: no end is known"),
    INSTRUMENT.maybe("the order that makes it; acting appointments need one"),
    Word("rank", "name", "promoted to it with the appointment", required=False),
    Word("squad", "name", "moved to it with the appointment", required=False),
    Word("leave_old", "true or false", "whether the former position ends with it", required=False),
)


@act(
    "Papers of the holder are put in.",
    WHO,
    choice("kind", "how they leave", Separation, "kind"),
    EFFECTIVE,
    BY.maybe("the position whose holder decides it, for a dismissal; left out: the member"),
)
def file(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    member = who(record, given, at)
    by = who(record, given, at, "by") if "by" in given else member
    return separations.file(record, member, given["kind"], instant(given, "effective", scenario), by, at)


@act("Somebody asks the holder to reconsider.", WHO, BY)
def ask_to_reconsider(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return separations.reconsider(record, who(record, given, at), who(record, given, at, "by"), at)


@act(
    "The papers of the holder are accepted, and their dates fixed.",
    WHO,
    BY,
    EFFECTIVE.maybe("when they take effect; left out: as filed"),
    Word("leave_from", "instant", "when terminal leave begins; left out: no leave", required=False),
)
def accept_papers(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    dates = when(given, "effective", scenario), when(given, "leave_from", scenario)
    return separations.accept(record, who(record, given, at), who(record, given, at, "by"), at, *dates)


@act("The holder takes the papers back.", WHO)
def withdraw(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    member = who(record, given, at)
    return separations.withdraw(record, member, member, at)


@act("The holder of a position is appointed to another.", WHO, POSITION, *APPOINTED)
def appoint(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    return _appointed(record, given, at, scenario, who(record, given, at))


@act("Whom the succession proposes is appointed. Muster proposes and never appoints.", POSITION, *APPOINTED)
def appoint_proposed(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    post = position_of(record, given["position"], at)
    proposal = propose(snapshot(record, [post.unit]), post, at)
    if proposal.member is None:
        raise Refused(f"nobody can be appointed to act as {post.position}: {proposal.words()}")
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
    leave_old = given.get("leave_old", False)
    order = Order(row, who(record, given, at, "by"), given.get("rank"), given.get("squad"), leave_old)
    return appointments.appoint(record, order)


@act(
    "The holder of a position is relieved of it.",
    replace(WHO, says="the position of which its holder is relieved"),
    BY,
    REASON.maybe(),
)
def relieve(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    post = position_of(record, given["who"], at).position
    by = who(record, given, at, "by")
    return appointments.relieve(record, who(record, given, at), post, by, at, given.get("reason"))


@act(
    "A unit delegates authority over a matter to a unit below it.",
    Word("delegation", "name", "a name for it"),
    Word("from", "name", "the unit that has the authority"),
    Word("to", "name", "the unit below it that receives it"),
    *(w for w in MATTER if w.name in ("matter", "people", "hours", "members")),
    BY,
    UNTIL,
    INSTRUMENT,
)
def delegate_authority(record: Record, given: Given, at: datetime, scenario: Scenario) -> object:
    for unit in (given["from"], given["to"]):
        unit_named(record, unit)
    row = Delegation(
        delegation=given["delegation"],
        from_unit=given["from"],
        to_unit=given["to"],
        matter=given["matter"],
        max_people=given.get("people"),
        max_hours=given.get("hours"),
        max_members=given.get("members"),
        since=at,
        until=instant(given, "until", scenario),
        instrument=given["instrument"],
    )
    return delegations.delegate(record, row, who(record, given, at, "by"))


@act("A delegation ends at once.", Word("delegation", "name", "the delegation"), BY)
def revoke_authority(record: Record, given: Given, at: datetime, _: Scenario) -> object:
    return delegations.revoke(record, given["delegation"], who(record, given, at, "by"), at)


@act(
    "Accounts are put beside the record, attributed and not judged.",
    Word("file", "text", "their file, beside the scenario"),
)
def put_accounts(record: Record, given: Given, _: datetime, scenario: Scenario) -> object:
    path = scenario.folder / given["file"]
    if not path.is_file():
        raise Invalid(f"accounts file {given['file']!r} must be a file beside the scenario")
    found = read_accounts(path, scenario.zone)
    if found.faults:
        raise FaultyDirectory(found.faults)
    return accounts.load(record, found.accounts, found.claims)


PEOPLE_ACTS: Final[dict[str, Act]] = {
    "file": file,
    "ask-to-reconsider": ask_to_reconsider,
    "accept-papers": accept_papers,
    "withdraw": withdraw,
    "appoint": appoint,
    "appoint-proposed": appoint_proposed,
    "relieve": relieve,
    "delegate-authority": delegate_authority,
    "revoke-authority": revoke_authority,
    "accounts": put_accounts,
}
