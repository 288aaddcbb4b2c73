"""The API does what the pages of command do: duty, appointing, call-ins, ledgers, rosters; each by who may, and as it
was seen before."""

from muster.domain.published import Published
from tests.api.scene import FORMER, OTHER, OTHER_CO, Scene, acting
from tests.ground import local
from tests.services.closing import AFTER, court, kept
from tests.services.offered import BOSS
from tests.services.small import BOROUGH, CO, OFFICER, PCT, XO, facts, sees

POST = "PCT-047-CO"


def test_a_member_signs_on_and_off_for_themselves(scene: Scene) -> None:
    token, path = scene.token(OTHER_CO), f"/members/{OTHER_CO}/duty"
    on = {"word": "sign-on", "unit": OTHER}
    assert scene.post(path, token, on)[1]["says"] == f"{OTHER_CO} is on duty in {OTHER}"
    assert scene.get(path, token)[1]["unit"] == OTHER
    scene.force.clock.at = local("2020-10-20T13:00")
    assert scene.post(path, token, {"word": "sign-off"}, "k2")[1]["says"] == f"{OTHER_CO} is not on duty"
    assert scene.post(path, token, {**on, "unit": "NO-SUCH"}, "k3")[0] == 404


def test_an_absence_is_entered_and_ended_by_who_commands_the_member(scene: Scene) -> None:
    path, token = f"/members/{OFFICER}/duty", scene.token(CO)
    leave = {"word": "absent", "kind": "leave", "until": "2020-10-24T04:00:00Z"}
    refused = {m: scene.post(path, scene.token(m), leave) for m in (OFFICER, BOSS, OTHER_CO)}
    assert {m: status for m, (status, _) in refused.items()} == {OFFICER: 422, BOSS: 409, OTHER_CO: 403}
    assert f"{POST} or a command above it can show it to you" in refused[OTHER_CO][1]["error"]
    assert "somebody who does enters it" in refused[BOSS][1]["error"]
    assert scene.post(path, token, leave)[0] == 200
    (away,) = scene.get(path, token)[1]["away"]
    assert (away["kind"], away["until"]) == ("leave", leave["until"])
    assert scene.get(path, scene.token(BOSS))[1]["away"] == []
    scene.force.clock.at = local("2020-10-20T13:00")
    ended = {"word": "end", "row": away["row"]}
    assert scene.post(path, scene.token(OFFICER), ended)[0] == 409
    assert [scene.post(path, token, ended, key)[0] for key in ("k2", "k2", "k3")] == [200, 200, 404]
    assert scene.get(path, token)[1]["away"] == []


def test_an_order_is_seen_before_it_is_done(scene: Scene) -> None:
    path, token = f"/positions/{POST}/order", scene.token(BOROUGH)
    goes = {"word": "relieve", "member": CO, "why": "transferred"}
    co, before = scene.token(CO), facts(scene.force)
    status, ahead = scene.post(path, token, {**goes, "dry_run": True})
    assert (status, facts(scene.force)) == (200, before)
    assert f"{CO} commands {PCT} no more, at once" in ahead["changes"]
    assert scene.post(path, co, {**goes, "dry_run": True})[0] == 409  # nobody relieves themselves
    for looked in ({}, {"looked": "0" * 16}):
        status, body = scene.post(path, token, {**goes, **looked})
        assert (status, ahead["changes"][0] in body["error"]) == (409, True)
    assert facts(scene.force) == before
    done = scene.post(path, token, {**goes, "looked": ahead["looked"]})
    assert (done[0], done[1]["says"]) == (200, f"{CO} is relieved of {POST}")
    assert scene.post(path, token, {**goes, "looked": ahead["looked"]}) == done
    assert scene.get(f"/ledgers/{PCT}", co)[0] == 403
    acts = {"word": "appoint", "member": XO, "instrument": "Order 7"}
    _, ahead = scene.post(path, token, {**acts, "dry_run": True})
    assert scene.post(path, token, {**acts, "looked": ahead["looked"]}, "k2")[0] == 200
    _, body = scene.get(f"{done[1]['about']}&limit=200", token)
    assert next(p["holders"] for p in body["items"] if p["position"] == POST)[0]["member"] == XO


