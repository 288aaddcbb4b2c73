"""What a member does to a tasking, by whatever way they come: page, API, command line. Whoever was contacted answers
that contact; whoever was not acts in a position that they hold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, get_args

from muster.domain.contact import Contact
from muster.domain.errors import Invalid, MusterError, NotEntitled, Refused
from muster.domain.offices import Office
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import taskings
from muster.services.answers import Answer, Refusal, Word, answer, answered_by
from muster.services.offices import offices_of, units_above
from muster.services.routing import position_of, unit_of
from muster.services.taskings import Directive, tasking_named
from muster.services.trial import tried

Act = Literal["accept", "received", "refuse", "hand", "take-over", "send", "close"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
_WORDS: Final[dict[Act, Word]] = {
    "accept": "accepted",
    "received": "received",
    "refuse": "refused",
    "hand": "handed",
    "take-over": "taken-over",
}
_LEAVES: Final[dict[Act, tuple[str, ...]]] = {
    "accept": ("tasking.accepted",),
    "refuse": ("tasking.refused",),
    "hand": ("tasking.delegated", "tasking.refused"),
    "take-over": ("tasking.taken-over", "tasking.accepted"),
    "send": ("tasking.sent",),
    "close": ("tasking.closed",),
}
"""What each act leaves in the record, by which it is known to have been done."""
_IN_COMMAND: Final = ("command", "tour", "civil")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, in which of their positions; empty: the one that the tasking concerns. ``reason``:
    why, or how it was closed; ``to``: a position or member. ``seen``: the newest fact that they had seen of it, since
    when the same wish is one; None: it is not asked whether it was done."""

    act: Act
    by: str = ""
    seen: int | None = None
    reason: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a wish. ``refusal`` None: it was done, or had been."""

    says: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be done to a tasking, and in which positions; where ``offices`` is empty it cannot be done by
    this member, and ``why_not`` says why, and who can. ``facts``: what it would append now, in the first of them."""

    act: Act
    offices: tuple[str, ...]
    why_not: str = ""
    facts: tuple[Fact, ...] = ()


def do(record: Record, name: str, member: str, wish: Wish, at: datetime | None = None) -> Done:
    """Do it; ``at`` None: now. Safe to repeat. What somebody was asked and is not allowed is refused, and that is
    recorded, as by their link; raises ``Refused`` and ``Invalid`` for all else that is not allowed: nothing is then
    done."""
    at = at or record.now
    tasking, offices = tasking_named(record, name), offices_of(record, member, at)
    wish = replace(wish, by=wish.by or _concerned(record, tasking, member, offices, wish.act))
    if wish.by not in {o.position.position for o in offices}:
        raise Refused(f"member {member} does not hold {wish.by} at that time: only its holder can do this")
    if is_done(record, tasking, member, wish):
        return Done()
    contact = asked(record, tasking, member, wish.by, at)
    word = _WORDS.get(wish.act)
    if contact is not None and word is not None and not _is_handed_on_by_owner(tasking, wish):
        said = answer(record, contact.key, Answer(word, wish.reason, wish.to), at)
        return Done(said.says, said.refusal)
    _act(record, tasking, member, offices, wish, at)
    return Done()


def _concerned(views: Views, tasking: Tasking, member: str, offices: Sequence[Office], act: Act) -> str:
    """The position of a member that a tasking concerns: offered first, then owned, then that in which they were asked;
    what its owner does, as that. Raises ``Invalid`` for what is done to somebody else's, and ``Refused``."""
    if act in ("take-over", "send"):
        raise Invalid("position: must be given: yours, in which you do it")
    held = {o.position.position for o in offices}
    contacts = views.rows(Contact, subject=tasking.tasking, member=member, purpose="decide")
    concerned = (*tasking.offered_to, tasking.owner)
    wanted = (tasking.owner, *tasking.offered_to) if act in ("hand", "close") else concerned
    found = next((p for p in (*wanted, *(c.position for c in contacts)) if p in held), None)
    if found is None:
        said = f"member {member} holds none of the positions that tasking {tasking.tasking} concerns"
        raise Refused(f"{said}: {', '.join(concerned)}")
    return found


def _is_handed_on_by_owner(tasking: Tasking, wish: Wish) -> bool:
    return wish.act == "hand" and wish.by == tasking.owner


def asked(views: Views, tasking: Tasking, member: str, position: str, at: datetime) -> Contact | None:
    """The latest contact by which the member was asked in that position, and can still answer; None: there is none."""
    found = views.rows(Contact, subject=tasking.tasking, member=member, purpose="decide", position=position)
    latest = max(found, key=lambda c: (c.step, c.state == "sent"), default=None)
    if latest is None or latest.expires_at <= at or answered_by(views, latest) is not None:
        return None
    return latest


def _act(record: Record, tasking: Tasking, member: str, offices: Sequence[Office], wish: Wish, at: datetime) -> None:
    """The act by somebody who was not asked, or has answered."""
    name, by = tasking.tasking, wish.by
    if wish.act == "accept":
        taskings.accept(record, name, member, at, by)
    elif wish.act == "refuse":
        taskings.refuse(record, name, member, (wish.reason or "").strip(), at, by)
    elif wish.act == "take-over":
        taskings.take_over(record, name, member, by, at)
    elif wish.act == "close":
        taskings.close(record, name, member, (wish.reason or "").strip(), at)
    elif wish.act == "send":
        must_give(record, tasking, offices, by)
        taskings.send(record, name, Directive(by, _named(wish), (wish.reason or "").strip() or None), at)
    elif wish.act == "hand" and by == tasking.owner:
        taskings.delegate(record, name, member, _named(wish), at)
    else:
        raise Refused(f"nothing is asked of {by} now: {tasking.owner} owns tasking {name}, and hands it on")


