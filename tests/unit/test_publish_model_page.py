"""The model page: an Indonesian article of a publisher that lets us show all of it, credited in full.

The golden files are what readers and subscribers get, byte for byte (names of static files aside).
After a wanted change, look at the difference and write them anew with NEWSWIRE_WRITE_GOLDEN=1.
"""

from __future__ import annotations

import hashlib
import os
import re

import pytest
from lxml import etree, html

from newswire.article import Article
from newswire.article_text import text_of
from tests.support.publish_world import golden, model_world

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


@pytest.fixture(scope="module")
def article() -> Article:
    return Article.from_json(golden("model_article.json").read_bytes())


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    world, item = model_world()
    assert world.publish(item) == set()
    return {
        "page": world.page(item),
        "feed": world.site.text("feed.xml"),
        "json": world.site.text("feed.json"),
    }


def _element(page: str, name: str) -> html.HtmlElement:
    (found,) = html.fromstring(page).find_class(name)
    return found


def _text(page: str, name: str) -> str:
    return " ".join(_element(page, name).text_content().split())


def test_the_text_of_the_article_element_is_unaltered(outputs: dict[str, str], article: Article) -> None:
    inside = re.search(
        r'<article class="article-text"[^>]*>(.*)</article>\n<section class="credit"',
        outputs["page"],
        re.DOTALL,
    )

    assert inside is not None
    text = text_of(inside[1])
    assert text == article.text
    assert hashlib.sha256(text.encode()).hexdigest() == article.provenance.text_sha256


def test_every_paragraph_stands_on_the_page_in_order(outputs: dict[str, str], article: Article) -> None:
    element = _element(outputs["page"], "article-text")
    lines = [" ".join(block.text_content().split()) for block in element.iter("p", "h2", "li")]

    assert lines == article.text.split("\n")


def test_the_dateline_stands_before_the_first_words_and_outside_the_text(outputs: dict[str, str]) -> None:
    assert _text(outputs["page"], "dateline") == "kabar.example –"
    assert "dateline" not in etree.tostring(_element(outputs["page"], "article-text"), encoding="unicode")
    assert outputs["page"].index('class="dateline"') < outputs["page"].index('class="article-text"')


def test_the_notice_names_the_owner_and_links_to_the_original(
    outputs: dict[str, str], article: Article
) -> None:
    notice = _element(outputs["page"], "notice")

    assert "berasal dari dan merupakan milik Harian Pesisir" in _text(outputs["page"], "notice")
    assert "tidak mengubah apa pun" in _text(outputs["page"], "notice")
    assert [link.get("href") for link in notice.iter("a")] == [article.url]
    assert _element(outputs["page"], "original").find("a").get("href") == article.url


def test_the_google_news_line_follows_the_notice(outputs: dict[str, str]) -> None:
    assert _text(outputs["page"], "follow") == "Ikuti Kabar Nusantara di Google News"
    assert outputs["page"].index('class="notice"') < outputs["page"].index('class="follow"')


def test_the_feed_item_carries_the_same_credit_in_its_body(outputs: dict[str, str], article: Article) -> None:
    (item,) = etree.fromstring(outputs["feed"].encode()).iter("item")
    body = html.fromstring(f"<div>{item.findtext(CONTENT)}</div>")
    text = " ".join(body.text_content().split())

    assert text.startswith("kabar.example – PAMEKASAN")
    for name in ("notice", "original", "follow"):
        assert _text(outputs["page"], name) in text
    assert item.findtext("source") == "Harian Pesisir"
    assert article.url in [link.get("href") for link in body.iter("a")]
    assert text_of(article.html).split("\n")[-1] in text


def test_the_page_and_the_item_are_the_golden_ones(outputs: dict[str, str]) -> None:
    page = re.sub(r"/static/(\w+)\.[0-9a-f]{12}\.", r"/static/\1.", outputs["page"])
    item = re.search(r"<item>.*</item>\n", outputs["feed"], re.DOTALL)
    assert item is not None
    if os.environ.get("NEWSWIRE_WRITE_GOLDEN"):
        golden("model_page.html").write_text(page, encoding="utf-8")
        golden("model_item.xml").write_text(item[0], encoding="utf-8")

    assert page == golden("model_page.html").read_text(encoding="utf-8")
    assert item[0] == golden("model_item.xml").read_text(encoding="utf-8")
