"""The record over HTTP: what was recorded, told to those whom it concerns, and nothing of it to anybody else."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from muster.domain.accounts import Account, Claim
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.taskings import Tasking
from muster.domain.users import User
from muster.ports import Record
from muster.services import accounts
from muster.services.users import add_user
from tests.doors import House, Said, ask, enters, post
from tests.ground import InRecord, local
from tests.neighbours import neighbour
from tests.services.small import BOROUGH, CO, OFFICER, PC, PCT, XO, does, sees
from tests.support import SettableClock
from tests.web.conftest import NINE, WHY
from tests.web.test_console import SENTENCE, cookie_of, seen, somebody
from tests.web.test_refusals import is_safe

SCREENS = (
    "/record", "/record?page=x&day=never", f"/record?about={PCT}", "/record/fact/1", "/record/fact/x",
    "/record/disputes", "/record/check", "/record/export",
)  # fmt: skip


def numbers(said: Said) -> list[int]:
    """The facts that a timeline leads to, in its order."""
    return [int(n) for n in re.findall(r'class="id" href="/record/fact/(\d+)', said.text)]


def last_of(force: InRecord, kind: str) -> int:
    """The number of the newest fact of a kind."""
    return max(fact.seq for fact in sees(force, lambda views: [*views.facts(kinds=[kind])]))


def told(said: Said) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", said.text)).split())


def begun(house: House, cookie: dict[str, str], head: str = "") -> Said:
    """What is answered to whoever asks for a check, on a page of ours."""
    mark = re.search(r'name="mark" value="([0-9a-f]+)"', seen(house, "/record/check", cookie).text)
    assert mark is not None
    return post(f"{house.base}/record/check", cookie, mark=mark[1], head=head)


@pytest.mark.parametrize("path", SCREENS)
def test_whoever_is_not_signed_in_learns_nothing(house: House, night: InRecord, path: str) -> None:
    said = ask(house.base + path)
    assert said.status == 401
    assert is_safe(said)
    assert "M00" not in said.text.replace(path, "")


def test_what_happened_is_told_in_words_with_its_fact(house: House, night: InRecord) -> None:
    cookie, seq = somebody(house, night, CO), last_of(night, "signing.entered")
    said = seen(house, f"/record?about={CO}", cookie)
    assert said.status == 200
    assert is_safe(said)
    assert f"The Commanding Officer of the 47th Precinct ({CO}) signs on in the 47th Precinct." in told(said)
    assert seq in numbers(said)
    assert f"{CO}) signs on" in told(seen(house, f"/record/fact/{seq}", cookie))


def test_a_reason_is_for_the_member_and_who_commands_them(house: House, night: InRecord) -> None:
    seq, rest = last_of(night, "absence.entered"), last_of(night, "reachability.entered")
    for member, reads in ((CO, True), (BOROUGH, True), (OFFICER, True), ("M0027", False)):
        cookie = somebody(house, night, member)
        fact, line = seen(house, f"/record/fact/{seq}", cookie), seen(house, f"/record?about={OFFICER}", cookie)
        assert (fact.status, line.status) == (200, 200)
        assert (WHY in fact.text, "sick" in fact.text) == (reads, reads), member
        assert "is not available until Fri 09 Oct 0600." in told(line)
        assert WHY not in line.text
        if not reads:  # nor whether it is absence or rest
            lines = seen(house, f"/record?about={OFFICER}", cookie), seen(house, f"/record?about={XO}", cookie)
            for page in (fact, seen(house, f"/record/fact/{rest}", cookie), *lines):
                assert "member.not-available" in page.text
                assert not re.search("absence|reachability", page.text)
        resting = told(seen(house, f"/record/fact/{rest}", cookie))
        assert ("to be left to rest" in resting) is (reads and member != OFFICER), member
        assert ("not available until Wed 07 Oct 1800" in resting) is not (reads and member != OFFICER), member


def test_why_somebody_is_away_is_not_found_by_asking_about_it(house: House, night: InRecord) -> None:
    key = sees(
        night, lambda views: next(views.facts(kinds=["absence.entered"], first=last_of(night, "absence.entered")))
    )
    guesses = ("sick", "rest", "absence", f"absence/{OFFICER}", key.stream.partition("/")[2], key.stream)
    for member, finds in ((CO, True), (BOROUGH, True), (OFFICER, True), ("M0027", False)):
        cookie = somebody(house, night, member)
        assert key.seq in numbers(seen(house, f"/record?about={OFFICER}", cookie)), member
        for guess in guesses:
            said, nothing = (seen(house, f"/record?{urlencode({'about': g})}", cookie) for g in (guess, "NOTHING"))
            if finds and guess != "rest":
                assert key.seq in numbers(said), (member, guess)
            elif not finds:
                assert (said.status, said.text.replace(guess, "NOTHING")) == (403, nothing.text), guess


def test_hours_of_whoever_is_to_be_relieved_are_kept_back_in_the_record_as_on_the_board(
    house: House, force: InRecord
) -> None:
    at, hours = local(NINE), "on duty since 2020-10-06 1800"
    tasking = Tasking(
        tasking="T-RELIEF", kind="relief", what=f"relieve {OFFICER}, {hours}", place=PCT, competent_unit=PCT,
        owner="PCT-047-CO", received_at=at, relieves=OFFICER,
    )  # fmt: skip
    does(force, lambda record: record.append([Fact(tasking.stream, "tasking.received", at, to_body(tasking))]))
    seq = last_of(force, "tasking.received")
    for member, reads in ((CO, True), (BOROUGH, True), (OFFICER, True), ("M0027", False)):
        cookie = somebody(house, force, member)
        fact, line = seen(house, f"/record/fact/{seq}", cookie), seen(house, "/record?about=T-RELIEF", cookie)
        assert (fact.status, line.status) == (200, 200)
        assert seq in numbers(line)
        assert ["on duty since" in told(page) for page in (fact, line)] == [reads, reads], member


def test_another_precinct_reads_no_fact_that_names_this_one(house: House, force: InRecord) -> None:
    other = neighbour(force)
    force.absent(OFFICER, "2020-10-07T06:00", "2020-10-08T06:00")
    force.sign_on(CO, PCT, NINE)
    cookie = somebody(house, force, other)
    here = {"PCT-047", CO, XO, OFFICER, "M0027"}
    named = re.compile(rf'(^|[/"])({"|".join(here)})([/"]|$)')
    ours = [f for f in sees(force, lambda views: [*views.facts()]) if named.search(f.stream) or named.search(f.body)]
    assert len(ours) > 20
    gone = {f.seq: ask(f"{house.base}/record/fact/{f.seq}", headers=cookie) for f in ours}
    assert {n for n, answer in gone.items() if answer.status != 403} == set()
    for answer in gone.values():
        assert not any(name in answer.text for name in ("47th", "M0005", "sign", "absen"))
    whole = seen(house, "/record?every=yes", cookie)
    assert whole.status == 200
    assert {f.seq for f in ours}.isdisjoint(numbers(whole))


def test_a_thing_that_is_not_theirs_is_refused_as_one_that_is_not_there(house: House, force: InRecord) -> None:
    cookie = somebody(house, force, neighbour(force))
    answers = {thing: seen(house, f"/record?about={thing}", cookie) for thing in (PCT, CO, "T-47", "NOBODY")}
    assert {answer.status for answer in answers.values()} == {403}
    words = {answer.text.replace(thing, "") for thing, answer in answers.items()}
    assert len(words) == 1
    assert "can show it to you, or appoint you" in words.pop()


def test_a_former_holder_reads_nothing_more(house: House, night: InRecord, clock: SettableClock) -> None:
    cookie = somebody(house, night, CO)
    assert seen(house, f"/record?about={PCT}", cookie).status == 200
    night.retire(CO, "2020-10-07T10:00", "2020-10-07T11:00")
    clock.at = local("2020-10-07T12:00")
    seq = last_of(night, "absence.entered")
    for path in (f"/record/fact/{seq}", f"/record?about={OFFICER}", "/record/export"):
        said = seen(house, path, cookie)
        assert said.status == 403
        assert "47th" not in said.text
    own = seen(house, f"/record?about={PCT}", cookie)
    facts_of = sees(night, lambda views: {f.seq for f in views.facts() if CO in f.stream or f'"{CO}"' in f.body})
    assert set(numbers(own)) <= facts_of


def test_who_signed_in_is_for_who_looks_after_users(house: House, night: InRecord) -> None:
    cookie = somebody(house, night, PC)

    def add(record: Record) -> str:
        chief = User(user="chief-clerk", member=BOROUGH, administrator=True, since=record.now)
        return add_user(record, chief, None, record.now)

    word = does(night, add)
    clerk = {"Cookie": cookie_of(enters(house.base, f"/password/{word}", password=SENTENCE))}
    seq = last_of(night, "session.begun")
    assert seen(house, f"/record/fact/{seq}", cookie).status == 403
    assert seen(house, f"/record/fact/{seq}", clerk).status == 200
    secret = seen(house, f"/record/fact/{last_of(night, 'user.made')}", clerk)
    assert "argon2" not in secret.text


def test_wound_back_it_is_as_it_was_known_then(house: House, night: InRecord) -> None:
    seq = last_of(night, "signing.entered")
    cookie = somebody(house, night, CO)
    before, after = (seen(house, f"/record?about={CO}&at=2020-10-07T{at}", cookie) for at in ("08:59", "09:00"))
    assert "signs on" not in told(before)
    assert "signs on" in told(after)
    assert int(re.findall(r"up to fact (\d+)", told(after))[0]) >= seq
    assert seen(house, f"/record/fact/{seq}?at=2020-10-07T08:59", cookie).status == 404
    step = re.search(r'href="(/step[^"]+)" data-key="[.]"', before.text)
    assert step is not None
    said = seen(house, unescape(step[1]), cookie)
    assert said.headers["location"] == "/record?" + urlencode({"at": "2020-10-07T09:00", "about": CO})
    odd = urlencode({"at": NINE, "way": "on", "to": "record?path=x&self=y&at=2020-10-09"})
    assert "2020-10-09" not in seen(house, f"/step?{odd}", cookie).headers["location"]


def test_every_fact_stands_on_one_page_alone(house: House, night: InRecord) -> None:
    cookie = somebody(house, night, PC)
    first = seen(house, "/record?every=yes", cookie)
    pages = int(re.findall(r"page 1 of (\d+)", first.text)[0])
    assert pages > 2
    newest_first = [told(seen(house, f"/record?every=yes&page={n}", cookie)) for n in range(1, pages + 1)]
    whole = [int(re.findall(r"(\d+) facts", page)[0]) for page in newest_first]
    assert len(set(whole)) == 1
    assert "Earlier" not in newest_first[-1]
    assert "Later" not in newest_first[0]
    shown = [n for page in range(pages, 0, -1) for n in numbers(seen(house, f"/record?every=yes&page={page}", cookie))]
    assert shown == sorted(set(shown))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/record?day=yesterday&page=0", ["day yesterday must be a date", "page 0 must be a number"]),
        ("/record?page=" + "9" * 5000, ["must be a number from 1 on"]),
        ("/record?page=%C2%B2", ["must be a number from 1 on"]),
        ("/record?about=" + "x" * 201, ["at most 200 letters"]),
        ("/record?about=%00%1b[31m", ["none to steer"]),
        ("/record?about=%E2%80%AEevil", ["none to steer"]),
        ("/record/export?first=-1", ["must be the number of a fact"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_all_its_faults(
    house: House, night: InRecord, path: str, says: list[str]
) -> None:
    said = seen(house, path, somebody(house, night, PC))
    assert said.status == 422
    assert is_safe(said)
    assert all(each in told(said) for each in says), told(said)


def test_what_is_typed_does_nothing(house: House, night: InRecord) -> None:
    cookie = somebody(house, night, PC)
    typed = '"><script>x</script>'
    for said in (seen(house, f"/record?{urlencode({'about': typed})}", cookie), begun(house, cookie, typed)):
        assert "<script>x" not in said.text


def account(force: InRecord) -> None:
    """Two accounts that differ on how the commander of the precinct left, and say the same why the borough was full."""
    made = [Account(account=a, title=f"account {a}", who="a station", summary="short") for a in ("P", "M")]
    left = Claim(account="P", claim="left", subject="how the commander left", says="separation-kind", member=CO,
                 words="<b>resigned</b>", kind="resignation", basis="unnamed-sources")  # fmt: skip
    claims = [
        left,
        replace(left, account="M", kind="retirement", words="retired"),
        Claim(account="M", claim="why", subject="why", says="other", words="tension"),
    ]
    force.act(lambda record: accounts.load(record, made, claims))


def test_claims_stand_side_by_side_with_what_the_record_says(house: House, night: InRecord) -> None:
    account(night)
    night.retire(CO, "2020-10-07T10:00", "2020-11-07T11:00")
    seq = max(fact.seq for fact in sees(night, lambda views: [*views.facts(streams=["separation/"])]))
    said = seen(house, "/record/disputes", somebody(house, night, BOROUGH))
    assert said.status == 200
    assert "In 1 of 2 subjects the accounts differ." in told(said)
    assert "<b>resigned" not in said.text
    rows = [row for row in re.findall(r"<tr>(.*?)</tr>", said.text, re.DOTALL) if "unnamed sources" in row]
    verdicts = {re.findall(r"<q>(.*?)</q>", row)[0]: re.findall(r"</svg>([A-Z][a-z ]+)<", row) for row in rows}
    assert verdicts == {"&lt;b&gt;resigned&lt;/b&gt;": ["Contradicted"], "retired": ["Supported"]}
    assert f'href="/record/fact/{seq}"' in said.text


def test_claims_about_a_precinct_are_not_for_another(house: House, force: InRecord) -> None:
    other = neighbour(force)
    account(force)
    said = seen(house, "/record/disputes", somebody(house, force, other))
    assert said.status == 200
    assert "tension" in said.text
    assert "commander left" not in said.text
    assert CO not in said.text
    none = seen(house, "/record/disputes", somebody(house, force, OFFICER))
    assert none.status == 200
    assert "tension" not in none.text


def test_claims_are_not_there_before_they_were_entered(house: House, night: InRecord, clock: SettableClock) -> None:
    clock.at += timedelta(hours=1)
    account(night)
    said = seen(house, f"/record/disputes?at={NINE}", somebody(house, night, PC))
    assert "No account is in the record at that time." in told(said)
