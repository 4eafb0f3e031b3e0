"""Every known script injection, in every place of a page, through to the stored article."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.extract import records
from functions.extract.assembly import Page, tell
from functions.extract.extracted_page import ExtractedPage
from functions.extract.extraction import extract_page
from newswire.article import Article, Image
from newswire.messages import Hint
from newswire.urls import article_id
from tests.support.active_content import faults
from tests.support.articles import article as plain_article
from tests.support.attack_payloads import LEAD, OWN_PAYLOADS, PLACES, page_with
from tests.support.catalogues import catalogue, source

PAYLOADS = Path(__file__).parents[3] / "shared" / "attack" / "xss_payloads.json"
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
URL = "https://kabar.example/berita/1"
HINT = Hint(title="Harga beras turun")


def stored(page: str, hint: Hint) -> Article | None:
    """Return what extract stores of a page; None where it finds no article in it."""
    params = {
        "url": URL,
        "content_type": "text/html; charset=utf-8",
        "timezone": "Asia/Jakarta",
        "language": "id",
    }
    fields = ExtractedPage.from_answer(extract_page(page.encode("utf-8", "replace"), params))
    if not fields.text:
        return None
    story = tell(URL, hint, Page(fields, NOW, 200, URL, "0" * 64), "id")
    return records.first_article(story, article_id(URL), fields.site_name, catalogue(source()), NOW)


def judged(place: str, payloads: Iterable[str]) -> Iterator[tuple[Article | None, str, list[str]]]:
    """Yield of each payload what is stored, and what is wrong with it; the title is the page's own."""
    for payload in payloads:
        article = stored(page_with(payload, place), Hint())
        yield article, payload, [] if article is None else faults(article)


@pytest.mark.parametrize("place", PLACES)
def test_no_payload_of_ours_is_active_in_any_field_of_the_stored_article(place: str) -> None:
    results = list(judged(place, OWN_PAYLOADS))
    assert [(payload, found) for _, payload, found in results if found] == []
    swallowed = [payload for article, payload, _ in results if article is None or LEAD not in article.text]
    # What opens an element that takes everything for its text hides the article from readers, too.
    assert swallowed == [] or place in ("body", "raw attributes")
    assert len(swallowed) < len(OWN_PAYLOADS) / 10


REACHED = {
    "body": {"text", "html", "excerpt"},
    "raw attributes": {"title"},
    "text": {"text", "html", "title", "canonical_url"},
    "JSON-LD": {"title", "excerpt", "tags", "categories", "images"},
    "meta elements": {"excerpt", "tags", "categories", "images", "canonical_url"},
    "microdata": {"title", "tags", "images"},
    "every value": {"title", "text", "html", "excerpt", "tags", "categories", "images", "canonical_url"},
}


@pytest.mark.parametrize("place", PLACES)
def test_payloads_do_reach_the_fields_that_they_are_placed_for(place: str) -> None:
    articles = [article for article, _, _ in judged(place, OWN_PAYLOADS) if article is not None]
    told = {
        name for article in articles for name, value in asdict(article).items() if "alert(1)" in str(value)
    }
    assert told >= REACHED[place]


@pytest.mark.slow
@pytest.mark.skipif(not PAYLOADS.is_file(), reason=f"PAYLOADS NOT TESTED: none at {PAYLOADS}")
@pytest.mark.parametrize("place", ["body", "raw attributes", "every value"])
def test_no_known_payload_is_active_in_any_field_of_the_stored_article(place: str) -> None:
    payloads = [row["payload"] for row in json.loads(PAYLOADS.read_text(encoding="utf-8"))]
    bad, whole = [], 0
    for article, payload, found in judged(place, payloads):
        bad += [(payload, found)] if found else []
        whole += article is not None and LEAD in article.text
    assert len(payloads) > 2900
    assert bad == []
    assert whole > len(payloads) * 0.9


# --- The judge itself ---


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick='x'>a</p>",
        "<p style='x'>a</p>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href='java\tscript:alert(1)'>a</a>",
        "<a href='&#1;javascript:alert(1)'>a</a>",
        "<a href='/relative'>a</a>",
        "<img src='data:image/png;base64,AA'>",
        "<img src='x.jpg'>",
        "<svg></svg>",
        "<p>a",
        "<p>a</div></p>",
        "<!-- a -->",
        "<!DOCTYPE html>",
        "<?php ?>",
        "<p lang='a' lang='b'>a</p>",
        "<p>\x00</p>",
        "<p>\ufffe</p>",
        "<p id='a'>a</p>",
    ],
)
def test_the_judge_finds_fault_with_html_that_is_not_passive(html: str) -> None:
    assert faults(replace(plain_article(), html=html, origin="feed"))


def test_the_judge_finds_no_fault_with_a_plain_article() -> None:
    link = '<a href="https://a.example/?b&amp;c" rel="nofollow noopener">c</a>'
    html = f"<h2>A</h2><p>b &lt;script&gt; {link}<br>d</p>"
    assert faults(replace(plain_article(), html=html, text="A\nb <script> c\nd")) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "a\nb"},
        {"title": "a\x0b"},
        {"authors": ("a\ud800",)},
        {"tags": ("a\ufffe",)},
        {"canonical_url": "javascript:alert(1)"},
        {"canonical_url": "https://"},
        {"canonical_url": "//kabar.example/a"},
        {"canonical_url": "https://a@kabar.example/"},
        {"images": (Image("data:image/png,a"),)},
        {"images": (Image('https://kabar.example/"onerror=a'),)},
        {"images": (Image("https://kabar.example/a", alt="a\x00"),)},
        {"images": (Image("https://kabar.example/a", caption="\x1b"),)},
        {"text": "another text"},
    ],
)
def test_the_judge_finds_fault_with_every_field(changed: dict[str, object]) -> None:
    assert faults(replace(plain_article(), **changed))  # type: ignore[arg-type]  # one field each
