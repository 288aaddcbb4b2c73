"""The console of a city, served by one process: what each page costs when it is first asked for at an instant and when
it is asked for again."""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from fastapi.routing import APIRoute

from benchmarks._city import city_record
from benchmarks._serving import Serving
from benchmarks._table import Measured, report
from muster.bootstrap import open_store
from muster.domain.calling_in import CallIn
from muster.domain.competence import Asked
from muster.domain.cover import Cover
from muster.domain.instants import local_text
from muster.domain.members import Absence, Appointment
from muster.domain.rosters import UnitRoster
from muster.ports import Record
from muster.services.call_ins import contract_of, open_call_in
from muster.services.desk import Desk
from muster.services.duty import absent, sign_on
from muster.services.gate import Gate
from muster.services.publishing import publish
from muster.services.taskings import receive
from muster.web.asking import Console
from muster.web.console import console_app
from tests.ground import NEW_YORK
from tests.publishing import as_charted
from tests.support import SettableClock

MEMBERS, UNIT, OFFICE, TOUR, TASKING, CALL_IN = 22_000, "PCT-047", "PCT-047-CO", "2315x0750", "B1", "PCT-047-C1"
PAGE_MS = 200.0
FIRST, AGAIN = 4, 4
MONDAY, NIGHT = date(2020, 11, 9), date(2020, 11, 18)
SIGNED, NOW = datetime(2020, 11, 2, tzinfo=UTC), datetime(2020, 11, 12, 15, tzinfo=UTC)
MINUTES: Final = count(1)
NO_PAGES: Final = frozenset(
    {
        "/", "/step", "/command/who", "/now/stream", "/record/export", "/static/{version}/{name}", "/password/{word}",
        "/requests/{name}", "/sign-in", "/tasking/{name}/{act}", "/duty", "/me/tours.ics",
    }
)  # fmt: skip
"""They lead to a page, are none, or show a form of what another one shows."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that there is, with an address of it: a path, and what is asked beside it."""

    name: str
    path: str
    asked: Mapping[str, str]

    def address(self, at: datetime | None = None) -> str:
        """Where it is, at an instant to which the clock is wound."""
        told = {**self.asked, **({} if at is None else {"at": local_text(at, NEW_YORK)})}
        return f"{self.path}?{urlencode(told)}"


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        city_record(Path(folder), MEMBERS).close()
        url = f"sqlite:///{folder}/{MEMBERS}.db"
        pages = prepared(url)
        with closing(Serving(url, [OFFICE])) as server:
            rows = [row for page in pages for row in of_page(server, page)]
    return report(f"The console of {MEMBERS:,} members, one process; pages by processor time of the server", rows)


def prepared(url: str) -> list[Page]:
    """Every page that there is, of a record in which a roster is published and an officer has signed on since."""
    clock = SettableClock(SIGNED)
    with closing(open_store(url, clock)) as store:
        with store.writing() as record:
            roster = as_charted(record, UNIT, MONDAY, 4)
            publish(record, roster, OFFICE, record.now)
            first = min(roster.lines)
            receive(record, Asked("protest", UNIT, record.now), "a protest", "incident", name=TASKING)
            open_call_in(record, a_need(record))
            for sick in two_too_few(record, roster):
                absent(record, sick)
        clock.at = NOW
        with store.writing() as record:
            sign_on(record, first, UNIT, NOW)
        console = Console(
            store, clock, Desk(store, clock), Gate(store, clock, b"", demo=True), NEW_YORK, "http://localhost"
        )
        return list(pages_of(console, first))


def a_need(record: Record) -> CallIn:
    """Of two more members tonight."""
    boss = record.rows(Appointment, at=SIGNED, position=OFFICE)[0].member
    begins, ends = NOW + timedelta(hours=13, minutes=15), NOW + timedelta(hours=21, minutes=50)
    return CallIn(
        call_in=CALL_IN, unit=UNIT, kind="call-in", since=begins, until=ends, needed=2, rank="PO",
        contract=contract_of(record), opened_by=boss, at=SIGNED,
    )  # fmt: skip


def two_too_few(record: Record, roster: UnitRoster) -> Iterator[Absence]:
    """So many sick on a night that its tour is under its minimum."""
    tonight = [m for m, days in sorted(roster.lines.items()) if days[(NIGHT - MONDAY).days] == TOUR]
    asked = [c.minimum for c in record.rows(Cover, unit=UNIT, tour=TOUR, who="officers") if c.holds_on(NIGHT)]
    since = datetime.combine(NIGHT, time(12), NEW_YORK)
    for member in tonight[: len(tonight) - sum(asked) + 2]:
        yield Absence(member=member, kind="sick", since=since, until=since + timedelta(days=1))


def pages_of(console: Console, officer: str) -> Iterator[Page]:
    there = {"unit": UNIT, "name": UNIT, "member": officer, "day": f"{NIGHT}", "seq": "1"}
    names = {
        "/position/{name}": OFFICE, "/member/{name}": officer, "/duty/{name}": officer, "/tasking/{name}": TASKING,
        "/call-in/{name}": CALL_IN,
    }  # fmt: skip
    asked = {
        "/roster/{unit}": {"from": f"{MONDAY}"},
        "/roster-short/{unit}": {"tour": TOUR, "day": f"{NIGHT}", "who": "officers"},
        "/roll-call/{unit}": {"tour": TOUR, "day": f"{MONDAY}"},
        "/roll-call-sheet/{unit}": {"tour": TOUR, "day": f"{MONDAY}"},
        "/ledger/{unit}": {"first": f"{MONDAY - timedelta(days=28)}", "last": f"{MONDAY - timedelta(days=1)}"},
        "/call-ins/{unit}": {
            "kind": "call-in", "since": "2020-11-12T23:15", "until": "2020-11-13T07:50", "needed": "2", "rank": "PO",
        },
    }  # fmt: skip
    for route in console_app(console, print).routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and _is_page(route.path):
            path = route.path.format_map({**there, "name": names.get(route.path, UNIT)})
            yield Page(route.path, path, asked.get(route.path, {}))


def _is_page(path: str) -> bool:
    return path not in NO_PAGES and not path.endswith("/stream")


def of_page(server: Serving, page: Page) -> Iterator[Measured]:
    """What it costs: first at several past instants, then now, then again and again."""
    past = [NOW - timedelta(minutes=7 * next(MINUTES)) for _ in range(FIRST)]
    yield Measured(f"{page.name}, first at an instant", best(server, [page.address(at) for at in past]), PAGE_MS, "ms")
    yield Measured(f"{page.name}, again", best(server, [page.address(past[-1])] * AGAIN), PAGE_MS, "ms")
    yield Measured(f"{page.name}, now", best(server, [page.address()] * AGAIN), PAGE_MS, "ms")


def best(server: Serving, addresses: Sequence[str]) -> float:
    """The least of several: what others do on the machine only ever makes it longer."""
    return min(server.spent_ms(address) for address in addresses)


if __name__ == "__main__":
    sys.exit(main())
