"""Small random problems in which every rule occurs, and every possible line of a member, by trying them all."""

from itertools import product
from random import Random

from muster.roster.checker import line_breaches, line_cost
from muster.roster.problem import OFF, Carried, Cover, Instance, Member, MinutesTarget, Request, Tour
from muster.roster.result import Line


def drawn_instance(seed: int, *, members: int = 1, days: int = 7, tours: int = 2) -> Instance:
    """A problem that depends on the seed alone."""
    random = Random(seed)
    refs = "DEN"[:tours]
    drawn = tuple(
        Tour(
            ref,
            random.choice((480, 515, 600)),
            frozenset(other for other in refs if random.random() < 0.3),
            {random.randrange(days): 540} if random.random() < 0.3 else {},
        )
        for ref in refs
    )
    people = tuple(_member(random, f"M{i}", days, refs) for i in range(members))
    cover = [_cover(random, day, tour, people) for day in range(days) for tour in refs for _ in range(2)]
    requests = tuple(
        Request(person.ref, day, random.choice([*refs, OFF]), random.randrange(1, 30), random.random() < 0.5)
        for person in people
        for day in range(days)
        if random.random() < 0.6
    )
    weekday = random.randrange(7)
    pairs = {(a, b): random.randrange(40) for a in refs for b in refs if random.random() < 0.7}
    return Instance(days, drawn, people, tuple(c for c in cover if c), requests, weekday, pairs)


def _cover(random: Random, day: int, tour: str, people: tuple[Member, ...]) -> Cover | None:
    if random.random() < 0.4:
        return None
    who = frozenset(m.ref for m in people if random.random() < 0.5) if random.random() < 0.4 else None
    return Cover(day, tour, random.randrange(len(people) + 1), random.randrange(100), random.randrange(20), who)


def _member(random: Random, ref: str, days: int, tours: str) -> Member:
    least = random.choice((0, 480, 960, 1440))
    carried = None
    if random.random() < 0.6:
        carried = Carried(random.choice([*tours, OFF]), random.randrange(1, 5), random.choice((0, 480, 1030)))
    return Member(
        ref,
        {tour: random.randrange(days + 1) for tour in tours if random.random() < 0.9},
        least,
        least + random.choice((515, 1200, 2400)),
        random.randrange(1, 6),
        random.randrange(1, 4),
        random.randrange(1, 4),
        random.randrange(3),
        random.choice((None, 1030, 1600)),
        frozenset(day for day in range(days) if random.random() < 0.1),
        frozenset((day, tour) for day in range(days) for tour in tours if random.random() < 0.05),
        {random.randrange(days): random.choice([*tours, OFF])} if random.random() < 0.2 else {},
        carried,
        MinutesTarget(random.randrange(0, 2400, 60), random.randrange(5)) if random.random() < 0.4 else None,
        random.randrange(10),
    )


def every_line(instance: Instance, member: Member) -> list[Line]:
    """Every line of the member that breaks nothing, found without the engine."""
    entries = [OFF, *(tour.ref for tour in instance.tours)]
    return [line for line in product(entries, repeat=instance.days) if not line_breaches(instance, member, line)]


def with_a_line(seed: int, *, days: int = 7, tours: int = 2) -> Instance:
    """A drawn member who has a line: of some draws, which depend on the seed alone, the first."""
    draws = (drawn_instance(1000 * seed + draw, days=days, tours=tours) for draw in range(1000))
    return next(instance for instance in draws if every_line(instance, instance.members[0]))


def without_a_line(seed: int, *, days: int = 7, tours: int = 2) -> Instance:
    """A drawn member who has none."""
    draws = (drawn_instance(1000 * seed + draw, days=days, tours=tours) for draw in range(1000))
    return next(instance for instance in draws if not every_line(instance, instance.members[0]))


def own_cost_of(instance: Instance, member: Member, line: Line) -> int:
    """What the line costs without cover; a wish fulfilled counts below 0."""
    granted = sum(
        -r.weight if r.wanted else r.weight
        for r in instance.requests
        if r.member == member.ref and line[r.day] == r.tour
    )
    return granted + line_cost(instance, member, line)
