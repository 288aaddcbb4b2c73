"""Who of the succession is proposed to act in a position that falls vacant. A proposal appoints nobody."""

from dataclasses import dataclass
from datetime import datetime

from muster.domain.candidates import holders, positions_of
from muster.domain.force import Position
from muster.domain.instants import local_text
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.passing import Found, Passed, until_text
from muster.domain.presence import absence_at, holds
from muster.domain.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is proposed to act in ``position`` from ``since``, in which position they stand in the succession (None:
    nobody), and why those before were passed over."""

    position: str
    since: datetime
    member: str | None
    stands_in: str | None
    passed: tuple[Passed, ...]

    def words(self) -> str:
        """The proposal in one line, as everybody may read it."""
        over = "; ".join(f"{p.member or p.position}: {p.public}" for p in self.passed)
        said = f"passed over: {over}" if over else "nobody comes before"
        if self.member is None:
            return f"the succession proposes nobody ({said if over else 'no command position comes after it'})"
        return f"the succession proposes {self.member} ({self.stands_in}) to act; {said}"


def propose(snapshot: Snapshot, position: Position, since: datetime) -> Proposal:
    """The first holder of a command position after this one in its unit who can act in it from then on.

    Who is off duty at that instant can be appointed all the same; who has left, is away, or serves elsewhere is
    passed over. Holders of the position itself are no candidates.
    """
    moment = Moment(snapshot, since)
    leaving = {a.member for a in holders(moment, position.position)}
    passed: list[Passed] = []
    for after in positions_of(moment, position.unit):
        if after.order <= position.order or snapshot.titles[after.title].kind != "command":
            continue
        held = [a for a in holders(moment, after.position) if a.member not in leaving]
        if not held:
            nobody = "nobody holds it"
            passed.append(Passed(None, after.position, after.unit, "vacant", nobody, nobody))
        for appointment in held:
            why_not = _why_not(moment, after, appointment)
            if why_not is None:
                return Proposal(position.position, since, appointment.member, after.position, tuple(passed))
            passed.append(why_not)
    return Proposal(position.position, since, None, None, tuple(passed))


def _why_not(moment: Moment, position: Position, appointment: Appointment) -> Passed | None:
    found = _found(moment, position, appointment.member)
    return None if found is None else Passed(appointment.member, position.position, position.unit, *found)


def _found(moment: Moment, position: Position, member: str) -> Found | None:
    """Why a holder cannot act, in full and for everybody, and until when; None for one who can."""
    file, zone = moment.file(member), moment.snapshot.schedule.zone
    if not position.takes_watch:
        says = "the position does not take the watch"
        return "not-entitled", says, says, None
    leaves = next((s for s in file.separations if s.stands() and s.vacates_from <= moment.at), None)
    if leaves is not None:
        says = f"leaves the force {local_text(leaves.effective, zone)}"
        return "separated", says, says, None
    away = absence_at(file, moment.at)
    if away is not None:
        back = until_text(away.until, zone)
        return "absent", f"{away.source}{back}", f"not available{back}", away.until
    detail = next((a for a in file.attachments if holds(a, moment.at) and a.unit != position.unit), None)
    if detail is not None:
        says = f"attached to {detail.unit}{until_text(detail.until, zone)}"
        return "on-duty-elsewhere", says, says, detail.until
    return None
