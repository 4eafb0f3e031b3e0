"""The demo's portal in Chromium, as readers with and without scripts, mouse, daylight and width have it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

import pytest

from tests.support.browser import DESKTOP, PHONE, BrowsedPortal, Visit

HOME_LIMIT, STYLE_LIMIT, SCRIPT_LIMIT = 60_000, 20_000, 15_000  # bytes as transferred, gzip
SHIFT_LIMIT = 0.05
EVERY_KIND = ("home", "category", "source", "article", "article without picture", "about", "missing")
# What Tab reaches, in the document's order, which is the order of reading.
STOPS = (
    "[...document.querySelectorAll('a[href], button, input, select, summary')]"
    ".filter((one) => one.checkVisibility())"
)
WIDER = """[...document.querySelectorAll('body *')].filter((one) => {
  const box = one.getBoundingClientRect(), clip = one.closest('.unseen, .skip');
  return !clip && box.width > 0 && box.right > document.documentElement.clientWidth + 1;
}).map((one) => one.tagName + '.' + one.className)"""


@pytest.fixture(scope="module")
def kinds(portal: BrowsedPortal) -> dict[str, str]:
    """Return the path of one page of each kind."""
    return portal.examples()


@pytest.fixture(params=EVERY_KIND)
def path(request: pytest.FixtureRequest, kinds: dict[str, str]) -> str:
    found: str = kinds[request.param]
    return found


def links(visit: Visit, selector: str = "main a") -> list[str]:
    found: list[str] = visit.page.eval_on_selector_all(selector, "links => links.map(link => link.href)")
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reader_gets_from_home_over_a_category_to_an_article_and_its_original(
    portal: BrowsedPortal, scripts: bool
) -> None:
    with portal.visit("/", scripts=scripts) as visit:
        visit.page.click("nav.sections a >> nth=0")
        assert "/c/" in visit.page.url
        headline = visit.page.inner_text("main h3 >> nth=0")
        visit.page.click("main h3 a >> nth=0")
        assert "/a/" in visit.page.url
        assert visit.page.inner_text("h1") == headline
        original = visit.page.get_attribute(".original a", "href") or ""
        assert ".localhost:" in original
        visit.page.click(".original a", no_wait_after=True)
        visit.page.wait_for_timeout(50)
        assert original in visit.strangers


def test_an_article_is_read_whole_without_scripts(portal: BrowsedPortal, kinds: dict[str, str]) -> None:
    with portal.visit(kinds["article"], scripts=False) as visit:
        text = visit.page.inner_text("article.article-text")
        assert len(text.split()) > 100
        assert visit.page.inner_text(".credit .notice")
        assert visit.page.locator(".main-image img").is_visible()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_nothing_is_complained_of_asked_elsewhere_or_moved(
    portal: BrowsedPortal, path: str, size: tuple[int, int], dark: bool
) -> None:
    with portal.visit(path, size=size, dark=dark) as visit:
        visit.page.mouse.wheel(0, 4000)  # lazy images come
        assert visit.layout_shift() < SHIFT_LIMIT
        missing = [line for line in visit.complaints if "404" in line]
        assert visit.complaints == missing
        assert not missing or path == "/nowhere.html"
        assert visit.strangers == []


def test_nothing_is_wider_than_a_phone(portal: BrowsedPortal, path: str) -> None:
    with portal.visit(path, size=PHONE) as visit:
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        # What may be wider scrolls in a box of its own, as a table does.
        visit.page.evaluate("window.scrollTo(9999, 0)")
        assert visit.page.evaluate("window.scrollX") == 0


def test_every_page_fits_a_phone(portal: BrowsedPortal) -> None:
    with portal.visit("/", size=PHONE) as visit:
        wide = {}
        for page in portal.paths():
            visit.open(page)
            if visit.page.evaluate("document.documentElement.scrollWidth") > PHONE[0]:
                wide[page] = visit.page.evaluate(WIDER)
        assert wide == {}


def test_the_keyboard_alone_skips_to_the_content(portal: BrowsedPortal, path: str) -> None:
    with portal.visit(path) as visit:
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.matches('a.skip')")
        box = visit.page.locator("a.skip").bounding_box()
        assert box is not None
        assert box["y"] >= 0, "the skip link is seen when it has the focus"
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "content"
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.closest('main, footer') !== null")


def focused(visit: Visit) -> Iterator[int]:
    """Press Tab until the focus leaves the page; yield the number of each stop, in their order.

    Where a box that scrolls, as of a table, has the focus, that is no stop of its own.
    """
    while True:
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("document.activeElement === document.body"):
            return
        stop: int = visit.page.evaluate(f"{STOPS}.indexOf(document.activeElement)")
        if stop >= 0:
            yield stop


def test_tab_reaches_every_link_in_reading_order_and_shows_where_it_is(
    portal: BrowsedPortal, path: str
) -> None:
    with portal.visit(path) as visit:
        total: int = visit.page.evaluate(f"{STOPS}.length")
        order, unmarked = [], []
        for stop in focused(visit):
            order.append(stop)
            style = visit.page.evaluate(
                "(({outlineStyle, outlineWidth}) => [outlineStyle, parseFloat(outlineWidth)])"
                "(getComputedStyle(document.activeElement))"
            )
            if style[0] == "none" or style[1] < 2:
                unmarked.append(stop)
        assert order == list(range(total))
        assert unmarked == []


def test_day_and_night_differ_by_the_readers_preference(portal: BrowsedPortal, path: str) -> None:
    found = []
    for dark in (False, True):
        with portal.visit(path, dark=dark) as visit:
            colour = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
            found.append(sum(map(int, re.findall(r"\d+", colour)[:3])))
    day, night = found
    assert day > 600
    assert night < 150


def test_pages_keep_within_their_budgets(portal: BrowsedPortal, kinds: dict[str, str]) -> None:
    for path in kinds.values():
        with portal.visit(path) as visit:
            sizes = visit.transferred
            assert sizes[path] <= HOME_LIMIT
            assert sum(size for name, size in sizes.items() if name.endswith(".css")) <= STYLE_LIMIT
            assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= SCRIPT_LIMIT


def test_every_style_and_script_that_is_published_keeps_within_the_budgets(portal: BrowsedPortal) -> None:
    for kind, limit in ((".css", STYLE_LIMIT), (".js", SCRIPT_LIMIT)):
        bodies = [portal.site.body(key) for key in portal.site.keys if key.endswith(kind)]
        assert sum(len(gzip.compress(body)) for body in bodies) <= limit


def test_images_have_their_space_reserved_and_come_when_they_are_needed(
    portal: BrowsedPortal, kinds: dict[str, str]
) -> None:
    with portal.visit("/", size=PHONE) as visit:
        images = visit.page.eval_on_selector_all(
            "main img",
            "images => images.map(one => [one.width, one.height, one.loading, one.complete,"
            " one.hasAttribute('width') && one.hasAttribute('height'), one.referrerPolicy])",
        )
        assert len(images) > 5
        assert all(width > 0 and height > 0 and sized for width, height, _, _, sized, _ in images)
        assert {policy for *_, policy in images} == {"no-referrer"}
        assert all(loading == "lazy" for _, _, loading, *_ in images[1:])
        assert not all(complete for *_, complete, _, _ in images), "what is far below is not asked for"
    with portal.visit(kinds["article"]) as visit:
        assert visit.page.eval_on_selector(".main-image img", "one => one.loading") != "lazy"


def test_links_of_every_page_lead_to_pages_that_exist(portal: BrowsedPortal) -> None:
    keys, dead = set(portal.site.keys), set()
    for page in portal.paths():
        html = portal.site.body(page[1:]).decode()
        inner = re.findall(r'<a[^>]* href="/([^"#?]*)', html)
        dead |= {(page, link) for link in inner if (link or "index.html") not in keys}
    assert dead == set()
