"""Call-ins as they are shown: those of a unit, the list that a need has, and the offers as answers come in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from muster.domain.calling_list import Line
from muster.domain.calling_offers import STANDS
from muster.domain.instants import span_text
from muster.domain.spans import NO_TIME
from muster.services.call_in_desk import CallInSeen, UnitCallIns
from muster.services.gate import Viewer
from muster.services.offers import asked_now
from muster.web.command_screens import words
from muster.web.live import Parts
from muster.web.returned import Returned
from muster.web.showing import Place, shown, template_of
from muster.web.showing import words as every_word

MOST: Final = 40
"""So many places of each part of the list are shown."""
WHATS: Final = {
    "accepted": "comes",
    "refused": "does not want to",
    "not-reached": "not reached",
    "ordered": "ordered",
    "excused": "was to come and need not",
    "no-show": "was to come and did not",
}
"""What came of asking or ordering somebody, as it is chosen."""


def path_of(name: str) -> str:
    """Where a call-in is."""
    return f"call-in/{quote(name, safe='')}"


def unit_screen(
    seen: UnitCallIns,
    found: CallInSeen | None,
    place: Place,
    at: datetime,
    viewer: Viewer,
    sent: Returned,
) -> str:
    """The call-ins of a unit, and the form to open one; ``found``: the list that what is typed would have."""
    more = {"of": seen, "sent": sent, "path_of": path_of, **({} if found is None else _of(found))}
    said_too = words(place.zone)
    path = f"call-ins/{quote(seen.unit, safe='')}"
    return shown("call_ins", path, place, at, viewer=viewer, area="roster", found=found, **more, **said_too)


def call_in_screen(seen: CallInSeen, place: Place, at: datetime, viewer: Viewer, edition: str, sent: Returned) -> str:
    """A call-in, and the forms to offer it and to note what came of it."""
    needed = seen.call_in.since if seen.call_in.since > at else seen.call_in.until
    latest = min(at + timedelta(hours=2), needed).astimezone(place.zone)
    more = {**_words(seen, viewer, place), "edition": edition, "sent": sent, "whats": WHATS}
    more["names"] = {line.member: line.name for line in (*seen.list.offers, *seen.list.orders)}
    more["latest"] = f"{latest:%Y-%m-%dT%H:%M}"
    return shown("call_in", path_of(seen.call_in.call_in), place, at, **more)


def call_in_parts(seen: CallInSeen, place: Place, at: datetime, viewer: Viewer) -> Parts:
    """What changes of it while answers come in, in parts."""
    said = every_word(path_of(seen.call_in.call_in), place, at, **_words(seen, viewer, place))
    made: Any = template_of("call_in_parts").make_module(said)
    parts = {"answer": str(made.answer()), "rounds": str(made.rounds()), "list": str(made.list())}
    return Parts(parts, parts)


def _words(seen: CallInSeen, viewer: Viewer, place: Place) -> dict[str, Any]:
    return {"viewer": viewer, "area": "roster", "path_of": path_of, **_of(seen), **words(place.zone)}


def _of(seen: CallInSeen) -> dict[str, Any]:
    found, asked = seen.list, asked_now(seen.rounds)
    return {
        "seen": seen,
        "need": seen.call_in,
        "stands": lambda line: line.stands(asked.get(line.member) if line.part == "offer" else None),
        "numbers": lambda line: ", ".join(_numbers(line)),
        "listed": MOST,
        "offer_words": STANDS,
        "next": found.next,
        "open": [line.member for line in found.offers if line.is_open],
    }


def _numbers(line: Line) -> Iterator[str]:
    """By what a place was reckoned."""
    yield f"overtime this year {span_text(line.overtime)}"
    if line.refused:
        yield f"refused {span_text(line.refused)}"
    if line.ordered > NO_TIME:
        yield f"ordered in 7 days {span_text(line.ordered)}"
    yield f"in the force since {line.joined}" if line.joined else "first day in the force not known"
    if not line.own_tour:
        yield "opposite shift"
