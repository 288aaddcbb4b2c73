"""Hours rules of the profile ``muster-advisory`` under which nobody may work, held to every minute that was worked, and
the waivers that let somebody past them. Written from the profile's own table in docs/hours.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.simulated.beliefs import Beliefs, Body, said_minute, span_of
from tests.simulated.worked import Minutes, Span, duties

BREAK, LONGEST, REST = 4 * 60, 18 * 60, 8 * 60


@dataclass(frozen=True)
class Crossed:
    """A rule that was crossed, from when to when."""

    rule: str
    start: int
    end: int


def crossed(minutes: Minutes) -> Iterator[Crossed]:
    """Every rule that somebody's duty crosses, waived or not."""
    found = duties(minutes > 0, BREAK)
    for n, (a, b) in enumerate(found):
        if b - a >= LONGEST:
            yield Crossed("unfit", a + LONGEST, b)
        if n and a - found[n - 1][1] < REST:
            yield Crossed("rest-unfit", a, b)


def waived(waivers: Sequence[Body], crossing: Crossed) -> bool:
    """Whether one waiver lets somebody past a rule for as long as it is crossed."""
    spans = [span_of(w) for w in waivers if w["rule"] == crossing.rule]
    return any(a <= crossing.start and crossing.end <= b for a, b in spans)


def _rests(found: Sequence[Span], waiver: Body) -> list[Span]:
    """The rest, in minutes, before each duty after the one in which a waiver ended, with the minute it begins."""
    under = [n for n, (a, _) in enumerate(found) if a < said_minute(waiver, "until")]
    return [(b[0] - a[1], b[0]) for a, b in pairwise(found[under[-1] :])] if under else []


def unpaid(minutes: Minutes, waiver: Body) -> int | None:
    """When somebody was on duty again without having had, in one piece, the rest owed for a waiver; None: never."""
    for rest, begun in _rests(duties(minutes > 0, BREAK), waiver)[:1]:
        return begun if rest < 60 * waiver["rest_owed_hours"] else None
    return None


def unwaived(beliefs: Beliefs, member: str, minutes: Minutes) -> Iterator[str]:
    """Everything that a member worked past a rule without a waiver in force that says rule, signer and rest owed."""
    waivers = beliefs.mine(member, "waiver")
    for each in crossed(minutes):
        if not waived(waivers, each):
            yield f"{member}: {each.rule} is crossed from minute {each.start} to {each.end}, and nobody signed for it"
    for w in waivers:
        if w["rest_owed_hours"] < 1 or not _stands_over(beliefs, w):
            yield f"{member}: the waiver of {w['rule']} is signed by {w['signed_by']}, who may not, or owes no rest"
        again = unpaid(minutes, w)
        if again is not None and not any(
            x["rule"] == "rest-owed" and span_of(x)[0] <= again < span_of(x)[1] for x in waivers
        ):
            yield f"{member}: on duty again at minute {again} without the {w['rest_owed_hours']} h owed for {w['rule']}"


def _stands_over(beliefs: Beliefs, waiver: Body) -> bool:
    """Whether who signed held a command position in a unit of the member's or above it, and is somebody else."""
    at = span_of(waiver)[0]
    units: set[str] = set()
    for p in held(beliefs, waiver["member"], at):
        unit: str | None = p["unit"]
        while unit is not None:
            units.add(unit)
            unit = beliefs.rows["unit"][unit,].get("parent")
    over = [p for p in held(beliefs, waiver["signed_by"], at) if kind_of(beliefs, p) == "command"]
    return waiver["member"] != waiver["signed_by"] and any(p["unit"] in units for p in over)


def held(beliefs: Beliefs, member: str, at: int) -> list[Body]:
    """The positions that a member holds at a minute."""
    mine = [a for a in beliefs.mine(member, "appointment") if span_of(a)[0] <= at < span_of(a)[1]]
    return [beliefs.rows["position"][a["position"],] for a in mine]


def kind_of(beliefs: Beliefs, position: Body) -> str:
    """Of what kind a position is: command, tour, line or civil."""
    return str(beliefs.rows["title"][position["title"],]["kind"])


def spans_at(minutes: Minutes, at: int) -> Sequence[Span]:
    """Duties up to a minute, the one that runs cut there."""
    return duties(minutes[:at] > 0, BREAK)


def unfit_at(minutes: Minutes, at: int, waivers: Sequence[Body]) -> set[str]:
    """The rules by which somebody is unfit at a minute in which duty runs or has just ended, and that nobody signed
    for then."""
    found = spans_at(minutes, at)
    if not found or found[-1][1] < at:
        return set()
    a, b = found[-1]
    rules = {"unfit"} if b - a >= LONGEST else set()
    if len(found) > 1 and a - found[-2][1] < REST:
        rules.add("rest-unfit")
    for w in waivers:
        if (again := _again(found, w, at)) is not None and again == a:
            rules.add("rest-owed")
    return rules - {w["rule"] for w in waivers if span_of(w)[0] <= at < span_of(w)[1]}


def _again(found: Sequence[Span], waiver: Body, at: int) -> int | None:
    """The beginning of the running duty where the rest owed for a waiver was never had before it."""
    rests = _rests(found, waiver)
    if said_minute(waiver, "until") > at or not rests:
        return None
    return found[-1][0] if max(rests)[0] < 60 * waiver["rest_owed_hours"] else None
