"""Words without an end, and pictures of absurd sizes, in every field: no page becomes wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route

from newswire.article import Image
from newswire.article_item import Via
from newswire.clock import instant
from tests.support.browser import PHONE
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

ORIGIN = "https://kabar.example"
WORD = "Pertanggungjawaban" * 20
CARRIER = {"feed": Via("warta", "https://www.warta.example/rss.xml", instant(NOW))}
HTML = (
    f"<h2>{WORD}</h2><p>{WORD} <a href='https://x.example/{WORD}'>{WORD}</a> <code>{WORD}</code></p>"
    f"<pre>{WORD}</pre><table><tr><td>{WORD}</td><td>{WORD}</td></tr></table><ul><li>{WORD}</li></ul>"
    f"<blockquote>{WORD}</blockquote><p><img src='https://x.example/a' width='9000' height='9' alt=''></p>"
)
KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
}
LISTS = (
    "index.html",
    "c/nasional.html",
    "s/harian.html",
    "d/2026-01-02.html",
    "corrections.html",
    "about.html",
)


def site() -> dict[str, bytes]:
    """Return a portal of such articles by path."""
    world = World(
        catalogue(
            source("harian", name=WORD[:300], licence=WORD),
            source("warta", display="excerpt", others="excerpt"),
        )
    )
    world.refresh()
    items = []
    for number in range(12):
        item = world.add(
            number,
            ("harian", "@lain.example", "warta")[number % 3],
            title=WORD,
            html=HTML,
            authors=(WORD,),
            excerpt=WORD,
            images=(Image("https://x.example/b.jpg", WORD, WORD, 9, 99999),) if number % 2 else (),
            via=CARRIER,
            url=f"https://www.lain.example/{number}",
        )
        items.append(replace(item, owner=replace(item.owner, name=WORD[:100]), revised=instant(NOW)))
        world.articles.save(items[-1])
    assert world.publish(*items) == set()
    return {f"/{key}": body for key, body in world.written().items()}


@pytest.fixture
def phone(browser: Browser) -> Iterator[tuple[Page, dict[str, bytes]]]:
    files = site()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).partition("?")[0]
        if path in files:
            kind = KINDS.get(path.rpartition(".")[2], "image/svg+xml")
            route.fulfill(body=files[path], content_type=kind)
        else:
            route.fulfill(status=404)

    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    try:
        page = context.new_page()
        page.route("**/*", answer)
        yield page, files
    finally:
        context.close()


def test_no_page_is_wider_than_a_phone(phone: tuple[Page, dict[str, bytes]]) -> None:
    page, files = phone
    articles = [path for path in files if path.startswith("/a/")]
    assert len(articles) == 12
    widths = {}
    for path in [*(f"/{key}" for key in LISTS), *articles[:4], "/search.html?c=nasional"]:
        page.goto(f"{ORIGIN}{path}")
        if path.startswith("/search"):
            page.locator("#results h2").first.wait_for()
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(widths, PHONE[0])
