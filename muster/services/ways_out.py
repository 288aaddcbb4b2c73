"""The ways out of a shortage: everybody who could fill a place of the tour, what it costs and takes, how it is done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from muster.domain.cover import Cover
from muster.domain.errors import Check, Invalid, require
from muster.domain.force import Unit
from muster.domain.members import Member
from muster.domain.spans import Span
from muster.domain.ways_out import Barred, Cost, Fill, Post, Way, WaysOut, cheapest
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.roll_calls import turn_of
from muster.services.roster_ground import covered_units
from muster.services.ways_calling import STEP, Need, Parts, called, held_over, in_early
from muster.services.ways_commands import Typed
from muster.services.ways_ground import Ask, Grounds, grounds
from muster.services.ways_inside import leaves_moved, moved
from muster.services.ways_lent import lent, neighbours

PAIRS_TOLD = 5
"""So many pairs of halves are told, or as many as the cheapest set has."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a tour of a unit on a day, of whom (None: the one cover that is short), and who is supposed to be
    absent. ``said``: the instant ``at`` was given and does not follow the clock."""

    unit: str
    day: date
    tour: str
    who: str | None
    absent: Sequence[str]
    at: datetime
    said: bool = True


def ways_out(views: Views, asked: Question, viewer: str | None = None) -> WaysOut:
    """The ways out of the shortage, cheapest first. ``viewer``: what tells of leave or rest as this member may read it;
    None: all. Raises ``Unknown``, and ``Invalid`` with all that is wrong with the question."""
    covered_units(views, [asked.unit])
    turn = turn_of(views, asked.unit, asked.tour, asked.day, asked.at)
    reader = None if viewer is None else Reader(views, viewer, asked.at)
    known = {m.member for m in views.rows(Member, key=list(asked.absent))} if asked.absent else set()
    require(
        f"Ways out for {asked.unit}",
        *(Check("absent", repr(m), m in known, "must be a member of the force") for m in asked.absent),
        Check("day", asked.day, turn.end > asked.at, f"must be one whose tour {asked.tour} is not over by then"),
    )
    ask = Ask(asked.unit, turn, asked.at, asked.said, frozenset(asked.absent))
    near = neighbours({u.unit: u for u in views.rows(Unit)}, asked.unit)
    ground = grounds(views, ask, [asked.unit, *near])
    return _found(ground, _post(ground, asked), near, reader)


def _post(ground: Grounds, asked: Question) -> Post:
    """The cover that is short: the one named, or the only one. Raises ``Invalid`` where none is, or several are."""
    where = f"{asked.tour} of {asked.unit} on {asked.day}"
    covers: list[Cover] = ground.covers(asked.unit, asked.tour, asked.day)
    if not covers:
        raise Invalid(f"{where}: must be a tour with cover on that day; cover.csv has none for it")
    posts = {c.who: Post(asked.unit, asked.day, asked.tour, c.who) for c in covers}
    if asked.who is not None and asked.who not in posts:
        raise Invalid(f"{where}: who {asked.who!r} must be one of {', '.join(sorted(posts))}")
    short = [p for who, p in posts.items() if asked.who in (None, who) and _short(ground, p)]
    if len(short) == 1:
        return short[0]
    if short:
        raise Invalid(f"{where}: short of {', '.join(p.who for p in short)}; say which of them")
    has = [f"{n} of {m} {p.who}" for p in posts.values() for n, m in [ground.has(p)] if asked.who in (None, p.who)]
    raise Invalid(f"{where}: must be under its minimum; it has {', '.join(has)}")


def _short(ground: Grounds, post: Post) -> list[tuple[Span, int]]:
    """The parts of the tour that are not over and under the minimum, with how many there are."""
    least = ground.has(post)[1]
    return [(span, n) for span, n in ground.counts(post) if n < least and span[1] > ground.ask.at]


def _found(ground: Grounds, post: Post, near: Sequence[str], reader: Reader | None) -> WaysOut:
    spans, minimum = _short(ground, post), ground.has(post)[1]
    short = max(spans[0][0][0], ground.ask.at), spans[-1][0][1]
    missing = minimum - min(n for _, n in spans)
    parts = Parts(ground, post)
    said = [*_said(parts, short, near)]
    ways = [_whole(way, short) for way in said if isinstance(way, Way)]
    may = reader is None or reader.commands(post.unit)
    shown = [_readable(way, post, reader) for way in ways if may or not way.private]
    best, together = _cheapest(parts, shown, short, reader, missing)
    seen = {way.member for way in ways}
    barred = {b.member: b for b in said if isinstance(b, Barred) and b.member not in seen}
    typed = Typed(ground, post)
    return WaysOut(
        post=post,
        at=ground.ask.at,
        zone=ground.ground.period.zone.key,
        turn=(ground.ask.turn.start, ground.ask.turn.end),
        absent=tuple(sorted(ground.ask.absent)),
        have=minimum - missing,
        minimum=minimum,
        missing=missing,
        short=short,
        ways=tuple(replace(w, commands=typed.commands([w])) for w in sorted(shown, key=lambda w: w.told_at)),
        together=tuple(replace(f, commands=typed.commands(f.ways)) for f in together),
        cheapest=tuple(best),
        commands=typed.commands([way for fill in best for way in fill.ways]),
        barred=tuple(b if may else replace(b, says=b.public) for _, b in sorted(barred.items())),
        notes=tuple(_notes(ground, near)),
        withheld=len(ways) - len(shown),
        why=typed.why_short() if len(best) < missing else None,
        rank=ground.whom(post.who).rank,
    )


def _said(parts: Parts, short: Span, near: Sequence[str]) -> Iterator[Way | Barred]:
    """All ways of every kind, and why those who count are none. Without somebody who may sign, nothing can be done."""
    ground, post = parts.grounds, parts.post
    if ground.signer is None:
        return
    if ground.roster is not None:
        yield from moved(ground, post)
    yield from leaves_moved(ground, post)
    yield from lent(ground, post, near)
    yield from called(ground, post, short)
    yield from held_over(parts, short)
    yield from in_early(parts, short)


def _readable(way: Way, post: Post, reader: Reader | None) -> Way:
    """The way with the member's hours for whoever may read them: of who is lent, those who command the neighbour."""
    unit = way.of if way.kind == "loan" else post.unit
    return way if reader is None or reader.may_read(way.member, unit) else way.for_everyone()


