"""``muster record``, ``muster verify``, ``muster backup`` and ``muster restore``."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TextIO
from zoneinfo import ZoneInfo

import click

from muster.cli.shared import answer, by_option, db_option, json_option, plain, reading, safe, writing, zone_of
from muster.domain.chain import Verification
from muster.domain.errors import Refused
from muster.domain.instants import instant_of
from muster.services import record as service
from muster.services.correcting import take_back as take_back_row
from muster.services.erasing import erase as erase_texts

head_option = click.option(
    "--head",
    metavar="HASH",
    callback=lambda _ctx, _param, said: said.split()[0] if said and said.strip() else said,
    help="A head that was kept outside: HASH, SEQ:HASH, or the line that 'muster record head' printed.",
)
file_argument = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def record() -> None:
    """The record: append-only facts in one chain that nobody can rewrite unseen.

    \b
    Example:
      muster record head && muster record verify
    """


@record.command()
@head_option
@click.option("--views", "deep", is_flag=True, help="Also compare the views with views made anew from the facts.")
@db_option
@json_option
def verify(head: str | None, deep: bool, db: str, as_json: bool) -> None:
    """Check every fact of the chain; with --head also that nothing was cut off or computed anew.

    \b
    Example:
      muster record verify --head 1234:9f86d081884c7d65...
    """
    from muster.bootstrap import open_store, verify_views

    with closing(open_store(db, must_exist=True, rebuild=False)) as store:
        with store.reading() as views:
            found = service.verify(views, head)
        if not found.facts and found.whole:
            raise Refused("the record is empty, which proves nothing: load a force directory, or restore a backup")
        said = verify_views(store) if deep and found.whole else []
    _conclude(found, said, as_json)


def _conclude(found: Verification, said: list[str], as_json: bool) -> None:
    value = {**_plain(found), "whole": found.whole and not said, "views": said}
    lines = [*found.says()]
    if said:  # the facts are whole: only then are views compared with them
        lines[-1:] = [*said, f"the facts are whole, but {len(said)} things beside them are not what the facts say"]
    answer(as_json, value, lambda: lines)
    if said or not found.whole:
        sys.exit(1)


def _plain(found: Verification) -> dict[str, Any]:
    return {**plain(found), "whole": found.whole}


@record.command()
@db_option
@json_option
def head(db: str, as_json: bool) -> None:
    """The head of the chain, to be printed, mailed or posted outside on a schedule.

    \b
    Example:
      muster record head >> /mnt/outside/heads.txt
    """
    with reading(db) as views:
        seq, found = views.head()
        now = views.now
    answer(as_json, {"seq": seq, "hash": found, "at": now}, lambda: [f"{seq}:{found}  {now:%Y-%m-%dT%H:%M:%SZ}"])


@record.command()
@click.argument("first", type=click.IntRange(1))
@click.argument("last", type=click.IntRange(1), required=False)
@db_option
@json_option
def show(first: int, last: int | None, db: str, as_json: bool) -> None:
    """Show facts FIRST to LAST.

    \b
    Example:
      muster record show 1 20
    """
    with reading(db) as views:
        found = service.show(views, first, last)
        zone = zone_of(views)
    answer(as_json, found, lambda: [_line(fact, zone) for fact in found])


@record.command()
@click.option("--about", required=True, metavar="THING", help="A member, unit, position, tasking or other thing.")
@click.option("--all", "every", is_flag=True, help="Also what was only about to be sent, and was or was not needed.")
@db_option
@json_option
def timeline(about: str, every: bool, db: str, as_json: bool) -> None:
    """Everything the record has about a thing, by when it took effect. How messages came to be sent is left out, and
    their number said; --all and --json have it.

    \b
    Example:
      muster record timeline --about CHIEF-OF-PATROL
    """
    with reading(db) as views:
        found = service.timeline(views, about)
        zone = zone_of(views)
    answer(as_json, found, lambda: [*_told(found, zone, every)] or [f"the record has nothing about {about}"])


UNDER_WAY: Final = ("contact.queued", "contact.hastened", "contact.spared")
"""Between the step that asks somebody and what was sent to them: a line for each channel of everybody."""
MATTERS: Final = {
    "escalation.started": ("chain",),
    "escalation.stepped": ("step", "member", "position", "skipped"),
    "contact.queued": ("says", "due_at"),
    "contact.sent": (),
}
"""What matters of facts that say much; the stream of a contact says who, how and what for."""


def _told(found: list[dict[str, Any]], zone: ZoneInfo, every: bool) -> Iterator[str]:
    """The lines of a timeline."""
    shown = [fact for fact in found if every or fact["kind"] not in UNDER_WAY]
    for fact in shown:
        body = fact["body"]
        names = MATTERS.get(fact["kind"], tuple(body)) if not every else tuple(body)
        yield _line({**fact, "body": {name: body[name] for name in names if name in body}}, zone)
    if len(found) > len(shown):
        yield f"{len(found) - len(shown)} facts about messages on their way are left out; --all shows them"


def _line(fact: dict[str, Any], zone: ZoneInfo) -> str:
    at = instant_of(fact["effective_at"], zone).astimezone(zone)
    known = instant_of(fact["recorded_at"], zone).astimezone(zone)
    later = "" if abs(known - at).total_seconds() < 60 else f"  (recorded {known:%Y-%m-%d %H%M})"
    body = ", ".join(f"{k} {v}" for k, v in fact["body"].items())
    said = f"{fact['seq']:>8}  {at:%Y-%m-%d %H%M %Z}  {fact['kind']}  {fact['stream']}"
    return f"{said}  {body}{later}" if body else f"{said}{later}"


@record.command()
@file_argument
@click.option("--first", type=click.IntRange(1), help="From this fact.")
@click.option("--last", type=click.IntRange(1), help="To this fact.")
@click.option("--about", metavar="THING", help="Only facts about this thing.")
@db_option
@json_option
def export(file: Path, first: int | None, last: int | None, about: str | None, db: str, as_json: bool) -> None:
    """Write a stretch of the record to FILE with its proof, which 'muster verify FILE' checks without the database.

    \b
    Example:
      muster record export night.jsonl --about PCT-047
    """
    with reading(db) as views, _new_file(file) as to:
        shown = service.export(views, to, first=first, last=last, about=about)
        seq, hashed = views.head()
    value = {"file": str(file), "facts": shown, "seq": seq, "hash": hashed}
    answer(as_json, value, lambda: [f"{shown} facts and their proof up to head {seq}:{hashed}"])


@contextmanager
def _new_file(file: Path) -> Iterator[TextIO]:
    """The file, to write to; it must not be there yet, and it goes again when what is written fails."""
    try:
        to = file.open("x", encoding="utf-8")
    except FileExistsError:
        raise Refused(f"{file}: is there already; name another file") from None
    except OSError as said:
        raise Refused(f"{file}: cannot be written ({said.strerror}); name another file") from said
    with to:
        try:
            yield to
        except BaseException:
            file.unlink()
            raise


@record.command()
@click.argument("stream")
@by_option
@click.option("--why", required=True, metavar="TEXT", help="By what law or order.")
@db_option
@json_option
def erase(stream: str, by: str, why: str, db: str, as_json: bool) -> None:
    """Erase the sealed texts of a row for good: a telephone number, a reason. The chain stays whole.

    \b
    Example:
      muster record erase contact_point/M0005/telephone --by M0001 --why "left the force; request of 3 May"
    """
    with writing(db) as opened:
        gone = erase_texts(opened, stream, by, why)
    said = f"{gone} text{'' if gone == 1 else 's'} erased; the chain is as whole as before"
    answer(as_json, {"stream": stream, "erased": gone}, lambda: [said])


@record.command("take-back")
@click.argument("stream")
@by_option
@click.option("--why", required=True, metavar="TEXT", help="What was wrong.")
@db_option
@json_option
def take_back(stream: str, by: str, why: str, db: str, as_json: bool) -> None:
    """Take back what was entered wrongly; then enter it rightly. What was believed until now stays in the record.

    \b
    Example:
      muster record take-back signing/M0005/2020-10-07T06:00:00Z/on --by M0005 --why "it was 0700"
    """
    with writing(db) as opened:
        made = take_back_row(opened, stream, by, why, opened.now)
    answer(as_json, made, lambda: [f"{stream} is not believed any more; the record keeps that it was"])


@click.command("verify")
@file_argument
@head_option
@json_option
def verify_file(file: Path, head: str | None, as_json: bool) -> None:
    """Check an exported stretch without its database.

    \b
    Example:
      muster verify night.jsonl --head 1234:9f86d081884c7d65...
    """
    if not file.is_file():
        raise click.UsageError(f"{safe(str(file))} is not a file")
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        _conclude(service.verify_export(lines, head), [], as_json)


@click.command()
@file_argument
@db_option
@json_option
def backup(file: Path, db: str, as_json: bool) -> None:
    """Copy the record to FILE while it is in use, and check the copy.

    \b
    Example:
      muster backup muster-2020-10-07.db
    """
    from muster.bootstrap import backup as copy
    from muster.bootstrap import open_store

    with closing(open_store(db, must_exist=True)) as store:
        found = copy(store, file)
    answer(as_json, {"file": str(file), **_plain(found)}, lambda: [f"{file}:", *found.says()])


@click.command()
@file_argument
@click.option("--replace", is_flag=True, help="Replace the database that is there.")
@db_option
@json_option
def restore(file: Path, replace: bool, db: str, as_json: bool) -> None:
    """Put the backup FILE in place as the record at --db, after checking it.

    \b
    Example:
      muster restore muster-2020-10-07.db --db sqlite:///muster.db
    """
    from muster.bootstrap import restore as put_back

    found = put_back(file, db, replace=replace)
    answer(as_json, _plain(found), lambda: list(found.says()))
