"""``muster worker``: does what is due."""

import json
import signal
from contextlib import closing
from pathlib import Path
from threading import Event

import click

from muster.cli.shared import db_option, json_option, plain, safe

gateways_option = click.option(
    "--gateways",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="MUSTER_GATEWAYS",
    required=True,
    metavar="FILE",
    help="How each channel is reached, a TOML file (MUSTER_GATEWAYS).",
)


@click.command()
@gateways_option
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@db_option
@json_option
def worker(gateways: Path, once: bool, db: str, as_json: bool) -> None:
    """Do what is due, until stopped: ask the next in line, send messages, record what came of it. Any number may run.

    \b
    Example:
      muster worker --gateways gateways.toml
    """
    from muster.bootstrap import SteadyClock, links_of, notifier_of, open_store
    from muster.worker.loop import Told, Worker, lines_of

    def tell(told: Told) -> None:
        if as_json:
            click.echo(json.dumps(plain(told), ensure_ascii=False))
        else:
            for line in lines_of(told):
                click.echo(safe(line))

    stopped = Event()
    clock = SteadyClock()
    with closing(open_store(db, clock, must_exist=True)) as store, notifier_of(gateways) as notifier:
        with store.writing() as record:
            clock.not_before(record.now)
        works = Worker(store, notifier, links_of(store, gateways), clock, tell)
        if once:
            works.until_idle()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        click.echo(f"worker: doing what is due in {db.rpartition('@')[2]}", err=True)
        works.run(stopped)
