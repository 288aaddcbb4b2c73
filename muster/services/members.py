"""A member as a page: rank, positions, where they are and why, hours on duty, supervisor."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.duty import SquadPlace
from muster.domain.members import Appointment, Attachment, Career, Member, Qualification
from muster.domain.presence import Status, holds
from muster.domain.rules import Fitness, protected_until
from muster.domain.separation import Separation
from muster.domain.supervision import Supervisor
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.watch import supervisor, watches_at


@dataclass(frozen=True, slots=True)
class MemberPage:
    """``rank`` None: none is recorded. ``protected_until`` None: not in protected rest. ``supervisor`` None: not on
    duty, or nobody stands above. ``contact_points`` counts the ways to reach the member; addresses are not shown."""

    member: Member
    at: datetime
    rank: str | None
    appointments: tuple[Appointment, ...]
    attachments: tuple[Attachment, ...]
    qualifications: tuple[str, ...]
    squads: tuple[str, ...]
    status: Status
    fitness: Fitness
    protected_until: datetime | None
    supervisor: Supervisor | None
    separations: tuple[Separation, ...]
    contact_points: int


def member_page(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> MemberPage:
    """The page of a member at an instant. Raises ``Unknown``."""
    member = known_member(views, name, known_at)
    watches = watches_at(views, [], at, known_at, [name])
    file, s = watches.moment.file(name), watches.snapshot
    status = watches.moment.status(name)
    ranks = sorted(views.rows(Career, at=at, known_at=known_at, member=name), key=lambda c: c.since)
    on_duty = status.state == "on-duty"
    return MemberPage(
        member=member,
        at=at,
        rank=ranks[-1].rank if ranks else None,
        appointments=tuple(views.rows(Appointment, at=at, known_at=known_at, member=name)),
        attachments=tuple(a for a in file.attachments if holds(a, at)),
        qualifications=tuple(q.qualification for q in views.rows(Qualification, at=at, known_at=known_at, member=name)),
        squads=tuple(p.squad for p in views.rows(SquadPlace, at=at, known_at=known_at, member=name)),
        status=status,
        fitness=watches.moment.fitness(name),
        protected_until=None if on_duty else protected_until(file, s.schedule, s.profile, at),
        supervisor=supervisor(views, name, at, known_at)[0],
        separations=tuple(file.separations),
        contact_points=file.reachable_by,
    )
