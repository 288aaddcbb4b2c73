"""Every form of the console, sent with something wrong in a field: it comes back with what was typed, says so there,
and has the focus there."""

from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from muster.domain.calling_in import CallIn
from muster.services import call_ins
from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.services.reached import receive
from tests.services.small import BOROUGH, CO, DAY_DESK, OFFICER, PC, PCT, TEN, XO, does
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of

TWICE = "2020-11-01T01:30"
"""A local time that the clock shows twice."""
PAST = "2020-10-01T10:00"
DUTY, POST, NEW = f"/duty/{OFFICER}", f"/position/{PCT}-XO", "/taskings/new"
REPORT = {"what": "shots", "kind": "incident", "matter": "shots-fired", "place": PCT, "look": "1"}
MATE = "M0028"
"""To be on the tour of the day."""
ROLL = {"tour": "0705x1540", "day": "2020-10-07", "act": "take", "rest": "there"}
LENT = {"act": "lend", "by": "PBBX-CO", "why": "short there"}
FORMS: list[tuple[str, str, dict[str, str], str]] = [
    (CO, DUTY, {"act": "sign-on", "unit": "PCT-9", "why": "court"}, "unit"),
    (CO, DUTY, {"act": "unreachable", "until": TWICE}, "until"),
    (CO, DUTY, {"act": "unreachable", "until": PAST}, "until"),
    (CO, DUTY, {"act": "absent", "kind": "leave", "since": "soon", "why": "x"}, "since"),
    (CO, DUTY, {"act": "absent", "kind": "leave", "since": "2020-10-09T00:00", "until": "2020-10-08T00:00"}, "until"),
    (BOROUGH, DUTY, {**LENT, "unit": "PCT-9"}, "unit"),
    (BOROUGH, DUTY, {**LENT, "unit": "PBBX", "squad": "NOBODY"}, "squad"),
    (BOROUGH, DUTY, {**LENT, "unit": "PBBX", "tour": "9999x"}, "tour"),
    (CO, f"/ledger/{PCT}", {"first": "2020-13-01", "last": "2020-10-31", "looked": "x"}, "first"),
    (CO, f"/ledger/{PCT}", {"first": "2020-11-01", "last": "2020-10-31", "looked": "x"}, "last"),
    (BOROUGH, POST, {"act": "appoint", "member": "M9", "kind": "acting", "instrument": "T.O. 1"}, "member"),
    (BOROUGH, POST, {"act": "appoint", "member": OFFICER, "kind": "acting", "instrument": ""}, "instrument"),
    (BOROUGH, POST, {"act": "appoint", "member": XO, "kind": "substantive", "squad": "Q9", "look": "1"}, "squad"),
    (BOROUGH, POST, {"act": "relieve", "member": XO, "since": PAST, "why": "x", "look": "1"}, "since"),
    (OFFICER, "/requests", {"act": "leave", "first": "2020-10-20", "last": "2020-10-19", "reason": "x"}, "last"),
    (OFFICER, "/requests", {"act": "leave", "first": "2020-10-01", "last": "2020-10-02", "reason": "x"}, "first"),
    (OFFICER, "/requests", {"act": "swap", "day": "never", "other": CO, "back": ""}, "day"),
    (OFFICER, "/requests", {"act": "swap", "day": "2020-10-20", "other": "M9", "back": ""}, "other"),
    (OFFICER, "/requests", {"act": "swap", "day": "2020-10-20", "other": OFFICER, "back": ""}, "other"),
    (OFFICER, "/requests", {"act": "prefer", "first": "2020-10-20", "tour": "9999x", "wanted": "no"}, "tour"),
    (OFFICER, "/requests", {"act": "prefer", "first": "2020-10-20", "tour": "off", "weekday": "sun"}, "weekday"),
    (DAY_DESK, NEW, {**REPORT, "people": "many"}, "people"),
    (DAY_DESK, NEW, {**REPORT, "deadline": TWICE}, "deadline"),
    (DAY_DESK, NEW, {**REPORT, "what": " "}, "what"),
    (DAY_DESK, NEW, {**REPORT, "giver": "CITY-HALL", "receiver": ""}, "receiver"),
    (DAY_DESK, NEW, {**REPORT, "giver": "CITY-HALL", "receiver": "NOBODY", "reason": "x"}, "receiver"),
    (CO, "/tasking/T1/hand", {"by": "PCT-047-CO", "seen": "1", "to": "NOBODY"}, "to"),
    (CO, f"/roll-call/{PCT}", {**ROLL, f"is-{MATE}": "late", f"came-{MATE}": "soon"}, f"came-{MATE}"),
    (CO, f"/roster-draft/{PCT}", {"act": "start", "first": "2020-02-30", "weeks": "4"}, "first"),
    (CO, f"/roster-draft/{PCT}", {"act": "start", "first": "2020-10-19", "weeks": "99"}, "weeks"),
    (CO, f"/roster-plan/{PCT}", {"act": "start", "absent": OFFICER, "first": "2020-02-30", "last": ""}, "first"),
    (CO, f"/roster-plan/{PCT}", {"act": "start", "absent": OFFICER, "first": "2020-10-20", "last": "x"}, "last"),
    (CO, f"/call-ins/{PCT}?", {"since": "2020-10-07T12:00", "until": TWICE, "needed": "1"}, "until"),
    (CO, f"/call-ins/{PCT}?", {"since": "2020-10-07T12:00", "until": PAST, "needed": "1"}, "until"),
    (CO, f"/call-ins/{PCT}?", {"since": "2020-10-07T12:00", "until": "2020-10-07T16:00", "needed": "x"}, "needed"),
    (CO, "/call-in/C1", {"act": "offer", "to": "x", "deadline": "2020-10-07T11:00"}, "to"),
    (CO, "/call-in/C1", {"act": "offer", "to": "2", "deadline": TWICE}, "deadline"),
    (CO, "/call-in/C1", {"act": "note", "member": "M9", "what": "accepted", "why": "x"}, "member"),
    (CO, "/record/check", {"head": "abc"}, "head"),
    (CO, "/record?", {"about": PCT, "day": "yesterday"}, "day"),
    (PC, "/record/export?", {"about": PCT, "first": "one", "last": "9"}, "first"),
    (CO, f"/roster/{PCT}?", {"member": OFFICER, "day": "yesterday"}, "day"),
    (CO, "/command/who?", {"unit": PCT, "at": TWICE}, "at"),
]  # fmt: skip


