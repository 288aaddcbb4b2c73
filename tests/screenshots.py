"""Makes the pictures of the guide: ``python -m tests.screenshots`` writes them to docs/guide/images."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from muster.bootstrap import open_store
from tests.browsing import chromium, executable, telephone
from tests.doors import House, house_of, served
from tests.ground import InRecord
from tests.services.reached import ROWS, at_three, deciding, receive, say, step
from tests.services.small import NIGHT_DESK
from tests.support import SettableClock

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "guide" / "images"


def main(folder: Path = IMAGES) -> None:
    """Write every picture."""
    program = executable()
    if program is None:
        raise SystemExit("Chromium is not installed (apt-get install chromium)")
    folder.mkdir(parents=True, exist_ok=True)
    clock = SettableClock()
    with TemporaryDirectory() as place, closing(open_store(f"sqlite:///{place}/muster.db", clock)) as store:
        force = InRecord(store, clock, ROWS)
        at_three(force)
        receive(force, by=clock() + timedelta(minutes=30))
        step(force)
        with served(house_of(store, clock)) as house, chromium(program) as browser:
            desk = deciding(force)[0]
            shoot(browser, house, desk.key, folder / "asked.png")
            say(force, desk, "refused", "both cars are at an accident")
            step(force)
            captain = next(c for c in deciding(force) if c.member != NIGHT_DESK)
            clock.move(minutes=1)
            say(force, captain, "accepted")
            shoot(browser, house, captain.key, folder / "accepted.png")


def shoot(browser: Browser, house: House, contact: str, file: Path) -> None:
    """A picture of the page of a contact, as long as it is."""
    with telephone(browser) as page:
        page.goto(f"{house.base}/c/{house.links.url(contact).rpartition('/')[2]}")
        page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    main()
