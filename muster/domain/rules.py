"""Fitness by hard rules: what is owed, what is overdue, who is unfit; protected rest."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.ledger import Ledger, ledger_of
from muster.domain.limits import Breach, Hours, Level, breaches
from muster.domain.presence import DutyFile, holds
from muster.domain.profiles import Limit, Profile
from muster.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Fitness:
    """Fitness for duty at an instant by hard rules. ``continuous`` is the length of the running duty, zero when off.

    ``relief_owed_since`` and ``relief_overdue_since`` are None while the limit is not reached.
    """

    continuous: timedelta
    since: datetime | None
    breaches: tuple[Breach, ...] = ()
    relief_owed_since: datetime | None = None
    relief_overdue_since: datetime | None = None

    @property
    def level(self) -> Level:
        """The worst of all rules."""
        levels = {b.level for b in self.breaches}
        return "unfit" if "unfit" in levels else "caution" if "caution" in levels else "fit"


def fitness_at(
    file: DutyFile, schedule: Schedule, profile: Profile, at: datetime, held_since: datetime | None = None
) -> Fitness:
    """Fitness at the instant. ``held_since``: the member holds over from then though nobody signed for it."""
    ledger = ledger_of(file, schedule, at - profile.back, at)
    if held_since is not None:
        ledger = ledger.supposing(held_since, at, "hold-over", None, "held over, though nobody signed for it")
    return fitness_of(hours_of(file, schedule, profile, ledger))


def hours_of(file: DutyFile, schedule: Schedule, profile: Profile, ledger: Ledger) -> Hours:
    """What the rules look at, at the end of a ledger."""
    return Hours(file, ledger, profile, schedule.zone, ledger.until)


def fitness_of(hours: Hours) -> Fitness:
    """Fitness at the end of the ledger that these hours look at."""
    found = tuple(breaches(hours))
    if hours.running is None:
        return Fitness(timedelta(0), None, found)
    start, limits = hours.running[0], hours.profile.limits
    waived = {w.rule for w in hours.file.waivers if holds(w, hours.at)}
    owed = None if "relief-owed" in waived else _crossed(start, limits.get("relief-owed"), hours.at)
    overdue = None if "relief-overdue" in waived else _crossed(start, limits.get("relief-overdue"), hours.at)
    return Fitness(hours.at - start, start, found, owed, overdue)


def _crossed(start: datetime, limit: Limit | None, at: datetime) -> datetime | None:
    if limit is None:
        return None
    crossing = start + limit.span
    return crossing if crossing <= at else None


def stated_rest(file: DutyFile, at: datetime) -> datetime | None:
    """Until when somebody on duty by the schedule is to be left to rest all the same, as was stated; None for no such
    hour. Whoever signs on, or is held over, after that has ended the rest."""
    begun = [s.at for s in file.signings if s.kind != "off" and s.at <= at]
    stated = [r for r in file.reachability if r.kind == "rest" and holds(r, at)]
    ends = [r.until for r in stated if r.until is not None and not any(r.since <= b for b in begun)]
    return max(ends, default=None)


def protected_until(file: DutyFile, schedule: Schedule, profile: Profile, at: datetime) -> datetime | None:
    """The end of the protected rest that holds at the instant: stated by the member or a commander, owed to
    somebody who was woken, or by the profile after the last duty; None when there is none. Ask only for
    members off duty."""
    stated = [r for r in file.reachability if r.kind in ("rest", "owed") and holds(r, at)]
    spans = ledger_of(file, schedule, at - profile.protected_rest - timedelta(days=2), at).spans
    ends = [r.until for r in stated if r.until is not None]
    if spans and at < spans[-1][1] + profile.protected_rest:
        ends.append(spans[-1][1] + profile.protected_rest)
    return max(ends, default=None)
