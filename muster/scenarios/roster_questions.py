"""A question about a roster: it is solved as it is asked, with so little effort that nobody waits."""

from collections.abc import Iterator

from muster.domain.errors import Refused
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.scenarios.asking import expected, question
from muster.scenarios.finding import instant
from muster.scenarios.lines import Line
from muster.scenarios.scenario import Scenario, Step
from muster.scenarios.words import UNIT, Word
from muster.services.telling.names import Names

NOT_PUBLISHED = "nothing of it is published: it is what a planner would be shown"


@question(
    "What is the best roster of a unit for some weeks, how far is it at most from the best there is, and what does it "
    "leave short or cross?",
    UNIT,
    Word("from", "instant", "its first day, at any hour of it"),
    Word("weeks", "whole number", "how long"),
    Word("effort", "whole number", "how long to search, about a millisecond each, the same on every machine"),
    expects="breaches short unsolved settled",
)
def roster(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    """The roster of a unit, solved by what is known at that time. ``breaches``: hard rules that the checker and the
    domain's own hours rules found broken; ``short``: members missing from minimum cover."""
    names, unit, found = Names(views, scenario.zone), step.given["unit"], _solved(views, step, scenario)
    last = found.dates[-1]
    text = (
        f"What is the roster of {names.unit(unit)} from {found.first:%a %d %b} to {last:%a %d %b}? "
        f"{len(found.lines):,} members in {found.days} days, {found.breaches} hard rules broken, "
        f"{found.short} short of minimum cover."
    )
    yield Line(step.at, "answer", text, step.source, (), tuple(_details(found)), found)
    facts = {
        "breaches": found.breaches,
        "short": found.short,
        "unsolved": len(found.unsolved),
        "settled": found.settled,
    }
    yield from expected(step, facts)


def _solved(views: Views, step: Step, scenario: Scenario) -> UnitRoster:
    from muster.roster.budget import Budget  # half a second, which only a scenario with a roster should wait
    from muster.services.rostering import solved
    from muster.services.rosters import case_of

    weeks, effort = step.given["weeks"], step.given["effort"]
    if not weeks or not effort:
        raise Refused("weeks and effort must be at least 1")
    first = instant(step.given, "from", scenario).astimezone(scenario.zone).date()
    return solved(case_of(views, step.given["unit"], first, weeks, step.at), Budget(effort=effort))


def _details(found: UnitRoster) -> Iterator[str]:
    gap = max(0.0, found.total - found.bound) / found.total if found.total else 0.0
    under = sum(1 for s in found.shortages if not s.is_short)
    cautions = sum(not c.hard for c in found.crossings)
    parts = ", ".join(f"{points} for {part}" for part, points in found.penalty.items() if points)
    yield f"penalty {found.total} ({parts or 'nothing'}); no roster can cost less than {found.bound:.0f}: gap {gap:.2%}"
    yield f"minimum cover everywhere but for {found.short}; under the target on {under} tours; {cautions} cautions"
    yield from (f"without a line: {member}, {why}" for member, why in found.unsolved.items())
    yield from found.notes
    yield NOT_PUBLISHED
