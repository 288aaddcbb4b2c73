"""``muster move``."""

from contextlib import closing
from dataclasses import asdict

import click

from muster.cli.shared import answer, db_option, json_option

LONG = 20_000
"""More facts than this take long enough that somebody wants to know how far it is."""


@click.command()
@click.option("--to", required=True, metavar="URL", help="An empty database: sqlite:///PATH or postgresql://...")
@db_option
@json_option
def move(to: str, db: str, as_json: bool) -> None:
    """Carry the record to another database, verified: from a file to PostgreSQL, or back.

    The record at --db stays as it is. End everything that uses it first, and let nothing write to it afterwards.

    \b
    Example:
      muster move --to postgresql://muster@localhost/muster
    """
    from muster import bootstrap

    with closing(bootstrap.open_store(db, must_exist=True)) as source, closing(bootstrap.open_store(to)) as target:
        found = bootstrap.move(source, target, _told)
        name = bootstrap.name_of(target)
    value = {"to": name, **asdict(found), "whole": found.whole}
    answer(as_json, value, lambda: [f"{name}:", *found.says(), "from now on name it with --db or MUSTER_DB"])


def _told(done: str, facts: int, of: int) -> None:
    if of > LONG:
        click.echo(f"{done} {facts:,} of {of:,} facts", err=True)
