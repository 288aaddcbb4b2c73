"""What tests of requests share: filing, consenting and deciding, each in a transaction of its own at a local time."""

from collections.abc import Callable
from datetime import date

from muster.domain.members import Absence
from muster.domain.published import DutyLine
from muster.domain.requests import Request, Verdict
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import requests
from muster.services.request_deciding import decide
from muster.services.request_history import RequestPage, request_page
from muster.services.request_swaps import Swap, SwapEffect, file_swap
from muster.services.requests import Wish
from tests.ground import InRecord, local
from tests.services import small as people
from tests.services.small import NIGHT_DESK, does, sees

CO, XO, BOROUGH = "PCT-047-CO", "PCT-047-XO", "PBBX-CO"
FILED, LATER, DECIDED = "2020-10-12T09:00", "2020-10-12T12:00", "2020-10-13T09:00"


def oct_(number: int) -> date:
    """A day of October 2020."""
    return date(2020, 10, number)


OTHER_DESK = "M0024"
"""On nights too: NIGHT_DESK has 19 to 21 and 24 to 28 October, this one 22 to 26."""
GIVES = Swap(NIGHT_DESK, oct_(21), OTHER_DESK)
TRADES = Swap(NIGHT_DESK, oct_(28), OTHER_DESK, oct_(23))


def _does(force: InRecord, at: str, act: Callable[[Record], Request]) -> Request:
    force.clock.at = max(force.clock.at, local(at))
    return does(force, act)


def leave(
    force: InRecord, member: str, first: date, last: date | None = None, at: str = FILED, reason: str | None = None
) -> Request:
    """The member asks for leave."""
    return _does(force, at, lambda record: requests.file_leave(record, member, first, last or first, local(at), reason))


def swap(force: InRecord, swap: Swap, at: str = FILED, reason: str | None = None) -> Request:
    """The member asks for a swap."""
    return _does(force, at, lambda record: file_swap(record, swap, local(at), reason))


def prefer(force: InRecord, member: str, wish: Wish, at: str = FILED) -> Request:
    """The member states a preference."""
    return _does(force, at, lambda record: requests.prefer(record, member, wish, local(at)))


def consent(force: InRecord, name: str, member: str, at: str = LATER) -> Request:
    """The other consents."""
    return _does(force, at, lambda record: requests.consent(record, name, member, local(at)))


def refuse(force: InRecord, name: str, member: str, at: str = LATER, reason: str | None = None) -> Request:
    """The other refuses."""
    return _does(force, at, lambda record: requests.refuse(record, name, member, local(at), reason))


def withdraw(force: InRecord, name: str, member: str, at: str = LATER) -> Request:
    """A party withdraws."""
    return _does(force, at, lambda record: requests.withdraw(record, name, member, local(at)))


def decided(
    force: InRecord, name: str, verdict: Verdict = "granted", by: str = CO, at: str = DECIDED,
    reason: str = "covered", *, short: bool = False,
) -> Request:  # fmt: skip
    """Somebody decides."""
    return _does(force, at, lambda record: decide(record, name, verdict, by, reason, local(at), short=short))


def page(force: InRecord, name: str, at: str = DECIDED, viewer: str | None = None) -> RequestPage:
    """The request as it stands at that time."""
    return sees(force, lambda views: request_page(views, name, local(at), None, viewer))


def absences(force: InRecord, member: str) -> list[Absence]:
    """Their absences by requests."""
    return [a for a in sees(force, lambda views: views.rows(Absence, member=member)) if a.request]


def entry(force: InRecord, member: str, day: date) -> str | None:
    """What the published roster has."""
    (line,) = sees(force, lambda views: views.rows(DutyLine, member=member))
    return line.entry(day)


def entries(force: InRecord, *of: tuple[str, int]) -> list[str | None]:
    """What it has of these members on days of October."""
    return [entry(force, member, oct_(day)) for member, day in of]


def tasking(force: InRecord, name: str) -> Tasking:
    """The tasking to decide a request."""
    found = sees(force, lambda views: views.row(Tasking, name))
    assert found is not None
    return found


def agreed(force: InRecord, wanted: Swap) -> Request:
    """A swap that the other has consented to."""
    return consent(force, swap(force, wanted).request, wanted.other)


def effect_of(force: InRecord, request: Request, viewer: str | None = people.CO) -> SwapEffect:
    """What granting a swap would bring, as somebody may read it."""
    effect = page(force, request.request, viewer=viewer).effect
    assert isinstance(effect, SwapEffect)
    return effect
