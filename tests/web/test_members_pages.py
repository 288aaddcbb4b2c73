"""A member's page and the page of whoever asks, over HTTP: who is shown how much, and who is told that they looked."""

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest

from muster.domain.members import Absence, Attachment, Member
from muster.domain.users import User
from muster.domain.viewings import Viewing
from muster.services import duty
from muster.services.ledger import hour_by_hour
from muster.services.users import add_user
from tests.doors import House, Said, ask, enters, post
from tests.ground import NEW_YORK, InRecord, changed, local
from tests.requesting import leave
from tests.services.reached import receive
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, TEN, XO, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import SENTENCE, cookie_of, neighbour, seen, somebody
from tests.web.test_refusals import is_safe
from tests.web.test_roster import mark_of

SCREENS = ("/member/M0033", "/me", "/member/NO-SUCH", "/member/%00", f"/member/M0033?at={TEN}", "/me?at=yesterday")
ENTITLED = (
    "KSS",
    "Duty ledger",
    "Rules crossed",
    "Tours to come",
    "Requests",
    "Who looked",
    "Career",
    "contact points",
)
"""What stands on the part that is not for everybody."""


@pytest.fixture
def at_ten(force: InRecord, clock: SettableClock) -> InRecord:
    """The force, on a Wednesday at 1000."""
    clock.at = local(TEN)
    return force


def words(html: str) -> str:
    """What is read of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def looks(force: InRecord, member: str) -> list[Viewing]:
    """The looks at a member's page that are recorded."""
    return sees(force, lambda views: views.rows(Viewing, member=member))


@pytest.mark.parametrize("path", SCREENS)
def test_nobody_is_shown_anything(house: House, force: InRecord, path: str) -> None:
    before = facts(force)
    said = seen(house, path, {})
    assert said.status == 401
    assert is_safe(said)
    for word in (*ENTITLED, "Officer", "47th", "not in the record"):
        assert word not in words(said.text).replace(path, "")
    assert facts(force) == before


@pytest.mark.parametrize("path", ["/member/NO-SUCH", "/member/%00", "/member/a%2F..", "/member/" + "x" * 300])
def test_what_is_no_member_is_said_to_be_none(house: House, at_ten: InRecord, path: str) -> None:
    cookie = somebody(house, at_ten, CO)
    before = facts(at_ten)
    said = seen(house, path, cookie)
    assert said.status == 404
    assert is_safe(said)
    assert facts(at_ten) == before


