"""Every route of the API and of the console, also those that are added later, tried as nobody, as who commands another
precinct, and as who held a post here once: no data, and no hint whether something is there."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from itertools import product
from typing import Any, Final, NamedTuple, cast
from urllib.parse import quote, urlencode, urlsplit

import pytest

from muster.api.app import PREFIX, api_app
from muster.domain.users import User
from muster.ports import Record
from muster.services.clerk import Clerk
from muster.services.desk import Desk
from muster.services.door import Door
from muster.services.users import add_user, begin_session
from muster.web.console import console_app
from tests.api.scene import FORMER, OTHER_CO, SECRET, WHAT, Scene
from tests.doors import Said, ask, console_of
from tests.services.small import CO, OFFICER, PCT, XO, does, facts

OPEN: Final = {
    "/static/{version}/{name}",
    "/sign-in",
    "/password/{word}",
    "/pose",
    f"{PREFIX}/openapi.json",
    f"{PREFIX}/contact",
    f"{PREFIX}/contact/answer",
}
"""Routes that need no account: a style, where to sign in, what is behind a link; each has tests of its own."""
THERE: Final = (PCT, XO, OFFICER, "PCT-047-CO", "T1", "R1", "2020-10-20", "C1")
GONE: Final = ("PCT-999", "M9999", "PCT-999-CO", "T9", "R9", "nobody", "2020-10-33", "999999")
COMMAND: Final = re.compile(r"(&#39;|')muster [a-z]")
"""A command to type, which whoever reads a page or an answer has nowhere to type in."""
SEALED: Final = (SECRET, "protected rest", "until 1800, as", "+1-212", "$argon2")
"""What nobody reads who has no right to it, in whatever words a route is answered."""
FILED: Final = ("/roster-draft", "/roster-amend")
"""Pages whose form may bring a file."""
FALSE: Final = "muster_" + "x" * 43


class Tried(NamedTuple):
    """A route with names filled in."""

    method: str
    template: str
    path: str


def routes_of(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each route of an application, also of what it includes: its method, its address."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes, prefix)
        else:
            yield from ((method, prefix + route.path) for method in sorted(route.methods - {"HEAD"}))


def every_route(scene: Scene) -> list[tuple[str, str]]:
    """Each route of the console and of the API."""
    console = console_of(scene.house.store, scene.force.clock)
    nobody = cast(Door, None), cast(Clerk, None), cast(Desk, None)
    api = api_app(*nobody, lambda _: None)
    return [*routes_of(console_app(console, print).routes), *routes_of(api.routes, PREFIX)]


def filled(method: str, template: str, names: Iterable[str]) -> list[Tried]:
    """The route with each of these names in each of its places."""
    places = re.findall(r"\{[^}]+\}", template)
    found = []
    for chosen in product(names, repeat=len(places)) if len(places) < 3 else ((n,) * len(places) for n in names):
        path = template
        for place, name in zip(places, chosen, strict=True):
            path = path.replace(place, quote(name), 1)
        found.append(Tried(method, template, path))
    return found


def guarded(scene: Scene, names: Iterable[str]) -> list[Tried]:
    """Every route that needs an account, with names filled in."""
    return [t for method, path in every_route(scene) if path not in OPEN for t in filled(method, path, [*names])]


def sent(scene: Scene, tried: Tried, headers: dict[str, str], body: bytes | None = None) -> Said:
    """What is answered; of a stream only how it begins."""
    if not tried.template.endswith("/stream"):
        return ask(scene.house.base + tried.path, tried.method, body, headers)
    parts = urlsplit(scene.house.base)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    connection.request(tried.method, tried.path, body, headers)
    response = connection.getresponse()
    text = response.readline().decode() if response.status == 200 else response.read().decode()
    connection.close()
    return Said(response.status, {}, text)


def cookie(scene: Scene, member: str) -> dict[str, str]:
    """A browser in which a member is signed in."""

    def begin(record: Record) -> str:
        if record.row(User, member) is None:
            add_user(record, User(user=member, member=member, since=record.now), None, record.now)
        return begin_session(record, member, record.now)

    return {"Cookie": f"muster={does(scene.force, begin)}"}


def headers_of(scene: Scene, member: str) -> dict[str, str]:
    """Everything by which a member could be let in, by whatever route."""
    return {**cookie(scene, member), "Authorization": f"Bearer {scene.token(member)}"}


def without(text: str, path: str) -> str:
    """A page without the address that was asked for, which the page to sign in leads back to, and its mark."""
    for said in (quote(quote(path)), quote(path, safe=""), quote(path), path):
        text = text.replace(said, "")
    return re.sub('name="mark" value="[0-9a-f]{32}"', "", text)


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {FALSE}", "Cookie": "muster=x"}])
def test_nobody_learns_from_any_route_whether_something_is_there(scene: Scene, headers: dict[str, str]) -> None:
    answers: dict[tuple[str, str], set[tuple[int, str]]] = {}
    before = facts(scene.force)
    for tried in guarded(scene, (*THERE[:6], *GONE[:3], "\x00", "a b")):
        if headers and tried.path.startswith(PREFIX):
            scene.force.clock.at += timedelta(minutes=1)  # so many false tokens a minute are looked at
        said = sent(scene, tried, headers, b"{" if tried.method == "POST" else None)
        assert said.status == 401, tried
        answers.setdefault(tried[:2], set()).add((said.status, without(said.text, tried.path)))
    assert {route: len(found) for route, found in answers.items() if len(found) > 1} == {}
    assert len({text for found in answers.values() for _, text in found if text.startswith("{")}) == 1
    assert facts(scene.force) == before


@pytest.mark.parametrize("member", [OTHER_CO, FORMER])
def test_whoever_has_no_right_reads_nothing_by_any_route(scene: Scene, member: str) -> None:
    scene.force.absent(CO, "2020-10-20T11:00", "2020-10-21")  # so that it is asked who comes next, and why not
    headers = headers_of(scene, member)
    for tried in guarded(scene, THERE):
        if tried.method != "GET":
            continue
        for query in ("", "?" + urlencode({"at": "2020-10-20T16:05:00Z"})):
            said = sent(scene, tried._replace(path=tried.path + query), headers)
            assert said.status < 500, tried
            assert said.status < 400 or not COMMAND.search(said.text), tried
            told = [word for word in SEALED if word in said.text]
            if tried.path.startswith(PREFIX):
                told += [WHAT] if WHAT in said.text else []
            assert told == [], tried


def test_what_is_looked_for_is_there_for_who_may_read_it(scene: Scene) -> None:
    scene.force.absent(CO, "2020-10-20T11:00", "2020-10-21")
    headers = headers_of(scene, CO)
    texts = [sent(scene, t, headers).text for t in guarded(scene, THERE) if t.method == "GET"]
    for word in (SECRET, "protected rest", WHAT):
        assert any(word in text for text in texts), word


@pytest.mark.parametrize("member", [OTHER_CO, FORMER])
def test_whoever_has_no_right_changes_nothing_of_it_by_any_route(scene: Scene, member: str) -> None:
    headers = headers_of(scene, member)
    page = ask(f"{scene.house.base}/now", headers=headers).text
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    assert mark is not None
    form = urlencode({"mark": mark[1], "by": "PCT-047-CO", "reason": "no", "word": "accept", "to": "PCT-047-XO"})
    before = facts(scene.force)
    for number, tried in enumerate(guarded(scene, THERE)):
        if tried.method != "POST" or tried.template == "/sign-out":
            continue  # their own session
        api = tried.path.startswith(PREFIX)
        kind = "application/json" if api else "application/x-www-form-urlencoded"
        body = json.dumps(BODIES[tried.template]) if api else form
        keyed = {**headers, "Content-Type": kind, "Idempotency-Key": f"k{number}"}
        said = sent(scene, tried, keyed, body.encode())
        assert said.status < 500, tried
        assert not COMMAND.search(said.text), tried
        assert [word for word in (WHAT, *SEALED) if word in said.text] == [], tried
        assert facts(scene.force) == before, tried


def test_a_form_that_is_not_ours_does_nothing_by_any_route(scene: Scene) -> None:
    signed_in = cookie(scene, CO)
    before = facts(scene.force)
    forms = [t for m, p in every_route(scene) if m == "POST" and not p.startswith(PREFIX) for t in filled(m, p, [PCT])]
    assert len(forms) > 10
    for tried in forms:
        for mark, with_file in product(("", "0" * 32), (False, tried.template.startswith(FILED))):
            kind, body = _with_mark(mark, with_file=with_file)
            said = sent(scene, tried, {**signed_in, "Content-Type": kind}, body)
            assert (said.status in (403, 409), "was not made by Muster" in said.text) == (True, True), tried
    assert facts(scene.force) == before


def _with_mark(mark: str, *, with_file: bool) -> tuple[str, bytes]:
    """A form that says nothing but where it was made, and may bring a file: its kind, its body."""
    if not with_file:
        return "application/x-www-form-urlencoded", urlencode({"mark": mark}).encode()
    parts = {'name="mark"': mark, 'name="file"; filename="lines.csv"': "x"}
    said = "".join(f"--x\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n" for name, value in parts.items())
    return "multipart/form-data; boundary=x", f"{said}--x--\r\n".encode()


BODIES: Final[dict[str, dict[str, object]]] = {
    f"{PREFIX}/taskings": {"what": "x", "matter": "shots-fired", "place": PCT, "giver": "PCT-047-CO", "receiver": PCT},
    f"{PREFIX}/taskings/{{name}}/answer": {"word": "take-over", "position": "PCT-047-CO"},
    f"{PREFIX}/members/{{member}}/duty": {"word": "sign-on", "unit": PCT},
    f"{PREFIX}/positions/{{position}}/order": {"word": "appoint", "member": XO, "instrument": "Order 1"},
    f"{PREFIX}/units/{{unit}}/call-ins": {"since": "2020-10-20T20:00:00Z", "until": "2020-10-21T04:00:00Z"},
    f"{PREFIX}/call-ins/{{name}}/offers": {"to": 1, "deadline": "2020-10-20T18:00:00Z"},
    f"{PREFIX}/call-ins/{{name}}/notes": {"member": OFFICER, "what": "ordered"},
    f"{PREFIX}/ledgers/{{unit}}": {"first": "2020-09-01", "last": "2020-09-30", "by": "PCT-047-CO", "looked": "0"},
    f"{PREFIX}/rosters/{{unit}}/publication": {"first": "2020-11-16", "lines": {OFFICER: ["off"]}, "by": "PCT-047-CO"},
    f"{PREFIX}/rosters/{{unit}}/withdrawal": {"first": "2020-10-30", "by": "PCT-047-CO", "reason": "no"},
    f"{PREFIX}/call-ins/{{name}}/answer": {"word": "willing"},
    f"{PREFIX}/requests/leave": {"first": "2020-10-01", "last": "2020-10-02"},
    f"{PREFIX}/requests/swap": {"day": "2020-10-30", "other": OFFICER},
    f"{PREFIX}/requests/preference": {"first": "2020-10-01", "last": "2020-10-02", "tour": "off"},
    f"{PREFIX}/requests/{{name}}/answer": {"word": "withdraw"},
    f"{PREFIX}/rosters/{{unit}}/amendments": {
        "member": OFFICER,
        "day": "2020-10-30",
        "tour": "off",
        "reason": "no",
        "by": "PCT-047-CO",
    },
    f"{PREFIX}/units/{{unit}}/roll-call": {"tour": "0705x1540", "day": "2020-10-20", "everybody": True},
    f"{PREFIX}/units/{{unit}}/dismissal": {"tour": "0705x1540", "day": "2020-10-20"},
    f"{PREFIX}/requests/{{name}}/decision": {"verdict": "declined", "by": "PCT-047-CO", "reason": "no"},
}
"""What would be done by who may, or is wrong for whoever asks; a route that is added needs one."""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"])
def test_a_method_that_there_is_not_is_refused_in_one_shape(scene: Scene, method: str) -> None:
    said = ask(f"{scene.house.base}{PREFIX}/rosters/{PCT}/withdrawal", method)
    assert (said.status, said.headers["allow"]) == (405, "POST")
    assert method == "HEAD" or json.loads(said.text)["code"] == "method"
