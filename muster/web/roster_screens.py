"""Rosters as they are shown: the list of them, the grid, a member's line, an entry and what others would do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from muster.domain.cover import OFFICERS
from muster.domain.directions import set_apart
from muster.domain.errors import Unknown
from muster.domain.grids import PLAIN, Away, Cell, CoverLine, Grid, GridLine
from muster.domain.published import OFF, said_of
from muster.domain.roll_calls import LEFT_THE_FORCE
from muster.domain.wording import few
from muster.services.cell_answers import Change
from muster.services.gate import Viewer
from muster.services.roster_desk import CellSeen, Rostered
from muster.services.roster_grid import DAYS, NOT_HERE
from muster.web.returned import Returned
from muster.web.showing import Place, shown

KINDS: Final = {"D": "day", "E": "evening", "N": "night"}
GONE, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
LETTERS: Final = {"leave": "L", "sick": "S", "training": "T", "court": "C", LEFT_THE_FORCE: GONE, NOT_HERE: GONE}
"""How a reason for not being there is written; attached elsewhere: X, everything else: A."""
SHOWN: Final = 4
GAPS: Final = 8
"""So many tours that are short are led to at once from the grid, and the others below."""
WAIVE: Final = "waive-"
"""How the name of a box begins that waives the rule named after it."""
MARKS: Final = (
    ("br", "breaks a rule without a waiver"), ("wv", "by a waiver"), ("am", "amended"), ("oc", "day off by the chart"),
)  # fmt: skip
"""Marks in the corner of a cell, the one that counts most first, and how they are read."""


class Gap(NamedTuple):
    """A tour that is under its minimum: which cover of which day, in words, and where it is told what can be done."""

    cover: tuple[date, str, str]
    says: str
    path: str


def list_screen(found: Sequence[Rostered], place: Place, at: datetime, viewer: Viewer) -> str:
    """The rosters that somebody may read."""
    return shown("roster_list", "roster", place, at, viewer=viewer, found=found)


def grid_screen(grid: Grid, place: Place, at: datetime, viewer: Viewer, sent: Returned) -> str:
    """A unit's roster as a grid."""
    proposals, gaps = _proposals(grid), gaps_of(grid, at, place) if place.at is None else []
    more = {
        "proposals": proposals.items(), "shortcuts": ["Enter", "?", *proposals], "gaps": gaps[:GAPS], "sent": sent,
        "later": gaps[GAPS:], "ways_at": {gap.cover: gap.path for gap in gaps}, **table(grid, place),
    }  # fmt: skip
    return shown("roster", f"roster/{quote(grid.unit, safe='')}", place, at, viewer=viewer, **more)


def table(grid: Grid, place: Place) -> dict[str, Any]:
    """What the table of a grid says."""
    return {"rows": _rows(grid, place), "covers": covers_shown(grid), "short": short_says(grid), **_words(grid, place)}


def _proposals(grid: Grid) -> dict[str, str]:
    """The keys that propose an entry, and which: the first letter of each tour, and o for a day off."""
    found: dict[str, list[str]] = {}
    for tour, mark in grid.marks.items():
        found.setdefault(mark.letter[0], []).append(tour)
    return {**{key: " or ".join(tours) for key, tours in found.items()}, "O": "a day off"}


def line_screen(grid: Grid, member: str, place: Place, at: datetime, viewer: Viewer) -> str:
    """The days of one member, each with its link. Raises ``Unknown``."""
    line = next((x for x in grid.lines if x.member == member), None)
    if line is None:
        raise Unknown(f"member {member!r} has no line in the roster of {grid.unit} then")
    path = f"roster/{quote(grid.unit, safe='')}/{quote(member, safe='')}"
    return shown("roster_line", path, place, at, viewer=viewer, line=line, **_words(grid, place))


