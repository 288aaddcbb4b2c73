"""A request as lines of text."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from muster.domain.instants import clock_text, dated_text, span_text
from muster.domain.requests import Request
from muster.domain.wording import count_of

if TYPE_CHECKING:
    from muster.services.request_effects import CoverChange, LeaveEffect
    from muster.services.request_history import Given, RequestPage
    from muster.services.request_swaps import SwapEffect

SHOWN = 10
"""So many days or members are listed; --json has all."""


def heading(request: Request, waits_for: str | None, given: "Sequence[Given]") -> str:
    """A request in one line: what is asked for, how it stands, whom it waits for."""
    from muster.services.requests import asked_text

    fared = f", {_fared(given)}" if given else ""
    by = f" by {request.by} ({request.decider})" if request.by else ""
    waits = f", waits for {waits_for}" if waits_for else ""
    return f"{request.request}  {asked_text(request)}: {request.state}{by}{waits}{fared}"


def page_lines(page: "RequestPage", zone: ZoneInfo) -> list[str]:
    """A request in full."""
    r = page.request
    lines = [heading(r, page.waits_for, page.given)]
    for step in page.steps:
        who = f"{step.member} ({step.position})" if step.position else step.member
        why = f": {step.why}" if step.why else ""
        lines.append(f"  {step.what:10}{dated_text(step.at, zone)}  {who}{why}")
    lines += ["  the absence that recorded it was taken back"] if page.taken_back else []
    lines += [f"  although   {said}" for said in r.short]
    lines += [f"  decide     {', '.join(page.deciders[:SHOWN]) or 'nobody may any more'}"] if r.runs else []
    lines += _effect_lines(page.effect, r, zone) if page.effect else []
    return [*lines, *_days(page.given)]


def _effect_lines(effect: "LeaveEffect | SwapEffect", request: Request, zone: ZoneInfo) -> Iterator[str]:
    from muster.services.request_effects import LeaveEffect

    yield from _leave_lines(effect, request, zone) if isinstance(effect, LeaveEffect) else _swap_lines(effect)


def _leave_lines(effect: "LeaveEffect", request: Request, zone: ZoneInfo) -> Iterator[str]:
    since, until = dated_text(effect.since, zone), dated_text(effect.until, zone)
    yield f"  if granted {request.member} is not available from {since} until {until}; {_tours(len(effect.tours))}"
    yield from _cover_lines(effect.cover)
    for away in effect.away[:SHOWN]:
        asks = f" if {away.request} is granted" if away.request else ""
        until = f" until {clock_text(away.until, zone)}" if away.until else ""
        yield f"    also       {away.member} is not available{until}{asks}"
    if len(effect.away) > SHOWN:
        yield f"    also       {len(effect.away) - SHOWN} more; --json has all"


def _swap_lines(effect: "SwapEffect") -> Iterator[str]:
    if effect.moved:
        yield f"  cannot be granted: {'; '.join(effect.moved)}"
        return
    yield "  if granted"
    for c in effect.tours:
        yield f"    {c.day:%a %d %b} {c.member:12}{c.was} to {c.becomes}"
    yield from _cover_lines(effect.cover)
    for line in effect.lines:
        if line.minutes_before is not None and line.minutes_after is not None:
            before, after = (span_text(timedelta(minutes=m)) for m in (line.minutes_before, line.minutes_after))
            yield f"    hours      {line.member} {before} to {after}"
        yield from (f"    BROKEN     {said}" for said in line.broken)
        yield from (f"    caution    {said}" for said in line.cautions)
        yield from (f"    waived     {said}" for said in line.waived)


def _cover_lines(cover: "Sequence[CoverChange]") -> Iterator[str]:
    for c in cover:
        under = "  UNDER ITS MINIMUM" if c.is_short else ""
        yield f"    {c.day:%a %d %b} {c.tour:12}{c.who}: {c.before} to {c.after} of {c.minimum}{under}"


def _tours(number: int) -> str:
    return "no tour falls" if not number else f"{count_of(number, 'tour')} fall{'s' if number == 1 else ''}"


def _fared(given: "Sequence[Given]") -> str:
    known = [g for g in given if g.granted is not None]
    if not known:
        return "no roster published for it"
    return f"granted on {sum(bool(g.granted) for g in known)} of {count_of(len(known), 'day')}"


def _days(given: "Sequence[Given]") -> Iterator[str]:
    for g in given[:SHOWN]:
        says = "no roster published" if g.tour is None else f"{g.tour}: {'granted' if g.granted else 'not granted'}"
        yield f"    {g.day:%a %d %b %Y}  {says}"
    if len(given) > SHOWN:
        yield f"    {len(given) - SHOWN} more days; --json has all"
