"""Makes the pictures of the console that README shows: ``python -m tests.screens [DIR]``. DIR: where a replay of
October 2020 was kept with ``muster replay october-2020 --keep DIR``; without it one is played, which takes a minute."""

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Browser, ViewportSize

from muster.bootstrap import clock_from, open_store
from muster.scenarios.player import Player
from muster.scenarios.reading import open_scenario
from muster.services.desk import newest
from muster.store.copies import duplicate
from tests.browsing import PHONE, Scheme, chromium, executable
from tests.doors import house_of, served

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "screens"
DESK: Final[ViewportSize] = {"width": 1280, "height": 640}
WIDE: Final[ViewportSize] = {"width": 1440, "height": 560}
MOST_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Screen:
    """A picture: its name, who looks, at what, on what size of screen, in which theme."""

    name: str
    office: str
    path: str
    size: ViewportSize
    theme: Scheme


SCREENS: Final = (
    Screen("now", "DUTY-CHIEF", "/now?at=2020-10-08T03:00", WIDE, "light"),
    Screen("unit-dark", "CHIEF-OF-PATROL", "/unit/PATROL?at=2020-10-08T03:00", DESK, "dark"),
    Screen("record", "POLICE-COMMISSIONER", "/record?about=BLOCK-PARTY-047", DESK, "light"),
    Screen("disputes", "POLICE-COMMISSIONER", "/record/disputes", DESK, "light"),
    Screen("member", "CHIEF-OF-PATROL", "/member/M00004?at=2020-10-08T03:00", DESK, "light"),
    Screen("tasking-phone", "PCT-047-DESK", "/tasking/BLOCK-PARTY-047?at=2020-10-08T22:56", PHONE, "light"),
    Screen("now-phone", "DUTY-CHIEF", "/now?at=2020-10-08T03:00", PHONE, "light"),
)


def main(kept: Path | None = None, folder: Path = FOLDER) -> None:
    """Write every picture. Raises ``SystemExit`` where there is no browser, or a picture is too large."""
    program = executable()
    if program is None:
        raise SystemExit("Chromium is not installed (apt-get install chromium)")
    with TemporaryDirectory() as place:
        record = Path(place) / "record.db"
        if kept is None:
            with closing(Player(open_scenario("october-2020"), record)) as player:
                for _ in player.play():
                    pass
        else:
            with closing(open_store(f"sqlite:///{kept}/record.db", must_exist=True)) as store:
                duplicate(store, record)
        with chromium(program) as browser:
            shoot_all(browser, record, folder)


def shoot_all(browser: Browser, record: Path, folder: Path) -> None:
    """Every picture of a record."""
    with closing(open_store(f"sqlite:///{record}")) as store, store.reading() as views:
        clock = clock_from(newest(views))
    folder.mkdir(parents=True, exist_ok=True)
    with closing(open_store(f"sqlite:///{record}", clock)) as store, served(house_of(store, clock, demo=True)) as house:
        for screen in SCREENS:
            shoot(browser, house.base, screen, folder / f"{screen.name}.png")


def shoot(browser: Browser, base: str, screen: Screen, file: Path) -> None:
    """One picture."""
    with closing(browser.new_context(viewport=screen.size, color_scheme=screen.theme)) as context:
        page = context.new_page()
        page.goto(base + screen.path)
        page.get_by_label("Office").select_option(screen.office)
        page.get_by_role("button", name="Sign in as that office").click()
        page.get_by_role("heading", level=1).wait_for()
        page.screenshot(path=file)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{file}: {size} bytes, must be at most {MOST_BYTES}: show less of it")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:2]))
