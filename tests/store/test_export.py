"""A stretch that is handed out proves that it belongs to a head, and shows nobody else's facts."""

import io
import json

import pytest

from muster.domain.errors import Invalid, Unknown
from muster.domain.record import GENESIS, Recorded, digest_of, entered, link
from muster.services.record import FORMAT, export, show, timeline, verify_export
from muster.store.store import SqlStore
from tests.support import NOON, holder, member, members

PHONE = "telephone 555-0100"


@pytest.fixture
def head(temporary_store: SqlStore) -> str:
    """The head of a record in which facts 4 and 8 are about PCT-047-CO."""
    with temporary_store.writing() as record:
        record.seal([PHONE])
        record.append([*members(3), entered(holder("PCT-047-CO", "A"), None, NOON), *members(3, "N")])
        record.append([entered(holder("PCT-047-CO", "B"), None, NOON), entered(member("secretive"), None, NOON)])
        return record.head()[1]


def exported(store: SqlStore, about: str | None = "PCT-047-CO", first: int | None = None) -> list[str]:
    to = io.StringIO()
    with store.reading() as views:
        export(views, to, about=about, first=first)
    return to.getvalue().splitlines()


def test_an_export_is_proved_without_the_record(temporary_store: SqlStore, head: str) -> None:
    lines = exported(temporary_store)
    said = verify_export(lines, head)
    assert said.whole
    assert (said.facts, said.head, said.since_head) == (2, (9, head), 0)
    assert [list(json.loads(line)) for line in lines[2:5]] == [["seq", "digest"]] * 3
    assert len(lines) == 1 + 6


def test_an_export_shows_nothing_else(temporary_store: SqlStore, head: str) -> None:
    text = "\n".join(exported(temporary_store))
    assert "secretive" not in text
    assert "N00000" not in text
    assert PHONE not in text
    assert PHONE not in "\n".join(exported(temporary_store, None, 1))


@pytest.mark.parametrize("line", range(1, 7))
def test_every_changed_line_of_an_export_is_found(temporary_store: SqlStore, head: str, line: int) -> None:
    lines = exported(temporary_store)
    said = json.loads(lines[line])
    if "digest" in said:
        said["digest"] = said["digest"][::-1]
    else:
        said["body"] = said["body"].replace("PCT-047", "PCT-048")
    forged = [*lines[:line], json.dumps(said), *lines[line + 1 :]]
    assert not verify_export(forged).whole, "the head that the export itself names is enough"
    assert not verify_export([*lines[:line], *lines[line + 1 :]], head).whole
    assert not verify_export([*lines[:line], "{]", *lines[line + 1 :]], head).whole


@pytest.mark.parametrize("body", ["x", "[]", "{}", '"text"'])
def test_a_fact_that_publishes_and_names_no_roster_is_found(body: str) -> None:
    digest = digest_of("roster/A/2020-10-19", 1, "t", "t", "roster.published", body)
    head = link(GENESIS, 1, digest)
    fact = Recorded(1, "roster/A/2020-10-19", 1, "t", "t", "roster.published", body, GENESIS, head)
    header = {"format": FORMAT, "about": None, "previous": GENESIS, "head": f"1:{head}"}
    assert "line" in [d.kind for d in verify_export([json.dumps(header), json.dumps(fact._asdict())]).damage]


def test_an_export_of_another_record_does_not_lead_to_our_head(temporary_store: SqlStore, head: str) -> None:
    said = verify_export(exported(temporary_store), "0" * 64)
    assert [damage.kind for damage in said.damage] == ["head"]
    with pytest.raises(Invalid, match="first line"):
        verify_export(['{"seq": 1}'])


def test_a_timeline_goes_by_when_things_took_effect(temporary_store: SqlStore, head: str) -> None:
    with temporary_store.reading() as views:
        assert [said["seq"] for said in timeline(views, "PCT-047-CO")] == [4, 8]
        assert show(views, 4)[0]["body"]["member"] == "A"
        with pytest.raises(Unknown, match="newest is 9"):
            show(views, 10)
        with pytest.raises(Unknown, match="no fact"):
            export(views, io.StringIO(), about="nobody")


@pytest.mark.parametrize("kept", [set(), {"hash"}, {"hash", "previous"}])
def test_a_text_beside_its_digest_is_no_proof_of_another_text(
    temporary_store: SqlStore, head: str, kept: set[str]
) -> None:
    lines = exported(temporary_store)
    said = json.loads(lines[1])
    digest = digest_of(*(said[name] for name in ("stream", "version", "recorded_at", "effective_at", "kind", "body")))
    changed = {**said, "body": said["body"].replace("PCT-047", "PCT-048"), "digest": digest}
    forged = {name: value for name, value in changed.items() if name not in {"hash", "previous"} - kept}
    assert not verify_export([lines[0], json.dumps(forged), *lines[2:]], head).whole


@pytest.mark.parametrize("line", ["[" * 100_000, "5", "\udcff", '{"seq": 1, "digest": 5, "body": "b"}'])
def test_what_is_no_line_of_an_export_is_said_to_be_none(temporary_store: SqlStore, head: str, line: str) -> None:
    lines = exported(temporary_store)
    assert "neither a fact nor a digest" in verify_export([lines[0], line, *lines[2:]], head).damage[0].says
    with pytest.raises(Invalid, match="header"):
        verify_export([line, *lines[1:]])
