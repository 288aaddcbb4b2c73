"""The console over HTTP, as somebody with no browser at all: who may come in, and what they are shown."""

import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from urllib.parse import urlencode

import pytest

from muster.domain.users import User
from muster.ports import Record
from muster.services.users import add_user
from muster.store.store import SqlStore
from tests.doors import House, Said, ask, house_of, post, served
from tests.ground import InRecord, local
from tests.services.small import CO, PCT, TEN, does, facts
from tests.support import SettableClock
from tests.web.test_refusals import is_safe

SENTENCE = "four plain words and a number 47"
SCREENS = ("/", "/now", f"/now?at={TEN}", f"/unit/{PCT}", "/unit/NO-SUCH", "/now/stream", "/nowhere")


@pytest.fixture
def signed_in(house: House, force: InRecord) -> dict[str, str]:
    """The cookie of the commanding officer."""

    def add(record: Record) -> str:
        return add_user(record, User(user="captain", member=CO, since=record.now), None, record.now)

    said = post(f"{house.base}/password/{does(force, add)}", password=SENTENCE)
    assert said.status == 303
    return {"Cookie": cookie_of(said)}


def cookie_of(said: Said) -> str:
    """What a browser sends back."""
    assert "httponly" in said.headers["set-cookie"].lower()
    assert "samesite=lax" in said.headers["set-cookie"].lower()
    return said.headers["set-cookie"].partition(";")[0]


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


def test_the_first_screen_names_each_unit_with_its_watch(house: House, signed_in: dict[str, str]) -> None:
    said = seen(house, f"/now?at={TEN}", signed_in)
    assert said.status == 200
    assert is_safe(said)
    assert re.search(r"<h1>\d+ of \d+ units have a watch\.", said.text)
    assert f'id="row-{PCT}"' in said.text
    assert "Wed 7 Oct 2020 10:00" in said.text


def test_a_unit_says_who_has_it_and_why_not_those_before(house: House, signed_in: dict[str, str]) -> None:
    said = seen(house, f"/unit/{PCT}?at=2020-10-07T03:00", signed_in)
    assert said.status == 200
    assert "Desk Officer, on this tour, is in command" in said.text
    assert re.search(r"PCT-047-CO</b><span>.*passed over", said.text)


@pytest.mark.parametrize("path", ["/unit/NO-SUCH", "/now?at=yesterday", "/now?at=2020-03-08T02:30", "/unit/%00"])
def test_what_is_not_there_and_what_is_no_time_is_said_so(house: House, signed_in: dict[str, str], path: str) -> None:
    said = seen(house, path, signed_in)
    assert said.status in (404, 422)
    assert is_safe(said)
    assert "<h1>" in said.text


def test_the_clock_steps_to_the_next_instant_at_which_something_was_recorded(
    house: House, signed_in: dict[str, str], force: InRecord
) -> None:
    force.sign_on(CO, PCT, "2020-10-07T09:00")  # days later: whoever was signed in is no more
    assert seen(house, "/now", signed_in).status == 401
    again = {"Cookie": cookie_of(post(f"{house.base}/sign-in", name="captain", password=SENTENCE, to="/now"))}
    said = seen(house, "/now?at=2020-10-07T08:00&step=on", again)
    assert said.status == 303
    assert said.headers["location"] == "/now?" + urlencode({"at": "2020-10-07T09:00"})


def test_signing_out_takes_a_form_of_ours(house: House, signed_in: dict[str, str], force: InRecord) -> None:
    page = seen(house, "/now", signed_in).text
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    assert mark is not None
    before = facts(force)
    kind = {"Content-Type": "application/x-www-form-urlencoded", **signed_in}
    for body in ("", "mark=", "mark=" + "0" * 32):
        assert ask(f"{house.base}/sign-out", "POST", body.encode(), kind).status == 409
    assert facts(force) == before
    assert ask(f"{house.base}/sign-out", "POST", f"mark={mark[1]}".encode(), kind).status == 303
    assert seen(house, "/now", signed_in).status == 401


@pytest.mark.parametrize("to", ["https://elsewhere.example", "//elsewhere.example", "", "/\\elsewhere.example"])
def test_signing_in_leads_nowhere_else(house: House, signed_in: dict[str, str], to: str) -> None:
    said = post(f"{house.base}/sign-in", name="captain", password=SENTENCE, to=to)
    assert said.status == 303
    assert said.headers["location"] == "/now"


def test_a_wrong_password_is_refused_and_what_was_typed_is_escaped(house: House, signed_in: dict[str, str]) -> None:
    said = post(f"{house.base}/sign-in", name='"><script>x</script>', password="wrong", to='"><b>')
    assert said.status == 403
    assert "<script>x" not in said.text
    assert "<b>" not in said.text
    assert is_safe(said)


def test_nobody_poses_where_it_is_no_demo(house: House, force: InRecord) -> None:
    before = facts(force)
    assert post(f"{house.base}/pose", position="PCT-047-CO").status == 409
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


def test_assets_are_kept_for_good_under_the_hash_of_what_they_are(house: House, signed_in: dict[str, str]) -> None:
    page = seen(house, "/now", signed_in).text
    found = re.findall(r'(?:href|src)="(/static/([0-9a-f]{16})/[a-z.-]+)"', page)
    assert len(found) == 4
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
    said = post(f"{demo.base}/pose", position="PCT-047-CO", to=f"/unit/{PCT}")
    assert (said.status, said.headers["location"]) == (303, f"/unit/{PCT}")
    assert "<b>PCT-047-CO</b>" in seen(demo, f"/unit/{PCT}", {"Cookie": cookie_of(said)}).text
