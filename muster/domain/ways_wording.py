"""The ways out of a shortage in words: the tour that is short, each way with what it costs and does, who is none."""

from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.instants import clock_text, span_text
from muster.domain.ways_out import Kind, Way, WaysOut
from muster.domain.wording import count_of

KINDS: Final[Mapping[Kind, str]] = {
    "move": "move from another tour",
    "leave": "move a leave",
    "loan": "loan from a neighbour",
    "call-in": "call-in from a day off",
    "order": "call-in by order",
    "hold-over": "hold-over",
    "early": "in early",
}
AHEAD_TOLD: Final = 3
"""So many who are ahead on the list are named."""


def short_says(found: WaysOut) -> str:
    """Which tour is short of how many, and when."""
    zone, post = ZoneInfo(found.zone), found.post
    since, until = (clock_text(at, zone, post.day) for at in found.short)
    return (
        f"{post.unit}, {post.tour} on {post.day:%a %d %b %Y}: {found.have} of {found.minimum} {post.who}; "
        f"{found.missing} missing, {since} to {until}"
    )


def filled_says(found: WaysOut) -> str:
    """How many of the places the cheapest set fills."""
    filled = len(found.cheapest)
    if not filled:
        return "no way fills a place"
    return f"cheapest: fills {'all' if filled == found.missing else f'{filled} of {found.missing}; no set fills more'}"


def way_says(way: Way, found: WaysOut) -> str:
    """Who it is, from where, for which part, and their overtime."""
    zone, day = ZoneInfo(found.zone), found.post.day
    since, until = (clock_text(at, zone, day) for at in way.covers)
    part = "" if way.whole else f", only {since} to {until}"
    overtime = f"{span_text(way.overtime)} of" if way.overtime else "no"
    return f"{way.member} {way.name}, {way.of}{part}: {overtime} overtime"


def effects_of(way: Way) -> Iterator[str]:
    """What it does beside that: hours, cover that it takes from, limits, waivers, who is passed over."""
    if way.in_week is not None and way.in_four_weeks is not None:
        yield f"then {span_text(way.in_week)} in 7 days, {span_text(way.in_four_weeks)} in 28"
    for left in way.uses:
        of = f"{left.post.unit} {left.post.tour} on {left.post.day:%a %d %b}"
        yield f"{of}: {left.have} {left.post.who} before, {left.after} after, needs {left.minimum}"
    if way.days_moved:
        yield f"the leave is {count_of(abs(way.days_moved), 'day')} {'later' if way.days_moved > 0 else 'earlier'}"
    yield from (f"caution: {says}" for says in way.cautions)
    if way.waived:
        w = way.waived
        yield f"needs a waiver of {w.rule}: {w.says}; {w.rest_owed_hours} h of rest owed; {w.by} ({w.signer}) may sign"
    if way.past:
        yield f"past the contract: {way.past}"
    if way.ahead:
        yield f"ahead on the list: {', '.join(way.ahead[:AHEAD_TOLD])}{' and more' if way.ahead[AHEAD_TOLD:] else ''}"


def barred_by_reason(found: WaysOut) -> list[tuple[str, list[str]]]:
    """Why others are no way: each reason with its members, those of most members first."""
    reasons: dict[str, list[str]] = {}
    for barred in found.barred:
        reasons.setdefault(barred.says, []).append(barred.member)
    return sorted(reasons.items(), key=lambda each: (-len(each[1]), each[0]))
