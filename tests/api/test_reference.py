"""The page about the API is the one that the program writes."""

from pathlib import Path

from muster.api.reference import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_about_the_api_is_the_one_the_program_writes() -> None:
    said = "run `python -m muster.api.reference > docs/api.md`"
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == page(), said
