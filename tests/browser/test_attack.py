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
from playwright.sync_api import Browser, CDPSession, Dialog, Page, expect

from tests.support.hostile_site import PAYLOADS, hostile_site
from tests.support.web_server import Reply, WebServer, web_server

BATCH = 60  # pages at once
OPENED = 20  # one page in so many is opened as it is, too
HTML = "text/html; charset=utf-8"
CANARY = "<!doctype html><title>x</title><img src=x onerror=alert(1)><script>fetch('//x.example/')</script>"
# Chromium parses each page as it would when opening it, and the tree becomes part of this one: what is in it
# loads, fails and fires as it would there. That is faster than opening the page.
TAKE_IN = """(async () => {
  const found = {schemes: [], scripts: 0};
  document.body.replaceChildren();
  for (const source of await (await fetch("/batch")).json()) {
    const page = new DOMParser().parseFromString(source, "text/html");
    found.schemes.push(...[...page.links].map((link) => link.protocol));
    const harmless = "[type='application/ld+json'], [src^='/static/']";
    found.scripts += page.querySelectorAll(`script:not(${harmless})`).length;
    document.body.append(document.adoptNode(page.documentElement));
  }
  await Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.complete || new Promise((done) => {
      image.addEventListener("load", done);
      image.addEventListener("error", done);
    });
  }));
  return found;
})()"""

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
        self.page.on("dialog", lambda dialog: self._dismiss(dialog))  # noqa: PLW0108  # as above
        self.page.on("popup", lambda popup: self.acted.append(f"window {popup.url}"))
        self.page.on("request", lambda request: self._judge(request.url, request.resource_type))

    def take_in(self) -> dict[str, Any]:
        """Make the pages of ``/batch`` part of this one; return their links' schemes and number of scripts.

        What does it runs in a world that the pages do not share.
        """
        frame = self.session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self.session.send("Page.createIsolatedWorld", {"frameId": frame})["executionContextId"]
        asked = {"expression": TAKE_IN, "contextId": world, "returnByValue": True, "awaitPromise": True}
        found: dict[str, Any] = self.session.send("Runtime.evaluate", asked)["result"]["value"]
        return found

    def _dismiss(self, dialog: Dialog) -> None:
        self.acted.append(dialog.message)
        dialog.dismiss()

    def _notice(self, script: dict[str, Any]) -> None:
        world = script.get("executionContextAuxData", {})
        ours = script["url"].startswith(f"{self.own}/static/")
        if world.get("isDefault", True) and not ours:  # what is isolated from the page is Playwright's own
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
        server.replies[path] = Reply(b"" if path.endswith(".css") else body, content_type=_type(path))
    found = [path for path in outputs if path.endswith(".html")]
    assert len(found) > 2000
    return found


def _type(key: str) -> str:
    kinds = {"html": HTML, "css": "text/css", "svg": "image/svg+xml", "js": "text/javascript"} | {
        "xml": "application/xml; charset=utf-8",  # as browsers get feeds
        "json": "application/json",
    }
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


def serve_batch(server: WebServer, paths: Sequence[str]) -> None:
    """Serve the text of pages as one answer."""
    texts = [server.replies[path].body.decode() for path in paths]
    server.replies["/batch"] = Reply(json.dumps(texts).encode(), content_type="application/json")


def test_the_watch_notices_what_acts(server: WebServer, window: Window) -> None:
    server.replies["/canary.html"] = Reply(CANARY.encode(), content_type=HTML)
    window.page.goto(frames(server, ["/canary.html"]), wait_until="load")
    window.page.wait_for_timeout(200)
    acted = " ".join(window.acted)
    assert "script " in acted
    assert "fetch http://x.example/" in acted
    assert "1" in window.acted, "the dialog's text"


def test_the_watch_notices_what_acts_when_it_is_taken_in(server: WebServer, window: Window) -> None:
    server.replies["/canary.html"] = Reply(CANARY.encode(), content_type=HTML)
    window.page.goto(frames(server, []), wait_until="load")
    serve_batch(server, ["/canary.html"])
    assert window.take_in() == {"schemes": [], "scripts": 1}
    assert "1" in window.acted, "the dialog of the image's handler"
    assert [line for line in window.acted if line.startswith("script ")]


def test_no_payload_acts_in_any_page(server: WebServer, pages: list[str], window: Window) -> None:
    window.page.goto(frames(server, []), wait_until="load")
    schemes: set[str] = set()
    for start in range(0, len(pages), BATCH):
        paths = pages[start : start + BATCH]
        serve_batch(server, paths)
        found = window.take_in()
        schemes |= set(found["schemes"])
        assert (window.acted, found["scripts"]) == ([], 0), f"among {paths}"
    assert schemes <= {"http:", "https:", "mailto:"}


def test_no_payload_acts_when_its_page_is_opened(server: WebServer, pages: list[str], window: Window) -> None:
    opened = pages[::OPENED]
    for start in range(0, len(opened), BATCH):
        paths = opened[start : start + BATCH]
        window.page.goto(frames(server, paths), wait_until="load")
        assert len(window.page.frames) == len(paths) + 1
        assert window.acted == [], f"among {paths}"


def test_no_payload_acts_where_a_feed_a_sitemap_or_json_is_opened(
    server: WebServer, pages: list[str], window: Window
) -> None:
    assert pages
    channels = [path for path in server.replies if path.endswith((".xml", ".opml", "archive.json"))]
    articles = [path for path in server.replies if path.startswith("/json/")]
    opened = [*(path for path in channels if path.count("/") == 1), *articles[::OPENED], "/corrections.json"]
    for start in range(0, len(opened), BATCH):
        paths = opened[start : start + BATCH]
        window.page.goto(frames(server, paths), wait_until="load")
        assert window.acted == [], f"among {paths}"
    assert len(opened) > 100


def test_no_payload_acts_among_the_results_of_search(
    server: WebServer, pages: list[str], window: Window
) -> None:
    assert "/search.html" in pages
    files = [reply.body for path, reply in server.replies.items() if path.startswith("/search/2")]
    rows = {row["id"] for body in files for row in json.loads(body)["articles"]}
    assert len(rows) > 2500
    (script,) = [path for path in server.replies if path.startswith("/static/search.")]
    body = server.replies[script].body
    assert b"const SHOWN = 20;" in body
    server.replies[script] = Reply(
        body.replace(b"const SHOWN = 20;", b"const SHOWN = 5000;"), content_type="text/javascript"
    )
    window.page.goto(server.url("/search.html"), wait_until="load")
    window.page.select_option("#c", "nasional")
    expect(window.page.locator("#results > li")).to_have_count(len(rows), timeout=120_000)
    assert window.acted == []
    names = "[...new Set([...document.querySelectorAll('#results *')].map((one) => one.localName))].sort()"
    assert window.page.evaluate(names) == ["a", "article", "div", "h2", "li", "p", "span", "time"]
    schemes = "[...new Set([...document.querySelectorAll('#results a[href]')].map((one) => one.protocol))]"
    assert set(window.page.evaluate(schemes)) <= {"http:", "https:"}
