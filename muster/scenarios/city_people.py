"""The city's members with made-up careers, qualifications, telephones and addresses. Nobody is a real person."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

from muster.domain.members import Appointment, Career, ContactPoint, Member, Qualification
from muster.scenarios.doctrine import START, midnight
from muster.scenarios.seats import Seat

PATHS = {"PO": ("PO",), "DET": ("PO", "DET"), "PC": ("PC",), "FDC": ("FDC",)}
"""Ranks on the way to one of those that do not follow the ladder."""

LADDER = ("PO", "SGT", "LT", "CPT", "DI", "INSP", "DC", "AC", "CHIEF", "COD")

FEWEST_YEARS = {"PO": 0, "DET": 5, "SGT": 6, "LT": 9, "FDC": 1, "PC": 1}
MOST_YEARS = {"PO": 20, "DET": 22, "SGT": 25, "LT": 27, "FDC": 2, "PC": 2}
YEARS_A_STEP, MOST_YEARS_OF_CHIEFS = 3, 34
DAYS_A_YEAR = 365

RECRUITS = date(2020, 1, 6)
RECRUIT_SHARE, WITHOUT_TELEPHONE = 0.02, 0.03

QUALIFICATIONS = {"mobile-field-force": 0.12, "crisis-intervention": 0.08, "language-spanish": 0.05}
"""Share of the members who have it."""

CRISIS_YEARS = 3
NUMBERING_PLAN_AREAS = (212, 332, 347, 646, 718, 917, 929)


def references(count: int) -> list[str]:
    """Names of so many members: M00001, M00002 and so on."""
    width = max(5, len(str(count)))
    return [f"M{number:0{width}d}" for number in range(1, count + 1)]


@cache
def path_to(rank: str) -> tuple[str, ...]:
    """The ranks somebody of this rank has had, this one last."""
    return PATHS.get(rank) or LADDER[: LADDER.index(rank) + 1]


@cache
def service_days(rank: str) -> tuple[int, int]:
    """The fewest and the most days that somebody of this rank has served by 2020."""
    fewest = FEWEST_YEARS.get(rank, YEARS_A_STEP * len(path_to(rank)))
    return fewest * DAYS_A_YEAR + 30, MOST_YEARS.get(rank, MOST_YEARS_OF_CHIEFS) * DAYS_A_YEAR


def joined(rank: str, rng: Random) -> date:
    """The first day in the force of somebody of this rank: always the first of a month, or that of the recruits."""
    if rank == "PO" and rng.random() < RECRUIT_SHARE:
        return RECRUITS
    fewest, most = service_days(rank)
    return (START - timedelta(days=fewest + int(rng.random() * (most - fewest)))).replace(day=1)


def careers(member: str, rank: str, first: date, rng: Random) -> Iterator[Career]:
    """Promotions spread over the years of service, the last before 2020."""
    path = path_to(rank)
    served = (START - first).days
    starts = [first]
    starts += [
        first + timedelta(days=int(served * (i + 0.5 + 0.45 * rng.random()) / len(path))) for i in range(len(path) - 1)
    ]
    for i, held in enumerate(path):
        until = midnight(starts[i + 1]) if i + 1 < len(path) else None
        yield Career(member=member, rank=held, since=midnight(starts[i]), until=until)


def contact_points(member: str, number: int, seat: Seat, recruit: bool, rng: Random) -> Iterator[ContactPoint]:
    """A number from the range kept for fiction with an extension, and for supervisors an e-mail address."""
    supervises = seat.rank not in ("PO", "DET")
    if supervises or not (recruit or rng.random() < WITHOUT_TELEPHONE):
        area = NUMBERING_PLAN_AREAS[number % len(NUMBERING_PLAN_AREAS)]
        address = f"+1-{area}-555-01{number % 100:02d} x{member[1:]}"
        yield ContactPoint(member=member, channel="telephone", order=1, address=address)
    if supervises:
        yield ContactPoint(member=member, channel="e-mail", order=2, address=f"{member.lower()}@example.org")


def qualifications(member: str, seat: Seat, first: date, rng: Random) -> Iterator[Qualification]:
    """What a member may do that not everybody may; everybody in a task force is trained for crowds."""
    task_force = seat.unit.startswith("TF-")
    for name, share in QUALIFICATIONS.items():
        has = rng.random() < share
        if has or (task_force and name == "mobile-field-force"):
            since = max(first, date(2019, 1 + int(rng.random() * 12), 1))
            lapses = since.replace(year=since.year + CRISIS_YEARS) if name == "crisis-intervention" else None
            until = None if lapses is None else midnight(lapses)
            yield Qualification(member=member, qualification=name, since=midnight(since), until=until)


def people(
    seats: Sequence[Seat], rng: Random
) -> Iterator[Member | Career | Qualification | Appointment | ContactPoint]:
    """Everybody who sits on these seats, each with one substantive appointment."""
    for number, (member, seat) in enumerate(zip(references(len(seats)), seats, strict=True), start=1):
        first = joined(seat.rank, rng)
        since = midnight(max(first, START))
        yield Member(member=member, name=f"Member {member[1:]}", joined=first)
        yield from careers(member, seat.rank, first, rng)
        yield from qualifications(member, seat, first, rng)
        yield Appointment(position=seat.position, member=member, kind="substantive", since=since)
        yield from contact_points(member, number, seat, first == RECRUITS, rng)
