"""Every rule finds a breach exactly where one written a second time, minute by minute, finds it."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.duty import HOURS_KINDS, Signing, TimeRecord, Waiver
from muster.domain.ledger import ledger_of
from muster.domain.limits import CHECKERS, measured, rest_owed
from muster.domain.members import Absence
from muster.domain.planning import crossed as crossed_over
from muster.domain.presence import DutyFile
from muster.domain.profiles import RULES, Limit, Profile
from muster.domain.rules import fitness_at, hours_of
from muster.domain.schedule import Schedule
from tests.ground import NEW_YORK, utc
from tests.properties.naive_limits import (
    DAY,
    EPOCH,
    FAMILIES,
    HOUR,
    WEEK,
    Case,
    NaiveWaiver,
    crossed,
    longest_rest,
)

MINUTE: Final = timedelta(minutes=1)
NOTHING: Final = Schedule(NEW_YORK, {}, {}, {})
AROUND: Final = tuple((utc(day) - EPOCH) // MINUTE for day in ("2020-02-27T05:00", "2020-10-25T04:00"))
"""Midnights, ten days before the clocks of New York change."""
LIMITS: Final = {
    "break-length": (1, 8),
    "relief-owed": (4, 16),
    "unfit": (4, 20),
    "rest": (3, 16),
    "day": (4, 18),
    "week": (10, 60),
    "month": (20, 120),
    "average": (10, 60),
    "daily-rest": (2, 16),
    "weekly-rest": (6, 60),
    "tours": (1, 6),
    "nights": (1, 4),
}
"""The least and the most of a limit, chosen so that they are crossed about as often as not."""
Spans = list[tuple[int, int]]


def instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


@dataclass(frozen=True)
class Drawn:
    """A random duty and its rules, for both readings."""

    case: Case
    spans: Spans
    away: Spans
    source: str
    kind: str

    def profile(self) -> Profile:
        limits = {
            rule: Limit(number, "a source", self.case.weeks if rule.startswith("average") else None)
            for rule, number in {"protected-rest": 8, **self.case.limits}.items()
        }
        return Profile("drawn", limits, self.case.week_from)

    def file(self) -> DutyFile:
        """The duty as signed, as a time keeper has it, or as both tell of it."""
        signings, records = [], []
        for number, (start, end) in enumerate(self.spans):
            if self.source != "records":
                signings += [signing(start, "on"), signing(end, "off")]
            if self.source == "records" or (self.source == "both" and number % 2):
                kind = self.kind if number % 2 else "detail"
                records.append(TimeRecord(member="M", since=instant(start), kind=kind, until=instant(end)))
        absences = [Absence(member="M", kind=self.kind_of_leave(n), since=instant(a), until=instant(b))
                    for n, (a, b) in enumerate(self.away)]  # fmt: skip
        waivers = [
            Waiver(
                member="M",
                rule=w.rule,
                since=instant(w.since),
                until=instant(w.until),
                signed_by="N",
                rest_owed_hours=w.rest // HOUR,
            )
            for w in self.case.waivers
        ]
        return DutyFile("M", signings=signings, records=records, absences=absences, waivers=waivers)

    def kind_of_leave(self, number: int) -> str:
        return ("leave", "sick")[number % 2]


def signing(at: int, kind: str) -> Signing:
    return Signing(member="M", at=instant(at), kind=kind, unit="U" if kind == "on" else None)


@st.composite
def spans(draw: Any, begin: int) -> Spans:
    """Duties in order, most of whole hours: many with short breaks, or some with long ones over a month."""
    dense = draw(st.booleans())
    gaps = st.integers(1, 20) if dense else st.sampled_from((8, 12, 14, 16, 24, 40, 72))
    nudge = st.sampled_from((0, 0, 0, 1, -1))
    found: Spans = []
    at = begin + draw(st.integers(0, 24)) * HOUR
    for _ in range(draw(st.integers(1, 8 if dense else 16))):
        length = draw(st.integers(1, 14)) * HOUR + draw(nudge)
        found.append((at, at + length))
        at += length + draw(gaps) * HOUR + draw(nudge)
    return found


@st.composite
def limits(draw: Any) -> dict[str, float]:
    """Some rules, both levels of a family with the lesser limit the nearer one."""
    found: dict[str, float] = {"break-length": draw(st.integers(*LIMITS["break-length"]))}
    for rule in ("relief-owed", "unfit"):
        found[rule] = draw(st.integers(*LIMITS[rule]))
    for family in FAMILIES:
        if family in LIMITS and draw(st.booleans()):
            least, most = LIMITS[family]
            for level in draw(st.sampled_from((("caution",), ("unfit",), ("caution", "unfit")))):
                found[f"{family}-{level}"] = draw(st.integers(least, most))
    return found


@st.composite
def drawn(draw: Any) -> Drawn:
    """A duty with its rules, asked about where limits begin and end."""
    begin = draw(st.sampled_from(AROUND)) + draw(st.integers(0, 10)) * DAY
    duty, rules = draw(spans(begin)), draw(limits())
    edges = [edge for span in duty for edge in span]
    reach = [0, DAY, WEEK, 28 * DAY, *(int(hours * HOUR) for hours in rules.values())]
    at = draw(st.sampled_from(edges[-6:])) + draw(st.sampled_from(reach)) + draw(st.sampled_from((-1, 0, 1)))
    if draw(st.booleans()):
        at = draw(st.sampled_from(edges)) + draw(st.sampled_from((-1, 0, 1)))
    away: Spans = draw(st.lists(st.sampled_from(edges).map(lambda e: (e - 2 * DAY, e - DAY)), max_size=2, unique=True))
    case = Case(
        at=at,
        duty=frozenset(m for a, b in duty for m in range(a, b)),
        zone=NEW_YORK,
        limits=rules,
        weeks=draw(st.integers(1, 4)),
        week_from=draw(st.sampled_from((None, None, (5, time(3)), (0, time(0)), (6, time(1, 30))))),
        leave=frozenset(m for a, b in away for m in range(a, b)),
        waivers=tuple(draw(st.lists(waivers(rules, at), max_size=2))),
    )
    if draw(st.booleans()):
        case = replace(case, limits=aimed(case))
    kind = draw(st.sampled_from(HOURS_KINDS))
    return Drawn(case, duty, away, draw(st.sampled_from(("signed", "records", "both"))), kind)


def aimed(case: Case) -> dict[str, float]:
    """The limits, those that look at a length of time moved to where they are just crossed or just not."""
    near = {
        "day": case.worked(case.at - DAY),
        "week": case.worked(case.at - WEEK),
        "month": case.worked(case.at - 28 * DAY),
        "daily-rest": longest_rest(case, DAY),
        "weekly-rest": longest_rest(case, WEEK),
    }
    minutes = {rule: near.get(rule.rpartition("-")[0], 0) for rule in case.limits}
    return {rule: max(1, round(minutes[rule] / HOUR)) if minutes[rule] else n for rule, n in case.limits.items()}


@st.composite
def waivers(draw: Any, rules: dict[str, float], at: int) -> NaiveWaiver:
    """A waiver around an instant, or one that ended in the days before."""
    rule = draw(st.sampled_from([*(r for r in rules if r != "break-length"), "rest-owed"]))
    until = at + draw(st.sampled_from((1, 0, -1, HOUR, -6 * HOUR, -12 * HOUR, -30 * HOUR, -3 * DAY)))
    since = until - draw(st.sampled_from((1, HOUR, DAY)))
    return NaiveWaiver(rule, since, until, draw(st.integers(1, 30)) * HOUR)


def test_the_second_reading_knows_every_family_of_rules() -> None:
    assert FAMILIES.keys() == CHECKERS.keys()
    families = {rule.removesuffix("-caution").removesuffix("-unfit") for rule in RULES}
    reckoned = {"break-length", "protected-rest", "relief-owed", "relief-overdue", "unfit"}
    assert families - reckoned == FAMILIES.keys() - {"duty"}


@settings(max_examples=150)
@given(found=drawn())
def test_a_rule_speaks_exactly_when_its_words_say_so(found: Drawn) -> None:
    for (_, before), (after, _) in pairwise(found.spans):
        assert before < after
    at = instant(found.case.at)
    fitness = fitness_at(found.file(), NOTHING, found.profile(), at)
    assert {b.rule: b.level for b in fitness.breaches} == crossed(found.case)
    running, owed = found.case.running, found.case.limits["relief-owed"] * HOUR
    waived = any(w.rule == "relief-owed" and w.since <= found.case.at < w.until for w in found.case.waivers)
    is_owed = running is not None and found.case.at - running[0] >= owed and not waived
    assert fitness.relief_owed_since == (instant(int(running[0] + owed)) if running and is_owed else None)


@settings(max_examples=40)
@given(found=drawn(), data=st.data())
def test_over_a_period_a_rule_is_crossed_where_it_is_at_any_half_minute(found: Drawn, data: st.DataObject) -> None:
    """Duties are of whole minutes, so that what is crossed at all is crossed for half a minute."""
    start = instant(found.case.at - data.draw(st.integers(0, DAY)))
    period = [start + n * MINUTE / 2 for n in range(data.draw(st.integers(2, 2 * DAY)) + 1)]
    file, profile = found.file(), found.profile()
    first: dict[str, datetime] = {}
    for at in period:
        for rule in crossed_at(file, profile, at):
            first.setdefault(rule, at)
    said = crossed_over(file, NOTHING, profile, period[0], period[-1])
    assert {b.rule: EPOCH - (EPOCH - b.since) // (MINUTE / 2) * (MINUTE / 2) for b in said} == first


def crossed_at(file: DutyFile, profile: Profile, at: datetime) -> set[str]:
    """The rules that are crossed at an instant and not waived, each for itself."""
    hours = hours_of(file, NOTHING, profile, ledger_of(file, NOTHING, at - profile.back, at))
    said = {rule for rule, _, found in measured(hours) if found.crossed is not None}
    said |= {b.rule for b in rest_owed(hours)}
    return said - {w.rule for w in file.waivers if w.since <= at < w.until}