def _whole(way: Way, short: Span) -> Way:
    """The way, which is whole where it covers all that is short."""
    return replace(way, whole=way.covers[0] <= short[0] and short[1] <= way.covers[1])


def _cheapest(
    parts: Parts, ways: Sequence[Way], short: Span, reader: Reader | None, missing: int
) -> tuple[list[Fill], list[Fill]]:
    """The cheapest set, and two parts that make a whole, those of the set first. Halves are looked at closely only
    where they would be used."""
    fills = [Fill((way,)) for way in ways if way.whole]
    halves = sorted(_together(ways, short, missing), key=lambda fill: (fill.cost, fill.members))
    while True:
        best = cheapest([*fills, *halves], missing)
        told = [f for f in best if len(f.ways) > 1]
        told += [f for f in halves if f not in told][: max(PAIRS_TOLD - len(told), 0)]
        made = {fill: _made(parts, fill, reader) for fill in told}
        wrong = [fill for fill, as_made in made.items() if as_made is None]
        if not wrong:
            return [made.get(fill) or fill for fill in best], [fill for fill in made.values() if fill is not None]
        halves = [fill for fill in halves if fill not in wrong]


def _together(ways: Sequence[Way], short: Span, missing: int) -> Iterator[Fill]:
    """Somebody who stays for a part and somebody who comes for the rest. Of those who can do the same, those first on
    the list: as many as may be in a set, and as many again, who may be in it otherwise."""
    stay = _first(w for w in ways if w.kind == "hold-over" and not w.whole and w.covers[1] > short[0])
    come = _first(w for w in ways if w.kind == "early" and not w.whole and w.covers[1] >= short[1])
    for those, others in product(stay, come):
        for first, then in product(those[: 2 * missing], others[: 2 * missing]):
            if first.covers[1] >= then.covers[0]:
                yield _halves(first, then)


def _first(ways: Iterable[Way]) -> list[list[Way]]:
    """Groups of those who can do the same, each in the order of its list."""
    groups: dict[tuple[Span, Span], list[Way]] = {}
    for way in sorted(ways, key=lambda way: (way.cost, way.member)):
        groups.setdefault((way.duty, way.covers), []).append(way)
    return list(groups.values())


def _halves(first: Way, then: Way) -> Fill:
    """Both, meeting as near to the middle as they can, to the quarter of an hour from the end of the first one's
    tour."""
    begin, end = first.duty[0], then.duty[0] + then.overtime
    at = begin + round((end - begin) / 2 / STEP) * STEP
    at = min(max(at, then.covers[0]), first.covers[1])
    a = replace(first, covers=(first.covers[0], at), duty=(begin, at), cost=_minutes(first, begin, at))
    b = replace(then, covers=(at, then.covers[1]), duty=(at, then.duty[1]), cost=_minutes(then, at, end))
    return Fill((a, b))


def _minutes(way: Way, start: datetime, end: datetime) -> Cost:
    return replace(way.cost, overtime_minutes=(end - start) // timedelta(minutes=1))


def _made(parts: Parts, fill: Fill, reader: Reader | None) -> Fill | None:
    """Two halves as they would be done, with their own lists; None where a rule bars one all the same."""
    first, then = fill.ways
    a = parts.way(Need("hold-over", *first.duty), first.member)
    b = parts.way(Need("early", then.duty[0], then.duty[0] + then.overtime), then.member)
    if not (isinstance(a, Way) and isinstance(b, Way)):
        return None
    return Fill((_readable(a, parts.post, reader), _readable(b, parts.post, reader)))


def _notes(ground: Grounds, near: Sequence[str]) -> Iterator[str]:
    unit = ground.ask.unit
    if ground.signer is None:
        yield f"nobody holds a command position of {unit} or above it: nobody may sign"
    if ground.roster is None:
        yield f"{unit} has no published roster for the day: its charts are read, and nobody is moved between tours"
    if not near:
        yield f"{unit} has no neighbour: no other unit is under its parent"
