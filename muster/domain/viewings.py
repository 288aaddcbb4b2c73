"""That somebody looked at the page of a member."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muster.domain.schema import Row, flag, instant, maybe_ref, ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing(Row):
    """A user looked at a member's page in an hour, once or more often."""

    NOUN: ClassVar[str] = "viewing"

    member: str = ref("the member whose page it is", to="member", key=True)
    user: str = ref("the user who looked", to="user", key=True)
    hour: datetime = instant("the beginning of the hour, in UTC", key=True)
    at: datetime = instant("when they first saw that much of it in that hour")
    viewer: str | None = maybe_ref("the member that the user is; None: nobody of the force", to="member")
    office: str | None = maybe_ref("the command position by which they may read all of it", to="position")
    full: bool = flag("whether they saw hours, fitness and what else is not for everybody", default=False)


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour in which an instant lies."""
    return at.replace(minute=0, second=0, microsecond=0)
