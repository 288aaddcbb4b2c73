"""Fixtures of the documents' tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import browsing


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for all tests of a module."""
    with browsing.chromium(browsing.need()) as started:
        yield started
