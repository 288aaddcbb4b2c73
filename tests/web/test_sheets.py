"""Sheets to print over HTTP: those that the command line makes, for whoever may read what is on them."""

import re

from muster.documents.call_lists import call_list_pages
from muster.documents.roll_call_sheets import roll_call_html
from muster.documents.roster_sheets import rosters_html
from muster.services.call_list import call_list
from muster.services.roll_calls import roll_call_sheet, turn_of
from muster.services.roll_ground import Asked
from muster.services.roster_sheets import published_sheet
from tests.doors import House, ask
from tests.ground import InRecord, local
from tests.publishing import CO_POST, MONDAY, NIGHT, by_charts
from tests.services.small import CO, NIGHT_DESK, OFFICER, PCT, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import stranger

ROSTER, CALLS = f"/roster-sheet/{PCT}?from={MONDAY}", f"/call-list/{PCT}"
ROLL = f"/roll-call-sheet/{PCT}?tour={NIGHT}&day=2020-10-20"
AT = "2020-10-20T23:30"


def test_a_sheet_is_the_one_that_the_command_line_makes(house: House, force: InRecord, clock: SettableClock) -> None:
    force.once(by_charts)
    clock.at = local(AT)
    co, at = somebody(house, force, CO), local(AT)
    sheet = seen(house, ROSTER, co)
    (expected,) = sees(
        force, lambda views: [rosters_html([published_sheet(views, PCT, local(f"{MONDAY}"), commands=True)])]
    )
    assert (sheet.status, sheet.text) == (200, expected)
    assert f"Published, version 1, signed {CO_POST} ({CO})" in sheet.text
    assert "script" not in sheet.headers["content-security-policy"].replace("default-src 'none'", "")
    roll = sees(
        force, lambda v: roll_call_sheet(v, Asked(PCT, turn_of(v, PCT, NIGHT, MONDAY.replace(day=20), at), at), CO)
    )
    assert seen(house, ROLL, co).text == roll_call_html(roll)
    assert seen(house, CALLS, co).text == "".join(call_list_pages(sees(force, lambda v: call_list(v, PCT, at))))
    for page, link in (
        (f"/roster/{PCT}", "roster-sheet"),
        (f"/roll-call/{PCT}", "roll-call-sheet"),
        (f"/unit/{PCT}", "call-list"),
    ):
        led = re.search(f'href="(/{link}/[^"]*)"', seen(house, page, co).text)
        assert led is not None, page
        assert seen(house, led[1].replace("&amp;", "&"), co).status == 200


def test_who_may_not_read_it_gets_no_sheet_and_numbers_are_for_who_may_have_to_call(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    force.once(by_charts)
    clock.at = local(AT)
    assert [ask(house.base + path).status for path in (ROSTER, ROLL, CALLS)] == [401] * 3
    theirs, officer, desk = (somebody(house, force, who) for who in (stranger(force), OFFICER, NIGHT_DESK))
    for path in (ROSTER, ROLL, CALLS):
        said = seen(house, path, theirs)
        assert (said.status, CO_POST in said.text) == (403, True)
    assert [seen(house, path, officer).status for path in (ROSTER, ROLL, CALLS)] == [200, 200, 403]
    assert [seen(house, path, desk).status for path in (ROSTER, ROLL, CALLS)] == [200] * 3
    assert "/call-list/" not in seen(house, f"/unit/{PCT}", officer).text
