"""Search in Chromium: over the demo's portal, and over files of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.search import ORIGIN, articles, portal_files
from functions.publish.search_index import INDEX_KEY
from functions.publish.search_rows import SearchRow, document, search_key
from tests.support.browser import PHONE, BrowsedPortal, Visit
from tests.support.publish_catalogues import catalogue

Opened = Callable[[dict[str, bytes], str], "Searched"]
_KINDS = {"html": "text/html", "js": "text/javascript", "json": "application/json", "css": "text/css"}


class Searched:
    """A window on a portal of files of our own making, and what it asked for."""

    def __init__(self, page: Page, files: dict[str, bytes]) -> None:
        self.page = page
        self.files = files
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.route("**/*", self.answer)

    def answer(self, route: Route) -> None:
        """Answer a request from the files."""
        address = urlsplit(route.request.url)
        self.asked.append(address.path if route.request.url.startswith(ORIGIN) else route.request.url)
        body = self.files.get(address.path)
        if body is None or not route.request.url.startswith(ORIGIN):
            route.fulfill(status=404)
        else:
            kind = _KINDS.get(address.path.rpartition(".")[2], "image/svg+xml")
            route.fulfill(body=body, content_type=kind)

    @property
    def partitions(self) -> list[str]:
        """The partitions that were asked for."""
        return [path for path in self.asked if path.startswith("/search/2")]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    contexts = []

    def open_page(files: dict[str, bytes], address: str = "/search.html") -> Searched:
        context = browser.new_context(locale="id-ID")
        contexts.append(context)
        searched = Searched(context.new_page(), files)
        searched.page.goto(ORIGIN + address)
        return searched

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def ten_thousand() -> dict[str, bytes]:
    return portal_files(catalogue(), articles(10_000))


def titles(visit: Visit | Searched) -> list[str]:
    found: list[str] = visit.page.locator("#results h2").all_inner_texts()
    return found


def headline(portal: BrowsedPortal) -> str:
    """Return the headline of an article that the demo's portal carries."""
    index = json.loads(portal.site.body(INDEX_KEY))
    rows = json.loads(portal.site.body(search_key(index["partitions"][0]["name"])))["articles"]
    found: str = next(row["title"] for row in rows if "page" in row)
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_typing_shows_results_that_lead_to_articles(portal: BrowsedPortal, dark: bool) -> None:
    with portal.visit("/", dark=dark) as visit:
        wanted = headline(portal)
        visit.page.click(".masthead a[href^='/search.html']")
        expect(visit.page.locator("#q")).to_be_focused()
        visit.page.keyboard.type(wanted)
        expect(visit.page.locator("#results h2").first).to_have_text(wanted)
        expect(visit.page.locator("#found")).to_contain_text("artikel")
        visit.page.locator("#results h2 a").first.click()
        assert visit.page.inner_text("h1") == wanted
        assert visit.complaints == []
        assert visit.strangers == []


def test_a_keyboard_alone_types_filters_and_opens_a_result(portal: BrowsedPortal) -> None:
    with portal.visit("/search.html") as visit:
        keyboard = visit.page.keyboard
        visit.page.focus("a.skip")
        keyboard.press("Enter")
        for _ in range(30):
            keyboard.press("Tab")
            if visit.page.evaluate("document.activeElement.id") == "q":
                break
        wanted = headline(portal)
        keyboard.type(wanted.split()[0].lower())
        expect(visit.page.locator("#results li").first).to_be_visible()
        keyboard.press("Enter")
        assert "search.html" in visit.page.url
        for stop in ("BUTTON", "SELECT", "SELECT", "A"):
            keyboard.press("Tab")
            assert visit.page.evaluate("document.activeElement.tagName") == stop
        while visit.page.evaluate("document.activeElement.closest('h2') === null"):
            keyboard.press("Tab")
        chosen = visit.page.evaluate("document.activeElement.textContent")
        keyboard.press("Enter")
        visit.page.wait_for_url(lambda url: "search.html" not in url)
        assert chosen in (visit.page.title(), *visit.page.locator("h1").all_inner_texts()) or visit.strangers


def test_without_scripts_the_page_says_so_and_leads_to_the_archive(portal: BrowsedPortal) -> None:
    with portal.visit("/search.html", scripts=False) as visit:
        assert "JavaScript" in visit.page.inner_text("main")
        assert not visit.page.is_visible("form.search")
        visit.page.click("main a[href='/archive.html']")
        assert visit.page.url.endswith("/archive.html")


def test_search_fits_a_phone_and_does_not_jump(portal: BrowsedPortal) -> None:
    with portal.visit("/search.html?q=a", size=PHONE) as visit:
        expect(visit.page.locator("#results li").first).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert visit.layout_shift() < 0.05


def test_an_address_with_a_query_shows_its_results_and_typing_changes_it(
    opened: Opened, ten_thousand: dict[str, bytes]
) -> None:
    searched = opened(ten_thousand, "/search.html?q=harga+beras&c=ekonomi")
    expect(searched.page.locator("#results li").first).to_be_visible()
    assert searched.page.input_value("#c") == "ekonomi"
    assert set(searched.page.locator("#results .kicker").all_inner_texts()) == {"Ekonomi"}

    searched.page.fill("#q", "banjir")

    searched.page.wait_for_url("**/search.html?q=banjir&c=ekonomi")


