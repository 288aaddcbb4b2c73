"""``muster appoint``, ``muster relieve`` and ``muster position``."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import action, answer, instant_on, known_on, question, reading, writing, zone_of
from muster.domain.appointing import Order
from muster.domain.appointments import Holding, Standing, papers_text
from muster.domain.instants import instant_of, local_text
from muster.domain.members import Appointment
from muster.services import appointments as service

appointer_option = click.option(
    "--by", required=True, metavar="WHO", help="The member who orders it, or an office of civil authority."
)


@click.command()
@click.argument("member")
@click.argument("position")
@click.option("--acting/--substantive", "acting", required=True, help="Acts until somebody is appointed, or holds it.")
@appointer_option
@click.option("--instrument", metavar="TEXT", help="The order that makes it; required when acting.")
@click.option("--until", metavar="TIME", help="Its end, where one is fixed.")
@click.option("--limits", metavar="TEXT", help="Limits of an acting appointment.")
@click.option("--rank", help="Promote the member to this rank with it.")
@click.option("--squad", help="Move the member to this squad of the position's unit with it.")
@click.option("--leave-old", is_flag=True, help="End the member's former substantive appointments with it.")
@action
def appoint(member: str, position: str, acting: bool, at: str | None, db: str, as_json: bool, **said: str) -> None:
    """Appoint MEMBER to POSITION, from --at on.

    A holder who is on terminal leave or gone by then makes room, and a substantive appointment ends acting ones.
    The holder is told of the open taskings of the position.

    \b
    Example:
      muster appoint M0006 PCT-047-CO --acting --by M0004 --instrument "Order 2020-10/7" --at 2020-10-30
    """
    with writing(db) as record:
        appointment = Appointment(
            position=position,
            member=member,
            kind="acting" if acting else "substantive",
            since=instant_on(record, at),
            until=instant_of(said["until"], zone_of(record)) if said["until"] else None,
            instrument=said["instrument"],
            limits=said["limits"],
        )
        order = Order(appointment, said["by"], said["rank"], said["squad"], bool(said["leave_old"]))
        done = service.appoint(record, order)
        zone = zone_of(record)
    value = {"appointment": appointment, "told": done.told, "closed": done.closed, "notes": done.notes}
    answer(as_json, value, lambda: _appointed(done, zone))


def _appointed(done: service.Appointed, zone: ZoneInfo) -> list[str]:
    a = done.appointment
    if not done.facts:
        return [f"{a.member} holds {a.position} already, {a.kind} since {local_text(a.since, zone)}"]
    lines = [f"{a.member} {'acts in' if a.kind == 'acting' else 'holds'} {a.position} from {local_text(a.since, zone)}"]
    lines += [f"  told of tasking {name}" for name in done.told]
    lines += [f"  closed tasking {name}" for name in done.closed]
    return lines + [f"  note: {note}" for note in done.notes]


@click.command()
@click.argument("member")
@click.argument("position")
@appointer_option
@click.option("--why", metavar="TEXT", help="In words.")
@action
def relieve(member: str, position: str, by: str, why: str | None, at: str | None, db: str, as_json: bool) -> None:
    """End MEMBER's appointment to POSITION at --at, or take back one that has not begun.

    \b
    Example:
      muster relieve M0006 PCT-047-CO --by M0004 --at 2020-11-12
    """
    with writing(db) as record:
        when = instant_on(record, at)
        facts = service.relieve(record, member, position, by, when, why)
        said = local_text(when, zone_of(record))
    value = {"member": member, "position": position, "until": when, "changed": bool(facts)}
    text = f"{member} no longer holds {position} from {said}" if facts else f"that was recorded already, from {said}"
    answer(as_json, value, lambda: [text])


@click.command()
@click.argument("position")
@question
def position(position: str, at: str | None, known_at: str | None, db: str, as_json: bool) -> None:
    """How POSITION stands: holder, acting holder, holder on leave, successor, vacancy, papers filed, history.

    \b
    Example:
      muster position PCT-047-CO --at 2020-10-30
    """
    with reading(db) as views:
        found = service.position(views, position, instant_on(views, at), known_on(views, known_at))
        zone = zone_of(views)
    answer(as_json, found, lambda: lines_of(found, zone))


def lines_of(found: Standing, zone: ZoneInfo) -> list[str]:
    """A position, told in full."""
    lines = [f"{found.position}: {found.title}, {found.unit}, on {found.at.astimezone(zone):%a %d %b %Y %H%M %Z}"]
    lines.append(f"  {found.says}")
    lines += [f"  holder             {_holding(h, zone)}" for h in found.substantive]
    lines += [f"  acting             {_holding(h, zone)}" for h in found.acting]
    lines += [f"  on terminal leave  {_holding(h, zone)}" for h in found.on_terminal_leave]
    if found.vacant:
        lines.append(
            "  vacant" if found.places == 1 else f"  vacant             {found.vacant} of {found.places} places"
        )
    if found.proposal is not None:
        lines.append(f"  proposed           {found.proposal.words()}")
    lines += [f"  named for later    {_holding(h, zone)}" for h in found.later]
    return lines + [f"  before             {_holding(h, zone)}" for h in found.former]


def _holding(h: Holding, zone: ZoneInfo) -> str:
    until = f" until {local_text(h.until, zone)}" if h.until else ""
    said = [f"{h.member}, {h.kind} since {local_text(h.since, zone)}{until}"]
    said += [h.instrument] if h.instrument else []
    said += [f"limits: {h.limits}"] if h.limits else []
    if h.state == "away":
        said.append("away" + (f" until {local_text(h.away_until, zone)}" if h.away_until else ""))
    if h.papers is not None and h.state != "former":
        said.append(papers_text(h.papers, zone))
    return "; ".join(said)
