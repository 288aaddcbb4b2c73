"""Certified hours as tables for payroll: rows whose sums are the closing's, times that no clock change blurs."""

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import polars
import pytest

from muster.domain.closings import SECOND, Certified, Counted, MemberHours
from muster.domain.duty import HOURS_KINDS
from muster.domain.errors import Invalid, Refused
from muster.files.hours_tables import write_hours
from tests.ground import NEW_YORK, local

DAY = local("2020-10-19")
HOME = ((DAY, local("2020-11-16")),)


def counted(start: str, end: str, kind: str = "tour", unit: str | None = "PCT-047", paid: bool = True) -> Counted:
    return Counted(local(start), local(end), kind, unit, paid, 7)


NIGHT = counted("2020-10-31T23:15", "2020-11-01T07:50")
ACCOUNTS: Mapping[str, MemberHours] = {
    "M1": MemberHours(
        HOME,
        (
            NIGHT,
            Counted(NIGHT.end, NIGHT.end + timedelta(minutes=20, seconds=7), "hold-over", "PCT-047", True, 8),
            counted("2020-11-02T18:00", "2020-11-02T20:00", "extra-duty", None, paid=False),
        ),
        timedelta(hours=1, minutes=5),
    ),
    "-M2": MemberHours(HOME, (), None),
}
CERTIFIED = Certified("PCT-047", DAY.date(), 2, ACCOUNTS)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sums_of_rows_are_the_sums_that_were_certified(tmp_path: Path) -> None:
    assert write_hours(tmp_path / "e.csv", CERTIFIED, NEW_YORK) == 3
    assert write_hours(tmp_path / "m.csv", CERTIFIED, NEW_YORK, "member") == 2
    entries, members = rows(tmp_path / "e.csv"), {row["member"]: row for row in rows(tmp_path / "m.csv")}
    for name, account in ACCOUNTS.items():
        mine = [row for row in entries if row["member"] == name]
        assert sum(int(row["seconds"]) for row in mine) == account.counted // SECOND
        assert sum(int(row["seconds"]) for row in mine if row["paid"] == "yes") == account.paid // SECOND
        told = members[name]
        assert round(float(told["counted_minutes"]) * 60) == account.counted // SECOND
        assert round(float(told["paid_minutes"]) * 60) == account.paid // SECOND
        by_kind = [float(told[f"{kind.replace('-', '_')}_minutes"]) for kind in HOURS_KINDS]
        assert round(sum(by_kind) * 60) == account.counted // SECOND
        assert told["overtime_minutes"] == ("" if account.overtime is None else "65.0")
    assert float(members["M1"]["rested_minutes"]) * 60 == pytest.approx(account_rest("M1"))


def account_rest(name: str) -> float:
    """Seconds of rest of a member."""
    return (HOME[0][1] - HOME[0][0] - ACCOUNTS[name].counted) / SECOND


def test_times_are_utc_and_local_and_lead_back_to_the_same_instants(tmp_path: Path) -> None:
    write_hours(tmp_path / "e.csv", CERTIFIED, NEW_YORK)
    night = rows(tmp_path / "e.csv")[0]
    assert (night["start_utc"], night["end_utc"]) == ("2020-11-01T03:15:00Z", "2020-11-01T12:50:00Z")
    assert (night["start_local"], night["end_local"]) == ("2020-10-31T23:15:00-04:00", "2020-11-01T07:50:00-05:00")
    assert night["seconds"] == str(9 * 3600 + 35 * 60)
    for row in rows(tmp_path / "e.csv"):
        for which in ("start", "end"):
            assert datetime.fromisoformat(row[f"{which}_utc"]) == datetime.fromisoformat(row[f"{which}_local"])


def test_excel_has_both_tables_and_takes_no_text_for_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "hours.xlsx"
    assert write_hours(path, CERTIFIED, NEW_YORK) == 3
    entries = polars.read_excel(path, sheet_name="entry")
    members = polars.read_excel(path, sheet_name="member")
    assert entries["seconds"].sum() == sum(a.counted // SECOND for a in ACCOUNTS.values())
    assert members["member"].to_list() == ["M1", "-M2"]


def test_another_kind_of_file_or_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"must end in \.csv or \.xlsx"):
        write_hours(tmp_path / "hours.pdf", CERTIFIED, NEW_YORK)
    with pytest.raises(Refused, match="no such folder"):
        write_hours(tmp_path / "none" / "hours.csv", CERTIFIED, NEW_YORK)
    (tmp_path / "d.csv").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        write_hours(tmp_path / "d.csv", CERTIFIED, NEW_YORK)
