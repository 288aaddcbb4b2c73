"""The address to which calendars subscribe, over HTTP, read by another program's reader of iCalendar."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

import pytest
import vobject  # type: ignore[import-untyped]
from sqlalchemy import text

from muster.domain.errors import Refused, Unknown
from muster.domain.feed_links import FeedLink
from muster.domain.members import Absence
from muster.services.door import MOST_TRIES
from muster.services.duty import absent
from muster.services.feed_links import make, revoke
from muster.services.load import load
from muster.store.store import SqlStore
from tests.doors import House, Said, ask, house_of, served, swapped
from tests.ground import InRecord, directory_from, local
from tests.publishing import EVENING, NIGHT, amended, charted, day, published
from tests.services.small import CO, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock

OTHER = "M0034"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force with the charted roster published for four weeks from 19 October."""
    force = InRecord(temporary_store, clock)
    published(force, charted(force))
    return force


@pytest.fixture
def house(force: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Iterator[House]:
    """Its record, with a server before its door."""
    with served(house_of(temporary_store, clock)) as open_house:
        yield open_house


def linked(force: InRecord, member: str = OFFICER, by: str | None = None, *, renew: bool = False) -> str:
    """The token of a new link."""
    return does(force, lambda record: make(record, member, by or member, record.now, renew=renew))


def at(house: House, token: str) -> str:
    return f"{house.base}/feed/{token}.ics"


@dataclass
class Subscribed:
    """A calendar program: it asks with the tag that it has, and a later word about an event replaces an earlier one."""

    url: str
    tag: str | None = None
    events: dict[str, tuple[int, str, datetime]] = field(default_factory=dict)
    said: Said | None = None

    def look(self) -> int:
        """Ask again; returns the status."""
        self.said = ask(self.url, headers={} if self.tag is None else {"If-None-Match": self.tag})
        if self.said.status == 200:
            self.tag = self.said.headers["etag"]
            for event in vobject.readOne(self.said.text).contents.get("vevent", []):
                told = int(event.sequence.value), event.status.value, event.dtstart.value.astimezone(UTC)
                name = event.uid.value
                if name not in self.events or told[0] > self.events[name][0]:
                    self.events[name] = told
        return self.said.status


def name(number: int) -> str:
    return f"{PCT}/{OFFICER}/{day(number)}@SMALL"


def test_two_calendars_that_subscribed_learn_of_a_moved_tour_and_of_a_cancelled_one(
    house: House, force: InRecord
) -> None:
    url = at(house, linked(force))
    first, second = Subscribed(url), Subscribed(url)
    assert (first.look(), second.look(), first.look()) == (200, 200, 304)
    before = first.events[name(5)]
    amended(force, OFFICER, day(5), EVENING)
    assert (first.look(), first.look()) == (200, 304)
    assert first.events[name(5)] == (1, "CONFIRMED", local("2020-10-24T15:00")) != before
    away = Absence(member=OFFICER, kind="sick", since=local("2020-10-19"), until=local("2020-10-20T12:00"))
    does(force, lambda record: absent(record, away))
    amended(force, OFFICER, day(1), "off")
    assert (first.look(), second.look()) == (200, 200)
    assert second.events == first.events
    assert [first.events[name(n)][1] for n in (0, 1, 2)] == ["CANCELLED", "CANCELLED", "CONFIRMED"]
    amended(force, OFFICER, day(1), NIGHT)
    assert (first.look(), second.look()) == (200, 200)
    assert first.events[name(1)][1:] == ("CONFIRMED", local("2020-10-20T23:15"))


def test_it_says_what_it_is_and_that_it_is_for_one_person(house: House, force: InRecord) -> None:
    url = at(house, linked(force))
    said, head = ask(url), ask(url, "HEAD")
    wanted = {
        "content-type": "text/calendar; charset=utf-8",
        "cache-control": "private, no-cache",
        "x-robots-tag": "noindex, nofollow, noarchive",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    for each in (said, head):
        assert each.status == 200
        assert {n: each.headers[n] for n in wanted} == wanted
        assert "set-cookie" not in each.headers
    assert (head.text, head.headers["etag"]) == ("", said.headers["etag"])
    assert head.headers["content-length"] == said.headers["content-length"] == str(len(said.text.encode()))
    with force.store.reading() as views:
        (last,) = (f.recorded_at for f in views.facts(kinds=["roster.published"]))
    assert parsedate_to_datetime(said.headers["last-modified"]) == datetime.fromisoformat(last)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in said.text
    assert "X-PUBLISHED-TTL:PT1H\r\n" in said.text


def test_a_program_that_has_it_is_told_so_however_it_names_what_it_has(house: House, force: InRecord) -> None:
    url = at(house, linked(force))
    tag = ask(url).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        said = ask(url, headers={"If-None-Match": known})
        assert (said.status, said.text, said.headers["etag"]) == (304, "", tag)
    for other in ('"other"', tag.strip('"'), ""):
        assert ask(url, headers={"If-None-Match": other}).status == 200


def test_a_link_that_was_renewed_revoked_altered_or_never_made_leads_nowhere_in_one_way(
    house: House, force: InRecord
) -> None:
    old = linked(force)
    new = linked(force, by=CO, renew=True)
    assert ask(at(house, new)).status == 200
    told = [ask(at(house, token)) for token in (old, swapped(new), new.lower(), "x", "x" * 600, "%00", "%ff")]
    does(force, lambda record: revoke(record, OFFICER, OFFICER, record.now))
    told.append(ask(at(house, new)))
    assert {(said.status, said.text) for said in told} == {(404, "no calendar is here\n")}
    heads = [{n: v for n, v in said.headers.items() if n != "date"} for said in told]
    assert heads == [heads[0]] * len(told)


def test_it_ends_when_the_member_leaves_the_force_and_not_before(house: House, force: InRecord) -> None:
    token = linked(force)
    force.retire(OFFICER, "2020-10-12T10:00", "2020-10-26")
    force.clock.at = local("2020-10-25T23:59")
    assert ask(at(house, token)).status == 200
    force.clock.at = local("2020-10-26")
    gone = ask(at(house, token))
    assert (gone.status, gone.text) == (404, ask(at(house, "x")).text)
    with pytest.raises(Refused, match="no longer in the force"):
        linked(force, renew=True)


def test_it_ends_when_the_member_is_taken_out_of_the_directory(house: House, force: InRecord) -> None:
    token = linked(force)
    others = directory_from(r for r in force.rows if getattr(r, "member", None) != OFFICER)
    force.act(lambda record: load(record, others, remove=True))
    gone = ask(at(house, token))
    assert (gone.status, gone.text) == (404, ask(at(house, "x")).text)


def test_each_member_has_a_link_of_their_own(house: House, force: InRecord) -> None:
    mine, theirs = linked(force), linked(force, OTHER)
    does(force, lambda record: revoke(record, OTHER, OTHER, record.now))
    assert ask(at(house, theirs)).status == 404
    said = ask(at(house, mine))
    assert OFFICER in said.text
    assert OTHER not in said.text


def test_whoever_guesses_has_to_wait_and_whoever_subscribed_has_not(house: House, force: InRecord) -> None:
    token = linked(force)
    tried = [ask(at(house, f"guess{n}")).status for n in range(MOST_TRIES + 1)]
    assert tried == [404] * MOST_TRIES + [429]
    assert ask(at(house, token)).status == 200


def test_nothing_can_be_sent_to_it(house: House, force: InRecord) -> None:
    token, before = linked(force), facts(force)
    for method in ("POST", "PUT", "DELETE", "PROPFIND"):
        said = ask(at(house, token), method)
        assert (said.status, said.headers["allow"]) == (405, "GET, HEAD")
    assert facts(force) == before


def test_the_database_has_the_hash_of_a_token_and_not_the_token(force: InRecord, temporary_store: SqlStore) -> None:
    token = linked(force)
    assert sees(force, lambda v: v.row(FeedLink, OFFICER)) == FeedLink(
        member=OFFICER, digest=sha256(token.encode()).hexdigest(), by=OFFICER, at=force.clock.at
    )
    with temporary_store.engine.connect() as connection:
        told = [str(row) for row in connection.execute(text("SELECT * FROM fact"))]
        told += [str(row) for row in connection.execute(text("SELECT * FROM view_feed_link"))]
    assert any(sha256(token.encode()).hexdigest() in line for line in told)
    assert not any(token in line for line in told)


def test_a_link_is_made_once_and_by_nobody_but_the_member_and_who_stands_over_them(force: InRecord) -> None:
    token, before = linked(force), facts(force)
    with pytest.raises(Refused, match=f"member {OFFICER} has a link already"):
        linked(force)
    with pytest.raises(Refused, match=f"{OTHER} does not stand over {OFFICER}"):
        linked(force, by=OTHER, renew=True)
    with pytest.raises(Refused, match=f"{OTHER} does not stand over {OFFICER}"):
        does(force, lambda record: revoke(record, OFFICER, OTHER, record.now))
    with pytest.raises(Unknown, match="M9999"):
        linked(force, "M9999", by=CO)
    assert facts(force) == before
    assert linked(force, by=CO, renew=True) != token
    assert does(force, lambda record: revoke(record, OFFICER, CO, record.now))
    assert not does(force, lambda record: revoke(record, OFFICER, CO, record.now))
    assert facts(force) == before + 2
