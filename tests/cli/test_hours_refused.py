"""What the commands of hours, relief and call-ins say to whoever asks wrongly: the value, and what it must be."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import cli
from muster.domain.errors import MusterError

AT = "--at 2020-10-07T20:00"
NIGHT = "--from 2020-10-07T23:15 --until 2020-10-08T07:50"
OPEN = f"call-in open PCT-047 {NIGHT} {AT} --by M0023"
WRONG: Sequence[tuple[str, str]] = [
    (f"duty M0005 {AT} --as-known-at 2020-01-01", "member 'M0005' is not in the record"),
    (f"duty M0005 {AT} --as-known-at 2020-01-01 --from 2020-10-07", "member 'M0005' is not in the record"),
    ("duty M0005 --at yesterday", "--at 'yesterday' must be a date"),
    (f"duty M0005 {AT} --as-known-at x", "--as-known-at 'x' must be a date"),
    (f"duty M0005 {AT} --from later", "--from 'later' must be a date"),
    (f"duty M0005 {AT} --from 2020-10-09T10:00", "2020-10-09T10:00 must be before 2020-10-07T20:00, by at most 31"),
    (f"duty M0005 {AT} --from 2020-09-08 --svg days.svg",
     "from 2020-09-08 must be before 2020-10-07T20:00, by at most 28"),
    ("hours add M0005 --kind court --from x --until 2020-10-07 --by M0005", "--from 'x' must be a date"),
    ("hours add M0005 --kind court --from 2020-10-07 --until x --by M0005", "--until 'x' must be a date"),
    (f"relief {AT} --unit PCT-099", "unit 'PCT-099' is not in the record"),
    (f"relief {AT} --within nan", "--within nan must be a number of hours from 0 to 72"),
    (f"call-in list PCT-047 {AT} --from 2020-10-08T07:50 --until 2020-10-07T23:15",
     "until 2020-10-07T23:15 must be after 2020-10-08T07:50"),
    (f"call-in list PCT-047 {AT} --from 2020-10-08 --until 2020-10-09T00:01",
     "until 2020-10-09T00:01 must be at most 24 h after its start"),
    (f"call-in list PCT-047 {NIGHT} {AT} --rank SARGE", "rank 'SARGE' must be one of PO, DET, SGT"),
    ("call-in show PCT-047-C1 --at 2020-10-07T19:59", "PCT-047-C1 was opened 2020-10-07T20:00: it has no list before"),
    ("call-in show PCT-099", "call-in 'PCT-099' is not in the record"),
    (f"call-in answer PCT-047-C1 M0041 --by M0023 {AT}", "one of --accepted, --refused, --not-reached"),
    (f"call-in answer PCT-047-C1 M0041 --refused --accepted --by M0023 {AT}", "one of --accepted, --refused"),
    ("call-in do-not-call M0041 --until 2020-10-06 --by M0041 --at 2020-10-07T12:00",
     "until 2020-10-06 must be after 2020-10-07T12:00"),
    ("unreachable M0005 --until 2020-10-06 --by M0005 --at 2020-10-07", "until 2020-10-06 must be after 2020-10-07"),
    ("absent M0005 --kind leave --until 2020-10-06 --at 2020-10-07", "until 2020-10-06 must be after 2020-10-07"),
    ("waive M0005 --rule unfit --until 2020-10-06 --rest-owed 8 --by M0003 --at 2020-10-07",
     "until 2020-10-06 must be after 2020-10-07"),
]  # fmt: skip


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The record of a small force with one call-in."""
    folder = tmp_path_factory.mktemp("hours")
    url = f"sqlite:///{folder}/muster.db"
    assert CliRunner().invoke(cli, ["new", f"{folder}/force"]).exit_code == 0
    for command in (f"load {folder}/force", OPEN):
        assert CliRunner().invoke(cli, [*command.split(), "--db", url]).exit_code == 0
    return url


def said(command: str, db: str) -> str:
    """What a command says that is refused, whether of its words or of what they mean."""
    result = CliRunner().invoke(cli, [*command.split(), "--db", db])
    assert result.exit_code != 0
    if result.exit_code == 2:
        return result.output
    assert isinstance(result.exception, MusterError), result.exception
    return str(result.exception)


@pytest.mark.parametrize(("command", "says"), WRONG)
def test_who_asks_wrongly_is_told_what_it_must_be(command: str, says: str, db: str) -> None:
    assert says in said(command, db)


def test_the_call_ins_of_a_unit_are_listed_by_its_name(db: str) -> None:
    listed = CliRunner().invoke(cli, ["call-in", "show", "PCT-047", "--db", db])
    assert listed.output.startswith("PCT-047-C1: call-in, PCT-047, Wed 07 Oct 2020 2315 EDT")
    assert CliRunner().invoke(cli, ["call-in", "show", "PBBX", "--db", db]).output == "PBBX has no call-in yet\n"


def test_a_file_with_a_header_alone_is_said_to_have_no_rows(db: str, tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("member,since,kind,until\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["hours", "import", str(file), "--by", "M0012", "--db", db])
    assert result.output.startswith("nothing to enter: the file has a header, and no rows below it")


def test_a_folder_instead_of_a_file_is_named(db: str) -> None:
    result = CliRunner().invoke(cli, ["hours", "import", ".", "--by", "M0012", "--db", db])
    assert result.output.startswith(".: must be a file, it is a directory")
