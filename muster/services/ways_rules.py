"""What would follow from a duty that nobody has yet: which hard rules it would newly cross, and whether one waiver that
somebody may sign would let it pass."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from math import ceil
from typing import Final

from muster.domain.duty import Signing, Waiver
from muster.domain.errors import MusterError
from muster.domain.instants import on_clock, span_text
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.limits import Breach, Level
from muster.domain.planned_lines import crossings
from muster.domain.presence import DutyFile, planned_turns
from muster.domain.profiles import REST_OWED
from muster.domain.snapshot import path_up
from muster.domain.spans import Span
from muster.domain.ways_out import Waived
from muster.services.offices import must_stand_over
from muster.services.ways_ground import Grounds

MINUTE: Final = timedelta(minutes=1)
RELIEF: Final[tuple[tuple[str, Level], ...]] = (("relief-overdue", "unfit"), ("relief-owed", "caution"))
"""The limits of relief, the worst first, and what they come to where a duty is thought of."""
TRIES: Final = 4
"""So often a waiver is made longer, where what it lets pass goes on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change of a member's duty comes to. ``waived``: without it a hard rule would be crossed; ``why`` not None:
    it cannot be, in words. ``file``: theirs with the change, and with the waiver."""

    file: DutyFile
    cautions: tuple[str, ...] = ()
    waived: Waived | None = None
    why: str | None = None


def judged(grounds: Grounds, before: DutyFile, after: DutyFile, duty: Span, since: datetime | None = None) -> Verdict:
    """What follows from having this duty as the second file has it and the first has not. ``since``: from when on they
    differ, where that is before the duty."""
    start = _morning(grounds, min(duty[0], grounds.ask.turn.start, since or duty[0]))
    new = newly_crossed(grounds, before, after, start)
    hard = [b for b in new if b.level == "unfit"]
    cautions = tuple(dict.fromkeys(b.says for b in new if b.level == "caution"))
    if not hard:
        return Verdict(after, cautions)
    rules = sorted({b.rule for b in hard})
    if len(rules) > 1 or rules[0] == REST_OWED:
        return Verdict(after, cautions, why=f"would be unfit: {'; '.join(dict.fromkeys(b.says for b in hard))}")
    return _waived(grounds, before, after, duty, start, hard) or Verdict(
        after, cautions, why=f"would be unfit: {hard[0].says}, and a waiver of {rules[0]} would not do"
    )


def _morning(grounds: Grounds, at: datetime) -> datetime:
    zone = grounds.ground.period.zone
    return on_clock(at.astimezone(zone).date(), time(), zone)


def newly_crossed(grounds: Grounds, before: DutyFile, after: DutyFile, start: datetime) -> list[Breach]:
    """The limits that the second file crosses and the first does not, from an instant on, those of relief with them."""
    ground = grounds.ground

    def crossed(file: DutyFile) -> list[Breach]:
        found = crossings(file, ground.schedule, ground.profile, start, grounds.until)
        return [*found, *_relief_due(grounds, file, start)]

    found = crossed(after)
    there = {(b.rule, b.since) for b in crossed(before)} if found else set()
    return [b for b in found if (b.rule, b.since) not in there]


def _relief_due(grounds: Grounds, file: DutyFile, start: datetime) -> Iterator[Breach]:
    """Duties in one piece that are longer than the limits of relief, seen at their end: whoever has to be relieved
    fills nothing to its end, so one whose relief is overdue needs a waiver, as one beyond a hard rule does."""
    profile = grounds.ground.profile
    ledger = ledger_of(file, grounds.ground.schedule, start - timedelta(days=2), grounds.until)
    for a, b in ledger.blocks(profile.break_length):
        for rule, level in RELIEF:
            limit = profile.limits.get(rule)
            if limit is not None and b > start and b - a > limit.span:
                if not any(w.rule == rule and w.since <= b < w.until for w in file.waivers):
                    words = f"on duty {span_text(b - a)} in one piece, relief {rule.partition('-')[2]} from"
                    yield Breach(rule, level, b, f"{words} {limit.number:g} h ({limit.source})")
                break


def _waived(
    grounds: Grounds, before: DutyFile, after: DutyFile, duty: Span, start: datetime, hard: Sequence[Breach]
) -> Verdict | None:
    """The verdict with a waiver of the one rule, where that is all that is missing and somebody may sign it."""
    since = min(_began(grounds, after, b.since) for b in hard)
    until = max(duty[1], *(b.since for b in hard))
    owed = max(1, ceil(grounds.ground.profile.protected_rest / timedelta(hours=1)))
    signed = _signer(grounds, after.member, since)
    if signed is None:
        return None
    for _ in range(TRIES):
        until = _whole_minute(until) + MINUTE
        waiver = Waiver(
            member=after.member,
            rule=hard[0].rule,
            since=since,
            until=until,
            signed_by=signed[1],
            rest_owed_hours=owed,
        )
        file = replace(after, waivers=(*after.waivers, waiver))
        new = newly_crossed(grounds, before, file, start)
        left = [b for b in new if b.level == "unfit"]
        if not left:
            says = hard[0].says
            family = waiver.rule.removesuffix("-unfit")
            cautions = tuple(dict.fromkeys(b.says for b in new if b.rule.removesuffix("-caution") != family))
            return Verdict(file, cautions, Waived(waiver.rule, says, since, until, owed, *signed))
        if any(b.rule != waiver.rule for b in left):
            return None
        until = max(b.since for b in left)
    return None


def _began(grounds: Grounds, file: DutyFile, at: datetime) -> datetime:
    """When the duty began that runs at an instant, or that was the last before it; the instant where there was none."""
    ledger = ledger_of(file, grounds.ground.schedule, at - timedelta(days=2), at)
    blocks = ledger.blocks(grounds.ground.profile.break_length)
    return min(blocks[-1][0], at) if blocks else at


def _whole_minute(at: datetime) -> datetime:
    return at if not (at.second or at.microsecond) else at.replace(second=0, microsecond=0) + MINUTE


def _signer(grounds: Grounds, member: str, since: datetime) -> tuple[str, str] | None:
    """The lowest command position whose holder may sign a waiver for the member, with who holds it."""
    for position in grounds.commands(path_up(grounds.units, grounds.ask.unit)):
        signer = grounds.holder(position, since)
        if signer is not None and signer != member and _may(must_stand_over, grounds, signer, member, since):
            return position, signer
    return None


def _may(asked: Callable[..., None], grounds: Grounds, by: str, member: str, at: datetime) -> bool:
    try:
        asked(grounds.views, by, member, at)
    except MusterError:
        return False
    return True


def on_from(file: DutyFile, grounds: Grounds, start: datetime, end: datetime, unit: str) -> tuple[DutyFile, datetime]:
    """The file of somebody who signs on for a time in the unit, and when they sign off: at its end, or at that of their
    own tour, where that follows without a break."""
    off = _end_of(file, grounds, end)
    signings = (
        Signing(member=file.member, at=start, kind="on", unit=unit),
        Signing(member=file.member, at=off, kind="off"),
    )
    return replace(file, signings=_in_order([*file.signings, *signings])), off


def held_to(file: DutyFile, grounds: Grounds, start: datetime, end: datetime, unit: str) -> tuple[DutyFile, datetime]:
    """The file of somebody who is held over from the end of their tour to an instant, and when they sign off."""
    made, off = on_from(file, grounds, start, end, unit)
    held = (replace(s, kind="held-over") if s.at == start and s.kind == "on" else s for s in made.signings)
    return replace(made, signings=tuple(held)), off


def _end_of(file: DutyFile, grounds: Grounds, end: datetime) -> datetime:
    turns = [t for t, _, _ in planned_turns(file, grounds.ground.schedule, end - MINUTE, end + timedelta(days=2))]
    for turn in turns:
        if turn.start <= end < turn.end:
            end = turn.end
    return end


def _in_order(signings: Sequence[Signing]) -> tuple[Signing, ...]:
    return tuple(sorted(signings, key=lambda s: (s.at, s.kind != "off", s.kind)))


def hours_of(grounds: Grounds, file: DutyFile, end: datetime) -> tuple[timedelta, timedelta]:
    """The hours of the 7 and of the 28 days to an instant."""
    ledger: Ledger = ledger_of(file, grounds.ground.schedule, end - timedelta(days=28), end)
    return ledger.counted(end - timedelta(days=7), end), ledger.counted(end - timedelta(days=28), end)
