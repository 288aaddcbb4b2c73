"""``muster print``: paper for the day everything is down."""

from pathlib import Path

import click

from muster.cli.paper import call_list_pages
from muster.cli.shared import action, answer, instant_on, reading
from muster.domain.errors import Refused
from muster.services.call_list import call_list as service


@click.group("print")
def print_() -> None:
    """Paper for the day everything is down.

    \b
    Example:
      muster print call-list PCT-047
    """


@print_.command("call-list")
@click.argument("unit")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file.")
@action
def call_list(unit: str, file: Path | None, at: str | None, db: str, as_json: bool) -> None:
    """The call list of UNIT: whom to call, in which order, under which number, for the next 24 hours.

    Plain text, 80 columns and 66 lines a page. It holds telephone numbers: keep it as your orders say.

    \b
    Example:
      muster print call-list PCT-047 --at 2020-10-07T18:00 --to PCT-047.txt
    """
    with reading(db) as views:
        found = service(views, unit, instant_on(views, at))
    pages = call_list_pages(found)
    if file is not None:
        try:
            file.write_text("".join(pages), encoding="utf-8")
        except OSError as said:
            raise Refused(f"{file}: cannot be written ({said.strerror}); name another file") from said
        answer(as_json, {"file": str(file), "pages": len(pages)}, lambda: [f"{len(pages)} pages in {file}"])
        return
    answer(as_json, found, lambda: "".join(pages).splitlines())
