"""Debian's Chromium, driven by the tests: on a telephone, in light and dark, and axe-core to look for barriers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import which
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

AXE = Path(__file__).parent / "vendor" / "axe" / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
PHONE: ViewportSize = {"width": 390, "height": 844}
OLD_PHONE: ViewportSize = {"width": 320, "height": 480}
LOOK = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
"""Every rule is tried; of what is well no list is made."""
MISSING = "Chromium is not installed (apt-get install chromium)"
Scheme = Literal["light", "dark"]


def executable() -> str | None:
    """The browser; None: there is none."""
    return which("chromium") or which("chromium-browser")


def need() -> str:
    """The browser. Skips the test that asks where there is none; in CI that is a failure."""
    found = executable()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return found


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """The browser, started; it opens nothing but what it is told to."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def telephone(
    browser: Browser, scheme: Scheme = "light", size: ViewportSize = PHONE, *, scripts: bool = True
) -> Iterator[Page]:
    """A page on a telephone of this size. ``scripts``: whether it would run any."""
    context = browser.new_context(
        viewport=size, device_scale_factor=2, color_scheme=scheme, java_script_enabled=scripts, has_touch=True
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@cache
def _axe() -> str:
    source = AXE.read_text(encoding="utf-8")
    assert sha256(source.encode()).hexdigest() == AXE_SHA256
    return source + "; null"


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong, one line for each element; empty: nothing."""
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(LOOK)
    return [f"{v['id']}: {v['help']}: {node['html'][:200]}" for v in found for node in v["nodes"]]
