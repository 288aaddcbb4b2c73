"""The API for those with an account: what each may read and do, by the positions they hold now."""

import json
from typing import Any

import pytest

from muster.domain.requests import Request
from muster.domain.taskings import Tasking
from muster.domain.users import User
from muster.domain.viewings import Viewing
from muster.services.tokens import issue
from muster.services.users import add_user
from tests.api.scene import FORMER, OTHER, OTHER_CO, SECRET, WHAT, Scene
from tests.doors import ask
from tests.ground import local
from tests.services.small import BOROUGH, CHIEF, CO, OFFICER, PC, PCT, XO, does, facts, sees

UTC_NOON = "2020-10-20T16:00:00Z"
OFFICERS = (OFFICER, CO, XO, BOROUGH, PC, OTHER_CO, FORMER)
SHOTS = {"what": "shots at White Plains Road", "matter": "shots-fired", "place": PCT}

WEEKEND = {"first": "2020-11-01", "last": "2020-11-02"}


def passed(body: dict[str, Any], position: str) -> str:
    """Why a position was passed over."""
    reason: str = next(p["reason"] for p in body["passed"] if p["position"] == position)
    return reason


def away(scene: Scene, at: str = "2020-10-20T12:30") -> None:
    """The commander is off, so that whoever comes next is asked for."""
    scene.force.absent(CO, "2020-10-20T11:00", "2020-10-21")
    scene.force.clock.at = local(at)


def test_why_somebody_was_passed_over_is_for_those_entitled(scene: Scene) -> None:
    away(scene)
    reasons = {}
    for member in OFFICERS:
        status, body = scene.get(f"/units/{PCT}/watch", scene.token(member))
        assert (status, body["unit"]) == (200, PCT)
        reasons[member] = passed(body, "PCT-047-XO")
    in_full = {m for m, reason in reasons.items() if "rest" in reason}
    assert in_full == {CO, XO, BOROUGH, PC}
    assert {reasons[m] for m in reasons if m not in in_full} == {"not available until 1800"}


def test_who_acted_as_commander_once_reads_no_reason_of_then(scene: Scene) -> None:
    away(scene)
    token = scene.token(FORMER)
    _, body = scene.get(f"/units/{PCT}/watch?at=2020-09-20T16:00:00Z", token)
    assert body["at"] == "2020-09-20T16:00:00Z"
    _, body = scene.get(f"/units/{PCT}/watch?at=2020-10-20T16:15:00Z", token)
    assert passed(body, "PCT-047-XO").startswith("not available")


def test_the_watch_is_answered_as_it_was_known(scene: Scene) -> None:
    token = scene.token(CO)
    scene.force.clock.at = local("2020-10-20T13:00")
    scene.force.absent(CO, "2020-10-20T11:00", "2020-10-21")
    now, then = (
        scene.get(f"/units/{PCT}/watch?at={UTC_NOON}{known}", token)[1]["in_command"]["member"]
        for known in ("", f"&known_at={UTC_NOON}")
    )
    assert now != then == CO


def test_a_member_is_told_in_full_to_themselves_and_who_commands_them(scene: Scene) -> None:
    told = {m: scene.get(f"/members/{XO}", scene.token(m)) for m in OFFICERS}
    assert {status for status, _ in told.values()} == {200}
    assert {m for m, (_, body) in told.items() if body["condition"]} == {CO, XO, BOROUGH, PC}
    assert all(body["positions"] == ["PCT-047-XO"] for _, body in told.values())
    assert "+1-" not in str(told)


def test_a_tasking_that_one_may_not_read_is_as_one_that_is_not_there(scene: Scene) -> None:
    for member in OFFICERS:
        token = scene.token(member)
        there, gone = (scene.get(f"/taskings/{name}", token) for name in ("T1", "T9"))
        listed = [t["tasking"] for t in scene.get("/taskings", token)[1]["items"]]
        if member in (OTHER_CO, FORMER):
            assert (there[0], listed) == (404, [])
            assert str(there).replace("T1", "T9") == str(gone)
        else:
            assert (there[0], there[1]["what"], "T1" in listed) == (200, WHAT, True)


