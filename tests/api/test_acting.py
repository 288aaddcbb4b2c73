"""What the API does is what pages do: contacts are answered, rosters amended, rolls called, each act once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from tests.api.scene import OTHER_CO, Scene, acting
from tests.doors import House
from tests.ground import InRecord, local
from tests.publishing import DAY
from tests.services.reached import contact, desk_and_captain, pass_minutes, tasking
from tests.services.small import BOROUGH, CO, NIGHT_CAPTAIN, NIGHT_DESK, OFFICER, PCT, XO, facts, sees

ANSWER = "/taskings/T1/answer"
SHOTS = {"what": "shots at White Plains Road", "matter": "shots-fired", "place": PCT}


@pytest.fixture
def night(force: InRecord, house: House) -> Scene:
    """The small force, before anything happens."""
    return Scene(force, house)


def kinds(scene: Scene, after: int) -> list[str]:
    """The kinds of the facts after this one."""
    found: list[Recorded] = sees(scene.force, lambda views: list(views.facts(first=after + 1)))
    return [f.kind for f in found]


def test_whoever_was_contacted_answers_that_contact(night: Scene) -> None:
    desk, _ = desk_and_captain(night.force)
    pass_minutes(night.force, 1)
    asked, token = night.token(NIGHT_DESK), night.token(NIGHT_CAPTAIN)
    assert night.post(ANSWER, asked, {"word": "received"})[0] == 200
    assert contact(night.force, desk.key).received_at is not None
    assert night.post(ANSWER, asked, {"word": "accept"}, "k2")[0] == 200
    assert contact(night.force, desk.key).answer == "accepted"
    before = facts(night.force)
    status, body = night.post(ANSWER, token, {"word": "accept"})
    assert (status, body["code"]) == (409, "taken")
    assert NIGHT_DESK in body["error"]
    assert kinds(night, before) == ["contact.link-refused"]  # and no key: it stands for nothing
    assert night.post(ANSWER, token, {"word": "refuse", "reason": "it is with the desk"})[1]["code"] == "taken"


def test_a_tasking_is_sent_on_and_closed_by_whom_a_page_lets(scene: Scene) -> None:
    send = {"word": "send", "to": "CHIEF-OF-PATROL"}
    assert scene.post(ANSWER, scene.token(CO), send)[0] == 422
    status, body = scene.post(ANSWER, scene.token(CO), {**send, "position": "PCT-047-CO"})
    assert (status, "passes the chain" in body["error"]) == (409, True)
    sent = {**send, "position": "PCT-047-CO", "reason": "their street"}
    assert scene.post(ANSWER, scene.token(CO), sent)[0] == 200
    assert "CHIEF-OF-PATROL" in tasking(scene.force).offered_to
    assert scene.post(ANSWER, scene.token(OFFICER), {"word": "close", "reason": "quiet"})[0] == 409
    status, body = scene.post(ANSWER, scene.token(CO), {"word": "close", "reason": "quiet"}, "k2")
    assert (status, body["says"]) == (200, "T1 is closed, and was owned by PCT-047-CO")
    assert tasking(scene.force).result == "quiet"


def test_an_entry_of_the_roster_is_amended_by_who_may_publish_it(scene: Scene) -> None:
    wanted = {"member": OFFICER, "day": "2020-10-27", "reason": "a course", "by": "PCT-047-CO"}
    _, body = scene.get(f"/rosters/{PCT}?limit=200", scene.token(CO))
    had = next(line["tours"][8] for line in body["items"] if line["member"] == OFFICER)
    tour = "off" if had != "off" else DAY
    before = facts(scene.force)
    path = f"/rosters/{PCT}/amendments"
    for member, by in ((OFFICER, "PCT-047-CO"), (XO, "PCT-047-CO"), (OTHER_CO, "PCT-049-CO")):
        assert scene.post(path, scene.token(member), {**wanted, "tour": tour, "by": by})[0] == 403
    assert not [k for k in kinds(scene, before) if "user" not in k and "token" not in k]
    status, body = scene.post(path, scene.token(CO), {**wanted, "tour": tour})
    assert (status, body["ok"]) == (200, True), body
    _, after = scene.get(f"{body['about']}?limit=200", scene.token(CO))
    assert next(line["tours"][8] for line in after["items"] if line["member"] == OFFICER) == tour


def states(scene: Scene, path: str, token: str) -> dict[str, str]:
    """In which state each member is on the roll of a tour."""
    return {line["member"]: line["state"] for line in scene.get(path, token)[1]["items"]}


def test_a_roll_is_called_and_dismissed(scene: Scene) -> None:
    path, token = f"/units/{PCT}/roll-call", scene.token(CO)
    day = {"tour": DAY, "day": "2020-10-20"}
    shown = states(scene, f"{path}?tour={DAY}&day=2020-10-20", token)
    here = sorted(m for m, state in shown.items() if state == "not-seen")
    status, body = scene.post(path, token, {**day, "everybody": True, "missing": [here[0]]})
    assert (status, body["says"].partition("opened: ")[2] != "") == (200, True), body
    after = states(scene, body["about"], token)
    assert (after[here[0]], {after[m] for m in here[1:]}) == ("no-show", {"present"})
    scene.force.clock.at = local("2020-10-20T15:00")
    assert scene.post(f"/units/{PCT}/dismissal", token, {**day, "stay": [here[1]]}, "k2")[0] == 200
    after = states(scene, body["about"], token)
    assert (after[here[1]], {after[m] for m in here[2:]}) == ("present", {"signed-off"})
    for act in ("roll-call", "dismissal"):
        assert scene.post(f"/units/{PCT}/{act}", scene.token(OTHER_CO), day)[0] == 403
        assert scene.post(f"/units/{PCT}/{act}", scene.token(OFFICER), day)[0] == 409
    assert scene.get(body["about"], scene.token(OTHER_CO))[0] == 403


def test_why_somebody_is_not_there_is_for_those_entitled(scene: Scene) -> None:
    path = f"/units/{PCT}/roll-call?tour={DAY}&day=2020-10-20"
    away = next(m for m, state in states(scene, path, scene.token(CO)).items() if state == "not-seen")
    scene.force.absent(away, "2020-10-20T06:00", "2020-10-21")
    says = {m: {x["member"]: x["says"] for x in scene.get(path, scene.token(m))[1]["items"]} for m in (CO, OFFICER)}
    assert [m for m in says[CO] if says[CO][m] != says[OFFICER][m]] == [away]
    assert says[OFFICER][away].startswith("not available")


def test_who_acts_in_a_position_decides_and_not_who_they_stand_in_for(scene: Scene) -> None:
    scene.force.appoint(acting(XO))
    said = {"verdict": "declined", "by": "PCT-047-CO", "reason": "short"}
    assert scene.post("/requests/R1/decision", scene.token(CO), said)[0] == 409
    assert scene.post("/requests/R1/decision", scene.token(XO), said)[0] == 200


def test_a_directive_is_received_by_whom_it_concerns(scene: Scene) -> None:
    given = {**SHOTS, "giver": "PCT-047-CO", "receiver": "PCT-047-DESK"}
    before = facts(scene.force)
    for member in (OTHER_CO, OFFICER):
        for dry in (True, False):
            status, body = scene.post("/taskings", scene.token(member), {**given, "dry_run": dry})
            assert (status, body["code"]) == (403, "not-entitled")
    assert "tasking.received" not in kinds(scene, before)
    assert scene.post("/taskings", scene.token(CO), {**SHOTS, "giver": "PCT-047-CO"})[0] == 422
    for member in (CO, BOROUGH):
        assert scene.post("/taskings", scene.token(member), given)[0] == 200


def test_of_the_same_act_sent_twice_at_one_instant_one_is_done(scene: Scene) -> None:
    token, together = scene.token(CO), threading.Barrier(4)

    def send(what: str) -> tuple[int, Any]:
        together.wait()
        return scene.post("/taskings", token, {**SHOTS, "what": what})

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(send, ["shots", "shots", "shots", "a quarrel"]))
    done = sees(scene.force, lambda views: [t.what for t in views.rows(Tasking) if t.what in ("shots", "a quarrel")])
    assert len(done) == 1
    statuses = [status for status, _ in said]
    assert statuses in ([200, 200, 200, 409], [409, 409, 409, 200])
    assert len({body["tasking"] for status, body in said if status == 200}) == 1
