"""The replay really contacts: what is sent arrives at servers, and people answer by the links that lie there."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muster.domain.contact import Contact, Doubt
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.scenarios.lines import Line
from muster.scenarios.player import Player
from muster.scenarios.reading import parse
from muster.scenarios.scenario import data
from muster.services.audit import audit
from tests.scenarios.plays import Story, views_of
from tests.scenarios.test_replay import only, said

HEAD = """\
name = "night"
title = "One night"
zone = "America/New_York"
begin = "2020-10-07T20:00"
[force]
kind = "small"
"""
PARTY = """\
[[step]]
at = "2020-10-07T23:30"
do = "receive"
tasking = "PARTY"
matter = "block-party"
place = "PCT-047"
what = "music after midnight"
people = 80
"""
CLOSED = """\
[[step]]
at = "2020-10-08T00:30"
do = "close"
tasking = "PARTY"
result = "it is quiet"
"""


def step(at: str, do: str, **words: str) -> str:
    """A step of that night; words with an underscore behind them are given without it."""
    given = "".join(f'{name.rstrip("_")} = "{value}"\n' for name, value in words.items())
    return f'[[step]]\nat = "2020-10-{at}"\ndo = "{do}"\n{given}'


@pytest.fixture
def play(tmp_path: Path) -> Iterator["Play"]:
    """Plays steps on the small force."""
    found = Play(tmp_path)
    yield found
    found.close()


class Play:
    """One play of some steps, and its record."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *steps: str) -> list[Line]:
        scenario = parse(tomllib.loads(HEAD + "".join(steps)), data() / "night.scenario.toml")
        self.player = Player(scenario, self.folder / "record.db")
        return [*self.player.play()]

    def close(self) -> None:
        self.player.close()

    @property
    def facts(self) -> list[tuple[str, str, str]]:
        """What was recorded, without what is sealed, which is never the same twice."""
        with self.player.store.reading() as views:
            return [(f.stream, f.kind, "" if f.stream.startswith("contact_point/") else f.body) for f in views.facts()]

    @property
    def contacts(self) -> list[Contact]:
        """What was to be sent."""
        with self.player.store.reading() as views:
            return views.rows(Contact)


def texts(lines: list[Line], at: str = "") -> list[str]:
    """The texts, of one time of day where that is given."""
    zone = parse(tomllib.loads(HEAD), data() / "night.scenario.toml").zone
    return [line.text for line in lines if not at or f"{line.at.astimezone(zone):%d %H%M}" == at]


def test_every_message_that_the_record_says_was_sent_arrived_and_no_other(october: Story) -> None:
    in_all = only([line.text for line in october.lines if line.text.startswith("In all the local servers took")])
    took = Counter({channel: int(n) for n, channel in re.findall(r"(\d+) by (e-mail|telephone)", in_all)})
    with views_of(october.folder / "record.db") as views:
        sent = Counter(c.channel for c in views.rows(Contact, state="sent"))
    assert took == sent
    assert sum(sent.values()) > 100


def test_the_block_party_comes_to_the_watch_of_its_precinct_and_the_chief_is_left_to_rest(october: Story) -> None:
    asked = said(october.at("2020-10-08T22:55"), "Asked: ")
    assert asked.startswith("Asked: the Desk Officer of the 47th Precinct (")
    assert "on duty, to decide “handle a block party in the Bronx himself”, with an answer by 2300." in asked
    assert asked.endswith("Passed over: the Chief of Patrol (M00004: not available until 0700).")
    arrived = said(october.at("2020-10-08T22:55", "arrived"), "Arrived: ")
    assert "Decide: handle a block party" in arrived
    assert "47th Precinct; from CITY-HALL; now" in arrived
    by_link = said(october.at("2020-10-08T22:58"), "answered by the link")
    assert "The Desk Officer of the 47th Precinct" in by_link
    assert "3 m after they were asked: accepted." in by_link


def test_everybody_whom_the_bypass_passes_gets_a_notice_at_once_or_when_they_are_rested(october: Story) -> None:
    at_once = said(october.at("2020-10-08T22:55"), "Sent, a notice of “handle a block party")
    assert "the Duty Chief (" in at_once
    assert "the Duty Captain of the Patrol Borough Bronx (" in at_once
    with views_of(october.folder / "record.db") as views:
        told = {c.position: c for c in views.rows(Contact, subject="BLOCK-PARTY-047", purpose="notice")}
    passed = {"POLICE-COMMISSIONER", "CHIEF-OF-DEPARTMENT", "PBBX-CO", "PCT-047-CO"}
    assert passed <= {*told}
    assert all(told[position].state == "sent" for position in passed)


