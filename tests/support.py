"""What tests of several layers need: a clock that goes where it is told, and rows that need no thinking."""

from datetime import UTC, datetime, timedelta

from muster.domain.members import Appointment, Member
from muster.domain.record import Fact, entered

NOON = datetime(2020, 10, 1, 12, tzinfo=UTC)


class SettableClock:
    """A clock that stands still until it is set or moved; with a ``step`` it goes on by that whenever it is read."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at, self.step = at, timedelta()

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at

    def move(self, **by: float) -> datetime:
        """The instant after moving by so much, in words of ``timedelta``."""
        self.at += timedelta(**by)
        return self.at


def member(name: str, says: str = "") -> Member:
    """A member; ``says`` tells one version of it from another."""
    return Member(member=name, name=says or f"Member {name}")


def members(count: int, prefix: str = "M") -> list[Fact]:
    """Facts that enter so many members."""
    return [entered(member(f"{prefix}{number:06}"), None, NOON) for number in range(count)]


def holder(position: str, name: str, since: datetime = NOON, until: datetime | None = None) -> Appointment:
    """A substantive appointment."""
    return Appointment(position=position, member=name, kind="substantive", since=since, until=until)
