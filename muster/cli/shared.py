"""What commands share: where the record is, instants on the command line, answers as text or JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.force import Force
from muster.domain.instants import instant_of
from muster.domain.schema import Row, to_body, written
from muster.domain.wording import safe as safe
from muster.ports import Record, Views

F = TypeVar("F", bound=Callable[..., Any])

db_option = click.option(
    "--db", envvar="MUSTER_DB", default="sqlite:///muster.db", show_default=True, help="URL of the record (MUSTER_DB)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
at_option = click.option("--at", metavar="TIME", help="Instant asked about: local time of the force; default now.")
known_option = click.option(
    "--as-known-at", "known_at", metavar="TIME", help="Answer from what the record believed at that instant."
)
viewer_option = click.option(
    "--as", "viewer", metavar="MEMBER", help="Show reasons that touch health or rest only as this member may read them."
)
by_option = click.option("--by", required=True, metavar="MEMBER", help="The member who does it.")


def question(command: F) -> F:
    """The options of a command that asks: ``--at``, ``--as-known-at``, ``--db``, ``--json``."""
    for option in (json_option, db_option, known_option, at_option):
        command = option(command)
    return command


def action(command: F) -> F:
    """The options of a command that acts: ``--at``, ``--db``, ``--json``."""
    for option in (json_option, db_option, at_option):
        command = option(command)
    return command


@contextmanager
def reading(db: str) -> Iterator[Views]:
    """The record at this URL, to read from; it must exist."""
    from muster.bootstrap import open_store  # the database layer takes half a second to import

    with closing(open_store(db, must_exist=True)) as store, store.reading() as views:
        yield views


@contextmanager
def writing(db: str) -> Iterator[Record]:
    """The record at this URL, to write to, in one transaction; it must exist."""
    from muster.bootstrap import open_store

    with closing(open_store(db, must_exist=True)) as store, store.writing() as record:
        yield record


def zone_of(views: Views) -> ZoneInfo:
    """The zone of the force in the record; raises ``Unknown`` when no force is loaded."""
    force = views.rows(Force)
    if not force:
        raise Unknown(
            "the record has no force yet: load one with 'muster load DIR' ('muster new DIR' writes a small one)"
        )
    return ZoneInfo(force[0].zone)


def instant_on(views: Views, said: str | None) -> datetime:
    """What ``--at`` says as an instant; now when it was not given."""
    return views.now if said is None else instant_in("--at", said, zone_of(views))


def happened_on(views: Views, said: str | None) -> datetime:
    """When something happened to a tasking, as ``--at`` says. Raises ``Refused`` for what is still to come: before that
    nobody could do anything about the tasking any more."""
    at = instant_on(views, said)
    if at > views.now:
        raise Refused(f"--at {said} is still to come: say what happened when it has")
    return at


def known_on(views: Views, said: str | None) -> datetime | None:
    """What ``--as-known-at`` says as an instant; None when it was not given."""
    return None if said is None else instant_in("--as-known-at", said, zone_of(views))


def instant_in(option: str, said: str, zone: ZoneInfo) -> datetime:
    """What an option says as an instant. Raises ``Invalid`` with the name of the option."""
    try:
        return instant_of(said, zone)
    except Invalid as wrong:
        raise Invalid(f"{option} {wrong}") from None


def plain(value: Any) -> Any:
    """A value of the domain as JSON knows it: rows as objects, instants as UTC text."""
    if isinstance(value, Row):
        return to_body(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():g}S"  # ISO 8601
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return written(value)


def answer(as_json: bool, value: Any, lines: Callable[[], list[str]]) -> None:
    """Print the value as JSON, or the lines that tell it."""
    if as_json:
        click.echo(json.dumps(plain(value), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(safe(line) for line in lines()))


def say(line: str) -> None:
    """Say on standard error how it goes, beside the answer."""
    click.echo(f"muster: {safe(line)}", err=True)


def first_of(lines: Iterable[str], most: int, depth: int = 0) -> Iterator[str]:
    """The first lines, at most so many, and as the last how many more there are, ``depth`` spaces in."""
    found = list(lines)
    yield from found[:most]
    if len(found) > most:
        yield f"{' ' * depth}and {len(found) - most} more; --json has all"
