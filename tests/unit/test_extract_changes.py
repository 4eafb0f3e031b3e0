"""What is a revision of an article, what of that is a correction, and what is neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.extract.assembly import NoPage, Page, Story, article, tell
from functions.extract.changes import changes, is_rewritten
from functions.extract.extracted_page import ExtractedPage
from functions.extract.text_comparison import fingerprint
from newswire.article import Article
from newswire.clock import instant
from newswire.messages import Hint
from tests.support.articles import OWNER
from tests.support.extract_pages import TEXT, extracted

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
URL = "https://kabar.example/berita/1"
PICTURE = "https://kabar.example/foto/beras-800x600.jpg?v=1"
FEED = Hint(
    title="Harga beras turun",
    published="2026-01-05T06:00:00+07:00",
    updated="2026-01-05T07:00:00+07:00",
    summary="Ringkasan umpan.",
    language="id",
)
SAID: dict[str, Any] = {
    "authors": ["Siti", "Budi"],
    "images": [{"url": PICTURE}, {"url": "https://kabar.example/foto/pasar.jpg"}],
    "tags": ["beras"],
}


def page(text: str = TEXT, **fields: Any) -> Page:
    return Page(ExtractedPage.from_answer(extracted(text, **{**SAID, **fields})), NOW, 200, URL, "p" * 64)


def story(hint: Hint = FEED, outcome: Page | NoPage | None = None) -> Story:
    return tell(URL, hint, outcome or page(), "id")


def stored(told: Story | None = None) -> Article:
    seen = instant(NOW)
    return article(told or story(), identity="a" * 16, revision=1, owner=OWNER, first_seen=seen, listed=seen)


def test_a_story_says_the_same_as_itself_at_another_time_and_place() -> None:
    later = replace(page(), fetched=NOW + timedelta(days=3), final_url=URL + "?amp=1")
    again = tell(URL + "?utm_source=x", FEED, later, "ms")
    assert changes(stored(), again).fields == ()


@pytest.mark.parametrize(
    ("hint", "outcome", "field"),
    [
        (replace(FEED, title="Harga beras naik"), page(), "title"),
        (replace(FEED, published="2026-01-05T06:01:00+07:00"), page(), "published"),
        (FEED, page(TEXT.replace("lima", "enam")), "text"),
        (FEED, page("\n".join(reversed(TEXT.splitlines()))), "text"),
        (FEED, page(authors=["Siti"]), "authors"),
        (FEED, page(images=[{"url": "https://kabar.example/foto/gabah.jpg"}]), "image"),
        (FEED, page(images=[]), "image"),
    ],
)
def test_what_its_publisher_says_otherwise_is_a_correction(hint: Hint, outcome: Page, field: str) -> None:
    found = changes(stored(), story(hint, outcome))
    assert (found.fields, found.is_correction) == ((field,), True)


@pytest.mark.parametrize(
    "outcome",
    [
        page(html=f"<p><b>{TEXT}</b></p>"),
        page(TEXT.replace("\n", "\n\n").replace(" ", "\u00a0")),
        page(TEXT + "\n12 komentar\nBaca juga: Panen raya"),
        page(authors=["BUDI", "Siti"]),
        page(authors=[]),
        page(images=[{"url": "https://cdn.kabar.example/x/beras-1200x630.webp"}]),
        page(images=SAID["images"][::-1]),
        page(images=[*SAID["images"], {"url": "https://kabar.example/lain.jpg"}]),
        page(tags=["gabah"]),
        page(categories=["Bisnis"]),
        page(updated="2026-01-05T07:30:00+07:00"),
        page(language="en"),
        page(canonical_url=URL + "/lengkap"),
    ],
    ids=[
        *("markup", "white space", "furniture", "order of authors", "no authors", "size of the image"),
        *("order of images", "further image", "tags", "categories", "updated", "language", "canonical"),
    ],
)
def test_what_a_site_changes_by_itself_is_no_revision(outcome: Page) -> None:
    assert changes(stored(), story(FEED, outcome)).fields == ()


@pytest.mark.parametrize("name", ["content", "rights", "updated"])
def test_what_only_the_feed_shows_is_no_change_of_the_page(name: str) -> None:
    changed: Any = {name: "2026-01-05T09:00:00+07:00"}
    assert changes(stored(), story(replace(FEED, **changed))).fields == ()


@pytest.mark.parametrize("same", ["2026-01-04T23:00:00Z", "2026-01-05T06:00:59+07:00", None])
def test_another_spelling_of_a_moment_or_none_is_no_other_date(same: str | None) -> None:
    assert changes(stored(), story(replace(FEED, published=same))).fields == ()


def test_a_date_to_come_is_no_change_at_the_next_look() -> None:
    told = story(replace(FEED, published="2030-01-01T00:00:00+07:00"))
    assert changes(stored(told), told).fields == ()


@pytest.mark.parametrize(
    ("summary", "rewritten"),
    [
        ("Ringkasan lain.", True),
        ("Ringkasan umpan", False),
        ("Ringkasan umpan. Dan lagi.", False),
        ("Ringkasan …", False),
        ("RINGKASAN  umpan.", False),
        ("", False),
    ],
)
def test_a_summary_in_other_words_is_no_revision_but_another_summary(summary: str, rewritten: bool) -> None:
    assert changes(stored(), story(replace(FEED, summary=summary))).fields == ()
    assert is_rewritten("Ringkasan umpan.", summary) is rewritten
    assert is_rewritten("", "Ringkasan umpan.")


def test_what_is_learned_later_is_no_correction() -> None:
    little = stored(story(replace(FEED, published=None), page(authors=[], images=[])))
    found = changes(little, story())
    assert (found.fields, found.is_correction) == (("authors", "published", "image"), False)


def test_the_page_in_place_of_the_feeds_words_is_no_correction_unless_the_headline_is_another() -> None:
    first = stored(story(FEED, NoPage("HTTP 503", NOW)))
    found = changes(first, story())
    assert {"text", "origin"} <= set(found.fields)
    assert not found.is_correction
    assert changes(first, story(replace(FEED, title="Ralat"))).is_correction


def test_another_reason_for_having_no_page_is_noted_and_is_no_correction() -> None:
    first = stored(story(FEED, NoPage("HTTP 503", NOW)))
    found = changes(first, story(FEED, NoPage("HTTP 404", NOW, 404, URL)))
    assert (found.fields, found.is_correction) == (("reason",), False)


def test_what_another_extractor_reads_is_a_correction_only_where_the_page_was_updated() -> None:
    other = page("Harga beras turun lima persen.", extractor="test/2")
    found = changes(stored(), story(FEED, other))
    assert (found.fields, found.is_correction) == (("text",), False)
    updated = replace(other, fields=replace(other.fields, updated="2026-01-05T07:45:00+07:00"))
    assert changes(stored(), story(FEED, updated)).is_correction
    assert changes(stored(), story(replace(FEED, title="Ralat"), other)).is_correction


def test_an_edit_tells_what_changed_and_what_it_replaced() -> None:
    before = stored()
    told = story(replace(FEED, title="Ralat: harga beras"), page(TEXT.replace("lima", "enam koma satu")))
    edit = changes(before, told).edit(before, "articles/a/1.json", instant(NOW))
    assert (edit.revision, edit.at, edit.replaced) == (2, instant(NOW), "articles/a/1.json")
    assert (edit.fields, edit.words_added, edit.words_removed) == (("title", "text"), 3, 1)
    assert (edit.title_before, edit.title_after) == ("Harga beras turun", "Ralat: harga beras")
    assert edit.fingerprint == fingerprint("Harga beras turun", TEXT)


def test_headlines_in_the_history_are_bounded_and_absent_where_they_are_the_same() -> None:
    long = story(replace(FEED, title="harga " * 80))
    found = changes(stored(), long)
    assert len(found.title_after or "") <= 200
    assert changes(stored(), story(FEED, page("Lain."))).title_before is None
