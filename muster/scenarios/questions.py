"""What a scenario asks of the record, and what it expects the answer to be."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from muster.domain.errors import Invalid
from muster.domain.instants import span_text
from muster.domain.passing import Holder
from muster.domain.routing import Level
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.scenarios.acts import asked, holder
from muster.scenarios.lines import Line
from muster.scenarios.names import Names
from muster.scenarios.scenario import Scenario, Step
from muster.services import accounts, appointments
from muster.services import watch as watches
from muster.services.record import verify
from muster.services.routing import route_matter

Question = Callable[[Views, Step, Scenario], Iterator[Line]]


def said(names: Names, held: Holder | None) -> str:
    """A holder of a watch in words."""
    if held is None:
        return "NOBODY"
    return f"{names.position(held.position)} ({held.member}; {held.capacity}{', on call' if held.on_call else ''})"


def _watch(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    names = Names(views)
    found = watches.watch(views, step.given["unit"], step.at)
    details = [f"due: {said(names, found.due)}"] if found.due != found.in_command else []
    if found.relief_overdue_since is not None:
        details.append(f"relief overdue for {span_text(step.at - found.relief_overdue_since)}")
    details += [f"{names.position(p)} is vacant: an acting appointment is proposed" for p in found.vacant]
    details += list(dict.fromkeys(f"passed over: {names.position(p.position)}: {p.reason}" for p in found.passed))
    text = f"Who has the {names.unit(found.unit)}? In command: {said(names, found.in_command)}."
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    held = found.in_command
    facts = {
        "in_command": held.position if held else None,
        "due": found.due.position if found.due else None,
        "capacity": held.capacity if held else None,
    }
    yield from expected(step, facts)


def _route(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    names = Names(views)
    found = route_matter(views, asked(step.given, step.at, scenario), step.given.get("from"), step.given.get("to"))
    decides = found.decides
    at = (
        f", at the next duty {decides.at.astimezone(scenario.zone):%a %d %b %H%M}"
        if decides.waits and decides.at
        else ""
    )
    text = f"Before it is sent, Muster answers: the matter belongs to the {names.unit(found.competent_unit)}."
    details = [f"decides: {names.position(decides.position)} ({decides.member or 'NOBODY'}){at}"]
    details += _levels(names, "skipped above", found.skipped_above) + _levels(
        names, "competent below", found.competent_below
    )
    if found.told:
        details.append(f"offered: send it to {names.position(decides.position)} instead")
    yield Line(step.at, "answer", text, step.source, (), tuple(details), found)
    facts = {"competent_unit": found.competent_unit, "decides": decides.position}
    yield from expected(step, facts)


def _levels(names: Names, what: str, levels: tuple[Level, ...]) -> list[str]:
    said_of = [names.position(level.position) if level.position else level.name for level in levels]
    return [f"{what}: {'; '.join(said_of)}"] if levels else []


def _tour(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    """How long the tour really lasts on which the holder of a position is on duty."""
    names = Names(views)
    member = holder(views, step.given["position"], step.at)
    stretch = watches.watches_at(views, [], step.at, members=[member]).moment.status(member).stretch
    if stretch is None or stretch.turn is None:
        raise Invalid(f"{member} is not on a scheduled tour at that time")
    turn = stretch.turn
    lasts = span_text(turn.end - turn.start)
    start = f"{turn.start.astimezone(scenario.zone):%a %d %b %H%M %Z}"
    end = f"{turn.end.astimezone(scenario.zone):%a %d %b %H%M %Z}"
    office = names.position(step.given["position"])
    text = f"The tour {turn.tour} of the {office} ({member}) lasts {lasts}: {start} to {end}."
    yield Line(step.at, "answer", text, step.source, (), (), turn)
    yield from expected(step, {"lasts": lasts, "member": member})


def _returns(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    """Which commands have answered an order, and which are late."""
    names = Names(views)
    mine = views.rows(Tasking, order=step.given["order"])
    late = [t for t in mine if t.is_open and t.deadline is not None and t.deadline <= step.at]
    done = [t for t in mine if not t.is_open]
    text = f"Order {step.given['order']}: {len(done)} of {len(mine)} commands have returned, {len(late)} are late."
    details = tuple(f"late: {names.unit(t.place)}; {names.position(t.owner)} owns it" for t in late)
    yield Line(
        step.at, "answer", text, step.source, (), details, {"returned": len(done), "late": [t.place for t in late]}
    )
    yield from expected(step, {"returned": len(done), "late": len(late)})


def _position(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    """Position, holder, acting holder, holder on leave and vacancy, told apart."""
    names = Names(views)
    found = appointments.position(views, step.given["position"], step.at)
    text = f"How does the position of {names.position(found.position)} stand? {found.says}."
    yield Line(step.at, "answer", text, step.source, (), (), found)
    yield from expected(
        step,
        {
            "substantive": len(found.substantive),
            "acting": len(found.acting),
            "on_terminal_leave": len(found.on_terminal_leave),
            "vacant": found.vacant,
        },
    )


def _disputes(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    """Claims side by side, each with what the record says of it."""
    found = accounts.disputes(views, step.given.get("about"))
    differing = [s for s in found.subjects if s.differ]
    others = Counter(c.verdict for s in found.subjects if not s.differ for c in s.claims)
    rest = ", ".join(f"{n} {verdict}" for verdict, n in sorted(others.items()))
    text = f"On how many subjects do the accounts differ? {len(differing)}. Nothing is settled."
    details = (f"claims on which they do not differ: {rest}",) if rest else ()
    yield Line(step.at, "answer", text, step.source, (), details, found)
    for subject in differing:
        facts = tuple(sorted({f for c in subject.claims for f in c.facts}))
        said_by = tuple(
            f"{c.account.account}: {c.claim.words} ({(c.claim.basis or 'basis not stated').replace('-', ' ')}): "
            f"{c.verdict.upper()}. {c.why}"
            for c in subject.claims
        )
        yield Line(step.at, "answer", f"Disputed: {subject.subject}", step.source, facts, said_by)


def _verify(views: Views, step: Step, _: Scenario) -> Iterator[Line]:
    found = verify(views)
    says = list(found.says())
    yield Line(step.at, "answer", f"Is the record whole? {says[-1]}.".capitalize(), step.source, (), (says[0],), found)
    yield from expected(step, {"whole": found.whole})


def expected(step: Step, facts: Mapping[str, Any]) -> Iterator[Line]:
    """A line for every expectation of the step that is not met."""
    for name, want in step.given.get("expect", {}).items():
        if name not in facts:
            raise Invalid(f"scenario step {step.do}: expect {name} must be one of {', '.join(facts)}")
        if facts[name] != want:
            yield Line(step.at, "unexpected", f"expected {name} {want}, but it is {facts[name]}", step.source)


QUESTIONS: Final[dict[str, Question]] = {
    "watch": _watch,
    "route": _route,
    "tour": _tour,
    "returns": _returns,
    "position": _position,
    "disputes": _disputes,
    "verify": _verify,
}
