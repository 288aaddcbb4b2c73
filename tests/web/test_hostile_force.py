"""A force whose names were chosen to do harm, markup, formulas, letters that run from right to left, very long ones: it
loads, and every screen, document and table shows it harmlessly."""

import asyncio
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import quote
from zipfile import ZipFile

import pytest
import vobject  # type: ignore[import-untyped]
from click.testing import CliRunner
from starlette.requests import Request

from muster.cli import cli
from muster.domain.directions import FROM, TO
from muster.domain.errors import Invalid
from muster.domain.force import Force, Rank, Title, Unit
from muster.domain.members import Member
from muster.domain.schema import Row, columns_of
from muster.files.cells import parser
from muster.web.app import form_of
from muster.web.console import console_app
from tests.api.scene import Scene, set_up
from tests.api.test_every_route import THERE, filled, headers_of, routes_of, sent
from tests.doors import House, ask, console_of, post
from tests.ground import NEW_YORK, InRecord
from tests.services.small import OFFICER, PC
from tests.web.test_refusals import is_safe

MARKUP: Final = "<img src=x onerror=alert(1)>\"'&amp;{{7*7}}{% raw %}</script><script>"
HEBREW: Final = "שלום תחנה"
NAMES: Final = (f"=1+1{MARKUP}", HEBREW, f"@SUM(A1){'W' * 900}", f"-{HEBREW}\u200f 47", "+cmd|' /C calc'!A0")
LEFTWARDS: Final = re.compile("[\u200f\u0590-\u05ff]")
FILES: Final = ("/record/export",)
"""Routes that hand out a file, which no browser shows."""


def hostile(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows with names that mean harm; ranks and titles keep a number, by which they are told apart."""
    for number, row in enumerate(rows):
        name = NAMES[number % len(NAMES)]
        if isinstance(row, Rank | Title):
            yield replace(row, name=f"{name} {number}")
        elif isinstance(row, Unit | Member | Force):
            yield replace(row, name=name)
        else:
            yield row


def harmful(force: InRecord) -> None:
    """The scene in a force of such names."""
    force.rows = [*hostile(force.rows)]
    force.load()
    set_up(force)


@pytest.fixture
def scene(force: InRecord, house: House) -> Scene:
    """The same with a server before it."""
    force.once(harmful)
    return Scene(force, house)


class Reader(HTMLParser):
    """Whatever a page shows or says, text and attributes; and each element that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.elements: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.said += [value for _, value in attrs if value]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def stands_free(said: str) -> bool:
    """Whether a text has letters from right to left that are not set apart."""
    return LEFTWARDS.search(re.sub(f"{FROM}[^{TO}]*{TO}", "", said)) is not None


def test_names_that_mean_harm_do_none_on_any_screen(scene: Scene) -> None:
    console, headers, shown = console_of(scene.house.store, scene.force.clock), headers_of(scene, PC), 0
    for method, path in routes_of(console_app(console, print).routes):
        for tried in filled(method, path, THERE) if method == "GET" and path not in FILES else ():
            said = sent(scene, tried, headers)
            assert said.status < 500, tried
            if said.status != 200 or not said.text.startswith("<!doctype html>"):
                continue
            assert is_safe(said)
            page = Reader(said.text)
            assert "img" not in page.elements, tried
            assert [text for text in page.said if stands_free(text)] == [], tried
            shown += any(name in unescape(said.text) for name in NAMES)
    assert shown > 10


def test_what_is_shown_set_apart_comes_back_as_it_was_typed(scene: Scene) -> None:
    headers = headers_of(scene, PC)
    page = ask(f"{scene.house.base}/taskings/new", headers=headers)
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    assert mark is not None
    typed = {"mark": mark[1], "what": HEBREW, "matter": "shots-fired", "place": "NO-SUCH", "by": "PC"}
    again = post(f"{scene.house.base}/taskings/new", headers, **typed)
    assert f'value="{FROM}{HEBREW}{TO}"' in again.text or f">{FROM}{HEBREW}{TO}<" in again.text
    form = b"what=" + quote(f"{FROM}{HEBREW}{TO}").encode()
    scope = {"type": "http", "method": "POST", "headers": []}

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": form, "more_body": False}

    assert asyncio.run(form_of(Request(scope, receive))) == {"what": HEBREW}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("print roll-call PCT-047 --tour 0705x1540 --day 2020-10-20 --at 2020-10-20T12:00 --to", "roll.html"),
        ("print fairness PCT-047 --year 2020 --at 2020-10-20T12:00 --to", "fairness.html"),
        ("fairness PCT-047 --year 2020 --at 2020-10-20T12:00 --csv", "fairness.csv"),
        ("fairness PCT-047 --year 2020 --at 2020-10-20T12:00 --csv", "fairness.xlsx"),
        (f"roster feed {OFFICER} --at 2020-10-20T12:00 --to", "tours.ics"),
    ],
)
def test_documents_tables_and_calendars_run_nothing(scene: Scene, tmp_path: Path, command: str, name: str) -> None:
    file, database = tmp_path / name, scene.house.store.engine.url.database
    said = CliRunner().invoke(cli, [*command.split(), str(file), "--db", f"sqlite:///{database}"])
    assert said.exit_code == 0, said.output
    if file.suffix == ".xlsx":
        parts = ZipFile(file)
        sheets = [parts.read(part).decode() for part in parts.namelist() if part.startswith("xl/worksheets/sheet")]
        assert sheets
        assert not any("<f>" in sheet for sheet in sheets)
        return
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".csv":
        assert not any(cell[:1] in "=+-@" for line in csv.reader(text.splitlines()) for cell in line if cell)
    elif file.suffix == ".ics":
        assert all(said.summary.value.startswith("PCT-047 ") for said in vobject.readOne(text).vevent_list)
    else:
        page = Reader(text)
        assert "img" not in page.elements
        assert [said for said in page.said if stands_free(said)] == []


def test_a_name_that_turns_the_direction_of_writing_is_not_loaded(tmp_path: Path) -> None:
    for said in ("\u202e47", "a\u2066b", "a\x07b", "a\x00b", "a\nb"):
        with pytest.raises(Invalid):
            parser(next(c for c in columns_of(Unit) if c.name == "name"), NEW_YORK)(said)
