"""``muster unit`` and ``muster member``."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, instant_on, known_on, question, reading, zone_of
from muster.cli.watch import lines_of
from muster.domain.establishment import Strength
from muster.domain.instants import local_text, span_text
from muster.services.members import MemberPage, member_page
from muster.services.units import UnitPage, unit_page


@click.command()
@click.argument("name")
@question
def unit(name: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """The unit NAME: where it stands, positions and holders, establishment, strength, available, and its watch.

    \b
    Example:
      muster unit PCT-047 --at 2020-10-07T10:00
    """
    with reading(db) as views:
        page = unit_page(views, name, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, page, lambda: unit_lines(page, zone))


def unit_lines(page: UnitPage, zone: ZoneInfo) -> list[str]:
    """A unit's page as text."""
    lines = [f"{page.unit.unit}  {page.unit.name}, {page.unit.level}"]
    lines.append(f"  above       {' < '.join(page.above) or 'nothing'}")
    lines += [f"  below       {' '.join(page.below)}"] if page.below else []
    for post in page.posts:
        who = ", ".join(post.holders) or "VACANT"
        here = f"; on duty: {', '.join(post.on_duty)}" if post.on_duty else ""
        lines.append(f"  {post.position:20} {post.title}: {who}{here}")
    lines += _numbers("own", page.own)
    lines += _numbers("with all below", page.total) if page.below else []
    return lines + (lines_of(page.watch, zone) if page.watch else [])


def _numbers(what: str, s: Strength) -> list[str]:
    less = f"{s.absent} absent, {s.attached_out} attached elsewhere, {s.attached_in} attached here"
    said = f"establishment {s.establishment}, strength {s.strength}, available {s.available} ({less})"
    return [f"  {what}: {said}"]


@click.command()
@click.argument("name")
@question
def member(name: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """The member NAME: rank, positions, where they are and why, hours on duty, supervisor.

    \b
    Example:
      muster member M0005 --at 2020-10-07T10:00
    """
    with reading(db) as views:
        page = member_page(views, name, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, page, lambda: member_lines(page, zone))


def member_lines(page: MemberPage, zone: ZoneInfo) -> list[str]:
    """A member's page as text."""
    s, f = page.status, page.fitness
    lines = [f"{page.member.member}  {page.member.name}, {page.rank or 'no rank recorded'}"]
    lines += [f"  holds       {a.position} ({a.kind}) since {local_text(a.since, zone)}" for a in page.appointments]
    lines += [f"  attached    {a.unit} since {local_text(a.since, zone)}" for a in page.attachments]
    lines += [f"  can         {', '.join(page.qualifications)}"] if page.qualifications else []
    lines.append(f"  squad       {', '.join(page.squads) or 'none: no schedule'}")
    where = f" in {s.unit}" if s.unit else ""
    until = f", until {local_text(s.until, zone)}" if s.until else ""
    lines.append(f"  status      {s.state}{where}: {s.source}{until}")
    hours = f", on duty {span_text(f.continuous)}" if f.since else ""
    lines.append(f"  fitness     {f.level} by the hours rules{hours}")
    lines += [f"  because     {b.says}" for b in f.breaches]
    if page.protected_until:
        lines.append(f"  rest        protected until {local_text(page.protected_until, zone)}")
    if page.supervisor:
        lines.append(f"  supervisor  {page.supervisor.member}, {page.supervisor.part}")
    lines += [
        f"  papers      {p.kind}, {p.state}, takes effect {local_text(p.effective, zone)}" for p in page.separations
    ]
    return [*lines, f"  reached by  {page.contact_points} contact points"]
