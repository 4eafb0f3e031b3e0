"""The article's item: what the first commit fixes, what a revision moves, and by which URLs it is known."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.extract import records
from functions.extract.assembly import Story
from newswire.article import Image, Provenance
from newswire.article_history import Edit
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.due_changes import archive_moment
from newswire.messages import Hint, Message
from newswire.near_duplicates import LEAST_WORDS, signature
from newswire.urls import article_id
from tests.support.articles import article_item
from tests.support.catalogues import catalogue, source

NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)
URL = "https://kabar.example/berita/1"
IDENTITY = article_id(URL)
KABAR = source(display="full", full_text_for=timedelta(hours=48))
WARTA = source(id="warta", name="Warta", homepage="https://warta.example", category="ekonomi")
ALL = catalogue(KABAR, WARTA)
FIXED = {"id", "slug", "owner", "copy", "category", "first_seen", "listed", "next_change"}


def story(**changes: object) -> Story:
    plain = Story(
        url=URL,
        canonical_url=None,
        title="Harga beras turun",
        authors=("Siti",),
        published="2026-01-05T07:00:00+07:00",
        updated=None,
        language="id",
        categories=("Pangan",),
        tags=("beras",),
        excerpt="Turun.",
        text="Turun lima persen.",
        html="<p>Turun lima persen.</p>",
        images=(Image("https://kabar.example/1.jpg"), Image("https://kabar.example/2.jpg")),
        origin="page",
        reason=None,
        provenance=Provenance(instant(NOW), 200, URL, "p" * 64, "t" * 64, "test/1"),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # each test names fields of Story


def landed(final_url: str, **changes: object) -> Story:
    """Return a story whose page stands at another address than its link."""
    return story(provenance=replace(story().provenance, final_url=final_url), **changes)


def message(source_id: str = "kabar", url: str = URL) -> Message:
    hint = Hint(title="Harga beras turun")
    polled = instant(NOW)
    return Message("entry", source_id, f"{source_id} rss", polled, article_id(url), url, hint.hash(), hint)


def first(told: Story | None = None, carrier: str = "kabar") -> ArticleItem:
    document = records.first_article(told or story(), IDENTITY, None, ALL, NOW)
    return records.first_item(document, "key-1", message(carrier), ALL)


def test_the_first_commit_says_who_when_and_where() -> None:
    item = first()
    assert (item.id, item.version, item.revision, item.article_key) == (IDENTITY, 1, 1, "key-1")
    assert (item.slug, item.category, item.owner.id) == ("harga-beras-turun", "nasional", "kabar")
    assert (item.first_seen, item.listed) == ("2026-01-05T01:00:00.000Z", "2026-01-05T00:00:00.000Z")
    assert item.image == Image("https://kabar.example/1.jpg")
    assert set(item.via) == {"kabar rss"}


def test_a_revision_moves_nothing_that_addresses_and_listings_rely_on() -> None:
    before = first()
    told = story(
        title="Ralat",
        published="2026-01-04T07:00:00+07:00",
        url="https://warta.example/x",
        origin="feed",
        images=(),
    )
    document = records.next_article(told, before, told.url)
    edit = Edit(2, instant(NOW), "key-1", ("title",), 0, 0, "f" * 16, "Harga beras turun", "Ralat")
    after = records.next_item(document, "key-2", before, message("warta"), edit=edit, corrected=instant(NOW))
    assert {name: getattr(after, name) for name in FIXED} == {name: getattr(before, name) for name in FIXED}
    assert (after.version, after.revision, after.article_key, document.revision) == (2, 2, "key-2", 2)
    assert (after.title, after.published, after.origin, after.image) == (
        "Ralat",
        told.published,
        "feed",
        None,
    )
    assert set(after.via) == {"kabar rss", "warta rss"}
    assert (before.revised, after.revised) == (None, instant(NOW))
    assert (before.history, after.history) == ((), (edit,))


def test_what_is_no_correction_leaves_the_time_of_the_last_one_and_the_history_is_bounded() -> None:
    item = replace(first(), revised="2026-01-05T00:30:00.000Z")
    for number in range(2, 20):
        edit = Edit(number, instant(NOW), f"key-{number - 1}", ("origin",), 0, 0, "f" * 16)
        document = records.next_article(story(), item, item.url)
        item = records.next_item(document, f"key-{number}", item, message(), edit=edit, corrected=None)
    assert item.revised == "2026-01-05T00:30:00.000Z"
    assert [edit.revision for edit in item.history] == list(range(10, 20))


def test_the_item_repeats_its_document() -> None:
    document = records.first_article(story(), IDENTITY, None, ALL, NOW)
    item = records.first_item(document, "key", message(), ALL)
    shared = {field.name for field in fields(item)} & {field.name for field in fields(document)}
    assert {name: getattr(item, name) for name in shared} == {
        name: getattr(document, name) for name in shared
    }
    assert item.text_sha256 == document.provenance.text_sha256


def test_the_item_carries_the_signature_of_the_revisions_text() -> None:
    long = " ".join(f"kata{number}" for number in range(LEAST_WORDS))
    before = first()
    document = records.next_article(story(text=long), before, before.url)
    edit = Edit(2, instant(NOW), "key-1", ("text",), 1, 1, "f" * 16)
    after = records.next_item(document, "key-2", before, message(), edit=edit, corrected=None)
    assert (before.signature, after.signature) == (None, signature(long))


def test_the_category_is_the_owners_then_the_carriers_then_the_first() -> None:
    theirs = story(url="https://warta.example/1", provenance=replace(story().provenance, final_url=None))
    nobodys = replace(theirs, url="https://lain.example/1")
    assert first(theirs, "kabar").category == "ekonomi"
    assert first(nobodys, "warta").category == "ekonomi"
    assert first(nobodys, "bekas").category == "nasional"


def test_full_text_ends_after_the_hours_that_its_owner_allows() -> None:
    assert first().listed == "2026-01-05T00:00:00.000Z"
    archived = NOW + timedelta(days=1)
    due = records.with_directives(first(), story().directives, ALL, archived).next_change
    assert due == "2026-01-07T00:00:00.000Z"
    theirs = story(url="https://warta.example/1", provenance=replace(story().provenance, final_url=None))
    assert records.with_directives(first(theirs), theirs.directives, ALL, archived).next_change is None


def test_an_article_is_due_for_its_archives_from_its_first_commit_on() -> None:
    due = records.with_directives(first(), story().directives, ALL, NOW).next_change

    assert due == instant(archive_moment(first().first_seen, "kabar"))


def test_the_owner_is_decided_by_canonical_then_final_address_then_link() -> None:
    assert first(landed("https://warta.example/1")).owner.id == "warta"
    sport = source(id="sport", homepage="https://sport.kabar.example")
    told = landed(URL, canonical_url="https://sport.kabar.example/1")
    document = records.first_article(told, IDENTITY, None, catalogue(KABAR, sport), NOW)
    assert document.owner.id == "sport"
    assert first(landed("https://warta.example/1", origin="feed")).owner.id == "kabar"


@pytest.mark.parametrize(
    ("told", "urls"),
    [
        (story(), []),
        (story(canonical_url=URL + "?utm_source=x"), []),
        (story(canonical_url="https://kabar.example/berita/satu"), ["https://kabar.example/berita/satu"]),
        (story(canonical_url="https://sport.kabar.example/1"), ["https://sport.kabar.example/1"]),
        (story(canonical_url="https://warta.example/1"), []),
        (story(canonical_url="https://kabar.example/"), []),
        (story(canonical_url="https://www.kabar.example/?utm_source=x"), []),
        (landed("https://kabar.example/berita/satu"), ["https://kabar.example/berita/satu"]),
        (landed("https://kabar.example/?fbclid=x"), []),
        (landed("https://warta.example/1"), ["https://warta.example/1"]),
        (
            landed("https://warta.example/1", canonical_url="https://warta.example/satu"),
            ["https://warta.example/satu", "https://warta.example/1"],
        ),
        (landed("https://warta.example/1", origin="feed"), []),
    ],
)
def test_an_article_is_known_by_addresses_that_are_its_own(told: Story, urls: list[str]) -> None:
    named = records.other_addresses(told, IDENTITY, message())
    assert list(named.items()) == [(article_id(url), url) for url in urls]


def test_a_further_link_of_the_same_guid_is_known_as_well() -> None:
    moved = "https://kabar.example/berita/satu"
    assert records.other_addresses(story(), IDENTITY, message(url=moved)) == {article_id(moved): moved}


@pytest.mark.parametrize(
    ("title", "text_sha256", "same"),
    [
        ("Harga beras turun", "other", True),
        ("HARGA BERAS TURUN", "other", True),
        ("Harga beras turun, petani cemas", "t" * 64, True),
        ("Beras: harga turun", "t" * 64, True),
        ("Harga beras turun, petani cemas", "other", False),
        ("Timnas menang", "t" * 64, False),
        ("!", "t" * 64, False),
    ],
)
def test_a_shared_address_means_one_article_only_where_headlines_agree(
    title: str, text_sha256: str, same: bool
) -> None:
    other = replace(article_item(), title=title, text_sha256=text_sha256)
    assert records.is_same(other, story()) is same


@pytest.mark.parametrize(("slug", "retracted"), [("harga-beras-turun", True), ("lain", False)])
def test_a_tombstone_knows_its_article_by_the_headline_in_its_address(slug: str, retracted: bool) -> None:
    stone = Tombstone(IDENTITY, 3, URL, slug, "retracted", instant(NOW))
    assert records.is_retracted(stone, story()) is retracted


def test_the_owners_sections_decide_the_category_and_a_revision_moves_nothing() -> None:
    mapping = catalogue(
        replace(KABAR, sections={"pangan": "ekonomi"}), replace(WARTA, sections={"pangan": "x"})
    )
    document = records.first_article(story(), IDENTITY, None, mapping, NOW)
    item = records.first_item(document, "key-1", message("warta"), mapping)
    assert item.category == "ekonomi"
    moved = records.next_article(story(categories=("Olahraga",)), item, item.url)
    edit = Edit(2, instant(NOW), "key-1", ("text",), 1, 1, "f" * 16)
    assert records.next_item(moved, "key-2", item, message(), edit=edit, corrected=None).category == "ekonomi"