def cell_screen(seen: CellSeen, place: Place, at: datetime, viewer: Viewer, sent: Returned) -> str:
    """An entry: why it is so, what others would do, and the form to change it."""
    line = next(x for x in seen.grid.lines if x.member == seen.member)
    held = [o.position.position for o in viewer.offices]
    signers = [p for p, _ in seen.changes[0].signers] if seen.changes else []
    return shown(
        "roster_cell",
        cell_path(seen.grid.unit, seen.member, seen.day),
        place,
        at,
        viewer=viewer,
        seen=seen,
        line=line,
        cell=line.cells[(seen.day - seen.grid.dates[0]).days],
        mine=[p for p in held if p in signers],
        signers=signers,
        waivable={} if viewer.member == seen.member else waivable(seen.changes),
        waived=waived_in(sent.typed),
        sent=sent,
        effect=effect_says,
        before=seen.day - timedelta(days=1),
        after=seen.day + timedelta(days=1),
        few=lambda members: few(list(members), SHOWN),
        **_words(seen.grid, place),
    )


def waivable(changes: Sequence[Change]) -> dict[str, list[str]]:
    """The rules that could be waived, each with the entries that it bars and for which that would be enough with the
    others named there."""
    found: dict[str, list[str]] = {}
    for change in changes:
        for rule in change.waive:
            found.setdefault(rule, []).append(said_of(change.to))
    return found


def waived_in(typed: Mapping[str, str]) -> frozenset[str]:
    """The rules that are waived in a form."""
    return frozenset(name.removeprefix(WAIVE) for name in typed if name.startswith(WAIVE))


def cell_path(unit: str, member: str, day: date) -> str:
    """Where an entry is."""
    return f"roster/{quote(unit, safe='')}/{quote(member, safe='')}/{day}"


def effect_says(change: Change) -> list[str]:
    """What an entry would do to cover, in words."""
    return [f"{c.tour} {c.who}: {c.would}/{c.minimum}{_short(c.short)} (now {c.have})" for c in change.covers]


def _short(missing: int) -> str:
    return f" {MINUS}{missing}" if missing else ""


def covers_shown(grid: Grid) -> list[CoverLine]:
    """The officers of each tour, and of the other covers those that are under their minimum on some day."""
    return [c for c in grid.cover if c.who == OFFICERS or c.days_short]


def short_says(grid: Grid) -> str:
    """Which tours are under their minimum, in words."""
    said = []
    for c in grid.cover:
        days = [f"{grid.dates[n].day} {grid.dates[n]:%b}" for n in range(len(c.have)) if c.short(n)]
        if days:
            said.append(f"{c.tour} {c.who}: {few(days, SHOWN)}")
    return "; ".join(said)


def gaps_of(grid: Grid, at: datetime, place: Place) -> list[Gap]:
    """The tours that are under their minimum and not over, the soonest first."""
    covers = ((c, n, c.turns[n]) for c in grid.cover for n in range(len(c.have)))
    short = sorted(
        (turn.start, c.tour, c.who, turn.day, c.short(n)) for c, n, turn in covers if c.short(n) and turn.end > at
    )
    path = f"roster-short/{quote(grid.unit, safe='')}"
    return [
        Gap(
            (day, tour, who),
            f"{day:%a} {day.day} {day:%b} {tour} {who} {MINUS}{missing}",
            place.here(path, day=f"{day}", tour=tour, who=who),
        )
        for _, tour, who, day, missing in short
    ]


def _words(grid: Grid, place: Place) -> dict[str, Any]:
    """What all templates of a roster may say."""
    return {
        "grid": grid,
        "unit_path": f"roster/{quote(grid.unit, safe='')}",
        "path_of": cell_path,
        "letter_of": lambda cell: _letter(grid, cell),
        "says_of": lambda cell: cell_says(grid, cell),
        "columns": [_column(grid, n) for n in range(len(grid.dates))],
        "weekday": lambda day: f"{day:%A}",
        "dated": lambda day: f"{day:%a} {day.day} {day:%b %Y}",
        "plain": lambda day: f"{day.day} {day:%B}",
        "back": grid.dates[0] - timedelta(days=DAYS),
        "on": grid.dates[0] + timedelta(days=DAYS),
        "kinds": KINDS,
        "said_of": said_of,
    }


