"""Roll calls over HTTP: what a form says is what the roll has, and nobody calls it who may not."""

import re
from datetime import timedelta

import pytest

from muster.domain.members import Absence, Appointment
from muster.domain.record import Fact
from muster.domain.roll_calls import RollCall
from muster.domain.schema import to_body
from muster.services import duty
from muster.services.roll_calls import roll_call, turn_of
from muster.services.roll_ground import Asked
from tests.doors import House, ask, post
from tests.ground import InRecord, local
from tests.services.small import CO, NIGHT_DESK, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_refusals import is_safe
from tests.web.test_roster import mark_of, stranger

NIGHT, DAY = "2315x0750", "2020-10-06"
PAGE = f"/roll-call/{PCT}?tour={NIGHT}&day={DAY}"
FORM = {"tour": NIGHT, "day": DAY, "act": "take"}


@pytest.fixture
def desk(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The desk officer of the night, ten minutes after it began, by a clock that goes on."""
    clock.at, clock.step = local("2020-10-06T23:25"), timedelta(milliseconds=1)
    return somebody(house, force, NIGHT_DESK)


def due(force: InRecord) -> list[str]:
    """Who is to be on the tour."""
    at = force.clock()
    asked = sees(force, lambda views: Asked(PCT, turn_of(views, PCT, NIGHT, None, at), at))
    return [x.member for x in sees(force, lambda views: roll_call(views, asked)).lines if x.is_due]


def call(force: InRecord) -> RollCall | None:
    """What the roll call found."""
    return sees(force, lambda views: views.row(RollCall, f"{PCT}/{NIGHT}/{DAY}"))


def test_the_roll_is_called_by_form_and_called_again_for_what_changed(
    house: House, desk: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    page = seen(house, PAGE, desk)
    members = due(force)
    assert all(f'name="is-{m}"' in page.text for m in members)
    assert "no roll called" in page.text
    late, missing = [m for m in members if m != NIGHT_DESK][:2]
    answer = {**FORM, "mark": mark_of(page), "rest": "there", f"is-{missing}": "missing"}
    sent = post(house.base + f"/roll-call/{PCT}", desk, **answer, **{f"is-{late}": "late", f"came-{late}": "23:20"})
    assert (sent.status, sent.headers["location"]) == (303, PAGE)
    taken = call(force)
    assert taken is not None
    assert (set(taken.present), taken.late, taken.missing) == ({*members} - {late, missing}, (late,), (missing,))
    assert taken.by == NIGHT_DESK
    before = facts(force)
    again = post(house.base + f"/roll-call/{PCT}", desk, **FORM, mark=mark_of(page), rest="as")
    assert (again.status, facts(force)) == (303, before)
    clock.at = local("2020-10-07T00:15")
    came = {f"is-{missing}": "late", f"came-{missing}": "00:10"}
    post(house.base + f"/roll-call/{PCT}", desk, **FORM, mark=mark_of(page), rest="as", **came)
    after = call(force)
    assert after is not None
    assert (set(after.late), after.missing) == ({late, missing}, ())
    shown = seen(house, PAGE, desk)
    assert "2 late" in shown.text
    assert re.search(r"roll called .*0015", shown.text)


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({f"is-{OFFICER}": "gone"}, 422, "none of these"),
        ({f"is-{NIGHT_DESK}": "late", f"came-{NIGHT_DESK}": "x"}, 422, "say when"),
        ({f"is-{NIGHT_DESK}": "late", f"came-{NIGHT_DESK}": ""}, 422, "say when"),
        ({"joined": "M9999"}, 422, "M9999"),
        ({"day": "x"}, 422, "must be a date"),
        ({"tour": "<b>"}, 404, "&lt;b&gt;"),
        ({"mark": "0"}, 409, "not made by Muster"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_is_kept(
    house: House, desk: dict[str, str], force: InRecord, fields: dict[str, str], status: int, word: str
) -> None:
    mark, before = mark_of(seen(house, PAGE, desk)), facts(force)
    said = post(house.base + f"/roll-call/{PCT}", desk, **{**FORM, "mark": mark, "rest": "there", **fields})
    assert (said.status, word in said.text, facts(force)) == (status, True, before)


def test_nobody_calls_a_roll_who_may_not(
    house: House, desk: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    nobody = ask(house.base + PAGE)
    assert (nobody.status, is_safe(nobody)) == (401, True)
    assert post(house.base + f"/roll-call/{PCT}", **FORM).status == 401
    officer, theirs = somebody(house, force, OFFICER), somebody(house, force, stranger(force))
    before = facts(force)
    page = seen(house, PAGE, officer)
    assert "holds no command or tour position" in page.text
    assert post(house.base + f"/roll-call/{PCT}", officer, **FORM, mark=mark_of(page), rest="there").status == 409
    said = seen(house, PAGE, theirs)
    assert (said.status, "PCT-047-CO" in said.text, NIGHT_DESK in said.text) == (403, True, False)
    mark = mark_of(seen(house, "/roster", theirs))
    assert post(house.base + f"/roll-call/{PCT}", theirs, **FORM, mark=mark, rest="there").status == 403
    wound = post(house.base + f"{PAGE}&at=2020-10-06T23:20", desk, **FORM, mark=mark_of(page), rest="there")
    assert wound.status == 409
    assert facts(force) == before


def test_a_tour_is_dismissed_with_whoever_stays(
    house: House, desk: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    mark = mark_of(seen(house, PAGE, desk))
    post(house.base + f"/roll-call/{PCT}", desk, **FORM, mark=mark, rest="there")
    stays = next(m for m in due(force) if m != NIGHT_DESK)
    clock.at = local("2020-10-07T07:30")
    sent = post(house.base + f"/roll-call/{PCT}", desk, **{**FORM, "act": "dismiss"}, mark=mark, stay=stays)
    assert sent.status == 303
    clock.at = local("2020-10-07T07:40")
    at = force.clock()
    asked = sees(force, lambda views: Asked(PCT, turn_of(views, PCT, NIGHT, local(DAY).date(), at), at))
    states = {x.member: x.state for x in sees(force, lambda views: roll_call(views, asked)).lines}
    assert states[NIGHT_DESK] == "signed-off"
    assert [m for m, state in states.items() if state in ("present", "held-over")] == [stays]


def test_a_former_commander_reads_no_absence_by_winding_the_clock_back(
    house: House, desk: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    since, until = clock.at - timedelta(hours=2), clock.at + timedelta(hours=2)
    away = next(m for m in due(force) if m != NIGHT_DESK)
    acted = Appointment(position="PCT-047-CO", member=NIGHT_DESK, since=since, until=until, kind="acting")
    does(force, lambda record: record.append([Fact(acted.stream, "appointment.entered", since, to_body(acted))]))
    gone = Absence(member=away, kind="sick", since=since, until=local("2020-10-08T06:00"))
    does(force, lambda record: duty.absent(record, gone))
    assert "sick" in seen(house, PAGE, desk).text
    clock.at = until + timedelta(hours=1)
    for path in (PAGE, f"{PAGE}&at=2020-10-06T23:40"):
        page = seen(house, path, desk)
        assert (page.status, "sick" in page.text) == (200, False), path
    assert "sick" in seen(house, f"{PAGE}&at=2020-10-06T23:40", somebody(house, force, CO)).text


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "never"])
def test_a_day_that_cannot_be_counted_from_is_refused(house: House, desk: dict[str, str], day: str) -> None:
    page = seen(house, f"/roll-call/{PCT}?tour={NIGHT}&day={day}", desk)
    assert (page.status, house.complaints) == (422, [])
    mark = mark_of(seen(house, PAGE, desk))
    sent = post(house.base + f"/roll-call/{PCT}", desk, **{**FORM, "day": day, "rest": "there"}, mark=mark)
    assert sent.status == 422
