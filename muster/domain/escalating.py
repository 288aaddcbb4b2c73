"""Escalations at work: how one begins, what a step does, and what follows from what happens to its tasking."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.asking import Found, Ways, chain_of, first_due, next_asked, rests_until
from muster.domain.contact import Contact, Purpose
from muster.domain.duty import Reachability
from muster.domain.escalation import Escalation
from muster.domain.presence import holds
from muster.domain.record import Fact, entered
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches

LINK_LASTS: Final = timedelta(hours=24)
"""How long a link can be used; where the deadline is later, until then."""

LONGEST_WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """What reaching people needs to know of one instant: the watches, and on which channels members are reached."""

    watches: Watches
    ways: Ways

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.watches.moment.at

    def holders(self, position: str | None) -> list[str]:
        """Whom a notice to a position reaches: its holders at the instant, of a tour position those on duty. Nobody for
        a position that nobody of the force holds, and nobody who has left it."""
        s, moment = self.watches.snapshot, self.watches.moment
        held = [a.member for a in s.appointments.get(position or "", ()) if holds(a, self.at)]
        post = next((p for posts in s.positions.values() for p in posts if p.position == position), None)
        if post is not None and s.titles[post.title].kind == "tour":
            return [member for member in held if moment.status(member).state == "on-duty"]
        return [member for member in held if moment.status(member).state != "separated"]


def begin(reach: Reach, tasking: Tasking, standing: int | None) -> list[Fact]:
    """The fact that the escalation of a tasking begins. Its first step is due at once, or at the next duty of the first
    in the chain where the deadline leaves time for that; none is for one that an older version let somebody accept."""
    chain = chain_of(reach.watches, tasking, standing)
    if tasking.accepted_by is not None:
        return [Escalation(tasking=tasking.tasking, chain=chain, state="answered").started(reach.at)]
    due_at = first_due(reach.watches, tasking, chain[0])
    return [Escalation(tasking=tasking.tasking, chain=chain, due_at=due_at).started(reach.at)]


def step(reach: Reach, escalation: Escalation, tasking: Tasking) -> list[Fact]:
    """The facts of one step: the next who can be asked is, and those before are passed over at once, with the reason.
    At the end of the chain it is an alarm, and the chain begins again; if nobody at all could be asked, at once, and
    those off duty and at rest are then asked too."""
    if not tasking.is_open:
        return escalation.ended("the tasking was closed", reach.at)
    found = next_asked(reach.watches, escalation, tasking.competent_unit, reach.ways, tasking.relieves)
    if found.holder is None:
        return _chain_ended(reach, escalation, found)
    window = answer_window(reach, escalation, tasking, found.place)
    number = escalation.step + 1
    body = {"place": found.place, "step": number, "member": found.holder.member, "position": found.holder.position}
    stepped = escalation.event("stepped", reach.at, reach.at + window, **body, skipped=_said(found))
    there = "on call" if found.holder.on_call else "on duty"
    says = "woken: nobody else decided" if found.woken else there
    approach = Approach(found.holder.member, found.holder.position, says, "decide", number, window, woken=found.woken)
    offered = tasking.offer(found.holder.position, tasking.owner, reach.at)
    return [stepped, *offered, *contacts_for(reach, tasking, approach)]


def _chain_ended(reach: Reach, escalation: Escalation, found: Found) -> list[Fact]:
    if not escalation.asked and not escalation.wakes:
        why = "nobody could be asked: those off duty and at rest are asked now"
        return [escalation.event("widened", reach.at, reach.at, skipped=_said(found), why=why)]
    repeat = reach.at + timedelta(minutes=reach.watches.snapshot.force.repeat_minutes)
    why = "NOBODY has accepted it: everybody who could be asked was" if escalation.asked else "NOBODY can be asked"
    return [escalation.event("alarmed", reach.at, repeat, skipped=_said(found), why=why)]


def _said(found: Found) -> list[dict[str, str]] | None:
    return [{"position": s.position, "why": s.why} for s in found.skipped] or None


def answer_window(reach: Reach, escalation: Escalation, tasking: Tasking, place: int) -> timedelta:
    """How long the one asked has to answer: the force's minutes, or where a deadline leaves more, an even share of half
    the time to it, at most a day."""
    least = timedelta(minutes=reach.watches.snapshot.force.answer_minutes)
    if tasking.deadline is None:
        return least
    share = (tasking.deadline - reach.at) / 2 / (len(escalation.chain) - place + 1)
    return max(least, min(share, LONGEST_WINDOW))


@dataclass(frozen=True, slots=True)
class Approach:
    """Who is approached, in which position and why. ``number``: the step, or the number of the notice. The first
    channel is due at ``due_at`` (None: now), the others spread over the time ``within`` from then. ``most``: by so many
    channels; None: by all. ``woken``: they are off duty, and asked all the same."""

    member: str
    position: str | None
    says: str
    purpose: Purpose
    number: int
    within: timedelta = timedelta(0)
    due_at: datetime | None = None
    most: int | None = None
    woken: bool = False


def contacts_for(reach: Reach, tasking: Tasking, who: Approach) -> list[Fact]:
    """The contacts by which one member is asked or told, one a channel: the later ones are sent only if they are still
    needed then; and the rest owed for waking somebody."""
    begins = who.due_at or reach.at
    channels = reach.ways(who.member)[: who.most]
    contacts = [
        Contact(
            subject=tasking.tasking,
            purpose=who.purpose,
            step=who.number,
            member=who.member,
            channel=channel,
            position=who.position,
            says=who.says,
            queued_at=reach.at,
            due_at=begins + who.within * place / len(channels),
            expires_at=max(begins + LINK_LASTS, tasking.deadline or begins),
        )
        for place, channel in enumerate(channels)
    ]
    owed = _rest_owed(reach, who, tasking) if contacts and begins == reach.at else []
    return [*(c.queued() for c in contacts), *owed]


def _rest_owed(reach: Reach, who: Approach, tasking: Tasking) -> list[Fact]:
    """Whoever is contacted in protected rest begins that rest anew; whoever is woken off duty is owed as much."""
    if not who.woken and rests_until(reach.watches.moment, who.member) is None:
        return []
    hours = reach.watches.snapshot.profile.protected_rest
    until = reach.at + hours
    owed = Reachability(member=who.member, since=reach.at, until=until, kind="owed", tasking=tasking.tasking)
    return [entered(owed, None, reach.at)]
