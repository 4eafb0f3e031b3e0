"""The demo publishers' pages: real enough to be read by the same libraries as anybody's."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest

from functions.extract.extraction import extract_page
from local.demo.newsroom import IMAGE_SIZE, Edition, editions, turning_points
from local.demo.site import Resource, build_site
from local.demo.spoken_dates import spoken_date
from local.demo.story_files import PUBLISHERS, load_publishers

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PUBLISHER_LIST = load_publishers()
BY_ID = {publisher.id: publisher for publisher in PUBLISHER_LIST}
LAST = START + turning_points(PUBLISHER_LIST)[-1]
MODEL = "perpustakaan-terapung-kembali-singgah-di-tujuh-pulau"


def _site(publisher: str, moment: datetime = LAST) -> dict[str, Resource]:
    return build_site(BY_ID[publisher], PUBLISHER_LIST, START, moment)


def _page(edition: Edition, moment: datetime = LAST) -> str:
    return _site(edition.publisher.id, moment)[edition.path].body.decode()


def _all_editions() -> list[Edition]:
    at_start = [edition for publisher in PUBLISHER_LIST for edition in editions(publisher, START, START)]
    at_end = [edition for publisher in PUBLISHER_LIST for edition in editions(publisher, START, LAST)]
    return at_start + [edition for edition in at_end if edition.updated > START]


ELEMENTS = {
    "paragraph": "<p>",
    "heading": "<h2>",
    "list": "<ul>",
    "quote": "<blockquote>",
    "table": "<table>",
}


def _extracted(edition: Edition) -> dict[str, Any]:
    body = _page(edition, max(START, edition.updated)).encode()
    language = edition.publisher.language
    asked = {"url": edition.url, "content_type": "text/html", "timezone": None, "language": language}
    return extract_page(body, asked)


ALL_EDITIONS = pytest.mark.parametrize(
    "edition", _all_editions(), ids=lambda edition: f"{edition.story.slug}@{edition.updated:%H%M}"
)


@ALL_EDITIONS
def test_extraction_of_a_page_yields_exactly_what_the_story_says(edition: Edition) -> None:
    found = _extracted(edition)
    assert found["text"] == "\n".join(block.text for block in edition.blocks)
    assert found["notice"] is edition.is_withdrawn
    assert found["authors"] == ([] if edition.is_withdrawn else list(edition.story.authors))


def test_lists_quotes_and_tables_are_extracted_as_what_they_are() -> None:
    told = {block.kind for edition in _all_editions() for block in edition.blocks}
    assert told == set(ELEMENTS)
    for edition in _all_editions():
        html = _extracted(edition)["html"]
        kinds = Counter(block.kind for block in edition.blocks)
        for kind in ("heading", "list", "quote", "table"):
            assert html.count(ELEMENTS[kind]) == kinds[kind]


def test_a_copy_names_the_page_that_it_was_copied_from() -> None:
    (copy,) = (edition for edition in _all_editions() if edition.story.original)
    original = next(e for e in _all_editions() if e.url == copy.canonical_url)
    assert copy.publisher != original.publisher
    assert copy.blocks == original.blocks
    found = _extracted(copy)
    assert (found["canonical_url"], found["foreign_canonical_url"]) == (None, original.url)


@pytest.mark.parametrize("publisher", sorted(BY_ID))
def test_every_page_is_valid_html(publisher: str) -> None:
    pages = [
        resource.body for resource in _site(publisher).values() if resource.media_type.startswith("text/html")
    ]
    assert len(pages) > 8
    for page in pages:
        html5lib.HTMLParser(strict=True).parse(page, transport_encoding="utf-8")


@pytest.mark.parametrize("publisher", sorted(BY_ID))
def test_every_link_and_picture_of_a_site_leads_somewhere(publisher: str) -> None:
    site, origin = _site(publisher), BY_ID[publisher].origin
    broken = [
        f"{path} -> {link}"
        for path, resource in site.items()
        if resource.media_type.startswith("text/html")
        for link in re.findall(r'(?:href|src)="([^"#]*)[^"]*"', resource.body.decode())
        if urljoin(origin, link).startswith(origin)
        and urlsplit(urljoin(origin + path, link)).path not in site
    ]
    assert broken == []


def test_the_model_page_has_all_that_surrounds_an_article_on_a_real_site() -> None:
    model = next(edition for edition in _all_editions() if edition.story.slug == MODEL)
    page = _page(model, START)
    for furniture in (
        'class="menu"',
        "Baca juga:",
        'class="share"',
        'class="comments"',
        "Terpopuler",
        "<footer",
    ):
        assert furniture in page
    assert '<time datetime="2026-01-05T05:40:00+07:00">Senin, 5 Januari 2026, 05.40 WIB</time>' in page
    assert 'Penulis: <span class="author">Ratri Anindita</span>' in page
    assert f'<meta property="og:title" content="{model.story.title}">' in page
    assert f'<link rel="canonical" href="{model.url}">' in page


@pytest.mark.parametrize(
    "edition",
    [edition for edition in _all_editions() if not edition.is_withdrawn],
    ids=lambda edition: f"{edition.story.slug}@{edition.updated:%H%M}",
)
def test_json_ld_tells_what_the_page_shows(edition: Edition) -> None:
    page = _page(edition, max(START, edition.updated))
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    document = json.loads(found[1])
    assert document["headline"] == edition.story.title
    assert [author["name"] for author in document.get("author", [])] == list(edition.story.authors)
    assert datetime.fromisoformat(document["datePublished"]) == edition.published
    assert datetime.fromisoformat(document["dateModified"]) == edition.updated
    shown = [] if edition.image_url is None else [edition.image_url]
    assert [image["url"] for image in document.get("image", [])] == shown


def test_an_edited_page_shows_the_new_text_and_says_since_when() -> None:
    def page(moment: datetime) -> str:
        return _site("angin-timur", moment)[
            "/nasional/perahu-malam-sungai-marga-mulai-diuji-coba"
        ].body.decode()

    before, after = page(START), page(START + timedelta(minutes=30))
    assert "empat perahu listrik" in before
    assert "Diperbarui" not in before
    assert "enam perahu listrik" in after
    assert "Diperbarui: Senin, 5 Januari 2026, 08.30 WIB" in after


def test_a_new_story_changes_no_other_article_page() -> None:
    before, after = _site("lumbung-niaga", LAST - timedelta(minutes=1)), _site("lumbung-niaga", LAST)
    new = "/pasar/jalur-feri-baru-pangkas-ongkos-kirim-sayur"
    assert set(after) - set(before) == {new}
    changed = {path for path in before if before[path].body != after[path].body}
    assert changed == {"/", "/pasar/", "/feed.json"}


def test_what_a_story_says_is_escaped_in_its_page() -> None:
    orrin = next(e for e in _all_editions() if e.story.slug.startswith("lake-orrin"))
    unsafe = 'a drawer marked "unknown"'
    assert any(unsafe in block.text for block in orrin.blocks)
    skerra = next(e for e in _all_editions() if e.story.slug.startswith("skerra"))
    assert "<h1>Skerra&#x27;s lighthouse keepers" in _page(skerra, START)


@pytest.mark.parametrize("picture", sorted(PUBLISHERS.glob("*/images/*")), ids=lambda path: path.name)
def test_every_picture_is_small_and_has_the_stated_size(picture: Path) -> None:
    body = picture.read_bytes()
    assert len(body) < 15_000
    # A lossy WebP: RIFF header, then the VP8 key frame's 14-bit width and height (RFC 6386 section 9.1).
    assert (body[:4], body[8:16]) == (b"RIFF", b"WEBPVP8 ")
    width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    assert (width, height) == IMAGE_SIZE


@pytest.mark.parametrize(
    ("moment", "language", "spoken"),
    [
        (datetime(2026, 1, 5, 1, 5, tzinfo=UTC), "id", "Senin, 5 Januari 2026, 08.05 WIB"),
        (datetime(2026, 12, 31, 17, 30, tzinfo=UTC), "id", "Jumat, 1 Januari 2027, 00.30 WIB"),
        (datetime(2026, 5, 2, 9, 0, tzinfo=UTC), "en", "Saturday, 2 May 2026, 09:00 GMT"),
    ],
)
def test_dates_are_printed_as_readers_of_the_language_expect(
    moment: datetime, language: str, spoken: str
) -> None:
    publisher = BY_ID["angin-timur" if language == "id" else "harbour-lantern"]
    assert spoken_date(moment, publisher.zone, publisher.language) == spoken
