"""What the words of a step mean in the record: offices are turned into the members who hold them."""

from datetime import datetime

from muster.domain.candidates import holders
from muster.domain.competence import Asked
from muster.domain.errors import Refused
from muster.ports import Views
from muster.scenarios.scenario import Scenario
from muster.scenarios.words import Given, instant_in
from muster.services.routing import position_of
from muster.services.watch import watches_at


def holder(views: Views, position: str, at: datetime) -> str:
    """The member who holds a position at an instant: of several the one on duty, the earlier tour first, as for the
    watch. Raises ``Refused`` for a vacancy."""
    post = position_of(views, position, at)
    watches = watches_at(views, [post.unit], at)
    held = [a.member for a in holders(watches.moment, post.position)]
    if not held:
        raise Refused(f"position {post.position} is vacant: nobody holds it")
    found = [(s.stretch.start, m) for m in held if (s := watches.moment.status(m)).state == "on-duty" and s.stretch]
    return min(found)[1] if found else held[0]


def who(views: Views, given: Given, at: datetime, name: str = "who") -> str:
    """The member whom a step means by the position they hold."""
    return holder(views, given[name], at)


def when(given: Given, name: str, scenario: Scenario) -> datetime | None:
    """An instant among the words of a step; None when it is not there."""
    return instant(given, name, scenario) if name in given else None


def instant(given: Given, name: str, scenario: Scenario) -> datetime:
    """An instant that the step has."""
    return instant_in(given[name], scenario.zone)


def asked(given: Given, at: datetime, scenario: Scenario) -> Asked:
    """The matter that a step names, with its size and deadline."""
    sizes = {name: given.get(name) for name in ("people", "hours", "members")}
    return Asked(given["matter"], given["place"], at, when(given, "by", scenario), **sizes)
