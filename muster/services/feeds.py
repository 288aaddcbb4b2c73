"""The tours of a member for their calendar, from the facts of published rosters."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.feeds import Dated, Feed, dated
from muster.domain.published import DutyLine
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.offices import force_of
from muster.services.record import contents_of


def feed_of(views: Views, member: str, since: datetime) -> Feed:
    """All tours that end after an instant and that published rosters give the member, or gave and took out. Raises
    ``Unknown``, and ``Tampered`` where a roster is not what was published."""
    known_member(views, member)
    force = force_of(views)
    zone, tours = ZoneInfo(force.zone), {t.tour: t for t in views.rows(Tour)}
    found: list[Dated] = []
    lines = views.rows(DutyLine, member=member)
    for unit in sorted({line.unit for line in lines}):
        facts = list(views.facts(streams=[line.stream for line in lines if line.unit == unit]))
        said = [(datetime.fromisoformat(f.recorded_at), f.kind, json.loads(f.body)) for f in facts]
        found += dated(member, unit, said, contents_of(views, facts), tours, zone)
    coming = sorted((d for d in found if d.turn.end > since), key=lambda d: (d.turn.start, d.unit))
    return Feed(force.force, member, since, zone, tuple(coming))
