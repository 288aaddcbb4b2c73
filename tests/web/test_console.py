"""The console over HTTP, as somebody with no browser at all: who may come in, and what they are shown."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from importlib.resources import files
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.requests import Request

from muster.cli.serving import joined
from muster.domain.duty import SquadPlace
from muster.domain.errors import Refused
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment, Career, ContactPoint, Member
from muster.domain.users import User
from muster.services.door import Door
from muster.services.users import add_user, begin_session
from muster.store.store import SqlStore
from muster.web.asking import COOKIE
from tests.doors import House, Said, ask, console_of, enters, house_of, post, served
from tests.ground import InRecord, changed, local
from tests.services.small import BOROUGH, CO, OFFICER, PCT, TEN, XO, does, facts
from tests.support import SettableClock
from tests.web.test_refusals import is_safe

SENTENCE = "four plain words and a number 47"
SCREENS = ("/", "/now", f"/now?at={TEN}", f"/unit/{PCT}", "/unit/NO-SUCH", "/now/stream", "/nowhere")


@pytest.fixture
def signed_in(house: House, force: InRecord) -> dict[str, str]:
    """The cookie of the commanding officer."""
    return somebody(house, force, CO)


def cookie_of(said: Said) -> str:
    """What a browser sends back."""
    assert "httponly" in said.headers["set-cookie"].lower()
    assert "samesite=lax" in said.headers["set-cookie"].lower()
    return said.headers["set-cookie"].partition(";")[0]


def invited(force: InRecord, member: str) -> str:
    """The word with which a member, who is made a user, chooses a password."""
    return does(force, lambda r: add_user(r, User(user=f"user-{member}", member=member, since=r.now), None, r.now))


def somebody(house: House, force: InRecord, member: str) -> dict[str, str]:
    """The cookie of a member who is signed in from now on, without a password: hashing one is meant to be dear."""
    invited(force, member)
    return {"Cookie": f"{COOKIE}={does(force, lambda record: begin_session(record, f'user-{member}', record.now))}"}


def with_password(house: House, force: InRecord, member: str) -> dict[str, str]:
    """The cookie of a member who chooses a password, and is signed in by that."""
    said = enters(house.base, f"/password/{invited(force, member)}", password=SENTENCE)
    assert said.status == 303
    return {"Cookie": cookie_of(said)}


def neighbour(force: InRecord) -> str:
    """Who commands another precinct of the borough, which is made."""
    unit = next(r for r in force.rows if isinstance(r, Unit) and r.unit == PCT)
    post = next(r for r in force.rows if isinstance(r, Position) and r.position == "PCT-047-CO")
    force.rows += [replace(unit, unit="PCT-049", name="49th Precinct")]
    force.rows += [replace(post, position="PCT-049-CO", unit="PCT-049")]
    theirs = [
        r
        for r in force.rows
        if isinstance(r, Member | Career | Appointment | ContactPoint | SquadPlace) and r.member == CO
    ]
    force.rows += [replace(r, member="M0949") for r in theirs]
    force.rows = changed(force.rows, Appointment, lambda a: a.member == "M0949", position="PCT-049-CO")
    force.load()
    force.sign_on("M0949", "PCT-049", "2020-10-07T09:00")
    return "M0949"


def fitness(text: str, unit: str) -> str:
    """What is told of how fit whoever has the watch of a unit is, by its last row; empty: nothing."""
    found: list[str] = re.findall(rf'id="row-{unit}".*?class="ft">(.*?)</td>', text, re.DOTALL)
    return found[-1]


def seen(house: House, path: str, cookie: dict[str, str]) -> Said:
    """What somebody is shown."""
    url, _, query = path.partition("?")
    return ask(f"{house.base}{url}" + (f"?{query}" if query else ""), headers=cookie)


@pytest.mark.parametrize("path", SCREENS)
def test_whoever_is_not_signed_in_is_shown_where_to_and_nothing_else(house: House, path: str) -> None:
    said = seen(house, path, {})
    assert said.status == 401 if path != "/nowhere" else said.status in (401, 404)
    assert is_safe(said)
    for word in ("47th", "M0005", CO, "PCT-047-CO"):
        assert word not in said.text.replace(path, "")


def test_a_cookie_that_was_not_given_here_is_as_none(house: House, signed_in: dict[str, str]) -> None:
    for cookie in ("muster=x", f"{signed_in['Cookie']}x", "muster=" + "x" * 300, "muster=%00", "other=1"):
        assert seen(house, "/now", {"Cookie": cookie}).status == 401


def test_by_tls_the_cookie_is_kept_to_this_host_and_taken_back_so(
    force: InRecord, temporary_store: SqlStore, clock: SettableClock
) -> None:
    console = replace(console_of(temporary_store, clock), base="https://muster.example.org")
    house = house_of(temporary_store, clock)
    house.app = joined(Door(temporary_store, house.links, clock), console, house.complaints.append)
    with served(house):
        word = cookie_of(enters(house.base, f"/password/{invited(force, CO)}", password=SENTENCE))
        assert word.startswith("__Host-muster=")
        assert seen(house, "/now", {"Cookie": word.removeprefix("__Host-")}).status == 401
        (mark,) = re.findall(r'name="mark" value="(\w+)"', seen(house, "/now", {"Cookie": word}).text)
        out = post(house.base + "/sign-out", {"Cookie": word}, mark=mark)
        name, *about = out.headers["set-cookie"].split("; ")
        assert name == '__Host-muster=""'
        assert {"Path=/", "Secure"} <= {*about}  # without either, browsers keep it
        assert seen(house, "/now", {"Cookie": word}).status == 401


def test_the_first_screen_names_each_unit_with_its_watch(house: House, signed_in: dict[str, str]) -> None:
    said = seen(house, f"/now?at={TEN}", signed_in)
    assert said.status == 200
    assert is_safe(said)
    assert re.search(r"<h1>\d+ of \d+ units have a watch\.", said.text)
    assert f'id="row-{PCT}"' in said.text
    assert "Wed 7 Oct 2020 10:00" in said.text


def test_how_fit_somebody_is_is_told_to_them_and_to_who_commands_them(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    other, clock.at = neighbour(force), local(TEN)
    told = {who: seen(house, "/now", somebody(house, force, who)).text for who in (CO, BOROUGH, other, OFFICER)}
    assert [who for who in told if fitness(told[who], PCT)] == [CO, BOROUGH]
    assert [who for who in told if fitness(told[who], "PCT-049")] == [BOROUGH, other]
    assert [who for who in told if fitness(told[who], "PBBX")] == [BOROUGH]
    assert CO in told[other]


def test_what_changes_tells_how_fit_somebody_is_to_who_commands_them_alone(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    other, clock.at = neighbour(force), local(TEN)
    cookies = [somebody(house, force, who) for who in (CO, other)]
    with listening(house, cookies[0]) as own, listening(house, cookies[1]) as theirs:
        force.sign_off(CO, "2020-10-07T10:01")
        assert fitness(change_of(own), PCT)
        text = change_of(theirs)
        assert not fitness(text, PCT)
        assert fitness(text, "PCT-049")


def test_a_stream_ends_with_the_right_to_it(house: House, force: InRecord, clock: SettableClock) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    with listening(house, cookie) as stream:
        mark = re.search(r'name="mark" value="([0-9a-f]+)"', seen(house, "/now", cookie).text)
        assert mark is not None
        assert post(f"{house.base}/sign-out", cookie, mark=mark[1]).status == 303
        force.sign_off(CO, "2020-10-07T10:01")
        assert "data: " not in stream.read().decode()


def test_what_changes_between_a_screen_and_its_stream_is_told(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    address = stream_of(house, cookie)
    force.sign_off(CO, "2020-10-07T10:01")
    with listening(house, cookie, address) as stream:
        assert f"row-{PCT}" in change_of(stream)


def test_a_screen_of_which_nothing_is_known_any_more_is_told_everything(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    units = set(re.findall(r'id="(row-[^"]+)"', seen(house, "/now", cookie).text))
    with listening(house, cookie, "/now/stream?shown=1-1") as stream:
        assert set(re.findall(r'id="(row-[^"]+)"', change_of(stream))) == units


def stream_of(house: House, cookie: dict[str, str]) -> str:
    """Where the first screen, as it is shown now, is told what changes."""
    found = re.search(r'hx-sse:connect="([^"]+)"', seen(house, "/now", cookie).text)
    assert found is not None
    return unescape(found[1])


@contextmanager
def listening(house: House, cookie: dict[str, str], address: str | None = None) -> Iterator[HTTPResponse]:
    """A stream of what changes, after its first word; of the first screen if no other is named."""
    parts, address = urlsplit(house.base), address or stream_of(house, cookie)
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
        connection.request("GET", address, headers=cookie)
        stream = connection.getresponse()
        assert stream.status == 200
        assert stream.readline() == b"event: alive\n"
        yield stream


def change_of(stream: HTTPResponse) -> str:
    """The next change."""
    lines: list[str] = []
    while not lines or lines[-1].startswith("data: "):
        line = stream.readline().decode()
        if lines or line.startswith("data: "):
            lines.append(line)
    return "".join(lines)


def test_a_unit_says_who_has_it_and_why_not_those_before(house: House, signed_in: dict[str, str]) -> None:
    said = seen(house, f"/unit/{PCT}?at=2020-10-07T03:00", signed_in)
    assert said.status == 200
    assert "Desk Officer, on this tour, is in command" in said.text
    assert re.search(r"PCT-047-CO</b><span>.*passed over", said.text)


@pytest.mark.parametrize(
    "path", ["/unit/NO-SUCH", "/now?at=yesterday", "/now?at=2020-03-08T02:30", "/now?at=2021-10-04", "/unit/%00"]
)
def test_what_is_not_there_and_what_is_no_time_is_said_so(house: House, signed_in: dict[str, str], path: str) -> None:
    said = seen(house, path, signed_in)
    assert said.status in (404, 422)
    assert is_safe(said)
    assert "<h1" in said.text
    assert ('aria-invalid="true" aria-describedby="fault" autofocus' in said.text) is ("?at=" in path)  # to be mended


def test_the_clock_steps_to_the_next_instant_at_which_something_was_recorded(house: House, force: InRecord) -> None:
    before = with_password(house, force, CO)
    force.sign_on(CO, PCT, "2020-10-07T09:00")  # days later: whoever was signed in is no more
    assert seen(house, "/now", before).status == 401
    again = {"Cookie": cookie_of(enters(house.base, "/sign-in", name=f"user-{CO}", password=SENTENCE, to="/now"))}
    for screen in ("now", f"unit/{PCT}"):
        found = re.search(
            r'href="(/step[^"]+)" data-key="[.]"', seen(house, f"/{screen}?at=2020-10-07T08:00", again).text
        )
        assert found is not None
        said = seen(house, unescape(found[1]), again)
        assert said.status == 303
        assert said.headers["location"] == f"/{screen}?" + urlencode({"at": "2020-10-07T09:00"})
    for elsewhere in ("/elsewhere.example", "\\elsewhere.example"):
        asked = urlencode({"at": "2020-10-07T08:00", "way": "on", "to": elsewhere})
        assert seen(house, f"/step?{asked}", again).status == 404


def test_signing_out_takes_a_form_of_ours(house: House, signed_in: dict[str, str], force: InRecord) -> None:
    page = seen(house, "/now", signed_in).text
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    assert mark is not None
    before = facts(force)
    assert post(f"{house.base}/sign-out", signed_in).status == 409
    for word in ("", "0" * 32):
        assert post(f"{house.base}/sign-out", signed_in, mark=word).status == 409
    assert facts(force) == before
    assert post(f"{house.base}/sign-out", signed_in, mark=mark[1]).status == 303
    assert seen(house, "/now", signed_in).status == 401


@pytest.mark.parametrize("to", ["https://elsewhere.example", "//elsewhere.example", "", "/\\elsewhere.example"])
def test_signing_in_leads_nowhere_else(house: House, force: InRecord, to: str) -> None:
    with_password(house, force, CO)
    said = enters(house.base, "/sign-in", name=f"user-{CO}", password=SENTENCE, to=to)
    assert said.status == 303
    assert said.headers["location"] == "/now"


def test_a_wrong_password_is_refused_and_what_was_typed_is_escaped(house: House, signed_in: dict[str, str]) -> None:
    said = enters(house.base, "/sign-in", name='"><script>x</script>', password="wrong", to='"><b>')
    assert said.status == 403
    assert "<script>x" not in said.text
    assert "<b>" not in said.text
    assert is_safe(said)
    assert seen(house, "/sign-in", {}).status == 303  # loaded again, the page leads to where one signs in


def test_another_site_signs_nobody_in(demo: House, force: InRecord) -> None:
    invited = does(force, lambda record: add_user(record, User(user="me", since=record.now), None, record.now))
    page = ask(f"{demo.base}/")
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    assert found is not None
    before, own = facts(force), {"Cookie": cookie_of(page)}
    for path in ("/sign-in", "/pose", f"/password/{invited}"):
        for headers, mark in (({}, ""), ({}, found[1]), (own, ""), (own, "0" * 32), ({"Cookie": "muster=x"}, found[1])):
            fields = {"name": "me", "password": SENTENCE, "position": "PCT-047-CO", "mark": mark}
            said = post(demo.base + path, headers, **fields)
            assert said.status in (403, 409), (path, headers, mark)
            assert "open the page again" in said.text
    assert facts(force) == before
    assert seen(demo, "/now", own).status == 401, "what marks a form is no session"


def test_nobody_poses_where_it_is_no_demo(house: House, force: InRecord) -> None:
    before = facts(force)
    assert enters(house.base, "/pose", position="PCT-047-CO").status == 409
    assert facts(force) == before


def test_a_member_who_leaves_the_force_keeps_no_right(
    house: House, signed_in: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    assert "<b>PCT-047-CO</b>" in seen(house, "/now", signed_in).text
    force.retire(CO, "2020-10-01T12:00", "2020-10-01T13:00")
    clock.at = local("2020-10-01T13:30")
    said = seen(house, "/now", signed_in)
    assert said.status == 200
    assert "<b>PCT-047-CO</b>" not in said.text


def test_what_waits_to_be_written_is_not_done_when_the_right_to_it_has_ended(
    house: House, signed_in: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    console = console_of(house.store, clock)
    asks = Request({"type": "http", "headers": [(b"cookie", signed_in["Cookie"].encode())]})
    done: list[str] = []

    async def act(*, retired: bool) -> None:
        await console.viewer(asks)
        if retired:
            clock.at = local("2020-10-01T13:30")
        await console.done(lambda record: done.append(record.head()[1]))

    asyncio.run(act(retired=False))
    force.retire(CO, "2020-10-01T12:00", "2020-10-01T13:00")
    with pytest.raises(Refused, match="what you may do has changed"):
        asyncio.run(act(retired=True))
    assert len(done) == 1


def test_who_commanded_a_unit_once_reads_no_reason_by_winding_the_clock_back(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    force.absent(CO, "2020-10-07T00:00", "2020-10-08T00:00")
    force.rest(XO, "2020-10-07T09:00", "2020-10-07T18:00")
    clock.at = local("2020-10-08T12:00")
    cookie, reasons = somebody(house, force, CO), []
    for _ in range(2):
        text = seen(house, f"/unit/{PCT}?at={TEN}", cookie).text
        reasons += re.findall(r"<b>PCT-047-XO</b><span>.*?passed over: (.*?)</span>", text)
        force.retire(CO, "2020-10-08T12:30", "2020-10-08T13:00")
        clock.at = local("2020-10-08T13:30")
    before, after = reasons
    assert after.startswith("not available")
    assert before != after


def test_assets_are_kept_for_good_under_the_hash_of_what_they_are(house: House, signed_in: dict[str, str]) -> None:
    page = seen(house, "/now", signed_in).text
    found = re.findall(r'(?:href|src)="(/static/([0-9a-f]{16})/[a-z.-]+)"', page)
    assert len(found) == 3
    for path, version in found:
        said = ask(house.base + path)
        assert said.status == 200
        assert sha256(said.text.encode()).hexdigest().startswith(version)
        assert "immutable" in said.headers["cache-control"]
    assert ask(f"{house.base}/static/0/README.md").status == 404


def test_what_is_not_ours_is_as_its_makers_published_it() -> None:
    static = files("muster.web") / "static"
    written = re.findall(r"`([a-z.-]+\.js)`.*`([0-9a-f]{64})`", (static / "README.md").read_text(encoding="utf-8"))
    assert [name for name, _ in written] == ["htmx.min.js", "hx-sse.min.js"]
    for name, digest in written:
        assert sha256((static / name).read_bytes()).hexdigest() == digest


@pytest.fixture
def demo(force: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Iterator[House]:
    """A server of a demo."""
    with served(house_of(temporary_store, clock, demo=True)) as house:
        yield house


def test_in_a_demo_one_signs_in_as_any_office(demo: House) -> None:
    page = ask(f"{demo.base}/unit/{PCT}")
    assert page.status == 401
    assert "This is a demo" in page.text
    assert '<option value="PCT-047-CO">' in page.text
    said = enters(demo.base, "/pose", position="PCT-047-CO", to=f"/unit/{PCT}")
    assert (said.status, said.headers["location"]) == (303, f"/unit/{PCT}")
    assert "<b>PCT-047-CO</b>" in seen(demo, f"/unit/{PCT}", {"Cookie": cookie_of(said)}).text
