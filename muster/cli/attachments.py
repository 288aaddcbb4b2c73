"""``muster attach`` and ``detach``: a member is lent to another unit for a time, and back again."""

import click

from muster.cli.shared import action, answer, instant_in, instant_on, writing, zone_of
from muster.domain.instants import dated_text
from muster.domain.members import Attachment

by_position = click.option(
    "--by", required=True, metavar="POSITION", help="The position that signs: a command over both units."
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; sealed, for those entitled.")


@click.command()
@click.argument("member")
@click.option("--unit", required=True, metavar="UNIT", help="The unit to which they are lent.")
@click.option("--from", "since", required=True, metavar="TIME", help="From when.")
@click.option("--until", metavar="TIME", help="Until when; without it until further notice.")
@click.option("--squad", metavar="SQUAD", help="The squad of that unit whose chart they follow.")
@click.option("--tour", metavar="TOUR", help="Instead of a squad: the tour that they work there on each day.")
@reason_option
@by_position
@action
def attach(
    member: str,
    unit: str,
    since: str,
    until: str | None,
    squad: str | None,
    tour: str | None,
    reason: str,
    by: str,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """Lend MEMBER to another unit: on duty there by a squad's chart, by one tour, or as they sign on; missing at home.

    Signed by a command position of a unit that stands over both, or of the higher of the two. The watch, the roll call,
    the ledger and published rosters read it.

    \b
    Example:
      muster attach M0031 --unit PCT-052 --from 2020-10-20T15:00 --until 2020-10-20T23:35 --tour 1500x2335 \\
        --by PBBX-CO --reason "a short tour" --at 2020-10-19T12:00
    """
    from muster.services.attachments import attach as attach_member

    with writing(db) as record:
        zone = zone_of(record)
        wanted = Attachment(
            member=member,
            unit=unit,
            since=instant_in("--from", since, zone),
            until=instant_in("--until", until, zone) if until else None,
            squad=squad,
            tour=tour,
            reason=reason,
        )
        made = attach_member(record, wanted, by, instant_on(record, at))
    ends = f" until {dated_text(made.until, zone)}" if made.until else " until further notice"
    answer(as_json, made, lambda: [f"{member} is attached to {unit} from {dated_text(made.since, zone)}{ends}"])


@click.command()
@click.argument("member")
@reason_option
@by_position
@action
def detach(member: str, reason: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    """MEMBER's attachment ends at --at: from then on they serve at home again. A tour that has begun goes on.

    \b
    Example:
      muster detach M0031 --by PBBX-CO --reason "not needed any more" --at 2020-10-20T19:00
    """
    from muster.services.attachments import detach as detach_member

    with writing(db) as record:
        zone, when = zone_of(record), instant_on(record, at)
        made = detach_member(record, member, by, when, reason)
    answer(as_json, made, lambda: [f"{member} is attached to {made.unit} until {dated_text(when, zone)}"])
