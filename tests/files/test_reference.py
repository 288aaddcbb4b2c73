"""The documentation of the force directory says what the program does."""

import re
from pathlib import Path

from muster.domain.nouns import FORCE_ROWS
from muster.domain.schema import columns_of
from muster.files import read
from muster.files.reference import page
from tests.files.folders import errors, warnings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "force-directory.md"


def test_the_page_is_the_one_the_program_writes() -> None:
    said = "run `python -m muster.files.reference > docs/force-directory.md`"
    assert PAGE.read_text(encoding="utf-8") == page(), said


def test_every_file_and_column_is_on_the_page() -> None:
    text = page()
    for row in FORCE_ROWS:
        assert f"### `{row.FILE}`" in text
        assert all(f"| `{column.name}` |" in text for column in columns_of(row))


def test_the_worked_example_of_the_page_can_be_loaded(tmp_path: Path) -> None:
    for file, text in re.findall(r"`([\w.-]+)`\n\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert errors(tmp_path) == warnings(tmp_path) == []
    assert len(read(tmp_path).rows()["member"]) == 3