def _named(wish: Wish) -> str:
    to = (wish.to or "").strip()
    if not to:
        raise Invalid("say to whom: the short name of a position or unit, like PCT-047-XO")
    return to


def must_give(views: Views, tasking: Tasking, offices: Sequence[Office], by: str) -> None:
    """Raise ``Refused`` unless one of these offices of that name gives directives about the tasking: a command, tour or
    civil position that owns it or is asked, or of the unit to which it belongs, or above."""
    over = {tasking.competent_unit, *(u.unit for u in units_above(views, tasking.competent_unit))}
    mine = next((o for o in offices if o.position.position == by), None)
    asked_or_over = mine is not None and (mine.position.unit in over or by in (tasking.owner, *tasking.offered_to))
    if mine is not None and mine.kind in _IN_COMMAND and asked_or_over:
        return
    unit = tasking.competent_unit
    raise Refused(f"whoever is in command or on the desk of {unit} or above it sends it on: ask {tasking.owner}")


def must_receive(offices: Sequence[Office]) -> None:
    """Raise ``NotEntitled`` unless one of these offices takes in what is reported: a command, tour or civil one."""
    if not any(o.kind in _IN_COMMAND for o in offices):
        raise NotEntitled("whoever is in command or on a desk receives a tasking: tell the desk of your unit")


def must_concern(views: Views, offices: Sequence[Office], place: str, directive: Directive) -> None:
    """Raise ``NotEntitled`` unless a directive is given, got, or about something, in a unit of these offices or below
    it: it is on record as given, and nobody enters what others gave each other."""
    mine = {o.position.unit for o in offices if o.kind in _IN_COMMAND}
    receiver = position_of(views, directive.receiver, views.now)
    for unit in (unit_of(views, directive.giver), receiver.unit, place):
        if mine & {unit, *(u.unit for u in units_above(views, unit))}:
            return
    said = f"a directive of {directive.giver} to {directive.receiver} about {place} is received there"
    raise NotEntitled(f"{said}: you hold no command, tour or civil position in one of these or above it")


def is_done(record: Record, tasking: Tasking, member: str, wish: Wish) -> bool:
    """Whether the same was done since they looked: the line broke, or the button was pressed twice."""
    if wish.seen is None:
        return False
    since = record.facts(streams=[tasking.stream], kinds=_LEAVES.get(wish.act, ("none",)), first=wish.seen + 1)
    return any(_is_same(json.loads(f.body), member, wish) for f in since)


def _is_same(body: dict[str, object], member: str, wish: Wish) -> bool:
    if wish.act == "send":
        return (body.get("by"), body.get("reason")) == (wish.by, (wish.reason or "").strip() or None)
    who = body.get("member") or body.get("by")
    text = {"refuse": body.get("reason"), "close": body.get("result")}.get(wish.act)
    return who == member and (text is None or text == (wish.reason or "").strip())


def choices(views: Views, tasking: Tasking, member: str) -> Iterator[Choice]:
    """All that can be done to an open tasking, and what this member cannot, with the reason."""
    offices = offices_of(views, member, views.now)
    mine = [o.position.position for o in offices]
    concerned = [p for p in (*tasking.offered_to, tasking.owner) if p in mine]
    who = ", ".join((*tasking.offered_to, tasking.owner))
    has_it = tasking.accepted_by == member and tasking.owner in mine
    not_asked = f"It is with {who}: whoever holds that can do it."
    if has_it and not tasking.offered_to:
        yield Choice("accept", (), "You have it.")
    else:
        yield _choice(views, tasking, member, "accept", concerned, not_asked)
    yield _choice(views, tasking, member, "refuse", concerned, not_asked)
    handing = [p for p in concerned if p == tasking.owner or asked(views, tasking, member, p, views.now) is not None]
    yield Choice("hand", tuple(handing), "" if handing else not_asked)
    above = [p for p in mine if p != tasking.owner]
    over = f"Whoever stands over {tasking.owner} can, and you do not."
    yield _choice(views, tasking, member, "take-over", above, "You have it." if has_it else over)
    giving = [p for p in mine if _may_give(views, tasking, offices, p)]
    unit = tasking.competent_unit
    yield Choice("send", tuple(giving), "" if giving else f"Whoever is in command or on the desk of {unit} can.")
    closing = [p for p in mine if p == tasking.owner]
    yield Choice("close", tuple(closing), "" if closing else f"Whoever holds {tasking.owner}, which owns it, can.")


def _may_give(views: Views, tasking: Tasking, offices: Sequence[Office], by: str) -> bool:
    try:
        must_give(views, tasking, offices, by)
    except Refused:
        return False
    return True


def _choice(
    views: Views,
    tasking: Tasking,
    member: str,
    act: Act,
    positions: Sequence[str],
    why_not: str,
) -> Choice:
    """Whether the act is taken from the member in one of these positions, as it would be now."""
    able, facts = list[str](), list[Fact]()
    for position in positions:
        try:
            found = trial_of(views, tasking.tasking, member, Wish(act, position, 0, "…"))
        except MusterError as said:
            why_not = _sentence(str(said))
            continue
        able.append(position)
        facts = facts or found
    return Choice(act, tuple(able), "" if able else why_not, tuple(facts))


def trial_of(views: Views, name: str, member: str, wish: Wish) -> list[Fact]:
    """The facts that a wish would append now. Raises for what would be refused."""
    newest = replace(wish, seen=views.head()[0])
    done, facts = tried(views, lambda record: do(record, name, member, newest))
    if done.refusal is not None:
        raise Refused(done.says)
    return facts


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
