"""``muster user``: who may sign in to the console."""

from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, db_option, json_option, reading, writing, zone_of
from muster.domain.tokens import LONGEST_DAYS, SCOPES, Token
from muster.domain.users import User
from muster.services import tokens as token_service
from muster.services import users as service

base_option = click.option(
    "--base", default="http://127.0.0.1:8047", show_default=True, help="The address at which the console is reached."
)
name_argument = click.argument("name")


@click.group()
def user() -> None:
    """Who may sign in. What somebody may see and do follows from the positions of their member, and ends with them.

    \b
    Example:
      muster user add desk-47 --member M0016
    """


@user.command()
@name_argument
@click.option("--member", metavar="MEMBER", help="The member that it is; none: who only looks after users.")
@click.option("--administrator", is_flag=True, help="May make and end users.")
@base_option
@db_option
@json_option
def add(name: str, member: str | None, administrator: bool, base: str, db: str, as_json: bool) -> None:
    """Make user NAME; prints the link with which they choose their password. It works once, for three days.

    \b
    Example:
      muster user add desk-47 --member M0016 --base https://muster.example.org
    """
    with writing(db) as record:
        made = User(user=name, member=member, administrator=administrator, since=record.now)
        word = service.add_user(record, made, None, record.now)
    _told(as_json, name, base, word)


@user.command()
@name_argument
@base_option
@db_option
@json_option
def invite(name: str, base: str, db: str, as_json: bool) -> None:
    """Give user NAME a new link to choose a password with: the one before ends. A password holds until they choose.

    \b
    Example:
      muster user invite desk-47
    """
    with writing(db) as record:
        word = service.invite(record, name, None, record.now)
    _told(as_json, name, base, word)


@user.command()
@name_argument
@db_option
@json_option
def end(name: str, db: str, as_json: bool) -> None:
    """End user NAME, with their sessions. Safe to repeat.

    \b
    Example:
      muster user end desk-47
    """
    with writing(db) as record:
        service.end_user(record, name, None, record.now)
    answer(as_json, {"user": name, "ended": True}, lambda: [f"user {name} cannot sign in any more"])


@user.command("list")
@db_option
@json_option
def list_(db: str, as_json: bool) -> None:
    """The users, each with their member and how they stand.

    \b
    Example:
      muster user list
    """
    with reading(db) as views:
        found = views.rows(User)
    told = [{"user": u.user, "member": u.member, "administrator": u.administrator, "state": _state(u)} for u in found]
    answer(as_json, told, lambda: [f"{u.user:20} {u.member or '-':10} {_state(u)}" for u in found] or ["nobody yet"])


@user.command()
@name_argument
@click.option(
    "--scope", metavar="SCOPES", default="read", show_default=True, help=f"What it may do: {', '.join(SCOPES)}."
)
@click.option(
    "--for", "days", type=click.IntRange(1, LONGEST_DAYS), default=30, show_default=True, help="Days until it ends."
)
@db_option
@json_option
def token(name: str, scope: str, days: int, db: str, as_json: bool) -> None:
    """Make a token with which a program asks, and acts, for user NAME over the API. It is printed this once.

    It has no rights of its own: those that follow from the positions of the user's member hold at each request, and
    end with them. It ends with its days, with the user, and when it is revoked.

    \b
    Example:
      muster user token desk-47 --scope read,act --for 30
    """
    with writing(db) as record:
        made = token_service.issue(record, name, scope.replace(" ", "").split(","), days, record.now)
        zone = zone_of(record)
    found = made.token
    told = {"token": found.name, "secret": made.secret, "scopes": found.scopes, "until": found.until}
    lines = [made.secret, f"token {found.name} of {name}: {_works(found, zone)}; it is not shown again"]
    answer(as_json, told, lambda: lines)


@user.command()
@click.argument("name", required=False)
@db_option
@json_option
def tokens(name: str | None, db: str, as_json: bool) -> None:
    """The tokens of user NAME, or of all, by the first letters of their hash.

    \b
    Example:
      muster user tokens desk-47
    """
    with reading(db) as views:
        found, zone, now = token_service.tokens_of(views, name), zone_of(views), views.now
    told = [{"token": t.name, "user": t.user, "scopes": t.scopes, "until": t.until} for t in found]
    lines = [f"{t.name}  {t.user:20} {_works(t, zone) if now < t.until else 'ended'}" for t in found]
    answer(as_json, told, lambda: lines or ["no tokens"])


@user.command()
@click.argument("token")
@db_option
@json_option
def revoke(token: str, db: str, as_json: bool) -> None:
    """End TOKEN, as it is listed. Safe to repeat.

    \b
    Example:
      muster user revoke 3f2a9c0d1e4b
    """
    with writing(db) as record:
        found = token_service.revoke(record, token, record.now)
    answer(as_json, {"token": found.name, "ended": True}, lambda: [f"token {found.name} of {found.user} has ended"])


def _works(token: Token, zone: ZoneInfo) -> str:
    return f"may {' and '.join(token.scopes)} until {token.until.astimezone(zone):%a %d %b %Y %H%M}"


def _state(user: User) -> str:
    if user.until is not None:
        return "ended"
    administrator = ", administrator" if user.administrator else ""
    return ("may sign in" if user.secret else "has no password yet") + administrator


def _told(as_json: bool, name: str, base: str, word: str) -> None:
    link = f"{base.rstrip('/')}/password/{word}"
    answer(as_json, {"user": name, "link": link}, lambda: [f"user {name} chooses a password at {link}"])
