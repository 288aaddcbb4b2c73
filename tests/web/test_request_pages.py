"""Requests over HTTP: asked for, consented to, decided, each with its effect shown before it comes about."""

import re
from datetime import timedelta
from html import unescape

import pytest

from muster.domain.members import Appointment
from muster.domain.record import Fact
from muster.domain.requests import Request
from muster.domain.schema import to_body
from muster.services.request_rights import decider_of
from muster.services.requests import request_named
from tests.doors import House, Said, ask, post
from tests.ground import NEW_YORK, InRecord, local
from tests.publishing import BEFORE, by_charts, day
from tests.requesting import absences, entry, oct_
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_refusals import is_safe
from tests.web.test_roster import mark_of, stranger

CO_POST = "PCT-047-CO"


@pytest.fixture
def officer(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """An officer of a unit whose roster is published."""
    force.once(by_charts)
    clock.at = local(BEFORE)
    return somebody(house, force, OFFICER)


def asks(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends a form for a request."""
    return post(f"{house.base}/requests", cookie, mark=mark_of(seen(house, "/requests", cookie)), **fields)


def says(house: House, cookie: dict[str, str], name: str, **fields: str) -> Said:
    """Somebody answers a request."""
    mark = mark_of(seen(house, "/requests", cookie))
    return post(f"{house.base}/requests/{name}", cookie, mark=mark, **fields)


def state(force: InRecord, name: str = "R1") -> str:
    """How a request stands."""
    found = sees(force, lambda views: views.row(Request, name))
    assert found is not None
    return found.state


def effect(page: Said) -> list[str]:
    """What granting it would bring, as it is told."""
    found = re.search(r'id="effect".*?</section>', page.text, re.DOTALL)
    assert found is not None
    return [unescape(re.sub(r"<[^>]*>", "", x)).strip() for x in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)]


def test_leave_is_asked_for_shown_with_its_effect_and_granted(
    house: House, officer: dict[str, str], force: InRecord
) -> None:
    leave = {"act": "leave", "first": f"{day(2)}", "last": f"{day(6)}", "reason": "a wedding"}
    for _ in range(2):
        assert asks(house, officer, **leave).headers["location"] == "/requests/R1"
    co = somebody(house, force, CO)
    assert "1 request waits for your decision" in seen(house, "/requests", co).text
    page = seen(house, "/requests/R1", co)
    assert "a wedding" in page.text
    told = effect(page)
    before = [entry(force, OFFICER, day(n)) for n in range(2, 7)]
    assert sum(line.endswith("becomes off.") for line in told) == sum(bool(tour) for tour in before)
    assert says(house, officer, "R1", act="grant", reason="me", by=CO_POST).status == 409
    assert state(force) == "open"
    unsaid = says(house, co, "R1", act="grant", reason="covered", by=CO_POST)
    if "although it would leave" in page.text:
        assert (unsaid.status, "under" in unsaid.text or "leave" in unsaid.text) == (409, True)
        assert says(house, co, "R1", act="grant", reason="covered", by=CO_POST, short="yes").status == 303
    else:
        assert unsaid.status == 303
    assert (state(force), len(absences(force, OFFICER))) == ("granted", 1)
    (away,) = absences(force, OFFICER)
    since, until = (at.astimezone(NEW_YORK) for at in (away.since, away.until or away.since))
    assert f"Away {since:%a} {since.day} {since:%b %Y %H:%M} to {until:%a} {until.day} {until:%b %Y %H:%M}." in told
    assert "covered" in seen(house, "/requests/R1", officer).text
    desk = seen(house, "/requests/R1", somebody(house, force, NIGHT_DESK))
    assert (desk.status, "a wedding" in desk.text, "covered" in desk.text) == (200, False, False)


def test_a_swap_waits_for_the_others_consent_then_for_a_decision(
    house: House, officer: dict[str, str], force: InRecord
) -> None:
    giver, other, on = somebody(house, force, NIGHT_DESK), "M0024", oct_(21)
    tour = entry(force, NIGHT_DESK, on)
    made = asks(house, giver, act="swap", day=f"{on}", other=other, back="")
    assert made.headers.get("location") == "/requests/R1"
    theirs, co = somebody(house, force, other), somebody(house, force, CO)
    assert "has to consent first" in seen(house, "/requests/R1", co).text
    assert says(house, giver, "R1", act="consent").status == 409
    assert says(house, officer, "R1", act="consent").status == 409
    assert says(house, theirs, "R1", act="consent").status == 303
    assert state(force) == "open"
    told = effect(seen(house, "/requests/R1", co))
    assert any(other in line and f"off becomes {tour}" in line for line in told)
    sent = says(house, co, "R1", act="grant", reason="agreed", by=CO_POST, short="yes")
    assert (sent.status, entry(force, other, on), entry(force, NIGHT_DESK, on)) == (303, tour, "")


def test_a_preference_is_stated_and_withdrawn_and_a_request_is_declined(
    house: House, officer: dict[str, str], force: InRecord
) -> None:
    wish = {"act": "prefer", "first": f"{day(9)}", "last": "", "tour": "off", "wanted": "yes", "weekday": ""}
    assert asks(house, officer, **wish).status == 303
    assert state(force) == "stands"
    assert says(house, officer, "R1", act="withdraw").status == 303
    assert state(force) == "withdrawn"
    asks(house, officer, act="leave", first=f"{day(2)}", last=f"{day(2)}")
    above = somebody(house, force, BOROUGH)
    assert says(house, above, "R2", act="decline", reason="too late", by="PBBX-CO").status == 303
    assert state(force, "R2") == "declined"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"act": "leave", "first": "x", "last": "x"}, 422),
        ({"act": "leave", "first": "2020-10-30", "last": "2020-10-20"}, 422),
        ({"act": "leave", "first": "2020-10-01", "last": "2020-10-01"}, 422),
        ({"act": "swap", "first": "2020-10-20", "other": "<b>x", "last": ""}, 422),
        ({"act": "prefer", "first": "2020-10-20", "tour": "<b>x"}, 422),
        ({"act": "steal", "first": "2020-10-20"}, 422),
        ({"act": "leave", "first": "2020-10-20", "last": "2020-10-20", "mark": "x"}, 409),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    house: House, officer: dict[str, str], force: InRecord, fields: dict[str, str], status: int
) -> None:
    mark, before = mark_of(seen(house, "/requests", officer)), facts(force)
    said = post(f"{house.base}/requests", officer, **{"mark": mark, **fields})
    assert (said.status, "<b>x" in said.text, facts(force)) == (status, False, before)


def test_requests_are_for_those_of_the_unit_and_nobody_else_learns_whether_there_is_one(
    house: House, officer: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    asks(house, officer, act="leave", first=f"{day(2)}", last=f"{day(2)}")
    for path in ("/requests", "/requests/R1", "/requests/R9"):
        nobody = ask(house.base + path)
        assert (nobody.status, is_safe(nobody), OFFICER in nobody.text) == (401, True, False)
        assert post(house.base + path, act="withdraw").status == 401
    theirs = somebody(house, force, stranger(force))
    there, gone = (seen(house, f"/requests/{name}", theirs) for name in ("R1", "R9"))
    assert (there.status, gone.status) == (403, 403)
    assert there.text.replace("R1", "R9") == gone.text
    before = facts(force)
    assert says(house, theirs, "R1", act="grant", reason="x", by="PCT-049-CO").status == 403
    assert OFFICER not in seen(house, "/requests", theirs).text
    wound = post(f"{house.base}/requests?at=2020-10-12T08:00", officer, act="leave", mark="x")
    assert (wound.status, facts(force)) == (409, before)
    assert PCT in seen(house, "/roster", officer).text


def test_a_former_commander_reads_no_reason_by_winding_the_clock_back(
    house: House, officer: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    since, until = clock.at - timedelta(hours=2), clock.at + timedelta(hours=2)
    acted = Appointment(position=CO_POST, member=NIGHT_DESK, since=since, until=until, kind="acting")
    does(force, lambda record: record.append([Fact(acted.stream, "appointment.entered", since, to_body(acted))]))
    assert asks(house, officer, act="leave", first=f"{day(2)}", reason="a wedding").status == 303
    asked_at = clock.at.astimezone(NEW_YORK)
    desk = somebody(house, force, NIGHT_DESK)
    assert "a wedding" in seen(house, "/requests/R1", desk).text
    clock.at = until + timedelta(hours=1)
    back = f"?at={asked_at + timedelta(minutes=30):%Y-%m-%dT%H:%M}"
    for path in ("/requests/R1", f"/requests/R1{back}"):
        page = seen(house, path, desk)
        assert (page.status, "a wedding" in page.text) == (200, False), path
    assert "a wedding" in seen(house, f"/requests/R1{back}", somebody(house, force, CO)).text


def test_nobody_decides_in_the_name_of_another_holder_of_the_position(
    house: House, officer: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    since = clock.at - timedelta(hours=2)
    acting = Appointment(position=CO_POST, member=NIGHT_DESK, since=since, kind="acting", instrument="order 1")
    does(force, lambda record: record.append([Fact(acting.stream, "appointment.entered", since, to_body(acting))]))
    assert asks(house, officer, act="leave", first=f"{day(2)}").status == 303
    serves = sees(force, lambda views: decider_of(views, request_named(views, "R1"), CO_POST, clock.at))
    other = ({CO, NIGHT_DESK} - {serves}).pop()
    said = says(house, somebody(house, force, other), "R1", act="decline", reason="no", by=CO_POST)
    assert (said.status, state(force)) == (409, "open")
    assert "that is not you" in said.text
    assert says(house, somebody(house, force, serves), "R1", act="decline", reason="no", by=CO_POST).status == 303
    assert state(force) == "declined"
