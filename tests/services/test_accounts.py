"""Accounts against a real record: loading, verdicts with their facts, what was known when, and the command line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from muster.bootstrap import open_store
from muster.cli import cli
from muster.domain.accounts import Account, Claim
from muster.domain.duty import Signing
from muster.domain.errors import Invalid, Unknown
from muster.domain.record import Fact, entered
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.taskings import Call
from muster.files.accounts import read_accounts
from muster.scenarios.small import small_force
from muster.services.accounts import Disputes, Judged, accounts, disputes, load
from muster.store.store import SqlStore
from tests.support import NOON, SettableClock

OCTOBER = Path(__file__).resolve().parents[2] / "muster" / "scenarios" / "data" / "october-2020-accounts.toml"
CHIEF = "M0003"


def at(day: int, hour: int = 0) -> datetime:
    """An hour of October 2020, as clocks of the force show it."""
    return datetime(2020, 10, day, hour, tzinfo=UTC) + timedelta(hours=4)


DUTY = [
    Signing(member=CHIEF, at=at(7, 6), kind="on", unit="PATROL"),
    Signing(member=CHIEF, at=at(8, 18), kind="off"),
]
MISSED = Call(member=CHIEF, at=at(8, 1), caller="CITY-HALL")
RETIREMENT = Separation(
    separation="S-1", member=CHIEF, kind="retirement", state="filed", filed=at(13, 10), effective=at(30)
)


@pytest.fixture
def store(temporary_store: SqlStore, clock: SettableClock) -> SqlStore:
    """A record with the small force, entered on 1 October."""
    enter(temporary_store, small_force())
    return temporary_store


def enter(store: SqlStore, rows: Iterable[Row]) -> list[int]:
    """Enter or change rows; the sequence of each fact."""
    with store.writing() as record:
        facts = [entered(row, record.row(type(row), row.key), record.now) for row in rows]
        return [said.seq for said in record.append(facts)]


def october() -> tuple[list[Account], list[Claim]]:
    found = read_accounts(OCTOBER, ZoneInfo("America/New_York"))
    return found.accounts, found.claims


def load_october(store: SqlStore) -> None:
    with store.writing() as record:
        load(record, *october())


def asked(store: SqlStore, about: str | None = None, known_at: datetime | None = None) -> Disputes:
    with store.reading() as views:
        return disputes(views, about, known_at)


def judged(found: Disputes) -> dict[str, Judged]:
    return {j.claim.key: j for s in found.subjects for j in s.claims}


def rulings(store: SqlStore, *keys: str, known_at: datetime | None = None) -> list[str]:
    found = judged(asked(store, known_at=known_at))
    return [found[key].verdict for key in keys]


def test_loading_twice_records_nothing_more(store: SqlStore) -> None:
    with store.writing() as record:
        first = load(record, *october())
        head = record.head()
        again = load(record, *october())
        assert record.head() == head
    assert (first.entered, first.changed, first.unchanged) == (74, 0, 0)
    assert (again.entered, again.changed, again.unchanged, again.kept) == (0, 0, 74, [])


def test_loading_again_records_what_changed_and_deletes_nothing(store: SqlStore) -> None:
    people, claims = october()
    with store.writing() as record:
        load(record, people, claims)
        done = load(record, people, [replace(claims[0], years=44), *claims[2:]])
    assert (done.entered, done.changed, done.unchanged) == (0, 1, 72)
    assert done.kept == [claims[1].key]
    assert claims[1].key in judged(asked(store))
    with store.reading() as views:
        assert [v.row.years for v in views.history(Claim, claims[0].key) if v.row] == [43, 44]


def test_what_does_not_fit_is_refused_with_every_reason_and_nothing_is_loaded(store: SqlStore) -> None:
    people, claims = october()
    wrong = [
        replace(claims[0], years=None),
        replace(claims[1], via="Q"),
        replace(claims[2], account="Z"),
        claims[3],
        claims[3],
    ]
    with pytest.raises(Invalid) as said, store.writing() as record:
        load(record, people, wrong)
    for part in ("P/age: years must be given", "via Q must be an account", "account Z must be", "must be given once"):
        assert part in str(said.value)
    with store.reading() as views:
        assert accounts(views) == []


def test_the_call_in_the_duty_supports_p_and_moved_after_it_supports_m_and_c(
    store: SqlStore, clock: SettableClock
) -> None:
    load_october(store)
    keys = ["P/call-missed", "M/call-missed", "C/call-missed", "P/call-unanswered", "P/duty"]
    assert rulings(store, *keys) == ["not covered"] * 5
    clock.at = at(14)
    enter(store, [*DUTY, MISSED])
    assert rulings(store, *keys) == ["supported", "contradicted", "contradicted", "supported", "supported"]
    with store.writing() as record:
        record.append([Fact(MISSED.stream, "call.removed", record.now, {})])
    enter(store, [replace(MISSED, at=at(8, 23))])
    assert rulings(store, *keys) == ["contradicted", "supported", "supported", "supported", "supported"]


def test_a_verdict_names_the_facts_it_rests_on(store: SqlStore, clock: SettableClock) -> None:
    load_october(store)
    clock.at = at(14)
    on, off, call = enter(store, [*DUTY, MISSED])
    found = judged(asked(store))
    with store.reading() as views:
        key = "CHIEF-OF-PATROL/M0003/substantive/2020-01-01T05:00:00Z"
        (appointed,) = [f.seq for f in views.facts(streams=[f"appointment/{key}"])]
    assert found["P/call-missed"].facts == [appointed, on, call]
    assert found["P/duty"].facts == [appointed, on, off]
    assert found["P/why"].facts == []


def test_before_the_filing_nothing_is_covered_and_a_correction_turns_the_verdict(
    store: SqlStore, clock: SettableClock
) -> None:
    load_october(store)
    clock.at = at(13, 10)
    (filed,) = enter(store, [RETIREMENT])
    clock.at = at(14)
    (corrected,) = enter(store, [replace(RETIREMENT, kind="resignation")])
    keys = ["P/left", "P/left-statement", "P/filed"]
    assert rulings(store, *keys, known_at=at(13, 9)) == ["not covered"] * 3
    assert rulings(store, *keys, known_at=at(13, 11)) == ["contradicted", "supported", "supported"]
    assert rulings(store, *keys) == ["supported", "contradicted", "supported"]
    then, now = asked(store, known_at=at(13, 11)), asked(store)
    assert filed in judged(then)["P/left"].facts
    assert corrected in judged(now)["P/left"].facts
    assert filed not in judged(now)["P/left"].facts


def test_disputes_of_the_episode_come_first_and_stay_disputed(store: SqlStore) -> None:
    load_october(store)
    enter(store, [*DUTY, MISSED, RETIREMENT])
    found = asked(store).subjects
    assert [s.subject for s in found if s.differ] == [
        "how long the Chief of Patrol had served",
        "how old the Chief of Patrol is",
        "how the Chief of Patrol left",
        "what followed the missed call",
        "when the Mayor's call was missed",
        "why the Chief of Patrol left",
    ]
    assert [s.differ for s in found] == sorted((s.differ for s in found), reverse=True)
    assert sum(len(s.claims) for s in found) == 71


def test_a_scenario_makes_every_verdict_speak_of_the_simulated_record(store: SqlStore) -> None:
    load_october(store)
    assert all(j.why.startswith("In the record ") for j in judged(asked(store)).values())
    with store.writing() as record:
        record.append([Fact("scenario/october-2020", "scenario.begun", NOON, {})])
    found = asked(store)
    assert found.simulated
    assert all(j.why.startswith("In the simulated record ") for j in judged(found).values())


def test_disputes_can_be_asked_about_a_member_a_position_or_a_subject(store: SqlStore) -> None:
    load_october(store)
    assert {s.subject for s in asked(store, "PCT-033-CO").subjects} == {"precincts commanded before"}
    assert len(asked(store, "MAYOR'S CALL").subjects) == 1
    assert all("PATROL" in str(j.claim.holder) for j in judged(asked(store, "how old")).values())
    assert len(asked(store, CHIEF).subjects) > 5
    with pytest.raises(Unknown, match="no claim is about 'M9999'"):
        asked(store, "M9999")


def test_strength_names_the_first_and_last_fact_of_many(store: SqlStore) -> None:
    load_october(store)
    with store.writing() as record:
        day = date(2020, 10, 1)
        row = Claim(account="P", claim="n", subject="n", says="strength", as_of=day, number=0, words="nobody")
        load(record, october()[0], [row])
    found = judged(asked(store, "n"))["P/n"]
    assert found.verdict == "contradicted"
    with store.reading() as views:
        seqs = [f.seq for f in views.facts(streams=["member/"])]
    assert found.facts == [min(seqs), max(seqs)]


def test_the_order_in_which_accounts_are_loaded_changes_no_verdict(tmp_path: Path) -> None:
    expected = told(tmp_path / "0.db", None)
    for seed in (1, 2, 3):
        assert told(tmp_path / f"{seed}.db", seed) == expected


def told(path: Path, seed: int | None) -> list[tuple[str, str, str, str]]:
    """What a new record says of the claims of October, loaded account by account in an order of chance."""
    store = open_store(f"sqlite:///{path}", SettableClock(at(20)))
    enter(store, [*small_force(), *DUTY, MISSED, RETIREMENT])
    people, claims = october()
    if seed is not None:
        Random(seed).shuffle(people)
        Random(seed).shuffle(claims)
    for account in people:
        _load_part(store, account, [c for c in claims if c.account == account.account and c.via is None])
    _load_part(store, people[0], [c for c in claims if c.via is not None])
    found = asked(store)
    store.close()
    return [(s.subject, j.claim.key, j.verdict, j.why) for s in found.subjects for j in s.claims]


def _load_part(store: SqlStore, account: Account, claims: Sequence[Claim]) -> None:
    with store.writing() as record:
        load(record, [account], claims)


def run(store: SqlStore, url: str, *words: str) -> tuple[int, str]:
    store.close()
    said = CliRunner().invoke(cli, ["accounts", *words, "--db", url])
    assert said.exception is None or isinstance(said.exception, SystemExit | Invalid | Unknown), said.exception
    return said.exit_code, said.output


def test_the_commands_load_list_and_show_within_100_columns(store: SqlStore, url: str) -> None:
    enter(store, [*DUTY, MISSED, RETIREMENT])
    assert run(store, url, "load", str(OCTOBER)) == (0, "74 entered, 0 changed, 0 unchanged\n")
    status, listed = run(store, url, "list")
    assert (status, listed.count("claims")) == (0, 3)
    status, shown = run(store, url, "disputes")
    assert status == 0
    assert max(map(len, shown.splitlines())) <= 100
    assert "CONTRADICTED" in shown
    value = json.loads(run(store, url, "disputes", "--json")[1])
    assert {"simulated", "known_at", "subjects"} == set(value)
    assert {c["verdict"] for s in value["subjects"] for c in s["claims"]} == {
        "supported", "contradicted", "not covered",
    }  # fmt: skip


def test_a_faulty_file_loads_nothing_and_says_why(store: SqlStore, url: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[[account]]\naccount = "P"\ntitle = "\\u001b[2J"\nwho = 3\n')
    status, said = run(store, url, "load", str(bad))
    assert status != 0
    assert said.count("must") >= 3
    assert "\x1b" not in said
    found = json.loads(run(store, url, "load", str(bad), "--json")[1])
    assert found["errors"] == len(found["faults"]) == 3
    with store.reading() as views:
        assert accounts(views) == []
