"""Duty over HTTP: who signs on and off, who enters that somebody is away, and who is in command then."""

import json
from collections.abc import Sequence

import pytest

from muster.domain.force import Rank
from muster.domain.members import Absence, Attachment, Career
from muster.domain.record import Recorded, entered
from muster.services import duty
from muster.services.offices import offices_of
from muster.services.watch import watch
from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.neighbours import neighbour
from tests.services.small import BOROUGH, CO, DAY_DESK, NIGHT_DESK, OFFICER, PCT, TEN, XO, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger


@pytest.fixture
def at_ten(force: InRecord, clock: SettableClock) -> InRecord:
    """The force, on a Wednesday at 1000: its commander is on duty, its desk officer of the night is not."""
    clock.at = local(TEN)
    return force


def says(house: House, cookie: dict[str, str], member: str, **fields: str) -> Said:
    """Somebody says something about a member's duty."""
    return post(f"{house.base}/duty/{member}", cookie, mark=mark_of(seen(house, "/me", cookie)), **fields)


def state(force: InRecord, member: str) -> str:
    """Where a member is."""
    return sees(force, lambda views: duty.status(views, member, force.clock()).state)


def in_command(force: InRecord) -> str | None:
    """Who is in command of the precinct."""
    holder = sees(force, lambda views: watch(views, PCT, force.clock())).in_command
    return holder.member if holder else None


def last(force: InRecord, noun: str) -> Recorded:
    """The last fact about a noun."""
    found: Sequence[Recorded] = sees(force, lambda views: [*views.facts()])
    return next(f for f in reversed(found) if f.stream.startswith(noun))


def test_a_commander_signs_off_and_on_and_the_page_says_who_is_in_command(
    house: House, at_ten: InRecord, clock: SettableClock
) -> None:
    cookie = somebody(house, at_ten, CO)
    sent = says(house, cookie, CO, act="sign-off")
    assert (sent.status, sent.headers["location"]) == (303, f"/duty/{CO}")
    clock.at = local("2020-10-07T10:01")
    assert (state(at_ten, CO), in_command(at_ten)) == ("off", XO)
    assert f"PCT-047-XO ({XO}) is in command" in seen(house, f"/duty/{CO}", cookie).text
    assert says(house, cookie, CO, act="sign-off").status == 409
    assert says(house, cookie, CO, act="sign-on", unit=PCT).status == 303
    clock.at = local("2020-10-07T10:02")
    assert in_command(at_ten) == CO
    assert f"PCT-047-CO ({CO}) is in command" in seen(house, f"/duty/{CO}", cookie).text


def test_who_runs_the_unit_signs_its_members_on_there_alone_and_the_fact_says_who_did(
    house: House, at_ten: InRecord
) -> None:
    desk = somebody(house, at_ten, XO)
    assert seen(house, f"/duty?member={NIGHT_DESK}", desk).headers["location"] == f"/duty/{NIGHT_DESK}"
    before = facts(at_ten)
    elsewhere = says(house, desk, NIGHT_DESK, act="sign-on", unit="PCT-046")
    assert (elsewhere.status, "PCT-046 or above it" in elsewhere.text) == (409, True)
    assert facts(at_ten) == before + 1  # that it was looked at
    assert says(house, desk, NIGHT_DESK, act="sign-on", unit=PCT).status == 303
    assert (state(at_ten, NIGHT_DESK), json.loads(last(at_ten, "signing").body)["by"]) == ("on-duty", XO)


def test_members_are_chosen_by_name_by_who_runs_their_duty_or_appoints_them_and_by_nobody_else(
    house: House, at_ten: InRecord
) -> None:
    for who, listed in ((BOROUGH, True), (OFFICER, False)):
        cookie = somebody(house, at_ten, who)
        for path in (f"/unit/{PCT}", f"/position/{PCT}-XO"):
            page = seen(house, path, cookie).text
            assert ('list="members"' in page, f'<option value="{NIGHT_DESK}">' in page) == (listed, listed), path


def test_a_member_reports_sick_is_passed_over_and_comes_back(
    house: House, at_ten: InRecord, clock: SettableClock
) -> None:
    cookie = somebody(house, at_ten, CO)
    assert says(house, cookie, CO, act="absent", kind="leave").status == 422
    assert says(house, cookie, CO, act="absent", kind="sick", why="a broken leg").status == 303
    clock.at = local("2020-10-07T10:01")
    assert (state(at_ten, CO), in_command(at_ten)) == ("absent", XO)
    fact = last(at_ten, "absence")
    assert "a broken leg" not in fact.body
    assert says(house, cookie, CO, act="absent", kind="sick").status == 409  # sent twice, it is one
    clock.at = local("2020-10-07T12:00")
    assert says(house, cookie, CO, act="end", row=fact.stream).status == 303
    assert (state(at_ten, CO), in_command(at_ten)) == ("on-duty", CO)
    away = does(at_ten, lambda record: duty.absent(record, Absence(member=CO, kind="suspended", since=clock.at)))
    assert says(house, cookie, CO, act="end", row=away.stream).status == 409
    assert state(at_ten, CO) == "absent"


