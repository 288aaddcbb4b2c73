"""Who decides what in the small force and the city. The amounts are ours unless a source is named."""

from typing import Final, TypedDict, Unpack

from muster.domain.authority import Authority, Matter, Supersession

MATTERS: Final = tuple(
    Matter(matter=matter, name=name)
    for matter, name in (
        ("block-party", "Block party"),
        ("street-fair", "Street fair"),
        ("road-closure", "Closure of a road"),
        ("noise", "Complaint about noise"),
        ("shots-fired", "Shots fired"),
        ("missing-person", "Missing person"),
        ("protest", "Protest"),
        ("zone-enforcement", "Enforcement in a restricted zone"),
        ("deployment", "Deployment of members"),
        ("staffing-return", "Return of members ready for deployment"),
        ("mobilization-1", "Mobilization level 1: the borough's task force"),
        ("mobilization-2", "Mobilization level 2: task forces citywide"),
        ("mobilization-3", "Mobilization level 3: precincts of the borough"),
        ("mobilization-4", "Mobilization level 4: precincts citywide"),
    )
)

PERMIT_HOURS: Final = 9
"""A street-activity permit is for at most 9 hours and is reviewed by the local precinct (New York City's rule)."""


class _Limits(TypedDict, total=False):
    max_people: int
    max_hours: int
    max_members: int


def _up_to(matter: str, level: str, lowest_tour: str | None, **limits: Unpack[_Limits]) -> Authority:
    """Units of the level decide it within these limits."""
    return Authority(matter=matter, level=level, lowest_tour=lowest_tour, **limits)


def _at_once(matter: str, lowest_tour: str, level: str = "precinct", **limits: Unpack[_Limits]) -> Authority:
    """The same, and the commander is told even at rest."""
    return Authority(matter=matter, level=level, lowest_tour=lowest_tour, notify_at_once=True, **limits)


AUTHORITY: Final = (
    _up_to("block-party", "precinct", "desk-officer", max_people=500, max_hours=PERMIT_HOURS),
    _up_to("block-party", "borough", "duty-captain", max_people=5_000, max_hours=PERMIT_HOURS),
    _up_to("block-party", "bureau", None),
    _up_to("street-fair", "precinct", None, max_people=5_000, max_hours=PERMIT_HOURS),
    _up_to("street-fair", "borough", None, max_people=50_000),
    _up_to("street-fair", "bureau", None),
    _up_to("road-closure", "precinct", "desk-officer", max_hours=4),
    _up_to("road-closure", "borough", "duty-captain", max_hours=48),
    _up_to("road-closure", "bureau", None),
    _up_to("noise", "precinct", "patrol-supervisor"),
    _at_once("shots-fired", "desk-officer"),
    _at_once("missing-person", "desk-officer"),
    _at_once("protest", "duty-captain", max_people=200, max_members=20),
    _at_once("protest", "duty-captain", "borough", max_people=2_000, max_members=300),
    _at_once("protest", "duty-chief", "bureau", max_people=20_000, max_members=3_000),
    _at_once("protest", "duty-chief", "department"),
    _up_to("zone-enforcement", "precinct", "duty-captain", max_people=50),
    _up_to("zone-enforcement", "borough", "duty-captain", max_people=1_000),
    _up_to("zone-enforcement", "bureau", "duty-chief"),
    _up_to("deployment", "precinct", "duty-captain", max_members=20),
    _up_to("deployment", "borough", "duty-captain", max_members=300),
    _up_to("deployment", "bureau", "duty-chief", max_members=3_000),
    _up_to("deployment", "department", None),
    _up_to("staffing-return", "precinct", None),
    # A patrol supervisor may call level 1, a commanding officer or duty captain the others (study cards on PG 213).
    _at_once("mobilization-1", "patrol-supervisor"),
    _at_once("mobilization-2", "duty-captain"),
    _at_once("mobilization-3", "duty-captain"),
    _at_once("mobilization-4", "duty-captain"),
)

_SUPERSEDING = "PG 213-02: only these may supersede the incident commander"
_ADVISING = "PG 213-02: may render advice and assistance but may not assume command"

SUPERSESSION: Final = (
    Supersession(title="police-commissioner", may="supersede", source=_SUPERSEDING),
    Supersession(title="first-deputy-commissioner", may="supersede", source=_SUPERSEDING),
    Supersession(title="chief-of-department", may="supersede", source=_SUPERSEDING),
    Supersession(
        title="chief-of-patrol", may="supersede", source=f"{_SUPERSEDING}; here the senior operational bureau chief"
    ),
    Supersession(title="deputy-commissioner", may="advise", source=_ADVISING),
)
