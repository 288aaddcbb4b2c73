"""Questions about somebody's hours: what they were, and what every rule and model said of them."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from muster.documents.days import days_svg
from muster.domain.instants import span_text
from muster.domain.profiles import SHIPPED
from muster.ports import Views
from muster.scenarios.asking import expected, question
from muster.scenarios.finding import holder, instant
from muster.scenarios.lines import Line
from muster.scenarios.scenario import Scenario, Step
from muster.scenarios.words import POSITION, Word
from muster.services.days import days_of
from muster.services.ledger import Hour, RuleSays, hour_by_hour
from muster.services.telling.names import Names

MEANS = "KSS (sleepiness, 1 to 9) and lapses: means of groups under two plausible sleeps, no ground alone"
FROM = Word("from", "instant", "the first hour that is told")


@question(
    "What were the hours of whoever holds a position, hour by hour, and what did each rule and each model say?",
    POSITION,
    FROM,
    expects="hours fitness kss_hides",
)
def duty(views: Views, step: Step, scenario: Scenario) -> Iterator[Line]:
    """The hours of a member since an instant. ``kss_hides``: at the end the rules say unfit, and sleepiness alone
    would have let it pass."""
    names = Names(views, scenario.zone)
    member = holder(views, step.given["position"], step.at)
    start = instant(step.given, "from", scenario)
    hours = hour_by_hour(views, member, start, step.at, profiles=[*SHIPPED])
    last = hours[-1].verdict
    text = (
        f"What were the hours of {names.held(step.given['position'], member)}? On duty "
        f"{span_text(last.rules.continuous)}: {last.rules.level} by the hours rules."
    )
    before = [set[str](), *(_crossed(hour) for hour in hours)]
    details = [_line(hour, was, scenario.zone) for hour, was in zip(hours, before, strict=False)]
    details += [f"at the end, {rule.profile}, {rule.rule}: {_said(rule)}" for rule in hours[-1].rules]
    drawing = f"days-{member}-{step.at:%Y%m%dT%H%MZ}.svg"
    details += [f"drawn beside the record, to be seen with --keep: {drawing}", MEANS]
    drawn = days_svg(days_of(views, member, start, step.at))
    yield Line(step.at, "answer", text, step.source, (), tuple(details), hours, (drawing, drawn))
    sleepy = any(r.over for r in last.models.readings if r.measure == "kss")
    facts = {
        "hours": span_text(last.rules.continuous),
        "fitness": last.level,
        "kss_hides": last.rules.level == "unfit" and not sleepy,
    }
    yield from expected(step, facts)


def _crossed(hour: Hour) -> set[str]:
    """The limits that are crossed at an hour, of every profile."""
    rules = hour.verdict.rules
    relief = "relief overdue" if rules.relief_overdue_since else "relief owed" if rules.relief_owed_since else None
    return {f"{r.profile} {r.rule}" for r in hour.crossed} | ({relief} if relief else set())


def _line(hour: Hour, before: set[str], zone: ZoneInfo) -> str:
    """An hour: what the models say, and which rules changed their word."""
    v, now = hour.verdict, _crossed(hour)
    models = f"KSS {_spread(v.models.kss)}, {_spread(v.models.lapses)} lapses"
    said = [f"{v.at.astimezone(zone):%a %H%M}, {span_text(v.rules.continuous)} on duty: {v.level}; {models}"]
    said += [f"now crossed: {', '.join(sorted(now - before))}"] if now - before else []
    said += [f"no longer: {', '.join(sorted(before - now))}"] if before - now else []
    return "; ".join(said)


def _spread(pair: tuple[float, float]) -> str:
    least, most = (f"{value + 0.0:.1f}" for value in pair)
    return least if least == most else f"{least} to {most}"


def _said(rule: RuleSays) -> str:
    return f"{rule.says}: {'CROSSED' if rule.crossed else 'not crossed'}"
