"""A member's page, and the page of whoever asks, as HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from muster.documents.days import days_svg
from muster.domain.days import Curve, Days, Mark
from muster.domain.instants import span_text
from muster.domain.limits import Level
from muster.services.gate import Viewer
from muster.services.member_desk import MemberSeen, Mine
from muster.services.member_file import Plain
from muster.services.to_come import Coming
from muster.web.command_screens import near, stretch, words
from muster.web.showing import Place, shown

EVERY: Final = timedelta(hours=3)
"""So far apart stand the rows of the table beside the picture."""
LOOKS: Final = 30
"""So many who looked at the page are named."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the picture shows at an instant. ``kss`` and ``lapses``: the least and the most under the plausible sleeps;
    None while asleep. ``kind``: of the duty; None: off. ``marks``: the limits crossed since the reading before."""

    at: datetime
    kind: str | None
    level: Level
    kss: tuple[float, float] | None
    lapses: tuple[float, float] | None
    marks: Sequence[Mark]


def member_screen(seen: MemberSeen, place: Place, viewer: Viewer) -> str:
    """The page of a member, as much of it as the viewer may read."""
    path = f"member/{seen.plain.member.member}"
    more = {"seen": seen, "plain": seen.plain, "file": seen.file, **_of(seen)}
    sentence = _sentence(seen, place)
    return shown(
        "member", path, place, seen.plain.at, viewer=viewer, area="command", sentence=sentence, **more,
        **words(place.zone),
    )  # fmt: skip


def my_screen(
    mine: Mine | None, now: datetime, place: Place, viewer: Viewer, *, address: str = "", said: str = ""
) -> str:
    """The page of whoever asks: when they are next on duty, their hours, their requests. None: nobody of the force.
    ``address``: of the calendar link that was just made; ``said``: why none was."""
    if mine is None or mine.seen.file is None:
        return shown("nobody", "me", place, place.at or now, viewer=viewer)
    seen, file = mine.seen, mine.seen.file
    more = {"plain": seen.plain, "file": file, "link": mine.link, "address": address, "said": said}
    more["offered"] = mine.offered
    more["sentence"] = next_duty(file.coming, seen.plain, place)
    return shown("me", "me", place, seen.plain.at, viewer=viewer, **more, **words(place.zone))


def next_duty(coming: Sequence[Coming], plain: Plain, place: Place) -> str:
    """When somebody is next on duty, in a sentence to them."""
    zone = place.zone
    after = next((c for c in coming if c.start > plain.at), None)
    where = f", {after.unit}" if after is not None and after.unit else ""
    then = "" if after is None else stretch(after.start, after.end, zone) + where
    if plain.says.startswith("on duty"):
        running = next((c for c in coming if c.start <= plain.at), None)
        until = "" if running is None else f" until {near(running.end, zone)}"
        return f"You are {plain.says}{until}." + (f" Then next {then}." if then else "")
    return f"You are next on duty {then}." if then else "No duty of yours is planned in the next four weeks."


def _of(seen: MemberSeen) -> dict[str, object]:
    if seen.file is None or seen.days is None:
        return {}
    return {
        "picture": Markup(days_svg(seen.days, styled=False)),  # whatever is written in it was escaped there
        "readings": readings(seen.days),
        "crossed": [r for r in seen.file.duty.rules if r.crossed is not None],
        "looks": seen.file.looks[:LOOKS],
        "spread": _spread,
    }


def readings(days: Days) -> list[Reading]:
    """What the picture shows at its end, and every three hours before that, at full hours; the latest first."""
    if days.kss is None:
        return []
    instants = list(days.kss.instants)
    hours = range(0, len(instants), EVERY // (instants[1] - instants[0]))
    shown = sorted({*hours, len(instants) - 1})
    before = [None, *(instants[n] for n in shown)]
    return [_reading(days, instants[n], n, since) for n, since in zip(shown, before, strict=False)][::-1]


def _reading(days: Days, at: datetime, n: int, since: datetime | None) -> Reading:
    kind = next((e.kind for e in days.entries if e.start <= at < e.end or at == e.end == days.until), None)
    level = [level for start, _, level in days.levels if start <= at][-1]
    marks = [m for m in days.marks if (since is None or since < m.at) and m.at <= at]
    return Reading(at, kind, level, _values(days.kss, n), _values(days.lapses, n), marks)


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
    verdict, page = seen.file.duty.verdict, seen.file.page
    rest = f"; protected rest until {near(page.protected_until, place.zone)}" if page.protected_until else ""
    owed = "owed" if verdict.rules.relief_owed_since else ""
    owed = "overdue" if verdict.rules.relief_overdue_since else owed
    relief = f"; relief is {owed}" if owed and page.status.state == "on-duty" else ""
    return f"{who} {seen.plain.member.member}: {verdict.level}, {_where(seen)}{relief}{rest}."


def _where(seen: MemberSeen) -> str:
    """Where the member is and how long they were on duty, for whoever may read it."""
    assert seen.file is not None
    status, length = seen.file.page.status, seen.file.duty.verdict.rules.continuous
    hours = f" for {span_text(length)}" if length else ""
    if status.state == "on-duty":
        return seen.plain.says.replace("on duty", f"on duty{hours}", 1)
    away = f"absent ({status.source})" if status.state == "absent" else "off duty"
    here = seen.plain.says if status.state == "separated" else away
    return f"{here} after {span_text(length)} on duty" if length else here
