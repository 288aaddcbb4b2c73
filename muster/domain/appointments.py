"""How a position stands at an instant: holder, acting holder, holder on leave, successor, vacancy, papers filed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from muster.domain.force import Position
from muster.domain.instants import local_text
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.presence import holds
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from muster.domain.succession import Proposal, propose

HoldingState = Literal["in-post", "away", "terminal-leave", "left", "later", "former"]


@dataclass(frozen=True, slots=True)
class Papers:
    """That a member leaves: how, since when it is filed, from when the position can be filled, when they are gone.
    Reasons stay sealed."""

    separation: str
    kind: str
    phase: str
    filed: datetime
    leave_from: datetime | None
    effective: datetime


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody's appointment to the position, as it stands at the instant. ``away_until`` is None where it is not
    known or they are not away; the reason of an absence is not told."""

    member: str
    kind: str
    state: HoldingState
    since: datetime
    until: datetime | None
    instrument: str | None
    limits: str | None
    away_until: datetime | None
    papers: Papers | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A position at an instant.

    ``substantive``: who holds it, in post or away. ``acting``: who acts in it. ``on_terminal_leave``: who held it, is
    out of post and still a member of the force. ``later``: who is named for later. ``vacant`` counts places that can
    be filled; ``proposal`` is there when one can be and nobody acts. ``former`` is the history, the latest first.
    """

    position: str
    unit: str
    title: str
    at: datetime
    places: int
    vacant: int
    substantive: tuple[Holding, ...]
    acting: tuple[Holding, ...]
    on_terminal_leave: tuple[Holding, ...]
    later: tuple[Holding, ...]
    former: tuple[Holding, ...]
    proposal: Proposal | None

    @property
    def says(self) -> str:
        """The whole in a few words."""
        return "; ".join(_in_words(self))


def standing(snapshot: Snapshot, position: Position, appointments: Sequence[Appointment], at: datetime) -> Standing:
    """How the position stands. ``appointments``: all to it, of every time; the snapshot knows their members."""
    moment = Moment(snapshot, at)
    found = [_holding(moment, a) for a in sorted(appointments, key=lambda a: (a.since, a.member))]
    here = [h for h in found if h.state in ("in-post", "away")]
    substantive = [h for h in here if h.kind == "substantive"]
    acting = [h for h in here if h.kind == "acting"]
    vacant = max(0, position.places - len(substantive))
    command = snapshot.titles[position.title].kind == "command"
    return Standing(
        position=position.position,
        unit=position.unit,
        title=snapshot.titles[position.title].name,
        at=at,
        places=position.places,
        vacant=vacant,
        substantive=tuple(substantive),
        acting=tuple(acting),
        on_terminal_leave=tuple(h for h in found if h.state == "terminal-leave" and h.kind == "substantive"),
        later=tuple(h for h in found if h.state == "later"),
        former=tuple(sorted((h for h in found if h.state in ("former", "left")), key=_end, reverse=True)),
        proposal=propose(snapshot, position, at) if vacant and command and not acting else None,
    )


def _end(holding: Holding) -> datetime:
    """When a former holding ended."""
    effective = holding.papers.effective if holding.papers else holding.since
    return holding.until or effective


def _holding(moment: Moment, a: Appointment) -> Holding:
    file = moment.file(a.member)
    leaves = next((s for s in file.separations if s.stands() and s.filed <= moment.at), None)
    state, away_until = _state(moment, a, leaves)
    papers = None
    if leaves is not None:
        phase = leaves.phase(moment.at)
        papers = Papers(leaves.separation, leaves.kind, phase, leaves.filed, leaves.leave_from, leaves.effective)
    return Holding(a.member, a.kind, state, a.since, a.until, a.instrument, a.limits, away_until, papers)


def _state(moment: Moment, a: Appointment, leaves: Separation | None) -> tuple[HoldingState, datetime | None]:
    at = moment.at
    if a.since > at:
        return "later", None
    phase = leaves.phase(at) if leaves is not None else ""
    if leaves is not None and phase == "terminal-leave" and _until_leave(a, leaves):
        return "terminal-leave", leaves.effective
    if not holds(a, at):
        return "former", None
    if phase == "in-effect":
        return "left", None
    status = moment.status(a.member)
    return ("away", status.until) if status.state == "absent" else ("in-post", None)


def _until_leave(a: Appointment, leaves: Separation) -> bool:
    """Whether the member was in the position when terminal leave began: it ended with the leave, or still runs."""
    return a.until is None or a.until >= leaves.vacates_from


def _in_words(s: Standing) -> Iterator[str]:
    if s.substantive and s.places == 1:
        away = " (away)" if s.substantive[0].state == "away" else ""
        yield f"held by {s.substantive[0].member}{away}"
    elif s.places > 1:
        yield f"{len(s.substantive)} of {s.places} places held"
    elif s.on_terminal_leave:
        yield f"can be filled: {s.on_terminal_leave[0].member} is on terminal leave"
    else:
        yield "vacant"
    if s.acting:
        yield ", ".join(h.member for h in s.acting) + " acting"
    elif s.proposal is not None:
        yield "nobody acts"
    if s.later:
        yield ", ".join(f"{h.member} named for later" for h in s.later)


def papers_text(papers: Papers, zone: ZoneInfo) -> str:
    """``retirement filed 2020-10-13, terminal leave from 2020-10-30, effective 2020-11-12``."""
    leave = f", terminal leave from {local_text(papers.leave_from, zone)}" if papers.leave_from else ""
    effective = local_text(papers.effective, zone)
    return f"{papers.kind} filed {local_text(papers.filed, zone)}{leave}, effective {effective}"
