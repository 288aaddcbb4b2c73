"""Acts of whoever has an account, as themselves: a member acts for nobody else, and in no position that they do not
hold now."""

from dataclasses import dataclass
from typing import Literal

from muster.domain.competence import Asked
from muster.domain.errors import Invalid, NotEntitled, Refused
from muster.domain.requests import Request, Verdict
from muster.domain.routing import Route
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import duty, requests, taskings
from muster.services.gate import Viewer
from muster.services.readable import request_for, tasking_for
from muster.services.request_deciding import decide
from muster.services.request_rights import decider_of
from muster.services.routing import for_everyone, route_matter
from muster.services.taskings import Directive, Received

Word = Literal["accept", "refuse", "hand", "take-over"]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says to a tasking; ``position``: theirs in which; ``to``: of handing on."""

    word: Word
    position: str | None = None
    reason: str | None = None
    to: str | None = None


def member_of(viewer: Viewer) -> str:
    """The member as whom somebody acts. Raises ``NotEntitled`` for a user who is nobody of the force."""
    if viewer.member is None:
        raise NotEntitled(f"user {viewer.user} is no member of the force: members act, with a user of their own")
    return viewer.member


def must_hold(viewer: Viewer, position: str) -> None:
    """Raise ``NotEntitled`` unless somebody holds the position now."""
    if position not in {o.position.position for o in viewer.offices}:
        raise NotEntitled(f"you do not hold {position} now: its holder does this")


def receive(
    record: Record, viewer: Viewer, asked: Asked, what: str, kind: str, directive: Directive | None
) -> Received:
    """Receive a tasking, as anybody who holds a position. The route is as everybody may read it."""
    may_receive(viewer, directive)
    made = taskings.receive(record, asked, what, kind, directive, by=viewer.member)
    return Received(made.tasking, for_everyone(made.route))


def preview(views: Views, viewer: Viewer, asked: Asked, directive: Directive | None) -> Route:
    """Where it would go, as everybody may read it."""
    may_receive(viewer, directive)
    giver, receiver = (directive.giver, directive.receiver) if directive else (None, None)
    return for_everyone(route_matter(views, asked, giver, receiver))


def may_receive(viewer: Viewer, directive: Directive | None) -> None:
    """Raise ``NotEntitled`` for whoever holds no position, and for a directive that another position would give."""
    if not viewer.offices:
        raise NotEntitled("only who holds a position receives taskings: call the desk of your unit")
    if directive is not None:
        must_hold(viewer, directive.giver)


def directive_of(giver: str | None, receiver: str | None, reason: str | None) -> Directive | None:
    """The directive that these make; None for none. Raises ``Invalid`` for half of one."""
    if (giver is None) is not (receiver is None):
        raise Invalid("a directive needs both giver and receiver")
    return Directive(giver, receiver, reason) if giver and receiver else None


def answer(record: Record, viewer: Viewer, name: str, said: Said) -> Tasking:
    """What the viewer's member says to a tasking that they may read."""
    member, at = member_of(viewer), record.now
    tasking_for(record, viewer, name)
    if said.position is not None:
        must_hold(viewer, said.position)
    if said.word == "accept":
        return taskings.accept(record, name, member, at, said.position)
    if said.word == "refuse":
        return taskings.refuse(record, name, member, said.reason or "", at, said.position)
    if said.word == "hand":
        return taskings.delegate(record, name, member, _given("to", said.to), at)
    return taskings.take_over(record, name, member, _given("position", said.position), at)


def _given(field: str, said: str | None) -> str:
    if said is None:
        raise Invalid(f"{field}: must be given: the short name of a position")
    return said


def sign_on(record: Record, viewer: Viewer, unit: str, why: str | None) -> str:
    """The viewer's member is on duty from now on; what came of it in words."""
    member = member_of(viewer)
    done = duty.sign_on(record, member, unit, record.now, why)
    return f"{member} is on duty in {unit}" if done else f"{member} is signed on there already"


def sign_off(record: Record, viewer: Viewer) -> str:
    """The duty of the viewer's member ends now; what came of it in words."""
    member = member_of(viewer)
    duty.sign_off(record, member, record.now)
    return f"{member} is off duty"


def answer_request(record: Record, viewer: Viewer, name: str, word: str, reason: str | None) -> Request:
    """What the viewer's member says to a request to which they are a party."""
    member, at = member_of(viewer), record.now
    request_for(record, viewer, name)
    if word == "consent":
        return requests.consent(record, name, member, at)
    act = requests.refuse if word == "refuse" else requests.withdraw
    return act(record, name, member, at, reason)


@dataclass(frozen=True, slots=True)
class Signed:
    """How a request is decided, in a position of the viewer's, and why. ``short`` as for ``decide``."""

    verdict: Verdict
    by: str
    reason: str
    short: bool


def decide_request(record: Record, viewer: Viewer, name: str, signed: Signed) -> Request:
    """Decide a request as the viewer's member. Raises ``Refused`` where another holder of the position decides."""
    member, at = member_of(viewer), record.now
    found = request_for(record, viewer, name).request
    must_hold(viewer, signed.by)
    if not found.is_decided(signed.verdict, signed.by) and decider_of(record, found, signed.by, at) != member:
        raise Refused(f"request {name}: whoever serves as {signed.by} now decides it, and that is not you")
    return decide(record, name, signed.verdict, signed.by, signed.reason, at, short=signed.short)
