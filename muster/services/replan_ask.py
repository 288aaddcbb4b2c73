"""What is asked of a roster that is planned anew: who is absent, from when, what stays; and what is wrong with that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from muster.domain.errors import Invalid
from muster.domain.instants import on_clock
from muster.domain.members import Absence
from muster.domain.presence import DutyFile
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.roster.problem import Member
from muster.services.roster_ground import Ground, covered_units, ground_of
from muster.services.rosters import Case, cases_of


@dataclass(frozen=True, slots=True)
class Ask:
    """Members ``absent`` from one day to another, beside what the record knows; cells that stay ``protected``; days
    before ``first`` stay, and so does what has begun ``at`` that instant. ``everything``: also what the roster left
    short itself is to be restored, and not only what it had. ``unread``: faults in what was asked that were found
    before, to be told with the others."""

    absent: Sequence[str]
    first: date
    last: date
    protected: Sequence[tuple[str, date]]
    at: datetime
    everything: bool = False
    unread: Sequence[str] = ()


def case_to_change(views: Views, roster: UnitRoster, ask: Ask) -> Case:
    """The problem of the roster's unit and period as it is now, with what is asked. Raises ``Invalid`` naming all that
    is wrong with what is asked, and ``Unknown`` for a unit that the record does not have, or that has no cover."""
    covered_units(views, [roster.unit])
    ground = ground_of(views, [roster.unit], roster.first, roster.dates[-1])
    faults = list(_faults(roster, ask, ground))
    if faults:
        raise Invalid(f"Roster of {roster.unit} from {roster.first}: " + "; ".join(faults))
    case = next(cases_of(_with_absences(unpublished(ground, roster), ask), [roster.unit]))
    faults = list(_lost_words(case, roster, ask))
    if faults:
        raise Invalid(f"Roster of {roster.unit} from {roster.first}: " + "; ".join(faults))
    return case


def _faults(roster: UnitRoster, ask: Ask, ground: Ground) -> Iterator[str]:
    first, last = roster.dates[0], roster.dates[-1]
    today = ask.at.astimezone(ground.period.zone).date()
    yield from ask.unread
    yield from (f"absent {m!r} must be a member with a line in it" for m in ask.absent if m not in roster.lines)
    if not first <= ask.first <= last:
        yield f"first day {ask.first} must be one of it, {first} to {last}"
    elif ask.first < today:
        yield f"first day {ask.first} must not be before today, {today}: what is worked stays"
    if ask.last < ask.first:
        yield f"last day {ask.last} must not be before the first, {ask.first}"
    for member, day in ask.protected:
        if member not in roster.lines:
            yield f"protected {member!r} must be a member with a line in it"
        elif not first <= day <= last:
            yield f"protected {member}@{day} must be a day of it, {first} to {last}"
        elif member in ask.absent and ask.first <= day <= ask.last and roster.lines[member][(day - first).days]:
            yield f"protected {member}@{day} must be a day on which they are not named as absent"


def _lost_words(case: Case, roster: UnitRoster, ask: Ask) -> Iterator[str]:
    """Tours of the roster that mean nothing now, and protected ones that cannot be worked."""
    for tour in sorted(roster.used.keys() - case.turns.keys()):
        yield f"tour {tour!r} must be in the cover or a chart of the unit, and is not any more: make the roster anew"
    members = {m.ref: m for m in case.instance.members}
    for ref, date_ in ask.protected:
        day = (date_ - roster.first).days
        tour = roster.lines[ref][day]
        if ref not in members or (tour and date_ >= ask.first and not can_work(members[ref], day, tour)):
            yield f"protected {ref}@{date_} must be a tour that they can work: they are absent, or not of the unit then"


def can_work(member: Member, day: int, tour: str) -> bool:
    """Whether a member is there for a tour of a day, as far as the record knows."""
    return day not in member.days_off and (day, tour) not in member.barred


def unpublished(ground: Ground, roster: UnitRoster) -> Ground:
    """The ground without the roster's own lines, where it was published: the hours of a line are held to the charts, as
    before, or each roster published and planned anew would move them on."""
    files = {
        member: replace(file, lines=[x for x in file.lines if (x.unit, x.first) != (roster.unit, roster.first)])
        for member, file in ground.files.items()
    }
    return replace(ground, files=files)


def _with_absences(ground: Ground, ask: Ask) -> Ground:
    """The ground on which the members named are absent, as if it were recorded."""
    zone = ground.period.zone
    since, until = (on_clock(day, time(), zone) for day in (ask.first, ask.last + timedelta(days=1)))
    files = dict(ground.files)
    for member in ask.absent:
        file = files.get(member, DutyFile(member))
        away = Absence(member=member, kind="sick", since=since, until=until)
        files[member] = replace(file, absences=(*file.absences, away))
    return replace(ground, files=files)
