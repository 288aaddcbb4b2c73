"""Separations: papers filed, accepted, terminal leave, withdrawn; and the two counts that are never mixed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.errors import Refused, Unknown
from muster.domain.instants import local_text
from muster.domain.members import Appointment, Member
from muster.domain.record import Fact, Recorded, instant_text
from muster.domain.separation import (
    FILED_BY_THE_MEMBER,
    Counts,
    LastChance,
    Separation,
    counted,
    filed,
    last_chance,
)
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services.business_days import business_days
from muster.services.duty import known_member
from muster.services.gaps import gap_name, gaps
from muster.services.offices import force_of, must_stand_over, offices_of, position_named
from muster.services.reach import append
from muster.services.restoring import restored


@dataclass(frozen=True, slots=True)
class Separated:
    """A separation as it stands now, the facts that a command added, and the taskings that are open about it.

    ``chance``: until when it can be withdrawn; None for what cannot. ``notes``: what a person must see to.
    """

    separation: Separation
    facts: tuple[Recorded, ...]
    taskings: tuple[Tasking, ...]
    chance: LastChance | None
    notes: tuple[str, ...] = ()


def file(
    record: Record, member: str, kind: str, effective: datetime, by: str, at: datetime, why: str | None = None
) -> Separated:
    """Put papers of a member into the record at ``at``: filed by the member, decided, or, for a death, recorded.

    For each command position that falls vacant a tasking opens for the position above: whom the succession proposes
    to act. Nobody is appointed. The reason is sealed. Safe to repeat with the same instants.
    """
    known_member(record, member)
    others = record.rows(Separation, member=member)
    zone = ZoneInfo(force_of(record).zone)
    name = _name(member, at, zone, {s.separation for s in others})
    state = "filed" if kind in FILED_BY_THE_MEMBER else "accepted"
    papers = Separation(separation=name, member=member, kind=kind, state=state, filed=at, effective=effective)
    facts = filed(papers, by, others, zone)
    if not facts:
        same = next(s for s in others if s.stands() and s.filed == at)
        return _now(record, same.separation, [])
    if kind == "dismissal":
        must_stand_over(record, by, member, at)
    elif kind == "death" and all(office.kind == "line" for office in offices_of(record, by, at)):
        raise Refused(f"{by} holds no command, tour or civil position then: whoever does records a death")
    if why:
        facts[-1] = replace(facts[-1], body={**facts[-1].body, "why": record.seal([why])[why]})
    superseded = [s for s in others if any(f.stream == s.stream for f in facts)]
    closing = [f for s in superseded for f in _close_gaps(record, s, f"superseded by {name}", by, at)]
    opening = [tasking.received() for tasking in gaps(record, papers, at)]
    return _now(record, name, append(record, [*facts, *closing, *opening]))


def accept(
    record: Record,
    name: str,
    by: str,
    at: datetime,
    effective: datetime | None = None,
    leave_from: datetime | None = None,
) -> Separated:
    """Accept papers and fix when they take effect (None: as filed) and when terminal leave begins (None: none).
    ``name``: of the separation, or of the member. The dates can be fixed anew until the effect."""
    separation = named(record, name)
    must_stand_over(record, by, separation.member, at)
    return _after(record, separation, separation.accept(by, at, effective, leave_from), by, at)


def leave(record: Record, name: str, by: str, leave_from: datetime, at: datetime) -> Separated:
    """Fix when terminal leave begins: from then the position can be filled. Accepts papers that were only filed."""
    separation = named(record, name)
    return accept(record, separation.separation, by, at, separation.effective, leave_from)


def withdraw(record: Record, name: str, by: str, at: datetime) -> Separated:
    """The member takes the papers back, and everything is as before. A post given to somebody else meanwhile stays
    theirs: acts done stand; a tasking asks the position above to decide. Safe to repeat."""
    separation = named(record, name)
    facts = separation.withdraw(by, at, _chance(record, separation))
    if not facts:
        return _now(record, separation.separation, [])
    closing = _close_gaps(record, separation, "the papers were withdrawn", by, at)
    restoring, notes = restored(record, separation, by, at)
    done = _now(record, separation.separation, append(record, [*facts, *closing, *restoring]))
    return replace(done, notes=tuple(notes))


def reconsider(record: Record, name: str, by: str, at: datetime, says: str | None = None) -> Separated:
    """Somebody asks the member to reconsider: on the record, and papers that are in stay in. The words are sealed."""
    separation = named(record, name)
    _must_be_known(record, by)
    if not separation.stands() or separation.effective <= at:
        raise Refused(f"separation {separation.separation} is {separation.phase(at)}: nothing is left to reconsider")
    sealed = record.seal([says])[says] if says else None
    fact = separation.event("reconsideration-asked", at, by, says=sealed)
    return _now(record, separation.separation, record.append([fact]))


def correct(record: Record, name: str, kind: str, by: str, why: str, at: datetime) -> Separated:
    """Correct a wrong kind by a new fact; what was recorded first stays in the record."""
    separation = named(record, name)
    must_stand_over(record, by, separation.member, at)
    return _now(record, separation.separation, record.append(separation.correct(kind, by, why, at)))


def show(views: Views, name: str, known_at: datetime | None = None) -> tuple[Separation, LastChance | None]:
    """A separation as believed then, and until when it can be withdrawn. ``name``: its own, or the member's."""
    separation = named(views, name, known_at)
    return separation, _chance_if_any(views, separation)


