"""``muster audit``: watches over the worker."""

import json
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from muster.cli.shared import db_option, json_option, plain, safe
from muster.cli.worker import gateways_option

if TYPE_CHECKING:
    from muster.worker.auditor import Audited


@click.command()
@gateways_option
@click.option("--every", type=click.IntRange(1, 3600), default=60, show_default=True, help="Seconds between two looks.")
@click.option("--once", is_flag=True, help="Look once; exit code 1 when something is wrong.")
@db_option
@json_option
def audit(gateways: Path, every: int, once: bool, db: str, as_json: bool) -> None:
    """Watch over the worker from outside: raise the alarm when something is overdue or the record cannot be read, and
    send a heartbeat when all is well, and only then. Run it on another machine than the worker if you can.

    \b
    Example:
      muster audit --gateways gateways.toml
    """
    from muster.bootstrap import alarms_of, heartbeat_of, notifier_of, open_store, system_clock
    from muster.worker.auditor import Audited, Auditor

    def tell(seen: Audited) -> None:
        for line in [json.dumps(plain(seen), ensure_ascii=False)] if as_json else _lines(seen):
            click.echo(safe(line))

    stopped = Event()
    with notifier_of(gateways) as notifier:
        alarms, beat = alarms_of(gateways), heartbeat_of(gateways)
        auditor = Auditor(lambda: open_store(db, must_exist=True), notifier, alarms, beat, system_clock)
        if once:
            seen = auditor.look()
            tell(seen)
            if seen.found or seen.trouble:
                sys.exit(1)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        auditor.run(stopped, timedelta(seconds=every), tell)


def _lines(seen: "Audited") -> list[str]:
    lines = [f"ALARM {f.about}: {f.says}" for f in seen.found]
    if seen.trouble:
        lines.append(f"ALARM the record cannot be read: {seen.trouble}")
    lines += [f"alarm {delivery.state}: {delivery.says}" for delivery in seen.alarms]
    if not lines:
        lines.append("all is well" + (f"; heartbeat {seen.beat}" if seen.beat else ""))
    return lines
