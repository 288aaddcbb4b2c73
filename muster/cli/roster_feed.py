"""``muster roster feed``: a member's tours for their calendar, as a file, or as a link to which it subscribes."""

from pathlib import Path

import click

from muster.cli.shared import action, answer, instant_on, reading, writing
from muster.domain.errors import Invalid
from muster.domain.wording import count_of


@click.command()
@click.argument("member")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, whole.")
@click.option("--link", is_flag=True, help="Make a secret address to which calendars subscribe; shown this once.")
@click.option("--renew", is_flag=True, help="Make another in place of the one there is, which ends.")
@click.option("--revoke", is_flag=True, help="End it.")
@click.option("--by", metavar="MEMBER", help="Of a link: the member who asks for it, or who stands over them.")
@click.option(
    "--gateways",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="MUSTER_GATEWAYS",
    metavar="FILE",
    help="Of a link: the TOML file that says where links lead (MUSTER_GATEWAYS).",
)
@action
def feed(
    member: str,
    target: Path | None,
    link: bool,
    renew: bool,
    revoke: bool,
    by: str | None,
    gateways: Path | None,
    at: str | None,
    db: str,
    as_json: bool,
) -> None:
    """MEMBER's tours by published rosters, call-ins that became theirs and appearances in court, as an iCalendar feed
    (RFC 5545), from four weeks before --at on: what was moved, or is cancelled since, replaces what a calendar had.

    With --link, an address behind ``muster serve`` where calendars find it anew. Whoever has it can read the feed: the
    record keeps only a hash of it, and it ends when it is renewed or revoked, or the member leaves the force.

    \b
    Example:
      muster roster feed M0033 --at 2020-10-19 --to M0033.ics
      muster roster feed M0033 --link --by M0033 --gateways gateways.toml
    """
    acts = [name for name, asked in (("link", link), ("renew", renew), ("revoke", revoke)) if asked]
    if not acts:
        _written(member, target, at, db, as_json)
        return
    if len(acts) > 1 or target is not None:
        raise Invalid(f"--{acts[0]} stands alone: neither --to nor another of --link, --renew and --revoke with it")
    if by is None:
        raise Invalid(f"--{acts[0]} needs --by MEMBER: who asks for it, the member or somebody who stands over them")
    if revoke:
        _revoked(member, by, at, db, as_json)
    elif gateways is None:
        raise Invalid(f"--{acts[0]} needs --gateways FILE: it says where links lead; see the guide to gateways")
    else:
        _linked(member, by, renew, gateways, at, db, as_json)


def _written(member: str, target: Path | None, at: str | None, db: str, as_json: bool) -> None:
    from muster.documents.calendars import calendar
    from muster.files.whole import write_whole
    from muster.services.feeds import BACK, feed_of

    with reading(db) as views:
        found = feed_of(views, member, instant_on(views, at) - BACK)
    text = calendar(found)
    if target is not None:
        write_whole(target, text)
    value = {"member": member, "tours": found.tours, "file": None if target is None else str(target)}
    if as_json or target is not None:
        answer(as_json, value, lambda: [f"{target}: {count_of(len(found.tours), 'tour')}"])
    else:
        click.echo(text.replace("\r\n", "\n"), nl=False)


def _linked(member: str, by: str, renew: bool, gateways: Path, at: str | None, db: str, as_json: bool) -> None:
    from muster.bootstrap import link_base
    from muster.services.feed_links import PATH, make

    base = link_base(gateways)
    with writing(db) as record:
        token = make(record, member, by, instant_on(record, at), renew=renew)
    url = f"{base}{PATH}{token}.ics"
    says = "whoever has this address can read it; it is not shown again"
    answer(as_json, {"member": member, "url": url}, lambda: [url, f"  the tours of {member}: {says}"])


def _revoked(member: str, by: str, at: str | None, db: str, as_json: bool) -> None:
    from muster.services.feed_links import revoke

    with writing(db) as record:
        ended = revoke(record, member, by, instant_on(record, at))
    says = f"the link to the tours of {member} works no more" if ended else f"there is no link to the tours of {member}"
    answer(as_json, {"member": member, "ended": ended}, lambda: [says])
