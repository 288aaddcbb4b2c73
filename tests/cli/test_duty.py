"""What the commands of duty refuse, and the picture that they draw."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from muster.cli import cli
from muster.domain.errors import Invalid


@pytest.mark.parametrize("rule", ["protected-rest", "break-length"])
def test_a_rule_that_no_waiver_lifts_cannot_be_waived(rule: str, db: str) -> None:
    words = ["waive", "M0005", "--rule", rule, "--until", "2020-10-08", "--rest-owed", "24", "--by", "M0003"]
    said = CliRunner().invoke(cli, [*words, "--at", "2020-10-07", "--db", db]).exception
    assert isinstance(said, Invalid)
    assert f"rule {rule} must be one of relief-owed, relief-overdue, unfit" in str(said)


def test_the_days_are_drawn_as_wide_as_a_sheet_or_as_a_phone(db: str, tmp_path: Path) -> None:
    asked = ["duty", "M0005", "--at", "2020-10-08T02:00", "--days", "3", "--db", db]
    widths = []
    for more in ([], ["--narrow"]):
        file = tmp_path / "days.svg"
        assert CliRunner().invoke(cli, [*asked, "--svg", str(file), *more]).exit_code == 0
        widths.append(ET.fromstring(file.read_text(encoding="utf-8")).get("width"))
    assert widths == ["1000", "360"]
    refused = CliRunner().invoke(cli, [*asked, "--narrow"])
    assert refused.exit_code == 2
    assert "--narrow must come with --svg FILE" in refused.output
