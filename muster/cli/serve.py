"""``muster serve``: the page behind links, and the API."""

import json
from contextlib import closing
from pathlib import Path

import click

from muster.cli.shared import db_option, json_option, safe


@click.command()
@click.option(
    "--gateways",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="MUSTER_GATEWAYS",
    required=True,
    metavar="FILE",
    help="The TOML file that says where links lead (MUSTER_GATEWAYS).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8047, show_default=True, help="The port; 0: any.")
@db_option
@json_option
def serve(gateways: Path, host: str, port: int, db: str, as_json: bool) -> None:
    """Serve the page behind links, and the API, until stopped. A proxy in front of it brings TLS.

    \b
    Example:
      muster serve --gateways gateways.toml --port 8047
    """
    from muster.bootstrap import SteadyClock, links_of, open_store
    from muster.cli.listening import Server, listen, url_of
    from muster.cli.serving import joined
    from muster.services.door import Door

    def complain(said: str) -> None:
        click.echo(f"serve: {safe(said)}", err=True)

    clock = SteadyClock()
    with closing(open_store(db, clock, must_exist=True)) as store:
        with store.reading() as views:
            clock.not_before(views.now)
        links = links_of(store, gateways)
        server = Server(joined(Door(store, links, clock), complain))
        with closing(listen(host, port)) as listener:
            url = url_of(listener)
            said = {"listening": url, "links": links.base}
            click.echo(json.dumps(said) if as_json else f"serve: listening on {url}; links lead to {links.base}")
            server.serve_on(listener)
