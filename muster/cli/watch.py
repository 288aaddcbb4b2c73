"""``muster watch`` and ``muster supervisor``."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, instant_on, known_on, question, reading, viewer_option, zone_of
from muster.domain.instants import span_text
from muster.domain.passing import Holder
from muster.domain.watch import Watch
from muster.services import watch as service


@click.command()
@click.argument("unit", required=False)
@click.option("--all", "every", is_flag=True, help="The watch of every unit.")
@viewer_option
@question
def watch(
    unit: str | None, every: bool, viewer: str | None, at: str | None, known_at: str | None, db: str, as_json: bool
) -> None:
    """Who is in command of UNIT, who is due, and why those before were passed over.

    \b
    Example:
      muster watch PCT-047 --at 2020-10-07T03:00
    """
    if (unit is None) is not every:
        raise click.UsageError("name a unit, or ask for --all")
    with reading(db) as views:
        when, known = instant_on(views, at), known_on(views, known_at)
        found = service.all_watches(views, when, known) if unit is None else [service.watch(views, unit, when, known)]
        if viewer is not None:
            found = [service.for_viewer(views, w, viewer) for w in found]
        zone = zone_of(views)
    if unit is None:
        answer(as_json, found, lambda: [line_of(w) for w in found])
    else:
        answer(as_json, found[0], lambda: lines_of(found[0], zone))


def line_of(watch: Watch) -> str:
    """One line about a watch."""
    holder = _said(watch.in_command)
    due = "" if watch.due == watch.in_command or watch.assumed_at is None else f"; due {_said(watch.due)}"
    return f"{watch.unit:12} {holder}{due}"


def lines_of(watch: Watch, zone: ZoneInfo) -> list[str]:
    """A watch, told in full."""
    lines = [f"{watch.unit} on {watch.at.astimezone(zone):%a %d %b %Y %H%M %Z}"]
    lines.append(f"  in command  {_said(watch.in_command)}")
    lines.append(f"  due         {_said(watch.due)}")
    if watch.on_duty_since is not None:
        since = watch.on_duty_since.astimezone(zone)
        lines.append(f"  on duty     {span_text(watch.at - watch.on_duty_since)}, since {since:%a %H%M}")
    for what, when in (("relief owed", watch.relief_owed_since), ("RELIEF OVERDUE", watch.relief_overdue_since)):
        if when is not None:
            lines.append(f"  {what} for {span_text(watch.at - when)}, since {when.astimezone(zone):%a %H%M}")
    lines += [f"  vacant      {position}: an acting appointment is proposed" for position in watch.vacant]
    lines += [f"  why         {why}" for why in watch.why]
    lines += [f"  passed over {p.position} {p.member or ''}: {p.reason}".replace(" :", ":") for p in watch.passed]
    return lines


def _said(holder: Holder | None) -> str:
    if holder is None:
        return "NOBODY"
    return f"{holder.member} {holder.position} ({holder.capacity}{', on call' if holder.on_call else ''})"


@click.command()
@click.argument("member")
@question
def supervisor(member: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """Who supervises MEMBER, who is on duty.

    \b
    Example:
      muster supervisor M0020 --at 2020-10-07T10:00
    """
    with reading(db) as views:
        when, known = instant_on(views, at), known_on(views, known_at)
        found, doing = service.supervisor(views, member, when, known)
    value = {"member": member, "at": when, "doing": doing, "supervisor": found}
    said = f"{found.member}, {found.part}" if found else "nobody now"
    answer(as_json, value, lambda: [f"{doing}", f"supervised by {said}"])
