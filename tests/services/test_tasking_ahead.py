"""What a tasking would bring about is what it then does: whose it is, who is passed over, who is told."""

import json
from collections.abc import Iterable
from functools import partial

import pytest

from muster.domain.contact import Contact
from muster.domain.errors import Refused
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment
from muster.domain.record import Recorded
from muster.ports import Record, Views
from muster.services import tasking_ahead, taskings
from muster.services.tasking_acts import Wish, choices, do, trial_of
from muster.services.tasking_ahead import Ahead, Report
from muster.services.taskings import Directive
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.services.reached import ROWS, at_three, desk_and_captain, pass_minutes, receive, step, tasking
from tests.services.small import (
    BOROUGH,
    CHIEF,
    CO,
    DAY_DESK,
    NIGHT_CAPTAIN,
    NIGHT_DESK,
    OFFICER,
    PCT,
    TEN,
    XO,
    does,
    facts,
    sees,
)
from tests.support import SettableClock

GIVERS = ("CITY-HALL", "PD", "PATROL", "PBBX", "PCT-047-CO")
RECEIVERS = ("CHIEF-OF-PATROL", "PBBX-CO", "PCT-047-XO", "PCT-047-DESK", "POLICE-COMMISSIONER")
REPORT = Report("a block party", "incident", "block-party", PCT, people=180)


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force; some of its members are reached by telephone and text message."""
    return InRecord(temporary_store, clock, ROWS)


def since(force: InRecord, seq: int) -> list[Recorded]:
    return sees(force, lambda views: list(views.facts(first=seq + 1)))


def told_in(found: Iterable[Recorded]) -> tuple[set[str], set[str]]:
    """The positions that were told, and the members to whom a notice went."""
    found = list(found)
    notices = [json.loads(f.body) for f in found if f.kind == "contact.queued"]
    positions = {json.loads(f.body)["position"] for f in found if f.kind == "tasking.told"}
    return positions, {n["member"] for n in notices if n["purpose"] == "notice"}


def chain_between(force: InRecord, giver: str, receiver: str) -> tuple[list[str], list[str]]:
    """Whom a directive about a matter of the precinct passes over, by design.md, part 4, from the tree alone."""
    posts = {p.position: p for p in force.rows if isinstance(p, Position)}
    parent = {u.unit: u.parent for u in force.rows if isinstance(u, Unit)}
    kinds = {t.title: t.kind for t in force.rows if isinstance(t, Title)}

    def up(unit: str) -> list[str]:
        above = parent[unit]
        return [unit, *(up(above) if above else [])]

    to = posts[receiver]
    from_unit = posts[giver].unit if giver in posts else giver
    mine = sorted((p for p in posts.values() if p.unit == to.unit), key=lambda p: p.order)
    head = next(p.position for p in mine if kinds[p.title] == "command")
    path, skipped = up(to.unit), list[str]()
    if from_unit in path[1:]:
        skipped = path[1 : path.index(from_unit)][::-1] + ([to.unit] if head != receiver else [])
    down = up(PCT)
    return skipped, down[: down.index(to.unit)][::-1] if to.unit in down else []


def looked(force: InRecord, report: Report, member: str = DAY_DESK) -> Ahead:
    return sees(force, lambda views: tasking_ahead.if_received(views, member, report))


@pytest.mark.parametrize("giver", GIVERS)
def test_what_receiving_would_do_is_what_it_does_and_looking_changes_nothing(force: InRecord, giver: str) -> None:
    force.clock.at = local(TEN)
    for receiver in RECEIVERS:
        report = Report(*("a block party", "incident", "block-party", PCT), directive=Directive(giver, receiver, "why"))
        before = facts(force)
        ahead = looked(force, report)
        assert facts(force) == before
        assert (list(ahead.skipped_above), list(ahead.competent_below)) == chain_between(force, giver, receiver)
        made = does(force, partial(tasking_ahead.receive_looked, member=DAY_DESK, report=report, looked=ahead.mark))
        assert not isinstance(made, Ahead)
        assert made.owner == ahead.tasking.owner
        assert made.offered_to == ahead.tasking.offered_to
        positions, members = told_in(since(force, before))
        assert {t.position for t in ahead.told} == positions
        assert {member for t in ahead.told for member, _ in t.members} == members
        pass_minutes(force, 1)


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_what_sending_elsewhere_would_do_is_what_it_does(force: InRecord, receiver: str) -> None:
    force.clock.at = local(TEN)
    receive(force)
    before, wish = facts(force), Wish("send", "PCT-047-CO", facts(force), "they know the street", receiver)
    ahead = sees(force, lambda views: tasking_ahead.if_sent(views, "T1", CO, wish))
    assert facts(force) == before
    assert (list(ahead.skipped_above), list(ahead.competent_below)) == chain_between(force, "PCT-047-CO", receiver)
    done = does(force, lambda record: tasking_ahead.send_looked(record, "T1", CO, wish, ahead.mark))
    assert not isinstance(done, Ahead)
    positions, members = told_in(since(force, before))
    assert {t.position for t in ahead.told} == positions
    assert {member for t in ahead.told for member, _ in t.members} == members
    assert tasking(force).offered_to == ahead.tasking.offered_to


def test_who_would_be_asked_first_is_who_is_asked(force: InRecord) -> None:
    at_three(force)
    ahead = looked(force, Report("shots", "incident", "shots-fired", PCT), NIGHT_DESK)
    assert ahead.first is not None
    receive(force)
    step(force)
    asked = sees(force, lambda views: views.rows(Contact, subject="T1", purpose="decide"))
    assert {(c.member, c.position) for c in asked} == {(ahead.first.member, ahead.first.position)}
    assert ahead.first.member == NIGHT_DESK


def test_at_night_the_commander_is_told_after_rest_and_the_preview_says_when(force: InRecord) -> None:
    at_three(force)
    directive = Directive("CITY-HALL", "CHIEF-OF-PATROL", "he himself")
    ahead = looked(force, Report("a party", "incident", "block-party", PCT, directive=directive), NIGHT_DESK)
    before = facts(force)
    does(force, lambda r: taskings.receive(r, REPORT.asked(r.now), "a party", "incident", directive))
    queued = [json.loads(f.body) for f in since(force, before) if f.kind == "contact.queued"]
    when = {n["member"]: n["due_at"] for n in queued if n["purpose"] == "notice"}
    said = {m: at for t in ahead.told for m, at in t.members}
    assert {m: at.isoformat(timespec="microseconds") for m, at in said.items()}.keys() == when.keys()
    for member, at in said.items():
        assert local(when[member].replace("Z", "+00:00")) == at


def test_what_is_not_as_it_was_looked_at_is_shown_again_and_not_sent(force: InRecord) -> None:
    force.clock.at = local(TEN)
    receive(force)
    wish = Wish("send", "PCT-047-CO", facts(force), "they know the street", "CHIEF-OF-PATROL")
    ahead = sees(force, lambda views: tasking_ahead.if_sent(views, "T1", CO, wish))
    force.absent(CHIEF, TEN, "2020-10-09T10:00")
    before = facts(force)
    again = does(force, lambda record: tasking_ahead.send_looked(record, "T1", CO, wish, ahead.mark))
    assert isinstance(again, Ahead)
    assert facts(force) == before
    assert again.first != ahead.first
    assert not isinstance(does(force, lambda r: tasking_ahead.send_looked(r, "T1", CO, wish, again.mark)), Ahead)


def test_the_same_report_sent_twice_is_one_tasking(force: InRecord) -> None:
    force.clock.at = local(TEN)
    ahead, seen = looked(force, REPORT), facts(force)
    report = Report("a block party", "incident", "block-party", PCT, people=180, seen=seen)
    first = does(force, lambda r: tasking_ahead.receive_looked(r, DAY_DESK, report, ahead.mark))
    before = facts(force)
    again = does(force, lambda r: tasking_ahead.receive_looked(r, DAY_DESK, report, ahead.mark))
    assert again == first
    assert facts(force) == before
    other = Report("a block party", "incident", "block-party", PCT, people=181, seen=seen)
    assert does(force, lambda r: tasking_ahead.receive_looked(r, DAY_DESK, other, looked(force, other).mark)) != first
    given = Directive("PBBX", PCT)
    to = Report("a block party", "incident", "block-party", PCT, people=180, seen=seen, directive=given)
    assert does(force, lambda r: tasking_ahead.receive_looked(r, DAY_DESK, to, looked(force, to).mark)) != first


def test_who_is_on_no_desk_and_in_no_command_receives_nothing(force: InRecord) -> None:
    force.clock.at = local(TEN)
    with pytest.raises(Refused, match="desk"):
        looked(force, REPORT, OFFICER)
    with pytest.raises(Refused, match="desk"):
        does(force, lambda record: tasking_ahead.receive_looked(record, OFFICER, REPORT, ""))


def able(force: InRecord, member: str) -> dict[str, tuple[str, ...]]:
    """What a member can do to T1, in which positions."""
    return {c.act: c.offices for c in sees(force, lambda v: list(choices(v, tasking(force), member))) if c.offices}


def test_what_can_be_done_is_what_is_then_taken(force: InRecord) -> None:
    desk_and_captain(force)
    for member in (NIGHT_DESK, NIGHT_CAPTAIN, CO, XO, BOROUGH, CHIEF, OFFICER, DAY_DESK):
        can = able(force, member)
        posts = {a.position for a in force.rows if isinstance(a, Appointment) and a.member == member}
        for act in ("accept", "refuse", "take-over"):
            for position in posts:
                wish = Wish(act, position, facts(force), "no")
                allowed = position in can.get(act, ())
                assert takes(force, member, wish) is allowed, (member, act, position)
    assert able(force, NIGHT_DESK)["accept"] == ("PCT-047-DESK",)
    assert able(force, OFFICER) == {}
    assert "accept" not in able(force, CO)
    assert able(force, CO)["take-over"] == ("PCT-047-CO",)


def takes(force: InRecord, member: str, wish: Wish) -> bool:
    """Whether the act is taken, as it really is done and then let go."""

    class LetGo(Exception):
        pass

    def act(record: Record) -> None:
        before = record.head()[0]
        done = do(record, "T1", member, wish)
        raise LetGo(done.refusal is None and record.head()[0] > before)

    try:
        does(force, act)
    except LetGo as said:
        return bool(said.args[0])
    except Refused:
        return False
    raise AssertionError("it was kept")


def test_whoever_was_asked_answers_that_contact_and_each_act_twice_is_one(force: InRecord) -> None:
    contact, _ = desk_and_captain(force)
    wish = Wish("accept", "PCT-047-DESK", facts(force))
    assert does(force, lambda r: do(r, "T1", NIGHT_DESK, wish)).refusal is None
    before = facts(force)
    assert does(force, lambda r: do(r, "T1", NIGHT_DESK, wish)).refusal is None
    assert facts(force) == before
    assert tasking(force).accepted_by == NIGHT_DESK
    assert sees(force, lambda v: v.rows(Contact, key=contact.key))[0].answer == "accepted"


@pytest.mark.parametrize(
    ("act", "by", "member", "reason", "to"),
    [
        ("refuse", "PCT-047-DESK", NIGHT_DESK, "two sectors are out", None),
        ("hand", "PCT-047-DESK", NIGHT_DESK, None, "PCT-047-SUP"),
        ("take-over", "PCT-047-CO", CO, None, None),
        ("send", "PCT-047-CO", CO, "they know it", "PBBX-CO"),
        ("close", "PCT-047-DESK", NIGHT_DESK, "ended at 0310", None),
    ],
)
def test_an_act_by_somebody_who_was_not_asked_is_done_once_however_often_it_is_sent(
    force: InRecord, act: str, by: str, member: str, reason: str | None, to: str | None
) -> None:
    at_three(force)
    receive(force)
    wish = Wish(act, by, facts(force), reason, to)  # type: ignore[arg-type]
    before = facts(force)
    assert trial_facts(force, member, wish) > 0
    assert facts(force) == before
    does(force, lambda r: do(r, "T1", member, wish))
    once = facts(force)
    assert once > before
    does(force, lambda r: do(r, "T1", member, wish))
    assert facts(force) == once


def trial_facts(force: InRecord, member: str, wish: Wish) -> int:
    def count(views: Views) -> int:
        return len(trial_of(views, "T1", member, wish))

    return sees(force, count)


def test_nobody_acts_in_a_position_that_they_do_not_hold(force: InRecord) -> None:
    at_three(force)
    receive(force)
    before = facts(force)
    for act in ("accept", "refuse", "hand", "take-over", "send", "close", "received"):
        for member, by in ((OFFICER, "PCT-047-DESK"), (XO, "PCT-047-CO"), (CO, "NO-SUCH")):
            with pytest.raises(Refused, match="does not hold"):
                does(force, lambda r, a=act, m=member, b=by: do(r, "T1", m, Wish(a, b, 0, "x", "PBBX-CO")))  # type: ignore[misc]
    assert facts(force) == before


def test_a_refusal_of_what_was_asked_is_recorded_as_by_the_link(force: InRecord) -> None:
    _, captain = desk_and_captain(force)
    pass_minutes(force, 1)
    does(force, lambda r: do(r, "T1", NIGHT_DESK, Wish("accept", "PCT-047-DESK", facts(force))))
    done = does(force, lambda r: do(r, "T1", NIGHT_CAPTAIN, Wish("accept", str(captain.position), facts(force))))
    assert done.refusal == "taken"
    assert NIGHT_DESK in done.says
    refused = sees(force, lambda v: list(v.facts(streams=["contact/T1/"], kinds=["contact.link-refused"])))
    assert [f.stream.split("/")[4] for f in refused] == [NIGHT_CAPTAIN]
    assert tasking(force).accepted_by == NIGHT_DESK
