"""One article on several pages, with validators, and what was asked of each page."""

from __future__ import annotations

from newswire.article_history import PageRecord
from tests.support.extract_pages import HTML, page_body
from tests.support.extract_world import KABAR, World
from tests.support.web_server import Asked, Reply

PATH = "/berita/1"
ALL = f"{PATH}?page=all"
SATU = "Harga beras di pasar induk turun lima persen pada pekan ini karena panen raya."
DUA = "Petani berharap harga gabah tidak ikut turun sampai akhir bulan, kata ketua mereka."
TIGA = "Pedagang mengatakan bahwa pasokan akan tetap cukup sampai bulan depan."
RALAT = "Ralat: enam persen."


def numbered(number: int) -> str:
    """Return the path of an article's page."""
    return PATH if number == 1 else f"{PATH}?page={number}"


ONE, TWO, THREE = map(numbered, (1, 2, 3))


def text_and_reason(world: World) -> tuple[str, str | None]:
    """Return the stored article's text and, where its page is not shown, why not."""
    article = world.document()
    return article.text, article.reason


def publish(world: World, path: str, text: str, **fields: object) -> str:
    """Publish a page under a validator that is its own, and return its address."""
    body = page_body(text, **fields)
    world.web.replies[KABAR + path] = Reply(
        body, content_type=HTML, etag=f'"{path} {len(body)} {hash(body)}"'
    )
    return world.url(path)


def publish_pages(world: World, *texts: str) -> str:
    """Publish an article on so many pages and return its address."""
    links = [world.url(numbered(number)) for number in range(2, len(texts) + 1)]
    for number, text in enumerate(texts[1:], 2):
        publish(world, numbered(number), text)
    return publish(world, PATH, texts[0], further_pages=links)


def asked_now(world: World) -> list[Asked]:
    """Return the requests for pages since this was asked last."""
    asked = [one for one in world.web.asked if one.path.startswith(PATH)]
    world.web.asked.clear()
    return asked


def requests(world: World) -> list[tuple[str, bool]]:
    """Return the paths since this was asked last, and whether each was asked for conditionally."""
    return [(one.path, one.header("If-None-Match") is not None) for one in asked_now(world)]


def remembered(world: World) -> PageRecord:
    """Return what the only article's item remembers of its pages."""
    page = world.only().page
    assert page is not None
    return page