def test_a_member_and_who_commands_them_see_all_and_others_the_plain_part(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    other, clock.at = neighbour(force), local(TEN)
    told = {who: seen(house, f"/member/{CO}", somebody(house, force, who)) for who in (CO, BOROUGH, other, OFFICER)}
    for who in (CO, BOROUGH):
        assert told[who].status == 200
        assert [w for w in ENTITLED if w not in words(told[who].text)] == []
    for who in (other, OFFICER):
        assert told[who].status == 200
        text = words(told[who].text)
        assert [w for w in ENTITLED if w in text] == []
        assert "Commanding Officer, PCT-047" in text
        assert "on duty in 47th Precinct" in text
        assert "PCT-047-CO or a command above it can show it to you, or appoint you" in text
    assert all(is_safe(said) for said in told.values())


def test_a_right_to_the_page_ends_with_the_command_whatever_the_clock_shows(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    force.rest(OFFICER, "2020-10-07T01:00", "2020-10-09T00:00")
    clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    assert "Duty ledger" in seen(house, f"/member/{OFFICER}", cookie).text
    force.retire(CO, "2020-10-07T10:30", "2020-10-07T11:00")
    clock.at = local("2020-10-07T11:30")
    for path in (f"/member/{OFFICER}", f"/member/{OFFICER}?at={TEN}"):
        said = seen(house, path, cookie)
        assert said.status == 200
        assert [w for w in (*ENTITLED, "protected rest") if w in words(said.text)] == []


@pytest.mark.parametrize("path", ["/member/M0006", "/unit/PCT-047", "/position/PCT-047-XO", "/command"])
def test_why_somebody_is_away_is_told_to_nobody_who_does_not_command_them(
    house: House, force: InRecord, clock: SettableClock, path: str
) -> None:
    other, away = neighbour(force), "2020-10-07T07:00"
    sick = Absence(member=XO, kind="sick", since=local(away), until=local("2020-10-08T07:00"), reason="a broken leg")
    clock.at = local(away)
    does(force, lambda record: duty.absent(record, sick))
    clock.at = local(TEN)
    cookie = somebody(house, force, other)
    clock.at = local("2020-10-07T12:00")
    for at in ("", f"?at={TEN}"):
        text = words(seen(house, path + at, cookie).text)
        assert XO in text or path == "/unit/PCT-047"
        assert "sick" not in text
        assert "broken" not in text
        assert path != "/member/M0006" or "not available until 0700" in text
    if path.startswith("/member"):
        assert "absent (sick)" in words(seen(house, path, somebody(house, force, CO)).text)


def test_rest_and_absence_read_alike_to_everybody(house: House, force: InRecord, clock: SettableClock) -> None:
    other = neighbour(force)
    force.rest(XO, "2020-10-07T01:00", "2020-10-07T07:00")
    force.absent(NIGHT_DESK, "2020-10-07T01:00", "2020-10-07T07:00")
    clock.at = local("2020-10-07T03:00")
    cookie = somebody(house, force, other)
    said = {m: re.findall(r"not available[^.<]*", seen(house, f"/member/{m}", cookie).text) for m in (XO, NIGHT_DESK)}
    assert set(said[XO]) == set(said[NIGHT_DESK]) == {"not available until 0700"}


def test_each_look_is_shown_to_the_member_and_who_commands_them_and_to_nobody_else(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    other, clock.at = neighbour(force), local(TEN)
    cookies = {who: somebody(house, force, who) for who in (CO, BOROUGH, other, OFFICER)}
    for who in (CO, other, OFFICER, CO):
        assert seen(house, f"/member/{OFFICER}", cookies[who]).status == 200
    assert {(v.viewer, v.office, v.full) for v in looks(force, OFFICER)} == {
        (CO, "PCT-047-CO", True),
        (other, None, False),
    }
    for who in (OFFICER, BOROUGH):
        text = words(seen(house, f"/member/{OFFICER}", cookies[who]).text)
        assert re.search(rf"Wed 7 Oct 2020 10:00 {CO} PCT-047-CO all of it", text)
        assert re.search(rf"Wed 7 Oct 2020 10:00 {other} no command over them what is for everybody", text)
    assert "PCT-047-CO all of it" not in words(seen(house, f"/member/{OFFICER}", cookies[other]).text)
    assert "who looked at it (3 times so far)" in words(seen(house, "/me", cookies[OFFICER]).text)


def test_looking_at_the_past_is_a_look_of_now(house: House, at_ten: InRecord) -> None:
    cookie = somebody(house, at_ten, CO)
    assert seen(house, f"/member/{OFFICER}?at=2020-10-05T10:00", cookie).status == 200
    assert [v.at for v in looks(at_ten, OFFICER)] == [local(TEN)]


def test_a_user_who_is_nobody_of_the_force_has_no_page_and_sees_the_plain_part(house: House, at_ten: InRecord) -> None:
    word = does(at_ten, lambda r: add_user(r, User(user="keeper", administrator=True, since=r.now), None, r.now))
    cookie = {"Cookie": cookie_of(enters(house.base, f"/password/{word}", password=SENTENCE))}
    assert "who is nobody of the force" in words(seen(house, "/me", cookie).text)
    assert [w for w in ENTITLED if w in words(seen(house, f"/member/{CO}", cookie).text)] == []
    assert [(v.user, v.viewer, v.full) for v in looks(at_ten, CO)] == [("keeper", None, False)]


def cells(html: str, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, row by row, as they are read."""
    table = next(t for t in re.findall(r"<table.*?</table>", html, re.DOTALL) if f"<caption>{caption}</caption>" in t)
    rows = re.findall(r"<tr[ >].*?</tr>", table, re.DOTALL)
    return [[words(c) for c in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)] for row in rows[1:]]


def stamp(at: datetime) -> str:
    here = at.astimezone(NEW_YORK)
    return f"{here:%a} {here.day} {here:%b %H:%M}"


def spread(pair: tuple[float, float]) -> str:
    least, most = f"{pair[0] + 0.0:.1f}", f"{pair[1] + 0.0:.1f}"
    return least if least == most else f"{least} to {most}"


def test_the_table_beside_the_picture_has_the_numbers_of_the_hours(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    force.sign_on(CO, PCT, "2020-10-07T06:00")
    clock.at = at = local("2020-10-08T01:00")
    page = seen(house, f"/member/{CO}", somebody(house, force, CO)).text
    assert 'class="muster-days"' in page
    assert "<style" not in page
    rows = cells(page, "The same as a table")
    hours = sees(force, lambda views: hour_by_hour(views, CO, at - timedelta(hours=48), at))
    told = {stamp(h.verdict.at): h.verdict for h in hours}
    assert [row[0] for row in rows] == [stamp(at - timedelta(hours=n)) for n in range(0, 49, 3)]
    for when, _, kss, lapses, level in rows:
        models = told[when].models
        assert (kss, lapses) == (
            (spread(models.kss), spread(models.lapses)) if models.hours_awake else ("asleep", "asleep")
        ), when
        assert level.split()[0] == told[when].rules.level, when
    assert rows[0][1] == "hold-over"
    assert "asleep" in {row[2] for row in rows}
    assert [r for row in rows for r in re.findall(r"relief \w+ [\d:]+|unfit [\d:]+", row[4])] == [
        "unfit 00:00", "relief overdue 22:00", "relief owed 18:00",
    ]  # fmt: skip


def test_the_hour_that_comes_twice_is_told_apart(house: House, force: InRecord, clock: SettableClock) -> None:
    clock.at = local("2020-11-01T12:00")
    page = seen(house, f"/member/{NIGHT_DESK}", somebody(house, force, NIGHT_DESK)).text
    times = [row[0] for row in cells(page, "The same as a table")]
    assert "Sun 1 Nov 01:00 EDT" in times
    assert len(times) == len(set(times)) == 17


def test_the_whole_page_names_what_is_known_of_the_member(house: House, force: InRecord, clock: SettableClock) -> None:
    force.sign_on(CO, PCT, "2020-10-07T06:00")
    clock.at = local("2020-10-08T03:00")
    receive(force)
    leave(force, CO, date(2020, 10, 26), reason="a wedding", at="2020-10-08T03:00")
    text = words(seen(house, f"/member/{CO}", somebody(house, force, BOROUGH)).text)
    assert f"Commanding Officer {CO}: unfit, on duty for 21 h in 47th Precinct; relief is overdue." in text
    assert "On duty 21 h, unfit from 18 h" in text
    assert "owed now ; overdue from Wed 7 Oct 2020 22:00" in text
    assert re.search(r"R1 leave 2020-10-26 waits for PBBX-CO a wedding", text)
    assert re.search(r"unfit muster-advisory .* Thu 8 Oct 2020 00:00 unfit", text)
    assert "Commanding Officer, PCT-047 , substantive" in text


def test_my_page_says_first_when_i_am_next_on_duty(house: House, force: InRecord, clock: SettableClock) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    said = seen(house, "/me", cookie)
    assert re.search(r"<h1>You are on duty in 47th Precinct until Wed 7 Oct \d\d:\d\d\. Then next Thu 8 Oct", said.text)
    clock.at = local("2020-10-07T22:00")
    assert re.search(
        r"<h1>You are next on duty Thu 8 Oct \d\d:\d\d to \d\d:\d\d, PCT-047\.</h1>", seen(house, "/me", cookie).text
    )
    force.retire(CO, "2020-10-07T22:10", "2020-10-07T22:20")
    clock.at = local("2020-10-07T23:00")
    assert "<h1>No duty of yours is planned in the next four weeks.</h1>" in seen(house, "/me", cookie).text


def test_my_page_lists_my_requests(house: House, at_ten: InRecord) -> None:
    leave(at_ten, OFFICER, date(2020, 10, 26), date(2020, 10, 27), at=TEN, reason="moving house")
    text = words(seen(house, "/me", somebody(house, at_ten, OFFICER)).text)
    assert re.search(r"R1 leave 2020-10-26 to 2020-10-27 waits for [\w-]+ moving house", text)


def test_a_calendar_link_is_made_on_my_page_shown_once_renewed_and_ended(house: House, at_ten: InRecord) -> None:
    cookie = somebody(house, at_ten, OFFICER)
    mark = mark_of(seen(house, "/me", cookie))

    def sent(act: str, query: str = "") -> Said:
        return post(f"{house.base}/me{query}", cookie, mark=mark, act=act)

    def leads(page: Said) -> str:
        found = re.search(r'value="http://localhost(/feed/[^"]+\.ics)"', page.text)
        assert found is not None
        return found[1]

    before = facts(at_ten)
    assert [sent(act, query).status for act, query in (("x", ""), ("link", f"?at={TEN}"))] == [422, 409]
    assert facts(at_ten) == before
    first = leads(sent("link"))
    assert ask(house.base + first).text == seen(house, "/me/tours.ics", cookie).text
    again = sent("link")
    assert (again.status, "renew it" in again.text, first in again.text) == (409, True, False)
    assert first not in seen(house, "/me", cookie).text
    second = leads(sent("renew"))
    assert [ask(house.base + path).status for path in (first, second)] == [404, 200]
    assert [sent("end").status for _ in range(2)] == [303, 303]
    assert ask(house.base + second).status == 404


def test_names_that_were_typed_in_are_text(house: House, force: InRecord, clock: SettableClock) -> None:
    name = "<script>x</script>\u202e=1+1"
    force.rows = changed(force.rows, Member, lambda m: m.member == OFFICER, name=name)
    force.load()
    clock.at = local(TEN)
    for who in (CO, OFFICER):
        cookie = somebody(house, force, who)
        for path in (f"/member/{OFFICER}", "/me"):
            said = seen(house, path, cookie)
            assert "<script>x" not in said.text
            assert is_safe(said)
            assert (who == CO and path == "/me") or "&lt;script&gt;x" in said.text


def test_who_commanded_a_member_then_and_does_not_now_sees_the_plain_part_of_then(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    other = neighbour(force)
    lent = Attachment(member=OFFICER, unit="PCT-049", since=local("2020-10-06"), until=local("2020-10-08"))
    does(force, lambda record: duty.keep(record, lent))
    clock.at = local("2020-10-07T22:00")
    cookie = somebody(house, force, other)
    assert "Duty ledger" in words(seen(house, f"/member/{OFFICER}?at={TEN}", cookie).text)
    clock.at = local("2020-10-08T01:00")
    text = words(seen(house, f"/member/{OFFICER}?at={TEN}", cookie).text)
    assert [w for w in ENTITLED if w in text] == []
    assert "show it to you" in text
