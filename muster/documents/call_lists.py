"""The call list laid out as plain text on A4 pages of 66 lines and 80 columns, in one ink."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from textwrap import wrap
from zoneinfo import ZoneInfo

from muster.domain.call_lists import CallList, DueSpell, Entry
from muster.domain.schedule import Turn
from muster.domain.wording import safe

LINES, COLUMNS = 66, 80
HEADER, FOOTER = 6, 2
"""Lines that every page spends at its top and its bottom."""

NUMBER_AT = 56
"""The column at which telephone numbers begin."""


def call_list_pages(found: CallList) -> list[str]:
    """The pages, each of exactly ``LINES`` lines."""
    return list(paged(header_of(found), body_of(found)))


def header_of(found: CallList) -> list[str]:
    """What stands at the top of every page: whose list, printed when, and from which state of the record."""
    zone = ZoneInfo(found.zone)
    begins, printed = (f"{t.astimezone(zone):%Y-%m-%d %H:%M %Z}" for t in (found.at, found.printed_at))
    return [
        f"CALL LIST  {found.unit}  {found.name}",
        f"for 24 hours from {begins}, local time of {found.zone}",
        f"printed at {printed} from the record as of fact {found.fact}",
        f"hash {found.head}",
        "=" * COLUMNS,
        "",
    ]


def body_of(found: CallList) -> list[str]:
    """The list itself, section by section; sections that do not apply say so."""
    zone = ZoneInfo(found.zone)
    lines = ["SUCCESSION AND TOUR POSITIONS, in the order in which they take the watch", ""]
    lines += _entries(found.succession, zone)
    lines += ["", "WHO IS DUE in the next 24 hours, by the schedule", ""]
    lines += [line for spell in found.due for line in _due(spell, zone)]
    lines += ["", "COVERING this unit, on tour in the next 24 hours", ""]
    lines += _entries(found.covering, zone) or ["nobody covers this unit"]
    lines += ["", "ABOVE this unit, nearest first; at the top who is on tour (duty chief)", ""]
    return lines + (_entries(found.above, zone) or ["this unit heads the force"])


def _entries(entries: Iterable[Entry], zone: ZoneInfo) -> list[str]:
    lines: list[str] = []
    position = None
    for entry in entries:
        if entry.position != position:
            position = entry.position
            lines.append(f"{entry.title} ({entry.position}), {entry.unit}")
        who = f"{entry.member}  {entry.name}" if entry.member else "VACANT"
        lines += _numbered(f"  {'ACTING ' if entry.acting else ''}{who}", entry.telephones)
        said = "; ".join((*(_tour(t, zone) for t in entry.tours), *([entry.remark] if entry.remark else [])))
        lines += wrap(said, COLUMNS, initial_indent="    ", subsequent_indent="    ")
    return lines


def _due(spell: DueSpell, zone: ZoneInfo) -> list[str]:
    time = f"  {spell.start.astimezone(zone):%a %d %H%M}-{_end(spell.end, zone)}"
    return _numbered(f"{time}  {spell.member or ''}  {spell.name}", spell.telephones) + (
        [f"    {spell.position} ({spell.capacity})"] if spell.position else []
    )


def _numbered(left: str, telephones: Sequence[str]) -> list[str]:
    """A line with the first number, and below it the others. Long names and numbers get lines of their own: half a
    number is worse than none."""
    first, *others = telephones or ("",)
    below = [
        f"{number:>{COLUMNS}}" if len(number) > COLUMNS - NUMBER_AT else f"{'':{NUMBER_AT}}{number}"
        for number in others
    ]
    if len(left) >= NUMBER_AT or len(first) > COLUMNS - NUMBER_AT:
        return [left, f"{first:>{COLUMNS}}", *below]
    return [f"{left:{NUMBER_AT}}{first}", *below]


def _within(line: str) -> list[str]:
    """A line broken so that nothing of it is lost at the edge of the paper."""
    if len(line) <= COLUMNS:
        return [line]
    return wrap(line, COLUMNS, subsequent_indent="    ", drop_whitespace=True)


def _tour(turn: Turn, zone: ZoneInfo) -> str:
    return f"{turn.start.astimezone(zone):%a %d %H%M}-{_end(turn.end, zone)}"


def _end(end: datetime, zone: ZoneInfo) -> str:
    return f"{end.astimezone(zone):%H%M}"


def paged(header: Sequence[str], body: Sequence[str]) -> Iterator[str]:
    """The body on as many pages as it needs, each with the header above and its number below."""
    room = LINES - HEADER - FOOTER
    body = [part for line in body for part in _within(safe(line))]
    pages = [body[n : n + room] for n in range(0, len(body), room)] or [[]]
    for number, page in enumerate(pages, start=1):
        lines = [*header, *page, *[""] * (room - len(page)), "", f"page {number} of {len(pages)}".rjust(COLUMNS)]
        yield "\n".join(safe(line)[:COLUMNS].rstrip() for line in lines) + "\n"