def test_an_unanswered_call_goes_on_until_somebody_has_it(october: Story) -> None:
    during, afterwards = ([line.text for line in version] for version in october.versions())
    assert said(during, "Asked: the Executive Officer of the Patrol Services Bureau")
    assert said(during, "Asked: the Duty Chief", "Passed over: the Chief of Patrol (M00004: not available)")
    assert said(during, "The Duty Chief (", "accepts “call the Mayor back about a block party in the Bronx”")
    assert not [text for text in afterwards if text.startswith("Asked: the Executive Officer")]
    assert said(afterwards, "The Duty Chief (", "accepts “call the Mayor back about a block party in the Bronx”")


def test_whoever_is_silent_is_passed_and_the_order_finds_somebody_all_the_same(october: Story) -> None:
    first = said(october.at("2020-10-02T10:40"), "accept MEMO-1025")
    assert re.match(r"\d\d holders of positions accept", first)
    with views_of(october.folder / "record.db") as views:
        silent = views.rows(Escalation, tasking="MEMO-1025.PCT-047")
        parts = views.rows(Tasking, order="MEMO-1025")
    assert [(e.step, e.round, e.state) for e in silent] == [(2, 1, "ended")]
    assert all(t.accepted_by for t in parts)


def test_nothing_is_overdue_at_the_end_in_any_version(october: Story, antilia: Story) -> None:
    for story in (october, antilia):
        for database, lines in story.by_record():
            with views_of(database) as views:
                assert audit(views, lines[-1].at) == []


def test_a_refusal_brings_the_next_in_line_at_once_and_a_hand_on_names_who_is_asked(antilia: Story) -> None:
    refused = antilia.at("2021-10-20T14:40")
    assert said(refused, "The next in line is asked at once")
    assert said(refused, "Asked: the Station Officer of Station 5")
    handed = antilia.at("2021-10-18T09:55")
    assert said(handed, "Asked: the Deputy District Chief of the Upper Town District")
    assert "answered by the link that came by telephone, 10 m after they were asked: handed." in said(
        handed, "by the link"
    )


def test_nobody_answers_what_has_not_reached_them(play: Play) -> None:
    lines = play(PARTY, step("07T23:31", "answer", position="PCT-047-CO", word="accepted"), CLOSED)
    refused = only([line.text for line in lines if line.kind == "refused"])
    assert "no message to answer has reached anybody: the Commanding Officer of the 47th Precinct" in refused


def test_a_link_that_was_used_is_refused_and_both_are_on_record(play: Play) -> None:
    accepted = step("07T23:31", "answer", tasking="PARTY", word="accepted")
    lines = play(PARTY, accepted, step("07T23:32", "answer", tasking="PARTY", word="accepted"), CLOSED)
    assert len([line for line in lines if "answered by the link" in line.text]) == 1
    assert [line.kind for line in lines].count("refused") == 1


def test_unanswered_everybody_is_asked_then_it_alarms_and_begins_again(play: Play) -> None:
    lines = play(PARTY, CLOSED)
    asked = [line.text for line in lines if line.text.startswith("Asked: ")]
    assert "woken: nobody else decided" not in asked[0]
    assert len(asked) > 3
    assert [
        text for text in texts(lines) if text.startswith("ALARM about “music after midnight”: NOBODY has accepted it")
    ]
    assert any("woken: nobody else decided" in text for text in asked)
    assert all(c.state != "waiting" for c in play.contacts)


def test_a_test_of_channels_that_is_not_confirmed_puts_the_channel_in_doubt(play: Play) -> None:
    tested = step("08T10:00", "test-channels", unit="PCT-047", by="PCT-047-CO")
    confirmed = step("08T10:05", "answer", position="PCT-047-CO", word="received")
    play(tested, confirmed, step("12T10:00", "watch", unit="PCT-047"))
    with play.player.store.reading() as views:
        doubtful = {d.member for d in views.rows(Doubt)}
        tests = {c.member: c for c in views.rows(Contact, purpose="test")}
    assert tests["M0005"].received_at is not None
    assert "M0005" not in doubtful
    assert "M0006" in doubtful


def test_the_same_play_makes_the_same_facts_in_the_same_order(play: Play, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    steps = (PARTY, step("07T23:41", "answer", tasking="PARTY", word="accepted"), CLOSED)
    first = play(*steps)
    with closing(Play(tmp_path / "again")) as other:
        assert other(*steps) == first
        assert other.facts == play.facts


EVERY_DAY = """\
[[row]]
noun = "force"
force = "SMALL"
name = "A small force"
zone = "America/New_York"
levels = "city-hall department office bureau borough precinct"
country = "US"
test_days = 1
"""


def test_a_force_that_wants_its_channels_tested_has_them_tested_by_themselves(play: Play) -> None:
    play(EVERY_DAY, step("08T10:30", "watch", unit="PCT-047"))
    tests = Counter(c.member for c in play.contacts if c.purpose == "test")
    assert "M0005" in tests
    assert len(tests) > 5
    assert set(tests.values()) == {1}


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    play(PARTY, step("07T23:31", "answer", tasking="PARTY", word="accepted"), CLOSED)
    assert [c.state for c in play.contacts if c.purpose == "decide"] == ["sent"]
