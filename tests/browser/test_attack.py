"""Every known script injection, in every field of an article, opened in Chromium: nothing of it acts.

The content security policy is switched off: what holds here holds by what the outputs are. Chromium's
debugger tells of every script that is compiled, be it an element, a handler or an address.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.support.hostile_site import PAYLOADS, hostile_site
from tests.support.web_server import Reply, WebServer, web_server

BATCH = 60  # frames in one window
HTML = "text/html; charset=utf-8"
CANARY = "<!doctype html><title>x</title><img src=x onerror=alert(1)><script>fetch('//x.example/')</script>"
SCHEMES = """[...document.querySelectorAll('iframe')].flatMap((frame) =>
  [...frame.contentDocument.querySelectorAll('a[href]')].map((link) => link.protocol))"""

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_file(), reason=f"the collection of payloads is not at {PAYLOADS}"
)


@dataclass(slots=True)
class Window:
    """A window that remembers what has acted in it."""

    page: Page
    session: CDPSession
    own: str
    acted: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Tell of compiled scripts, dialogs, windows, and requests that leave for more than a picture."""
        # Playwright marks the methods it is given, which a slotted object does not take.
        self.session.on("Debugger.scriptParsed", lambda script: self._notice(script))  # noqa: PLW0108
        self.session.send("Debugger.enable")
        self.page.on("dialog", lambda dialog: (self.acted.append(dialog.message), dialog.dismiss()))
        self.page.on("popup", lambda popup: self.acted.append(f"window {popup.url}"))
        self.page.on("request", lambda request: self._judge(request.url, request.resource_type))

    def schemes(self) -> list[str]:
        """Return the schemes of all links in the frames, asked for in a world that the pages do not share."""
        frame = self.session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self.session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
        asked = {"expression": SCHEMES, "contextId": world, "returnByValue": True}
        found: list[str] = self.session.send("Runtime.evaluate", asked)["result"]["value"]
        return found

    def _notice(self, script: dict[str, Any]) -> None:
        world = script.get("executionContextAuxData", {})
        if world.get("isDefault", True):  # what is isolated from the page is Playwright's own
            self.acted.append(f"script {script['url']}")

    def _judge(self, url: str, kind: str) -> None:
        if not url.startswith(self.own) and kind != "image":
            self.acted.append(f"{kind} {url}")


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture(scope="module")
def pages(server: WebServer) -> list[str]:
    """Serve all pages, and the bodies of all feeds as a reader shows them; return their paths."""
    outputs = {f"/{key}": body for key, body in hostile_site().items()}
    for path in [path for path in outputs if path.endswith("feed.json")]:
        bodies = [item["content_html"] for item in json.loads(outputs[path])["items"]]
        shown = "<!doctype html><title>x</title>" + "".join(f"<div>{one}</div>" for one in bodies)
        outputs[f"{path}.html"] = shown.encode()
    for path, body in outputs.items():
        server.replies[path] = Reply(body, content_type=_type(path))
    found = [path for path in outputs if path.endswith(".html")]
    assert len(found) > 2000
    return found


def _type(key: str) -> str:
    kinds = {"html": HTML, "css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"}
    return kinds.get(key.rpartition(".")[2], "application/octet-stream")


@pytest.fixture
def window(browser: Browser, server: WebServer) -> Iterator[Window]:
    context = browser.new_context(bypass_csp=True)
    try:
        page = context.new_page()
        window = Window(page, context.new_cdp_session(page), server.url(""))
        window.watch()
        yield window
    finally:
        context.close()


def frames(server: WebServer, paths: Sequence[str]) -> str:
    """Serve a page that shows the given ones; return its address."""
    shown = "".join(f'<iframe src="{escape(path)}"></iframe>' for path in paths)
    server.replies["/frames"] = Reply(f"<!doctype html>{shown}".encode(), content_type=HTML)
    return server.url("/frames")


def test_the_watch_notices_what_acts(server: WebServer, window: Window) -> None:
    server.replies["/canary.html"] = Reply(CANARY.encode(), content_type=HTML)
    window.page.goto(frames(server, ("/canary.html",)), wait_until="load")
    window.page.wait_for_timeout(200)
    acted = " ".join(window.acted)
    assert "script " in acted
    assert "fetch http://x.example/" in acted
    assert "1" in window.acted, "the dialog's text"


def test_no_payload_acts_and_no_link_would(server: WebServer, pages: list[str], window: Window) -> None:
    schemes: set[str] = set()
    for start in range(0, len(pages), BATCH):
        paths = pages[start : start + BATCH]
        window.page.goto(frames(server, paths), wait_until="load")
        assert len(window.page.frames) == len(paths) + 1
        assert window.acted == [], f"among {paths}"
        schemes |= set(window.schemes())
    assert schemes <= {"http:", "https:", "mailto:"}
