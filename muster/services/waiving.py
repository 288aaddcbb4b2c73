"""Amending an entry past hard rules: whoever signs it waives them in the same transaction, and names the rest owed."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour, Waiver
from muster.domain.limits import Breach
from muster.domain.presence import MOMENT
from muster.domain.published import Published
from muster.domain.schedule import turn_on
from muster.ports import Record, Views
from muster.services.amending import Amendment, amend, judged
from muster.services.duty import waive
from muster.services.offices import force_of


def amend_past(
    record: Record, wanted: Amendment, by: str, rules: Collection[str], rest_owed_hours: int, at: datetime
) -> Published:
    """Amend one entry that these rules bar: each of them that it would cross is waived for the member, from the tour
    that crosses it to the last instant at which it does, signed by the holder of the position. Raises as ``amend``,
    also for a rule that is not among them, and as ``waive`` does; nothing is then done."""
    found = judged(record, [wanted], by, at)
    breaches = [w.breach for w in found.wrong if w.breach is not None and w.breach.rule in rules]
    if len(breaches) == len(found.wrong):  # else amending says what else is in the way
        for waiver in _waivers(wanted.member, breaches, _begins(record, wanted), found.signer, rest_owed_hours):
            waive(record, waiver)
    return amend(record, wanted, by, at)


def _begins(views: Views, wanted: Amendment) -> datetime | None:
    """When the tour begins that is wanted; None for a day off."""
    tour = views.row(Tour, wanted.tour)
    return None if tour is None else turn_on(tour, wanted.day, ZoneInfo(force_of(views).zone)).start


def _waivers(
    member: str, breaches: Iterable[Breach], begins: datetime | None, signer: str, rest_owed_hours: int
) -> Iterator[Waiver]:
    """One for each rule, as short as lets them past."""
    crossed: dict[str, list[datetime]] = {}
    for breach in breaches:
        crossed.setdefault(breach.rule, []).append(breach.since)
    for rule, seen in crossed.items():
        yield Waiver(
            member=member,
            rule=rule,
            since=min(seen if begins is None else [begins, *seen]),
            until=max(seen) + MOMENT,
            signed_by=signer,
            rest_owed_hours=rest_owed_hours,
        )
