"""Who is sent to which sector of a tour, from the sectors, ranks, qualifications and former calls in the record."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from muster.domain.cover import OFFICERS, SUPERVISORS
from muster.domain.errors import Check, require
from muster.domain.force import Position, Rank
from muster.domain.roll_calls import Line, RollCall, State
from muster.domain.sectoring import Filled, Hand, assigned, filled, shared_out
from muster.domain.sectors import Sector
from muster.domain.span import SpanLimit
from muster.ports import Views
from muster.services.roll_ground import Asked, standing_of

LATELY: Final = 7
"""Days before the tour in which somebody had a sector on it last."""
AWAY: Final[Mapping[State, str]] = {
    "no-show": "did not come",
    "absent": "absent",
    "elsewhere": "elsewhere",
    "signed-off": "signed off",
}
Counts = Mapping[str, Collection[str]]
"""As what members count for cover: officers, supervisors, tour positions, qualifications."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The sectors of a tour, who is sent to each, who supervises each, and everybody who could be sent."""

    sectors: Sequence[Sector]
    places: Mapping[str, str]
    led: Mapping[str, tuple[str, ...]]
    hands: Mapping[str, Hand]

    def on(self, call: RollCall) -> RollCall:
        """The roll call with who was sent where."""
        return replace(
            call,
            sectors=tuple(f"{member}/{sector}" for member, sector in sorted(self.places.items())),
            by_hand=tuple(sorted(h.member for h in self.hands.values() if h.by_hand)),
            led=tuple(sorted(f"{member}/{sector}" for sector, members in self.led.items() for member in members)),
        )


def sectors_on(views: Views, asked: Asked) -> list[Sector]:
    """The sectors of the tour."""
    start, tour = asked.turn.start, asked.turn.tour
    return views.rows(Sector, at=start, known_at=asked.known_at, unit=asked.unit, tour=tour)


def sent(
    views: Views,
    asked: Asked,
    counts: Counts,
    limit: SpanLimit,
    before: RollCall | None = None,
    by_hand: Mapping[str, str] | None = None,
) -> Sent:
    """Who of those there goes where. ``counts``: as what each of them counts; ``before``: the call of this very tour,
    whose sectors members keep; ``by_hand``: who is sent where by name, now."""
    sectors = sectors_on(views, asked)
    stands = {m: s for m, s in before.places.items() if m in counts} if before else {}
    named = {m: stands[m] for m in (before.by_hand if before else ()) if m in stands} | dict(by_hand or {})
    known = {s.sector for s in sectors}
    hands = _hands(views, asked, counts, named) if sectors else {}
    for member, hand in hands.items():
        if named.get(member) in known:
            hands[member] = replace(hand, had=named[member], by_hand=True)
        elif member in stands:
            hands[member] = replace(hand, had=stands[member], stands=True)
    standings = {r.rank: r.standing for r in views.rows(Rank, known_at=asked.known_at)}
    places = assigned(sectors, hands.values(), standings)
    led = shared_out(Counter(places.values()), [m for m, of in counts.items() if SUPERVISORS in of], limit)
    return Sent(sectors, places, led, hands)


def must_be_sendable(views: Views, asked: Asked, here: Collection[str], assign: Mapping[str, str]) -> None:
    """Raise ``Invalid`` for whoever cannot be sent by name: who is not there, or to what is no sector of the tour."""
    known = [s.sector for s in sectors_on(views, asked)]
    must = f"must be a sector of this tour: {', '.join(known)}" if known else "must be in sectors.csv, for this tour"
    require(
        f"sectors of {asked.unit} {asked.turn.tour} of {asked.turn.day}",
        *(Check("assign", f"{m}={s}", m in here, "must be there") for m, s in sorted(assign.items())),
        *(Check("assign", f"{m}={s}", s in known, must) for m, s in sorted(assign.items())),
    )


def _hands(views: Views, asked: Asked, counts: Counts, named: Collection[str]) -> dict[str, Hand]:
    """Who can be sent, with the sector they had on this tour last: officers there who hold no tour position of the
    unit, and whoever is named."""
    posts = {p.position for p in views.rows(Position, known_at=asked.known_at, unit=asked.unit)}
    names = sorted(m for m, of in counts.items() if m in named or (OFFICERS in of and not posts.intersection(of)))
    standing, _ = standing_of(views, asked, names)
    had = _had(views, asked)
    return {m: Hand(m, standing.members.get(m, 0), frozenset(counts[m]), had.get(m)) for m in names}


def _had(views: Views, asked: Asked) -> dict[str, str]:
    days = [asked.turn.day - timedelta(days=n) for n in range(1, LATELY + 1)]
    keys = {f"{asked.unit}/{asked.turn.tour}/{day}" for day in days}
    calls = sorted(views.rows(RollCall, known_at=asked.known_at, key=keys), key=lambda c: c.day)
    return {member: sector for call in calls for member, sector in call.places.items()}


def sectors_shown(
    views: Views, asked: Asked, lines: Sequence[Line], counts: Counts, call: RollCall | None, limit: SpanLimit
) -> tuple[tuple[Filled, ...], tuple[str, ...]]:
    """The sectors of a tour as a roll call filled them; without one, as they would be if everybody comes who is still
    to. And who could be sent to one, and has none. ``counts``: as what everybody on the roll counts."""
    there = {x.member: counts[x.member] for x in lines if _is_there(x)}
    plan = sent(views, asked, there, limit)
    if call is not None:
        sectors = [*plan.sectors, *_gone(plan.sectors, call, asked)]
        hands = _hands(views, asked, {m: counts.get(m, ()) for m in {*there, *call.places}}, call.places)
        hands = {m: replace(hand, by_hand=m in call.by_hand) for m, hand in hands.items()}
        plan = Sent(sectors, call.places, call.leads, hands)
    gone = [x.member for x in lines if call is not None and asked.at >= call.at and not x.is_here]
    found = filled(plan.sectors, plan.places, plan.led, plan.hands, away_says(lines, counts), gone)
    return tuple(found), tuple(m for m in plan.hands if m not in plan.places) if found else ()


def _is_there(line: Line) -> bool:
    return (line.is_here or line.is_to_come) and line.state != "held-over"


def _gone(known: Iterable[Sector], call: RollCall, asked: Asked) -> Iterator[Sector]:
    """Sectors to which the call sent members, and which the force no longer has on this tour."""
    of = Counter(call.places.values())
    for name in sorted(of.keys() - {s.sector for s in known}):
        tour = asked.turn.tour
        yield Sector(unit=asked.unit, sector=name, tour=tour, order=999, least=0, most=of[name])


def away_says(lines: Iterable[Line], counts: Counts) -> str:
    """How many officers of the tour are not there, and why as everybody may know it."""
    states = Counter(x.state for x in lines if x.planned and not x.is_here and OFFICERS in counts.get(x.member, ()))
    return ", ".join(f"{states[state]} {says}" for state, says in AWAY.items() if states[state])
