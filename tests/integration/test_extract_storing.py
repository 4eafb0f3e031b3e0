"""One message becomes one stored article: JSON first, then the item, whatever is repeated or interrupted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.tables import ConditionFailed
from newswire.urls import article_id
from tests.support.aws_stack import ARTICLE_TABLE, FEED_TABLE
from tests.support.extract_pages import EXTRACTOR, TEXT
from tests.support.extract_world import NOW, SUMMARY, TITLE, World, entry
from tests.support.table_reads import TableReads

# Design section 7: readers of the archive rely on the keys and their order.
DOCUMENT_KEYS = [
    *(
        "schema",
        "id",
        "revision",
        "url",
        "canonical_url",
        "owner",
        "title",
        "authors",
        "published",
        "updated",
    ),
    *("first_seen", "listed", "language", "categories", "tags", "excerpt", "text", "html", "images"),
    *("origin", "reason", "provenance"),
]
PROVENANCE_KEYS = ["fetched", "status", "final_url", "page_sha256", "text_sha256", "extractor"]


class Crash(Exception):
    """The function dies at this point."""


def crash() -> None:
    raise Crash


def test_a_new_article_under_one_address_costs_one_consistent_read(world: World) -> None:
    reads = TableReads(world.stack.dynamodb)
    assert world.handle(entry(world.serve("/berita/1"))).what == "stored"
    assert reads.of(ARTICLE_TABLE) == [(["alias", "article", "stops"], True)]
    # What its site asks for is remembered for a day: a moment more or less makes no difference.
    assert (["domain", "robots", "tdmrep"], False) in reads.of(FEED_TABLE)


def test_a_new_article_under_further_addresses_is_decided_by_what_stands_at_them_now(world: World) -> None:
    url = world.serve("/berita/1", canonical_url=world.url("/berita/satu"))
    reads = TableReads(world.stack.dynamodb)
    assert world.handle(entry(url)).what == "stored"
    assert reads.of(ARTICLE_TABLE)[1] == (["alias", "alias", "article", "article", "stops"], True)
    assert list(world.aliases()) == [article_id(world.url("/berita/satu"))]


def test_a_message_becomes_an_object_and_an_item_that_points_to_it(world: World) -> None:
    url = world.serve("/berita/1", authors=["Siti"], published="2026-01-05T06:00:00+07:00")
    outcome = world.handle(entry(url))
    item = world.only()
    assert (outcome.what, outcome.article_id, outcome.origin) == ("stored", item.id, "page")
    assert (item.id, item.version, item.revision) == (article_id(url), 1, 1)
    (key,) = world.stack.objects()
    assert item.article_key == key
    document = world.document()
    assert (document.title, document.text, document.excerpt) == (TITLE, TEXT, SUMMARY)
    assert (document.authors, document.published) == (("Siti",), "2026-01-05T06:00:00+07:00")
    assert (item.title, item.authors, item.text_sha256) == (
        document.title,
        document.authors,
        document.provenance.text_sha256,
    )


def test_the_stored_file_is_utf8_with_the_contracts_keys_in_their_order(world: World) -> None:
    url = world.serve(
        "/berita/1", "Panen “kedua” di Cirebon – naik 5 %.", images=[{"url": "https://a.example/1.jpg"}]
    )
    world.handle(entry(url))
    ((key, body),) = world.stack.objects().items()
    document = json.loads(body)
    assert list(document) == DOCUMENT_KEYS
    assert list(document["owner"]) == ["id", "name", "homepage"]
    assert list(document["images"][0]) == ["url", "alt", "caption", "width", "height"]
    assert list(document["provenance"]) == PROVENANCE_KEYS
    assert "“kedua”" in body.decode("utf-8")
    assert key == f"articles/{document['id']}/{hashlib.sha256(body).hexdigest()}.json"
    stored = world.bucket.get(key)
    assert stored is not None
    assert stored.content_type == "application/json; charset=utf-8"


def test_provenance_lets_anyone_check_the_text(world: World) -> None:
    url = world.redirect("/r/1", "/berita/1")
    page = world.serve("/berita/1")
    world.handle(entry(url))
    document = world.document()
    proof = document.provenance
    assert (proof.fetched, proof.status, proof.final_url) == (instant(NOW), 200, page)
    assert proof.page_sha256 == hashlib.sha256(world.web.replies["kabar.localhost/berita/1"].body).hexdigest()
    assert proof.text_sha256 == hashlib.sha256(document.text.encode()).hexdigest()
    assert proof.extractor == EXTRACTOR


def test_a_crash_between_file_and_item_leaves_no_article_and_the_redelivery_one(world: World) -> None:
    message = entry(world.serve("/berita/1"))
    world.table.before_commit = [crash]
    with pytest.raises(Crash):
        world.handle(message)
    assert len(world.stack.objects()) == 1
    assert world.articles() == {}
    world.now += timedelta(minutes=30)
    assert world.handle(message, receive_count=2).what == "stored"
    assert world.document().revision == 1


def test_a_crash_after_the_commit_is_not_noticed(world: World) -> None:
    message = entry(world.serve("/berita/1"))
    world.table.after_commit = [crash]
    with pytest.raises(Crash):
        world.handle(message)
    before = world.everything()
    assert world.handle(message, receive_count=2).what == "already handled"
    assert world.everything() == before
    assert world.pages_asked() == ["/berita/1"]


def test_the_same_message_twice_changes_nothing(world: World) -> None:
    message = entry(world.serve("/berita/1"))
    world.handle(message)
    before = world.everything()
    assert world.handle(message).what == "already handled"
    assert world.everything() == before
    assert world.pages_asked() == ["/berita/1"]


def test_what_an_earlier_poll_said_is_acknowledged_and_ignored(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url, poll=2))
    before = world.everything()
    assert world.handle(entry(url, poll=1, title="Judul lama")).what == "already handled"
    assert world.everything() == before


def test_a_known_hint_in_a_later_poll_only_moves_the_feeds_record(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    before = world.only()
    later = entry(url, poll=1)
    assert world.handle(later).what == "known hint"
    (via,) = world.only().via.values()
    assert (via.polled, via.hints) == (later.polled, (later.hint_hash,))
    assert world.only() == replace(before, version=2, via=world.only().via)
    assert world.pages_asked() == ["/berita/1"]


def test_a_second_feed_with_another_summary_makes_no_revision_and_asks_no_page(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    files = world.stack.objects()
    world.handle(entry(url, source="warta", poll=1, title="Beras murah", summary="Kata Warta."))
    item = world.only()
    assert (item.version, item.revision, item.title, item.excerpt) == (2, 1, TITLE, SUMMARY)
    assert {via.source for via in item.via.values()} == {"kabar", "warta"}
    assert world.stack.objects() == files
    assert world.pages_asked() == ["/berita/1"]


def test_two_feeds_never_make_revisions_of_each_other(world: World) -> None:
    url = world.serve("/berita/1")
    for poll in range(4):
        world.handle(entry(url, poll=poll))
        world.handle(entry(url, source="warta", poll=poll, title="Beras murah", summary="Kata Warta."))
    assert (world.only().revision, world.only().version) == (1, 8)
    assert world.pages_asked() == ["/berita/1"]


def test_an_edited_entry_makes_a_revision_and_keeps_the_old_file(world: World) -> None:
    url = world.serve("/berita/1", "Harga turun lima persen.", published="2026-01-05T06:00:00+07:00")
    world.handle(entry(url, published="2026-01-05T06:00:00+07:00"))
    first = world.only()
    world.now += timedelta(hours=1)
    world.serve("/berita/1", "Harga turun enam persen.")
    edited = entry(
        url,
        poll=4,
        title="Ralat: harga beras",
        published="2026-01-05T07:00:00+07:00",
        updated="2026-01-05T08:40:00+07:00",
    )
    assert world.handle(edited).what == "revised"
    second = world.only()
    assert (second.version, second.revision) == (2, 2)
    assert (second.title, world.document().text) == ("Ralat: harga beras", "Harga turun enam persen.")
    assert world.document().updated == "2026-01-05T08:40:00+07:00"
    assert first.article_key != second.article_key
    assert set(world.stack.objects()) == {first.article_key, second.article_key}
    # What addresses and listings rely on stays.
    for fixed in ("id", "slug", "first_seen", "listed", "owner", "category"):
        assert getattr(first, fixed) == getattr(second, fixed)


def test_an_edit_that_tells_nothing_new_makes_no_revision(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url, content="<p>Pendek.</p>"))
    files = world.stack.objects()
    assert world.handle(entry(url, poll=1, content="<p>Panjang.</p>")).what == "unchanged"
    assert (world.only().revision, world.only().version) == (1, 2)
    assert world.stack.objects() == files


def test_an_edit_is_looked_at_once(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    for poll in (1, 2, 3):
        world.handle(entry(url, poll=poll, content="<p>Lain.</p>"))
    assert world.pages_asked() == ["/berita/1", "/berita/1"]


def test_another_feed_whose_entry_is_later_is_looked_at_again(world: World) -> None:
    url = world.serve("/berita/1", "Harga turun lima persen.")
    world.handle(entry(url, updated="2026-01-05T06:00:00+07:00"))
    world.serve("/berita/1", "Harga turun enam persen.")
    earlier = entry(url, source="lentera", poll=1, updated="2026-01-04T23:00:00Z")
    assert world.handle(earlier).what == "known hint"
    later = entry(url, source="warta", poll=1, updated="2026-01-04T23:00:01Z")
    assert world.handle(later).what == "revised"
    assert world.document().text == "Harga turun enam persen."


def test_a_hint_that_was_too_large_for_the_queue_is_read_from_the_bucket(world: World) -> None:
    url = world.fail("/berita/1", 404)
    message = entry(url, content="<p>Panjang sekali.</p>", updated="2026-01-05T08:00:00+07:00")
    assert message.hint is not None
    key = f"hints/{message.hint_hash}.json"
    world.stack.put_object(key, message.hint.to_json())
    world.handle(replace(message, hint=None, hint_key=key))
    assert world.document().text == "Panjang sekali."
    (via,) = world.only().via.values()
    assert via.updated == "2026-01-05T08:00:00+07:00"


def test_a_later_edit_is_noticed_in_a_hint_that_is_in_the_bucket(world: World) -> None:
    url = world.serve("/berita/1", "Harga turun lima persen.")
    world.handle(entry(url, updated="2026-01-05T06:00:00+07:00"))
    world.serve("/berita/1", "Harga turun enam persen.")
    message = entry(url, source="warta", poll=1, updated="2026-01-05T07:00:00+07:00")
    assert message.hint is not None
    key = f"hints/{message.hint_hash}.json"
    world.stack.put_object(key, message.hint.to_json())
    assert world.handle(replace(message, hint=None, hint_key=key)).what == "revised"


def test_a_message_without_its_hint_is_stored_by_what_the_page_says(world: World) -> None:
    url = world.serve("/berita/1", title="Kata halaman", excerpt="Ringkasan halaman.")
    bare = replace(entry(url), hint=None, reason="hint rejected by the queue: InvalidMessageContents")
    world.handle(bare)
    assert (world.only().title, world.only().excerpt) == ("Kata halaman", "Ringkasan halaman.")


def test_a_bare_message_of_a_known_article_keeps_what_its_feed_said_before(world: World) -> None:
    url = world.serve("/berita/1", "Harga turun lima persen.")
    world.handle(entry(url))
    world.serve("/berita/1", "Harga turun enam persen.")
    bare = replace(entry(url, poll=1, title="Terlalu panjang"), hint=None)
    assert world.handle(bare).what == "revised"
    assert (world.only().title, world.only().excerpt) == (TITLE, SUMMARY)


def test_an_entry_without_any_title_is_not_stored_and_says_why(world: World) -> None:
    url = world.fail("/berita/1", 404)
    outcome = world.handle(entry(url, title=None))
    assert (outcome.what, outcome.reason) == ("nothing to show", "HTTP 404")
    assert world.everything()[0] == {}


def test_a_stored_file_that_is_there_already_is_success(world: World) -> None:
    message = entry(world.serve("/berita/1"))
    world.table.before_commit = [crash]
    with pytest.raises(Crash):
        world.handle(message)
    # The same moment again gives the same bytes, hence the same key.
    assert world.handle(message).what == "stored"
    assert list(world.stack.objects()) == [world.only().article_key]


def test_an_item_is_written_only_over_the_version_that_was_read(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    item = world.only()
    assert isinstance(item, ArticleItem)
    with pytest.raises(ConditionFailed):
        world.table.commit(item, expected_version=None)
