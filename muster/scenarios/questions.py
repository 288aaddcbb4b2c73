"""What a scenario asks of the record, and what it expects the answer to be."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from muster.domain.bypass import Level
from muster.domain.errors import Refused
from muster.domain.instants import span_text
from muster.domain.passing import Holder
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.scenarios.asking import Question, expected, question
from muster.scenarios.duty_questions import duty
from muster.scenarios.finding import asked, holder
from muster.scenarios.lines import Line
from muster.scenarios.roster_questions import roster
from muster.scenarios.scenario import Scenario, Step
from muster.scenarios.words import GIVER, MATTER, ORDER, POSITION, RECEIVER, TASKING, UNIT, Word
from muster.services import accounts, appointments
from muster.services import watch as watches
from muster.services.record import verify
from muster.services.routing import route_matter
from muster.services.taskings import tasking_named
from muster.services.telling.names import Names, sentence


def said(names: Names, held: Holder | None) -> str:
    """A holder of a watch in words."""
    if held is None:
        return "NOBODY"
    return f"{names.office(held.position)} ({held.member}; {held.capacity}{', on call' if held.on_call else ''})"


@question(
    "Who is in command of a unit, who is due, and who was passed over?",
    UNIT,
    expects="in_command due capacity relief_overdue",
)
def _watch(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    found = watches.watch(views, step.given["unit"], step.at)
    details = [f"due: {said(names, found.due)}"] if found.due != found.in_command else []
    if found.relief_overdue_since is not None:
        details.append(f"relief overdue for {span_text(step.at - found.relief_overdue_since)}")
    details += [f"{names.position(p)} is vacant: an acting appointment is proposed" for p in found.vacant]
    passed = (f"passed over: {names.office(p.position)}: {names.words(p.reason, step.at)}" for p in found.passed)
    details += list(dict.fromkeys(passed))
    text = f"Who has {names.unit(found.unit)}? In command: {said(names, found.in_command)}."
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    held = found.in_command
    facts = {
        "in_command": held.position if held else "nobody",
        "due": found.due.position if found.due else "nobody",
        "capacity": held.capacity if held else "nobody",
        "relief_overdue": found.relief_overdue_since is not None,
    }
    yield from expected(step, facts)


@question(
    "To whom does a matter belong, who decides it, and whom would a directive pass over?",
    *MATTER,
    GIVER,
    RECEIVER,
    expects="competent_unit decides skipped_above competent_below",
)
def _route(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    found = route_matter(views, asked(step.given, step.at, scenario), step.given.get("from"), step.given.get("to"))
    decides = found.decides
    when = f", at the next duty {names.clock(decides.at)}" if decides.waits and decides.at else ""
    asks = "Before it is sent: whose matter is it?" if found.receiver else "Whose matter is it?"
    text = f"{asks} It belongs to {names.unit(found.competent_unit)}."
    details = [f"decides: {names.office(decides.position)} ({decides.member or 'NOBODY'}){when}"]
    details += _levels(names, "skipped above", found.skipped_above)
    details += _levels(names, "competent below", found.competent_below)
    if found.told:
        details.append(f"offered: send it to {names.position(decides.position)} instead")
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    facts = {
        "competent_unit": found.competent_unit,
        "decides": decides.position,
        "skipped_above": [level.unit for level in found.skipped_above],
        "competent_below": [level.unit for level in found.competent_below],
    }
    yield from expected(step, facts)


def _levels(names: Names, what: str, levels: tuple[Level, ...]) -> list[str]:
    offices = [names.office(level.position) if level.position else level.name for level in levels]
    return [f"{what}: {'; '.join(offices)}"] if levels else []


@question("How long does the tour really last on which the holder of a position is?", POSITION, expects="lasts")
def _tour(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    member = holder(views, step.given["position"], step.at)
    stretch = watches.watches_at(views, [], step.at, members=[member]).moment.status(member).stretch
    if stretch is None or stretch.turn is None:
        raise Refused(f"member {member} is not on a scheduled tour at that time")
    turn = stretch.turn
    lasts = span_text(turn.end - turn.start)
    start, end = (f"{at.astimezone(scenario.zone):%a %d %b %H%M %Z}" for at in (turn.start, turn.end))
    office = names.held(step.given["position"], member)
    text = f"How long is the tour {turn.tour} of {office}? It lasts {lasts}: {start} to {end}."
    yield Line(step.at, "answer", text, step.source, (), (), turn)
    yield from expected(step, {"lasts": lasts})


@question("Which units have answered an order, and which are late?", ORDER, expects="returned late")
def _returns(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    mine = views.rows(Tasking, order=step.given["order"])
    late = [t for t in mine if t.is_open and t.deadline is not None and t.deadline <= step.at]
    done = [t for t in mine if not t.is_open]
    text = f"Who has answered {step.given['order']}? {len(done)} of {len(mine)} units; {len(late)} late."
    details = tuple(f"late: {names.plain_unit(t.place)}; {names.position(t.owner)} owns it" for t in late)
    value = {"returned": len(done), "late": [t.place for t in late]}
    yield Line(step.at, "answer", text, step.source, (), details, value)
    yield from expected(step, {"returned": len(done), "late": len(late)})


@question("How does a tasking stand?", TASKING, expects="owner open offered_to told")
def _tasking(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    found = tasking_named(views, step.given["tasking"])
    state = "it is open" if found.is_open else f"it was closed: {found.result}"
    text = f"How does “{found.what}” stand? {sentence(names.position(found.owner))} owns it; {state}."
    details = [f"offered to: {'; '.join(names.office(p) for p in found.offered_to)}"] if found.offered_to else []
    details += [f"told: {'; '.join(names.office(p) for p in found.told)}"] if found.told else []
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    lists = {"offered_to": [*found.offered_to], "told": [*found.told]}
    yield from expected(step, {"owner": found.owner, "open": found.is_open, **lists})


@question(
    "How does a position stand: holder, acting holder, holder on leave, vacant?",
    POSITION,
    expects="substantive acting on_terminal_leave vacant",
)
def _position(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    found = appointments.position(views, step.given["position"], step.at)
    text = f"How does the office of {names.office(found.position)} stand? {sentence(found.says)}."
    details = [f"{names.words(found.proposal.words(), step.at)}"] if found.proposal else []
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    facts = {
        "substantive": len(found.substantive),
        "acting": len(found.acting),
        "on_terminal_leave": len(found.on_terminal_leave),
        "vacant": found.vacant,
    }
    yield from expected(step, facts)


@question(
    "What do the accounts say of a subject, side by side, and what does the record say of each?",
    Word("about", "text", "words of the subject; left out: every subject", required=False),
    expects="differ",
)
def _disputes(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views, scenario.zone)
    found = accounts.disputes(views, step.given.get("about"))
    differing = [s for s in found.subjects if s.differ]
    others = Counter(c.verdict for s in found.subjects if not s.differ for c in s.claims)
    rest = ", ".join(f"{n} {verdict}" for verdict, n in sorted(others.items()))
    text = f"On how many subjects do the accounts differ? {len(differing)}. Nothing is settled."
    details = (f"claims on which they do not differ: {rest}",) if rest else ()
    yield Line(step.at, "answer", text, step.source, (), details, found)
    for subject in differing:
        on_facts = tuple(sorted({f for c in subject.claims for f in c.facts}))
        side_by_side = tuple(
            f"{c.account.account}: {c.claim.words} ({(c.claim.basis or 'basis not stated').replace('-', ' ')}): "
            f"{c.verdict.upper()}. {names.words(c.why, step.at)}"
            for c in subject.claims
        )
        yield Line(step.at, "answer", f"Disputed: {subject.subject}", step.source, on_facts, side_by_side)
    yield from expected(step, {"differ": len(differing)})


@question("Is the record whole?", expects="whole")
def _verify(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    found = verify(views)
    says = list(found.says())
    yield Line(step.at, "answer", f"Is the record whole? {sentence(says[-1])}.", step.source, (), (says[0],), found)
    yield from expected(step, {"whole": found.whole})


QUESTIONS: Final[dict[str, Question]] = {
    "watch": _watch,
    "route": _route,
    "tasking": _tasking,
    "returns": _returns,
    "position": _position,
    "tour": _tour,
    "disputes": _disputes,
    "verify": _verify,
    "duty": duty,
    "roster": roster,
}