def test_a_first_result_needs_the_list_and_few_partitions(
    opened: Opened, ten_thousand: dict[str, bytes]
) -> None:
    searched = opened(ten_thousand, "/search.html?q=harga")
    expect(searched.page.locator("#results li").first).to_be_visible()
    expect(searched.page.locator("#results")).to_have_attribute("aria-busy", "false")

    assert searched.asked.count(f"/{INDEX_KEY}") == 1
    assert len(searched.partitions) <= 3
    assert searched.partitions[0] == "/search/2026-01-20.json"


def test_what_is_rare_is_looked_for_further_back_and_in_all_that_there_is(
    opened: Opened, ten_thousand: dict[str, bytes]
) -> None:
    searched = opened(ten_thousand, "/search.html?q=zzzzz")
    for _ in range(5):
        expect(searched.page.locator("#results")).to_have_attribute("aria-busy", "false")
        if not searched.page.is_visible("#more"):
            break
        searched.page.click("#more")

    expect(searched.page.locator("#found")).to_contain_text(
        "Tidak ada yang ditemukan di antara 10.000 artikel"
    )
    assert sorted(searched.partitions) == sorted(
        path for path in searched.files if path.startswith("/search/2")
    )


def test_more_results_come_on_demand_and_take_the_focus_along(
    opened: Opened, ten_thousand: dict[str, bytes]
) -> None:
    searched = opened(ten_thousand, "/search.html?q=harga")
    expect(searched.page.locator("#results li")).to_have_count(20)
    expect(searched.page.locator("#results")).to_have_attribute("aria-busy", "false")

    searched.page.focus("#more")
    searched.page.keyboard.press("Enter")

    expect(searched.page.locator("#results li")).to_have_count(40)
    expect(searched.page.locator("#results li").nth(20).locator("h2 a")).to_be_focused()


def test_a_keystroke_over_ten_thousand_articles_is_answered_at_once(
    opened: Opened, ten_thousand: dict[str, bytes]
) -> None:
    """The results are there when the event's handlers return: nothing is waited for."""
    searched = opened(ten_thousand, "/search.html?q=zzzzz")
    for _ in range(5):
        expect(searched.page.locator("#results")).to_have_attribute("aria-busy", "false")
        if searched.page.is_visible("#more"):
            searched.page.click("#more")
    expect(searched.page.locator("#found")).to_contain_text("10.000 artikel")

    found = searched.page.evaluate(
        """() => {
          const input = document.querySelector("#q");
          input.value = "menteri";
          input.dispatchEvent(new Event("input", {bubbles: true}));
          return document.querySelectorAll("#results li").length;
        }"""
    )

    assert found == 20


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def hostile_rows() -> dict[str, SearchRow]:
    base = replace(
        articles(1)[0], title=f"Jahat {HOSTILE}", excerpt=HOSTILE, name=HOSTILE, owner="@x.example"
    )
    links = ("javascript:alert(3)", " \x01javascript:alert(3)", "data:text/html,<script>alert(4)</script>")
    pages = ("../../javascript:alert(5)", "//evil.example/a.html")
    rows = [
        *(replace(base, id=f"link{at}", page=None, link=link) for at, link in enumerate(links)),
        *(replace(base, id=f"page{at}", page=page) for at, page in enumerate(pages)),
    ]
    return {row.id: row for row in rows}


def test_whatever_stands_in_a_row_becomes_text_or_an_address_of_the_web(opened: Opened) -> None:
    files = portal_files(catalogue(), articles(1))
    (name,) = [path for path in files if path.startswith("/search/2")]
    files[name] = document(hostile_rows())

    searched = opened(files, "/search.html?q=jahat")

    expect(searched.page.locator("#results li")).to_have_count(5)
    assert searched.page.locator("#results img, #results script").count() == 0
    assert set(titles(searched)) == {f"Jahat {HOSTILE}"}
    assert searched.page.locator("#results h2 a[href]").count() == 0
    assert searched.complaints == []
    assert not [path for path in searched.asked if not path.startswith("/")]


def test_a_query_that_is_markup_is_only_looked_for(opened: Opened) -> None:
    searched = opened(
        portal_files(catalogue(), articles(1)), "/search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    )
    expect(searched.page.locator("#found")).to_contain_text("Tidak ada yang ditemukan")
    assert searched.page.locator("main img").count() == 0
    assert searched.complaints == []


def test_a_failed_request_is_told_and_can_be_tried_again(opened: Opened) -> None:
    files = portal_files(catalogue(), articles(50))
    index = files.pop(f"/{INDEX_KEY}")
    searched = opened(files, "/search.html?q=a")
    expect(searched.page.locator("#found")).to_contain_text("tidak dapat dimuat")

    files[f"/{INDEX_KEY}"] = index
    searched.page.click("#more")

    expect(searched.page.locator("#results li").first).to_be_visible()


def test_a_list_that_names_what_has_moved_on_is_read_again(opened: Opened) -> None:
    files = portal_files(catalogue(), articles(120))
    moved = "/search/2026-01-20.json"
    rows, newer = files[moved], json.loads(files[f"/{INDEX_KEY}"])
    newer["partitions"][0]["name"] = "2026-01-20-12"
    files[moved] = document({})
    searched_index = [files[f"/{INDEX_KEY}"], json.dumps(newer).encode()]
    files["/search/2026-01-20-12.json"] = rows

    class Changing(dict[str, bytes]):
        def get(self, key: str, default: bytes | None = None) -> bytes | None:  # type: ignore[override]
            if key == f"/{INDEX_KEY}":
                return searched_index.pop(0) if len(searched_index) > 1 else searched_index[0]
            return super().get(key, default)

    searched = opened(Changing(files), "/search.html?s=harian")

    expect(searched.page.locator("#found")).to_contain_text("120 artikel")
