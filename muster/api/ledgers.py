"""The ledger of a unit: the hours of a period, and certifying them."""

from datetime import date, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request

from muster.api import command_models as desk
from muster.api.act_models import Acted
from muster.api.acting import REFUSED, done
from muster.api.behind import bearer_of
from muster.api.forms import Cursor, Day, Key, Limit, Name
from muster.api.reading import REFUSALS, USUAL, cut
from muster.domain.closings import SECOND, MemberHours
from muster.domain.errors import Invalid
from muster.ports import Record, Views
from muster.services.clerk import Clerk
from muster.services.gate import Viewer
from muster.services.ledger_desk import certify, ledger_seen, must_command, next_period
from muster.services.offices import force_of

A_DAY: Final = timedelta(days=1)
First = Annotated[Day | None, Query(description="its first day; both left out: what is to be certified next")]
Last = Annotated[Day | None, Query(description="its last day, included")]


def ledgers(router: APIRouter, clerk: Clerk) -> None:
    """The routes of ledgers."""

    @router.get("/ledgers/{unit}", operation_id="ledger", responses=REFUSALS)
    def ledger(
        request: Request,
        unit: Name,
        first: First = None,
        last: Last = None,
        cursor: Cursor = None,
        limit: Limit = USUAL,
    ) -> desk.Ledger:
        """The hours of a unit and period, for whoever commands it; with what bars certifying them."""

        def question(views: Views, viewer: Viewer) -> desk.Ledger:
            must_command(views, unit, viewer)
            seen = ledger_seen(views, unit, viewer, _days(views, unit, first, last), views.now)
            accounts = seen.open.made.accounts
            page, after = cut(accounts, str, cursor, limit)
            return desk.Ledger(
                unit=unit,
                first=seen.period.first,
                last=seen.period.dates[-1],
                bars=seen.bars,
                signs=[*seen.signs],
                version=seen.before.closing.version if seen.before else None,
                looked=seen.mark,
                items=[_hours(member, accounts[member]) for member in page],
                next=after,
            )

        return clerk.ask(bearer_of(request), question)

    @router.post("/ledgers/{unit}", operation_id="certify", response_model=Acted, responses=REFUSED)
    def close(request: Request, unit: Name, key: Key, given: desk.Certify) -> object:
        """Certify the hours of a period, in a position of yours, if they are still those that you looked at. What is
        learned later is certified in the same way, as a supplement."""

        def act(record: Record, viewer: Viewer) -> Acted:
            days = given.first, given.last + A_DAY
            closing = certify(record, unit, viewer, days, given.by, given.looked).closing
            says = f"ledger of {unit} from {given.first} to {given.last}: version {closing.version} is certified"
            return Acted(says=says, about=f"/ledgers/{unit}?first={given.first}&last={given.last}")

        return done(clerk, request, key, given, act)


def _days(views: Views, unit: str, first: date | None, last: date | None) -> tuple[date, date]:
    """The first day and the one after the last. Raises ``Invalid`` for half of a period."""
    if first is None and last is None:
        return next_period(views, unit, views.now.astimezone(ZoneInfo(force_of(views).zone)).date())
    if first is None or last is None:
        raise Invalid("a period needs both first and last, or neither: the one to be certified next")
    return first, last + A_DAY


def _hours(member: str, hours: MemberHours) -> desk.Hours:
    return desk.Hours(
        member=member,
        counted_seconds=hours.counted // SECOND,
        paid_seconds=hours.paid // SECOND,
        rested_seconds=hours.rested // SECOND,
        overtime_seconds=None if hours.overtime is None else hours.overtime // SECOND,
    )
