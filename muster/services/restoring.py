"""Restoring what appointments ended because a member was leaving, once the papers are withdrawn."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from muster.domain.appointing import ended, in_the_way, most_at_once
from muster.domain.force import Position
from muster.domain.instants import local_text
from muster.domain.members import Appointment
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.separation import Separation
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.gaps import superior_of
from muster.services.offices import position_named
from muster.services.snapshots import snapshot


def restored(views: Views, separation: Separation, by: str, at: datetime) -> tuple[list[Fact], list[str]]:
    """The facts that undo what appointments ended on account of a separation, and what cannot be undone in words."""
    facts: list[Fact] = []
    notes: list[str] = []
    for before in _ended_for(views, separation):
        position = position_named(views, before.position)
        held = views.rows(Appointment, position=before.position)
        again = replace(before, since=separation.vacates_from)
        taken = [a for a in held if a.member != before.member and a.kind == "substantive" and in_the_way(a, again)]
        if most_at_once(taken, again) < position.places:
            facts.append(Fact(before.stream, "appointment.changed", at, {**to_body(before), "by": by}))
        else:
            tasking = _to_decide(views, separation, position, taken[0], at)
            facts.append(tasking.received())
            notes.append(tasking.what)
    return facts + list(_acting_ended(views, separation, by, at)), notes


def _acting_ended(views: Views, separation: Separation, by: str, at: datetime) -> Iterator[Fact]:
    """Whoever was appointed to act from when the member would have left no longer does, or never begins to."""
    mine = {a.position for a in views.rows(Appointment, member=separation.member)}
    for a in views.rows(Appointment, position=mine, kind="acting"):
        because_of_it = a.since >= separation.vacates_from and a.member != separation.member
        if because_of_it and (a.until is None or a.until > at):
            yield ended(a, at, by=by, why=f"{separation.member} has withdrawn the papers")


def _ended_for(views: Views, separation: Separation) -> Iterator[Appointment]:
    """The member's appointments whose latest fact ended them because of the separation, as they were before."""
    for now in views.rows(Appointment, member=separation.member, kind="substantive"):
        *_, latest = views.facts(streams=[now.stream])
        versions = [v.row for v in views.history(Appointment, now.key)]
        before = versions[-2] if len(versions) > 1 else None
        if before is not None and json.loads(latest.body).get("separation") == separation.separation:
            yield before


def _to_decide(
    views: Views, separation: Separation, position: Position, successor: Appointment, at: datetime
) -> Tasking:
    here = snapshot(views, [position.unit], members=[separation.member])
    since = local_text(successor.since, here.schedule.zone)
    owner = superior_of(views, here, position, separation.member, at)
    return Tasking(
        tasking=f"BACK-{position.position}-{separation.separation}",
        kind="gap",
        what=(
            f"{separation.member} has withdrawn and stays in the force; {position.position} was given to "
            f"{successor.member} from {since}: relieve or find a position"
        ),
        place=position.unit,
        competent_unit=owner.unit,
        received_at=at,
        owner=owner.position,
    )
