"""Sentences about taskings, directives and orders."""

import re
from collections.abc import Sequence
from typing import Final

from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.schema import from_body
from muster.domain.taskings import Tasking
from muster.services.telling.names import listed
from muster.services.telling.told import JUST, Several, Teller, Told

VACANT: Final = re.compile(r"(\S+) falls vacant (\S+) \((.*)\): (.*)\. Appoint somebody")
"""How a gap says which position falls vacant, when, by whose papers, and whom the succession proposes."""
FEW: Final = 4
"""So many units are named one by one."""


def called(t: Told, tasking: Tasking) -> str:
    """A tasking as the story calls it once it has been received."""
    if tasking.kind == "gap":
        post = t.views.row(Position, tasking.what.split()[0])
        return "the vacancy" if post is None else f"the vacancy of {t.names.position(post.position)}"
    if tasking.kind == "relief":
        return f"“{t.names.words(_short(tasking), tasking.received_at)}”"
    if tasking.kind == "request":
        return f"“{t.names.words(tasking.what, tasking.received_at)}”"
    return f"“{tasking.what}”"


def _short(tasking: Tasking) -> str:
    """Whom to relieve, without what the proposal said of who could and until when."""
    return tasking.what.partition("; ")[0]


def _received(t: Told) -> str:
    tasking = from_body(Tasking, t.body)
    owner, unit = t.names.position(tasking.owner), t.names.unit(tasking.competent_unit)
    if tasking.kind == "gap":
        return f"{_gap(t, tasking)} {owner} owns this."
    if tasking.kind == "relief" or (tasking.kind == "request" and tasking.giver is not None):
        return f"A tasking is opened: {t.names.words(tasking.what, t.at)}. {owner} owns it."
    if tasking.giver is None or tasking.receiver is None:
        place = f" in {t.names.unit(tasking.place)}" if tasking.place != tasking.competent_unit else ""
        return f"Received: “{tasking.what}”{place}. It belongs to {unit}; {owner} owns it."
    return (
        f"{t.names.giver(tasking.giver)} directs {t.names.position(tasking.receiver)}: “{tasking.what}”. "
        f"It belongs to {unit}; {owner} owns it until somebody else accepts it."
    )


def _gap(t: Told, tasking: Tasking) -> str:
    found = VACANT.fullmatch(tasking.what)
    if found is None:
        return f"A tasking is opened: {t.names.words(tasking.what, t.at)}."
    position, when, papers, proposed = found.groups()
    kind = papers.split(", ")[1] if papers.count(", ") >= 2 else papers
    vacant = f"The office of {t.names.office(position)} falls vacant on {t.names.words(when, t.at)} ({kind})"
    return f"{vacant}: {t.names.words(proposed, t.at)}. Somebody is to be appointed."


def _owner(t: Told) -> str:
    return t.names.held(t.body["position"], t.body["member"])


def _offered(t: Told) -> str | None:
    search = t.views.row(Escalation, t.tasking.tasking, known_at=t.known)
    if search is not None and search.position == t.body["to"]:
        return None  # that they are asked says it
    return f"It is offered to {t.names.position(t.body['to'])}, who may decide it."


def _accepted(t: Told) -> str:
    return f"{_owner(t)} accepts {called(t, t.tasking)} and owns it from now."


def _refused(t: Told) -> str:
    return f"{_owner(t)} refuses {called(t, t.tasking)}: {t.body['reason']}."


def _left(t: Told) -> str:
    return (
        f"Nobody holds {t.names.position(t.body['position'])} any more, which owns {called(t, t.tasking)}: again open."
    )


def _delegated(t: Told) -> str:
    by, to = t.names.held(t.body["position"], t.body["by"]), t.names.position(t.body["to"])
    return f"{by} hands {called(t, t.tasking)} down to {to}; it moves when that is accepted."


def _taken_over(t: Told) -> str:
    return f"{_owner(t)} takes over {called(t, t.tasking)} from {t.names.position(t.body['former'])}."


def _sent(t: Told) -> str:
    to, what = t.names.position(t.body["to"]), called(t, t.tasking)
    if not t.body["skipped_above"] and not t.body["competent_below"]:
        return f"{t.names.giver(t.body['by'])} sends {what} to {to}: no level is passed over."
    above = ", ".join(t.names.plain_unit(u) for u in t.body["skipped_above"]) or "nobody"
    below = ", ".join(t.names.plain_unit(u) for u in t.body["competent_below"]) or "nobody"
    return (
        f"A bypass: {t.names.giver(t.body['by'])} sends it to {to} all the same "
        f"(“{t.body['reason']}”). Skipped above: {above}. Competent below: {below}."
    )


def _closed(t: Told) -> str:
    tasking, result = t.tasking, t.body["result"]
    if tasking.kind == "relief":
        said = t.names.words(_short(tasking), tasking.received_at)
        return f"The tasking to {said} is closed: {t.names.words(result, t.at - JUST)}."
    result = t.names.words(result, t.at - JUST) if tasking.kind == "gap" else result
    by = t.names.giver(t.body["by"]) if t.views.row(Position, t.body["by"]) else t.member(t.body["by"])
    return f"{by} closes {called(t, tasking)}: {result}."


def _order(t: Told) -> str:
    by = f", returns due {t.names.clock(t.instant('deadline'))}" if "deadline" in t.body else ""
    exempt = ", ".join(t.names.plain_unit(u) for u in t.body["exempt"]) or "none"
    return (
        f"{t.names.giver(t.body['giver'])} orders: “{t.body['what']}”. {t.body['units']} units receive it as a "
        f"tasking each{by}. Exempt by name: {exempt}."
    )


def _told(several: Sequence[Told]) -> str:
    """Who was told of one tasking; why, where the story has not just said it."""
    offices = "; ".join(dict.fromkeys(t.names.position(t.body["position"]) for t in several))
    whys = {t.body["why"] for t in several}
    first = several[0]
    passed = first.tasking.receiver is not None or len(whys) > 1
    why = "" if passed else f" ({first.names.words(first.body['why'], first.at)})"
    return f"Told of {called(first, first.tasking)}{why}, without having to answer: {offices}."


def returned(several: Sequence[Told]) -> str:
    """Many units answer one order: told in one sentence."""
    names = several[0].names
    places = [names.plain_unit(t.tasking.place) for t in several]
    who = listed(places) if len(places) <= FEW else f"{len(places)} units"
    verb = "answers" if len(places) == 1 else "answer"
    return f"{who} {verb} {several[0].tasking.order}: {several[0].body['result']}."


TASKING_TELLERS: Final[dict[str, Teller]] = {
    "order.given": _order,
    "tasking.received": _received,
    "tasking.offered": _offered,
    "tasking.accepted": _accepted,
    "tasking.refused": _refused,
    "tasking.left": _left,
    "tasking.delegated": _delegated,
    "tasking.taken-over": _taken_over,
    "tasking.sent": _sent,
    "tasking.closed": _closed,
}
TOLD_TOGETHER: Final[dict[str, Several]] = {"tasking.told": _told}
