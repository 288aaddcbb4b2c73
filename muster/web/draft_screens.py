"""A draft as it is shown: how far it is, its grid, what would be in the way of publishing it, and signing it."""

from typing import Any

from muster.domain.grids import Grid
from muster.domain.rosters import UnitRoster
from muster.services.draft_desk import Draft
from muster.web import roster_screens
from muster.web.planning import at_most
from muster.web.showing import Place


def draft_words(
    draft: Draft | None, found: UnitRoster | None, grid: Grid | None, place: Place, *, runs: bool
) -> dict[str, Any]:
    """What the page of a draft, or of how to make one, says of it."""
    words: dict[str, Any] = {
        "says": _says(draft, found, grid, runs=runs),
        "far": "" if draft is None else _far(draft, found, runs=runs),
        "wrong": [] if draft is None else at_most(draft.wrong),
    }
    return words if grid is None else words | roster_screens.table(grid, place)


def _says(draft: Draft | None, found: UnitRoster | None, grid: Grid | None, *, runs: bool) -> str:
    """How far it is, in a sentence. Where a file leaves members out, cover is as the grid says: their charts go on."""
    if draft is None:
        return "no roster is being made"
    if runs:
        return "the best roster is looked for"
    if found is None:
        return f"no roster was found: {draft.fault}"
    others = 0 if grid is None or draft.case else sum(line.member not in found.lines for line in grid.lines)
    if others:
        kept = "1 other keeps their chart" if others == 1 else f"{others} others keep their charts"
        whom = f"{len(found.lines)} member{'' if len(found.lines) == 1 else 's'}"
        return f"a draft of {found.first} to {found.dates[-1]} for {whom}, {kept}, nothing is published yet"
    under = sum(s.is_short for s in found.shortages)
    short = f"{under} {'tour is' if under == 1 else 'tours are'} under the minimum" if under else "every minimum is met"
    return f"a draft of {found.first} to {found.dates[-1]}, {short}, nothing is published yet"


def _far(draft: Draft, found: UnitRoster | None, *, runs: bool) -> str:
    """How good it is proved to be."""
    if found is not None:
        return "It came in a file: how good it is was not proved." if draft.case is None else proved_says(found)
    progress = draft.progress
    if progress is None or not runs:
        return "Nothing is found yet, and nothing is proved." if runs else ""
    if progress.penalty is None:
        return f"No roster is found yet; none costs less than {progress.bound:,.0f} points."
    return f"The best so far costs {gap_says(progress.penalty, progress.bound)}"


def proved_says(roster: UnitRoster) -> str:
    """How good a roster that was solved is proved to be."""
    return f"It costs {gap_says(roster.total, roster.bound)}"


def gap_says(penalty: float, bound: float) -> str:
    """What a roster costs, and what none costs less than, in words."""
    if penalty <= bound:
        return f"{penalty:,.0f} points, and no roster less: it is proved to be the best."
    saved = (penalty - bound) / penalty
    return f"{penalty:,.0f} points, and no roster less than {max(0.0, bound):,.0f}: at most {saved:.1%} can be saved."