def test_a_tasking_that_concerns_somebodys_position_is_theirs_to_read(scene: Scene) -> None:
    token = scene.token(OTHER_CO)
    assert scene.get("/taskings/T1", token)[0] == 404
    desk = sees(scene.force, lambda views: views.row(Tasking, "T1"))
    assert desk is not None
    does(scene.force, lambda record: record.append(desk.offer("PCT-049-CO", CO, record.now)))
    assert scene.get("/taskings/T1", token)[0] == 200


def test_requests_are_for_their_parties_and_who_commands_them(scene: Scene) -> None:
    told = {m: scene.get("/requests", scene.token(m))[1]["items"] for m in OFFICERS}
    assert {m for m, items in told.items() if items} == {OFFICER, CO, XO, BOROUGH, PC}
    assert {items[0]["reason"] for items in told.values() if items} == {SECRET}
    status, body = scene.get(f"/requests?at={UTC_NOON}", scene.token(CO))
    assert (status, body["items"][0]["reason"]) == (200, None)


def test_a_roster_is_for_those_of_the_unit_and_says_who_can_show_it(scene: Scene) -> None:
    status, body = scene.get(f"/rosters/{PCT}", scene.token(OFFICER))
    assert (status, body["first"], body["days"]) == (200, "2020-10-19", 28)
    assert all(len(line["tours"]) == 28 and "" not in line["tours"] for line in body["items"])
    said = {unit: scene.get(f"/rosters/{unit}", scene.token(FORMER)) for unit in (PCT, OTHER)}
    assert {status for status, _ in said.values()} == {403}
    assert f"{PCT}-CO or a command above it can show it to you" in said[PCT][1]["error"]


def test_facts_are_for_whoever_commands_the_whole_force(scene: Scene) -> None:
    told = {m: scene.get("/facts?limit=1", scene.token(m))[0] for m in (*OFFICERS, CHIEF)}
    assert {m for m, status in told.items() if status == 200} == {PC}
    assert set(told.values()) == {200, 403}


def test_pages_follow_each_other_without_gap(scene: Scene) -> None:
    token = scene.token(PC)
    for path, key in (("units", "unit"), ("positions", "position"), ("now", "unit"), (f"rosters/{PCT}", "member")):
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            after = f"&cursor={cursor}" if cursor else ""
            _, body = scene.get(f"/{path}?limit=3{after}", token)
            assert len(body["items"]) <= 3
            found += [item[key] for item in body["items"]]
            cursor = body["next"]
        _, whole = scene.get(f"/{path}?limit=200", token)
        assert found == [item[key] for item in whole["items"]]
        assert scene.get(f"/{path}?limit={len(found)}", token)[1]["next"] is None
        assert len(found) > 3
    _, first = scene.get("/facts?limit=2", token)
    _, second = scene.get(f"/facts?limit=2&cursor={first['next']}", token)
    assert [f["seq"] for f in (*first["items"], *second["items"])] == [1, 2, 3, 4]
    last = facts(scene.force)
    _, end = scene.get(f"/facts?limit=2&cursor={last - 2}", token)
    assert ([f["seq"] for f in end["items"]], end["next"]) == ([last - 1, last], None)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.0", "1e2", "", "%00", "99999999999999999999"])
def test_a_page_has_at_most_two_hundred(scene: Scene, limit: str) -> None:
    assert scene.get(f"/units?limit={limit}", scene.token(OFFICER))[0] == 422


def test_nothing_is_told_of_more_than_a_year_ahead(scene: Scene) -> None:
    paths = json.loads(ask(f"{scene.house.base}/api/v1/openapi.json").text)["paths"]
    names, token, far = {"unit": PCT, "member": CO, "name": "T1"}, scene.token(CO), "tour=x&at=2021-10-23T16:00:00Z"
    asked = [
        path for path, told in paths.items() if "at" in [p["name"] for p in told.get("get", {}).get("parameters", ())]
    ]
    assert len(asked) > 5
    for path in asked:
        status, body = scene.get(f"{path.format_map(names)}?{far}", token)
        assert (status, "must not be after 2021-10-21, a year from now" in body["error"]) == (422, True), path


