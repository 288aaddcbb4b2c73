"""Taskings of the console over HTTP: who may read and do what, a form sent twice, a look that changes nothing."""

import re

from muster.domain.contact import Contact
from muster.services import taskings
from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.neighbours import neighbour
from tests.services.reached import WHAT, at_three, receive, step, tasking
from tests.services.small import BOROUGH, CO, NIGHT_DESK, PCT, XO, facts, sees
from tests.services.small import does as in_record
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_refusals import is_safe

READ = ("/taskings", "/taskings?mine=1", "/taskings/new", "/taskings/stream", "/tasking/T1", "/tasking/T1/stream")
ACTS = ("accept", "received", "refuse", "hand", "take-over", "send", "close")
LIGHT = 30_000
"""Bytes of a page that must come over a bad line."""


def mark_of(house: House, cookie: dict[str, str]) -> str:
    """What proves that a form is ours."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', seen(house, "/taskings", cookie).text)
    assert found is not None
    return found[1]


def does(house: House, cookie: dict[str, str], path: str, **fields: str) -> Said:
    """What somebody is answered who sends a form of ours."""
    return post(house.base + path, cookie, **{"mark": mark_of(house, cookie), "seen": "0", **fields})


def test_nobody_is_told_anything(house: House, asked: InRecord) -> None:
    before = facts(asked)
    for path in (*READ, *(f"/tasking/T1/{act}" for act in ACTS), "/tasking/NO-SUCH"):
        for said in (seen(house, path, {}), post(house.base + path, mark="0" * 32)):
            assert said.status in (401, 405), path
            assert is_safe(said)
            for word in (WHAT, "T1<", NIGHT_DESK, "47th", "PCT-047-DESK"):
                assert word not in said.text, path
    assert facts(asked) == before


def test_an_officer_of_another_precinct_is_not_told_whether_there_is_one(house: House, asked: InRecord) -> None:
    other = somebody(house, asked, neighbour(asked))
    before = facts(asked)
    there, gone = (
        [
            seen(house, f"/tasking/{name}", other),
            seen(house, f"/tasking/{name}?at=2020-10-07T03:00", other),
            seen(house, f"/tasking/{name}/stream", other),
            *(seen(house, f"/tasking/{name}/{act}", other) for act in ACTS),
            *(does(house, other, f"/tasking/{name}/{act}", by="PCT-049-CO", reason="x", to="PBBX-CO") for act in ACTS),
            does(house, other, f"/tasking/{name}/send", by="PCT-049-CO", to="PBBX-CO", look="1"),
        ]
        for name in ("T1", "T9")
    )
    for said, nothing in zip(there, gone, strict=True):
        assert (said.status, said.text.replace("T1", "T9")) == (404, nothing.text)
        assert "POLICE-COMMISSIONER can show it to you" in said.text
    board = seen(house, "/taskings", other)
    assert board.status == 200
    assert WHAT not in board.text.lower()
    assert facts(asked) == before


def test_what_waits_is_seen_by_all_and_what_it_is_about_by_those_who_see_the_unit(
    house: House, asked: InRecord
) -> None:
    own, other = somebody(house, asked, CO), somebody(house, asked, neighbour(asked))
    for screen in ("/now", f"/unit/{PCT}"):
        assert WHAT.lower() in seen(house, screen, own).text.lower(), screen
        said = seen(house, screen, other).text
        assert WHAT.lower() not in said.lower(), screen
        assert "1 tasking waits" in said or "A tasking waits for" in said, screen
        assert "T1" not in said, screen


def test_a_former_holder_is_told_no_more(house: House, asked: InRecord, clock: SettableClock) -> None:
    cookie = somebody(house, asked, CO)
    assert seen(house, "/tasking/T1", cookie).status == 200
    mark = mark_of(house, cookie)
    asked.retire(CO, "2020-10-07T03:10", "2020-10-07T03:20")
    clock.at = local("2020-10-07T03:30")
    before = facts(asked)
    for path in ("/tasking/T1", "/tasking/T1?at=2020-10-07T03:05", "/tasking/T1/accept"):
        said = seen(house, path, cookie)
        assert said.status == 404
        assert WHAT not in said.text.lower()
    assert WHAT not in seen(house, "/taskings", cookie).text.lower()
    assert post(f"{house.base}/tasking/T1/take-over", cookie, mark=mark, seen="0", by="PCT-047-CO").status == 404
    assert facts(asked) == before


def test_the_page_says_who_has_it_whom_it_reached_and_why(house: House, asked: InRecord) -> None:
    text = seen(house, "/tasking/T1", somebody(house, asked, CO)).text
    assert "Shots at White Plains Road</bdi>, 47th Precinct: nobody has accepted it." in text
    assert "It belongs to 47th Precinct. Desk Officer, 47th Precinct owns it until somebody accepts it." in text
    assert re.search(r"is on its way to Chief of Patrol|is on its way to Desk Officer", text)
    chain = re.findall(r'<th role="rowheader" scope="row"><a href="/unit/([A-Z0-9-]+)', text)
    assert chain == ["CITY-HALL", "PD", "COD", "PATROL", "PBBX", PCT]
    passed = re.findall(r'/unit/([A-Z0-9-]+)">[^<]*</a></th>(?:(?!</tr>).)*<b>Passed over.</b>', text)
    assert passed == ["PD", "COD", "PBBX", PCT]
    assert "he himself" in text
    numbers = [int(n) for n in re.findall(r'<span class="hash">(\d+)</span>', text)]
    assert numbers == sorted(numbers, reverse=True)
    assert sees(asked, lambda v: next(iter(v.facts(first=numbers[-1], last=numbers[-1])))).kind == "tasking.received"


def test_the_page_is_as_it_was_known_then(house: House, asked: InRecord, clock: SettableClock) -> None:
    cookie = somebody(house, asked, NIGHT_DESK)
    clock.at = local("2020-10-07T03:10")
    assert does(house, cookie, "/tasking/T1/accept", by="PCT-047-DESK").status == 303
    clock.at = local("2020-10-07T03:20")
    now, then = (seen(house, f"/tasking/T1{at}", cookie).text for at in ("", "?at=2020-10-07T03:05"))
    assert "Desk Officer, 47th Precinct has it." in now
    assert "accepted it" in now
    assert "nobody has accepted it." in then
    assert "accepted it</bdi>" not in then
    assert "<form" not in then.partition("<main")[2]
    assert "T1" in seen(house, "/taskings?at=2020-10-07T03:05", cookie).text
    assert "/tasking/T1" not in seen(house, "/taskings?at=2020-10-07T02:00", cookie).text
    assert seen(house, "/tasking/T1?at=2020-10-07T02:00", cookie).status == 404
    before = facts(asked)
    for act in ACTS:
        said = does(
            house, cookie, f"/tasking/T1/{act}?at=2020-10-07T03:05", by="PCT-047-DESK", reason="x", to="PBBX-CO"
        )
        assert said.status == 409
    assert facts(asked) == before


def test_what_was_recorded_later_is_not_known_before(house: House, asked: InRecord, clock: SettableClock) -> None:
    cookie = somebody(house, asked, NIGHT_DESK)
    clock.at = local("2020-10-07T03:30")
    then = local("2020-10-07T03:05")
    in_record(asked, lambda record: taskings.accept(record, "T1", NIGHT_DESK, then, "PCT-047-DESK"))
    known, unknown = (seen(house, f"/tasking/T1?at=2020-10-07T03:{at}", cookie).text for at in ("30", "20"))
    assert "accepted it</bdi>" in known
    assert "accepted it</bdi>" not in unknown
    assert "nobody has accepted it." in unknown
    assert f"{NIGHT_DESK} (PCT-047-DESK) has it" in known
    assert f"{NIGHT_DESK} (PCT-047-DESK) has it" not in unknown


def test_accepting_twice_is_accepting_once_and_it_is_the_member_who_answers(house: House, asked: InRecord) -> None:
    step(asked)
    cookie = somebody(house, asked, NIGHT_DESK)
    first = does(house, cookie, "/tasking/T1/accept", by="PCT-047-DESK")
    assert (first.status, first.headers["location"]) == (303, "/tasking/T1")
    before = facts(asked)
    assert does(house, cookie, "/tasking/T1/accept", by="PCT-047-DESK").status == 303
    assert facts(asked) == before
    assert tasking(asked).accepted_by == NIGHT_DESK
    answered = sees(asked, lambda v: [c.member for c in v.rows(Contact, subject="T1") if c.answer == "accepted"])
    assert answered == [NIGHT_DESK]


def test_a_refusal_keeps_what_was_typed_and_says_why(house: House, asked: InRecord) -> None:
    cookie, before = somebody(house, asked, NIGHT_DESK), 0
    for fields, status in (
        ({"reason": " "}, 422),
        ({"reason": "x\x00y"}, 422),
        ({"reason": "<script>x</script>", "by": "PCT-047-CO"}, 409),
        ({"reason": "x" * 3000}, 422),
        ({"reason": "two sectors", "seen": "x"}, 422),
        ({"reason": "two sectors", "seen": "9" * 40}, 422),
    ):
        before = facts(asked)
        given = {"by": "PCT-047-DESK", **fields}
        said = does(house, cookie, "/tasking/T1/refuse", **given)
        assert said.status == status, fields
        assert is_safe(said)
        assert 'role="alert"' in said.text
        assert "<script>x" not in said.text
        assert facts(asked) == before
    said = does(house, cookie, "/tasking/T1/refuse", by="PCT-047-CO", reason="two sectors are out")
    assert 'value="two sectors are out"' in said.text


def test_a_button_that_cannot_be_used_says_why_and_who_can(house: House, asked: InRecord) -> None:
    text = seen(house, "/tasking/T1", somebody(house, asked, XO)).text
    for act in ("accept", "refuse", "hand"):
        assert f'aria-disabled="true" href="/tasking/T1/{act}"' in text
    assert "It is with CHIEF-OF-PATROL, PCT-047-DESK: whoever holds that can do it." in text
    explained = seen(house, "/tasking/T1/accept", somebody(house, asked, BOROUGH))
    assert explained.status == 200
    assert "whoever holds that can do it" in explained.text
    assert 'method="post" class="panel ask"' not in explained.text
    assert seen(house, "/tasking/T1/no-such", somebody(house, asked, CO)).status == 404


def test_a_directive_is_looked_at_before_it_is_sent_and_told_exactly_whom_it_told(
    house: House, asked: InRecord
) -> None:
    cookie, before = somebody(house, asked, CO), 0
    form = {"by": "PCT-047-CO", "to": "PBBX-CO", "seen": str(facts(asked))}
    before = facts(asked)
    look = does(house, cookie, "/tasking/T1/send", **form, look="1")
    assert look.status == 200
    assert "It passes the chain: that takes a reason." in look.text
    assert re.findall(r"(Competent below|Skipped above): ([^<]+)<", look.text) == [("Competent below", "47th Precinct")]
    unseen = does(house, cookie, "/tasking/T1/send", **form, reason="they asked")
    assert unseen.status == 409
    assert "look at it again" in unseen.text
    looked = re.search(r'name="looked" value="(\w+)"', unseen.text)
    assert looked is not None
    assert facts(asked) == before
    assert does(house, cookie, "/tasking/T1/send", **form, looked=looked[1]).status == 409
    assert facts(asked) == before
    for _ in range(2):
        assert does(house, cookie, "/tasking/T1/send", **form, reason="they asked", looked=looked[1]).status == 303
    sent = sees(asked, lambda v: list(v.facts(streams=["tasking/T1"], kinds=["tasking.sent"], first=before + 1)))
    assert len(sent) == 1
    told = sees(asked, lambda v: list(v.facts(streams=["tasking/T1"], kinds=["tasking.told"], first=before + 1)))
    assert [re.search(r'"position":"([^"]+)"', f.body)[1] for f in told] == ["PCT-047-CO"]  # type: ignore[index]


def test_what_goes_to_a_telephone_is_light(house: House, force: InRecord) -> None:
    at_three(force)
    for number in range(45):
        receive(force, f"T{number + 1}")
    step(force)
    cookie = somebody(house, force, NIGHT_DESK)
    for path in ("/taskings?mine=1", "/taskings?mine=1&start=20", "/tasking/T1", "/tasking/T1/refuse"):
        said = seen(house, path, cookie)
        assert said.status == 200
        assert len(said.text.encode()) < LIGHT, path
    first, rest = (
        set(re.findall(r'href="/tasking/(T\d+)"', seen(house, p, cookie).text))
        for p in (READ[1], READ[1] + "&start=20")
    )
    assert len(first) == len(rest) == 20
    assert not first & rest


def test_late_comes_first_then_what_waits_then_what_somebody_has(house: House, force: InRecord) -> None:
    at_three(force)
    for name, by in (("B", "2020-10-07T05:00"), ("A", "2020-10-07T04:00"), ("LATE", "2020-10-07T03:10"), ("HAS", None)):
        receive(force, name, by=None if by is None else local(by))
    cookie = somebody(house, force, NIGHT_DESK)
    does(house, cookie, "/tasking/HAS/accept", by="PCT-047-DESK")
    force.clock.at = local("2020-10-07T03:20")
    text = seen(house, "/taskings", cookie).text
    assert re.findall(r'href="/tasking/([A-Z]+)"', text) == ["LATE", "A", "B", "HAS"]
    assert "<h1>1 tasking is late. 2 taskings wait for an answer.</h1>" in text
    assert "Late by 10 m" in text
    by = seen(house, "/taskings?owner=PCT-047-DESK&by=deadline", cookie).text
    assert re.findall(r'href="/tasking/([A-Z]+)"', by) == ["HAS", "LATE", "A", "B"]  # no deadline given: now
    assert "owner=PCT-047-DESK" in by.split("hx-sse:connect=")[1].split('"')[1]
    assert "/tasking/HAS" not in seen(house, "/taskings?owner=PCT-047-CO", cookie).text