class Fields(HTMLParser):
    """The fields of a page by name, each with its attributes; of a list, with what is chosen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.focused = self.faults = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        self.focused += "autofocus" in of
        self.faults += of.get("id") == "fault"
        if tag in ("input", "select"):
            self.found.append(of)
        elif tag == "option" and "selected" in of:
            self.found[-1]["value"] = of["value"]

    def values(self, name: str) -> list[str | None]:
        """What the fields of that name have."""
        return [of.get("value") for of in self.found if of.get("name") == name]


@pytest.fixture
def offices(house: House, force: InRecord, clock: SettableClock) -> dict[str, dict[str, str]]:
    """The cookies of everybody who types, on a Wednesday at 1000; a call-in is open."""
    clock.at = local(TEN)
    need = CallIn(
        call_in="C1", unit=PCT, kind="call-in", since=local("2020-10-07T23:15"), until=local("2020-10-08T07:50"),
        needed=1, contract="rotating", opened_by=CO, at=clock.at,
    )  # fmt: skip
    does(force, lambda record: call_ins.open_call_in(record, need))
    receive(force)
    return {member: somebody(house, force, member) for member in (CO, PC, BOROUGH, OFFICER, DAY_DESK)}


def sends(house: House, cookie: dict[str, str], path: str, fields: dict[str, str]) -> Said:
    """Somebody sends a form; one with a question mark asks."""
    if path.endswith("?"):
        return seen(house, path + urlencode(fields), cookie)
    return post(house.base + path, cookie, mark=mark_of(seen(house, "/me", cookie)), **fields)


def test_what_is_wrong_is_said_at_its_field_with_all_that_was_typed(
    house: House, offices: dict[str, dict[str, str]]
) -> None:
    amiss = []
    for who, path, typed, field in FORMS:
        said = sends(house, offices[who], path, typed)
        page = Fields(said.text)
        at = [of.get("name") for of in page.found if of.get("aria-invalid")]
        here = [of for of in page.found if of.get("name") == field and of.get("aria-describedby") == "fault"]
        kept = all(value in page.values(name) for name, value in typed.items() if name not in ("act", "look", "looked"))
        marks = len(here) == 1 and "autofocus" in here[0] and (page.focused, page.faults) == (1, 1)
        if said.status not in (409, 422) or at != [field] or not marks or not kept:
            amiss.append((path, typed, field, said.status, at, kept, Note(said.text).text))
    assert amiss == [], "\n".join(map(str, amiss))


class Note(HTMLParser):
    """What a page says in alarm."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self._in = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in = self._in or dict(attrs).get("role") == "alert" or tag == "h1"

    def handle_endtag(self, tag: str) -> None:
        self._in = self._in and tag not in ("p", "h1")

    def handle_data(self, data: str) -> None:
        self.text += data if self._in else ""