def test_what_is_wrong_is_named_with_its_value_and_what_it_must_be(scene: Scene) -> None:
    token = scene.token(CO)
    assert scene.get("/units?limit=500", token)[1]["error"] == "limit 500 must be less than or equal to 200"
    assert scene.post("/requests/leave", token, {"first": "0001-01-01", "last": "0001-01-02"})[1]["code"] == "malformed"
    assert scene.get("/units/a%0Ab/watch", token)[1]["code"] == "malformed"
    _, body = scene.post("/requests/leave", token, {"first": "tomorrow", "lats": 1})
    assert (
        body["error"]
        == "first 'tomorrow' must be a day of 1900 to 2199: 2020-10-07; last must be given; lats is no field of this"
    )


def test_where_it_would_go_is_told_before_and_nothing_is_done(scene: Scene) -> None:
    token, before = scene.token(CO), facts(scene.force)
    status, dry = scene.post("/taskings", token, {**SHOTS, "dry_run": True})
    assert (status, dry["tasking"], facts(scene.force)) == (200, None, before)
    status, sent = scene.post("/taskings", token, SHOTS)
    assert (status, sent["tasking"][:1], facts(scene.force) > before) == (200, "T", True)
    for only in (True, False):  # whoever holds no office has nothing to take in
        status, body = scene.post("/taskings", scene.token(OFFICER), {**SHOTS, "dry_run": only})
        assert (status, "tell the desk of your unit" in body["error"]) == (403, True)
    same = ("owner", "decides", "member", "competent_unit", "why")
    assert [sent[k] for k in same] == [dry[k] for k in same]


def test_an_act_sent_twice_is_done_once(scene: Scene) -> None:
    token = scene.token(CO)
    first = scene.post("/taskings", token, SHOTS)
    before = facts(scene.force)
    assert scene.post("/taskings", token, {**SHOTS, "kind": "incident"}) == first
    assert facts(scene.force) == before
    status, body = scene.post("/taskings", token, {**SHOTS, "what": "another"})
    assert (status, body["code"]) == (409, "key-used")
    assert scene.post(f"/members/{CO}/duty", token, {"word": "sign-off"})[1]["code"] == "key-used"
    assert scene.post("/taskings", token, SHOTS, "k2")[1]["tasking"] != first[1]["tasking"]


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 65, "-"])
def test_an_act_needs_a_key(scene: Scene, key: str | None) -> None:
    token, before = scene.token(CO), facts(scene.force)
    assert scene.post("/taskings", token, SHOTS, key)[0] == 422
    assert facts(scene.force) == before


def test_a_tasking_is_answered_by_who_holds_the_position(scene: Scene) -> None:
    owner = sees(scene.force, lambda views: views.row(Tasking, "T1"))
    assert owner is not None
    assert owner.owner == "PCT-047-CO"
    assert scene.post("/taskings/T1/answer", scene.token(FORMER), {"word": "accept"})[0] == 404
    said = {"word": "accept", "position": "PCT-047-CO"}
    assert scene.post("/taskings/T1/answer", scene.token(OFFICER), said)[0] == 403
    assert scene.post("/taskings/T1/answer", scene.token(CO), {"word": "refuse"})[0] == 422
    status, body = scene.post("/taskings/T1/answer", scene.token(CO), {"word": "accept"}, "k2")
    assert (status, body["says"]) == (200, f"T1 is owned by PCT-047-CO, accepted by {CO}")
    handed = {"word": "hand", "to": "PCT-047-XO"}
    assert scene.post("/taskings/T1/answer", scene.token(CO), handed, "k3")[0] == 200
    taken = {"word": "take-over", "position": "PBBX-CO"}
    assert scene.post("/taskings/T1/answer", scene.token(BOROUGH), taken)[0] == 200
    now = sees(scene.force, lambda views: views.row(Tasking, "T1"))
    assert now is not None
    assert (now.owner, now.accepted_by) == ("PBBX-CO", BOROUGH)


