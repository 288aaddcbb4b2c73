"""Acts of whoever has an account, on pages and by the API alike, as themselves: a member acts for nobody else, and in
no position that they do not hold now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from muster.domain.errors import NotEntitled, Refused
from muster.domain.published import Published
from muster.domain.requests import Request, Verdict
from muster.domain.roll_taking import Said
from muster.domain.rosters import UnitRoster
from muster.ports import Record, Views
from muster.services import publishing, requests, roll_taking, tasking_acts, withdrawing
from muster.services.amending import Amendment
from muster.services.entitled import not_entitled
from muster.services.found_once import Once, anew
from muster.services.gate import Viewer
from muster.services.publishers import must_serve
from muster.services.publishing import Publication
from muster.services.readable import must_see, request_for, tasking_for
from muster.services.request_deciding import decide
from muster.services.request_rights import decider_of
from muster.services.roll_ground import Asked
from muster.services.roll_taking import Taken
from muster.services.tasking_acts import Done, Wish
from muster.services.waiving import amend_past
from muster.services.withdrawing import Withdrawal


def member_of(viewer: Viewer) -> str:
    """The member as whom somebody acts. Raises ``NotEntitled`` for a user who is nobody of the force."""
    if viewer.member is None:
        raise NotEntitled(f"user {viewer.user} is no member of the force: members act, with a user of their own")
    return viewer.member


def must_hold(viewer: Viewer, position: str) -> None:
    """Raise ``NotEntitled`` unless somebody holds the position now."""
    held = [o.position.position for o in viewer.offices]
    if position not in held:
        has = ", ".join(held) or "none"
        raise NotEntitled(f"you do not hold position {position!r} now: act in one of yours ({has})")


def do(record: Record, viewer: Viewer, name: str, wish: Wish) -> Done:
    """What the viewer's member does to a tasking that they may read."""
    member = member_of(viewer)
    tasking_for(record, viewer, name)
    if wish.by:
        must_hold(viewer, wish.by)
    return tasking_acts.do(record, name, member, wish)


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


def amend(
    record: Record, viewer: Viewer, wanted: Amendment, by: str, rules: Collection[str] = (), rest_owed_hours: int = 0
) -> Published:
    """Amend an entry of a published roster, in a position of the viewer's; the roster as it stands then. ``rules`` and
    ``rest_owed_hours`` as for ``amend_past``."""
    must_see(record, viewer, "roster", wanted.unit)
    must_hold(viewer, by)
    must_serve(record, by, viewer.member, record.now)
    return amend_past(record, wanted, by, rules, rest_owed_hours, record.now)


def publish(
    record: Record, viewer: Viewer, roster: UnitRoster, by: str, in_place: str | None, once: Once = anew
) -> Publication:
    """Publish a roster, in a position of the viewer's. ``in_place`` and ``once`` as for ``publish``."""
    _must_sign(record, viewer, roster.unit, by)
    return publishing.publish(record, roster, by, record.now, in_place=in_place, once=once)


def withdraw(record: Record, viewer: Viewer, unit: str, first: date, by: str, reason: str) -> Withdrawal:
    """Withdraw a published roster from a day on, in a position of the viewer's."""
    _must_sign(record, viewer, unit, by)
    return withdrawing.withdraw(record, unit, first, by, reason, record.now)


def must_command(views: Views, viewer: Viewer, unit: str) -> None:
    """Raise ``NotEntitled`` for who does not command the unit: rosters in the making tell of absences."""
    if unit not in viewer.commands:
        raise not_entitled(views, f"making and withdrawing rosters of {unit}", unit, commands=True)


def _must_sign(views: Views, viewer: Viewer, unit: str, by: str) -> None:
    """Raise ``NotEntitled`` for who does not command the unit, or does not hold the position; ``Refused`` where
    somebody else serves in it."""
    must_command(views, viewer, unit)
    must_hold(viewer, by)
    must_serve(views, by, viewer.member, views.now)


def take_roll(record: Record, viewer: Viewer, asked: Asked, said: Said) -> Taken:
    """Take the roll call of a tour as the viewer's member."""
    must_see(record, viewer, "roll call", asked.unit)
    return roll_taking.take(record, asked, said, member_of(viewer))


def dismiss(record: Record, viewer: Viewer, asked: Asked, stay: Collection[str]) -> int:
    """Dismiss a tour, but for those who stay, as the viewer's member; how many went off duty."""
    must_see(record, viewer, "roll call", asked.unit)
    return len(roll_taking.dismiss(record, asked, frozenset(stay), member_of(viewer)))
