"""Where PostgreSQL is missing a test is skipped with the reason; in CI it fails, so that nothing stays untested."""

import psycopg
import pytest

from tests import servers


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_server_skips_and_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "programs", lambda: None)
    monkeypatch.delenv("MUSTER_TEST_PG", raising=False)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="PostgreSQL is not installed"):
        servers.need()


def test_an_emptied_database_is_used_again_and_a_changed_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "_free", [])  # one that other tests used often enough is dropped
    with servers.fresh_database() as first:
        pass
    with servers.fresh_database() as second:
        assert second == first
        with psycopg.connect(second) as connection:
            connection.execute("DROP TRIGGER fact_stays ON fact")
    with servers.fresh_database() as third:
        assert third != first
