"""Fixtures of the tests in a browser: one demo for all of them, one browser for each file."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import MISSING, BrowsedPortal, chromium, launched
from tests.support.demo_site import publish_demo
from tests.support.saved_site import SavedSite


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SavedSite:
    """Return the published demo, played once for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = base if worker_id == "master" else base.parent
    with (folder / "demo-site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        out: Path = folder / "demo-site"
        if not (out / "played").exists():
            publish_demo(out)
            (out / "played").touch()
    return SavedSite(out)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a running Chromium; without one, skip aloud."""
    if chromium() is None:
        pytest.skip(MISSING)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def portal(browser: Browser, demo_site: SavedSite) -> BrowsedPortal:
    """Return the demo's portal, to be read with the browser."""
    return BrowsedPortal(browser, demo_site, demo_site.portal())
