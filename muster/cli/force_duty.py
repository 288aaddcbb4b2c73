"""``muster force-duty``."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import click

from muster.cli.shared import answer, instant_on, known_on, plain, question, reading, viewer_option
from muster.domain.force_duty import DutyState
from muster.domain.instants import hours, span_text
from muster.files.whole import write_whole
from muster.services import force_duty as service

HEADINGS = (
    "member", "state", "unit", "home", "since", "level",
    "duty_hours", "hours_24h", "hours_7d", "rule", "reason",
)  # fmt: skip
HIDDEN = ("continuous", "in_day", "in_week", "worst")
"""What touches rest: for the member and the commanders above."""
COUNTS = ("on_duty", "absent", "off", "separated", "fit", "caution", "unfit")


@click.command("force-duty")
@click.option("--unit", metavar="UNIT", help="Only this unit and those below it.")
@click.option("--csv", "out", type=click.Path(path_type=Path, dir_okay=False), help="Write every member to a file.")
@viewer_option
@question
def force_duty(
    unit: str | None,
    out: Path | None,
    viewer: str | None,
    at: str | None,
    known_at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Who of the whole force is on duty, absent or off, with their hours; and who is in caution or unfit.

    Each member counts where they are on duty, else where they serve. Levels are those of the hours rules. Asked
    --as somebody, hours and reasons are shown of their own people alone.

    \b
    Example:
      muster force-duty --at 2020-10-07T03:00 --unit PATROL --csv duty.csv
    """
    with reading(db) as views:
        when, known = instant_on(views, at), known_on(views, known_at)
        found = service.force_duty(views, when, known)
        found = found if unit is None else service.in_units(views, found, unit, known)
        found = found if viewer is None else service.for_viewer(views, found, viewer)
    if out is not None:
        _write(out, found)
    counts, worn = service.by_unit(found), found.worn()
    value = {"at": when, "units": counts, "worn": [{"member": m, **_value(s, m in found.hidden)} for m, s in worn]}
    answer(as_json, value, lambda: [*_table(counts), *(_line(m, s, m in found.hidden) for m, s in worn)])


def _value(state: DutyState, hidden: bool) -> dict[str, Any]:
    """A state without what is not for whoever asked."""
    value = plain(state)
    return {**value, **dict.fromkeys(HIDDEN)} if hidden else {**value}


def _table(counts: Iterable[service.UnitDuty]) -> list[str]:
    lines = [f"{'unit':14}" + "".join(f"{name.replace('_', '-'):>11}" for name in COUNTS)]
    for each in counts:
        lines.append(f"{each.unit or 'no unit':14}" + "".join(f"{getattr(each, name):>11,}" for name in COUNTS))
    total = [sum(getattr(each, name) for each in counts) for name in COUNTS]
    return [*lines, f"{'all':14}" + "".join(f"{number:>11,}" for number in total)]


def _line(member: str, state: DutyState, hidden: bool) -> str:
    where = f"{state.state} in {state.unit}" if state.unit else state.state
    if hidden:
        return f"{state.level:8} {member:10} {where}"
    duty = f", on duty {span_text(state.continuous)}" if state.continuous else ""
    why = f": {state.worst.says}" if state.worst else ""
    return f"{state.level:8} {member:10} {where}{duty}, {span_text(state.in_week)} in 7 days{why}"


def _write(out: Path, found: service.ForceDuty) -> None:
    text = StringIO(newline="")
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEADINGS)
    lines.writerows(_cells(member, state, member in found.hidden) for member, state in found.members.items())
    write_whole(out, text.getvalue())


def _cells(member: str, s: DutyState, hidden: bool) -> list[str]:
    since = "" if s.since is None else s.since.isoformat()
    spans = [f"{hours(span):.2f}" for span in (s.continuous, s.in_day, s.in_week)]
    why = [s.worst.rule, s.worst.says] if s.worst else ["", ""]
    if hidden:
        spans, why = [""] * len(spans), ["", ""]
    return [member, s.state, s.unit or "", s.home or "", since, s.level, *spans, *why]
