"""``muster serve``: the console, the pages behind links, and the API."""

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from muster.cli.shared import db_option, json_option, safe, zone_of

if TYPE_CHECKING:
    from socket import socket

    from muster.bootstrap import SteadyClock
    from muster.ports import Clock, Store
    from muster.web.asking import Console

COLLECTED: Final = 50_000, 10, 10
"""How seldom cycles are looked for (``gc.set_threshold``): a page of a whole force makes as many objects as to have all
that is kept looked through for nothing, for a tenth of a second."""


@click.command()
@click.option(
    "--gateways",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="MUSTER_GATEWAYS",
    metavar="FILE",
    help="The TOML file that says where links lead (MUSTER_GATEWAYS); needed unless it is a demo.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8047, show_default=True, help="The port; 0: any.")
@click.option("--demo", is_flag=True, help="Whoever comes chooses whom they are; the clock goes on from the last fact.")
@db_option
@json_option
def serve(gateways: Path | None, host: str, port: int, demo: bool, db: str, as_json: bool) -> None:
    """Serve the console, the pages behind links and the API, until stopped. A proxy in front of it brings TLS.

    \b
    Example:
      muster serve --gateways gateways.toml --port 8047
    """
    from muster.cli.listening import listen

    if gateways is None and not demo:
        raise click.UsageError("say where links lead with --gateways FILE, or serve a --demo")
    with closing(listen(host, port)) as listener:
        serve_on(listener, db, gateways, _told_as_json if as_json else _told, demo=demo)


def serve_on(
    listener: "socket",
    db: str,
    gateways: Path | None,
    told: Callable[[dict[str, str]], None],
    *,
    demo: bool,
    leaving: Callable[[], None] = lambda: None,
) -> None:
    """Serve a record there until stopped. ``told`` is told what whoever started it has to know; ``leaving`` is called
    where the process ends before this returns."""
    from muster.bootstrap import SteadyClock, links_at, links_of, open_store
    from muster.cli.listening import Server, url_of
    from muster.cli.serving import joined
    from muster.services.door import Door

    clock = _clock_of(db) if demo else SteadyClock()
    with closing(open_store(db, clock, must_exist=True)) as store:
        with store.reading() as views:
            clock.not_before(views.now)
        url = url_of(listener)
        links = links_at(store, url) if gateways is None else links_of(store, gateways)
        console = _console(store, clock, store.signing_key(), links.base, demo=demo)
        app = joined(Door(store, links, clock), console, _complain)
        server = Server(app, leaving, app.end_streams)
        told({"listening": url, "links": links.base, **_first(console, url)})
        gc.collect()
        gc.freeze()  # what is loaded by now stays
        gc.set_threshold(*COLLECTED)
        server.serve_on(listener)


def _complain(said: str) -> None:
    click.echo(f"serve: {safe(said)}", err=True)


def _told_as_json(said: dict[str, str]) -> None:
    click.echo(json.dumps(said))


def _told(said: dict[str, str]) -> None:
    click.echo("\n".join(_lines(said)))


def _clock_of(db: str) -> "SteadyClock":
    """A clock that goes on from the newest fact of a record."""
    from muster.bootstrap import clock_from, open_store
    from muster.services.desk import newest

    with closing(open_store(db, must_exist=True)) as store, store.reading() as views:
        return clock_from(newest(views))


def _console(store: "Store", clock: "Clock", key: bytes, base: str, *, demo: bool) -> "Console":
    from muster.services.desk import Desk
    from muster.services.gate import Gate
    from muster.web.asking import Console

    with store.reading() as views:
        zone = zone_of(views)
    return Console(store, clock, Desk(store, clock), Gate(store, clock, key, demo=demo), zone, base)


def _first(console: "Console", url: str) -> dict[str, str]:
    """Where nobody can sign in yet: an administrator is made, and this is where they choose a password."""
    word = None if console.gate.demo else console.gate.first()
    return {} if word is None else {"administrator": f"{url}/password/{word}"}


def _lines(said: dict[str, str]) -> Iterator[str]:
    yield f"serve: listening on {said['listening']}; links lead to {said['links']}"
    if "administrator" in said:
        yield f"serve: nobody can sign in yet; user 'administrator' chooses a password at {said['administrator']}"
