"""What is planned: rosters solved and published, planned anew for who is long sick, and the ledger that is closed."""

from datetime import date, time, timedelta
from functools import partial
from typing import Final

from muster.domain.calling_in import DoNotCall
from muster.domain.duty import TimeRecord
from muster.domain.instants import on_clock
from muster.domain.published import Published
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.roster.budget import Budget
from muster.services import call_ins, time_records
from muster.services.amending import amend_all
from muster.services.closings import close
from muster.services.published_plans import amendments_of, published_plan
from muster.services.publishing import publish
from muster.services.replan_ask import Ask, case_to_change
from muster.services.replanning import replanned
from muster.services.rostering import solved
from muster.services.rosters import Case, case_of
from tests.simulated.life import NEW_YORK, Life

REPLANNED_ON, AHEAD = 2, 2
"""On Wednesdays, from the day after tomorrow on: until then the tours are offered."""
UNASKED_DAYS: Final = 10


def publish_roster(life: Life, first: date, weeks: int, effort: float, seed: int) -> None:
    """The roster of some weeks is solved, and the commanding officer publishes it."""
    case = life.see(lambda views: case_of(views, life.unit, first, weeks))
    roster = solved(case, Budget(effort), seed)
    life.act(lambda record: publish(record, roster, _commander(life), record.now))


def ask_not_to_be_called(life: Life) -> None:
    """Some of the officers do not want to be asked for a while."""
    for member in sorted(life.lines()):
        if life.chances.happens("unasked", life.chances.rates.unasked):
            since = on_clock(life.first + timedelta(days=life.chances.minutes("unasked from", 0, 14)), time(), NEW_YORK)
            said = DoNotCall(member=member, since=since, until=since + timedelta(days=UNASKED_DAYS), stated_by=member)
            life.then(since, partial(life.act, partial(call_ins.do_not_call, said=said)))


def replan_on(life: Life, day: date, effort: float) -> None:
    """On some mornings what long sickness leaves short is planned anew, and the roster amended."""
    if day.weekday() == REPLANNED_ON and day + timedelta(days=AHEAD) <= life.dates[-1]:
        life.then(on_clock(day, time(10), NEW_YORK), lambda: _replan(life, day, effort))


def _replan(life: Life, day: date, effort: float) -> None:
    first = day + timedelta(days=AHEAD)
    ask = Ask((), first, first, (), life.now)

    def look(views: Views) -> tuple[Published, UnitRoster, Case]:
        published, plan = published_plan(views, life.unit, life.now)
        return published, plan, case_to_change(views, plan, ask)

    published, plan, case = life.see(look)
    found = replanned(case, plan, ask, Budget(effort))
    wanted = list(amendments_of(case, plan, found.roster, ask, "for members who are long sick"))
    if wanted:
        life.try_act(lambda record: amend_all(record, wanted, _commander(life), record.now, [published]))


def close_ledger(life: Life) -> None:
    """The ledger of the period is closed the morning after, and once more when a time keeper has brought what was left
    over: the supplement."""
    morning = on_clock(life.dates[-1] + timedelta(days=1), time(9), NEW_YORK)
    life.then(morning, lambda: _close(life))
    life.then(morning + timedelta(days=1), lambda: _left_over(life))
    life.then(morning + timedelta(days=1, hours=1), lambda: _close(life))


def _close(life: Life) -> None:
    until = life.first + timedelta(days=life.days)
    life.act(lambda record: close(record, life.unit, life.first, until, _commander(life), record.now))


def _left_over(life: Life) -> None:
    """The one of most seniority who was off for the last two days had been at training on the last."""
    day = life.dates[-1]
    off = [m for m, line in life.lines().items() if not line.entry(day) and not line.entry(day - timedelta(days=1))]
    since = on_clock(day, time(10), NEW_YORK)
    row = TimeRecord(
        member=min(off), since=since, kind="training", until=since + timedelta(hours=4), source="a sheet found later"
    )
    life.act(lambda record: time_records.add(record, row, life.boss()))


def _commander(life: Life) -> str:
    return f"{life.unit}-CO"