def _column(grid: Grid, place: int) -> str:
    """The classes of a day's column."""
    day = grid.dates[place]
    weekend = " we" if day.weekday() > 4 else ""
    week = " wk" if day.weekday() == 0 and place else ""
    return (weekend + week).strip()


def _rows(grid: Grid, place: Place) -> Markup:
    """The lines as rows, each part escaped: thousands of cells, most of them alike, so each kind is written once."""
    columns = [_column(grid, n) for n in range(len(grid.dates))]
    kept: dict[tuple[Cell, str], str] = {}

    def written(cell: Cell, column: str) -> str:
        key = cell, column
        if key not in kept:
            kept[key] = _written(grid, cell, column)
        return kept[key]

    rows = []
    for tour, lines in grid.groups():
        rows.append(_group(grid, tour, len(lines)))
        for line in lines:
            cells = "".join(map(written, line.cells, columns))
            rows.append(f"{_head(grid, line, place)}{cells}{_sums(line)}</tr>\n")
    return Markup("".join(rows))


def _group(grid: Grid, tour: str, members: int) -> str:
    kind = KINDS[grid.marks[tour].kind].capitalize() + "s " if tour != OFF else ""
    named = f"{kind}{tour or 'Without a tour'}, {members} member{'' if members == 1 else 's'}"
    return f'<tr class="grp"><th colspan="{len(grid.dates) + 3}" scope="rowgroup">{escape(named)}</th></tr>\n'


def _head(grid: Grid, line: GridLine, place: Place) -> str:
    path = place.here(
        f"roster/{quote(grid.unit, safe='')}/{quote(line.member, safe='')}", **{"from": f"{grid.dates[0]}"}
    )
    lent = ' <b class="lent">lent</b>' if line.lent else ""
    member, quoted = escape(line.member), escape(quote(line.member, safe=""))
    return (
        f'<tr id="line-{member}" data-member="{quoted}"><th scope="row"><a href="{escape(path)}" tabindex="-1">'
        f'<span class="nm">{escape(set_apart(line.name))}</span> <span class="id">{member}</span></a>{lent}</th>'
    )


def _sums(line: GridLine) -> str:
    return f'<td class="sum">{line.minutes // 60} h</td><td class="sum">{line.days_off}</td>'


def _written(grid: Grid, cell: Cell, column: str) -> str:
    """A cell in HTML; its name says what a letter alone does not."""
    kind = grid.marks[cell.tour].kind if cell.works and cell.tour in grid.marks else "r"
    if cell.away is not None:
        kind = {"L": "L", GONE: "r"}.get(_away_letter(cell.away), "S")
    corner = next((css for css, _ in _marks_of(cell)), "")
    css = " ".join(filter(None, (kind, column, corner)))
    letter = escape(_letter(grid, cell))
    text = f"<b>{letter}</b>" if kind == "S" else letter
    if cell == PLAIN or (not corner and cell.away is None):
        return f'<td class="{css}">{text}</td>'
    return f'<td class="{css}" aria-label="{letter}: {escape(cell_says(grid, cell))}">{text}</td>'


def _letter(grid: Grid, cell: Cell) -> str:
    if cell.away is not None:
        return _away_letter(cell.away)
    return "·" if cell.tour == OFF else grid.marks[cell.tour].letter if cell.tour in grid.marks else "?"


def _away_letter(away: Away) -> str:
    return "X" if away.why.startswith("attached") else LETTERS.get(away.why, "A")


def _marks_of(cell: Cell) -> list[tuple[str, str]]:
    there = (bool(cell.broken), cell.waived, cell.amended, cell.off_chart)
    return [mark for mark, holds in zip(MARKS, there, strict=True) if holds]


def cell_says(grid: Grid, cell: Cell) -> str:
    """A cell in words."""
    tour = f"{KINDS[grid.marks[cell.tour].kind]} {cell.tour}" if cell.tour in grid.marks else cell.tour or "day off"
    said = [tour] if cell.away is None else [cell.away.why, *([f"instead of {tour}"] if cell.tour else [])]
    return ", ".join([*said, *(says for _, says in _marks_of(cell))])
