"""A member's page, and the page of whoever asks, as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from muster.documents.days import days_svg
from muster.domain.days import Curve, Days
from muster.domain.instants import span_text
from muster.domain.limits import Level
from muster.services.gate import Viewer
from muster.services.member_desk import MemberSeen, Mine
from muster.services.member_file import MemberFile, Plain
from muster.services.to_come import Coming
from muster.web.command_screens import when, words
from muster.web.showing import Place, shown

EVERY: Final = timedelta(hours=3)
"""So far apart stand the rows of the table beside the picture."""
LOOKS: Final = 30
"""So many who looked at the page are named."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the picture shows at an instant. ``kss`` and ``lapses``: the least and the most under the plausible sleeps;
    None while asleep. ``kind``: of the duty; None: off."""

    at: datetime
    kind: str | None
    level: Level
    kss: tuple[float, float] | None
    lapses: tuple[float, float] | None


def member_screen(seen: MemberSeen, place: Place, viewer: Viewer) -> str:
    """The page of a member, as much of it as the viewer may read."""
    path = f"member/{seen.plain.member.member}"
    more = {"seen": seen, "plain": seen.plain, "file": seen.file, **_of(seen.file, place)}
    sentence = _sentence(seen, place)
    return shown(
        "member", path, place, seen.plain.at, viewer=viewer, area="command", sentence=sentence, **more,
        **words(place.zone),
    )  # fmt: skip


def my_screen(mine: Mine | None, now: datetime, place: Place, viewer: Viewer) -> str:
    """The page of whoever asks: when they are next on duty, their hours, their requests. None: nobody of the force."""
    if mine is None or mine.seen.file is None:
        return shown("nobody", "me", place, place.at or now, viewer=viewer)
    seen, file = mine.seen, mine.seen.file
    more = {"plain": seen.plain, "file": file, "link": mine.link, "sentence": next_duty(file.coming, seen.plain, place)}
    return shown("me", "me", place, seen.plain.at, viewer=viewer, **more, **words(place.zone))


def next_duty(coming: Sequence[Coming], plain: Plain, place: Place) -> str:
    """When somebody is next on duty, in a sentence to them."""
    here = plain.says if plain.says.startswith("on duty") else None
    after = next((c for c in coming if c.start > plain.at), None)
    then = "" if after is None else f"{_span(after, place)}{f', {after.unit}' if after.unit else ''}"
    if here is not None:
        running = next((c for c in coming if c.start <= plain.at), None)
        until = "" if running is None else f" until {when(running.end, place.zone)}"
        return f"You are {here}{until}." + (f" Then next {then}." if then else "")
    return f"You are next on duty {then}." if then else "No duty of yours is planned in the next four weeks."


def _span(c: Coming, place: Place) -> str:
    start, end = c.start.astimezone(place.zone), c.end.astimezone(place.zone)
    return (
        f"{when(c.start, place.zone)} to {end:%H:%M}"
        if start.date() == end.date()
        else (f"{when(c.start, place.zone)} to {when(c.end, place.zone)}")
    )


def _of(file: MemberFile | None, place: Place) -> dict[str, object]:
    if file is None:
        return {}
    return {
        "picture": Markup(days_svg(file.days, styled=False)),  # whatever is written in it was escaped there
        "readings": readings(file.days),
        "crossed": [r for r in file.duty.rules if r.crossed is not None],
        "looks": file.looks[:LOOKS],
        "spread": _spread,
    }


def readings(days: Days) -> list[Reading]:
    """What the picture shows at its end, and every three hours before that, at full hours; the latest first."""
    if days.kss is None:
        return []
    instants = list(days.kss.instants)
    hours = range(0, len(instants), EVERY // (instants[1] - instants[0]))
    return [_reading(days, n) for n in sorted({*hours, len(instants) - 1}, reverse=True)]


def _reading(days: Days, n: int) -> Reading:
    assert days.kss is not None
    at = days.kss.instants[n]
    kind = next((e.kind for e in days.entries if e.start <= at < e.end), None)
    level = [level for start, _, level in days.levels if start <= at][-1]
    return Reading(at, kind, level, _values(days.kss, n), _values(days.lapses, n))


def _values(curve: Curve | None, n: int) -> tuple[float, float] | None:
    least, most = (None, None) if curve is None else (curve.least[n], curve.most[n])
    return None if least is None or most is None else (least, most)


def _spread(pair: tuple[float, float] | None) -> str:
    """Two values as one where they look alike; of somebody asleep none."""
    if pair is None:
        return "asleep"
    least, most = (f"{value + 0.0:.1f}" for value in pair)
    return least if least == most else f"{least} to {most}"


def _sentence(seen: MemberSeen, place: Place) -> str:
    """The member in a sentence that could be read out."""
    who = seen.plain.posts[0].title if seen.plain.posts else seen.plain.rank or "Member"
    if seen.file is None:
        return f"{who} {seen.plain.member.member}: {seen.plain.says}."
    rules, page = seen.file.duty.verdict, seen.file.page
    hours = f", {span_text(rules.rules.continuous)} on duty" if rules.rules.since else ""
    rest = f"; protected rest until {when(page.protected_until, place.zone)}" if page.protected_until else ""
    owed = (
        "; relief is overdue"
        if rules.rules.relief_overdue_since
        else ("; relief is owed" if rules.rules.relief_owed_since else "")
    )
    return f"{who} {seen.plain.member.member}: {rules.level}{hours}, {_where(seen)}{owed}{rest}."


def _where(seen: MemberSeen) -> str:
    """Where the member is, for whoever may read why."""
    status = seen.file.page.status if seen.file else None
    if status is not None and status.state == "absent":
        return f"absent ({status.source})"
    return seen.plain.says if status is None or status.state != "off" else "off duty"
