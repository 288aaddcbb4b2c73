"""``muster user``: who may sign in to the console."""

import click

from muster.cli.shared import answer, db_option, json_option, reading, writing
from muster.domain.users import User
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


def _state(user: User) -> str:
    if user.until is not None:
        return "ended"
    administrator = ", administrator" if user.administrator else ""
    return ("may sign in" if user.secret else "has no password yet") + administrator


def _told(as_json: bool, name: str, base: str, word: str) -> None:
    link = f"{base.rstrip('/')}/password/{word}"
    answer(as_json, {"user": name, "link": link}, lambda: [f"user {name} chooses a password at {link}"])
