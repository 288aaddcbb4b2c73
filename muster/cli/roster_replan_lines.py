"""What ``muster roster replan`` answers, as text and for JSON."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from muster.cli.shared import first_of
from muster.domain.wording import count_of

if TYPE_CHECKING:
    from muster.domain.replans import Change, Replan

SHOWN = 40


def replan_value(found: "Replan") -> dict[str, object]:
    """All that was found, for JSON."""
    roster = found.roster
    return {
        "unit": roster.unit,
        "changed": len(found.changes),
        "at_least": found.least_changes,
        "short_points": found.short,
        "short_points_at_least": found.least_short,
        "lost": found.lost,
        "changes": found.changes,
        "left": found.left,
        "short_before": found.before,
        "faults": list(roster.faults),
        "crossings": list(roster.crossings),
        "notes": list(roster.notes),
        "seconds": round(roster.seconds, 2),
    }


def replan_told(found: "Replan", first: date) -> Iterator[str]:
    """What fell away, what was changed for what, and what stays short."""
    roster, count = found.roster, len(found.changes)
    yield f"{roster.unit} from {first:%a %d %b %Y}: {count_of(len(found.lost), 'tour')} fell away"
    yield from _first(f"  {lost.member}  {lost.day:%a %d %b}  {lost.tour}" for lost in found.lost)
    yield f"{count_of(count, 'day')} changed; {_proof(found)}"
    yield from _first(
        f"  {c.member}  {c.day:%a %d %b}  {c.before or 'off'} > {c.after or 'off'}: {_serves(found, c)}"
        for c in found.changes
    )
    if found.left:
        more = (
            ", and no roster restores more:" if found.short == found.least_short else "; perhaps more can be restored:"
        )
        yield f"under the minimum all the same{more}"
        yield from _first(f"  {s.day:%a %d %b}  {s.tour}: {s.have} of {s.minimum} {s.who}" for s in found.left)
    else:
        yield "no tour is under its minimum for it"
    if found.before:
        yield f"{count_of(len(found.before), 'tour')} under the minimum as before; --everything restores what can be"
    yield from _first(f"breaks: {fault}" for fault in roster.faults)
    yield from _first(
        f"{'breaks' if c.hard else 'caution'}: {c.member} {c.breach.rule}, {c.breach.says}" for c in roster.crossings
    )
    yield from _first(f"note: {note}" for note in roster.notes)


def _proof(found: "Replan") -> str:
    if len(found.changes) == found.least_changes:
        return "no roster that restores as much has fewer"
    return f"a roster that restores as much has at least {found.least_changes}"


def _serves(found: "Replan", change: "Change") -> str:
    """What a change is for: its covers, or the nearest tour that was given to the member."""
    if change.serves:
        return ", ".join(f"{s.have} of {s.minimum} {s.who}" for s in change.serves)
    others = [c for c in found.changes if c.member == change.member and c.serves]
    if not others:
        return "as the rules ask"
    nearest = min(others, key=lambda c: (abs(c.day - change.day), c.day))
    return f"for {nearest.after} on {nearest.day:%a %d %b}"


def _first(lines: Iterator[str]) -> Iterator[str]:
    return first_of(lines, SHOWN, depth=2)