def test_a_call_in_is_opened_offered_answered_and_noted(scene: Scene) -> None:
    path, token = f"/units/{PCT}/call-ins", scene.token(BOSS)
    need = {"since": "2020-10-24T03:15:00Z", "until": "2020-10-24T11:50:00Z", "rank": "PO", "needed": 2}
    refused = [scene.post(path, scene.token(m), need) for m in (OTHER_CO, OFFICER)]
    assert [(status, body["code"]) for status, body in refused] == [(403, "not-entitled"), (409, "not-now")]
    over = {**need, "since": "2020-10-19T03:15:00Z", "until": "2020-10-19T11:50:00Z"}
    assert scene.post(path, token, over)[0] == 422
    made = scene.post(path, token, need)[1]["about"]
    assert scene.post(path, token, need, "k2")[1]["about"] == made  # another key, and the same need: one call-in
    assert [c["call_in"] for c in scene.get(path, token)[1]["items"]] == ["C1", made.rpartition("/")[2]]
    _, before = scene.get(made, token)
    asked = [line["member"] for line in before["offers"] if line["stands"] == "to be asked"]
    offering = {"to": 2, "deadline": "2020-10-20T22:00:00Z"}
    for path in (f"{made}/offers", f"{made}/notes"):
        body = offering if path.endswith("offers") else {"member": asked[2], "what": "accepted"}
        assert [scene.post(path, scene.token(m), body)[0] for m in (OTHER_CO, OFFICER)] == [403, 409]
    assert scene.post(f"{made}/offers", token, offering, "k3")[0] == 200
    assert scene.post(f"{made}/answer", scene.token(asked[1]), {"word": "willing"})[0] == 200
    status, body = scene.post(f"{made}/answer", scene.token(asked[1]), {"word": "refused"}, "k2")
    assert (status, body["code"]) == (410, "link-over")  # it was answered
    _, after = scene.get(made, token)
    assert {o["member"]: o["state"] for o in after["rounds"][0]["offers"]} == {asked[0]: "open", asked[1]: "willing"}
    told = {"member": asked[0], "what": "refused"}
    assert scene.post(f"{made}/notes", token, told, "k4")[0] == 200
    stands = {line["member"]: line["stands"] for line in scene.get(made, token)[1]["offers"]}
    assert (stands[asked[0]], "refused" in stands[asked[1]]) == ("refused", False)


def test_the_hours_of_a_period_are_certified_as_they_were_seen(scene: Scene) -> None:
    path, days = f"/ledgers/{PCT}", {"first": "2020-10-19", "last": "2020-11-15"}
    scene.force.clock.at = local(AFTER)
    token, asked = scene.token(CO, days=60), f"{path}?first={days['first']}&last={days['last']}&limit=200"
    assert [scene.get(asked, scene.token(m, days=60))[0] for m in (BOSS, OFFICER, OTHER_CO)] == [403, 403, 403]
    assert scene.get(f"{path}?first=2020-10-19", token)[0] == 422
    _, seen = scene.get(asked, token)
    assert (seen["signs"], seen["version"]) == ([POST], None)
    kept(scene.force, court(OFFICER, "2020-10-30T10:00", "2020-10-30T12:30"))
    certify = {**days, "by": POST, "looked": seen["looked"]}
    status, body = scene.post(path, token, certify)
    assert (status, "not as you saw them" in body["error"]) == (409, True)
    _, now = scene.get(asked, token)
    was = {h["member"]: h["counted_seconds"] for h in seen["items"]}
    assert {h["member"]: h["counted_seconds"] - was[h["member"]] for h in now["items"]}[OFFICER] == 2.5 * 3600
    status, body = scene.post(path, token, {**certify, "looked": now["looked"]})
    assert (status, scene.get(asked, token)[1]["version"]) == (200, 1), body


def test_a_roster_is_withdrawn_and_another_published_for_the_days_that_are_left(scene: Scene) -> None:
    path, token = f"/rosters/{PCT}", scene.token(CO)
    lines = {x["member"]: x["tours"] for x in scene.get(f"{path}?limit=200", token)[1]["items"] if not x["guest"]}
    withdraw = {"first": "2020-10-26", "by": POST, "reason": "a parade"}
    left = {member: tours[7:] for member, tours in lines.items()}
    publish = {"first": "2020-10-26", "by": POST, "lines": left}
    for act, body in (("withdrawal", withdraw), ("publication", publish)):
        assert {scene.post(f"{path}/{act}", scene.token(m), body)[0] for m in (OFFICER, XO, OTHER_CO, FORMER)} == {403}
        assert scene.post(f"{path}/{act}", token, {**body, "by": "PCT-047-XO"})[0] == 403
        _, said = scene.post(f"{path}/{act}", scene.token(OTHER_CO), {**body, "by": "PCT-049-CO"})
        assert f"{POST} or a command above it can show it to you" in said["error"]
    status, body = scene.post(f"{path}/publication", token, publish)
    assert (status, "is published already" in body["error"]) == (409, True)
    uneven = {**publish, "lines": {**left, OFFICER: ["off"]}}
    assert scene.post(f"{path}/publication", token, uneven)[0] == 422
    assert scene.post(f"{path}/withdrawal", token, {**withdraw, "first": "2020-10-20"})[0] == 409
    assert scene.post(f"{path}/withdrawal", token, withdraw)[0] == 200
    assert scene.post(f"{path}/publication", token, publish, "k2")[0] == 200
    there = sees(scene.force, lambda views: views.rows(Published, unit=PCT))
    assert [(p.first.isoformat(), p.days, p.signer) for p in there] == [("2020-10-19", 7, CO), ("2020-10-26", 21, CO)]
    _, after = scene.get(f"{path}?limit=200&at=2020-10-27T12:00:00Z", token)
    assert {x["member"]: x["tours"] for x in after["items"]} == left
    scene.force.appoint(acting(XO))
    amend = {"member": OFFICER, "day": "2020-10-30", "tour": "off", "by": POST, "reason": "a course"}
    for act, body in (("withdrawal", {**withdraw, "first": "2020-11-01"}), ("amendments", amend)):
        status, said = scene.post(f"{path}/{act}", token, body, "k3")
        assert (status, f"{XO} serves as {POST} now" in said["error"]) == (409, True)
