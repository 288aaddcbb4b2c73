"""The city's establishment: how a size is spread over units and ranks, and the squads that follow from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from muster.scenarios.city_units import TASK_FORCE_OFFSETS, TASK_FORCE_TOURS, boroughs, precincts, task_force
from muster.scenarios.doctrine import PLATOONS, THIRDS
from muster.scenarios.seats import FIRST_TOUR_ORDER, LINES, Plan, Seat, line_position, tour_position

RANK_MIX = {"CPT": 0.010, "LT": 0.037, "SGT": 0.117, "DET": 0.012}
"""Share of each rank (captains and above in one), the rest police officers: New York's precincts in 2016."""

SMALLEST, MEDIAN, LARGEST = 123, 183, 301
"""Strength of precincts in New York in 2016; the city's have the same spread at another scale."""

STAFF = {"PD": 20, "COD": 20, "PATROL": 120}
BOROUGH_STAFF, TASK_FORCE = 30, 110
CITY_OF_22000 = 22_000
"""The size of force for which the three numbers above it are meant."""

SUPERVISORS = 9
VACANT_SHARE = 0.03
OFFICE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Slot:
    """A tour and an offset, with the two letters that name it."""

    name: str
    tour: str
    offset: int


def slots(tours: Mapping[str, str], offsets: Mapping[str, int]) -> tuple[Slot, ...]:
    """Every tour at every offset."""
    return tuple(Slot(p + x, tour, offset) for (p, tour), (x, offset) in product(tours.items(), offsets.items()))


PRECINCT_SLOTS = slots(PLATOONS, THIRDS)
TASK_FORCE_SLOTS = slots(TASK_FORCE_TOURS, TASK_FORCE_OFFSETS)


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` in whole parts proportional to the weights, by largest remainder, the first of equals first."""
    scale = total / (sum(weights) or 1)
    parts = [int(w * scale) for w in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - weights[i] * scale, i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def precinct_shape(rank: int, of: int) -> float:
    """The strength of the precinct that is ``rank``-th of so many, from the smallest (0) on."""
    place = rank / (of - 1)
    if place < 0.5:
        return SMALLEST + (MEDIAN - SMALLEST) * 2 * place
    above_median: float = (2 * place - 1) ** 2.5
    return MEDIAN + (LARGEST - MEDIAN) * above_median


def targets(members: int, rng: Random) -> dict[str, float]:
    """The strength each unit should have, before what its command and tour positions take is known."""
    scale = members / CITY_OF_22000
    wanted = {unit: size * scale for unit, size in STAFF.items()}
    for borough in boroughs():
        wanted[borough] = BOROUGH_STAFF * scale
        wanted[task_force(borough)] = TASK_FORCE * scale
    units = [p.unit for p in precincts()]
    shape = [precinct_shape(i, len(units)) for i in range(len(units))]
    rng.shuffle(shape)
    per_head = (members - sum(wanted.values())) / sum(shape)
    return wanted | {unit: size * per_head for unit, size in zip(units, shape, strict=True)}


def spread(members: int, plan: Plan, rng: Random) -> dict[str, dict[str, int]]:
    """How many of each rank stand on each unit's line, with everybody who is seated already counted."""
    wanted = targets(members, rng)
    seated = dict.fromkeys(wanted, 0)
    for seat in plan.seats:
        seated[seat.unit] += 1
    left = apportion(members - len(plan.seats), [max(wanted[u] - seated[u], 1.0) for u in wanted])
    lines: dict[str, dict[str, int]] = {unit: {} for unit in wanted}
    for rank, wants in line_ranks(members, plan).items():
        shares = apportion(min(wants, sum(left)), left)
        for unit, share in zip(wanted, shares, strict=True):
            lines[unit][rank] = share
        left = [most - share for most, share in zip(left, shares, strict=True)]
    for unit, share in zip(wanted, left, strict=True):
        lines[unit]["PO"] = share
    return lines


def line_ranks(members: int, plan: Plan) -> dict[str, int]:
    """How many of each rank the rank mix leaves for lines; none where positions already hold more."""
    held = dict.fromkeys(RANK_MIX, 0)
    for seat in plan.seats:
        held[seat.rank if seat.rank in held else "CPT"] += 1
    return {rank: max(round(share * members) - held[rank], 0) for rank, share in RANK_MIX.items()}


def add_supervisors(plan: Plan) -> None:
    """The patrol supervisors of each precinct: each is the sergeant of a squad."""
    for precinct in precincts():
        unit = precinct.unit
        position = tour_position(f"{unit}-SUP", unit, "patrol-supervisor", "SGT", SUPERVISORS, FIRST_TOUR_ORDER + 1)
        plan.positions.append(position)
        for slot in PRECINCT_SLOTS:
            squad = plan.squad(f"{unit}-{slot.name}1", unit, "5-2-5-3", slot.tour, slot.offset)
            plan.seats.append(Seat(position.position, position.title, "SGT", unit, squad, sergeant=True))


def add_lines(plan: Plan, lines: Mapping[str, Mapping[str, int]]) -> None:
    """Lines and their squads for every unit."""
    for unit, line in lines.items():
        for rank in LINES:
            if line.get(rank):
                places = line[rank] + round(line[rank] * VACANT_SHARE)
                plan.positions.append(line_position(unit, rank, places))
        if unit.startswith("PCT-"):
            plan.seats += squad_seats(plan, unit, line, PRECINCT_SLOTS, "5-2-5-3", led=SUPERVISORS)
        elif unit.startswith("TF-"):
            plan.seats += squad_seats(plan, unit, line, TASK_FORCE_SLOTS, "4-2", led=0)
        else:
            plan.seats += office_seats(unit, line)


def line_seat(unit: str, rank: str, squad: str, *, sergeant: bool = False) -> Seat:
    """A seat on the unit's line of that rank."""
    return Seat(f"{unit}-{rank}", LINES[rank], rank, unit, squad, sergeant=sergeant)


def office_seats(unit: str, line: Mapping[str, int]) -> Iterator[Seat]:
    """Everybody of the line on office days."""
    for rank in LINES:
        for _ in range(line.get(rank, 0)):
            yield line_seat(unit, rank, f"{unit}-OFFICE")


def squad_seats(
    plan: Plan, unit: str, line: Mapping[str, int], where: Sequence[Slot], chart: str, led: int
) -> Iterator[Seat]:
    """Sergeants each with a squad and officers in turn over the squads; ``led`` squads have a sergeant already."""
    desk_work = {rank: line.get(rank, 0) for rank in ("CPT", "LT", "DET")}
    desk_work["PO"] = int(line.get("PO", 0) * OFFICE_SHARE)
    yield from office_seats(unit, desk_work)
    squads: list[str] = []
    officers = line.get("PO", 0) - desk_work["PO"]
    for i in range(max(led + line.get("SGT", 0), min(officers, len(where)))):
        turn, place = divmod(i, len(where))
        slot = where[place]
        squads.append(f"{unit}-{slot.name}{turn + 1}")
        if i >= led:
            plan.squad(squads[-1], unit, chart, slot.tour, slot.offset)
    for i in range(line.get("SGT", 0)):
        yield line_seat(unit, "SGT", squads[led + i], sergeant=True)
    for i in range(officers):
        yield line_seat(unit, "PO", squads[i % len(squads)])
