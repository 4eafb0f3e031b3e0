"""The machine's own Chromium reading a portal, without a network: every request is answered here.

What the portal's folder has is answered from it, with the headers of the CDN; a picture of a publisher by a
picture; all else is refused and remembered in :attr:`Visit.strangers`. To use it in a test, ask for the
fixtures of ``tests/browser/conftest.py``: ``portal.visit("/", dark=True)`` gives a :class:`Visit`, whose
``page`` is Playwright's.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

from local.portal import Portal
from tests.support.saved_site import SavedSite

PROJECT = Path(__file__).resolve().parents[2]
PICTURES = PROJECT / "local" / "demo" / "publishers"
MISSING = "Chromium is not installed (apt-get install chromium), or CHROMIUM names no program"
DESKTOP, PHONE = (1280, 900), (360, 740)  # CSS pixels
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)
_ANY_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><path d="M0 0h16v9H0z"/></svg>'
_OBSERVE_SHIFTS = """
window.layoutShift = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.layoutShift += shift.value;
}).observe({type: "layout-shift", buffered: true});
"""


def chromium() -> str | None:
    """Return the path of Chromium, ``None`` where there is none; the variable CHROMIUM names another one."""
    names = (os.environ["CHROMIUM"],) if "CHROMIUM" in os.environ else _NAMES
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Run Chromium without a window while the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Visit:
    """One reader's window, and what it asked for and complained of."""

    page: Page
    portal: Portal
    origin: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    transferred: dict[str, int] = field(default_factory=dict)

    def open(self, path: str) -> None:
        """Open a page of the portal by its path and wait until it is shown."""
        self.page.goto(self.origin + path, wait_until="load")

    def wait_until(self, expression: str) -> None:
        """Return when a JavaScript expression is true; raise TimeoutError where it is not within ten seconds.

        Playwright's own waiting evaluates within the page, whose policy forbids that from the second time on.
        """
        for _ in range(100):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(100)
        raise TimeoutError(f"{expression} is never true")

    def layout_shift(self) -> float:
        """Return by how much the page has jumped so far (CLS); needs scripts."""
        self.page.wait_for_timeout(100)
        shift: float = self.page.evaluate("window.layoutShift")
        return shift

    def answer(self, route: Route) -> None:
        """Answer one request of the browser."""
        request = route.request
        address = urlsplit(request.url)
        if f"{address.scheme}://{address.netloc}" == self.origin:
            headers = {name.lower(): value for name, value in request.headers.items()}
            found = self.portal.answer(request.method, request.url.removeprefix(self.origin), headers)
            packed = self.portal.answer(request.method, address.path, {"accept-encoding": "gzip"})
            self.transferred[address.path] = len(packed.body)
            route.fulfill(status=found.status, headers=dict(found.headers), body=found.body)
        elif request.resource_type == "image":
            self._answer_picture(route, address.hostname or "", address.path)
        else:
            self.strangers.append(request.url)
            route.abort()

    def _answer_picture(self, route: Route, host: str, path: str) -> None:
        file = PICTURES / host.removesuffix(".localhost") / path.lstrip("/")
        if file.is_file():
            route.fulfill(body=file.read_bytes(), content_type="image/webp")
        else:
            route.fulfill(body=_ANY_PICTURE, content_type="image/svg+xml")


@dataclass(frozen=True, slots=True)
class BrowsedPortal:
    """A portal's folder and a browser to read it with."""

    browser: Browser
    site: SavedSite
    portal: Portal

    @contextmanager
    def visit(
        self,
        path: str = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        scripts: bool = True,
        scale: float = 1,
    ) -> Iterator[Visit]:
        """Open a page in a window of its own: no cookie, cache or setting is left from another.

        ``size`` is in CSS pixels, of which each is ``scale`` wide on the screen.
        """
        context = self.browser.new_context(
            viewport=ViewportSize(width=size[0], height=size[1]),
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            device_scale_factor=scale,
            locale="id-ID",
        )
        try:
            visit = Visit(context.new_page(), self.portal, self.site.portal_url)
            context.add_init_script(_OBSERVE_SHIFTS)
            # Playwright marks the methods it is given, which a slotted object does not take.
            context.route("**/*", lambda route: visit.answer(route))  # noqa: PLW0108
            visit.page.on("console", lambda message: _note(visit, message.type, message.text))
            visit.page.on("pageerror", lambda error: visit.complaints.append(f"error: {error}"))
            visit.open(path)
            yield visit
        finally:
            context.close()

    def paths(self) -> list[str]:
        """Return the paths of all pages."""
        return [f"/{key}" for key in self.site.keys if key.endswith(".html")]

    def examples(self) -> dict[str, str]:
        """Return the path of one page of each kind, by its name."""
        pages = {path: self.site.body(path[1:]).decode() for path in self.paths()}
        articles = {path: html for path, html in pages.items() if '<article class="article-text"' in html}
        return {
            "home": "/",
            "category": next(path for path in pages if path.startswith("/c/")),
            "source": next(path for path in pages if path.startswith("/s/")),
            "article": next(path for path, html in articles.items() if 'class="main-image"' in html),
            "article without picture": next(
                path for path, html in articles.items() if "<img" not in html.partition("<main")[2]
            ),
            "about": "/about.html",
            "missing": "/nowhere.html",
        }


def _note(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning"):
        visit.complaints.append(f"{kind}: {text}")