def history(views: Views, separation: Separation, known_at: datetime | None = None) -> list[Recorded]:
    """All facts about a separation recorded by then, requests to reconsider included, oldest first."""
    facts = views.facts(streams=[separation.stream])
    return [f for f in facts if known_at is None or f.recorded_at <= instant_text(known_at)]


def count(views: Views, since: datetime, until: datetime, at: datetime, known_at: datetime | None = None) -> Counts:
    """Papers of a period and separations that took effect in it, counted apart, by kind."""
    return counted(views.rows(Separation, known_at=known_at), since, until, at)


def named(views: Views, name: str, known_at: datetime | None = None) -> Separation:
    """The separation of that name, or the member's: the one that stands, else the latest. Raises ``Unknown``."""
    found = views.row(Separation, name, known_at=known_at)
    if found is not None:
        return found
    mine = sorted(views.rows(Separation, known_at=known_at, member=name), key=lambda s: (s.stands(), s.filed))
    if not mine:
        raise Unknown(f"{name!r} is no separation in the record, nor a member who has filed one")
    return mine[-1]


def _name(member: str, at: datetime, zone: ZoneInfo, taken: set[str]) -> str:
    """``SEP-M0004-20201013``, with a number where that is taken."""
    name = f"SEP-{member}-{at.astimezone(zone):%Y%m%d}"
    numbers = (f"{name}-{number}" for number in range(2, len(taken) + 2))
    return next(n for n in (name, *numbers) if n not in taken)


def _must_be_known(views: Views, who: str) -> None:
    if views.row(Member, who) is None:
        position_named(views, who)


def _after(record: Record, before: Separation, facts: list[Fact], by: str, at: datetime) -> Separated:
    """Append what follows an acceptance; owners of gaps hear of new dates, and positions left sooner get a gap."""
    if not facts:
        return _now(record, before.separation, [])
    appended = record.append(facts)
    now = named(record, before.separation)
    zone = ZoneInfo(force_of(record).zone)
    news = (
        f"accepted: effective {local_text(now.effective, zone)}, to be filled from {local_text(now.vacates_from, zone)}"
    )
    there = {t.tasking for t in _gaps_of(record, now)}
    told = [t.tell(t.owner, news, at) for t in _gaps_of(record, now) if t.is_open]
    opening = [t.received() for t in gaps(record, now, at) if t.tasking not in there]
    return _now(record, now.separation, [*appended, *append(record, [*told, *opening])])


def _now(views: Views, name: str, appended: list[Recorded]) -> Separated:
    separation = named(views, name)
    about = tuple(t for t in _gaps_of(views, separation) if t.is_open)
    return Separated(separation, tuple(appended), about, _chance_if_any(views, separation))


def _chance(views: Views, separation: Separation) -> LastChance:
    force = force_of(views)
    zone = ZoneInfo(force.zone)
    return last_chance(separation.effective, force.withdrawal_business_days, zone, business_days(force))


def _chance_if_any(views: Views, separation: Separation) -> LastChance | None:
    open_to = separation.stands() and separation.kind in FILED_BY_THE_MEMBER
    return _chance(views, separation) if open_to else None


def _gaps_of(views: Views, separation: Separation) -> list[Tasking]:
    """The gap taskings that the separation opened, open or not."""
    held = {a.position for a in views.rows(Appointment, member=separation.member)}
    return views.rows(Tasking, tasking={gap_name(p, separation) for p in held})


def _close_gaps(views: Views, separation: Separation, result: str, by: str, at: datetime) -> Iterator[Fact]:
    for tasking in _gaps_of(views, separation):
        yield from tasking.close(result, by, at)
