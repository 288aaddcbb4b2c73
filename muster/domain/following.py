"""What follows for reach from what happens to a tasking: who is asked next, and who is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from muster.domain.asking import rests_until
from muster.domain.contact import Contact
from muster.domain.escalating import Approach, Reach, contacts_for
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.domain.taskings import Tasking


@dataclass(frozen=True, slots=True)
class So:
    """How reach stands for one tasking. ``before`` and ``tasking``: as it stood and stands after what happened;
    ``contacts``: all about it so far; ``escalation`` None: it begins only now."""

    before: Tasking
    tasking: Tasking
    escalation: Escalation | None
    contacts: Sequence[Contact]


def follow(reach: Reach, so: So, happened: Iterable[Fact]) -> list[Fact]:
    """What follows from facts about a tasking: whoever takes it on ends the search, and those asked are told; a refusal
    brings the next step at once; what the last holder of a position left behind is brought to somebody again; somebody
    named for it is asked first; whoever was told gets a notice."""
    facts: list[Fact] = []
    number = max((c.step for c in so.contacts if c.purpose == "notice"), default=0)
    refused: list[str] = []
    for fact in happened:
        verb, body = fact.kind.removeprefix("tasking."), fact.body
        number += 1
        if verb == "told":
            facts += _told(reach, so.tasking, body, number)
        elif so.escalation is None:
            continue
        elif verb in ("accepted", "taken-over"):
            facts += so.escalation.answered(body["member"], body["position"], reach.at)
            facts += _stood_down(reach, so, so.escalation, body["member"], number)
        elif verb == "closed":
            facts += [*so.escalation.ended("it was closed", reach.at), *_spared(reach, so, "it was closed")]
        elif verb == "refused":
            facts += _refused(reach, so, so.escalation, body["position"], body["member"])
            refused.append(body["member"])
        elif verb == "left":
            why = f"nobody holds {body['position']} any more, which owns it"
            facts.append(so.escalation.turned(so.escalation.chain, why, reach.at))
        elif verb in ("delegated", "sent", "offered") and body["to"] in so.tasking.offered_to:
            chain = tuple(dict.fromkeys((body["to"], so.tasking.owner, *so.escalation.chain)))
            facts.append(so.escalation.turned(chain, f"{verb} to {body['to']}", reach.at, refused))
            so = replace(so, escalation=replace(so.escalation, chain=chain, state="running"))
    return _told_once(facts)


def _told_once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts without a second notice to the same member about what happened at once: the first says enough."""
    first: dict[str, int] = {}

    def wanted(fact: Fact) -> bool:
        notice = fact.kind == "contact.queued" and fact.body["purpose"] == "notice"
        return not notice or first.setdefault(fact.body["member"], fact.body["step"]) == fact.body["step"]

    return [fact for fact in facts if wanted(fact)]


def _refused(reach: Reach, so: So, escalation: Escalation, position: str, member: str) -> list[Fact]:
    """Whoever was asked says no: the next is asked at once. Where with that nobody has it any more, the owner is sought
    a successor; not where another holder of that position has it."""
    if escalation.runs:
        return escalation.hastened(f"{position} refused it", reach.at) if escalation.position == position else []
    if so.tasking.accepted_by is not None:
        return []
    return [escalation.turned(escalation.chain, f"{position}, who owns it, refused it", reach.at, [member])]


def _spared(reach: Reach, so: So, why: str) -> list[Fact]:
    """Contacts that only ask for a decision are not sent any more; notices are."""
    return [c.spared(why, reach.at) for c in so.contacts if c.waits and c.purpose == "decide"]


def _stood_down(reach: Reach, so: So, escalation: Escalation, by: str, number: int) -> Iterator[Fact]:
    """Those who were asked and did not refuse, the former owner and the giver are told who has it; not the giver of an
    order to many, who asks for its returns instead. Whose answer is waited for just now is told at once: they are
    awake, and need not be."""
    has_it = f"{by} ({so.tasking.owner}) has it; you need do nothing"
    # What is due may be on its way at this moment: whoever gets it has to hear this too.
    asked = [c for c in so.contacts if c.purpose == "decide" and c.may_have_come(reach.at)]
    told = {c.member: c.position for c in asked}
    awake = {c.member for c in asked if escalation.runs and c.step == escalation.step}
    last = {c.member: c for c in sorted(asked, key=lambda c: (c.step, c.answer is not None))}
    refused = {member for member, contact in last.items() if contact.answer == "refused"}
    for position in (so.before.owner, None if so.tasking.order else so.tasking.giver):
        told |= {member: position for member in reach.holders(position) if member not in told}
    yield from _spared(reach, so, f"{by} has it")
    for member, position in told.items():
        if member != by and member not in refused:
            yield from _notice(reach, so.tasking, member, position, has_it, number, at_once=member in awake)


def _told(reach: Reach, tasking: Tasking, told: Mapping[str, Any], number: int) -> Iterator[Fact]:
    """The contacts that tell the holders of a position, and the member named for it; of several holders that member
    alone. Whoever does not hold the position is not told in it: their link would rest on what they do not hold."""
    holders, named = reach.holders(told["position"]), told.get("member")
    for member in [named] if named in holders else holders:
        yield from _notice(reach, tasking, member, told["position"], told["why"], number)
    if named is not None and named not in holders:
        yield from _notice(reach, tasking, named, None, told["why"], number)


def _notice(
    reach: Reach,
    tasking: Tasking,
    member: str,
    position: str | None,
    says: str,
    number: int,
    *,
    at_once: bool = False,
) -> Iterator[Fact]:
    """At once and by every channel until received, for what the force lists to be told at once; else by one channel,
    when the member's protected rest has ended, unless ``at_once``."""
    if tasking.notify_at_once:
        within = timedelta(minutes=reach.watches.snapshot.force.answer_minutes)
        told = Approach(member, position, says, "notice", number, within)
    else:
        rest = None if at_once else rests_until(reach.watches.moment, member)
        told = Approach(member, position, says, "notice", number, due_at=rest, most=1)
    yield from contacts_for(reach, tasking, told)