def test_an_absence_is_entered_and_taken_back_by_who_commands_and_read_by_nobody_else(
    house: House, at_ten: InRecord
) -> None:
    co, desk, mate = (somebody(house, at_ten, m) for m in (CO, NIGHT_DESK, stranger(at_ten)))
    entered = {"act": "absent", "kind": "sick", "since": "2020-10-08T08:00", "until": "2020-10-09T08:00"}
    before = facts(at_ten)
    assert says(house, desk, OFFICER, **entered).status == 409
    assert says(house, mate, OFFICER, **entered).status == 403
    assert "can show it to you" in seen(house, f"/duty/{OFFICER}", mate).text
    wrong = says(house, co, OFFICER, **{**entered, "until": "2020-10-07T08:00"})
    assert (wrong.status, 'value="2020-10-08T08:00"' in wrong.text, "must be after" in wrong.text) == (422, True, True)
    assert facts(at_ten) == before + 2  # that both who may have looked at it
    assert says(house, co, OFFICER, **entered).status == 303
    assert "sick" in seen(house, f"/duty/{OFFICER}", co).text
    assert "sick" not in seen(house, f"/duty/{OFFICER}", desk).text
    assert says(house, co, OFFICER, act="end", row=last(at_ten, "absence").stream).status == 303
    assert sees(at_ten, lambda views: views.rows(Absence, member=OFFICER)) == []


def test_a_member_is_lent_by_a_command_over_both_units_and_called_home_again(
    house: House, at_ten: InRecord, clock: SettableClock
) -> None:
    neighbour(at_ten)
    boss, co = (somebody(house, at_ten, m) for m in (BOROUGH, CO))
    post = next(o for o in sees(at_ten, lambda views: offices_of(views, BOROUGH, clock.at)) if o.kind == "command")
    lent = {"act": "lend", "unit": "PCT-049", "tour": "1500x2335", "why": "a short tour"}
    alone = says(house, co, OFFICER, **lent, by="PCT-047-CO")
    assert (alone.status, "over PCT-047 and PCT-049" in alone.text) == (409, True)
    assert says(house, co, OFFICER, **lent, by=post.position.position).status == 403
    assert says(house, boss, OFFICER, **lent, by=post.position.position).status == 303
    clock.at = local("2020-10-07T16:00")
    assert "on duty in 49th Precinct" in seen(house, f"/duty/{OFFICER}", boss).text
    assert says(house, boss, OFFICER, act="recall", why="not needed", by=post.position.position).status == 303
    (row,) = sees(at_ten, lambda views: views.rows(Attachment, member=OFFICER))
    assert row.until == clock.at
    later = {**lent, "since": "2020-10-20T15:00", "by": post.position.position}
    assert says(house, boss, OFFICER, **later).status == 303
    coming = next(a for a in sees(at_ten, lambda views: views.rows(Attachment, member=OFFICER)) if a.since > clock.at)
    assert f'name="row" value="{coming.stream}"' in seen(house, f"/duty/{OFFICER}", boss).text
    back = {"act": "recall", "row": coming.stream, "why": "not needed", "by": post.position.position}
    assert says(house, boss, OFFICER, **back).status == 303
    assert sees(at_ten, lambda views: views.rows(Attachment, member=OFFICER)) == [row]


def test_a_desk_signs_nobody_off_over_whom_it_does_not_stand(house: House, at_ten: InRecord) -> None:
    desk, xo, boss = (somebody(house, at_ten, m) for m in (DAY_DESK, XO, BOROUGH))
    for cookie in (desk, xo):
        for act in ("sign-off", "hold-over", "unreachable"):
            said = says(house, cookie, CO, act=act)
            assert (said.status, f"{CO} holds PCT-047-CO, over which you hold no command" in said.text) == (409, True)
            assert f'value="{act}"' not in said.text
    assert says(house, xo, CO, act="absent", kind="sick").status == 409
    assert in_command(at_ten) == CO
    higher = next(r.rank for r in at_ten.rows if isinstance(r, Rank) and r.rank == "CPT")
    promoted = Career(member=OFFICER, rank=higher, since=local("2020-10-01"))
    does(at_ten, lambda record: record.append([entered(promoted, None, promoted.since)]))
    assert "is Captain, and you are" in says(house, desk, OFFICER, act="sign-on", unit=PCT).text
    assert says(house, boss, CO, act="sign-off").status == 303
