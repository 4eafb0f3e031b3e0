"""Pictures in Chromium: from publishers' servers without moving the text, or ours without asking others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser

from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.image_copies import ImageCopy, stem_of
from tests.support.browser import DESKTOP, PHONE
from tests.support.pictures import picture_file
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World
from tests.support.world_portal import browsed

HOST = "https://www.harian.example"
MAIN, INSIDE = Image(f"{HOST}/utama.jpg"), Image(f"{HOST}/dalam.jpg")
BODY = f'<p>Satu.</p><figure><img src="{INSIDE.url}"><figcaption>Foto</figcaption></figure><p>Dua.</p>' * 3


def published(images: Any) -> tuple[World, ArticleItem]:
    """Publish an article with one picture above its text and three in it."""
    world = World(catalogue(source("harian", images=images)))
    item = world.add(1, images=(MAIN, INSIDE), html=BODY)
    copies = []
    for image, quality in ((MAIN, 70), (INSIDE, 80)):
        bodies = {
            width: picture_file(width, width // 2, "WEBP", quality=quality) for width in (320, 640, 1280)
        }
        copy = ImageCopy(image.url, stem_of(item.id, bodies), tuple(bodies), 640)
        for width, body in bodies.items():
            world.archive.put(copy.key(width), body, content_type="image/webp", cache_control="-")
        copies.append(copy)
    item = replace(item, image_copies=tuple(copies))
    world.articles.save(item)
    world.refresh()
    return world, item


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("images", ["remote", "copy"])
def test_pictures_come_without_moving_the_text(browser: Browser, images: str, size: tuple[int, int]) -> None:
    world, item = published(images)

    with browsed(browser, world).visit(f"/a/{item.slug}-{item.id}.html", size=size) as visit:
        for _ in range(4):
            visit.page.mouse.wheel(0, 600)
            visit.page.wait_for_timeout(100)
        visit.wait_until("[...document.images].every((image) => image.complete)")

        assert visit.page.evaluate("document.images.length") == 4
        assert visit.page.evaluate("[...document.images].every((image) => image.naturalWidth > 0)")
        assert visit.layout_shift() < 0.001
        assert visit.complaints == []


@pytest.mark.parametrize(("size", "widths"), [(PHONE, {"640"}), (DESKTOP, {"1280"})])
def test_with_copies_no_other_server_is_asked(
    browser: Browser, size: tuple[int, int], widths: set[str]
) -> None:
    world, item = published("copy")
    asked: list[str] = []

    with browsed(browser, world).visit("/about.html", size=size) as visit:
        visit.page.on("request", lambda request: asked.append(request.url))
        for path in ("/", f"/a/{item.slug}-{item.id}.html"):
            visit.open(path)
            visit.page.mouse.wheel(0, 4000)
            visit.page.wait_for_timeout(200)

    assert {address.split("/")[2] for address in asked} == {"kabar.example"}
    pictures = {address for address in asked if "/images/" in address}
    assert {address.rpartition("-")[2].partition(".")[0] for address in pictures} >= widths
