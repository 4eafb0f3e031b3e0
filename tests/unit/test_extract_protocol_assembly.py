"""One article out of what the page and the feed say: whom is trusted with what."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.extract.assembly import (
    EXCERPT_LIMIT,
    NoPage,
    Page,
    Story,
    article,
    listing_time,
    published_by,
    tell,
    text_hash,
)
from functions.extract.extracted_page import ExtractedPage
from newswire.article import Article, Image
from newswire.article_item import LATEST_LISTING
from newswire.article_text import text_of
from newswire.clock import instant
from newswire.messages import Hint
from tests.support.articles import OWNER
from tests.support.extract_pages import EXTRACTOR, TEXT, extracted

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
URL = "https://kabar.example/berita/1"
FINAL = "https://www.kabar.example/berita/1"
NO_PAGE = NoPage("HTTP 404", NOW, 404, FINAL)
FEED = Hint(
    title="Kata umpan",
    published="2026-01-05T06:00:00+07:00",
    updated="2026-01-05T07:00:00+07:00",
    authors=("Redaksi",),
    categories=("Ekonomi",),
    summary="Ringkasan umpan.",
    content="<p>Isi <b>umpan</b>.</p>",
    image="https://kabar.example/umpan.jpg",
    language="id",
)
SAID_BY_PAGE: dict[str, Any] = {
    "title": "Kata halaman",
    "published": "2026-01-05T05:00:00+07:00",
    "updated": "2026-01-05T05:30:00+07:00",
    "authors": ["Siti", "Budi"],
    "categories": ["Bisnis"],
    "tags": ["beras"],
    "excerpt": "Ringkasan halaman.",
    "images": [{"url": "https://kabar.example/halaman.jpg", "alt": "Beras", "width": 800}],
    "language": "en",
    "canonical_url": FINAL,
}


def page(**fields: Any) -> Page:
    return Page(ExtractedPage.from_answer(extracted(**{**SAID_BY_PAGE, **fields})), NOW, 200, FINAL, "p" * 64)


def blank_page() -> Page:
    return Page(ExtractedPage.from_answer(extracted(title=None)), NOW, 200, FINAL, "p" * 64)


def story(hint: Hint = FEED, outcome: Page | NoPage = NO_PAGE) -> Story:
    return tell(URL, hint, outcome, "ms")


def test_headline_dates_and_categories_are_the_feeds() -> None:
    told = story(FEED, page())
    assert told.title == "Kata umpan"
    assert (told.published, told.updated) == ("2026-01-05T06:00:00+07:00", "2026-01-05T07:00:00+07:00")
    assert (told.categories, told.excerpt) == (("Ekonomi",), "Ringkasan umpan.")


def test_text_byline_tags_pictures_and_language_are_the_pages() -> None:
    told = story(FEED, page())
    assert (told.text, told.html) == (TEXT, "".join(f"<p>{line}</p>" for line in TEXT.splitlines()))
    assert (told.authors, told.tags, told.language) == (("Siti", "Budi"), ("beras",), "en")
    assert told.images == (Image("https://kabar.example/halaman.jpg", alt="Beras", width=800),)
    assert (told.origin, told.reason, told.canonical_url) == ("page", None, FINAL)


def test_the_page_speaks_where_the_feed_is_silent() -> None:
    told = story(Hint(), page())
    assert (told.title, told.published) == ("Kata halaman", "2026-01-05T05:00:00+07:00")
    assert (told.updated, told.categories) == ("2026-01-05T05:30:00+07:00", ("Bisnis",))
    assert told.excerpt == "Ringkasan halaman."


def test_the_feed_speaks_where_the_page_is_silent() -> None:
    told = story(FEED, blank_page())
    assert (told.authors, told.language) == (("Redaksi",), "id")
    assert told.images == (Image("https://kabar.example/umpan.jpg"),)


def test_what_nobody_says_is_unknown_and_never_guessed() -> None:
    told = story(Hint(), blank_page())
    assert (told.title, told.published, told.updated, told.canonical_url) == (None, None, None, None)
    assert (told.authors, told.categories, told.tags, told.images) == ((), (), (), ())


def test_the_sources_language_is_the_last_resort() -> None:
    assert story(Hint(), blank_page()).language == "ms"
    assert story(Hint()).language == "ms"
    assert story(FEED).language == "id"


def test_an_excerpt_is_cut_out_of_the_text_where_nobody_wrote_one() -> None:
    text = "Kalimat tentang harga beras. " * 30
    told = story(Hint(), page(excerpt=None, text=text))
    assert told.excerpt.endswith("…")
    assert len(told.excerpt) <= EXCERPT_LIMIT
    assert text.startswith(told.excerpt.removesuffix("…"))


@pytest.mark.parametrize(
    ("published", "stated", "updated"),
    [
        ("2026-01-05T06:00:00+07:00", ("2026-01-05T06:00:00+07:00", None), None),
        ("2026-01-05T06:00:00+07:00", ("2026-01-04T23:00:00Z", "2026-01-05T05:00:00+07:00"), None),
        (
            "2026-01-05T06:00:00+07:00",
            ("2026-01-05T01:00:00Z", "2026-01-05T07:30:00+07:00"),
            "2026-01-05T01:00:00Z",
        ),
        (None, ("2026-01-05T01:00:00Z", None), "2026-01-05T01:00:00Z"),
    ],
)
def test_an_update_is_the_latest_moment_after_publication(
    published: str | None, stated: tuple[str | None, str | None], updated: str | None
) -> None:
    by_feed, by_page = stated
    told = story(Hint(published=published, updated=by_feed), page(published=None, updated=by_page))
    assert told.updated == updated


def test_a_page_is_proved_by_hashes_and_the_extractors_name() -> None:
    proof = story(FEED, page()).provenance
    assert (proof.fetched, proof.status, proof.final_url) == (instant(NOW), 200, FINAL)
    assert (proof.page_sha256, proof.extractor) == ("p" * 64, EXTRACTOR)
    assert proof.text_sha256 == hashlib.sha256(TEXT.encode()).hexdigest() == text_hash(TEXT)


def test_the_feeds_content_is_the_article_where_there_is_no_page() -> None:
    told = story()
    assert (told.html, told.text) == ("<p>Isi <b>umpan</b>.</p>", "Isi umpan.")
    assert (told.origin, told.reason, told.canonical_url, told.tags) == ("feed", "HTTP 404", None, ())
    assert (told.title, told.authors, told.updated) == ("Kata umpan", ("Redaksi",), FEED.updated)
    proof = told.provenance
    assert (proof.status, proof.final_url, proof.page_sha256, proof.extractor) == (404, FINAL, None, "feed")
    assert proof.text_sha256 == text_hash("Isi umpan.")


def test_with_summary_only_the_feeds_content_is_left_aside() -> None:
    told = tell(URL, FEED, NoPage("display: link", NOW), "id", summary_only=True)
    assert (told.html, told.text) == ("<p>Ringkasan umpan.</p>", "Ringkasan umpan.")
    bare = tell(URL, replace(FEED, summary=None), NoPage("display: link", NOW), "id", summary_only=True)
    assert (bare.html, bare.text, bare.excerpt) == ("", "", "")


@given(st.text(max_size=60))
def test_a_summary_of_any_characters_is_text_and_the_text_of_its_html(summary: str) -> None:
    told = story(Hint(title="Judul", summary=summary))
    assert told.text == text_of(told.html)
    assert "<" not in told.html.removeprefix("<p>").removesuffix("</p>")


def test_a_headline_is_one_line_of_bounded_length() -> None:
    document = stored(story(Hint(title=f" Harga\n\tberas\x00 {'turun ' * 200}")))
    assert document.title.startswith("Harga beras turun turun")
    assert len(document.title) <= 500


def stored(told: Story) -> Article:
    return article(
        told, identity="a" * 16, revision=1, owner=OWNER, first_seen=instant(NOW), listed=instant(NOW)
    )


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - made aware by timezones
def test_the_listing_time_is_never_late_and_never_more_than_three_days_early(published: datetime) -> None:
    listed = listing_time(published.isoformat(), NOW)
    assert timedelta(0) <= NOW - listed <= LATEST_LISTING == timedelta(hours=72)
    assert listed == published or not timedelta(0) <= NOW - published <= LATEST_LISTING


def test_an_article_without_a_date_is_listed_when_it_was_seen() -> None:
    assert listing_time(None, NOW) == NOW


SEEN = "2026-01-05T01:00:00.250Z"


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("2026-01-05T08:00:01+07:00", "2026-01-05T08:00:00+07:00"),
        ("2026-01-05T08:00:00+07:00", "2026-01-05T08:00:00+07:00"),
        ("2030-12-31T23:59:00-05:00", "2026-01-04T20:00:00-05:00"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        (None, None),
    ],
)
def test_no_article_is_published_after_it_was_seen(stated: str | None, shown: str | None) -> None:
    assert published_by(stated, SEEN) == shown