def test_leave_is_asked_for_and_decided(scene: Scene) -> None:
    leave = {"first": "2020-11-01", "last": "2020-11-02", "reason": SECRET}  # the clocks change on the first day
    status, body = scene.post("/requests/leave", scene.token(OFFICER), leave)
    assert (status, body["says"].startswith("R2: ")) == (200, True)
    assert SECRET not in sees(scene.force, lambda views: "".join(f.body for f in views.facts()))
    grant = {"verdict": "granted", "by": "PCT-047-CO", "reason": "covered", "short": True}
    for member, status in ((FORMER, 404), (OFFICER, 403), (XO, 403), (CO, 200)):
        assert scene.post("/requests/R2/decision", scene.token(member), grant, "k2")[0] == status
    made = sees(scene.force, lambda views: views.row(Request, "R2"))
    assert made is not None
    assert (made.state, made.by, made.decider) == ("granted", "PCT-047-CO", CO)


def test_a_preference_and_a_swap_are_asked_for_and_withdrawn(scene: Scene) -> None:
    token = scene.token(OFFICER)
    wish = {"first": "2020-10-30", "last": "2020-10-30", "tour": "off"}
    assert scene.post("/requests/preference", token, wish)[0] == 200
    assert scene.post("/requests/R2/answer", token, {"word": "withdraw"}, "k2")[0] == 200
    assert scene.post("/requests/R2/answer", scene.token(FORMER), {"word": "withdraw"})[0] == 404
    swap = {"day": "2020-10-30", "other": "M0034"}
    status, body = scene.post("/requests/swap", token, swap, "k3")
    assert (status, body["code"]) in ((200, None), (422, "invalid"))


def test_a_user_who_is_nobody_of_the_force_reads_what_everybody_may(scene: Scene) -> None:
    def make(record: Any) -> str:
        add_user(record, User(user="clerk", administrator=True, since=record.now), None, record.now)
        return issue(record, "clerk", ("read", "act"), 1, record.now).secret

    token = does(scene.force, make)
    away(scene)
    assert passed(scene.get(f"/units/{PCT}/watch", token)[1], "PCT-047-XO").startswith("not available")
    assert scene.get("/taskings", token)[1]["items"] == []
    assert scene.get("/facts", token)[0] == 403
    leave = f"/members/{OFFICER}/duty", {"word": "absent", "kind": "leave"}
    for path, body in (leave, ("/taskings", SHOTS), ("/requests/leave", WEEKEND)):
        assert scene.post(path, token, body)[0] == 403


def test_how_fit_and_what_waits_at_a_glance_is_for_who_may_read_it(scene: Scene) -> None:
    told = {m: scene.get("/now", scene.token(m))[1]["items"] for m in (OFFICER, CO, OTHER_CO)}
    here = {m: next(u for u in items if u["unit"] == PCT) for m, items in told.items()}
    assert [m for m, u in here.items() if u["fitness"]] == [CO]
    assert [m for m, u in here.items() if WHAT.lower() in str(u["says"]).lower()] == [OFFICER, CO]
    assert {u["waiting"] + u["late"] for u in here.values()} == {2}


def test_that_somebody_looked_at_a_member_is_recorded(scene: Scene) -> None:
    for member in (XO, CO, CO, FORMER):
        scene.get(f"/members/{XO}", scene.token(member))
    assert scene.get(f"/members/{XO}", scene.token(BOROUGH, ("act",)))[0] == 403  # who sees nothing has not looked
    looked = sees(scene.force, lambda views: views.rows(Viewing, member=XO))
    assert {(v.user, v.office, v.full) for v in looked} == {(CO, "PCT-047-CO", True), (FORMER, None, False)}
